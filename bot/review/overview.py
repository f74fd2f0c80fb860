"""The figures of the web page's overview: a period at a glance, drawn without any script."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from markupsafe import Markup

from bot.query_log.log import QueryLog
from bot.review import days, views
from bot.review.charts import Series, bars
from bot.review.filters import Filter, last_days
from bot.review.period import first_day, step_name, steps_of
from bot.texts import review as texts
from bot.texts.numbers import share, thousands

DAYS = 30  # which are shown where no day is chosen
ROWS = 10  # of each table
_BIN_MS, _LONGEST_MS = 10, 300  # a bar of the times; the last one holds all that took longer
_YEARS = range(2000, 3000)  # a day outside them is a slip
_UNANSWERED = ("nearest", "refused")


def period(since: str | None, until: str | None, now: datetime) -> Filter:
    """Return the days meant by a form's two fields, each "2026-11-24", empty or not a day.

    Without either field it is the last days; an empty one sets no bound.
    """
    if since is None and until is None:
        return Filter(*last_days(DAYS, now))
    return Filter(_day(since), _day(until))


def gather(log: QueryLog, chosen: Filter, now: datetime) -> Mapping[str, object]:
    """Return what the template shows of a period."""
    asked = days.days(log, chosen)
    total = days.total(asked)
    today = last_days(1, now)[1]
    first = first_day(log) or today
    since = max(chosen.since or first, first)
    latest = date.fromisoformat(asked[-1].day) if asked else since
    until = max(min(chosen.until or today, today), since, latest)
    steps = steps_of(asked, since, until)
    form = "%m/%Y" if step_name(since, until) == "month" else "%d/%m"
    tallies = [step.tally for step in steps]
    parts = (
        Series(texts.ANSWERED, "good", tuple(float(one.answered) for one in tallies)),
        Series(texts.UNANSWERED, "open", tuple(float(one.unanswered) for one in tallies)),
        Series(texts.FAILED, "bad", tuple(float(one.failed) for one in tallies)),
    )
    labels = [step.first.strftime(form) for step in steps]
    return {
        "since": chosen.since.isoformat() if chosen.since else "",
        "until": chosen.until.isoformat() if chosen.until else "",
        "cards": (
            (texts.ASKED_PLOT, thousands(total.asked)),
            (texts.ANSWERED_SHARE.capitalize(), share(total.answered, total.asked)),
            (texts.ASKERS, thousands(len(total.users))),
            (texts.LIKED_SHARE, share(total.liked, total.liked + total.disliked)),
        ),
        "asked_plot": Markup(bars(texts.ASKED_PLOT, labels, parts)),
        "key": tuple((one.style, one.name, thousands(round(_sum(one)))) for one in parts),
        "times_plot": Markup(_times(total.lengths)),
        "unanswered": views.repeated(log, chosen, _UNANSWERED, ROWS),
        "cited": views.cited(log, chosen)[:ROWS],
    }


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def _sum(series: Series) -> float:
    return sum(value or 0 for value in series.values)


def _times(lengths: Mapping[int, int]) -> str:
    """Draw how many questions took how long."""
    bins: Counter[int] = Counter()
    for length, count in lengths.items():
        bins[min(length // _BIN_MS * _BIN_MS, _LONGEST_MS)] += count
    starts: Sequence[int] = range(0, max(bins, default=0) + 1, _BIN_MS)
    counts = Series(texts.QUESTIONS, "good", tuple(float(bins[start]) for start in starts))
    return bars(texts.TIMES_PLOT, [f"{start} ms" for start in starts], (counts,))
