"""From a question to the message that answers it: asked, logged, with its buttons."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from bot.conversation import buttons, reply_layout
from bot.conversation.buttons import Code, in_rows
from bot.conversation.suggestions import Suggestions
from bot.query_log.log import Exchange, Logged, QueryLog, logged_hits
from bot.query_log.models import document_of
from bot.texts import answers
from bot.texts import library as texts
from bot.texts.talk import REPLIES
from bot.turn import TERMINAL, Chat, Message, Person, Rows
from documents.errors import LibraryError
from documents.store.library import Library
from documents.vietnamese.document_number import numbers_in
from retrieval.answer import Answer, Response
from retrieval.question.followup import Earlier
from retrieval.question.talk import Talk

log = logging.getLogger(__name__)

T = TypeVar("T")

CONVERSATIONS = 2_000  # whose last question is remembered; older ones begin anew
UNKNOWN = "?"  # what was asked, where nothing of it was kept
PASSAGES_OFFERED = 3  # of those that a reply cites, each by a button
PAUSE_SECONDS = 1800.0  # after which a question is no follow-up, as in the query log


class Ask(Protocol):
    """Answers a question as typed, read with the turn before, without the hidden documents."""

    def __call__(
        self,
        typed: str,
        previous: Earlier | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> Response:
        """Return the response."""


Hidden = Callable[[], frozenset[str]]
"""Returns the documents that an asker does not get to see now."""


def asked(
    ask: Ask, question: str, earlier: Earlier | None, hidden: Hidden
) -> tuple[Response, frozenset[str]]:
    """Ask, and ask again where what came in meanwhile is not for this asker; with what is hidden.

    A new version of a limited document may arrive between the look at the limits and the search.
    """
    while True:
        before = hidden()
        response = ask(question, earlier, before)
        if hidden() <= before:
            return response, before


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last question of a conversation; ``at`` is of the monotonic clock.

    ``earlier`` was read with the words of all documents but the ``hidden`` ones. ``is_name`` where
    it is no question but the name of a document, which was handed out.
    """

    question: str
    question_id: int | None
    earlier: Earlier
    at: float
    hidden: frozenset[str] = frozenset()
    is_name: bool = False

    def known_to(self, hidden: frozenset[str]) -> Earlier | None:
        """Return the question as it may be known; as it was typed where more is hidden by now."""
        if self.is_name:
            return None if self.earlier.document_id in hidden else self.earlier
        if hidden <= self.hidden:
            return self.earlier
        return replace(self.earlier, question=self.question)


Place = tuple[str, str]  # a chat and a person in it


