"""What the heads of the library's documents say: numbers, dates and issuers, taken apart."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from documents.store.library import Library
from documents.store.records import Head
from documents.vietnamese.document_number import DocumentNumber, numbers_in
from documents.vietnamese.issuers import own_name
from retrieval.question.question import Description


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A head with the number it bears, those its title names, and its description."""

    head: Head
    number: DocumentNumber | None
    titled: tuple[DocumentNumber, ...]
    description: Description

    @classmethod
    def of(cls, head: Head) -> "_Parsed":
        number = number_of(head)
        return cls(head, number, numbers_in(head.title), Description.of(head, number))


Numbered = Mapping[int, tuple[tuple[str, DocumentNumber], ...]]


@dataclass(frozen=True)
class Catalogue:
    """What the heads of a library's documents say, found by number or by description.

    ``own`` and ``titles`` are ids with the numbers that documents bear and that their titles name,
    by sequence. ``replaced`` are pairs of ids: a document, and one that has taken its place.
    ``hidden`` are documents that it knows nothing of.
    """

    parsed: tuple[_Parsed, ...]
    own: Numbered
    titles: Numbered
    described_by: Mapping[tuple[str, object], tuple[_Parsed, ...]]
    replaced: tuple[tuple[str, str], ...] = ()
    hidden: frozenset[str] = frozenset()

    @classmethod
    def of(cls, library: Library, before: "Catalogue | None" = None) -> "Catalogue":
        """Read the heads of a library's documents; those of ``before`` are not parsed again."""
        known = {one.head: one for one in (before.parsed if before else ())}
        parsed = tuple(known.get(head) or _Parsed.of(head) for head in library.heads())
        described: dict[tuple[str, object], list[_Parsed]] = defaultdict(list)
        for one in parsed:
            for name, value in one.description.stated():
                described[name, value].append(one)
        return cls(
            parsed,
            _by_sequence((one.head.document_id, one.number) for one in parsed if one.number),
            _by_sequence((one.head.document_id, each) for one in parsed for each in one.titled),
            {key: tuple(ones) for key, ones in described.items()},
            library.replacements(),
        )

    def without(self, hidden: frozenset[str]) -> "Catalogue":
        """Return the catalogue as it is for whoever must not learn of some documents."""
        return replace(self, hidden=hidden) if hidden else self

    def bearing(self, number: DocumentNumber) -> tuple[str, ...]:
        """Return the ids of the documents of a number; of those, the ones of a year beside it."""
        found = [
            (one, own)
            for one, own in self.own.get(number.sequence, ())
            if own.matches(number) and one not in self.hidden
        ]
        near = [(one, own) for one, own in found if number.near and own.year == number.near]
        return tuple(one for one, _own in near or found)

    def about(self, numbers: Sequence[DocumentNumber]) -> tuple[str, ...]:
        """Return the ids of the documents whose title names one of the numbers."""
        return tuple(
            one
            for number in numbers
            for one, own in self.titles.get(number.sequence, ())
            if own.matches(number) and one not in self.hidden
        )

    def described(self, description: Description) -> tuple[str, ...]:
        """Return the ids of the documents that fit a description; none when all of them do."""
        # the place may be unknown of a document, and is no key
        keys = [key for key in description.stated() if key[0] != "place"]
        nearest: Sequence[_Parsed] = self.parsed
        if keys:
            nearest = min((self.described_by.get(key, ()) for key in keys), key=len)
        found = tuple(
            one.head.document_id
            for one in nearest
            if description.fits(one.description) and one.head.document_id not in self.hidden
        )
        all_of_them = len(found) + len(self.hidden) >= len(self.parsed) and len(found) == sum(
            one.head.document_id not in self.hidden for one in self.parsed
        )
        return () if all_of_them else found


def _by_sequence(pairs: Iterable[tuple[str, DocumentNumber]]) -> Numbered:
    found: dict[int, list[tuple[str, DocumentNumber]]] = defaultdict(list)
    for document_id, number in pairs:
        found[number.sequence].append((document_id, number))
    return {sequence: tuple(ones) for sequence, ones in found.items()}


def number_of(head: Head) -> DocumentNumber | None:
    """Return the number a document bears, with the day, year and place of its issue."""
    if not head.number:
        return None
    parsed = numbers_in(head.number) or numbers_in(f"{head.kind or ''} số {head.number}")
    if not parsed:
        return None
    issued, place = head.issued_on, own_name(head.issuer)
    year = parsed[0].year or (issued.year if issued else None)
    return replace(parsed[0], year=year, day=issued, place=place, near=None)
