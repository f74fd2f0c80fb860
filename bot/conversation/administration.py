"""What administrators see and set: people, figures, open questions, announcements, limits.

Only they may, and a look at the query log is written down before it is granted.
"""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from bot.access import ASKING, RANKS, Role
from bot.conversation import commands, reply_layout
from bot.conversation.admission import Admission
from bot.conversation.buttons import Code
from bot.conversation.chart import Bar, draw
from bot.conversation.uploads import held, short_name
from bot.outbox.models import Announcement
from bot.query_log.log import QueryLog
from bot.review import views
from bot.review.days import days, total
from bot.review.filters import VIETNAM, Filter
from bot.review.reader import record_access
from bot.texts import answers
from bot.texts import people as texts
from bot.turn import Announce, Chat, Message, Person, Span, Turn
from documents.errors import LibraryError
from documents.store.library import Library
from documents.vietnamese.normalize import fold, normalize

log = logging.getLogger(__name__)

LOOKS = frozenset({commands.STATISTICS, commands.UNANSWERED})  # at the query log
DAYS = 30
PAGE = 20  # people, or open questions, on a page
QUESTION_LENGTH = 200  # characters of a question in the list
LIMITS_LISTED = 8  # of each kind: what one message holds
ANNOUNCEMENT_LENGTH = 3_000  # characters: with its head one message


class Announcements(Protocol):
    """Keeps announcements until they are confirmed."""

    def compose(self, text: str, by: str) -> int:
        """Keep one and return its number."""

    def announcement(self, announcement_id: int) -> Announcement | None:
        """Return one."""


