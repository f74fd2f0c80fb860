"""What administrators see and set: people, figures, open questions, announcements, limits."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from bot.access import ASKING, RANKS, Access, Role
from bot.conversation import reply_layout
from bot.conversation.chart import Bar, draw
from bot.outbox.models import Announcement
from bot.query_log.log import QueryLog
from bot.review import views
from bot.review.days import days, total
from bot.review.filters import VIETNAM, Filter
from bot.texts import answers
from bot.texts import people as texts
from bot.turn import Announce, Button, Message, Person, Span, Turn
from documents.store.library import Library
from documents.vietnamese.normalize import fold, normalize

DAYS = 30
PAGE = 20  # people, or open questions, on a page
QUESTION_LENGTH = 200  # characters of a question in the list
ANNOUNCEMENT_LENGTH = 3_000  # characters: with its head one message


class Announcements(Protocol):
    """Keeps announcements until they are confirmed."""

    def compose(self, text: str, by: int) -> int:
        """Keep one and return its number."""

    def announcement(self, announcement_id: int) -> Announcement | None:
        """Return one."""


class Administration:
    """Carries out the commands of administrators; who may is decided by the conversation."""

    def __init__(
        self,
        access: Access,
        library: Library,
        query_log: QueryLog,
        announcements: Announcements | None,
    ) -> None:
        self._access = access
        self._library = library
        self._query_log = query_log
        self._announcements = announcements

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
        pager = tuple(Button(label, f"m:p:{to}") for label, to in turning)
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
        """Carry out /gioihan NUMBER ROLE."""
        reference, _, last = words.strip().rpartition(" ")
        role = texts.ROLE_WORDS.get(fold(normalize(last)).strip()) if last else None
        if not reference or role not in RANKS:
            return Turn.say(texts.LIMIT_HOW)
        found = self._library.find(reference)
        if not found:
            return Turn.say(answers.why_not("no_such_document", reference) or "")
        lines = []
        for document in found:
            self._access.limit(document.document_id, None if role is Role.CADRE else role)
            name = answers.document_name(document.kind, document.number) or document.title
            lines.append(texts.limited(name, role))
        return Turn.say("\n".join(lines))

    def compose(self, person: Person, text: str) -> Turn:
        """Carry out /thongbao TEXT: show what would be sent, and to how many."""
        if not text or self._announcements is None:
            return Turn.say(texts.ANNOUNCE_HOW)
        if len(text) > ANNOUNCEMENT_LENGTH:
            return Turn.say(answers.too_long(ANNOUNCEMENT_LENGTH))
        number = self._announcements.compose(text, person.user_id)
        buttons = (Button(texts.SEND, f"m:g:{number}"), Button(texts.CANCEL, f"m:x:{number}"))
        return Turn.say(texts.preview(text, len(self._readers())), buttons)

    def press(self, action: str) -> Turn:
        """Take a press of a button of this file."""
        _, kind, number = (*action.split(":"), "", "")[:3]
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            return Turn(notice=answers.OLD_BUTTON)
        if kind == "p":
            message = self.people(int(number))
            return Turn(edit=message) if message else Turn(notice=answers.OLD_BUTTON)
        composed = self._announcements.announcement(int(number)) if self._announcements else None
        if composed is None or kind not in ("g", "x"):
            return Turn(notice=answers.OLD_BUTTON)
        if composed.begun:
            return Turn(notice=texts.ANNOUNCEMENT_BEGUN)
        if kind == "x":
            return Turn(edit=Message.plain(texts.ANNOUNCEMENT_CANCELLED))
        readers = self._readers()
        told = Message((Span(f"{texts.ANNOUNCEMENT}\n", bold=True), Span(composed.text)))
        return Turn(
            edit=Message.plain(texts.sending(len(readers))),
            announce=Announce(composed.announcement_id, readers, told),
        )

    def _readers(self) -> tuple[int, ...]:
        return tuple(p.user_id for p, role in self._access.people() if role in ASKING)


def _lately(now: datetime) -> Filter:
    today = now.astimezone(VIETNAM).date()
    return Filter(since=today - timedelta(days=DAYS - 1), until=today)
