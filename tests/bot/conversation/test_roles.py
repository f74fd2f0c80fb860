"""Every command and every button, for every role: who is served, and who is told that not."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bot.access import Access, Role
from bot.conversation import buttons, commands
from bot.conversation.admission import Admission
from bot.conversation.buttons import Code
from bot.conversation.router import Conversation
from bot.conversation.uploads import Uploads
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.texts import answers, people
from bot.turn import Chat, Person, Turn
from tests.support.scripted_bot import DOCUMENT, Desk, a_library

PERSON = Person("501", "An")
GROUP = Chat("-5", private=False, title="Chi bộ")
ROLES = (None, Role.PENDING, Role.REVOKED, Role.CADRE, Role.STAFF, Role.ADMIN)
READERS = (Role.CADRE, Role.STAFF, Role.ADMIN)
DOCUMENT_ID = DOCUMENT.document_id
SHUT_OUT = {
    None: people.not_let_in(PERSON.user_id),
    Role.PENDING: people.WAITING,
    Role.REVOKED: people.REVOKED,
}
OF_ADMINS = sorted(commands.FOR_ADMINS)
OF_READERS = sorted(set(commands.VIETNAMESE) - commands.FOR_ADMINS)
# One action of every kind, as it stands under the answer to question 1.
BUTTONS = {
    "passage in full": "p:1:1",
    "other sources": "s:1:0",
    "page of sources": "t:1:1",
    "thumb up": "u:1",
    "thumb down": "d:1",
    "reason": "w:1:0",
    "report": "b:1",
    "ask again": "r:1",
    "list of documents": "vl:1:0",
    "facet": "vf:1:kind",
    "document": f"vd:{DOCUMENT_ID}",
    "passage of a document": f"n:{DOCUMENT_ID}:1",
    "neighbouring passage": f"n:{DOCUMENT_ID}:1:e",
    "original": f"o:{DOCUMENT_ID}",
    "contents": f"vc:{DOCUMENT_ID}:0",
    "page of a document": f"vp:{DOCUMENT_ID}:1",
    "ask within": f"q:{DOCUMENT_ID}",
    "ask everywhere": "h:all",
    "which document": f"k:{DOCUMENT_ID}",
    "forget not": "f:no",
}
ADMIN_BUTTONS = {"page of people": "m:p:0", "send": "m:g:{}", "cancel": "m:x:{}"}
DOOR_BUTTONS = {"agree": "a:yes:777", "decline": "a:no:777"}
ELSEWHERE = {  # pressed in tests of their own: what they do cannot be repeated in one hall
    Code.ASK_IN,
    Code.EXAMPLE,
    Code.FORGET,
    Code.PASTED,
    Code.REPLACE_OLD,
    Code.KEEP_OLD,
    Code.WITHOUT_YEAR,
    Code.CORRECTED,
}


class Hall:
    """A conversation at whose door one person stands in any role."""

    def __init__(self, data: Path, stores: ExitStack) -> None:
        library = stores.enter_context(closing(a_library(data)))
        self.query_log = stores.enter_context(closing(QueryLog(data)))
        mailbox = stores.enter_context(closing(Mailbox(data)))
        self.access = stores.enter_context(closing(Access(data, ("1",))))
        self.desk = Desk()
        self.conversation = Conversation(
            self.desk,
            library,
            self.query_log,
            mailbox,
            Admission(self.access),
            Uploads(data, lambda path, replace, hidden: ()),
            rate=10_000,
        )
        self.access.give(PERSON, Role.CADRE, by="1")
        self.conversation.say(Chat("501"), PERSON, "Câu hỏi lạ?")
        self.mailbox = mailbox
        mailbox.shortcut("{}")

    def reset(self) -> None:
        for statement in (
            "DELETE FROM users WHERE user_id = 777",
            "DELETE FROM groups",
            "DELETE FROM limits",
        ):
            self.access._database.rows(statement)
        self.access.request(Person("777", "B"))
        self.announcement = self.mailbox.compose("Họp", by="1")
        self.desk.asked.clear()

    def become(self, role: Role | None) -> None:
        if role is None:
            self.access._database.rows("DELETE FROM users WHERE user_id = 501")
        else:
            self.access.give(PERSON, role, by="1")


@pytest.fixture(scope="module")
def shared_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with ExitStack() as stores:
        yield Hall(tmp_path_factory.mktemp("hall"), stores)


@pytest.fixture
def hall(shared_hall: Hall) -> Hall:
    """The same hall for all tests, with its door, its group and its limits as they were."""
    shared_hall.reset()
    return shared_hall


def words(turn: Turn) -> str:
    said = [message.text for message in turn.messages] + ([turn.edit.text] if turn.edit else [])
    return "\n".join([*said, turn.notice or ""])


each_role = pytest.mark.parametrize("role", ROLES)


@each_role
@pytest.mark.parametrize("command", OF_READERS)
def test_commands_of_readers(hall: Hall, role: Role | None, command: str) -> None:
    hall.become(role)
    said = words(hall.conversation.say(Chat("501"), PERSON, f"/{command}"))
    if role in READERS:
        assert answers.NO_SUCH_COMMAND not in said
        assert said.strip()
    else:
        assert said.strip() == SHUT_OUT[role]


@each_role
@pytest.mark.parametrize("command", OF_ADMINS)
def test_commands_of_administrators(hall: Hall, role: Role | None, command: str) -> None:
    hall.become(role)
    turn = hall.conversation.say(Chat("501"), PERSON, f"/{command}")
    said = words(turn).strip()
    if role is Role.ADMIN:
        assert said not in (people.ADMINS_ONLY, answers.NO_SUCH_COMMAND)
    elif role in READERS:
        assert said == people.ADMINS_ONLY
    else:
        assert said == SHUT_OUT[role]


def test_every_button_is_pressed_by_every_role_here_or_elsewhere() -> None:
    actions = [*BUTTONS.values(), *ADMIN_BUTTONS.values(), *DOOR_BUTTONS.values()]
    read_back = [buttons.read(action.replace("{}", "1")) for action in actions]
    assert {one.code for one in read_back if one} == set(Code) - ELSEWHERE


@each_role
@pytest.mark.parametrize("action", BUTTONS.values(), ids=BUTTONS)
def test_buttons_of_readers(hall: Hall, role: Role | None, action: str) -> None:
    hall.become(role)
    turn = hall.conversation.press(Chat("501"), PERSON, action)
    if role in READERS:
        assert turn.notice not in (answers.OLD_BUTTON, people.ADMINS_ONLY)
    else:
        assert turn == Turn(notice=SHUT_OUT[role])
        assert hall.desk.asked == []


@each_role
@pytest.mark.parametrize("action", ADMIN_BUTTONS.values(), ids=ADMIN_BUTTONS)
def test_buttons_of_administrators(hall: Hall, role: Role | None, action: str) -> None:
    hall.become(role)
    action = action.format(hall.announcement) if "{}" in action else action
    turn = hall.conversation.press(Chat("501"), PERSON, action)
    if role is Role.ADMIN:
        assert turn.edit is not None
    else:
        notice = people.ADMINS_ONLY if role in READERS else SHUT_OUT[role]
        assert turn == Turn(notice=notice)


@each_role
@pytest.mark.parametrize("action", DOOR_BUTTONS.values(), ids=DOOR_BUTTONS)
def test_buttons_of_the_door(hall: Hall, role: Role | None, action: str) -> None:
    hall.become(role)
    turn = hall.conversation.press(Chat("501"), PERSON, action)
    if role is Role.ADMIN:
        assert turn.edit is not None
        assert hall.access.role("777") is not Role.PENDING
    else:
        assert turn == Turn(notice=people.ADMINS_ONLY)
        assert hall.access.role("777") is Role.PENDING


@each_role
def test_questions_files_pictures_and_quotes(hall: Hall, role: Role | None) -> None:
    hall.become(role)
    conversation = hall.conversation
    for turn in (
        conversation.say(Chat("501"), PERSON, "Tuổi đời của người vào Đảng?"),
        conversation.show(Chat("501"), PERSON, "photo"),
    ):
        assert (words(turn).strip() == SHUT_OUT.get(role)) == (role not in READERS)
    assert bool(hall.desk.asked) == (role in READERS)
    offered = conversation.offer(Chat("501"), PERSON, "a.txt", 5)
    assert offered.later == (role in (Role.STAFF, Role.ADMIN))
    quoted = conversation.quote(PERSON, "Tuổi đời của người vào Đảng?")
    assert bool(quoted) == (role in READERS)


@each_role
def test_an_allowed_group_serves_all_but_those_shut_out(hall: Hall, role: Role | None) -> None:
    hall.become(role)
    asked = "/hoi Tuổi đời của người vào Đảng?"
    before = hall.conversation.say(GROUP, PERSON, asked)
    assert bool(hall.desk.asked) == (role in READERS)
    hall.access.allow_group(GROUP.chat_id, GROUP.title, by="1")
    hall.desk.asked.clear()
    hall.conversation.say(GROUP, PERSON, asked)
    assert bool(hall.desk.asked) == (role is not Role.REVOKED)
    assert before.messages
    private = hall.conversation.say(Chat("501"), PERSON, asked)
    assert (words(private).strip() == SHUT_OUT.get(role)) == (role not in READERS)


@pytest.mark.parametrize("command", sorted(commands.VIETNAMESE))
def test_in_a_group_only_what_concerns_everybody_is_said(hall: Hall, command: str) -> None:
    hall.become(Role.ADMIN)
    said = words(hall.conversation.say(GROUP, PERSON, f"/{command}"))
    shared = {"start", "help", "hoi", "nguon", "chophepnhom", "thuhoinhom"}
    assert (people.IN_PRIVATE_ONLY in said) == (command not in shared)


@pytest.mark.parametrize("least", [Role.CADRE, Role.STAFF, Role.ADMIN])
@pytest.mark.parametrize("role", READERS)
def test_a_limited_document_is_shown_from_its_role_upwards(
    hall: Hall, role: Role, least: Role
) -> None:
    hall.become(role)
    hall.access.limit(DOCUMENT_ID, least)
    may = READERS.index(role) >= READERS.index(least)
    conversation, chat = hall.conversation, Chat("501")
    assert (DOCUMENT.title in words(conversation.say(chat, PERSON, "/vanban"))) == may
    assert (DOCUMENT.title in words(conversation.say(chat, PERSON, "/moi"))) == may
    for action in (f"vd:{DOCUMENT_ID}", f"n:{DOCUMENT_ID}:0", "p:1:1", "s:1:0", "t:1:1"):
        turn = conversation.press(chat, PERSON, action)
        assert bool(turn.messages or turn.edit) == may
    conversation.say(chat, PERSON, "Tuổi đời?")
    assert hall.desk.hidden[-1] == (frozenset() if may else {DOCUMENT_ID})
    conversation.say(GROUP, PERSON, "/hoi Tuổi đời?")
    assert hall.desk.hidden[-1] == (frozenset() if least is Role.CADRE else {DOCUMENT_ID})
