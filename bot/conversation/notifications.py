"""Closing the loop: who asked in vain hears when the document that answers has been added, and an
administrator which documents wait for a word on who may see them.

A reviewer names the document; nothing is said before the library has it and the question, asked
again as this person may ask, is really answered from it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bot.access import ASKING, Access, Role
from bot.conversation.answering import Ask, Hidden, asked
from bot.conversation.buttons import Code
from bot.conversation.uploads import held
from bot.query_log.log import QueryLog, stamp
from bot.texts import answers as messages
from bot.texts import library as texts
from bot.texts import people
from bot.turn import Message
from documents.store.library import Library
from retrieval.answer import Answer

HELD_AT_ONCE = 8  # documents in one message; the rest comes with the next


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for one person: about a question of theirs and the others of the same words.

    Without questions, about the library. ``held`` are the documents in doubt that it is about,
    where it is for an administrator.
    """

    user_id: str
    question_ids: tuple[int, ...]
    message: Message
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Waiting:
    question_id: int
    chat: str
    user: str | None
    question: str
    reading: str
    plain: str
    answered_by: str


class DamageNews:
    """What administrators have to be told of the library: each damaged thing once."""

    def __init__(self, library: Library, access: Access) -> None:
        self._library = library
        self._access = access
        self._told = 0

    def due(self) -> tuple[Notice, ...]:
        """Return what has been found damaged since the last time, for every administrator."""
        lines = self._library.damage.lines
        new, self._told = lines[self._told :], len(lines)
        if not new:
            return ()
        message = Message.plain(texts.damaged(new))
        return tuple(
            Notice(admin.user_id, (), message) for admin in self._access.having(Role.ADMIN)
        )


class News:
    """What the askers of a log have to be told."""

    def __init__(self, ask: Ask, library: Library, log: QueryLog, access: Access) -> None:
        self._ask = ask
        self._library = library
        self._log = log
        self._access = access

    def due(self) -> tuple[Notice, ...]:
        """Return what can be told now; what cannot is tried again when the library has changed."""
        generation = self._library.generation
        all_waiting = self._waiting(generation)
        people = self._people() if all_waiting else {}
        answers: dict[tuple[str, str, frozenset[str]], str | None] = {}
        due: dict[tuple[str, str], tuple[str, list[_Waiting]]] = {}
        for waiting in all_waiting:
            user_id = people.get(waiting.user or "")
            name = None
            if user_id is not None:
                hidden = partial(self._access.hidden_from, self._access.role(user_id))
                key = (waiting.plain, waiting.answered_by, hidden())
                if key not in answers:
                    answers[key] = self._answering(waiting, hidden)
                name = answers[key]
            if user_id is None or name is None:
                self._tried(waiting.question_id, generation)
            else:
                due.setdefault((user_id, waiting.plain), (name, []))[1].append(waiting)
        answered = tuple(
            self._notice(user_id, name, asked) for (user_id, _), (name, asked) in due.items()
        )
        return (*answered, *self._held())

    def told(self, notice: Notice) -> None:
        """Note that a notice is on its way to its reader."""
        if notice.held:
            self._access.limits.told(notice.held)
            return
        with self._log.database.writing() as database:
            database.conn.executemany(
                "UPDATE reviews SET told_at = ? WHERE question_id = ?",
                [(stamp(datetime.now(UTC)), one) for one in notice.question_ids],
            )

    def _held(self) -> tuple[Notice, ...]:
        """Put the documents in doubt before every administrator."""
        pairs = [
            (document, limited)
            for limited in self._access.limits.untold()
            if (document := self._library.document(limited.document_id))
            and document.status != "superseded"
        ][:HELD_AT_ONCE]
        if not pairs:
            return ()
        lines = (held(document, limited) for document, limited in pairs)
        message = Message.plain("\n".join((people.HELD_HEAD, *(f"– {line}" for line in lines))))
        ids = tuple(document.document_id for document, _ in pairs)
        admins = self._access.having(Role.ADMIN)
        return tuple(Notice(admin.user_id, (), message, ids) for admin in admins)

    def _notice(self, user_id: str, document: str, asked: list[_Waiting]) -> Notice:
        """Write to a person alone; the button stands for a question of that same chat."""
        own = self._log.pseudonym("chat", user_id)
        here = next((one for one in asked if one.chat == own), None)
        rows = (Code.ASK_AGAIN.button(messages.SEE_ANSWER, here.question_id),) if here else ()
        text = messages.can_be_answered(asked[0].question, document)
        message = Message.plain(text, *((rows,) if rows else ()))
        return Notice(user_id, tuple(one.question_id for one in asked), message)

    def _waiting(self, generation: int) -> tuple[_Waiting, ...]:
        rows = self._log.database.rows(
            """
            SELECT questions.id, chat, user, question, ifnull(understood_as, question), plain,
                answered_by
            FROM reviews INDEXED BY reviews_waiting JOIN questions ON questions.id = question_id
            WHERE answered_by IS NOT NULL AND told_at IS NULL AND tried IS NOT ?
                AND question IS NOT NULL AND status IN ('nearest', 'refused')
            ORDER BY questions.id
            """,
            (generation,),
        )
        return tuple(_Waiting(*row) for row in rows)

    def _answering(self, waiting: _Waiting, hidden: Hidden) -> str | None:
        """Return the name of the document that answers a question now; None while none does."""
        meant = {one.document_id: one for one in self._library.find(waiting.answered_by)}
        if not meant:
            return None
        # The reading: a follow-up means nothing without the question before it.
        response, _unseen = asked(self._ask, waiting.reading, None, hidden)
        reply = response.reply
        if not isinstance(reply, Answer):
            return None
        cited = (meant.get(citation.document_id) for citation in reply.citations)
        document = next((one for one in cited if one), None)
        if document is None:
            return None
        return messages.document_name(document.kind, document.number) or document.title

    def _people(self) -> dict[str, str]:
        """Return who may ask, by pseudonym: the log itself does not know them."""
        everyone = (person for role in ASKING for person in self._access.having(role))
        ids = {person.user_id for person in everyone}
        return {self._log.pseudonym("user", user_id): user_id for user_id in ids}

    def _tried(self, question_id: int, generation: int) -> None:
        with self._log.database.writing() as database:
            database.execute(
                "UPDATE reviews SET tried = ? WHERE question_id = ?", (generation, question_id)
            )
