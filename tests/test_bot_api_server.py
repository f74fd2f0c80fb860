"""The local Bot API server, driven by the real bot library."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    Update,
)
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from tests.bot_api_server import BotApiServer

USER = 501
Context = ContextTypes.DEFAULT_TYPE


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as running:
        yield running


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    async with Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url) as b:
        yield b


def keyboard(*rows: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows]
    )


async def echo(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message is not None
    await message.reply_text(f"nghe: {message.text}", reply_markup=keyboard([("👍", "up")]))


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
async def application(server: BotApiServer) -> AsyncIterator[Application]:
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


async def test_a_file_a_person_sent_is_downloaded_unchanged(server: BotApiServer, bot: Bot) -> None:
    content = bytes(range(256)) * 40
    await server.send_document(USER, USER, "Nghị quyết.pdf", content, "văn bản")
    (update,) = await bot.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.document is not None
    assert update.message.document.file_name == "Nghị quyết.pdf"
    file = await update.message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == content


async def test_a_file_the_bot_sends_arrives_unchanged(server: BotApiServer, bot: Bot) -> None:
    await server.send_text(USER, USER, "gửi văn bản")
    content = b"\r\n--x\r\n\x00\xff"
    await bot.send_document(USER, content, filename='Quy định "294".pdf', caption="Bản gốc")
    (sent,) = server.sent
    assert sent.file is not None
    assert (sent.file.name, sent.file.content) == ('Quy định "294".pdf', content)
    assert (sent.kind, sent.text) == ("document", "Bản gốc")
