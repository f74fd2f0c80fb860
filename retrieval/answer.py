"""What a reader is given: an answer with its citations, or an honest "not found"."""

from dataclasses import dataclass
from datetime import date

from documents.document import Document, Passage


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query; ``leg`` is "dense", "sparse", "hybrid" or "exact"."""

    passage: Passage
    score: float
    rank: int
    leg: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The source of a quote; ``quote`` is a verbatim span of the passage, from ``quote_start``."""

    marker: int
    passage_id: str
    document_id: str
    title: str
    number: str | None
    kind: str | None
    issuer: str | None
    issued_on: date | None
    locator: str
    page: int | None
    quote: str
    quote_start: int = 0
    notice: str | None = None

    @classmethod
    def of(cls, marker: int, document: Document, passage: Passage, quote: str) -> "Citation":
        """Cite a quote of a passage; raises ValueError when the quote is not verbatim."""
        start = passage.text.find(quote)
        if start < 0:
            raise ValueError(f"not a verbatim span of {passage.passage_id}: {quote!r}")
        return cls(
            marker=marker,
            passage_id=passage.passage_id,
            document_id=document.document_id,
            title=document.title,
            number=document.number,
            kind=document.kind,
            issuer=document.issuer,
            issued_on=document.issued_on,
            locator=str(passage.locator),
            page=document.page_at(passage.start + start),
            quote=quote,
            quote_start=start,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer backed by at least one citation.

    ``text`` leads; ``highlights`` are the spans (start, end) of ``text`` that answer the question.
    ``derivation`` shows the arithmetic where a figure was computed from the quote.
    ``confidence`` is the calibrated probability that the first citation answers the question.
    """

    question: str
    text: str
    derivation: str | None
    citations: tuple[Citation, ...]
    confidence: float
    highlights: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("an answer needs at least one citation")


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The documents do not answer; ``nearest`` are offered as near, never as an answer.

    ``reason`` is a short code: "empty_library", "empty_question", "nothing_found",
    "low_confidence", "no_such_document", "no_such_place".
    """

    question: str
    reason: str
    nearest: tuple[Citation, ...] = ()
    subject: str | None = None


Reply = Answer | NoAnswer


@dataclass(frozen=True, slots=True)
class Response:
    """A reply with what led to it: for the channels, the query log and ``ask --json``.

    ``understood_as`` is the reading of the question that was searched for.
    ``sources[i]`` cites ``hits[i]`` with its best sentence; ``elapsed_ms`` is wall time.
    """

    reply: Reply
    understood_as: str
    hits: tuple[Hit, ...]
    sources: tuple[Citation, ...]
    elapsed_ms: float
