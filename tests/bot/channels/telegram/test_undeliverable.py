"""What Telegram will never take stops nobody, and a disk that takes nothing stops no answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.outbox.models import OutgoingMessage, QueuedUpdate
from bot.outbox.store import Mailbox
from bot.texts import alerts, answers, library
from tests.support.full_disk import full_disk
from tests.support.running_bot import ADMIN, CADRE, NEWCOMER, QUESTION, Office, press
from tests.support.scripted_bot import AGE, Desk
from tests.telegram_server.server import BotApiServer

GONE = OutgoingMessage(
    action="document", path="/nowhere/294.pdf", name="294.pdf", owed=True, text="Bản gốc"
)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.delivery.SECONDS_A_MESSAGE", 0.0)
    monkeypatch.setattr("bot.channels.telegram.delivery.FIRST_PAUSE", 0.02)
    monkeypatch.setattr("bot.channels.telegram.app.STORAGE_SECONDS", 0.05)


@pytest.fixture
async def office(tmp_path: Path, server: BotApiServer) -> AsyncIterator[Office]:
    office = Office(tmp_path, server, Desk())
    await office.open()
    for user in (ADMIN, CADRE):
        await server.ask(user, "/help")
    await office.idle()
    server.sent.clear()
    yield office
    await office.close()


def left(data: Path, *messages: OutgoingMessage) -> None:
    """Leave messages for the cadre, as a bot does that is ended before it can send them."""
    with closing(Mailbox(data)) as mailbox:
        mailbox.post([(str(CADRE), message) for message in messages])


def told(server: BotApiServer, user: int) -> list[str]:
    return [message.text for message in server.sent if message.chat_id == user]


async def test_a_reply_whose_file_is_gone_is_set_aside_and_its_chat_goes_on(
    tmp_path: Path, server: BotApiServer, office: Office
) -> None:
    await office.close()
    left(tmp_path, GONE, OutgoingMessage(text="Hai"), GONE, OutgoingMessage(text="Ba"))
    await office.open()
    await server.wait_for(lambda message: message.text == "Ba")
    await office.idle()
    assert told(server, CADRE) == [library.NO_ORIGINAL, "Hai", library.NO_ORIGINAL, "Ba"]
    (alert,) = told(server, ADMIN)
    assert alert.startswith("Không gửi được tệp gốc “294.pdf”: ")
    assert str(CADRE) not in alert
    assert office.mailbox.unsent() == ()


@pytest.mark.parametrize("status", [400, 402, 413, 414])
async def test_a_reply_that_is_refused_for_good_is_not_sent_for_ever(
    office: Office, server: BotApiServer, status: int
) -> None:
    refusal = "Request Entity Too Large"
    server.fail_next("sendMessage", status=status, description=refusal, times=1)
    assert (await server.ask(CADRE, QUESTION)).text == answers.FAILED
    assert (await server.ask(CADRE, QUESTION)).text.startswith(AGE)
    await office.idle()
    assert told(server, ADMIN) == [alerts.message_refused(refusal)]


async def test_a_fault_that_nobody_foresaw_holds_up_one_message_and_no_other(
    tmp_path: Path, server: BotApiServer, office: Office
) -> None:
    await office.close()
    left(tmp_path, OutgoingMessage(text="Một", entities=(("bold",),)), OutgoingMessage(text="Hai"))  # type: ignore[arg-type]
    await office.open()
    await server.wait_for(lambda message: message.text == "Hai")
    assert (await server.ask(CADRE, QUESTION)).text.startswith(AGE)


async def test_a_member_who_cannot_be_reached_is_named_to_the_others_once_and_a_stranger_never(
    office: Office, server: BotApiServer
) -> None:
    for user in (CADRE, NEWCOMER):
        await server.ask(user, "/help")
        await office.idle()
        for _ in range(2):
            await server.block(user)
            await server.send_text(user, user, QUESTION)
            await office.idle()
    named = alerts.chat_gone("Cán bộ", str(CADRE))
    assert [text for text in told(server, ADMIN) if "chặn bot" in text] == [named]


async def test_a_message_whose_fate_no_start_learned_is_not_sent_with_every_start(
    tmp_path: Path, server: BotApiServer, office: Office
) -> None:
    await office.close()
    left(tmp_path, OutgoingMessage(text="Một"))
    with closing(Mailbox(tmp_path)) as mailbox:
        for _ in range(3):
            (unsure,) = mailbox.unsent()
            mailbox.sending(unsure)
    await office.open()
    await server.wait_for(1)
    await office.idle()
    assert told(server, CADRE) == []
    assert told(server, ADMIN) == [alerts.message_unsure("3")]


async def test_on_a_full_disk_questions_are_answered_once_and_administrators_hear_of_it_once(
    office: Office, server: BotApiServer
) -> None:
    with full_disk():
        for number in range(3):
            answer = await server.ask(CADRE, f"{QUESTION} {number}")
            assert answer.text.startswith(AGE)
        listed = await server.ask(CADRE, "/vanban")
        assert "294-QĐ/TW" in listed.text
        await press(server, listed, listed.buttons[0].text)
        await server.wait_for(lambda message: message.text.startswith("Máy chủ không ghi được"))
        await asyncio.sleep(0.3)
    await server.wait_for(lambda message: message.text == alerts.STORED_AGAIN)
    await office.idle()
    assert len(told(server, ADMIN)) == 2
    assert len([text for text in told(server, CADRE) if text.startswith(AGE)]) == 3
    assert (await server.ask(CADRE, QUESTION)).buttons
    await office.restart()
    await office.idle()
    assert len([text for text in told(server, CADRE) if text.startswith(AGE)]) == 4


async def test_what_an_earlier_run_left_is_answered_when_the_disk_takes_something_again(
    tmp_path: Path, server: BotApiServer, office: Office
) -> None:
    typed = await server.send_text(CADRE, CADRE, QUESTION)
    await office.idle()
    update = {"update_id": 900, "message": server.world.wire(typed)}
    await office.close()
    server.sent.clear()
    with closing(Mailbox(tmp_path)) as mailbox:
        mailbox.accept([QueuedUpdate(900, str(CADRE), json.dumps(update))])
        mailbox.post([(str(CADRE), OutgoingMessage(text="Một"))])
    for _ in range(3):  # however often the service manager starts it
        await office.open_on_a_full_disk()
        with full_disk():
            await asyncio.sleep(0.2)
            await office.close()
    assert told(server, CADRE) == []
    await office.open_on_a_full_disk()
    await server.wait_for(lambda message: message.text.startswith(AGE))
    await office.idle()
    assert [text[:3] for text in told(server, CADRE)] == ["Một", AGE[:3]]
    await office.restart()
    await office.idle()
    assert len(told(server, CADRE)) == 2
