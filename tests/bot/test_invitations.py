"""Who comes in by an invitation, after whatever came before."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256
from itertools import count, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access import ASKING, FILE, MIGRATIONS, Access, Role
from bot.conversation.admission import Admission
from bot.texts import people
from bot.turn import Chat, Message, Person, Turn
from documents.store.database import Database

HEAD = Person("1", "Trưởng ban")
STEPS = ("invite", "revoke_host", "readmit_host", "ask", "revoke", "decline", "open", "admit")
NUMBERS = count(1000)


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    with closing(Access(tmp_path_factory.mktemp("cua"), (HEAD.user_id,))) as opened:
        yield opened


class Door:
    """An admin who invites and a guest, beside what must have become of them by the rules."""

    def __init__(self, access: Access) -> None:
        self.access, self.admission = access, Admission(access)
        self.host = Person(str(next(NUMBERS)), "Phó ban")
        self.guest = Person(str(next(NUMBERS)), "Nguyễn Văn A")
        self.chat = Chat(self.guest.user_id)
        access.give(self.host, Role.ADMIN, by="1")
        self.link = ""
        self.link_is_good = self.waits = False
        self.role: Role | None = None

    def take(self, step: str) -> None:
        getattr(self, step)()
        assert self.access.role(self.guest.user_id) is self.role
        is_waiting = self.waits or self.role is Role.PENDING
        assert self.access.is_waiting(self.guest.user_id) == is_waiting
        cards = [card.text for card in self.admission.pending_cards()]
        assert any(self.guest.user_id in text for text in cards) == is_waiting
        assert self.access.may_ask(self.guest.user_id) == (self.role in ASKING)

    def invite(self) -> None:
        turn = self.admission.invite(self.host, "chuyenvien", lambda code: f"?start={code}")
        if self.admission.is_admin(self.host):
            self.link = turn.messages[0].text.rpartition("?start=")[2]
            self.link_is_good = True

    def revoke_host(self) -> None:
        self.admission.command(HEAD, "/thuhoi", self.host.user_id)
        self.link_is_good = False

    def readmit_host(self) -> None:
        self.admission.command(HEAD, "/capquyen", f"{self.host.user_id} quantri")

    def ask(self) -> None:
        self.admission.ask_in(self.chat, self.guest)
        self.role = self.role or Role.PENDING

    def revoke(self) -> None:
        self.admission.command(HEAD, "/thuhoi", self.guest.user_id)
        self.role, self.waits = (Role.REVOKED if self.role else None), False

    def decline(self) -> None:
        self.admission.decide(HEAD, self.guest.user_id, Role.REVOKED)
        if self.waits or self.role is Role.PENDING:
            self.role, self.waits = Role.REVOKED, False

    def admit(self) -> None:
        self.admission.decide(HEAD, self.guest.user_id, Role.CADRE)
        if self.waits or self.role is Role.PENDING:
            self.role, self.waits = Role.CADRE, False

    def open(self) -> None:
        self.admission.come_in(self.chat, self.guest, self.link or "không có")
        if self.role in ASKING or self.waits or not self.link_is_good:
            return
        self.link_is_good = False
        if self.role is Role.REVOKED:
            self.waits = True
        else:
            self.role = Role.STAFF


def leave_no_card(door: Door) -> None:
    """Keep the next door's cards among the first."""
    door.access.give(door.guest, Role.REVOKED, by="1")


@pytest.mark.parametrize("steps", list(product(STEPS, repeat=2)), ids="-".join)
def test_after_an_invitation_every_pair_of_steps_and_an_opened_link_go_by_the_rules(
    access: Access, steps: tuple[str, ...]
) -> None:
    door = Door(access)
    for step in ("invite", *steps, "open", "admit"):
        door.take(step)
    leave_no_card(door)


@given(st.lists(st.sampled_from(STEPS), max_size=14))
@settings(max_examples=60, deadline=None)
def test_any_order_of_steps_goes_by_the_rules(access: Access, steps: list[str]) -> None:
    door = Door(access)
    for step in ("invite", *steps):
        door.take(step)
    leave_no_card(door)


def said(turn: Turn | None) -> list[str]:
    return [message.text for message in turn.messages] if turn else []


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with closing(Access(tmp_path, (HEAD.user_id,))) as opened:
        yield Door(opened)


