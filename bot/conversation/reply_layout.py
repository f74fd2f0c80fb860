"""How an answer, a source and a passage look: the answer leads, and what stands in a quote box is
verbatim.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.texts import answers, numbers
from bot.texts import library as texts
from bot.turn import Quote, Span
from documents.document import Document
from documents.metadata.description import is_draft
from documents.store.records import Head
from documents.vietnamese.normalize import normalize
from retrieval.answer import Answer, Citation, NoAnswer, Response

LONGEST = 900  # characters of a reply: one screen of a phone
SHORTEST_TEXT = 200  # characters of an answer, whatever else must be said
TITLE_LENGTH = 300  # characters; a longer title is a reading error or fills the screen
SOURCE_TITLE = 160  # characters of a title in a source: four lines of a phone
LISTED_TITLE = 90  # characters of a title in a list: two lines of a phone
FOOTNOTE_LENGTH = 150  # characters of a question that is repeated
EXCERPT_LENGTH = 300  # characters of a quote that is not the answer; it is folded to a few lines

EQUALS = re.compile(r"\s*[=≈]")

Spans = tuple[Span, ...]


def brief(response: Response, asked: str | None = None) -> Response:
    """Return a response with as many of its sources as one screen shows, at least the first."""
    reply = response.reply
    if not isinstance(reply, Answer):
        return replace(response, reply=replace(reply, nearest=reply.nearest[:1]))
    while _is_crowded(reply) and _length(_screen(response, asked)) > LONGEST:
        reply = replace(reply, citations=reply.citations[:-1])
        response = replace(response, reply=reply)
    return response


def _is_crowded(answer: Answer) -> bool:
    """Tell whether a source can be left out; a generated text cites them by their markers."""
    return len(answer.citations) > 1 and not answer.is_generated


def answer_screen(
    response: Response, asked: str | None = None, longest: int | None = None
) -> Spans:
    """Lay out a reply; ``asked`` repeats the question where the chat does not show it.

    What is longer than ``longest`` characters is cut, the words of documents first.
    """
    spans = _screen(response, asked)
    while longest is not None and (over := _length(spans) - longest) > 0:
        place = max(range(len(spans)), key=lambda n: len(spans[n].text) if spans[n].quote else 0)
        if not spans[place].quote or len(spans[place].text) <= SHORTEST_TEXT:
            break
        kept = max(SHORTEST_TEXT, len(spans[place].text) - over)
        spans[place] = replace(spans[place], text=clipped(spans[place].text, kept))
    return tuple(spans)


def _length(spans: Iterable[Span]) -> int:
    return sum(len(span.text) for span in spans)


def _screen(response: Response, asked: str | None) -> list[Span]:
    reply = response.reply
    spans = list(_answer(reply) if isinstance(reply, Answer) else _no_answer(reply))
    if asked:
        spans += _footnote(answers.QUESTION, asked)
    if not _same_question(reply.question, response.understood_as):
        spans += _footnote(answers.UNDERSTOOD_AS, response.understood_as)
    return spans


def passage_screen(citation: Citation, text: str) -> Spans:
    """Lay out a whole passage under its source, the quoted words in bold."""
    start, end = citation.quote_start, citation.quote_start + len(citation.quote)
    partial = citation.quote != text
    return (
        Span(source_line(citation), bold=True),
        *_notice(citation),
        Span("\n"),
        Span(text[:start], quote=Quote.OPEN),
        Span(text[start:end], bold=partial, quote=Quote.OPEN),
        Span(text[end:], quote=Quote.OPEN),
    )


def document_screen(document: Document, replaced_by: str | None) -> Spans:
    """Lay out what is known of a document."""
    name = answers.document_name(document.kind, document.number)
    issued = numbers.dated(document.issued_on).capitalize() if document.issued_on else None
    spans = [Span(name or clipped(document.title, TITLE_LENGTH), bold=True)]
    effective = numbers.dated(document.effective_on) if document.effective_on else None
    details = (
        clipped(document.title, TITLE_LENGTH) if name else None,
        document.issuer,
        issued,
        texts.signed_by(document.signer, document.signer_role) if document.signer else None,
        texts.in_force_from(effective) if effective else None,
        None if replaced_by else texts.NOT_REPLACED,
    )
    spans += [Span(f"\n{detail}") for detail in details if detail]
    if document.secrecy:
        spans.append(Span(f"\n{document.secrecy}", italic=True))
    spans += _note(answers.DOUBTFUL) if document.is_doubtful else ()
    spans += _note(answers.DRAFT) if is_draft(document.kind) else ()
    return (*spans, *(_note(answers.replaced_by(replaced_by)) if replaced_by else ()))


def head_line(head: Head) -> str:
    """Name a document in a list: number, date and title on a line or two of a phone."""
    name = head.number or head.kind
    issued = f"({numbers.day(head.issued_on)})" if head.issued_on else None
    title = clipped(head.title, LISTED_TITLE)
    if name and name.casefold() in title.casefold():
        name = None
    return " ".join(part for part in (name, issued, title) if part)


def sources_screen(
    citations: Iterable[Citation], page: int, pages: int, head: str | None = None
) -> Spans:
    """Lay out a page of passages, numbered by their markers; without a head, of further ones."""
    spans = [Span(head or answers.other_sources(page, pages), bold=True)]
    for citation in citations:
        quote = clipped(citation.quote, EXCERPT_LENGTH)
        spans += [
            Span(f"\n\n{citation.marker}. "),
            Span(source_line(citation)),
            *_notice(citation),
            Span("\n"),
            *_quoted(citation, quote),
        ]
    return tuple(spans)


def source_line(citation: Citation) -> str:
    """Name the source from the document to the page, leaving out what is not known.

    "Quy định số 294-QĐ/TW, ngày 26/5/2025, Ban Chấp hành Trung ương – Thi hành Điều lệ Đảng;
    mục 1.1, trang 1"
    """
    title = clipped(citation.title, SOURCE_TITLE)
    name = answers.document_name(citation.kind, citation.number)
    # A title that gives the number itself, or the kind where there is no number, says it once.
    if name and (citation.number or name).casefold() in title.casefold():
        name = None
    issued = numbers.dated(citation.issued_on) if citation.issued_on else None
    known = ", ".join(part for part in (name, issued, citation.issuer) if part)
    if name is None:
        document = ", ".join(part for part in (title, known) if part)
    else:
        document = " – ".join(part for part in (known, title) if part)
    page = answers.on_page(citation.page) if citation.page else None
    place = ", ".join(part for part in (citation.locator, page) if part)
    return "; ".join(part for part in (document, place) if part)


def _answer(answer: Answer) -> Iterable[Span]:
    first = answer.citations[0].quote
    verbatim = answer.text in first  # what else the quote holds is one button away
    if answer.is_likely:
        yield Span(f"{answers.LIKELY}\n", bold=True)
    box = Quote.OPEN if verbatim else None
    yield from (Span(answer.before, quote=box),) if answer.before else ()
    yield from _highlighted(answer.text, answer.highlights, box)
    yield from (Span(answer.behind, quote=box),) if answer.behind else ()
    if answer.derivation and not _shows(answer.text, answer.derivation):
        yield Span(f"\n{answer.derivation}")
    for citation in answer.citations:
        yield Span("\n")
        if not (verbatim and citation.quote == first):
            yield from (*_quoted(citation, citation.quote), Span("\n"))
        several = len(answer.citations) > 1 or answer.is_generated
        marker = f"[{citation.marker}] " if several else answers.SOURCE
        yield from (Span(marker), Span(source_line(citation)), *_notice(citation))
    if answer.is_generated:
        yield from _note(answers.GENERATED)
    if answer.absent:
        yield from _note(answers.only_about(answer.absent))
    if answer.missing:
        yield from _note(answers.missing(answer.missing))
    if answer.inconsistency:
        yield from _note(answers.inconsistent(*answer.inconsistency))


def _no_answer(reply: NoAnswer) -> Iterable[Span]:
    if reply.reason == "empty_question":
        yield Span(answers.EMPTY_QUESTION)
        return
    why = answers.why_not(reply.reason, reply.subject)
    if not reply.nearest:
        yield Span(answers.NOT_FOUND, bold=True)
        yield from (Span(f"\n{why}"),) if why else ()
        return
    yield from (Span(why or answers.UNSURE, bold=True), Span(f" {answers.NEAREST}"))
    several = len(reply.nearest) > 1
    for number, citation in enumerate(reply.nearest, 1):
        quote = clipped(citation.quote, EXCERPT_LENGTH)
        marker = f"[{number}] " if several else answers.SOURCE
        yield from (Span("\n"), *_quoted(citation, quote), Span("\n"))
        yield from (Span(marker), Span(source_line(citation)), *_notice(citation))


def _quoted(citation: Citation, quote: str) -> Spans:
    """Fold a quote, or what is left of it, with what tells where it stands."""
    behind = "" if quote.endswith("…") else citation.behind
    parts = (citation.before, quote, behind)
    return tuple(Span(part, quote=Quote.FOLDED) for part in parts if part)


def _shows(text: str, derivation: str) -> bool:
    """Whether "70% (77,78% − 7,78%)" already holds the sum of "77,78% − 7,78% = 70%"."""
    return EQUALS.split(derivation)[0] in text


def _highlighted(
    text: str, highlights: tuple[tuple[int, int], ...], quote: Quote | None
) -> Iterable[Span]:
    place = 0
    for start, end in sorted(highlights):
        start = max(start, place)
        if start < end:
            yield from (
                Span(text[place:start], quote=quote),
                Span(text[start:end], True, False, quote),
            )
            place = end
    yield Span(text[place:], quote=quote)


def _notice(citation: Citation) -> Spans:
    draft = _note(answers.DRAFT) if citation.is_draft else ()
    replaced = _note(answers.replaced_by(citation.replaced_by)) if citation.replaced_by else ()
    doubtful = _note(answers.DOUBTFUL) if citation.is_doubtful else ()
    return (*draft, *replaced, *doubtful)


def _note(text: str) -> Spans:
    return (Span("\n"), Span(f"{answers.NOTE}{text}", bold=True))


def _footnote(label: str, text: str) -> Spans:
    return (Span("\n\n"), Span(f"{label}{clipped(text, FOOTNOTE_LENGTH)}", italic=True))


def _same_question(asked: str, understood: str) -> bool:
    """Whether the reading differs from what was typed in more than spacing, case or an end mark."""
    plain = (" ".join(normalize(text).casefold().split()) for text in (asked, understood))
    return len({text.strip(" ?.!") for text in plain}) == 1


def clipped(text: str, length: int) -> str:
    """Cut a text at a word to at most ``length`` characters, with a sign that it goes on."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    words = head.rsplit(maxsplit=1)
    return (words[0] if len(words) > 1 else head) + "…"
