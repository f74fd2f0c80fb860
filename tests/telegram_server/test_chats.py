"""Messages, files, buttons and groups on the local Bot API server, by the real bot library."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from telegram import (
    Bot,
    BotCommandScopeChat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.telegram_server.server import BotApiServer

USER, OTHER, GROUP = 501, 502, -1_001_234


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    async with Bot(server.token, server.base_url, server.base_file_url) as running:
        await server.send_text(USER, USER, "chào")
        yield running


def keyboard(text: str = "👍", data: str = "up") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)]])


async def test_a_file_a_person_sent_is_downloaded_unchanged(server: BotApiServer, bot: Bot) -> None:
    content = bytes(range(256)) * 400
    await server.send_document(USER, USER, "Nghị quyết.pdf", content, "văn bản")
    update = (await bot.get_updates(timeout=5))[-1]
    assert update.message is not None
    assert update.message.document is not None
    assert (update.message.document.file_name, update.message.caption) == (
        "Nghị quyết.pdf",
        "văn bản",
    )
    file = await update.message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == content
    with pytest.raises(BadRequest, match="[Ii]nvalid file_id"):
        await bot.get_file("FILE999")
    await server.send_document(USER, USER, "lớn.pdf", bytes(20 * 1024 * 1024 + 1))
    with pytest.raises(BadRequest, match="[Ff]ile is too big"):
        await bot.get_file(list(server.world.files)[-1])


async def test_a_file_the_bot_sends_arrives_unchanged(server: BotApiServer, bot: Bot) -> None:
    content = b"\r\n--x\r\n\x00\xff"
    message = await bot.send_document(USER, content, filename='Quy định "294".pdf', caption="Gốc")
    assert message.document is not None
    again = await bot.send_document(USER, message.document.file_id)
    assert again.document == message.document
    sent, _ = server.sent
    assert sent.file is not None
    assert (sent.file.name, sent.file.content) == ('Quy định "294".pdf', content)
    assert (sent.kind, sent.text) == ("document", "Gốc")
    with pytest.raises(BadRequest, match="[Ii]mage_process_failed"):
        await bot.send_photo(USER, b"not a picture")
    await bot.send_photo(USER, b"\x89PNG\r\n\x1a\n....")


async def test_entities_and_buttons_are_recorded_as_a_person_sees_them(
    server: BotApiServer, bot: Bot
) -> None:
    bold = MessageEntity(MessageEntity.BOLD, offset=5, length=6)
    await bot.send_message(USER, "  👍 77,78% ", entities=[bold], reply_markup=keyboard("Xem", "v"))
    (sent,) = server.sent
    assert (sent.text, sent.marked("bold")) == ("👍 77,78%", ("77,78%",))
    assert sent.button("Xem").data == "v"
    with pytest.raises(LookupError, match="no button 'Nguồn'"):
        sent.button("Nguồn")


async def test_the_library_reads_back_a_reply_and_its_original(
    server: BotApiServer, bot: Bot
) -> None:
    typed = await server.send_text(USER, USER, "hỏi")
    message = await bot.send_message(
        USER, "đáp", reply_parameters=ReplyParameters(typed.message_id)
    )
    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "hỏi"
    with pytest.raises(BadRequest, match="[Mm]essage to be replied not found"):
        await bot.send_message(USER, "đáp", reply_parameters=ReplyParameters(9))
    with pytest.raises(BadRequest, match="(?i)quote not found"):
        await bot.send_message(
            USER, "đáp", reply_parameters=ReplyParameters(typed.message_id, quote="khác")
        )
    lenient = ReplyParameters(9, allow_sending_without_reply=True)
    assert (await bot.send_message(USER, "đáp", reply_parameters=lenient)).reply_to_message is None


async def test_refusals_reach_the_library_in_telegrams_words(
    server: BotApiServer, bot: Bot
) -> None:
    message = await bot.send_message(USER, "một", reply_markup=keyboard())
    typed = await server.send_text(USER, USER, "hỏi")
    for call, words in (
        (bot.send_message(99, "x"), "chat not found"),
        (bot.send_message(USER, " "), "text must be non-empty"),
        (bot.send_message(USER, "x" * 4097), "message is too long"),
        (bot.send_message(USER, "<b>x</b>", parse_mode="HTML"), "parse_mode is given"),
        (bot.send_message(USER, "x", reply_markup=keyboard("x", "ế" * 22)), "button_data_invalid"),
        (message.edit_text("một", reply_markup=keyboard()), "message is not modified: specified"),
        (message.edit_reply_markup(keyboard()), "message is not modified"),
        (message.edit_text("x", reply_markup=ForceReply()), "inline keyboard expected"),  # type: ignore[arg-type]
        (bot.edit_message_text("x", USER, 9), "message to edit not found"),
        (bot.edit_message_text("x", USER, typed.message_id), "message can't be edited"),
        (bot.edit_message_caption(USER, message.message_id), "no caption in the message to edit"),
        (bot.delete_message(USER, 9), "message to delete not found"),
        (bot.copy_message(USER, USER, 9), "message to copy not found"),
        (bot.answer_callback_query("7"), "query is too old and response timeout expired"),
        (bot.answer_callback_query("7", "x" * 201), "message_too_long"),
        (bot.send_chat_action(USER, "dancing"), "wrong parameter action"),
        (bot.send_document(USER, "FILE999"), "wrong remote file identifier"),
        (bot.get_chat_member(USER, 99), "participant_id_invalid"),
        (bot.leave_chat(USER), "can't be changed in private chats"),
        (bot.set_my_commands([("Start", "Bắt đầu")]), "bot_command_invalid"),
        (bot.set_my_description("x" * 513), "description is too long"),
        (bot.set_my_short_description("x" * 121), "short_description is too long"),
        (bot.set_my_commands([], language_code="vie"), "invalid language code"),
        (bot.set_webhook("https://a.vn", secret_token="bí mật"), "unallowed characters"),
        (bot.set_webhook("a.vn"), "bad webhook"),
    ):
        with pytest.raises(BadRequest) as refused:
            await call
        assert words in str(refused.value).lower()
    assert len(server.rejected) == 25
    assert [m.text for m in server.screen(USER)] == ["chào", "một", "hỏi"]


async def test_deleted_messages_leave_the_screen_and_copies_appear(
    server: BotApiServer, bot: Bot
) -> None:
    message = await bot.send_message(USER, "một")
    await bot.copy_message(USER, USER, message.message_id)
    await message.delete()
    assert [m.text for m in server.screen(USER)] == ["chào", "một"]
    assert [m.method for m in server.sent] == ["sendMessage", "copyMessage"]


async def test_a_message_older_than_two_days_cannot_be_deleted(
    server: BotApiServer, bot: Bot
) -> None:
    typed = await server.send_text(USER, USER, "hỏi")
    server.world.store(replace(typed, date=typed.date - 48 * 3600 - 1))
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(USER, typed.message_id)
    server.world.store(typed)
    assert await bot.delete_message(USER, typed.message_id)


async def test_a_pressed_button_can_be_answered_once_and_not_when_expired(
    server: BotApiServer, bot: Bot
) -> None:
    await bot.send_message(USER, "một", reply_markup=keyboard())
    query_id = await server.press(server.sent[0], "up", USER)
    await bot.answer_callback_query(query_id)
    with pytest.raises(BadRequest, match="(?i)query id is invalid"):
        await bot.answer_callback_query(query_id)
    late = await server.press(server.sent[0], "up", USER)
    server.expire_queries()
    with pytest.raises(BadRequest, match="(?i)query id is invalid"):
        await bot.answer_callback_query(late)


async def test_a_button_of_a_deleted_message_arrives_without_the_message(
    server: BotApiServer, bot: Bot
) -> None:
    message = await bot.send_message(USER, "một", reply_markup=keyboard())
    await message.delete()
    await server.press(server.sent[0], "👍", USER)
    await server.press_data(USER, 77, "giả", OTHER)
    old, forged = (u.callback_query for u in (await bot.get_updates())[1:])
    assert old is not None
    assert old.message is not None
    assert (old.data, old.message.is_accessible) == ("up", False)
    assert forged is not None
    assert (forged.data, forged.from_user.id) == ("giả", OTHER)


async def test_inline_queries_are_answered_once(server: BotApiServer, bot: Bot) -> None:
    query_id = await server.send_inline_query(USER, "tuổi đảng")
    (update,) = (await bot.get_updates())[1:]
    assert update.inline_query is not None
    result = InlineQueryResultArticle("p1", "Điều 5", InputTextMessageContent("Trích"))
    await update.inline_query.answer([result])
    assert server.inline_answers == [(query_id, ("p1",))]
    with pytest.raises(BadRequest, match="(?i)query is too old"):
        await update.inline_query.answer([result])


async def test_commands_are_kept_by_scope_and_language(server: BotApiServer, bot: Bot) -> None:
    await bot.set_my_commands([("start", "Bắt đầu")])
    await bot.set_my_commands([("stats", "Thống kê")], BotCommandScopeChat(USER), "vi")
    assert [c.command for c in await bot.get_my_commands()] == ["start"]
    assert server.commands["chat:501", "vi"] == (("stats", "Thống kê"),)
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    with pytest.raises(BadRequest, match="[Cc]hat not found"):
        await bot.set_my_commands([("a", "Lệnh")], BotCommandScopeChat(99))


async def test_a_group_is_met_left_and_known_by_its_members(server: BotApiServer, bot: Bot) -> None:
    await server.add_bot(GROUP, OTHER)
    server.set_member(GROUP, OTHER, "creator")
    await server.send_text(GROUP, USER, "@tracuu_test_bot hỏi", chat_type="supergroup")
    added, asked = (await bot.get_updates())[1:]
    assert added.my_chat_member is not None
    assert asked.message is not None
    assert list(asked.message.parse_entities(["mention"]).values()) == ["@tracuu_test_bot"]
    assert (await bot.get_chat(GROUP)).title == "Chi bộ thử nghiệm"
    assert (await bot.get_chat_member(GROUP, OTHER)).status == "creator"
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(OTHER, "chào")
    await bot.leave_chat(GROUP)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(GROUP, "còn ai?")
    assert server.rejected == []


async def test_who_blocked_the_bot_gets_nothing_until_taking_it_back(
    server: BotApiServer, bot: Bot
) -> None:
    await server.block(USER)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(USER, "chào")
    await server.unblock(USER)
    await bot.send_message(USER, "chào lại")
    assert [m.text for m in server.sent] == ["chào lại"]
    changes = [u.my_chat_member for u in (await bot.get_updates())[1:]]
    assert [c.new_chat_member.status for c in changes if c] == ["kicked", "member"]


async def test_an_upgraded_group_says_where_it_went(server: BotApiServer, bot: Bot) -> None:
    await server.send_text(-77, USER, "chào", chat_type="group")
    new_id = await server.upgrade_group(-77, USER)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(-77, "x")
    assert moved.value.new_chat_id == new_id
    await bot.send_message(new_id, "đã theo")
    messages = [u.message for u in (await bot.get_updates())[2:]]
    assert [m.migrate_to_chat_id or m.migrate_from_chat_id for m in messages if m] == [new_id, -77]
