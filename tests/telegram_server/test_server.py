"""The local Bot API server, driven by the real bot library."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from tests.telegram_server.http import Incoming, Request, render
from tests.telegram_server.listener import Listener
from tests.telegram_server.server import BotApiServer

# The library warns, wherever it meets a 429, that its type for the wait will change.
tolerate_retry_after = pytest.mark.filterwarnings("ignore:.*attribute `retry_after` will be")
USER, OTHER, GROUP = 501, 502, -1_001_234
Context = ContextTypes.DEFAULT_TYPE
AnyApplication: TypeAlias = "Application[Any, Any, Any, Any, Any, Any]"


def bot_of(server: BotApiServer, token: str | None = None) -> Bot:
    return Bot(token or server.token, server.base_url, server.base_file_url)


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    async with bot_of(server) as running:
        await server.send_text(USER, USER, "chào")
        yield running


def keyboard(text: str = "👍", data: str = "up") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)]])


async def echo(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message is not None
    await message.reply_text(f"nghe: {message.text}", reply_markup=keyboard())


async def start(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message is not None
    await message.reply_text("Xin chào đồng chí")


async def thank(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query is not None
    assert isinstance(query.message, Message)
    await query.answer("Cảm ơn đồng chí")
    await query.edit_message_text("đã nhận")


@pytest.fixture
async def application(server: BotApiServer) -> AsyncIterator[AnyApplication]:
    built = (
        ApplicationBuilder()
        .token(server.token)
        .base_url(server.base_url)
        .base_file_url(server.base_file_url)
        .build()
    )
    built.add_handler(CommandHandler("start", start))
    built.add_handler(MessageHandler(filters.TEXT, echo))
    built.add_handler(CallbackQueryHandler(thank))
    async with built:
        await built.start()
        assert built.updater is not None
        await built.updater.start_polling(poll_interval=0.0, timeout=10)
        yield built
        await built.updater.stop()
        await built.stop()
    assert server.rejected == []


@pytest.mark.usefixtures("application")
async def test_a_conversation_with_a_command_a_question_and_a_button(server: BotApiServer) -> None:
    hello = await server.ask(USER, "/start")
    assert hello.text == "Xin chào đồng chí"
    answer = await server.ask(USER, "Tuổi đời của người vào Đảng?")
    assert answer.text == "nghe: Tuổi đời của người vào Đảng?"
    await server.press(answer, "👍", USER)
    (edit,) = await server.wait_for(lambda m: m.method == "editMessageText")
    assert (edit.message_id, edit.text, edit.buttons) == (answer.message_id, "đã nhận", ())
    assert [a.text for a in server.answers] == ["Cảm ơn đồng chí"]
    await server.idle()
    assert [m.text for m in server.screen(USER)][-1] == "đã nhận"


async def test_a_bot_that_stops_and_starts_again_is_no_second_poller(
    server: BotApiServer, application: AnyApplication
) -> None:
    assert application.updater is not None
    for _ in range(3):
        await server.ask(USER, "câu hỏi")
        await application.updater.stop()
        await application.updater.start_polling(poll_interval=0.0, timeout=10)
    assert server.rejected == []


async def test_updates_come_again_until_a_later_offset_acknowledges_them(
    server: BotApiServer, bot: Bot
) -> None:
    await server.send_text(OTHER, OTHER, "hai")
    first, second = await bot.get_updates()
    assert await bot.get_updates() == (first, second)
    assert await bot.get_updates(limit=1) == (first,)
    assert await bot.get_updates(offset=second.update_id) == (second,)
    assert await bot.get_updates(offset=-1) == (second,)
    assert await bot.get_updates(offset=second.update_id + 1) == ()


async def test_a_long_poll_returns_as_soon_as_somebody_writes(
    server: BotApiServer, bot: Bot
) -> None:
    (first,) = await bot.get_updates()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        poll = group.create_task(bot.get_updates(offset=first.update_id + 1, timeout=30))
        await asyncio.sleep(0.05)
        assert not poll.done()
        await server.send_text(USER, USER, "đây")
    assert [u.message.text for u in poll.result() if u.message] == ["đây"]


async def test_updates_of_other_kinds_than_asked_for_are_withheld(
    server: BotApiServer, bot: Bot
) -> None:
    await bot.get_updates(offset=-1, allowed_updates=["callback_query"])
    await server.send_text(USER, USER, "không ai nghe")
    assert [u.message.text for u in await bot.get_updates() if u.message] == ["chào"]
    assert [update.kind for update in server.world.updates.withheld] == ["message"]


async def test_the_first_of_two_pollers_is_told_of_the_conflict(server: BotApiServer) -> None:
    async with bot_of(server) as first, bot_of(server) as second:
        poll = asyncio.create_task(first.get_updates(timeout=30))
        await asyncio.sleep(0.1)
        assert await second.get_updates(timeout=0) == ()
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await poll
    assert [r.status for r in server.rejected] == [409]


async def test_a_wrong_token_is_unauthorized(server: BotApiServer) -> None:
    with pytest.raises(InvalidToken):
        async with bot_of(server, "12345:WRONG"):
            pass
    assert [(r.method, r.status) for r in server.rejected] == [("getMe", 401)]


async def test_an_unknown_method_is_not_found_and_recorded(server: BotApiServer, bot: Bot) -> None:
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendCarrierPigeon")
    assert [(r.method, r.status) for r in server.rejected] == [("sendCarrierPigeon", 404)]


@tolerate_retry_after
async def test_arranged_refusals_come_once_and_are_no_fault_of_the_bot(
    server: BotApiServer, bot: Bot
) -> None:
    server.fail_next("sendMessage", status=429, retry_after=3)
    with pytest.raises(RetryAfter) as wait:
        await bot.send_message(USER, "x")
    assert int(wait.value.retry_after) == 3  # type: ignore[arg-type]
    for status, error in (
        (403, Forbidden),
        (400, BadRequest),
        (409, Conflict),
        (502, NetworkError),
    ):
        server.fail_next("sendMessage", status=status)
        with pytest.raises(error):
            await bot.send_message(USER, "x")
    server.fail_next(migrate_to=-9)
    with pytest.raises(ChatMigrated):
        await bot.send_message(USER, "x")
    await bot.send_message(USER, "x")
    assert len(server.sent) == 1
    assert server.rejected == []
    assert [bool(call.fault) for call in server.calls_to("sendMessage")] == [True] * 6 + [False]


async def test_a_dropped_connection_loses_the_call_or_only_its_answer(
    server: BotApiServer, bot: Bot
) -> None:
    server.fail_next("sendMessage", drop="before")
    server.fail_next("sendMessage", drop="after")
    for text in ("mất", "tới nơi"):
        with pytest.raises(NetworkError):
            await bot.send_message(USER, text)
    assert [m.text for m in server.sent] == ["tới nơi"]


async def test_a_late_answer_times_out_though_the_message_was_sent(
    server: BotApiServer, bot: Bot
) -> None:
    server.fail_next("sendMessage", delay=0.3)
    with pytest.raises(TimedOut):
        await bot.send_message(USER, "chậm", read_timeout=0.1)
    (sent,) = await server.wait_for(1)
    assert sent.text == "chậm"


@tolerate_retry_after
async def test_hurried_messages_are_counted_and_refused_only_where_strict() -> None:
    for strict in (False, True):
        async with BotApiServer(strict_rate=strict) as server, bot_of(server) as bot:
            await server.send_text(USER, USER, "chào")
            await bot.send_message(USER, "một")
            if strict:
                with pytest.raises(RetryAfter):
                    await bot.send_message(USER, "hai")
            else:
                await bot.send_message(USER, "hai")
            assert [chat_id for chat_id, _ in server.rate_breaches] == [USER]
            assert [r.status for r in server.rejected] == [429] * strict


async def test_waiting_in_vain_says_what_was_sent_instead(server: BotApiServer, bot: Bot) -> None:
    await bot.send_message(USER, "khác")
    with pytest.raises(AssertionError, match="khác"):
        await server.wait_for(lambda m: m.text == "mong đợi", timeout=0.05)
    with pytest.raises(AssertionError, match="not sent within"):
        await server.wait_for(2, timeout=0.05)


async def test_the_bot_is_idle_only_when_it_took_every_update(
    server: BotApiServer, bot: Bot
) -> None:
    with pytest.raises(TimeoutError):
        await server.idle(timeout=0.2)
    (update,) = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    await server.idle(timeout=0.2)


async def test_a_webhook_gets_every_update_with_its_secret_until_it_takes_it(
    server: BotApiServer, bot: Bot
) -> None:
    received: list[tuple[str, bytes]] = []

    async def take(request: Request) -> bytes:
        received.append((request.headers["x-telegram-bot-api-secret-token"], request.body))
        return render(500 if len(received) == 1 else 200, b"", "text/plain", keep_alive=False)

    receiver = Listener(take)
    address = await receiver.open()
    await bot.set_webhook(f"{address}/hook", secret_token="bi-mat")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await server.send_text(USER, USER, "hai")
    await server.idle()
    await bot.delete_webhook()
    await receiver.close()
    assert server.webhook_statuses == [500, 200, 200]
    assert {secret for secret, _ in received} == {"bi-mat"}
    texts = [u.message.text for u in (update_of(body, bot) for _, body in received) if u.message]
    assert texts == ["chào", "chào", "hai"]


def update_of(body: bytes, bot: Bot) -> Update:
    return Update.de_json(json.loads(body), bot)


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"POST /bot12345:TEST/getMe HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /bot12345:TEST/getMe HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /bot12345:TEST/getMe HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_what_is_no_request_is_refused_and_the_connection_closed(
    server: BotApiServer, sent: bytes
) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 4")


async def test_a_form_in_pieces_and_the_next_request_at_its_heels_are_read() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(
        b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        b"4\r\ntext\r\na\r\n=%C4%91%20\r\n4;x=y\r\n&b=+\r\n0\r\n\r\n"
        b"GET /b?c=%E1%BA%BF HTTP/1.1\r\n\r\n"
    )
    incoming = Incoming(reader)
    first = await incoming.request()
    watch = asyncio.create_task(incoming.gone())
    await asyncio.sleep(0)
    watch.cancel()
    await asyncio.wait({watch})
    reader.feed_eof()
    second = await incoming.request()
    assert first is not None
    assert second is not None
    assert (first.path, dict(first.fields)) == ("/a", {"text": "đ ", "b": " "})
    assert (second.verb, second.path, dict(second.fields)) == ("GET", "/b", {"c": "ế"})
    assert await incoming.request() is None
