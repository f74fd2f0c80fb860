"""Documents described without their number: "nghị quyết năm 2021 của Tỉnh ủy"."""

import re
from dataclasses import dataclass, fields
from datetime import date

from documents.store.records import Head
from documents.vietnamese import issuers
from documents.vietnamese.document_number import (
    KIND,
    KINDS,
    DocumentNumber,
    attributes,
    kind_of,
    plain,
)
from documents.vietnamese.normalize import fold

_DESCRIBED = re.compile(rf"(?:{KIND}|(?<!\w)van ban)(?!\w)(?: nao)?")


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of a document beside its number; None where nothing is."""

    kind: str | None = None
    issuer: str | None = None
    place: str | None = None
    day: date | None = None
    year: int | None = None

    @classmethod
    def of(cls, head: Head, number: DocumentNumber | None) -> "Description":
        """Describe a document by its head."""
        issuer = fold(head.issuer or "")
        place = issuers.own_name(head.issuer)
        named = issuers.code_of(issuer.removesuffix(place or "").strip())
        return cls(
            kind=KINDS.get(fold(head.kind or "")) or (number.kind if number else None),
            issuer=(number.issuer if number else None) or named,
            place=place,
            day=head.issued_on,
            year=head.issued_on.year if head.issued_on else None,
        )

    def stated(self) -> tuple[tuple[str, object], ...]:
        """Return what is stated, as (field, value)."""
        values = ((one.name, getattr(self, one.name)) for one in fields(self))
        return tuple((name, value) for name, value in values if value is not None)

    def fits(self, document: "Description") -> bool:
        """Tell whether a document has all that is stated; its issuer's place may be unknown."""
        return all(
            mine is None or mine == theirs
            for mine, theirs in (
                (self.kind, document.kind),
                (self.issuer, document.issuer),
                (self.day, document.day),
                (self.year, document.year),
                (self.place, document.place or self.place),
            )
        )


def description_in(text: str) -> Description | None:
    """Return how a question describes a document: by a kind with a day, a year or an issuer."""
    folded = plain(text)
    for match in _DESCRIBED.finditer(folded):
        behind = attributes(folded, text, match.end())
        if behind.issuer or behind.day or behind.near:
            kind = kind_of(match)
            if kind is None and behind.day is None:
                continue  # "văn bản của Tỉnh ủy" may be any
            return Description(kind, behind.issuer, behind.place, behind.day, behind.near)
    return None
