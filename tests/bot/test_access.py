from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from bot.access import FILE, MIGRATIONS, Access, Role
from bot.conversation.admission import Admission
from bot.texts import answers, people
from bot.turn import Chat, Person
from documents.store.database import Database

ADMIN = Person("1", "Trưởng ban")
ASKER = Person("77", "Nguyễn Văn A")
PRIVATE = Chat(ASKER.user_id)
GROUP = Chat("-5", private=False)


@pytest.fixture
def access(tmp_path: Path) -> Iterator[Access]:
    with closing(Access(tmp_path, (ADMIN.user_id,))) as opened:
        yield opened


@pytest.fixture
def admission(access: Access) -> Admission:
    return Admission(access)


def test_a_newcomer_is_shown_the_one_button_that_asks_for_access(admission: Admission) -> None:
    refusal = admission.refusal(PRIVATE, ASKER)
    assert refusal is not None
    (message,) = refusal.messages
    assert message.text == people.not_let_in("77")
    assert [[b.label for b in row] for row in message.buttons] == [["Xin quyền sử dụng"]]


def test_in_a_group_a_newcomer_is_sent_to_the_private_chat(admission: Admission) -> None:
    refusal = admission.refusal(GROUP, ASKER)
    assert refusal is not None
    assert [(m.text, m.buttons) for m in refusal.messages] == [(people.ASK_IN_PRIVATE, ())]
    assert admission.ask_in(GROUP, ASKER).notice == people.ASK_IN_PRIVATE


def test_a_request_puts_a_card_before_every_admin(admission: Admission, access: Access) -> None:
    access.give(Person("2", "Phó ban"), Role.ADMIN, by="1")
    turn = admission.ask_in(PRIVATE, ASKER)
    assert turn.edit is not None
    assert turn.edit.text == people.REQUEST_SENT
    assert [user_id for user_id, _ in turn.elsewhere] == ["1", "2"]
    card = turn.elsewhere[0][1]
    assert card.text == "Đồng chí Nguyễn Văn A (ID 77) xin quyền sử dụng."
    assert [b.action for b in card.buttons[0]] == ["a:yes:77", "a:no:77"]
    assert access.role("77") is Role.PENDING


def test_a_second_request_sends_no_second_card(admission: Admission) -> None:
    admission.ask_in(PRIVATE, ASKER)
    again = admission.ask_in(PRIVATE, ASKER)
    assert (again.notice, again.elsewhere) == (people.WAITING, ())


def test_an_agreed_request_lets_the_asker_in_and_tells_them(
    admission: Admission, access: Access
) -> None:
    admission.ask_in(PRIVATE, ASKER)
    turn = admission.decide(ADMIN, "77", Role.CADRE)
    assert turn.edit is not None
    assert (
        turn.edit.text
        == "Đã cấp quyền sử dụng (vai trò: cán bộ) cho đồng chí Nguyễn Văn A (ID 77)."
    )
    assert [(to, m.text) for to, m in turn.elsewhere] == [("77", people.LET_IN)]
    assert access.role("77") is Role.CADRE
    assert admission.refusal(PRIVATE, ASKER) is None


def test_a_declined_request_is_told_and_cannot_be_repeated(
    admission: Admission, access: Access
) -> None:
    admission.ask_in(PRIVATE, ASKER)
    turn = admission.decide(ADMIN, "77", Role.REVOKED)
    assert [(to, m.text) for to, m in turn.elsewhere] == [("77", people.DECLINED)]
    assert access.role("77") is Role.REVOKED
    again = admission.ask_in(PRIVATE, ASKER)
    assert (again.notice, again.elsewhere) == (people.REVOKED, ())


def test_the_second_admin_to_decide_is_told_what_was_decided(
    admission: Admission, access: Access
) -> None:
    access.give(Person("2", "Phó ban"), Role.ADMIN, by="1")
    admission.ask_in(PRIVATE, ASKER)
    admission.decide(ADMIN, "77", Role.CADRE)
    late = admission.decide(Person("2", "Phó ban"), "77", Role.REVOKED)
    assert late.notice == people.ALREADY_DECIDED
    assert late.edit is not None
    assert late.edit.text.startswith("Đã cấp quyền")
    assert access.role("77") is Role.CADRE


@pytest.mark.parametrize("role", [None, Role.CADRE, Role.STAFF, Role.PENDING, Role.REVOKED])
@pytest.mark.parametrize("decided", [Role.CADRE, Role.REVOKED])
def test_only_an_admin_decides(
    admission: Admission, access: Access, role: Role | None, decided: Role
) -> None:
    admission.ask_in(PRIVATE, ASKER)
    other = Person("3", "Ai đó")
    if role:
        access.give(other, role, by="1")
    assert admission.decide(other, "77", decided).notice == people.ADMINS_ONLY
    assert admission.command(other, "/capquyen", "3").messages[0].text == people.ADMINS_ONLY
    assert access.role("77") is Role.PENDING


