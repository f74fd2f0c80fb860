"""The exact lane: which documents and which places a question names outright.

Embeddings cannot tell 03-NQ/TU from 04-NQ/TU, so a named number narrows the search, and a number
that nobody has heard of is answered as such, never by a neighbour.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from documents.document import Passage
from documents.store.library import Library
from documents.vietnamese.document_number import DocumentNumber, numbers_in
from documents.vietnamese.provisions import Place
from index.snapshot.snapshot import Snapshot
from retrieval.scope.catalogue import Catalogue

# of lower-cased headings
_EXPLAINING = re.compile(r"(?:[\d.]+\s*)?(?:\(khoản|điều \d)")
_CLAUSES_OF = re.compile(r"\(khoản ((?:khoản|và|[\d, ])+?),? điều (\d+)\)")
_OF_CLAUSES = re.compile(r"điều (\d+) \(((?:khoản|và|[\d, ])+)\)")
_BEFORE, _BEHIND = 80, 160  # characters around a number that tell kind, date and issuer
_MENTIONS = 2  # passages that must name a document before another counts as being about it
_DEPTH = 200  # passages looked through for mentions of a number


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the answer must come from.

    ``own`` are the passages of the documents named, ``about`` those of documents about them.
    ``absent`` is the number as written when the library has no document of that number, and
    ``no_place`` the named place when the document does not have it. ``place`` is the named place
    when it was found: then ``own`` are its passages. ``missing`` are numbers named beside those of
    ``own`` that the library has no document of.
    """

    own: NDArray[np.int64]
    about: NDArray[np.int64]
    absent: str | None = None
    place: Place | None = None
    no_place: str | None = None
    missing: tuple[str, ...] = ()


def scope_of(
    numbers: Sequence[DocumentNumber],
    place: Place | None,
    catalogue: Catalogue,
    library: Library,
    snapshot: Snapshot,
) -> Scope | None:
    """Return where a question that names documents must be answered from; None for the rest."""
    if not numbers:
        return None
    bearing = [catalogue.bearing(number) for number in numbers]
    documents = tuple(dict.fromkeys(one for ids in bearing for one in ids))
    missing = _each_once([number for number, ids in zip(numbers, bearing, strict=True) if not ids])
    mentioning = {*catalogue.about(numbers), *_documents_about(numbers, library, snapshot)}
    about = library.keys_of(sorted(mentioning.difference(documents)))
    own = library.keys_of(documents)
    if not documents:
        return Scope(own, about, absent=", ".join(missing))
    scope = Scope(own, about) if place is None else _at(place, own, library)
    return replace(scope, missing=missing)


def _each_once(absent: Sequence[DocumentNumber]) -> tuple[str, ...]:
    """Return numbers as written, without the second spelling of one."""
    return tuple(
        one.written
        for place, one in enumerate(absent)
        if not any(one.matches(before) for before in absent[:place])
    )


def scope_within(document_id: str, place: Place | None, library: Library) -> Scope:
    """Return the scope of a question that stays within a document, as a follow-up does."""
    own = library.keys_of([document_id])
    return Scope(own, own[:0]) if place is None else _at(place, own, library)


def _at(place: Place, own: NDArray[np.int64], library: Library) -> Scope:
    passages = library.passages_at(own.tolist())
    there = [key for key, one in zip(own.tolist(), passages, strict=True) if is_at(one, place)]
    if not there:
        return Scope(own[:0], own[:0], no_place=str(place))
    return Scope(np.array(there, np.int64), own[:0], place=place)


def clause_span(text: str, place: Place) -> tuple[int, int]:
    """Return the span of a named section, clause or point of a passage that packs several."""
    start, end = 0, len(text)
    roman = place.section is not None and place.section[0] in "ivx"
    for label, sibling in (
        (place.section, r"[ivx]+\." if roman else r"(?:\d+(?:\.\d+)*|[ivx]+)\."),
        (place.clause, r"\d+\."),
        (place.point, r"[a-zđ]\)"),
    ):
        if label is not None:
            start, end = _part(text, start, end, label, sibling)
    return start, end


def _part(text: str, start: int, end: int, label: str, sibling: str) -> tuple[int, int]:
    """Narrow a span to the lines from a label to the next of its kind; the same without one."""
    mark = re.escape(label)
    lowered = text.lower()[:end]
    head = re.compile(rf"(?m)^{mark}[.)]\s").search(lowered, start)
    if head is None:
        return start, end
    # 1.1 is a part of 1, not what follows it
    following = re.compile(rf"(?m)^(?!{mark}\.\d){sibling}\s").search(lowered, head.end())
    stop = following.start() if following else end
    return head.start(), head.start() + len(text[head.start() : stop].rstrip())


