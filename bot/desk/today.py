"""Today's page: how much was asked and answered, whether that fell, and what is new."""

from datetime import datetime, time, timedelta

from bot.desk.desk import Call, Desk, Page
from bot.desk.rates import Band, band
from bot.review import days
from bot.review.days import Tally
from bot.review.filters import VIETNAM, Filter
from bot.texts import desk as texts

WEEK, BEFORE = 7, 28  # days: this week with today, and those it is compared with
NEWEST = 10


def page(desk: Desk, call: Call) -> Page:
    """Show today."""
    today = call.now.astimezone(VIETNAM).date()
    begin = today - timedelta(days=WEEK - 1)
    log = desk.reader.log
    this_week = days.days(log, Filter(since=begin, until=today))
    this_day = days.total(one for one in this_week if one.day == today.isoformat())
    week = days.total(this_week)
    first = begin - timedelta(days=BEFORE)
    before = days.total(days.days(log, Filter(since=first, until=begin - timedelta(days=1))))
    expected = band(before.answered, before.asked, week.asked)
    begun = datetime.combine(begin, time(), VIETNAM)
    added = desk.library.heads_since(begun) if desk.library else ()
    unanswered = desk.reader.ids(Filter(since=first, status="unanswered"), NEWEST)
    disliked = desk.reader.ids(Filter(since=first, status="disliked"), NEWEST)
    return Page(
        "today",
        {
            "today": today,
            "day": this_day,
            "week": week,
            "before": before,
            "alarm": _alarm(week, expected),
            "comparison": _comparison(week, expected),
            "added": added[:NEWEST],
            "added_count": len(added),
            "unanswered": tuple(desk.reader.entries(unanswered)),
            "disliked": tuple(desk.reader.entries(disliked)),
        },
        rows=len(unanswered) + len(disliked),
    )


def _alarm(week: Tally, expected: Band | None) -> str | None:
    """Say that the rate fell below what chance would have; None where it did not."""
    if expected is None or week.answered / week.asked >= expected.low:
        return None
    return texts.rate_fell(week.answered / week.asked, expected.low, expected.high)


def _comparison(week: Tally, expected: Band | None) -> str:
    if expected is None:
        return texts.NOTHING_TO_COMPARE
    return texts.expected_rate(expected.low, expected.high)
