"""What a reader is given, a question within one scope, and what it gives: a draft of an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from documents.document import Passage
from retrieval.library_view import LibraryView
from retrieval.question.question import Question
from retrieval.ranking.ranking import Ranked
from retrieval.ranking.retrieve import Candidate
from retrieval.scopes import Scope

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quote:
    """The best sentence of a passage and a window of at most 60 words around it.

    ``place`` is the passage's place among those searched. Offsets count characters of its text;
    ``marks`` are spans of the wanted kind that the question does not already hold, ``covered`` is
    the share of the question's IDF mass in the sentence, ``share`` the window's probability of
    holding the answer among all windows of the passages searched.
    """

    place: int
    sentence: Span
    window: Span
    marks: tuple[Span, ...]
    covered: float
    share: float


@dataclass(frozen=True, slots=True)
class Trust:
    """Which words of which passage come first in a ranking, and how likely they are to answer.

    ``if_stated`` is the probability where a sentence holds all of the question. ``relevance`` is
    what a trained reader says of the passages it read, by their ids: log-odds of answering.
    """

    lead: Candidate
    quote: Quote
    probability: float
    if_stated: float
    relevance: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """A question within one scope, with what was found there.

    ``passages`` are the best of the ranking, that of the leading quote before the others. Where
    nothing was found there are none, and ``trust`` is None.
    """

    question: Question
    scope: Scope
    ranking: Ranked
    trust: Trust | None
    passages: tuple[Passage, ...]
    view: LibraryView


class Strength(IntEnum):
    """How directly a draft answers; the stronger one is shown."""

    QUOTED = 0  # the likeliest sentence
    STATED = 1  # a sentence of the form that was asked for
    FIGURE = 2  # the number asked for, with what it counts: needs no threshold
    NAMED = 3  # what the question names outright


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader would answer with: a span of a passage, or a figure computed from it.

    ``span`` is what is shown and ``cited`` what is quoted as its source, ``marks`` are the spans
    that answer, all in the passage's text. ``probability`` is that of answering, ``covered`` the
    share of the question's subject that a figure is of. ``computed`` is what is shown instead of
    the span, ``derivation`` the sum behind it. ``lacks_number`` where a number was asked for and
    none is there. ``locator`` is given where it is not the passage's own. ``is_found_by_name``
    where no ranking was asked.
    """

    passage: Passage
    span: Span
    cited: Span
    strength: Strength
    marks: tuple[Span, ...] = ()
    probability: float = 1.0
    covered: float = 0.0
    computed: str | None = None
    derivation: str | None = None
    inconsistency: tuple[str, str] | None = None
    lacks_number: bool = False
    locator: str | None = None
    is_found_by_name: bool = False


@dataclass(frozen=True, slots=True)
class Unstated:
    """The document that is meant does not say what is asked of it."""


Reader = Callable[[Case], Draft | Unstated | None]