def is_at(passage: Passage, place: Place) -> bool:
    """Tell whether a passage stands at a place, by its labels or by the headings over it.

    In a document that explains another, "4. Điều 5:" heads what it says of that Điều 5.
    """
    locator = passage.locator
    headings = (locator.heading or "").lower().split(" › ")
    lines = passage.text.lower().split("\n")
    labels = str(locator).lower().split(", ")

    def stands(label: str) -> bool:
        pattern = re.compile(rf"(?:[\d.]+\s*)?\(?{re.escape(label)}(?![\w.])")
        return any(pattern.match(text) for text in (*labels, *headings, lines[0]))

    def begins_a_line(mark: str) -> bool:
        return any(line.startswith(mark) for line in lines)

    if (
        place.article
        and locator.article is None
        and place.point is None
        and _explains((*headings, lines[0]), place)
    ):
        return True
    if place.section and not (
        any(f"{label}.".startswith(f"mục {place.section}.") for label in labels)
        or (locator.article is None and begins_a_line(f"{place.section}. "))
    ):
        return False
    return all(
        stands(label) or (mark is not None and begins_a_line(mark))
        for value, label, mark in (
            (place.article, f"điều {place.article}", None),
            (place.clause, f"khoản {place.clause}", f"{place.clause}. "),
            (place.point, f"điểm {place.point}", f"{place.point}) "),
        )
        if value
    )


def _explains(texts: Sequence[str], place: Place) -> bool:
    """Tell whether a heading says that it is about a place of another document.

    "10.1. (Khoản 1, Điều 10): ...", "12. Điều 11, Điều 12: ...", "14. Điều 12 (Khoản 2): ..."
    """
    for text in texts:
        head = text.partition(":")[0]
        if not _EXPLAINING.match(head):
            continue
        pairs = {
            (article, clause)
            for clauses, article in _CLAUSES_OF.findall(head)
            for clause in re.findall(r"\d+", clauses)
        } | {
            (article, clause)
            for article, clauses in _OF_CLAUSES.findall(head)
            for clause in re.findall(r"\d+", clauses)
        }
        if place.clause is None and f"điều {place.article}" in re.findall(r"điều \d+", head):
            return True
        if (place.article, place.clause) in pairs:
            return True
    return False


def cited_place(passage: Passage, place: Place, span: tuple[int, int]) -> str:
    """Return the locator of a named place, which may be part of what its passage packs.

    Where only the headings over a passage name the place, it stands behind the passage's own:
    "mục 4.2 (Điều 5, khoản 2)".
    """
    locator = passage.locator
    own, named = str(locator), locator.article
    if place.article and (named is None or named.lower() != f"điều {place.article}"):
        return f"{own} ({place})" if own else str(place)
    if span != (0, len(passage.text)):
        clause, point = place.clause, place.point
        label = f"mục {place.section}" if place.section and named is None else None
        clause_label = f"khoản {clause}" if clause else label or (locator.clause if point else None)
        return str(replace(locator, clause=clause_label, point=f"điểm {point}" if point else None))
    return own


def _documents_about(
    numbers: Sequence[DocumentNumber], library: Library, snapshot: Snapshot
) -> tuple[str, ...]:
    """Return documents that name one of the numbers in several passages, or in their first."""
    counts: Counter[str] = Counter()
    for number in numbers:
        if number.kind is None:
            continue
        spellings = {f"{number.sequence}_{number.kind}", f"{number.sequence:03d}_{number.kind}"}
        keys, _scores = snapshot.sparse.search(sorted(spellings), _DEPTH)
        for passage in library.passages_at(keys.tolist()):
            if any(number.matches(named) for named in _named_near(number.sequence, passage.text)):
                counts[passage.document_id] += 1
    return tuple(document_id for document_id, count in counts.items() if count >= _MENTIONS)


def _named_near(sequence: int, text: str) -> Iterator[DocumentNumber]:
    """Yield the document numbers in the surroundings of a sequence number in a text."""
    end = 0
    for match in re.finditer(rf"(?<!\d)0*{sequence}(?!\d)", text):
        if match.start() >= end:
            start, end = max(0, match.start() - _BEFORE), match.end() + _BEHIND
            yield from numbers_in(text[start:end])
