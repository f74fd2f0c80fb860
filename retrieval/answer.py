"""What a reader is given: an answer with its citations, or an honest "not found"."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from documents.document import Document, Passage
from documents.metadata.description import is_draft
from documents.store.records import Head
from documents.vietnamese.sentences import sentences

CUT = "…"
HEAD_LENGTH = 250  # characters of a list's head; a longer one is left to the passage in full
_ITEM = re.compile(r"(?P<letter>[a-zđ]\))\s|(?P<dash>[-–+•*])\s")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query; ``leg`` is "dense", "sparse", "hybrid" or "exact"."""

    passage: Passage
    score: float
    rank: int
    leg: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The source of a quote; ``quote`` is a verbatim span of the passage, from ``quote_start``.

    ``replaced_by`` names the document that has taken the cited one's place. ``is_doubtful`` where
    the letters of its file may be damaged: a quote is then to be compared with the original.
    ``before`` and ``behind`` are shown around the quote: the head of its list, or "…" where a
    sentence is cut.
    """

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
    replaced_by: str | None = None
    is_doubtful: bool = False
    before: str = ""
    behind: str = ""

    @property
    def is_draft(self) -> bool:
        """Whether the document is a draft, which has no force."""
        return is_draft(self.kind)

    @classmethod
    def of(
        cls,
        marker: int,
        document: Document | Head,
        passage: Passage,
        span: tuple[int, int],
        replaced_by: str | None = None,
    ) -> "Citation":
        """Cite a span (start, end) of a passage's text; raises ValueError when it is not one."""
        start, end = span
        if not 0 <= start < end <= len(passage.text):
            raise ValueError(f"not a span of {passage.passage_id}: {span}")
        before, behind = around(passage.text, span)
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
            quote=passage.text[start:end],
            quote_start=start,
            replaced_by=replaced_by,
            is_doubtful=document.is_doubtful,
            before=before,
            behind=behind,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer backed by at least one citation.

    ``text`` leads: a sentence of the first citation, or a computed figure with its arithmetic,
    "70% (77,78% − 7,78%)". ``highlights`` are the spans (start, end) of it that answer.
    ``derivation`` is the whole sum where the figure was computed, "77,78% − 7,78% = 70%".
    ``confidence`` is the calibrated probability that the first citation answers the question.
    ``inconsistency`` gives a percentage as the document states it and as its own count and total
    give it, where the two differ. ``absent`` is a document number the question names that the
    library has no document of: the answer is from documents about it. ``missing`` are such numbers
    where the answer is from another document that the question names as well. ``is_generated``
    when a language model worded ``text``: its sentences cite the markers of ``citations`` as [1].
    ``is_likely`` where the reader is not sure: it is then said to be what the asker may need.
    ``before`` and ``behind`` are shown around ``text``, as they are around a quote.
    """

    question: str
    text: str
    derivation: str | None
    citations: tuple[Citation, ...]
    confidence: float
    highlights: tuple[tuple[int, int], ...] = ()
    inconsistency: tuple[str, str] | None = None
    absent: str | None = None
    missing: tuple[str, ...] = ()
    is_generated: bool = False
    is_likely: bool = False
    before: str = ""
    behind: str = ""

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("an answer needs at least one citation")


class Reason(StrEnum):
    """Why there is no answer."""

    EMPTY_LIBRARY = "empty_library"
    EMPTY_QUESTION = "empty_question"
    NOTHING_FOUND = "nothing_found"
    LOW_CONFIDENCE = "low_confidence"
    NO_SUCH_DOCUMENT = "no_such_document"
    NO_SUCH_PLACE = "no_such_place"


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The documents do not answer; ``nearest`` are offered as near, never as an answer.

    ``subject`` is the document or place as named that is not there.
    """

    question: str
    reason: Reason
    nearest: tuple[Citation, ...] = ()
    subject: str | None = None


Reply = Answer | NoAnswer


@dataclass(frozen=True, slots=True)
class Response:
    """A reply with what led to it: for the channels, the query log and ``ask --json``.

    ``understood_as`` is the reading of the question that was searched for.
    ``sources[i]`` cites ``hits[i]`` with its best sentence; ``elapsed_ms`` is wall time and
    ``stages`` what it went into; ``model`` and ``generation`` are what was searched by.
    ``confidence`` is the probability that the first of the sources answers, given as an answer
    or not. ``is_follow_up`` where it was read together with the turn before: what was typed means
    nothing alone.
    """

    reply: Reply
    understood_as: str
    hits: tuple[Hit, ...] = ()
    sources: tuple[Citation, ...] = ()
    elapsed_ms: float = 0.0
    stages: tuple[tuple[str, float], ...] = field(default=(), compare=False)
    model: str | None = field(default=None, compare=False)
    generation: int | None = field(default=None, compare=False)
    confidence: float = field(default=0.0, compare=False)
    is_follow_up: bool = field(default=False, compare=False)


def around(text: str, span: Span) -> tuple[str, str]:
    """Return what is shown before and behind a span of a passage; "" where it stands alone."""
    start, end = span
    spans = sentences(text)
    inside = any(a < start < b for a, b in spans)
    cut_behind = any(a < end < b for a, b in spans) or text[start:end].rstrip().endswith(":")
    before = f"{CUT} " if inside else _head(text, spans, start)
    return before, f" {CUT}" if cut_behind and end < len(text.rstrip()) else ""


def _head(text: str, spans: tuple[Span, ...], start: int) -> str:
    """Return the sentence that announces the list of which an item begins at ``start``."""
    item = _ITEM.match(text, start)
    if item is None:
        return ""
    between = False
    for a, b in reversed([one for one in spans if one[1] <= start]):
        if text[a:b].endswith(":") and not _is_like(item, _ITEM.match(text, a)):
            head = text[a:b]
            gap = f"{CUT}\n" if between else ""
            return f"{head}\n{gap}" if len(head) <= HEAD_LENGTH else ""
        between = True
    return ""


def _is_like(item: re.Match[str], other: re.Match[str] | None) -> bool:
    return other is not None and item.lastgroup == other.lastgroup
