"""What every page works on, what it is asked and what it answers: free of any framework."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.review.clusters import QueryEncoder
from bot.review.reader import Reader
from documents.store.library import Library
from retrieval.answer import Response


@dataclass(frozen=True, slots=True)
class Desk:
    """The log as one person reviews it, and the library; None where nothing was added yet.

    ``ask`` answers from today's library; ``hidden`` gives the documents that reports do not name.
    """

    reader: Reader
    library: Library | None
    encoder: QueryEncoder
    ask: Callable[[str], Response] | None
    hidden: Callable[[], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the fields of its address and of its form, and when it came."""

    now: datetime
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    number: int = 0  # the question of the address, where it names one


@dataclass(frozen=True, slots=True)
class Page:
    """A template of templates/ with what it shows; ``rows`` is how many entries it reads out."""

    template: str
    values: Mapping[str, object]
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """What is downloaded under a name, or shown as it is where it has none."""

    content: str
    kind: str
    name: str | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where to go on after a change."""

    to: str


Reply = Page | File | Redirect
Handler = Callable[[Desk, Call], Reply]