class Administration:
    """Carries out what only administrators may do."""

    def __init__(
        self,
        admission: Admission,
        library: Library,
        query_log: QueryLog,
        announcements: Announcements,
    ) -> None:
        self._admission = admission
        self._access = admission.access
        self._library = library
        self._query_log = query_log
        self._announcements = announcements
        self.link: Callable[[str], str] = str  # the bare code, until the channel says more

    def run(self, chat: Chat, person: Person, command: str, argument: str) -> Turn:
        """Carry out a command."""
        admission = self._admission
        if not admission.is_admin(person):
            return Turn.say(texts.ADMINS_ONLY)
        carried: dict[str, Callable[[], Turn]] = {
            commands.LET_IN: lambda: admission.command(person, f"/{command}", argument),
            commands.SHUT_OUT: lambda: admission.command(person, f"/{command}", argument),
            commands.INVITE: lambda: admission.invite(person, argument, self.link),
            commands.ALLOW_GROUP: lambda: admission.group(chat, person, allow=True),
            commands.LEAVE_GROUP: lambda: admission.group(chat, person, allow=False),
            commands.PEOPLE: lambda: Turn((self.people() or Message(()),)),
            commands.LIMIT: lambda: self.limit(argument),
            commands.STATISTICS: self.statistics,
            commands.UNANSWERED: self.unanswered,
            commands.ANNOUNCE: lambda: self.compose(person, argument),
        }
        if command in LOOKS and not self._look_noted(person, command):
            return Turn.say(texts.LOG_UNWRITABLE)
        return carried[command]()

    def people(self, page: int = 0) -> Message | None:
        """Return a page of everybody who was ever let in or asked to be."""
        people = self._access.people()
        shown = people[page * PAGE : (page + 1) * PAGE] if page >= 0 else ()
        if not shown:
            return Message.plain(texts.PEOPLE_EMPTY) if not people else None
        pages = -(-len(people) // PAGE)
        lines = (texts.person_line(p.name, p.user_id, role) for p, role in shown)
        turning = [(answers.PREVIOUS_PAGE, page - 1)] if page else []
        turning += [(answers.NEXT_PAGE, page + 1)] if page + 1 < pages else []
        pager = tuple(Code.PEOPLE.button(label, to) for label, to in turning)
        spans = (
            Span(texts.people_head(len(people), page + 1, pages), bold=True),
            *(Span(f"\n{line}") for line in lines),
        )
        return Message(spans, (pager,) if pager else ())

    def statistics(self, now: datetime | None = None) -> Turn:
        """Sum up the last thirty days, with a picture of each day."""
        chosen = _lately(now or datetime.now(UTC))
        asked = days(self._query_log, chosen)
        if not asked:
            return Turn.say(texts.NOTHING_LOGGED)
        tallies = {day.day: day.tally for day in asked}
        first = chosen.since or date.min
        bars = []
        for number in range(DAYS):
            day = first + timedelta(days=number)
            known = tallies.get(day.isoformat())
            counts = (known.answered, known.unanswered) if known else (0, 0)
            bars.append(Bar(f"{day:%d/%m}", *counts))
        sums = total(asked)
        text = texts.statistics(
            sums.asked,
            sums.answered,
            sums.unanswered,
            sums.failed,
            sums.liked,
            sums.disliked,
            len(sums.users),
        )
        return Turn((Message((Span(text),), picture=draw(bars)),))

    def unanswered(self, now: datetime | None = None) -> Turn:
        """List what could not be answered lately, the most asked first."""
        chosen = _lately(now or datetime.now(UTC))
        found = views.repeated(self._query_log, chosen, ("nearest", "refused", "failed"), PAGE)
        if not found:
            return Turn.say(texts.NOBODY_UNANSWERED)
        lines = (
            f"\n{n}. {reply_layout.clipped(one.question, QUESTION_LENGTH)} ({one.times})"
            for n, one in enumerate(found, 1)
        )
        head = Span(texts.UNANSWERED_HEAD, bold=True)
        return Turn((Message((head, *(Span(line) for line in lines))),))

    def limit(self, words: str) -> Turn:
        """Carry out /gioihan NUMBER ROLE; without words, list what is limited."""
        if not words.strip():
            return self._limits()
        reference, _, last = words.strip().rpartition(" ")
        role = texts.ROLE_WORDS.get(fold(normalize(last)).strip()) if last else None
        if not reference or role not in RANKS:
            return Turn.say(texts.LIMIT_HOW)
        found = self._library.find(reference)
        if not found:
            return Turn.say(answers.why_not("no_such_document", reference) or "")
        for document in found:
            self._access.limit(document.document_id, None if role is Role.CADRE else role)
        lines = []
        for document in found:
            now = self._access.limits.of(document.document_id)
            lines.append(texts.limited(short_name(document), now.role if now else Role.CADRE))
        return Turn.say("\n".join(lines))

    def _limits(self) -> Turn:
        """List the limited documents, those in doubt as questions, and how to limit one."""
        own, doubtful = [], []
        limits = self._access.limits.all()
        for document in (self._library.document(one) for one in sorted(limits)):
            if document is None or document.status == "superseded":
                continue
            one = limits[document.document_id]
            if one.like:
                doubtful.append(f"– {held(document, one)}")
            else:
                own.append(f"– {texts.limited(short_name(document), one.role)}")
        listed = ((texts.HELD_HEAD, doubtful), (texts.LIMITS_HEAD, own))
        said = ["\n".join((head, *lines[:LIMITS_LISTED])) for head, lines in listed if lines]
        return Turn(tuple(map(Message.plain, (*said, texts.LIMIT_HOW))))

    def compose(self, person: Person, text: str) -> Turn:
        """Carry out /thongbao TEXT: show what would be sent, and to how many."""
        if not text:
            return Turn.say(texts.ANNOUNCE_HOW)
        if len(text) > ANNOUNCEMENT_LENGTH:
            return Turn.say(answers.too_long(ANNOUNCEMENT_LENGTH))
        number = self._announcements.compose(text, person.user_id)
        buttons = (
            Code.SEND.button(texts.SEND, number),
            Code.CANCEL.button(texts.CANCEL, number),
        )
        return Turn.say(texts.preview(text, len(self._readers())), buttons)

    def turn_people(self, person: Person, page: int) -> Turn:
        """Show another page of the people in the place of the one before."""
        if not self._admission.is_admin(person):
            return Turn(notice=texts.ADMINS_ONLY)
        message = self.people(page)
        return Turn(edit=message) if message else Turn(notice=answers.OLD_BUTTON)

    def announce(self, person: Person, number: int, *, send: bool) -> Turn:
        """Send a composed announcement, or drop it."""
        if not self._admission.is_admin(person):
            return Turn(notice=texts.ADMINS_ONLY)
        composed = self._announcements.announcement(number)
        if composed is None:
            return Turn(notice=answers.OLD_BUTTON)
        if composed.begun:
            return Turn(notice=texts.ANNOUNCEMENT_BEGUN)
        if not send:
            return Turn(edit=Message.plain(texts.ANNOUNCEMENT_CANCELLED))
        readers = self._readers()
        told = Message((Span(f"{texts.ANNOUNCEMENT}\n", bold=True), Span(composed.text)))
        return Turn(
            edit=Message.plain(texts.sending(len(readers))),
            announce=Announce(composed.announcement_id, readers, told),
        )

    def _readers(self) -> tuple[str, ...]:
        return tuple(p.user_id for p, role in self._access.people() if role in ASKING)

    def _look_noted(self, person: Person, command: str) -> bool:
        """Write down who looks at the log; nobody does where that cannot be kept."""
        try:
            who = f"Telegram {self._query_log.pseudonym('user', person.user_id)}"
            record_access(self._query_log.database, who, f"/{command}", "")
        except LibraryError as error:
            log.warning("a look at the log could not be written down: %s", error)
            return False
        return True


def _lately(now: datetime) -> Filter:
    today = now.astimezone(VIETNAM).date()
    return Filter(since=today - timedelta(days=DAYS - 1), until=today)
