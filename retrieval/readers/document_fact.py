"""What is asked of a document itself: who signed and issued it, when, to whom and on what basis.

The answer stands in the letterhead, the signature or the căn cứ, which no ranking holds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from documents.document import Document, Passage
from documents.metadata.description import TOGETHER
from documents.splitting.passages import BASIS_HEADING, LETTERHEAD, SIGNATURE, is_frame
from documents.vietnamese.normalize import fold
from index.tokens import syllables
from retrieval.question.asking_words import FUNCTION_WORDS, asking_words
from retrieval.question.intent import Fact
from retrieval.readers.base import Case, Draft, Strength, Unstated

_WORDS = asking_words("fact")
# not a form's "ngày … tháng 5 năm 2025"; a line may end within it
_DATE = re.compile(r"ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}", re.IGNORECASE)
_RECEIVERS = re.compile(r"Nơi nhận\b", re.IGNORECASE)
_NAMED_BY_TITLE = 5  # documents of a ranking among which a question may name one by its title
_OFFICE_LINES = 6  # over a name: on whose behalf, the office, "(đã ký)"


@dataclass(frozen=True, slots=True)
class Stated:
    """Where a passage states a fact: the lines that do, and in them the words that answer."""

    passage: Passage
    span: tuple[int, int]
    marks: tuple[tuple[int, int], ...]


def read(case: Case) -> Draft | Unstated | None:
    """Return what the letterhead or signature of the document that is meant says of itself.

    None where the question asks more than that or means none of them.
    """
    fact, asked, library = case.question.intent.fact, case.question.understood, case.view.library
    if fact is None:
        return None
    for document_id in case.scope.documents or case.ranking.documents()[:_NAMED_BY_TITLE]:
        document = library.document(document_id)
        passages = library.passages_of(document_id)
        if document is None or rest_of(asked, document, passages):
            continue
        found = stated(fact, document, passages)
        if found is None:
            return Unstated()
        return Draft(
            found.passage,
            found.span,
            found.span,
            Strength.NAMED,
            marks=found.marks,
            is_found_by_name=True,
        )
    return None


def rest_of(question: str, document: Document, passages: Sequence[Passage]) -> frozenset[str]:
    """Return the words of a question about a document that say more than its name and the fact."""
    names = [document.title, document.number, document.kind, document.issuer]
    names += [passage.text for passage in passages if passage.locator.part == LETTERHEAD]
    named = {word for name in names if name for word in syllables(name)}
    return frozenset(
        word
        for word in syllables(question)
        if word not in _WORDS and word not in named and word not in FUNCTION_WORDS
    )


def stated(fact: Fact, document: Document, passages: Sequence[Passage]) -> Stated | None:
    """Find a fact in a document's letterhead or signature; None where they do not say."""
    if fact is Fact.ISSUER and document.issuer:  # the signature may say whose it is
        own = fold(document.issuer)
        passages = sorted(passages, key=lambda passage: own not in fold(passage.text))
    for passage in passages:
        if _holds(fact, passage):
            found = _FINDERS[fact](document, passage)
            if found is not None:
                return found
    return None


def _holds(fact: Fact, passage: Passage) -> bool:
    if fact is Fact.BASIS:
        return passage.locator.heading == BASIS_HEADING
    if fact is Fact.ISSUER:
        return is_frame(passage)
    place = SIGNATURE if fact in (Fact.SIGNER, Fact.RECEIVERS) else LETTERHEAD
    return passage.locator.part == place


def _lines(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in re.finditer(r"[^\n]+", text))


def _signer(document: Document, passage: Passage) -> Stated | None:
    """Find the signer that the library knows, with the office over the name."""
    text = passage.text
    names = document.signer.split(TOGETHER) if document.signer else []
    places = [fold(text).find(fold(name)) for name in names]
    if not places or min(places) < 0:
        return None
    marks = tuple((place, place + len(name)) for place, name in zip(places, names, strict=True))
    lines = _lines(text)
    last = next(number for number, (_start, end) in enumerate(lines) if end >= marks[-1][1])
    first = next(number for number, (_start, end) in enumerate(lines) if end >= marks[0][1])
    under = first
    while first and under - first < _OFFICE_LINES and _is_over_name(text[slice(*lines[first - 1])]):
        first -= 1
    return Stated(passage, (lines[first][0], lines[last][1]), marks)


def _is_over_name(line: str) -> bool:
    """Tell an office in capitals, "(đã ký)" and "THƯ KÝ: …", which stand over a signer's name."""
    return line.split(":")[0].isupper() or line.startswith(("(", "*"))


def _issued_on(document: Document, passage: Passage) -> Stated | None:
    """Find the date that the library knows; it is unsure of one that it does not."""
    for day in _DATE.finditer(passage.text):
        if document.issued_on == _day(day):
            start = passage.text.rfind("\n", 0, day.start()) + 1
            end = passage.text.find("\n", day.end())
            span = start, end if end >= 0 else len(passage.text)
            return Stated(passage, span, (day.span(),))
    return None


def _day(match: re.Match[str]) -> date | None:
    day, month, year = map(int, re.findall(r"\d+", match[0]))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _issuer(document: Document, passage: Passage) -> Stated | None:
    if not document.issuer:
        return None
    place = fold(passage.text).rfind(fold(document.issuer))
    if place < 0:
        return _heading_lines(passage) if passage.locator.part == LETTERHEAD else None
    mark = place, place + len(document.issuer)
    start = passage.text.rfind("\n", 0, place) + 1
    end = passage.text.find("\n", mark[1])
    return Stated(passage, (start, end if end >= 0 else len(passage.text)), (mark,))


def _heading_lines(passage: Passage) -> Stated | None:
    """Return the lines in capitals over the number: an office under that which it belongs to."""
    spans = []
    for start, end in _lines(passage.text):
        if not passage.text[start:end].isupper():
            break
        spans.append((start, end))
    return Stated(passage, (0, spans[-1][1]), ((0, spans[-1][1]),)) if spans else None


def _receivers(_document: Document, passage: Passage) -> Stated | None:
    begin = _RECEIVERS.search(passage.text)
    if begin is None:
        return None
    end = begin.end()
    for start, stop in _lines(passage.text):
        if start > begin.start() and not passage.text[start:stop].startswith(("-", "–", "+", "*")):
            break
        end = max(end, stop)
    return Stated(passage, (begin.start(), end), ())


def _basis(_document: Document, passage: Passage) -> Stated:
    return Stated(passage, (0, len(passage.text)), ())


_FINDERS = {
    Fact.BASIS: _basis,
    Fact.SIGNER: _signer,
    Fact.ISSUED_ON: _issued_on,
    Fact.ISSUER: _issuer,
    Fact.RECEIVERS: _receivers,
}
