"""The conversation, in any channel: what is typed, sent or pressed goes to what answers it."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.access import ASKING, Role
from bot.alerts import Alerts
from bot.conversation import buttons, commands
from bot.conversation.administration import Administration
from bot.conversation.admission import Admission
from bot.conversation.answering import Answering, Ask
from bot.conversation.browsing import Browsing
from bot.conversation.buttons import Code, Pressed
from bot.conversation.document_list import Catalogue
from bot.conversation.feedback import Feedback
from bot.conversation.inline_results import Snippet, Snippets
from bot.conversation.messages.document_desk import Asker, DocumentDesk
from bot.conversation.messages.pasted_text import PastedText
from bot.conversation.notifications import DamageNews, News, Notice
from bot.conversation.rate_limit import Pace
from bot.conversation.sources import Sources
from bot.conversation.suggestions import Correct, Suggestions
from bot.conversation.uploads import Sender, Uploads, replaces
from bot.conversation.welcome import STAFF, Examples, Welcome
from bot.outbox.store import Mailbox
from bot.query_log.log import Logged, QueryLog
from bot.texts import answers, people
from bot.texts import library as texts
from bot.turn import NO_LIMITS, Chat, Limits, Person, Turn
from documents.store.library import Library
from retrieval.question.document_request import request_in
from retrieval.question.followup import asks
from retrieval.question.pasted import is_pasted
from retrieval.question.several import questions_in
from retrieval.question.talk import talk_in

log = logging.getLogger(__name__)

ASK_IN = "xin"  # what a newcomer's link to the bot carries
MAX_QUESTION = 1000  # characters; longer texts are pasted documents, not questions
RATE = 15  # questions a person may ask in a minute
IN_GROUPS = frozenset(
    {
        commands.START,
        commands.HELP,
        commands.ASK,
        commands.SOURCES,
        commands.ALLOW_GROUP,
        commands.LEAVE_GROUP,
    }
)


Shown = TypeVar("Shown", bound=Turn | None)
Route = Callable[[Asker, Pressed], Turn]


class Conversation:
    """One bot's side of every conversation; usable from several threads.

    ``admission`` is None where whoever is there may ask: at the operator's own terminal. ``look``
    searches while somebody types, at every letter.
    """

    def __init__(
        self,
        ask: Ask,
        library: Library,
        query_log: QueryLog,
        mailbox: Mailbox,
        admission: Admission | None = None,
        uploads: Uploads | None = None,
        rate: int = RATE,
        correct: Correct = lambda _question, _hidden: None,
        limits: Limits = NO_LIMITS,
        look: Ask | None = None,
    ) -> None:
        self._limits = limits
        self._query_log = query_log
        self._admission = admission
        self._uploads = uploads
        self._pace = Pace(rate)
        self._examples = Examples(ask, library)
        self._catalogue = Catalogue(library)
        self._suggestions = Suggestions(self._catalogue, correct)
        self._browsing = Browsing(library, self._catalogue, mailbox, limits)
        self._answering = Answering(ask, library, query_log, self._suggestions, self._limited)
        self._desk = DocumentDesk(library, self._catalogue, self._browsing, self._answering)
        self._pasted = PastedText(ask, library, self._answering)
        self._sources = Sources(library, query_log, self._browsing)
        self._feedback = Feedback(query_log, self._answering.memory, admission, mailbox)
        self._snippets = Snippets(look or ask, library)
        self._welcome = Welcome(self._examples, query_log, admission)
        self._administration = (
            Administration(admission, library, query_log, mailbox) if admission else None
        )
        self._routes = self._readers_routes() | self._answers_routes() | self._office_routes()
        self.alerts = Alerts(admission.access if admission else None)
        self._news = News(ask, library, query_log, admission.access) if admission else None
        self._damage = DamageNews(library, admission.access) if admission else None

    def invites_by(self, link: Callable[[str], str]) -> None:
        """Hear how the channel makes a link that leads to the bot with an invitation's code."""
        if self._administration:
            self._administration.link = link

    def prepare(self) -> None:
        """Find the example questions now, so that the first /start need not wait for them."""
        stamped = self._catalogue.stamped()
        if self._admission is None:
            self._examples.questions(frozenset())
            return
        hidden = self._limited()
        for unseen in (hidden, hidden | stamped):
            self._examples.questions(unseen)

    def news(self) -> tuple[Notice, ...]:
        """Return what people who asked in vain can be told now, and administrators of damage."""
        if self._news is None or self._damage is None:
            return ()
        return (*self._news.due(), *self._damage.due())

    def told(self, notice: Notice) -> None:
        """Note that such a message is on its way."""
        if self._news:
            self._news.told(notice)

    def moved(self, old: str, new: str) -> None:
        """Hear that a group is from now on known by another number."""
        if self._admission:
            self._admission.access.move_group(old, new)

    def role(self, user_id: str) -> Role | None:
        """Return what a person may do."""
        return self._admission.access.role(user_id) if self._admission else None

    def say(
        self,
        chat: Chat,
        person: Person,
        text: str,
        answered: tuple[str, ...] = (),
        sent_on: bool = False,
    ) -> Turn:
        """Take a typed text: a command or a question.

        ``answered`` are the actions of the buttons under the bot's message that it replies to;
        ``sent_on`` where somebody else wrote it.
        """
        text = _clean(text)
        command, *rest = text.split(maxsplit=1) if text.startswith("/") else ("",)
        argument = rest[0] if rest else ""
        command, argument = command.partition("@")[0].lower()[1:], argument.strip()
        if command == commands.START and argument not in ("", ASK_IN) and self._admission:
            came = self._admission.come_in(chat, person, argument)
            if came:
                return came
        if refusal := self._refusal(chat, person):
            return refusal
        if text.startswith("/") and command != commands.ASK:
            return self._command(chat, person, command, argument)
        text = argument if command else text
        return self._question(chat, person, text, bool(command), answered, sent_on)

    def show(self, chat: Chat, person: Person, kind: str = "other", caption: str = "") -> Turn:
        """Take something that is not text: a picture, a voice message, a sticker.

        What is written under it is a question as any other.
        """
        if caption.strip():
            return self.say(chat, person, caption)
        if refusal := self._refusal(chat, person):
            return refusal
        if kind == "photo" and self._uploads and self.role(person.user_id) in STAFF:
            return Turn.say(texts.STAFF_PHOTO)
        return Turn.say(texts.NOT_TEXT.get(kind, answers.TEXT_ONLY))

    def offer(
        self,
        chat: Chat,
        person: Person,
        name: str,
        size: int,
        caption: str = "",
        album: str | None = None,
    ) -> Turn:
        """Take the offer of a file; ``later`` in the turn says that it is to be fetched."""
        if refusal := self._refusal(chat, person):
            return refusal
        if self._uploads is None or self.role(person.user_id) not in STAFF:
            return self.show(chat, person, "document", caption)
        if not chat.private:
            return Turn.say(texts.SENT_PRIVATELY)
        return self._uploads.offer(name, size, self._limits.received_file, caption, album)

    def place(self, key: int, name: str) -> Path | None:
        """Return where an offered file is to be put."""
        return self._uploads.place(key, name) if self._uploads else None

    def fetched(
        self,
        chat: Chat,
        person: Person,
        path: Path,
        caption: str,
        sent_at: datetime | None = None,
        album: str | None = None,
    ) -> Turn:
        """Take a file that was offered and fetched; its sender may have been shut out since.

        ``album`` is what files that were sent together have in common: one caption is for all.
        """
        if self._uploads is None or self._admission is None:
            return Turn.say(texts.NOT_TEXT["document"])
        sender = Sender(person, self._admission.access, sent_at)
        if not sender.is_staff():
            self._uploads.drop(path)
            return self._refusal(chat, person) or Turn.say(texts.NOT_TEXT["document"])
        of_all = self._uploads.albums.caption(album) if album else ""
        turn = self._uploads.add(path, caption or of_all, sender, self._hidden(chat, person))
        if album:
            turn = self._uploads.summed_up(album, turn)
        if turn.withdraw or replaces(caption) or not asks(caption):
            return turn
        answered = self.say(chat, person, caption)
        return replace(turn, messages=(*turn.messages, *answered.messages))

    def quote(self, person: Person, text: str) -> tuple[Snippet, ...] | None:
        """Return passages to quote in another chat; None for who may not ask."""
        if self._admission is None or self.role(person.user_id) not in ASKING:
            return None

        def hidden() -> frozenset[str]:
            return self._limited() | self._catalogue.stamped()

        found = self._snippets.find(_clean(text)[:MAX_QUESTION], hidden)
        return found if self.role(person.user_id) in ASKING else None

    def press(self, chat: Chat, person: Person, action: str) -> Turn:
        """Take the press of a button, however old it is and whoever's it was."""
        pressed = buttons.read(action)
        at_the_door = pressed is not None and pressed.code in buttons.AT_THE_DOOR
        if not at_the_door and (refusal := self._refusal(chat, person)):
            return Turn(notice=refusal.messages[0].text)
        route = self._routes.get(pressed.code) if pressed else None
        if pressed is None or route is None:
            return Turn(notice=answers.OLD_BUTTON)
        if pressed.code in buttons.OF_DOCUMENTS:
            return self._shown(chat, person, lambda by: route(by, pressed))
        return route(self._asker(chat, person), pressed)

    def _readers_routes(self) -> dict[Code, Route]:
        """Return what the buttons of the greeting and of the library do."""
        examples, feedback, library = self._examples, self._feedback, self._browsing
        desk, pasted = self._desk, self._pasted
        return {
            Code.EXAMPLE: lambda by, it: self._asked_again(
                by, examples.find(it.word("example"), by.hidden)
            ),
            Code.FORGET: lambda by, _: feedback.forget(by.chat, by.person),
            Code.KEEP: lambda by, _: feedback.keep(by.chat),
            Code.LIST: lambda by, it: library.turn_page(
                it.number("choice"), it.number("page"), by.hidden
            ),
            Code.FACET: lambda by, it: library.offer_values(
                it.number("choice"), it.word("facet"), by.hidden
            ),
            Code.DOCUMENT: lambda by, it: library.show_document(it.word("document"), by.hidden),
            Code.READ: lambda by, it: library.show_passage(
                it.word("document"), it.number("passage"), by.hidden
            ),
            Code.READ_ON: lambda by, it: library.read_on(
                it.word("document"), it.number("passage"), by.hidden
            ),
            Code.ORIGINAL: lambda by, it: library.send_original(it.word("document"), by.hidden),
            Code.CONTENTS: lambda by, it: library.turn_contents(
                it.word("document"), it.number("page"), by.hidden
            ),
            Code.DOCUMENT_PAGE: lambda by, it: library.leaf(
                it.word("document"), it.number("page"), by.hidden
            ),
            Code.WITHIN: lambda by, it: desk.ask_within(by, it.word("document")),
            Code.EVERYWHERE: lambda by, _: desk.ask_everywhere(by),
            Code.PASTED: lambda by, it: pasted.choose(by, it.number("choice")),
            Code.WHICH: lambda by, it: desk.choose(by, it.word("document")),
        }

    def _answers_routes(self) -> dict[Code, Route]:
        """Return what the buttons under a reply do, while its question is in the log."""
        sources, feedback, instead = self._sources, self._feedback, self._suggestions
        routes: dict[Code, Callable[[Asker, Pressed, Logged], Turn]] = {
            Code.PASSAGE: lambda by, it, reply: sources.passage(
                reply, it.number("rank"), by.hidden
            ),
            Code.SOURCES: lambda by, it, reply: sources.page(reply, it.number("page"), by.hidden),
            Code.TURN: lambda by, it, reply: sources.turn_page(reply, it.number("page"), by.hidden),
            Code.UP: lambda _by, _it, reply: feedback.rate(reply, 1),
            Code.DOWN: lambda _by, _it, reply: feedback.rate(reply, -1),
            Code.REASON: lambda _by, it, reply: feedback.give_reason(reply, it.number("reason")),
            Code.REPORT: lambda by, _it, reply: feedback.report(reply, by.person),
            Code.ASK_AGAIN: lambda by, _, reply: self._reworded(by, reply, lambda same: same),
            Code.WITHOUT_YEAR: lambda by, _, reply: self._reworded(by, reply, instead.without_year),
            Code.CORRECTED: lambda by, _, reply: self._reworded(
                by, reply, lambda same: instead.corrected(same, by.hidden)
            ),
        }

        def of_logged(route: Callable[[Asker, Pressed, Logged], Turn]) -> Route:
            def pressed(by: Asker, it: Pressed) -> Turn:
                reply = self._query_log.find(it.number("question"), by.chat.chat_id)
                return route(by, it, reply) if reply else Turn(notice=answers.OLD_BUTTON)

            return pressed

        return {code: of_logged(route) for code, route in routes.items()}

    def _office_routes(self) -> dict[Code, Route]:
        """Return what the buttons of newcomers and administrators do; none where all may ask."""
        admission, office = self._admission, self._administration
        if admission is None or office is None:
            return {}
        return {
            Code.REPLACE_OLD: lambda by, it: self._of_held(by, it.number("upload"), old=False),
            Code.KEEP_OLD: lambda by, it: self._of_held(by, it.number("upload"), old=True),
            Code.ASK_IN: lambda by, _: admission.ask_in(by.chat, by.person),
            Code.LET_IN: lambda by, it: admission.decide(by.person, it.word("person"), Role.CADRE),
            Code.TURN_AWAY: lambda by, it: admission.decide(
                by.person, it.word("person"), Role.REVOKED
            ),
            Code.PEOPLE: lambda by, it: office.turn_people(by.person, it.number("page")),
            Code.SEND: lambda by, it: office.announce(
                by.person, it.number("announcement"), send=True
            ),
            Code.CANCEL: lambda by, it: office.announce(
                by.person, it.number("announcement"), send=False
            ),
        }

    def _of_held(self, by: Asker, upload: int, *, old: bool) -> Turn:
        if self._uploads is None or self._admission is None:
            return Turn(notice=texts.NOT_TEXT["document"])
        sender = Sender(by.person, self._admission.access)
        if not sender.is_staff():
            return Turn(notice=texts.NOT_TEXT["document"])
        if old:
            return self._uploads.keep_old(upload)
        return self._uploads.replace_old(upload, sender, by.hidden)

    def _reworded(self, by: Asker, reply: Logged, word: Callable[[str], str | None]) -> Turn:
        question = self._answering.question(by.chat, by.person, reply, by.hidden)
        return self._asked_again(by, word(question) if question else None)

    def _asked_again(self, by: Asker, question: str | None) -> Turn:
        if question is None:
            return Turn(notice=answers.OLD_BUTTON)
        if not self._pace.allows(by.person.user_id):
            return Turn(notice=texts.slow_down(self._pace.wait(by.person.user_id)))
        return self._answer(by.chat, by.person, question, repeat=True)

    def _question(
        self,
        chat: Chat,
        person: Person,
        text: str,
        by_command: bool,
        answered: tuple[str, ...] = (),
        sent_on: bool = False,
    ) -> Turn:
        if not text:
            return Turn.say(texts.ASK_HOW if by_command else answers.EMPTY_QUESTION)
        pasted = is_pasted(text, sent_on)
        if len(text) > MAX_QUESTION and not pasted:
            return Turn.say(answers.too_long(MAX_QUESTION))
        if self._admission and not self._pace.allows(person.user_id):
            return Turn.say(texts.slow_down(self._pace.wait(person.user_id)))
        if (talk := talk_in(text)) is not None:
            return Turn((self._answering.talk(chat, person, talk),))
        if pasted and request_in(text) is None:
            return self._pasted.ask_back(self._asker(chat, person), text)
        turn = self._replies(chat, person, text, answered)
        return self._refusal(chat, person) or turn

    def _replies(
        self, chat: Chat, person: Person, text: str, answered: tuple[str, ...] = ()
    ) -> Turn:
        """Answer each question of a message, the later ones read with the one before."""
        turns: list[Turn] = []
        questions, memory = questions_in(text), self._answering.memory
        for question in questions:
            turn = self._shown(chat, person, partial(self._of_a_document, question, answered))
            turns.append(turn or self._answer(chat, person, question, len(questions) > 1, answered))
            if memory.waiting(chat, person) is not None:  # asked back: for all of them
                memory.wait(chat, person, text)
                break
            answered = ()
        return replace(turns[0], messages=tuple(one for turn in turns for one in turn.messages))

    def _of_a_document(self, question: str, answered: tuple[str, ...], by: Asker) -> Turn | None:
        spoken_of = self._answering.spoken_of(by.chat, by.person, by.hidden, answered)
        return self._desk.take(replace(by, earlier=spoken_of), question)

    def _answer(
        self,
        chat: Chat,
        person: Person,
        question: str,
        repeat: bool = False,
        answered: tuple[str, ...] = (),
    ) -> Turn:
        """Answer a question, unless its asker was shut out while the answer was sought."""
        by = self._asker(chat, person)
        earlier = self._answering.spoken_of(chat, person, by.hidden, answered)
        answer = self._answering.answer(chat, person, question, by.now, repeat, earlier)
        return self._refusal(chat, person) or Turn((answer,))

    def _shown(self, chat: Chat, person: Person, show: Callable[[Asker], Shown]) -> Shown:
        """Show something, and again where what came in meanwhile is not for this reader."""
        memory = self._answering.memory
        waiting = memory.waiting(chat, person)
        while True:
            by = self._asker(chat, person)
            turn = show(by)
            if by.now() <= by.hidden:
                return turn
            memory.wait(chat, person, waiting)

    def _asker(self, chat: Chat, person: Person) -> Asker:
        now = partial(self._hidden, chat, person)
        return Asker(chat, person, None, now(), now)

    def _command(self, chat: Chat, person: Person, command: str, argument: str) -> Turn:
        def shown(show: Callable[[frozenset[str]], Turn]) -> Callable[[], Turn]:
            return lambda: self._shown(chat, person, lambda by: show(by.hidden))

        simple: dict[str, Callable[[], Turn]] = {
            commands.START: shown(lambda hidden: self._welcome.start(chat, person, hidden)),
            commands.HELP: lambda: self._welcome.help(person),
            commands.GUIDE: lambda: self._welcome.guide(person),
            commands.DOCUMENTS: shown(lambda hidden: self._browsing.search(argument, hidden)),
            commands.LATEST: shown(self._browsing.latest),
            commands.SOURCES: shown(lambda hidden: self._last_sources(chat, person, hidden)),
            commands.HISTORY: lambda: self._feedback.history(person),
            commands.FORGET: lambda: self._feedback.ask_forget(),
        }
        if not chat.private and command in (*simple, *commands.ADMINS) and command not in IN_GROUPS:
            return Turn.say(people.IN_PRIVATE_ONLY)
        if command in simple:
            return simple[command]()
        if command in commands.FOR_ADMINS and self._administration:
            return self._administration.run(chat, person, command, argument)
        return Turn.say(answers.NO_SUCH_COMMAND)

    def _last_sources(self, chat: Chat, person: Person, hidden: frozenset[str]) -> Turn:
        last = self._answering.memory.last(chat, person)
        logged = None
        if last and last.question_id is not None:
            logged = self._query_log.find(last.question_id, chat.chat_id)
        message = self._sources.all_of(logged, hidden) if logged else None
        return Turn((message,)) if message else Turn.say(texts.NO_LAST_ANSWER)

    def _refusal(self, chat: Chat, person: Person) -> Turn | None:
        """Say why someone is not answered, of whom nothing is then remembered."""
        refusal = self._admission.refusal(chat, person) if self._admission else None
        if refusal:
            self._answering.memory.forget(person.user_id)
        return refusal

    def _limited(self) -> frozenset[str]:
        """Return the documents that not everybody is shown who was let in."""
        return self._admission.access.hidden_from(Role.CADRE) if self._admission else frozenset()

    def _hidden(self, chat: Chat, person: Person) -> frozenset[str]:
        """Return the documents not shown here; stamped ones are not for a group's readers."""
        if self._admission is None:
            return frozenset()
        hidden = self._admission.hidden(chat, person)
        return hidden if chat.private else hidden | self._catalogue.stamped()


def _clean(text: str) -> str:
    """Make a typed text safe to store: no lone surrogates, no NUL, no blanks around it."""
    return text.encode("utf-8", "replace").decode().replace("\0", "").strip()