@pytest.mark.parametrize(
    ("role", "asks"),
    [("admin", True), ("staff", True), ("cadre", True), ("pending", False), ("revoked", False)],
)
def test_each_role_is_answered_or_not(
    admission: Admission, access: Access, role: str, asks: bool
) -> None:
    access.give(ASKER, Role(role), by="1")
    assert access.may_ask("77") is asks
    assert (admission.refusal(PRIVATE, ASKER) is None) is asks


def test_revoking_takes_effect_at_once(admission: Admission, access: Access) -> None:
    access.give(ASKER, Role.CADRE, by="1")
    turn = admission.command(ADMIN, "/thuhoi", "77")
    assert turn.messages[0].text == "Đã thu hồi quyền của đồng chí Nguyễn Văn A (ID 77)."
    refusal = admission.refusal(PRIVATE, ASKER)
    assert refusal is not None
    assert refusal.messages[0].text == people.REVOKED


def test_someone_revoked_can_be_let_in_again(admission: Admission, access: Access) -> None:
    access.give(ASKER, Role.REVOKED, by="1")
    turn = admission.command(ADMIN, "/capquyen", "77")
    assert [(to, m.text) for to, m in turn.elsewhere] == [("77", people.LET_IN)]
    assert access.may_ask("77")
    assert admission.command(ADMIN, "/capquyen", "77").elsewhere == ()


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("", people.GIVE_AN_ID.format(command="/thuhoi")),
        ("@chinh", people.GIVE_AN_ID.format(command="/thuhoi")),
        ("9" * 40, people.GIVE_AN_ID.format(command="/thuhoi")),
        ("404", people.nobody("404")),
        ("1", people.NOT_YOURSELF),
    ],
)
def test_a_revocation_that_cannot_be_is_explained(
    admission: Admission, argument: str, said: str
) -> None:
    assert admission.command(ADMIN, "/thuhoi", argument).messages[0].text == said


def test_an_admin_by_the_settings_is_not_revoked_by_another(
    admission: Admission, access: Access
) -> None:
    second = Person("2", "Phó ban")
    access.give(second, Role.ADMIN, by="1")
    assert admission.command(second, "/thuhoi", "1").messages[0].text == people.ADMIN_BY_SETTING
    assert admission.is_admin(ADMIN)


def test_a_request_of_nobody_is_an_old_button(admission: Admission) -> None:
    assert admission.decide(ADMIN, "88", Role.CADRE).notice == answers.OLD_BUTTON


def test_requests_wait_for_an_admin_who_comes_later(tmp_path: Path) -> None:
    with closing(Access(tmp_path)) as access:
        assert Admission(access).ask_in(PRIVATE, ASKER).elsewhere == ()
    with closing(Access(tmp_path, ("1",))) as access:
        (card,) = Admission(access).pending_cards()
    assert card.text == people.request_card("Nguyễn Văn A", "77")


def test_roles_survive_a_restart_and_the_settings_seed_admins(tmp_path: Path) -> None:
    with closing(Access(tmp_path, ("1",))) as access:
        access.give(ASKER, Role.STAFF, by="1")
    with closing(Access(tmp_path, ("1", "2"))) as access:
        roles = [access.role(user) for user in ("1", "2", "77", "3")]
    assert roles == ["admin", "admin", "staff", None]


def test_people_groups_and_invitations_of_an_older_version_are_known(tmp_path: Path) -> None:
    with closing(Database(tmp_path / FILE, MIGRATIONS[:2])) as old, old.writing() as database:
        database.execute("INSERT INTO users VALUES (9, 'Chín', 'cadre', '2026-11-24', 1)")
        database.execute("INSERT INTO users VALUES (1, 'Một', 'admin', '2026-11-24', NULL)")
        database.execute("INSERT INTO users VALUES (77, '77', 'cadre', '2026-11-24', 1)")
        database.execute("INSERT INTO groups VALUES (-1001, 'Chi bộ', 1)")
        database.execute(
            "INSERT INTO invitations VALUES (?, 'staff', 1, '9999-01-01')",
            (sha256(b"code").hexdigest(),),
        )
    with closing(Access(tmp_path)) as access:
        assert access.having(Role.CADRE) == (Person("9", "Chín"), Person("77", "77"))
        assert access.role("1") is Role.ADMIN
        assert access.group_allowed("-1001")
        access.know(ASKER)
        assert access.find("77") == ASKER
        assert access.accept(Person("5", "Năm"), "code")


def test_somebody_of_a_channel_without_numbers_is_let_in_and_out(
    admission: Admission, access: Access
) -> None:
    person = Person("zalo:ab12", "Nguyễn Văn A")
    assert admission.ask_in(Chat(person.user_id), person).edit is not None
    assert admission.decide(ADMIN, person.user_id, Role.CADRE).edit is not None
    assert access.may_ask(person.user_id)
    admission.command(ADMIN, "/thuhoi", person.user_id)
    assert access.role(person.user_id) is Role.REVOKED