class Memory:
    """The last question of each person in each chat; nothing of it is written anywhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: OrderedDict[Place, Remembered] = OrderedDict()
        self._waiting: OrderedDict[Place, tuple[str, float]] = OrderedDict()
        self._pasted: OrderedDict[Place, tuple[str, float]] = OrderedDict()

    def last(self, chat: Chat, person: Person) -> Remembered | None:
        """Return the last question, unless a long pause lies between."""
        with self._lock:
            found = self._last.get((chat.chat_id, person.user_id))
        return found if found and time.monotonic() - found.at < PAUSE_SECONDS else None

    def keep(self, chat: Chat, person: Person, remembered: Remembered) -> None:
        """Remember a question in the place of the one before; nothing is asked back any more."""
        key = (chat.chat_id, person.user_id)
        with self._lock:
            _put(self._last, key, remembered)
            self._waiting.pop(key, None)

    def last_id(self, chat: Chat, person: Person) -> int | None:
        """Return the number of the last question in the log."""
        last = self.last(chat, person)
        return last.question_id if last else None

    def speak_of(
        self, chat: Chat, person: Person, earlier: Earlier, question_id: int | None = None
    ) -> None:
        """Let what follows be read with this, as if it had been asked."""
        at = time.monotonic()
        remembered = Remembered(earlier.question, question_id, earlier, at, is_name=True)
        self.keep(chat, person, remembered)

    def leave(self, chat: Chat, person: Person) -> None:
        """Ask of all documents again."""
        last = self.last(chat, person)
        if last:
            earlier = replace(last.earlier, stays_within=False)
            self.keep(chat, person, replace(last, earlier=earlier))

    def wait(self, chat: Chat, person: Person, text: str | None) -> None:
        """Remember what was said until it is told what is meant; None for nothing any more."""
        key = (chat.chat_id, person.user_id)
        with self._lock:
            self._waiting.pop(key, None)
            if text is not None:
                _put(self._waiting, key, (text, time.monotonic()))

    def waiting(self, chat: Chat, person: Person) -> str | None:
        """Return what was said and asked back about, unless a long pause lies between."""
        with self._lock:
            text, at = self._waiting.get((chat.chat_id, person.user_id), (None, 0.0))
        return text if time.monotonic() - at < PAUSE_SECONDS else None

    def paste(self, chat: Chat, person: Person, text: str) -> None:
        """Remember a paragraph until another one comes."""
        with self._lock:
            _put(self._pasted, (chat.chat_id, person.user_id), (text, time.monotonic()))

    def pasted(self, chat: Chat, person: Person) -> str | None:
        """Return the last paragraph, unless a long pause lies between."""
        with self._lock:
            text, at = self._pasted.get((chat.chat_id, person.user_id), (None, 0.0))
        return text if time.monotonic() - at < PAUSE_SECONDS else None

    def forget(self, user_id: str) -> None:
        """Forget what a person asked."""
        with self._lock:
            for kept in (self._last, self._waiting, self._pasted):
                for key in [key for key in kept if key[1] == user_id]:
                    del kept[key]


def _put(kept: "OrderedDict[Place, T]", key: Place, value: T) -> None:
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > CONVERSATIONS:
        kept.popitem(last=False)


class Answering:
    """Asks, keeps the log and the memory, and lays the reply out."""

    def __init__(
        self,
        ask: Ask,
        library: Library,
        query_log: QueryLog,
        suggestions: Suggestions,
        limited: Callable[[], frozenset[str]],
    ) -> None:
        self._ask = ask
        self._library = library
        self._query_log = query_log
        self._suggestions = suggestions
        self._limited = limited  # the documents that not everybody is shown
        self.memory = Memory()

    def answer(
        self,
        chat: Chat,
        person: Person,
        question: str,
        hidden: Hidden,
        repeat: bool = False,
        earlier: Earlier | None = None,
    ) -> Message:
        """Answer a question read with what was said before; ``repeat`` shows it in the reply."""
        began = time.perf_counter()
        response = None
        try:
            response, unseen = asked(self._ask, question, earlier, hidden)
        finally:
            # Also when the search fails: a question without an answer is what the log is for.
            elapsed_ms = (time.perf_counter() - began) * 1000
            if response is None:
                self._record(
                    self._exchange(chat, person, question, None, answers.FAILED, elapsed_ms)
                )
        return self.reply(chat, person, question, response, elapsed_ms, unseen, repeat, earlier)

    def reply(
        self,
        chat: Chat,
        person: Person,
        question: str,
        response: Response,
        elapsed_ms: float = 0.0,
        hidden: frozenset[str] = frozenset(),
        repeat: bool = False,
        earlier: Earlier | None = None,
    ) -> Message:
        """Log and remember a response found without the hidden documents, and lay it out."""
        repeated = question if repeat else None
        response = reply_layout.brief(response, repeated)
        spans = reply_layout.answer_screen(response, repeated, reply_layout.LONGEST)
        shown = "".join(span.text for span in spans)
        exchange = self._exchange(chat, person, question, response, shown, elapsed_ms, earlier)
        question_id = self._record(exchange)
        said = Earlier.of(response)
        if earlier and earlier.stays_within and not numbers_in(question):
            said = replace(said, document_id=earlier.document_id, stays_within=True)
        self.memory.keep(
            chat, person, Remembered(question, question_id, said, time.monotonic(), hidden)
        )
        offers: Rows = ()
        if not isinstance(response.reply, Answer):
            offers = self._suggestions.rows(response, question_id, hidden)
            if said.stays_within:
                offers = ((Code.EVERYWHERE.button(texts.ASK_EVERYWHERE),), *offers)
        if question_id is None:
            return Message(spans, offers)
        logged = Logged(question_id, exchange.status, None, logged_hits(response))
        return Message(spans, (*offers, *answer_rows(logged)))

    def spoken_of(
        self,
        chat: Chat,
        person: Person,
        hidden: frozenset[str],
        answered: Sequence[str] = (),
    ) -> Earlier | None:
        """Return what a message is read with: the one it replies to, else the last question.

        ``answered`` are the actions of the buttons under the message that it replies to.
        """
        for pressed in filter(None, map(buttons.read, answered)):
            if "question" in pressed.fields:
                logged = self._query_log.find(pressed.number("question"), chat.chat_id)
                if logged is not None:
                    question = self.question(chat, person, logged, hidden)
                    ids = [document_of(hit.passage_id) for hit in logged.shown]
                    return Earlier(question or UNKNOWN, ids[0] if ids else None)
            document_id = pressed.word("document") if "document" in pressed.fields else None
            if document_id is not None and document_id not in hidden:
                document = self._library.document(document_id)
                if document is not None:
                    name = answers.document_name(document.kind, document.number)
                    return Earlier(name or document.title, document.document_id)
        last = self.memory.last(chat, person)
        return last.known_to(hidden) if last else None

    def talk(self, chat: Chat, person: Person, kind: Talk) -> Message:
        """Answer talk in a line; it is no question, to no list and no report."""
        try:
            self._query_log.note_talk(chat.chat_id, person.user_id, kind)
        except LibraryError as error:
            log.warning("talk could not be logged: %s", error)
        return Message.plain(REPLIES[kind])

    def question(
        self, chat: Chat, person: Person, logged: Logged, hidden: frozenset[str]
    ) -> str | None:
        """Return how a question was read; None where neither log nor memory has kept it.

        It is given as it was typed where something of it may have come from a hidden document.
        """
        last = self.memory.last(chat, person)
        if last and last.question_id == logged.question_id and not last.is_name:
            known = last.known_to(hidden)
            return known.question if known else None
        rows = self._query_log.database.rows(
            "SELECT question, understood_as FROM questions WHERE id = ? AND chat = ?",
            (logged.question_id, self._query_log.pseudonym("chat", chat.chat_id)),
        )
        if not rows:
            return None
        typed, reading = rows[0]
        found = {document_of(hit.passage_id) for hit in logged.hits}
        said: str | None = (reading if hidden.isdisjoint(found) else None) or typed
        return said

    def _exchange(
        self,
        chat: Chat,
        person: Person,
        question: str,
        response: Response | None,
        shown: str,
        elapsed_ms: float,
        earlier: Earlier | None = None,
    ) -> Exchange:
        exchange = Exchange(
            chat.chat_id, person.user_id, question, response, shown, elapsed_ms, _kind(chat, person)
        )
        ids = {citation.document_id for citation in exchange.cited}
        documents = (self._library.document(one) for one in ids)
        secret = frozenset(d.document_id for d in documents if d and d.secrecy)
        read_with = {earlier.document_id} if earlier else set()
        limited = self._limited().intersection(ids | read_with)
        return replace(exchange, secret=secret, limited=limited)

    def _record(self, exchange: Exchange) -> int | None:
        """Log a question; the answer goes out, without buttons, even where that fails."""
        try:
            question_id = self._query_log.record(exchange)
        except LibraryError as error:
            log.warning("a question could not be logged: %s", error)
            return None
        log.info("question %d %s in %.0f ms", question_id, exchange.status, exchange.elapsed_ms)
        return question_id


def answer_rows(logged: Logged, reasons: bool = False) -> Rows:
    """Return the buttons under an answer, or under "not found"; with the reasons for a 👎."""
    question_id, shown = logged.question_id, logged.shown
    if len(shown) == 1:
        look = [Code.PASSAGE.button(answers.FULL_PASSAGE, question_id, shown[0].rank)]
    else:
        look = [
            Code.PASSAGE.button(answers.passage_number(hit.place or 0), question_id, hit.rank)
            for hit in shown[:PASSAGES_OFFERED]
        ]
    if logged.others:
        look.append(Code.SOURCES.button(answers.MORE_SOURCES, question_id, 0))
    up, down = answers.THUMB_UP, answers.THUMB_DOWN
    thumbs = (
        Code.UP.button(up + (answers.CHOSEN if logged.thumb == 1 else ""), question_id),
        Code.DOWN.button(down + (answers.CHOSEN if logged.thumb == -1 else ""), question_id),
    )
    rows: Rows = (*in_rows(look), thumbs)
    if reasons:
        given = [Code.REASON.button(label, question_id, n) for n, label in enumerate(texts.REASONS)]
        report = (Code.REPORT.button(texts.REPORT, question_id),)
        rows = (*rows, *(tuple(given[n : n + 2]) for n in range(0, len(given), 2)), report)
    return rows


def _kind(chat: Chat, person: Person) -> str:
    if chat.chat_id == TERMINAL:
        return "terminal"
    return "private" if chat.private else "group"