def test_an_admin_who_was_revoked_does_not_come_back_by_his_own_link(door: Door) -> None:
    code = door.access.invite(Role.ADMIN, door.host.user_id)
    door.admission.command(HEAD, "/thuhoi", door.host.user_id)
    turn = door.admission.come_in(Chat(door.host.user_id), door.host, code)
    assert said(turn) == [people.BAD_INVITATION]
    assert door.access.role(door.host.user_id) is Role.REVOKED
    door.readmit_host()
    door.access.give(door.host, Role.CADRE, by="1")
    assert not door.access.accept(door.guest, code)


@pytest.mark.parametrize("role", [Role.CADRE, Role.STAFF])
def test_an_admin_who_was_made_less_has_no_good_links_left(door: Door, role: Role) -> None:
    code = door.access.invite(Role.CADRE, door.host.user_id)
    door.access.appoint(door.host, role, by="1")
    door.access.appoint(door.host, Role.ADMIN, by="1")
    assert said(door.admission.come_in(door.chat, door.guest, code)) == [people.BAD_INVITATION]


def test_who_was_shut_out_and_opens_a_link_is_put_before_every_admin_and_told_so(
    door: Door,
) -> None:
    door.access.give(door.guest, Role.REVOKED, by="1")
    code = door.access.invite(Role.ADMIN, door.host.user_id)
    turn = door.admission.come_in(door.chat, door.guest, code)
    assert turn is not None
    assert said(turn) == [people.ASKED_AGAIN]
    card = people.readmission_card("Nguyễn Văn A", door.guest.user_id, "Phó ban")
    assert [(to, m.text) for to, m in turn.elsewhere] == [("1", card), (door.host.user_id, card)]
    refusal = door.admission.refusal(door.chat, door.guest)
    assert said(refusal) == [people.WAITING]
    again = door.access.invite(Role.CADRE, "1")
    assert said(door.admission.come_in(door.chat, door.guest, again)) == [people.WAITING]
    told = door.admission.decide(HEAD, door.guest.user_id, Role.CADRE)
    assert told.elsewhere == ((door.guest.user_id, Message.plain(people.LET_IN)),)
    assert door.access.role(door.guest.user_id) is Role.CADRE  # and not what the link was for


def test_who_asks_again_is_not_answered_in_an_allowed_group_meanwhile(door: Door) -> None:
    group = Chat("-5", private=False)
    door.access.allow_group(group.chat_id, "Chi bộ", by="1")
    door.access.give(door.guest, Role.REVOKED, by="1")
    door.admission.come_in(door.chat, door.guest, door.access.invite(Role.CADRE, "1"))
    assert said(door.admission.refusal(group, door.guest)) == [people.REVOKED]


def test_a_revoked_admin_decides_and_appoints_nobody(door: Door) -> None:
    door.admission.ask_in(door.chat, door.guest)
    door.access.give(door.host, Role.REVOKED, by="1")
    assert not door.access.decide(door.guest.user_id, Role.ADMIN, by=door.host.user_id)
    assert not door.access.appoint(door.guest, Role.ADMIN, by=door.host.user_id)
    assert door.access.role(door.guest.user_id) is Role.PENDING


def test_a_link_opened_by_many_at_once_lets_one_in(door: Door, tmp_path: Path) -> None:
    code = door.access.invite(Role.CADRE, "1")
    guests = [Person(str(2000 + n), "A") for n in range(8)]

    def opened(guest: Person) -> bool:
        with closing(Access(tmp_path)) as access:  # each as another process would
            return access.accept(guest, code)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(opened, guests)) == 1
    assert sum(door.access.may_ask(guest.user_id) for guest in guests) == 1


def test_a_link_made_before_this_version_by_a_revoked_admin_is_not_good(tmp_path: Path) -> None:
    with closing(Database(tmp_path / FILE, MIGRATIONS[:3])) as old, old.writing() as database:
        for user_id, role in (("1", "admin"), ("2", "revoked")):
            database.execute("INSERT INTO users VALUES (?, '', ?, '', NULL)", (user_id, role))
            database.execute(
                "INSERT INTO invitations VALUES (?, 'admin', ?, '9999-01-01')",
                (sha256(user_id.encode()).hexdigest(), user_id),
            )
    with closing(Access(tmp_path)) as access:
        assert not access.accept(Person("5", "Năm"), "2")
        assert access.accept(Person("5", "Năm"), "1")
