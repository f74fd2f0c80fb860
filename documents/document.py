"""The types every layer shares: a document, a place in it, and a passage of it."""

from bisect import bisect_right
from dataclasses import dataclass, fields
from datetime import date

DOUBTFUL = "text"  # in ``Document.review``: the letters may be damaged


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a passage stands in its document, in the labels a clerk would cite.

    Each field holds the label as printed ("Phần thứ nhất", "Chương II", "Điều 5", "khoản 2",
    "mục 1.1", "điểm a"); ``heading`` is the nearest heading's text and is not part of the citation.
    """

    part: str | None = None
    chapter: str | None = None
    article: str | None = None
    clause: str | None = None
    point: str | None = None
    heading: str | None = None

    def __str__(self) -> str:
        """Print from the whole to the part: "Điều 5, khoản 2, điểm a"."""
        labels = (self.part, self.chapter, self.article, self.clause, self.point)
        return ", ".join(label for label in labels if label)


@dataclass(frozen=True, slots=True)
class Document:
    """One văn bản as the library holds it.

    ``text`` is normalised (NFC, uniform tone marks) and every offset counts its characters.
    ``page_starts[i]`` is the offset at which page ``i + 1`` begins; empty where there are no pages.
    Fields the text does not state for certain are empty: nothing is guessed. ``review`` names those
    that staff should look at. ``replaces``, ``amends`` and ``based_on`` hold numbers as printed.
    """

    document_id: str
    title: str
    number: str | None
    kind: str | None
    issuer: str | None
    issued_on: date | None
    source: str
    sha256: str
    text: str
    page_starts: tuple[int, ...] = ()
    secrecy: str | None = None
    replaces: tuple[str, ...] = ()
    status: str = "current"
    amends: tuple[str, ...] = ()
    based_on: tuple[str, ...] = ()
    effective_on: date | None = None
    signer: str = ""
    signer_role: str = ""
    review: tuple[str, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Whether its letters may not be what its pages show, and nobody has looked yet."""
        return DOUBTFUL in self.review

    def page_at(self, offset: int) -> int | None:
        """Return the 1-based page that holds a character offset; None where there are no pages."""
        return page_at(self.page_starts, offset)


def page_at(page_starts: tuple[int, ...], offset: int) -> int | None:
    """Return the 1-based page that holds an offset; None where there are no pages."""
    return bisect_right(page_starts, offset) or None


@dataclass(frozen=True, slots=True)
class Passage:
    """A verbatim span of a document: ``document.text[start:end] == text``."""

    passage_id: str
    document_id: str
    text: str
    locator: Locator
    start: int
    end: int
    page: int | None = None


LOCATOR_FIELDS = tuple(field.name for field in fields(Locator))
