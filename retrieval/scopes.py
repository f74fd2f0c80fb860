"""Which documents may answer, in order: those a question names, else describes, else all.

Embeddings cannot tell 03-NQ/TU from 04-NQ/TU, so a named number narrows the search, and a number
that nobody has heard of is answered as such, never by a neighbour.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from documents.document import Passage
from documents.splitting.passages import is_body
from documents.store.library import Library
from documents.vietnamese.document_number import DocumentNumber, numbers_in
from documents.vietnamese.provisions import Place
from index.snapshot.snapshot import Snapshot
from retrieval.library_view import LibraryView
from retrieval.question.question import Question

# of lower-cased headings
_EXPLAINING = re.compile(r"(?:[\d.]+\s*)?(?:\(khoản|điều \d)")
_CLAUSES_OF = re.compile(r"\(khoản ((?:khoản|và|[\d, ])+?),? điều (\d+)\)")
_OF_CLAUSES = re.compile(r"điều (\d+) \(((?:khoản|và|[\d, ])+)\)")
_BEFORE, _BEHIND = 80, 160  # characters around a number that tell kind, date and issuer
_MENTIONS = 2  # passages that must name a document before another counts as being about it
_DEPTH = 200  # passages looked through for mentions of a number


class ScopeKind(StrEnum):
    """How a question leads to the documents of a scope."""

    HEADS = "heads"  # letterhead and signature of named documents, which no ranking holds
    NAMED = "named"
    ABOUT = "about"  # documents about the named ones
    TITLED = "titled"  # one of the best, which the question may name by its title
    DESCRIBED = "described"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an answer may come from, and the question as it is asked there.

    ``keys`` are the passages that are searched, None for all, and ``documents`` those whose heads
    are read. ``asks`` names what may answer, in the table of readers. ``place`` is the named place
    whose passages these are. ``is_enough`` where an answer found here is looked for no further.
    """

    kind: ScopeKind
    question: Question
    keys: NDArray[np.int64] | None
    asks: tuple[str, ...]
    documents: tuple[str, ...] = ()
    place: Place | None = None
    is_enough: bool = True

    @classmethod
    def everything(cls, question: Question) -> "Scope":
        """Return the scope of all documents."""
        return cls(ScopeKind.ALL, question, None, question.intent.asks)


@dataclass(frozen=True, slots=True)
class Named:
    """The documents that a question names.

    ``own`` are the passages of the documents named, ``about`` those of documents about them.
    ``absent`` is the number as written when the library has no document of that number, and
    ``no_place`` the named place when the document does not have it, ``is_certain`` unless it may
    have been lost in reading. ``place`` is the named place when it was found: then ``own`` are its
    passages. ``missing`` are numbers named beside those of ``own`` that the library has no document
    of.
    """

    own: NDArray[np.int64]
    about: NDArray[np.int64]
    absent: str | None = None
    place: Place | None = None
    no_place: str | None = None
    is_certain: bool = True
    missing: tuple[str, ...] = ()


def scopes(question: Question, named: Named | None, view: LibraryView) -> Iterator[Scope]:
    """Yield where an answer is looked for, the likeliest first."""
    if named is not None:
        yield from _named_scopes(question, named, view)
        return
    if question.intent.fact:
        yield Scope(ScopeKind.TITLED, question, None, ("fact",))
    if question.description is not None:
        described = view.library.keys_of(view.catalogue.described(question.description))
        if len(described):
            yield Scope(ScopeKind.DESCRIBED, question, described, question.intent.asks)
    yield Scope.everything(question)


def _named_scopes(question: Question, named: Named, view: LibraryView) -> Iterator[Scope]:
    own, about, asks = named.own, named.about, question.intent.asks
    if question.intent.fact and len(own) and not named.place:
        for asked, keys in ((question.of_the_document(), own), (question, about)):
            ids = tuple(dict.fromkeys(view.library.document_ids_at(keys.tolist())))
            if ids and asked.intent.fact:
                yield Scope(ScopeKind.HEADS, asked, keys[:0], ("fact",), ids)
    if named.place:
        yield Scope(ScopeKind.NAMED, question, own, ("place", *asks), place=named.place)
        return
    if question.is_about_the_document and len(own):
        yield Scope(ScopeKind.NAMED, question, own, ("overview", *asks))
        return
    inner = question.within_named()
    if len(own):
        is_enough = question.asks_what_the_named_says
        yield Scope(ScopeKind.NAMED, inner, own, asks, is_enough=is_enough)
    if len(about):
        yield Scope(ScopeKind.ABOUT, inner, about, asks, is_enough=False)


def named_in(question: Question, view: LibraryView) -> Named | None:
    """Return the documents that a question names, or that a follow-up stays within, if any."""
    if question.document_id is not None:
        own = view.library.keys_of([question.document_id])
        return Named(own, own[:0]) if question.place is None else _at(question.place, own, view)
    if not question.numbers or view.is_empty:
        return None
    numbers, library = question.numbers, view.library
    bearing = [view.catalogue.bearing(number) for number in numbers]
    titled = view.catalogue.about(numbers)
    documents = tuple(dict.fromkeys(one for ids in bearing for one in ids))
    missing = _each_once([number for number, ids in zip(numbers, bearing, strict=True) if not ids])
    mentioning = {*titled, *_documents_about(numbers, library, view.snapshot)}
    about = library.keys_of(sorted(mentioning.difference(documents).difference(view.hidden)))
    own = library.keys_of(documents)
    if not documents:
        return Named(own, about, absent=", ".join(missing))
    named = Named(own, about)
    if question.place is not None:
        named = _at(question.place, own, view)
    return replace(named, missing=missing)


def _each_once(absent: Sequence[DocumentNumber]) -> tuple[str, ...]:
    """Return numbers as written, without the second spelling of one."""
    return tuple(
        one.written
        for place, one in enumerate(absent)
        if not any(one.matches(before) for before in absent[:place])
    )


def _at(place: Place, own: NDArray[np.int64], view: LibraryView) -> Named:
    passages = view.library.passages_by_key(own.tolist())
    there = [key for key, one in passages.items() if is_at(one, place)]
    if not there:
        is_certain = not _may_be_lost(place, list(passages.values()))
        return Named(own[:0], own[:0], no_place=str(place), is_certain=is_certain)
    return Named(np.array(there, np.int64), own[:0], place=place)


def _may_be_lost(place: Place, passages: Sequence[Passage]) -> bool:
    """Whether a document may have an article that its numbering as read does not show.

    Articles before the last that was read are only missed, as is one that the text prints amid a
    line; and where nothing is numbered, the numbers were lost with the file's lists.
    """
    if place.article is None:
        return False
    known = [one.locator.article for one in passages if one.locator.article]
    numbers = {int(found[0]) for label in known if (found := re.search(r"\d+", label))}
    asked = re.match(r"\d+", place.article)
    if asked and numbers and int(asked[0]) <= max(numbers) and int(asked[0]) not in numbers:
        return True
    printed = re.compile(rf"\bđiều {re.escape(place.article)}[.:]", re.IGNORECASE)
    if not numbers and not any(map(_is_numbered, passages)):
        return True
    return f"Điều {place.article}" not in known and any(
        printed.search(passage.text) for passage in passages
    )


def _is_numbered(passage: Passage) -> bool:
    return is_body(passage) and bool(str(passage.locator))


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
