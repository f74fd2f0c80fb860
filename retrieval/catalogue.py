"""What the heads of the library's documents say: numbers, dates and issuers, taken apart."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from documents.library import Head, Library
from retrieval.descriptions import Description
from retrieval.issuers import own_name
from retrieval.numbers import DocumentNumber, numbers_in


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A head with the number it bears, those its title names, and its description."""

    head: Head
    number: DocumentNumber | None
    titled: tuple[DocumentNumber, ...]
    description: Description

    @classmethod
    def of(cls, head: Head) -> "_Parsed":
        number = _number_of(head)
        return cls(head, number, numbers_in(head.title), Description.of(head, number))


@dataclass(frozen=True)
class Catalogue:
    """Document ids with the numbers they bear, those their titles name, and what else is known.

    ``replaced`` are pairs of ids: a document, and one that has taken its place.
    """

    own: tuple[tuple[str, DocumentNumber], ...]
    titles: tuple[tuple[str, DocumentNumber], ...]
    descriptions: tuple[tuple[str, Description], ...]
    replaced: tuple[tuple[str, str], ...] = ()
    parsed: tuple["_Parsed", ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def of(cls, library: Library, before: "Catalogue | None" = None) -> "Catalogue":
        """Read the heads of a library's documents; those of ``before`` are not parsed again."""
        known = {one.head: one for one in (before.parsed if before else ())}
        parsed = tuple(known.get(head) or _Parsed.of(head) for head in library.heads())
        return cls(
            own=tuple((one.head.document_id, one.number) for one in parsed if one.number),
            titles=tuple((one.head.document_id, each) for one in parsed for each in one.titled),
            descriptions=tuple((one.head.document_id, one.description) for one in parsed),
            replaced=library.replacements(),
            parsed=parsed,
        )

    def without(self, hidden: frozenset[str]) -> "Catalogue":
        """Return the catalogue as it is for whoever must not learn of some documents."""
        if not hidden:
            return self
        return Catalogue(
            tuple(pair for pair in self.own if pair[0] not in hidden),
            tuple(pair for pair in self.titles if pair[0] not in hidden),
            tuple(pair for pair in self.descriptions if pair[0] not in hidden),
            tuple(pair for pair in self.replaced if pair[1] not in hidden),
        )

    def bearing(self, number: DocumentNumber) -> tuple[str, ...]:
        """Return the ids of the documents of a number; of those, the ones of a year beside it."""
        found = [(one, own) for one, own in self.own if own.matches(number)]
        near = [(one, own) for one, own in found if number.near and own.year == number.near]
        return tuple(one for one, _own in near or found)

    def about(self, numbers: Sequence[DocumentNumber]) -> tuple[str, ...]:
        """Return the ids of the documents whose title names one of the numbers."""
        return tuple(
            one for one, own in self.titles if any(own.matches(number) for number in numbers)
        )

    def described(self, description: Description) -> tuple[str, ...]:
        """Return the ids of the documents that fit a description; none when all of them do."""
        found = tuple(one for one, own in self.descriptions if description.fits(own))
        return found if len(found) < len(self.descriptions) else ()


def _number_of(head: Head) -> DocumentNumber | None:
    if not head.number:
        return None
    parsed = numbers_in(head.number) or numbers_in(f"{head.kind or ''} số {head.number}")
    if not parsed:
        return None
    issued, place = head.issued_on, own_name(head.issuer)
    year = parsed[0].year or (issued.year if issued else None)
    return replace(parsed[0], year=year, day=issued, place=place, near=None)
