"""What a person may see or do is what holds when it is shown or done, not when it was asked for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.access import Access, Role
from bot.conversation.admission import Admission
from bot.conversation.router import Conversation
from bot.conversation.uploads import Uploads
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.texts import library as texts
from bot.texts import people
from bot.turn import Chat, Person, Turn
from documents.errors import LibraryInUseError
from documents.store.library import Library
from index.ingest.results import Outcome
from retrieval.answer import Response
from retrieval.question.followup import Earlier
from tests.support.scripted_bot import DOCUMENT, Desk, a_library, passage

ADMIN, READER, STAFF = Person("1", "Trưởng ban"), Person("501", "An"), Person("601", "Bình")
QUESTION = "Tuổi đời của người vào Đảng?"
HIDDEN = frozenset({DOCUMENT.document_id})


class Interrupted(Desk):
    """A desk at which something happens while the first answer is being sought."""

    happens: Callable[[], object] | None = None

    def __call__(
        self,
        question: str,
        previous: Earlier | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> Response:
        happens, self.happens = self.happens, None
        if happens:
            happens()
        return super().__call__(question, previous, hidden)


class Room:
    """A conversation with a reader and one of the staff."""

    def __init__(self, data: Path, stores: ExitStack) -> None:
        self.data, self.desk = data, Interrupted()
        self.library: Library = stores.enter_context(closing(a_library(data)))
        self.query_log = stores.enter_context(closing(QueryLog(data)))
        mailbox = stores.enter_context(closing(Mailbox(data)))
        self.access = stores.enter_context(closing(Access(data, (ADMIN.user_id,))))
        self.added: list[Path] = []
        self.outcomes: list[Outcome | Exception] = []
        self.waits: Callable[[float], object] = lambda _seconds: None
        self.conversation = Conversation(
            self.desk,
            self.library,
            self.query_log,
            mailbox,
            Admission(self.access),
            Uploads(data, self.add, lambda seconds: self.waits(seconds) and None),
            rate=100,
        )
        self.access.give(READER, Role.CADRE, by="1")
        self.access.give(STAFF, Role.STAFF, by="1")

    def add(self, path: Path, replace: bool, hidden: frozenset[str]) -> tuple[Outcome, ...]:
        self.added.append(path)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return (outcome,)

    def ask(self) -> Turn:
        return self.conversation.say(Chat(READER.user_id), READER, QUESTION)

    def send(self, sent_at: datetime) -> str:
        path = self.conversation.place(5, "a.txt")
        assert path is not None
        path.write_text("x")
        turn = self.conversation.fetched(Chat(STAFF.user_id), STAFF, path, "", sent_at)
        assert not path.exists()
        return turn.messages[0].text


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with ExitStack() as stores:
        yield Room(tmp_path, stores)


def test_a_document_limited_while_an_answer_is_sought_is_asked_without(room: Room) -> None:
    room.desk.happens = lambda: room.access.limit(DOCUMENT.document_id, Role.STAFF)
    room.ask()
    assert room.desk.hidden == [frozenset(), HIDDEN]


def test_a_new_version_of_a_limited_document_that_comes_meanwhile_is_asked_without(
    room: Room,
) -> None:
    newer = replace(DOCUMENT, document_id="ba9876543210", sha256="ba9876543210" + "0" * 52)
    own = replace(passage(0), document_id=newer.document_id, passage_id="ba9876543210/1/0")
    room.access.limit(DOCUMENT.document_id, Role.STAFF)
    room.desk.happens = lambda: room.library.replace(DOCUMENT.document_id, newer, [own])
    room.ask()
    assert room.desk.hidden == [HIDDEN, HIDDEN | {newer.document_id}]
    room.conversation.quote(READER, QUESTION)
    assert newer.document_id in room.desk.hidden[-1]


def test_who_is_made_less_while_an_answer_is_sought_gets_what_is_left_to_them(room: Room) -> None:
    room.access.limit(DOCUMENT.document_id, Role.STAFF)
    room.access.give(READER, Role.STAFF, by="1")
    room.desk.happens = lambda: room.access.give(READER, Role.CADRE, by="1")
    room.ask()
    assert room.desk.hidden == [frozenset(), HIDDEN]


def test_who_is_shut_out_while_an_answer_is_sought_does_not_get_it(room: Room) -> None:
    room.desk.happens = lambda: room.access.give(READER, Role.REVOKED, by="1")
    assert [message.text for message in room.ask().messages] == [people.REVOKED]


def test_after_being_shut_out_a_conversation_begins_anew(room: Room) -> None:
    room.ask()
    room.access.give(READER, Role.REVOKED, by="1")
    room.ask()
    room.access.give(READER, Role.CADRE, by="1")
    room.ask()
    assert room.desk.earlier == [None, None]


@pytest.mark.parametrize("less", [Role.CADRE, Role.REVOKED])
def test_a_file_waiting_when_its_sender_lost_the_right_is_not_added_later(
    room: Room, less: Role
) -> None:
    sent_at = datetime.now(UTC)
    room.access.give(STAFF, less, by="1")
    room.access.give(STAFF, Role.STAFF, by="1")
    assert room.send(sent_at) == texts.FILE_NOT_ADDED.format(name="a.txt")
    assert room.added == []
    room.outcomes = [Outcome(Path("a.txt"), "added", DOCUMENT, 8)]
    assert room.send(sent_at + timedelta(minutes=1)).startswith("Đã thêm")


def test_a_file_that_waits_for_the_library_is_not_added_for_who_is_shut_out_meanwhile(
    room: Room,
) -> None:
    room.outcomes = [LibraryInUseError("bận")]
    room.waits = lambda _seconds: room.access.give(STAFF, Role.REVOKED, by="1")
    sent_at = datetime.now(UTC) - timedelta(minutes=1)
    assert room.send(sent_at) == texts.FILE_NOT_ADDED.format(name="a.txt")
    assert len(room.added) == 1


@pytest.mark.parametrize("role", [None, Role.PENDING, Role.REVOKED, Role.CADRE])
def test_a_file_of_who_is_not_staff_is_not_kept(room: Room, role: Role | None) -> None:
    if role:
        room.access.give(STAFF, role, by="1")
    else:
        room.access._database.rows("DELETE FROM users WHERE user_id = ?", (STAFF.user_id,))
    room.send(datetime.now(UTC) + timedelta(minutes=1))
    assert room.added == []


def test_administrators_list_what_is_limited_and_hear_once_of_what_is_in_doubt(room: Room) -> None:
    text = " ".join(f"từ{n}" for n in range(60))
    for n, own in enumerate(("a", "b")):
        one = replace(
            DOCUMENT,
            document_id=own * 12,
            sha256=own * 64,
            number=None,
            kind=None,
            title=f"Báo cáo {own}",
            source=f"{own}.txt",
            text=text + own,
            page_starts=(),
        )
        span = replace(
            passage(0), passage_id=f"{own}/1", document_id=one.document_id, text=text, start=0
        )
        room.library.add(one, [replace(span, end=len(text))])
        if n == 0:
            room.access.limit(one.document_id, Role.ADMIN)
    said = room.conversation.say(Chat("1"), ADMIN, "/gioihan").messages
    card = people.held("Báo cáo b", "b" * 12, Role.ADMIN, "Báo cáo a")
    assert [message.text for message in said] == [
        f"{people.HELD_HEAD}\n– {card}",
        f"{people.LIMITS_HEAD}\n– {people.limited('Báo cáo a', Role.ADMIN)}",
        people.LIMIT_HOW,
    ]
    (notice,) = room.conversation.news()
    assert (notice.user_id, notice.message.text) == ("1", f"{people.HELD_HEAD}\n– {card}")
    room.conversation.told(notice)
    assert room.conversation.news() == ()
    room.conversation.say(Chat("1"), ADMIN, f"/gioihan {'b' * 12} canbo")
    assert room.access.hidden_from(Role.CADRE) == {"a" * 12}
