"""The grouped views that SQL alone can give: repeated questions, documents, slow ones, words.

Every query here reads an index and no full row, so that it takes well under a second on half a
million questions.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.query_log.log import QueryLog, folded
from bot.review.filters import Filter
from documents.store.library import Library
from documents.vietnamese.normalize import fold


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same question, whatever its marks and signs: its latest id, and how often it came.

    ``question`` is how people type it with its marks; where nobody does, or it was a follow-up, how
    the latest was read.
    """

    question_id: int
    question: str
    plain: str
    times: int
    typed_with_marks: bool = False


@dataclass(frozen=True, slots=True)
class Cited:
    """A document and how many replies showed it."""

    document_id: str
    name: str
    times: int


_SPELLINGS = 50  # of one question, of which the commonest is shown
_MOSTLY = 0.7  # of the words that bear marks: "thôn trưởng la ai" is still typed with them
_SEEN = "IN (SELECT question_id FROM reviews)"


def repeated(
    log: QueryLog,
    chosen: Filter,
    statuses: Sequence[str],
    limit: int,
    hidden: frozenset[str] = frozenset(),
) -> tuple[Repeated, ...]:
    """Return the questions of these statuses asked most often, each once.

    Those whose reply showed one of the ``hidden`` documents are left out.
    """
    kept, values = _kept(chosen, statuses, hidden)
    rows = log.database.rows(
        f"""
        WITH often AS (
            SELECT max(id) AS latest, plain, count(*) AS times
            FROM questions INDEXED BY questions_by_status
            WHERE {kept} GROUP BY plain ORDER BY times DESC, latest DESC LIMIT ?
        )
        SELECT latest, question, ifnull(understood_as, question), often.plain, times
        FROM often JOIN questions ON questions.id = latest ORDER BY times DESC, latest DESC
        """,
        (*values, limit),
    )
    found = []
    for latest, typed, read, plain, times in rows:
        asked = _as_typed(_spellings(log, statuses, plain) if times > 1 else (typed,), read, plain)
        found.append(Repeated(latest, asked or read, plain, times, asked is not None))
    return tuple(found)


def distinct(
    log: QueryLog, chosen: Filter, statuses: Sequence[str], hidden: frozenset[str] = frozenset()
) -> int:
    """Return how many questions repeated() would return without a limit."""
    kept, values = _kept(chosen, statuses, hidden)
    (row,) = log.database.rows(
        f"SELECT count(DISTINCT plain) FROM questions INDEXED BY questions_by_status WHERE {kept}",
        values,
    )
    return int(row[0])


def _kept(
    chosen: Filter, statuses: Sequence[str], hidden: frozenset[str]
) -> tuple[str, tuple[str, ...]]:
    since, until = chosen.bounds()
    places = ", ".join("?" * len(statuses))
    kept = f"status IN ({places}) AND plain != '' AND asked_at >= ? AND asked_at < ?"
    values = (*statuses, since, until)
    if chosen.reviewed is not None:
        kept += f" AND id {'' if chosen.reviewed else 'NOT '}{_SEEN}"
    if hidden:
        kept += (
            " AND id NOT IN (SELECT question_id FROM hits WHERE place IS NOT NULL"
            " AND document_id IN (SELECT value FROM json_each(?)))"
        )
        values = (*values, json.dumps(sorted(hidden)))
    return kept, values


def _spellings(log: QueryLog, statuses: Sequence[str], plain: str) -> tuple[str | None, ...]:
    """Return how a question was typed, also outside the period: those are the same words."""
    places = ", ".join("?" * len(statuses))
    rows = log.database.rows(
        "SELECT question FROM questions INDEXED BY questions_by_status"
        f" WHERE status IN ({places}) AND plain = ? LIMIT {_SPELLINGS}",
        (*statuses, plain),
    )
    return tuple(row[0] for row in rows)


def _as_typed(spellings: Sequence[str | None], read: str, plain: str) -> str | None:
    """Return the commonest way in which people typed a question with its marks, if any did.

    Marks that were restored are a guess.
    """
    whole = _marked(read) * _MOSTLY
    counted = Counter(one.strip() for one in spellings if one and folded(one) == plain)
    marked = [one for one in counted if 0 < _marked(one) >= whole]
    return max(marked, key=lambda one: (counted[one], _marked(one), one), default=None)


def _marked(text: str) -> int:
    """Return how many words of a text bear marks."""
    return sum(fold(word) != word.lower() for word in text.split())


def cited(log: QueryLog, chosen: Filter) -> tuple[Cited, ...]:
    """Return every document that an answer of the period showed, the most shown first."""
    first, last = _ids(log, chosen)
    rows = log.database.rows(
        """
        WITH counted AS (
            SELECT document_id, count(DISTINCT question_id) AS times
            FROM hits INDEXED BY hits_by_document
            WHERE place IS NOT NULL AND question_id BETWEEN ? AND ? GROUP BY document_id
        )
        SELECT document_id, ifnull(name, document_id) AS name, times
        FROM counted LEFT JOIN sources USING (document_id) ORDER BY times DESC, name
        """,
        (first, last),
    )
    return tuple(Cited(*row) for row in rows)


def disliked_documents(log: QueryLog, chosen: Filter) -> Mapping[str, int]:
    """Return how many replies of the period that showed a document were disliked, by its id."""
    first, last = _ids(log, chosen)
    rows = log.database.rows(
        """
        SELECT document_id, count(DISTINCT question_id)
        FROM questions INDEXED BY questions_by_thumb JOIN hits ON question_id = questions.id
        WHERE thumb = -1 AND questions.id BETWEEN ? AND ? AND place IS NOT NULL
        GROUP BY document_id
        """,
        (first, last),
    )
    return dict(rows)


def slowest(log: QueryLog, chosen: Filter, limit: int) -> tuple[int, ...]:
    """Return the ids of the questions that took longest, the slowest first."""
    first, last = _ids(log, chosen)
    rows = log.database.rows(
        "SELECT id FROM questions INDEXED BY questions_by_length"
        " WHERE elapsed_ms IS NOT NULL AND id BETWEEN ? AND ? ORDER BY elapsed_ms DESC LIMIT ?",
        (first, last, limit),
    )
    return tuple(row[0] for row in rows)


def words(log: QueryLog) -> tuple[tuple[str, int], ...]:
    """Return every word of the log's questions, without marks, with the number that hold it."""
    with log.database.writing() as database:
        database.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms"
            " USING fts5vocab ('main', 'questions_fts', 'row')"
        )
    rows = log.database.rows("SELECT term, doc FROM temp.terms")
    return tuple((str(term), int(count)) for term, count in rows)


def _ids(log: QueryLog, chosen: Filter) -> tuple[int, int]:
    """Return the first and the last id of the period: ids and moments rise together."""
    since, until = chosen.bounds()
    (row,) = log.database.rows(
        """
        SELECT
            (SELECT id FROM questions WHERE asked_at >= ? ORDER BY asked_at LIMIT 1),
            (SELECT id FROM questions WHERE asked_at < ? ORDER BY asked_at DESC LIMIT 1)
        """,
        (since, until),
    )
    return (row[0], row[1]) if None not in row else (1, 0)


def never_cited(library: Library | None, cited: Sequence[Cited]) -> tuple[tuple[str, str], ...]:
    """Return (id, name) of the library's documents that no reply of the period showed."""
    shown = {one.document_id for one in cited}
    heads = library.heads() if library else ()
    return tuple(
        (head.document_id, " – ".join(part for part in (head.number, head.title) if part))
        for head in heads
        if head.document_id not in shown
    )
