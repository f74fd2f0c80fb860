"""When two documents are the same văn bản, when one replaces the other, and which one is meant."""

from datetime import date
from typing import Protocol

from documents.vietnamese.document_number import number_key
from documents.vietnamese.normalize import fold, normalize

_CENTRAL = "tw"  # numbers of the Central organs are one series, whichever organ signs
_NUMBER_WORD = "so"  # "Nghị quyết số 03-NQ/TU"


class Described(Protocol):
    """What is known of a document without its text."""

    @property
    def number(self) -> str | None:
        """The số hiệu."""

    @property
    def kind(self) -> str | None:
        """The loại văn bản."""

    @property
    def issuer(self) -> str | None:
        """The cơ quan ban hành."""

    @property
    def issued_on(self) -> date | None:
        """The ngày ban hành."""


def is_meant(reference: str, number: str | None, kind: str | None) -> bool:
    """Say whether a reference means this number, its parts in any order: "nq 03 tu"."""
    wanted = sorted(part for part in number_key(reference).split() if part != _NUMBER_WORD)
    own = number_key(number).split()
    return bool(own) and wanted in (sorted(own), sorted(own + _words(kind or "")))


def same_document(one: Described, other: Described) -> bool:
    """Say whether two files are versions of one văn bản: number, kind, issuer and date agree.

    A field that only one of them states does not tell them apart. The date does, because numbers
    begin anew with each term: two resolutions "03-NQ/TU" of one committee may be years apart.
    """
    key = number_key(one.number)
    return (
        key != ""
        and key == number_key(other.number)
        and _agree(_words(one.kind or ""), _words(other.kind or ""))
        and (
            _CENTRAL in key.split() or _agree(_words(one.issuer or ""), _words(other.issuer or ""))
        )
        and _agree(one.issued_on, other.issued_on)
    )


def may_replace(newer: Described, older: Described) -> bool:
    """Say whether a number that ``newer`` names as replaced can mean ``older``, which bears it.

    Provinces number alike, so outside the Central series the issuers must be of one place; and
    nothing replaces what came after it.
    """
    if newer.issued_on and older.issued_on and older.issued_on > newer.issued_on:
        return False
    central = _CENTRAL in number_key(older.number).split()
    return central or _agree(_place(newer.issuer), _place(older.issuer))


def _agree(one: object, other: object) -> bool:
    return not one or not other or one == other


def _words(text: str) -> list[str]:
    return fold(normalize(text)).split()


def _place(issuer: str | None) -> list[str]:
    """Return the last two words: "Ban Thường vụ Tỉnh ủy Kon Tum" is of Kon Tum."""
    return _words(issuer or "")[-2:]
