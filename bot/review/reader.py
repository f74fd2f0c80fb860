"""The log as a reviewer reads it: lists, counts, single questions; every look is itself logged."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from bot.errors import ReviewError
from bot.query_log.log import QueryLog, folded, stamp
from bot.query_log.models import LoggedHit
from bot.review.filters import Filter
from bot.texts import review as texts
from documents.store.database import Database

CHUNK = 1000  # full rows read at a time, about 2 MB


@dataclass(frozen=True, slots=True)
class Entry:
    """A question of the log with what became of it.

    ``user`` is a pseudonym and ``user_id`` who it is, known only where the log is kept full;
    ``documents`` names the documents that the reply showed; ``plain`` is what makes two questions
    the same, and is not shown; ``verdict`` is what a reviewer found of the reply.
    """

    question_id: int
    asked_at: str
    user: str | None
    chat_kind: str | None
    conversation: int | None
    question: str | None
    understood_as: str | None
    status: str
    reason: str | None
    confidence: float | None
    shown: str | None
    elapsed_ms: float | None
    stages: str | None
    model: str | None
    generation: int | None
    thumb: int | None
    thumb_reason: str | None
    reviewed_at: str | None
    reviewer: str | None
    note: str | None
    answered_by: str | None
    told_at: str | None
    promoted_at: str | None
    documents: str | None
    user_id: int | str | None
    plain: str | None = None
    verdict: str | None = None

    @property
    def reading(self) -> str | None:
        """What was asked, of a follow-up all that it means; None where it was not kept."""
        if self.question is None or self.plain is None or self.plain == folded(self.question):
            return self.question
        return self.understood_as or self.question

    @property
    def milliseconds(self) -> tuple[tuple[str, float], ...]:
        """The stages of the search with the time of each."""
        return tuple(json.loads(self.stages).items()) if self.stages else ()


@dataclass(frozen=True, slots=True)
class Access:
    """One look at the log."""

    at: str
    who: str
    action: str
    detail: str
    rows: int | None


_DERIVED = {
    "question_id": "questions.id",
    "documents": """(
        SELECT group_concat(name, '; ') FROM (
            SELECT DISTINCT ifnull(name, document_id) AS name
            FROM hits LEFT JOIN sources USING (document_id)
            WHERE question_id = questions.id AND place IS NOT NULL ORDER BY place
        )
    )""",
    "user_id": "(SELECT user_id FROM people WHERE people.user = questions.user)",
}
_COLUMNS = ", ".join(_DERIVED.get(field.name, field.name) for field in fields(Entry))
_ENTRIES = f"SELECT {_COLUMNS} FROM questions LEFT JOIN reviews ON question_id = questions.id"


def record_access(
    database: Database, who: str, action: str, detail: str, rows: int | None = None
) -> None:
    """Write down who looked at the log, and at what."""
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO accesses (at, who, action, detail, rows) VALUES (?, ?, ?, ?, ?)",
            (stamp(datetime.now(UTC)), who, action, detail, rows),
        )


class Reader:
    """One person's review of a log; ``who`` is written down with everything they look at."""

    def __init__(self, log: QueryLog, who: str) -> None:
        self.log = log
        self.who = who
        self._rows = log.database.rows

    def note_access(self, action: str, detail: str, rows: int | None = None) -> None:
        """Write down that this person looked; raises LibraryError when that cannot be kept."""
        record_access(self.log.database, self.who, action, detail, rows)

    def accesses(self, limit: int) -> tuple[Access, ...]:
        """Return the latest looks, the newest first."""
        rows = self._rows(
            "SELECT at, who, action, detail, rows FROM accesses ORDER BY id DESC LIMIT ?", (limit,)
        )
        return tuple(Access(*row) for row in rows)

    def count(self, chosen: Filter) -> int:
        """Count the questions that a filter leaves."""
        found = chosen.query()
        return int(self._rows(f"SELECT count(*) FROM {found.sql}", found.parameters)[0][0])

    def ids(self, chosen: Filter, limit: int = -1, before: int | None = None) -> tuple[int, ...]:
        """Return the ids that a filter leaves, the newest first; a negative limit is none.

        With ``before``, only those that are older than this question.
        """
        found = chosen.query()
        older, bound = ("", ()) if before is None else (f"AND {found.order} < ?", (before,))
        rows = self._rows(
            f"SELECT {found.key} FROM {found.sql} {older} ORDER BY {found.order} DESC LIMIT ?",
            (*found.parameters, *bound, limit),
        )
        return tuple(row[0] for row in rows)

    def entries(self, question_ids: tuple[int, ...]) -> Iterator[Entry]:
        """Yield questions in the order of these ids; one that is gone meanwhile is left out."""
        for start in range(0, len(question_ids), CHUNK):
            chunk = question_ids[start : start + CHUNK]
            rows = self._rows(
                f"{_ENTRIES} WHERE questions.id IN (SELECT value FROM json_each(?))",
                (json.dumps(chunk),),
            )
            found = {row[0]: Entry(*row) for row in rows}
            yield from (found[one] for one in chunk if one in found)

    def entry(self, question_id: int) -> Entry:
        """Return one question; raises ReviewError when the log has none of this id."""
        found = tuple(self.entries((question_id,)))
        if not found:
            raise ReviewError(texts.no_such_question(question_id))
        return found[0]

    def has_shown(self, document_id: str) -> bool:
        """Whether any reply has shown this document."""
        sql = "SELECT 1 FROM hits WHERE document_id = ? AND place IS NOT NULL LIMIT 1"
        return bool(self._rows(sql, (document_id,)))

    def knows_people(self) -> bool:
        """Whether any pseudonym leads to a Telegram id: only where the log is kept full."""
        return bool(self._rows("SELECT 1 FROM people LIMIT 1"))

    def hits(self, question_id: int) -> tuple[LoggedHit, ...]:
        """Return what was found for a question, best first."""
        return self.log.hits(question_id)
