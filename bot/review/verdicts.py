"""What a reviewer says of a question: seen, a note, the document that answers it."""

import json
from datetime import UTC, datetime

from bot.errors import ReviewError
from bot.query_log.log import stamp
from bot.review.reader import Reader
from bot.texts import review as texts

NOTE_LENGTH = 2000  # characters
VERDICTS = ("right", "wrong", "incomplete", "not_in_library", "wrong_document")


def mark(
    reader: Reader,
    question_ids: tuple[int, ...],
    note: str | None = None,
    answered_by: str | None = None,
    verdict: str | None = None,
) -> tuple[int, ...]:
    """Mark questions as reviewed; what was said earlier stays unless something new is said.

    ``answered_by`` also marks everybody else's unanswered question of the same words, so that all
    its askers are told when the document is there. ``verdict`` is one of VERDICTS. Returns
    the ids marked; raises ReviewError.
    """
    if note is not None and len(note) > NOTE_LENGTH:
        raise ReviewError(texts.note_too_long(NOTE_LENGTH))
    for question_id in question_ids:
        reader.entry(question_id)
    marked = _with_same_words(reader, question_ids) if answered_by else question_ids
    now = stamp(datetime.now(UTC))
    with reader.log.database.writing() as database:
        database.conn.executemany(
            """
            INSERT INTO reviews (question_id, reviewed_at, reviewer, note, answered_by, verdict)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (question_id) DO UPDATE SET
                reviewed_at = excluded.reviewed_at,
                reviewer = excluded.reviewer,
                note = ifnull(excluded.note, note),
                verdict = ifnull(excluded.verdict, verdict),
                tried = iif(excluded.answered_by IS NULL, tried, NULL),
                told_at = iif(excluded.answered_by IS NULL, told_at, NULL),
                answered_by = ifnull(excluded.answered_by, answered_by)
            """,
            [(one, now, reader.who, note, answered_by, verdict) for one in marked],
        )
    return marked


def undo(reader: Reader, question_ids: tuple[int, ...]) -> tuple[int, ...]:
    """Take back what was said of questions; those in the judged set stay there.

    Returns the ids of those of which something had been said; raises ReviewError.
    """
    for question_id in question_ids:
        reader.entry(question_id)
    asked = (json.dumps(question_ids),)
    these = "question_id IN (SELECT value FROM json_each(?))"
    said = reader.log.database.rows(f"SELECT question_id FROM reviews WHERE {these}", asked)
    with reader.log.database.writing() as database:
        database.execute(f"DELETE FROM reviews WHERE {these} AND promoted_at IS NULL", asked)
        database.execute(
            "UPDATE reviews SET note = NULL, verdict = NULL, answered_by = NULL, tried = NULL,"
            f" told_at = NULL WHERE {these}",
            asked,
        )
    return tuple(row[0] for row in said)


def _with_same_words(reader: Reader, question_ids: tuple[int, ...]) -> tuple[int, ...]:
    rows = reader.log.database.rows(
        """
        SELECT id FROM questions WHERE status IN ('nearest', 'refused') AND plain IN (
            SELECT plain FROM questions WHERE id IN (SELECT value FROM json_each(?))
        )
        """,
        (json.dumps(question_ids),),
    )
    return tuple(sorted({*question_ids, *(row[0] for row in rows)}))
