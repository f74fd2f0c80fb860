"""What Telegram may do to a message, and that it gets there all the same."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.access import Role
from bot.outbox.models import OutgoingMessage, QueuedUpdate
from bot.outbox.store import Mailbox
from bot.texts import answers, welcome
from bot.turn import Person
from tests.support.running_bot import ADMIN, CADRE, GROUP, NEWCOMER, QUESTION, Office, press
from tests.support.scripted_bot import AGE, Desk
from tests.telegram_server.server import BotApiServer


@pytest.fixture
async def office(tmp_path: Path, server: BotApiServer) -> AsyncIterator[Office]:
    office = Office(tmp_path, server, Desk())
    await office.open()
    yield office
    await office.close()
    # The administrator, who has not met the bot, cannot be told what could not be sent.
    assert [one for one in server.rejected if one.parameters["chat_id"] != str(ADMIN)] == []


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.delivery.SECONDS_A_MESSAGE", 0.0)
    monkeypatch.setattr("bot.channels.telegram.delivery.FIRST_PAUSE", 0.02)


async def test_a_chat_gets_a_message_a_second_at_most_and_the_others_do_not_wait(
    office: Office, server: BotApiServer
) -> None:
    office.access.give(Person(str(NEWCOMER), "B"), Role.CADRE, by=str(ADMIN))
    for _ in range(3):
        await server.send_text(CADRE, CADRE, QUESTION)
    await server.send_text(NEWCOMER, NEWCOMER, QUESTION)
    await server.wait_for(4)
    times = [message.at for message in server.sent if message.chat_id == CADRE]
    assert all(later - sooner > 0.95 for sooner, later in zip(times, times[1:], strict=False))
    (other,) = [message.at for message in server.sent if message.chat_id == NEWCOMER]
    assert other < times[1]
    assert server.rate_breaches == []


@pytest.mark.usefixtures("hurry")
async def test_one_chat_that_has_to_wait_holds_no_other_up(
    office: Office, server: BotApiServer
) -> None:
    office.access.give(Person(str(NEWCOMER), "B"), Role.CADRE, by=str(ADMIN))
    server.fail_next("sendMessage", status=429, retry_after=1)
    await server.send_text(CADRE, CADRE, QUESTION)
    await asyncio.sleep(0.1)
    await server.send_text(NEWCOMER, NEWCOMER, QUESTION)
    await server.wait_for(2)
    assert [message.chat_id for message in server.sent] == [NEWCOMER, CADRE]


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("fault", [{"drop": "before"}, {"status": 502}, {"status": 500}])
async def test_a_message_that_did_not_get_through_is_sent_again(
    office: Office, server: BotApiServer, fault: dict[str, object]
) -> None:
    server.fail_next("sendMessage", times=3, **fault)  # type: ignore[arg-type]
    assert (await server.ask(CADRE, QUESTION)).text.startswith(AGE)
    assert len(server.calls_to("sendMessage")) == 4
    assert len(server.sent) == 1


@pytest.mark.usefixtures("hurry")
async def test_messages_keep_their_order_however_often_one_is_repeated(
    office: Office, server: BotApiServer
) -> None:
    server.fail_next("sendMessage", drop="before", times=2)
    await server.send_text(CADRE, CADRE, "/help")
    await server.send_text(CADRE, CADRE, QUESTION)
    await server.wait_for(2)
    assert [message.text == welcome.HELP for message in server.sent] == [True, False]


@pytest.mark.usefixtures("hurry")
async def test_an_answer_that_telegram_refuses_is_told_to_have_failed(
    office: Office, server: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail_next("sendMessage", status=400, description="Bad Request: something is wrong")
    assert (await server.ask(CADRE, QUESTION)).text == answers.FAILED
    assert (await server.ask(CADRE, QUESTION)).text.startswith(AGE)
    assert "Telegram refused a message" in caplog.text


@pytest.mark.usefixtures("hurry")
async def test_a_chat_that_is_gone_is_given_up_without_a_second_message(
    office: Office, server: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail_next("sendMessage", status=400, description="Bad Request: chat not found")
    with caplog.at_level(logging.ERROR):
        await server.send_text(CADRE, CADRE, QUESTION)
        await office.idle()
    assert not server.sent
    assert not office.mailbox.unsent()
    assert not caplog.records


@pytest.mark.usefixtures("hurry")
async def test_an_edit_that_changes_nothing_is_the_end_of_it(
    office: Office, server: BotApiServer
) -> None:
    reply = await server.ask(CADRE, QUESTION)
    server.fail_next("editMessageReplyMarkup", status=400)
    await press(server, reply, "👍")
    assert len(server.calls_to("editMessageReplyMarkup")) == 1
    assert office.mailbox.unsent() == ()


@pytest.mark.usefixtures("hurry")
async def test_who_blocked_the_bot_gets_nothing_more_and_nothing_is_kept_for_them(
    office: Office, server: BotApiServer
) -> None:
    await server.ask(CADRE, QUESTION)
    await server.send_text(CADRE, CADRE, QUESTION)
    await server.block(CADRE)
    await server.send_text(CADRE, CADRE, QUESTION)
    await office.idle()
    assert office.mailbox.unsent() == ()
    await server.unblock(CADRE)
    assert (await server.ask(CADRE, QUESTION)).text.startswith(AGE)


@pytest.mark.usefixtures("hurry")
async def test_an_answer_follows_a_group_that_became_a_supergroup(
    office: Office, server: BotApiServer
) -> None:
    await server.send_text(GROUP, CADRE, "@tracuu_test_bot " + QUESTION, chat_type="group")
    await server.wait_for(1)
    office.access.allow_group(str(GROUP), "Chi bộ", by=str(ADMIN))
    asked = await server.send_text(GROUP, CADRE, "/hoi " + QUESTION, chat_type="group")
    new = server.world.migrate(asked.chat_id)
    await server.wait_for(2)
    assert server.sent[1].chat_id == new
    assert office.access.group_allowed(str(new))
    assert not office.access.group_allowed(str(GROUP))


async def test_what_was_said_and_not_taken_is_sent_by_the_next_start(
    tmp_path: Path, server: BotApiServer
) -> None:
    await server.send_text(CADRE, CADRE, "/help")
    with closing(Mailbox(tmp_path)) as mailbox:
        first, _ = mailbox.post(
            [(str(CADRE), OutgoingMessage(text=said)) for said in ("Một", "Hai")]
        )
        mailbox.sending(first)
    office = Office(tmp_path, server, Desk())
    await office.open()
    await server.wait_for(3)
    await office.close()
    assert [message.text for message in server.sent][:2] == ["Một", "Hai"]
    assert b"tracuu_resent_after_restart_total 1.0" in office.service.metrics.text()


@pytest.mark.usefixtures("hurry")
async def test_a_question_that_ended_the_bot_again_and_again_is_told_to_have_failed(
    tmp_path: Path, server: BotApiServer
) -> None:
    typed = await server.send_text(CADRE, CADRE, QUESTION)
    update = {"update_id": 5, "message": server.world.wire(typed)}
    server.world.updates.clear()

    with closing(Mailbox(tmp_path)) as mailbox:
        mailbox.accept([QueuedUpdate(5, str(CADRE), json.dumps(update))])
        for _ in range(3):
            mailbox.waiting()
    desk = Desk()
    office = Office(tmp_path, server, desk)
    await office.open()
    await server.wait_for(1)
    await office.close()
    assert server.sent[0].text == answers.FAILED
    assert desk.asked == []


@pytest.mark.usefixtures("hurry")
async def test_who_comes_when_too_many_wait_is_told_at_once_to_come_back(
    tmp_path: Path, server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.worker.MAX_WAITING", 2)
    for n in range(5):
        await server.send_text(CADRE, CADRE, f"{QUESTION} {n}")
    office = Office(tmp_path, server, Desk())
    await office.open()
    await server.wait_for(5)
    await office.close()
    texts = [message.text for message in server.sent]
    assert [text == answers.CROWDED for text in texts] == [False, False, True, True, True]


MALFORMED = (
    {"message": {"message_id": 1}},
    {"message": "không phải"},
    {"message": {"message_id": "x", "date": "mai", "chat": {"id": "y", "type": 5}}},
    {"callback_query": []},
    {"callback_query": {"id": 5, "from": {"id": "a"}, "data": {}}},
    {"my_chat_member": {"chat": None}},
    {"something_new": {"a": 1}},
    {},
)


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("body", MALFORMED)
async def test_an_update_that_cannot_be_read_stops_nothing_behind_it(
    office: Office, server: BotApiServer, body: dict[str, object]
) -> None:
    kind, content = next(iter(body.items()), ("message", None))
    await server.push(kind, content)  # type: ignore[arg-type]
    assert (await server.ask(CADRE, QUESTION)).text.startswith(AGE)
    await server.idle()
    assert office.mailbox.waiting() == ()


@pytest.mark.usefixtures("hurry")
async def test_a_second_poller_is_named_in_the_log_and_the_bot_goes_on(
    office: Office,
    server: BotApiServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.telegram.polling.LONGEST_PAUSE", 0.05)
    await server.ask(CADRE, QUESTION)
    server.fail_next("getUpdates", status=409)
    await server.send_text(CADRE, CADRE, "/help")
    await server.wait_for(2)
    assert (await server.ask(CADRE, QUESTION)).text.startswith(AGE)
    assert "another process polls with the same token" in caplog.text
