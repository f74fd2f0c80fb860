"""Which questions of the log are meant: the filters of the review, and their SQL."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from bot.query_log.log import folded, stamp

VIETNAM = timezone(timedelta(hours=7))

STATUSES = {
    "answered": ("answered",),
    "unanswered": ("nearest", "refused"),
    "nearest": ("nearest",),
    "refused": ("refused",),
    "failed": ("failed",),
}
THUMBS = {"liked": 1, "disliked": -1}


@dataclass(frozen=True, slots=True)
class Filter:
    """Questions of all these kinds at once; a field that is None leaves none out.

    ``since`` and ``until`` are days in Vietnam, both included. ``status`` is a key of STATUSES or
    THUMBS. ``user`` is a pseudonym. ``documents`` are ids of documents the reply showed.
    """

    since: date | None = None
    until: date | None = None
    user: str | None = None
    status: str | None = None
    search: str | None = None
    documents: tuple[str, ...] | None = None
    reviewed: bool | None = None

    def bounds(self) -> tuple[str, str]:
        """Return the first moment included and the first one after, as the log writes moments."""
        since = _midnight(self.since) if self.since else "0"
        until = _midnight(self.until + timedelta(days=1)) if self.until else "9999"
        return since, until

    def query(self) -> "Query":
        """Return what to select from, arranged so that SQLite reads indexes and no full rows."""
        others = (*self._what(), *self._documents(), *self._afterwards())
        condition = " AND ".join(one for one, _ in others) or "1"
        parameters = tuple(value for _, values in others for value in values)
        if self.search is None:
            # The plus keeps SQLite from reading the table backwards until enough rows match; where
            # nearly all match, that is the quickest.
            order = "+id" if self._what() or self._documents() else "id"
            return Query(f"questions WHERE {condition}", parameters, "id", order)
        words = " ".join(f'"{word}"' for word in folded(self.search).split())
        if not words:
            return Query("questions WHERE 0", (), "id", "id")
        matching = "questions_fts WHERE questions_fts MATCH ?"
        if others:
            matching += f" AND +rowid IN (SELECT id FROM questions WHERE {condition})"
        return Query(matching, (words, *parameters), "rowid", "rowid")

    def _what(self) -> list[tuple[str, tuple[object, ...]]]:
        parts: list[tuple[str, tuple[object, ...]]] = []
        if self.since or self.until:
            parts.append(("asked_at >= ? AND asked_at < ?", self.bounds()))
        if self.user is not None:
            parts.append(("user = ?", (self.user,)))
        if self.status in STATUSES:
            parts.append((f"status {_AMONG}", (json.dumps(STATUSES[self.status]),)))
        if self.status in THUMBS:
            parts.append(("thumb = ?", (THUMBS[self.status],)))
        return parts

    def _documents(self) -> list[tuple[str, tuple[object, ...]]]:
        if self.documents is None:
            return []
        showing = f"SELECT question_id FROM hits WHERE place IS NOT NULL AND document_id {_AMONG}"
        return [(f"id IN ({showing})", (json.dumps(self.documents),))]

    def _afterwards(self) -> list[tuple[str, tuple[object, ...]]]:
        if self.reviewed is None:
            return []
        return [(f"id {'' if self.reviewed else 'NOT '}IN (SELECT question_id FROM reviews)", ())]


@dataclass(frozen=True, slots=True)
class Query:
    """What a filter leaves, in SQL: what follows FROM, its parameters, the id and the order."""

    sql: str
    parameters: tuple[object, ...]
    key: str
    order: str


_AMONG = "IN (SELECT value FROM json_each(?))"


def last_days(days: int, now: datetime) -> tuple[date, date]:
    """Return the first and the last of so many days in Vietnam, today being the last."""
    today = now.astimezone(VIETNAM).date()
    return today - timedelta(days=days - 1), today


def local_time(asked_at: str) -> datetime:
    """Return a moment of the log on Vietnam's clocks."""
    return datetime.fromisoformat(asked_at).astimezone(VIETNAM)


def _midnight(day: date) -> str:
    return stamp(datetime.combine(day, time(), VIETNAM).astimezone(UTC))
