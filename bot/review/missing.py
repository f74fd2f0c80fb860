"""Documents that were asked for by their number and that the library does not have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.query_log.log import QueryLog
from bot.review.filters import Filter
from documents.vietnamese.document_number import PRINTED, DocumentNumber, numbers_in


@dataclass(frozen=True, slots=True)
class Missing:
    """A number, how often and by how many people it was asked for, the latest question and all."""

    number: str
    times: int
    askers: int
    question_id: int
    question: str
    question_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    number: DocumentNumber
    question_id: int
    question: str
    user: str | None


def missing(log: QueryLog, chosen: Filter, has: Callable[[str], bool]) -> tuple[Missing, ...]:
    """Return the documents a period's questions named in vain, the most asked for first.

    ``has`` tells whether the library has a document of that number by now; spellings that may
    name the same document are counted together.
    """
    since, until = chosen.bounds()
    rows = log.database.rows(
        """
        SELECT id, ifnull(understood_as, question), user
        FROM questions INDEXED BY questions_by_status
        WHERE status IN ('nearest', 'refused') AND asked_at >= ? AND asked_at < ?
            AND reason = 'no_such_document' AND question IS NOT NULL
        ORDER BY id DESC
        """,
        (since, until),
    )
    asked: list[list[_Asked]] = []
    for question_id, question, user in rows:
        for number in numbers_in(question):
            alike = next((some for some in asked if some[0].number.matches(number)), None)
            if alike is None:
                asked.append(alike := [])
            alike.append(_Asked(number, question_id, question, user))
    found = (
        Missing(
            number=_best_spelling(some),
            times=len(some),
            askers=len({one.user for one in some}),
            question_id=some[0].question_id,
            question=some[0].question,
            question_ids=tuple(dict.fromkeys(one.question_id for one in some)),
        )
        for some in asked
    )
    lacking = (one for one in found if not has(one.number))
    return tuple(sorted(lacking, key=lambda one: (-one.times, -one.question_id)))


def _best_spelling(asked: Sequence[_Asked]) -> str:
    """Return the number as documents print it, where anybody wrote it so."""
    spellings = [one.number.written for one in asked]
    return next((one for one in spellings if PRINTED.search(one)), spellings[0])
