"""The first words: the greeting with questions to try, the help, the guide."""

from dataclasses import replace

from bot import messages
from bot import messages_library as texts
from bot.access import Role
from bot.admission import Admission
from bot.examples import Examples
from bot.query_log import QueryLog
from bot.turn import Button, Chat, Person, Turn

STAFF = frozenset({Role.STAFF, Role.ADMIN})


class Welcome:
    """Says what the bot is for, to each what they may do."""

    def __init__(
        self, examples: Examples, query_log: QueryLog, admission: Admission | None
    ) -> None:
        self._examples = examples
        self._query_log = query_log
        self._admission = admission

    def start(self, chat: Chat, person: Person) -> Turn:
        """Greet, and put waiting requests before an administrator."""
        if self._admission:
            self._admission.access.know(person)
        privacy = messages.privacy(self._query_log.mode, self._query_log.days)
        examples = self._examples.questions()
        text = f"{messages.WELCOME}\n\n{privacy}"
        if examples:
            text += f"\n\n{messages.TRY_ONE}"
        rows = tuple((Button(question, self._examples.action(question)),) for question in examples)
        turn = Turn.say(text, *rows)
        if self._admission and chat.private and self._admission.is_admin(person):
            return replace(turn, messages=turn.messages + self._admission.pending_cards())
        return turn

    def help(self, person: Person) -> Turn:
        """Say in short what the bot does."""
        is_admin = self._admission is not None and self._admission.is_admin(person)
        return Turn.say(messages.HELP + (messages.ADMIN_HELP if is_admin else ""))

    def guide(self, person: Person) -> Turn:
        """Say all that a reader can do, and what staff can do beside."""
        role = self._admission.access.role(person.user_id) if self._admission else None
        return Turn.say(texts.GUIDE + (texts.STAFF_GUIDE if role in STAFF else ""))
