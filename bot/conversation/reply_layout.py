"""How an answer, a source and a passage look: the answer leads, and what stands in a quote box is
verbatim.
"""

import re
from collections.abc import Iterable

from bot.texts import answers, numbers
from bot.turn import Quote, Span
from documents.document import Document
from documents.metadata.description import is_draft
from documents.store.records import Head
from documents.vietnamese.normalize import normalize
from retrieval.answer import Answer, Citation, NoAnswer, Response

NEAREST_SHOWN = 3
TITLE_LENGTH = 300  # characters; a longer title is a reading error or fills the screen
LISTED_TITLE = 90  # characters of a title in a list: two lines of a phone
EXCERPT_LENGTH = 600  # characters of a quote in a list of sources, which must fit one message

EQUALS = re.compile(r"\s*[=≈]")

Spans = tuple[Span, ...]


def answer_screen(response: Response, asked: str | None = None) -> Spans:
    """Lay out a reply; ``asked`` repeats the question where the chat does not show it."""
    reply = response.reply
    spans = list(_answer(reply) if isinstance(reply, Answer) else _no_answer(reply))
    if asked:
        spans += _footnote(answers.QUESTION, asked)
    if not _same_question(reply.question, response.understood_as):
        spans += _footnote(answers.UNDERSTOOD_AS, response.understood_as)
    return tuple(spans)


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
    details = (clipped(document.title, TITLE_LENGTH) if name else None, document.issuer, issued)
    spans += [Span(f"\n{detail}") for detail in details if detail]
    if document.secrecy:
        spans.append(Span(f"\n{document.secrecy}", italic=True))
    if is_draft(document.kind):
        spans += _note(answers.DRAFT)
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
            Span(quote, quote=Quote.OPEN),
        ]
    return tuple(spans)


def source_line(citation: Citation) -> str:
    """Name the source from the document to the page, leaving out what is not known.

    "Quy định số 294-QĐ/TW, ngày 26/5/2025, Ban Chấp hành Trung ương – Thi hành Điều lệ Đảng;
    mục 1.1, trang 1"
    """
    title = clipped(citation.title, TITLE_LENGTH)
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
    yield from _highlighted(answer.text, answer.highlights, Quote.OPEN if verbatim else None)
    if answer.derivation and not _shows(answer.text, answer.derivation):
        yield Span(f"\n{answer.derivation}")
    for citation in answer.citations:
        yield Span("\n")
        if not (verbatim and citation.quote == first):
            yield from (Span(citation.quote, quote=Quote.FOLDED), Span("\n"))
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
    yield Span(answers.NOT_FOUND, bold=True)
    why = answers.why_not(reply.reason, reply.subject)
    if why:
        yield Span(f"\n{why}")
    if reply.nearest:
        yield Span(f"\n\n{answers.NEAREST}")
    several = len(reply.nearest) > 1
    for number, citation in enumerate(reply.nearest[:NEAREST_SHOWN], 1):
        quote = clipped(citation.quote, EXCERPT_LENGTH)
        marker = f"[{number}] " if several else answers.SOURCE
        yield from (Span("\n"), Span(quote, quote=Quote.FOLDED), Span("\n"))
        yield from (Span(marker), Span(source_line(citation)), *_notice(citation))


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
    if not citation.replaced_by:
        return draft
    return (*draft, *_note(answers.replaced_by(citation.replaced_by)))


def _note(text: str) -> Spans:
    return (Span("\n"), Span(f"{answers.NOTE}{text}", bold=True))


def _footnote(label: str, text: str) -> Spans:
    return (Span("\n\n"), Span(f"{label}{text}", italic=True))


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
