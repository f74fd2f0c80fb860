"""The figures of a report: one period of the log, and the one before it to compare with."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.query_log.log import QueryLog
from bot.review import clusters, days, views
from bot.review.clusters import Cluster, QueryEncoder
from bot.review.days import Day, Tally
from bot.review.filters import Filter
from bot.review.views import Cited
from documents.store.library import Library

TOPICS = 10
UNANSWERED = 15
CITED = 10
NEVER_CITED = 40
_BY_DAY, _BY_WEEK = 62, 400  # days of a period up to which a bar is a day, or a week; else a month
_ASKED = ("answered", "nearest", "refused")
_UNANSWERED = ("nearest", "refused")


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the plots: a day, a week from its Monday, or a month from its first."""

    first: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report shows; ``never_cited`` are names, and ``never_cited_count`` all of them."""

    since: date
    until: date
    total: Tally
    before: Tally
    steps: tuple[Step, ...]
    topics: tuple[Cluster, ...]
    unanswered: tuple[Cluster, ...]
    topics_left: int  # distinct questions beyond those that are grouped
    unanswered_left: int
    cited: tuple[Cited, ...]
    never_cited: tuple[str, ...]
    never_cited_count: int
    documents: int

    @property
    def step_name(self) -> str:
        """What one bar of the plots stands for: "day", "week" or "month"."""
        return step_name(self.since, self.until)


def gather(
    log: QueryLog,
    library: Library | None,
    encoder: QueryEncoder,
    since: date,
    until: date,
    hidden: frozenset[str] = frozenset(),
) -> Figures:
    """Read the figures of a period in Vietnam's days, both ends included.

    Of ``hidden`` documents nothing is named, nor what was answered from them: many read a report.
    """
    period = Filter(since=since, until=until)
    length = until - since + timedelta(days=1)
    before = Filter(since=since - length, until=since - timedelta(days=1))
    asked = days.days(log, period)
    often = views.repeated(log, period, _ASKED, clusters.MOST, hidden)
    failed = views.repeated(log, period, _UNANSWERED, clusters.MOST, hidden)
    cited = tuple(one for one in views.cited(log, period) if one.document_id not in hidden)
    never = [one for one in views.never_cited(library, cited) if one[0] not in hidden]
    heads = library.heads() if library else ()
    return Figures(
        since=since,
        until=until,
        total=days.total(asked),
        before=days.total(days.days(log, before)),
        steps=steps_of(asked, since, until),
        topics=clusters.cluster(log, encoder, often)[:TOPICS],
        unanswered=clusters.cluster(log, encoder, failed)[:UNANSWERED],
        topics_left=views.distinct(log, period, _ASKED, hidden) - len(often),
        unanswered_left=views.distinct(log, period, _UNANSWERED, hidden) - len(failed),
        cited=cited[:CITED],
        never_cited=tuple(name for _, name in never[:NEVER_CITED]),
        never_cited_count=len(never),
        documents=sum(head.document_id not in hidden for head in heads),
    )


def first_day(log: QueryLog) -> date | None:
    """Return the first day on which anything was asked."""
    rows = log.database.rows("SELECT min(day) FROM questions")
    return date.fromisoformat(rows[0][0]) if rows[0][0] else None


def step_name(since: date, until: date) -> str:
    """Return what one bar of a period's plots stands for: "day", "week" or "month"."""
    length = (until - since).days + 1
    if length <= _BY_DAY:
        return "day"
    return "week" if length <= _BY_WEEK else "month"


def steps_of(asked: tuple[Day, ...], since: date, until: date) -> tuple[Step, ...]:
    """Put days together into the bars of the plots; one on which nothing was asked is empty."""
    name = step_name(since, until)
    length = (until - since).days + 1
    firsts = dict.fromkeys(_first(since + timedelta(days=one), name) for one in range(length))
    parts: dict[date, Tally] = {first: Tally() for first in firsts}
    for day in asked:
        parts[_first(date.fromisoformat(day.day), name)] += day.tally
    return tuple(Step(first, tally) for first, tally in parts.items())


def _first(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day
