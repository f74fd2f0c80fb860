"""The commands of administrators: who may, and that a look at the log is written down."""

import logging
from collections.abc import Callable

from bot.conversation import commands
from bot.conversation.administration import Administration
from bot.conversation.admission import Admission
from bot.query_log.log import QueryLog
from bot.review.reader import record_access
from bot.texts import answers
from bot.texts import people as texts
from bot.turn import Chat, Message, Person, Turn
from documents.errors import LibraryError

log = logging.getLogger(__name__)

LOOKS = frozenset({commands.STATISTICS, commands.UNANSWERED})  # at the query log


class AdminsCommands:
    """Carries out what only administrators may do."""

    def __init__(
        self, admission: Admission, administration: Administration, query_log: QueryLog
    ) -> None:
        self._admission = admission
        self._administration = administration
        self._query_log = query_log
        self.username = ""

    def press(self, person: Person, action: str) -> Turn:
        """Take a press of one of their buttons."""
        if not self._admission.is_admin(person):
            return Turn(notice=answers.ADMINS_ONLY)
        return self._administration.press(action)

    def run(self, chat: Chat, person: Person, command: str, argument: str) -> Turn:
        """Carry out a command."""
        admission, administration = self._admission, self._administration
        if not admission.is_admin(person):
            return Turn.say(answers.ADMINS_ONLY)
        carried: dict[str, Callable[[], Turn]] = {
            commands.LET_IN: lambda: admission.command(person, f"/{command}", argument),
            commands.SHUT_OUT: lambda: admission.command(person, f"/{command}", argument),
            commands.INVITE: lambda: admission.invite(person, argument, self._link),
            commands.ALLOW_GROUP: lambda: admission.group(chat, person, allow=True),
            commands.LEAVE_GROUP: lambda: admission.group(chat, person, allow=False),
            commands.PEOPLE: lambda: Turn((administration.people() or Message(()),)),
            commands.LIMIT: lambda: administration.limit(argument),
            commands.STATISTICS: administration.statistics,
            commands.UNANSWERED: administration.unanswered,
            commands.ANNOUNCE: lambda: administration.compose(person, argument),
        }
        if command in LOOKS and not self._look_noted(person, command):
            return Turn.say(texts.LOG_UNWRITABLE)
        return carried[command]()

    def _look_noted(self, person: Person, command: str) -> bool:
        """Write down who looks at the log; nobody does where that cannot be kept."""
        try:
            database = self._query_log.database
            record_access(database, f"Telegram {person.user_id}", f"/{command}", "")
        except LibraryError as error:
            log.warning("a look at the log could not be written down: %s", error)
            return False
        return True

    def _link(self, code: str) -> str:
        return f"https://t.me/{self.username}?start={code}"
