"""The exact lane: which documents and which places a question names outright.

Embeddings cannot tell 03-NQ/TU from 04-NQ/TU, so a named number narrows the search, and a number
that nobody has heard of is answered as such, never by a neighbour.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents.document import Passage
from documents.library import Library
from documents.normalize import fold
from index.snapshot import Snapshot
from retrieval.numbers import DocumentNumber, Place, numbers_in

_MENTIONS = 2  # passages that must name a document before another counts as being about it
_DEPTH = 200  # passages looked through for mentions of a number


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the answer must come from.

    ``keys`` are the passages left to search; empty ones mean that nothing can answer.
    ``absent`` is the number as written when the library has no document of that number: the
    keys are then of documents about it. ``place`` is the named place when it was not found.
    """

    keys: NDArray[np.int64]
    absent: str | None = None
    place: str | None = None
    is_place: bool = False


@dataclass(frozen=True)
class Catalogue:
    """The numbers of the library's documents, taken apart."""

    entries: tuple[tuple[str, DocumentNumber], ...]

    @classmethod
    def of(cls, library: Library) -> "Catalogue":
        """Read the numbers of a library's documents."""
        return cls(
            tuple(
                (document_id, parsed)
                for document_id, number, kind in library.numbers()
                for parsed in (_parsed(number) or _parsed(f"{kind or ''} số {number}"))[:1]
            )
        )

    def bearing(self, numbers: Sequence[DocumentNumber]) -> tuple[str, ...]:
        """Return the ids of the documents that bear one of the numbers."""
        return tuple(
            document_id
            for document_id, own in self.entries
            if any(own.matches(number) for number in numbers)
        )


def _parsed(number: str) -> tuple[DocumentNumber, ...]:
    return numbers_in(number)


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
    documents = catalogue.bearing(numbers)
    if not documents:
        about = _documents_about(numbers, library, snapshot)
        return Scope(library.keys_of(about), absent=numbers[0].written)
    keys = library.keys_of(documents)
    if place is None:
        return Scope(keys)
    there = [
        key
        for key, passage in zip(keys.tolist(), library.passages_at(keys.tolist()), strict=True)
        if is_at(passage, place)
    ]
    if not there:
        return Scope(np.empty(0, np.int64), place=str(place))
    return Scope(np.array(there, np.int64), is_place=True)


def is_at(passage: Passage, place: Place) -> bool:
    """Tell whether a passage stands at a place, by its labels or by the headings over it.

    In a document that explains another, "4. Điều 5:" heads what it says of that Điều 5.
    """
    locator = passage.locator
    headings = fold(locator.heading or "").split(" › ")
    first_line = fold(passage.text.split("\n", 1)[0])
    labels = [fold(label) for label in str(locator).split(", ")]

    def stands(label: str) -> bool:
        pattern = re.compile(rf"(?:[\d.]+\s*)?\(?{re.escape(label)}(?![\w.])")
        return any(pattern.match(text) for text in (*labels, *headings, first_line))

    wanted = [
        f"dieu {place.article}" if place.article else None,
        f"khoan {place.clause}" if place.clause else None,
        f"diem {place.point}" if place.point else None,
    ]
    if place.section and not any(
        label == f"muc {place.section}" or label.startswith(f"muc {place.section}.")
        for label in labels
    ):
        return False
    return all(stands(label) for label in wanted if label)


def _documents_about(
    numbers: Sequence[DocumentNumber], library: Library, snapshot: Snapshot
) -> tuple[str, ...]:
    """Return documents that name one of the numbers in several passages, or in their first."""
    counts: Counter[str] = Counter()
    for number in numbers:
        if number.kind is None:
            continue
        spellings = {f"{number.sequence:02d}_{number.kind}", f"{number.sequence}_{number.kind}"}
        keys, _scores = snapshot.sparse.search(sorted(spellings), _DEPTH)
        for passage in library.passages_at(keys.tolist()):
            if any(number.matches(named) for named in numbers_in(passage.text)):
                counts[passage.document_id] += 1
    return tuple(document_id for document_id, count in counts.items() if count >= _MENTIONS)
