"""Day by day: how much was asked, how much answered, how fast, and how it was liked."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.query_log.log import QueryLog
from bot.review.filters import Filter


@dataclass(frozen=True, slots=True)
class Tally:
    """What days come to; ``lengths`` counts questions by milliseconds, ``users`` are hashes."""

    asked: int = 0
    answered: int = 0
    unanswered: int = 0
    failed: int = 0
    liked: int = 0
    disliked: int = 0
    users: frozenset[str] = frozenset()
    lengths: Counter[int] = field(default_factory=Counter)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.asked + other.asked,
            self.answered + other.answered,
            self.unanswered + other.unanswered,
            self.failed + other.failed,
            self.liked + other.liked,
            self.disliked + other.disliked,
            self.users | other.users,
            self.lengths + other.lengths,
        )

    def percentile(self, share: float) -> int | None:
        """Return the milliseconds within which this share of the questions was dealt with."""
        left = share * self.lengths.total()
        for length in sorted(self.lengths):
            left -= self.lengths[length]
            if left <= 0:
                return length
        return None


@dataclass(frozen=True, slots=True)
class Day:
    """One day in Vietnam, as "2026-11-24"."""

    day: str
    tally: Tally


def days(log: QueryLog, chosen: Filter) -> tuple[Day, ...]:
    """Return each day of the period on which something was asked, the first one first.

    Three passes over three indexes, each in the order it is grouped by: no sorting, no full rows.
    """
    period = (
        chosen.since.isoformat() if chosen.since else "0",
        chosen.until.isoformat() if chosen.until else "9999",
    )
    users: dict[str, set[str]] = defaultdict(set)
    for day, user in log.database.rows(
        "SELECT DISTINCT day, user FROM questions INDEXED BY questions_by_day_and_user"
        " WHERE day BETWEEN ? AND ? AND user IS NOT NULL",
        period,
    ):
        users[day].add(user)
    lengths: dict[str, Counter[int]] = defaultdict(Counter)
    for day, length, count in log.database.rows(
        "SELECT day, ms, count(*) FROM questions INDEXED BY questions_by_day_and_length"
        " WHERE day BETWEEN ? AND ? AND ms IS NOT NULL GROUP BY day, ms",
        period,
    ):
        lengths[day][length] = count
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for day, status, thumb, count in log.database.rows(
        "SELECT day, status, thumb, count(*) FROM questions INDEXED BY questions_by_day"
        " WHERE day BETWEEN ? AND ? GROUP BY day, status, thumb",
        period,
    ):
        counts[day].update({"asked": count, status: count, f"thumb {thumb}": count})
    return tuple(
        Day(
            day,
            Tally(
                asked=count["asked"],
                answered=count["answered"],
                unanswered=count["nearest"] + count["refused"],
                failed=count["failed"],
                liked=count["thumb 1"],
                disliked=count["thumb -1"],
                users=frozenset(users[day]),
                lengths=lengths[day],
            ),
        )
        for day, count in counts.items()
    )


def total(period: Iterable[Day]) -> Tally:
    """Return what all these days come to."""
    return sum((day.tally for day in period), Tally())
