"""Closing the loop: who asked in vain hears when the document that answers has been added.

A reviewer names the document; nothing is said before the library has it and the question, asked
again, is really answered from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot import messages
from bot.access import ASKING, Access
from bot.query_log import QueryLog, stamp
from bot.turn import Button, Message
from documents.library import Library
from retrieval.answer import Answer, Response

ASK_AGAIN = "r"  # the button's action, followed by the id of the question


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for one person about a question of theirs, and the others of the same words."""

    user_id: int
    question_ids: tuple[int, ...]
    message: Message


@dataclass(frozen=True, slots=True)
class _Waiting:
    question_id: int
    user: str | None
    question: str
    plain: str
    answered_by: str


class News:
    """What the askers of a log have to be told."""

    def __init__(
        self, ask: Callable[[str], Response], library: Library, log: QueryLog, access: Access
    ) -> None:
        self._ask = ask
        self._library = library
        self._log = log
        self._access = access

    def due(self) -> tuple[Notice, ...]:
        """Return what can be told now; what cannot is tried again when the library has changed."""
        generation = self._library.generation
        answered: dict[tuple[str, str], str | None] = {}
        told: dict[tuple[int, str], list[int]] = {}
        names: dict[str, str] = {}
        people = self._people()
        for waiting in self._waiting(generation):
            key = (waiting.plain, waiting.answered_by)
            if key not in answered:
                answered[key] = self._answering(waiting)
            name, user_id = answered[key], people.get(waiting.user or "")
            if name is None or user_id is None:
                self._tried(waiting.question_id, generation)
                continue
            told.setdefault((user_id, waiting.question), []).append(waiting.question_id)
            names[waiting.question] = name
        return tuple(
            Notice(user_id, tuple(ids), _message(question, names[question], ids[0]))
            for (user_id, question), ids in told.items()
        )

    def told(self, notice: Notice) -> None:
        """Note that a notice has reached its reader, or never will."""
        with self._log.database.writing() as database:
            database.conn.executemany(
                "UPDATE reviews SET told_at = ? WHERE question_id = ?",
                [(stamp(datetime.now(UTC)), one) for one in notice.question_ids],
            )

    def _waiting(self, generation: int) -> tuple[_Waiting, ...]:
        rows = self._log.database.rows(
            """
            SELECT questions.id, user, question, plain, answered_by
            FROM reviews INDEXED BY reviews_waiting JOIN questions ON questions.id = question_id
            WHERE answered_by IS NOT NULL AND told_at IS NULL AND tried IS NOT ?
                AND question IS NOT NULL AND status IN ('nearest', 'refused')
            ORDER BY questions.id
            """,
            (generation,),
        )
        return tuple(_Waiting(*row) for row in rows)

    def _answering(self, waiting: _Waiting) -> str | None:
        """Return the name of the document that answers a question now; None while none does."""
        meant = {one.document_id: one for one in self._library.find(waiting.answered_by)}
        if not meant:
            return None
        reply = self._ask(waiting.question).reply
        if not isinstance(reply, Answer):
            return None
        cited = (meant.get(citation.document_id) for citation in reply.citations)
        document = next((one for one in cited if one), None)
        if document is None:
            return None
        return messages.document_name(document.kind, document.number) or document.title

    def _people(self) -> dict[str, int]:
        """Return who may ask, by pseudonym: the log itself does not know them."""
        everyone = (person for role in ASKING for person in self._access.having(role))
        ids = {person.user_id for person in everyone}
        return {self._log.pseudonym("user", user_id): user_id for user_id in ids}

    def _tried(self, question_id: int, generation: int) -> None:
        with self._log.database.writing() as database:
            database.execute(
                "UPDATE reviews SET tried = ? WHERE question_id = ?", (generation, question_id)
            )


def _message(question: str, document: str, question_id: int) -> Message:
    button = Button(messages.SEE_ANSWER, f"{ASK_AGAIN}:{question_id}")
    return Message.plain(messages.can_be_answered(question, document), (button,))
