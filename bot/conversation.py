"""What is said and what the buttons do, in any channel: questions, sources, thumbs, commands."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from bot import messages, screens
from bot.access import Role
from bot.admission import Admission
from bot.examples import Examples
from bot.query_log import Exchange, Logged, LoggedHit, QueryLog, logged_hits
from bot.turn import Button, Chat, Message, Person, Rows, Turn
from documents.library import Library, LibraryError
from retrieval.answer import Citation, Response

log = logging.getLogger(__name__)

MAX_QUESTION = 1000  # characters; longer texts are pasted documents, not questions
PAGE = 3  # sources on a page: what a phone shows without losing the thread

Ask = Callable[[str], Response]


class Conversation:
    """One bot's side of every conversation; usable from several threads.

    ``admission`` is None where whoever is there may ask: at the operator's own terminal.
    """

    def __init__(
        self,
        ask: Ask,
        library: Library,
        query_log: QueryLog,
        admission: Admission | None = None,
    ) -> None:
        self._ask = ask
        self._library = library
        self._query_log = query_log
        self._admission = admission
        self._examples = Examples(ask, library)
        self.username = ""

    def prepare(self) -> None:
        """Find the example questions now, so that the first /start need not wait for them."""
        self._examples.questions()

    def say(self, chat: Chat, person: Person, text: str) -> Turn:
        """Take a typed text: a command or a question."""
        if self._admission and (refusal := self._admission.refusal(chat, person)):
            return refusal
        text = _clean(text)
        if text.startswith("/"):
            return self._command(person, text)
        if not text:
            return Turn.say(messages.EMPTY_QUESTION)
        if len(text) > MAX_QUESTION:
            return Turn.say(messages.too_long(MAX_QUESTION))
        return Turn((self._answered(chat, person, text),))

    def moved(self, old: int, new: int) -> None:
        """Hear that a group is from now on known by another number."""

    def role(self, user_id: int) -> Role | None:
        """Return what a person may do."""
        return self._admission.access.role(user_id) if self._admission else None

    def show(self, chat: Chat, person: Person, kind: str = "other") -> Turn:
        """Take something that is not text: a picture, a voice message, a file."""
        if self._admission and (refusal := self._admission.refusal(chat, person)):
            return refusal
        return Turn.say(messages.TEXT_ONLY)

    def press(self, chat: Chat, person: Person, action: str) -> Turn:
        """Take the press of a button, however old it is and whoever's it was."""
        kind, _, rest = action.partition(":")
        if self._admission:
            if kind == "a":
                return self._admission.press(chat, person, action)
            if refusal := self._admission.refusal(chat, person):
                return Turn(notice=refusal.messages[0].text)
        if kind == "e":
            return self._example(chat, person, rest)
        numbers = rest.split(":")
        if not all(_is_number(number) for number in numbers):
            return Turn(notice=messages.OLD_BUTTON)
        question_id, number = (*map(int, numbers), 0)[:2]
        logged = self._query_log.find(question_id, chat.chat_id)
        if logged is None:
            return Turn(notice=messages.OLD_BUTTON)
        presses: dict[str, Callable[[Logged, int], Turn]] = {
            "p": self._passage,
            "s": self._sources,
            "t": self._turn_page,
            "u": lambda logged, _: self._rate(logged, 1),
            "d": lambda logged, _: self._rate(logged, -1),
        }
        pressed = presses.get(kind)
        return pressed(logged, number) if pressed else Turn(notice=messages.OLD_BUTTON)

    def _command(self, person: Person, text: str) -> Turn:
        command, _, argument = text.partition(" ")
        command = command.partition("@")[0].lower()
        admission = self._admission
        if command == "/start":
            return self._start(person)
        if command == "/help":
            is_admin = admission is not None and admission.is_admin(person)
            return Turn.say(messages.HELP + (messages.ADMIN_HELP if is_admin else ""))
        if admission and command in ("/capquyen", "/thuhoi"):
            return admission.command(person, command, argument.strip())
        return Turn.say(messages.NO_SUCH_COMMAND)

    def _start(self, person: Person) -> Turn:
        privacy = messages.privacy(self._query_log.mode, self._query_log.days)
        examples = self._examples.questions()
        text = f"{messages.WELCOME}\n\n{privacy}"
        if examples:
            text += f"\n\n{messages.TRY_ONE}"
        rows = tuple((Button(question, self._examples.action(question)),) for question in examples)
        turn = Turn.say(text, *rows)
        if self._admission and self._admission.is_admin(person):
            return Turn(turn.messages + self._admission.pending_cards())
        return turn

    def _example(self, chat: Chat, person: Person, key: str) -> Turn:
        question = self._examples.find(key)
        if question is None:
            return Turn(notice=messages.OLD_BUTTON)
        return Turn((self._answered(chat, person, question, repeat=True),))

    def _answered(self, chat: Chat, person: Person, question: str, repeat: bool = False) -> Message:
        began = time.perf_counter()
        response = None
        try:
            response = self._ask(question)
        finally:
            # Also when the search fails: a question without an answer is what the log is for.
            elapsed_ms = (time.perf_counter() - began) * 1000
            if response is None:
                failed = Exchange(
                    chat.chat_id, person.user_id, question, None, messages.FAILED, elapsed_ms
                )
                self._record(failed)
        spans = screens.answer_screen(response, question if repeat else None)
        shown = "".join(span.text for span in spans)
        exchange = Exchange(chat.chat_id, person.user_id, question, response, shown, elapsed_ms)
        question_id = self._record(exchange)
        if question_id is None:
            return Message(spans)
        logged = Logged(question_id, exchange.status, None, logged_hits(response))
        return Message(spans, _answer_rows(logged))

    def _record(self, exchange: Exchange) -> int | None:
        """Log a question; the answer goes out, without buttons, even where that fails."""
        try:
            question_id = self._query_log.record(exchange)
        except LibraryError as error:
            log.warning("a question could not be logged: %s", error)
            return None
        log.info("question %d %s in %.0f ms", question_id, exchange.status, exchange.elapsed_ms)
        return question_id

    def _passage(self, logged: Logged, rank: int) -> Turn:
        hit = next((hit for hit in logged.hits if hit.rank == rank), None)
        if hit is None:
            return Turn(notice=messages.OLD_BUTTON)
        cited = self._cite(hit, 1)
        if cited is None:
            return Turn(notice=messages.PASSAGE_GONE)
        citation, text = cited
        return Turn((Message(screens.passage_screen(citation, text)),))

    def _sources(self, logged: Logged, page: int) -> Turn:
        message = self._sources_page(logged, page)
        if message is None:
            return Turn(notice=messages.NO_MORE_SOURCES)
        return Turn((message,))

    def _turn_page(self, logged: Logged, page: int) -> Turn:
        message = self._sources_page(logged, page)
        return Turn(edit=message) if message else Turn(notice=messages.NO_MORE_SOURCES)

    def _sources_page(self, logged: Logged, page: int) -> Message | None:
        """Return a page, counted from 0, of the passages that the reply did not show."""
        others = logged.others
        pages = -(-len(others) // PAGE)
        first = page * PAGE
        marked = enumerate(others[first : first + PAGE], first + 1)
        cited = [(hit, self._cite(hit, marker)) for marker, hit in marked]
        alive = [(hit, citation[0]) for hit, citation in cited if citation]
        if not alive:
            return None
        spans = screens.sources_screen((citation for _, citation in alive), page + 1, pages)
        passages = tuple(
            Button(messages.passage_number(citation.marker), f"p:{logged.question_id}:{hit.rank}")
            for hit, citation in alive
        )
        turning = [(messages.PREVIOUS_PAGE, page - 1)] if page else []
        turning += [(messages.NEXT_PAGE, page + 1)] if page + 1 < pages else []
        pager = tuple(Button(label, f"t:{logged.question_id}:{to}") for label, to in turning)
        return Message(spans, tuple(row for row in (passages, pager) if row))

    def _rate(self, logged: Logged, thumb: int) -> Turn:
        thanks = messages.THANKS_UP if thumb > 0 else messages.THANKS_DOWN
        try:
            self._query_log.rate(logged.question_id, thumb)
        except LibraryError as error:
            log.warning("a thumb could not be logged: %s", error)
            return Turn(notice=messages.NOT_KEPT)
        return Turn(rows=_answer_rows(replace(logged, thumb=thumb)), notice=thanks)

    def _cite(self, hit: LoggedHit, marker: int) -> tuple[Citation, str] | None:
        """Cite a logged hit from the library as it is now, with the passage's text."""
        passage = self._library.passage(hit.passage_id)
        document = self._library.document(passage.document_id) if passage else None
        if passage is None or document is None:
            return None
        span = (hit.quote_start, hit.quote_end)
        if not span[0] < span[1] <= len(passage.text):
            span = (0, len(passage.text))
        newer = self._library.replaced_by(document.document_id)
        names = [messages.document_name(n.kind, n.number) or n.title for n in newer]
        citation = Citation.of(marker, document, passage, span, ", ".join(names) or None)
        return citation, passage.text


def _answer_rows(logged: Logged) -> Rows:
    """Return the buttons under an answer, or under "not found"."""
    question_id, shown = logged.question_id, logged.shown[: screens.NEAREST_SHOWN]
    if len(shown) == 1:
        look = [Button(messages.FULL_PASSAGE, f"p:{question_id}:{shown[0].rank}")]
    else:
        look = [
            Button(messages.passage_number(hit.place or 0), f"p:{question_id}:{hit.rank}")
            for hit in shown
        ]
    if logged.others:
        look.append(Button(messages.MORE_SOURCES, f"s:{question_id}:0"))
    up, down = messages.THUMB_UP, messages.THUMB_DOWN
    thumbs = (
        Button(up + (messages.CHOSEN if logged.thumb == 1 else ""), f"u:{question_id}"),
        Button(down + (messages.CHOSEN if logged.thumb == -1 else ""), f"d:{question_id}"),
    )
    return (*((tuple(look),) if look else ()), thumbs)


def _clean(text: str) -> str:
    """Make a typed text safe to store: no lone surrogates, no NUL, no blanks around it."""
    return text.encode("utf-8", "replace").decode().replace("\0", "").strip()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
