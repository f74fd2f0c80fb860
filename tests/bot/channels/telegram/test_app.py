"""The real application against the strict local Bot API server."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.__main__ import set_up_logging
from bot.access import Role
from bot.conversation import commands
from bot.errors import UnreachableError
from bot.texts import answers as messages
from bot.texts import library, people, starting, welcome
from bot.turn import Person
from retrieval.answer import Answer, Response
from tests.support.running_bot import (
    ADMIN,
    CADRE,
    GROUP,
    NEWCOMER,
    QUESTION,
    Office,
    press,
    press_data,
)
from tests.support.scripted_bot import (
    AGE,
    PASSAGES_TEXT,
    SENTENCES,
    SOURCE,
    Desk,
    citation,
    response,
)
from tests.telegram_server.server import BotApiServer, SentMessage


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as running:
        yield running
    assert running.rejected == []


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the second between two messages of a chat; test_delivery holds it."""
    monkeypatch.setattr("bot.channels.telegram.delivery.SECONDS_A_MESSAGE", 0.0)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def office(tmp_path: Path, server: BotApiServer, desk: Desk) -> AsyncIterator[Office]:
    office = Office(tmp_path, server, desk)
    await office.open()
    yield office
    await office.close()


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Let a test set up logging as the bot does, and put the runner's own back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for package in ("bot", "documents", "index", "retrieval"):
        logging.getLogger(package).setLevel(logging.NOTSET)


async def test_a_newcomer_is_not_answered_until_an_admin_lets_them_in(
    office: Office, server: BotApiServer, desk: Desk
) -> None:
    await server.ask(ADMIN, "/help")
    refusal = await server.ask(NEWCOMER, QUESTION)
    assert refusal.text == people.not_let_in(str(NEWCOMER))
    assert desk.asked == []

    await press(server, refusal, "Xin quyền sử dụng", NEWCOMER)
    assert server.screen(NEWCOMER)[-1].text == people.REQUEST_SENT
    card = server.screen(ADMIN)[-1]
    assert card.text == f"Đồng chí An (ID {NEWCOMER}) xin quyền sử dụng."
    assert (await server.ask(NEWCOMER, QUESTION)).text == people.WAITING

    await press(server, card, "Đồng ý", ADMIN)
    assert (
        server.screen(ADMIN)[-1].text
        == f"Đã cấp quyền sử dụng (vai trò: cán bộ) cho đồng chí An (ID {NEWCOMER})."
    )
    assert server.screen(ADMIN)[-1].buttons == ()
    assert server.screen(NEWCOMER)[-1].text == people.LET_IN
    assert (await server.ask(NEWCOMER, QUESTION)).text.startswith(AGE)


async def test_a_question_gets_one_message_whose_entities_mark_the_answer(
    office: Office, server: BotApiServer
) -> None:
    reply = await server.ask(CADRE, QUESTION)
    await server.idle()
    assert reply.text == f"{AGE}\nNguồn: {SOURCE}"
    assert reply.marked("blockquote") == (AGE,)
    assert reply.marked("bold") == ("từ đủ 18 tuổi đến đủ 60 tuổi",)
    assert len(server.sent) == 1
    assert server.actions == []


async def test_the_passage_the_sources_and_the_thumbs_work_again_after_a_restart(
    office: Office, server: BotApiServer
) -> None:
    reply = await server.ask(CADRE, QUESTION)
    for _ in range(2):
        await press(server, reply, "Xem đoạn đầy đủ")
        assert server.screen(CADRE)[-1].text == f"{SOURCE}\n{PASSAGES_TEXT[0]}\nĐoạn 1/8"
        assert server.screen(CADRE)[-1].marked("blockquote") == (PASSAGES_TEXT[0],)

        await press(server, reply, "Nguồn khác")
        page = server.screen(CADRE)[-1]
        assert page.text.startswith("Nguồn khác (trang 1/3)")
        await press(server, page, "Trang sau ›")
        page = server.screen(CADRE)[-1]
        assert page.text.startswith("Nguồn khác (trang 2/3)")
        await press(server, page, "‹ Trang trước")
        assert server.screen(CADRE)[-1].text.startswith("Nguồn khác (trang 1/3)")
        await office.restart()

    for label, data in (("👍 ✓", "u:1"), ("👎 ✓", "d:1")):
        await press(server, reply, data)
        await office.idle()
        thumbed = next(m for m in server.screen(CADRE) if m.message_id == reply.message_id)
        assert label in [button.text for button in thumbed.buttons]
        assert thumbed.text == reply.text
    assert server.answers[-1].text == messages.THANKS_DOWN


async def test_pressing_the_same_button_again_changes_nothing_and_is_not_refused(
    office: Office, server: BotApiServer
) -> None:
    reply = await server.ask(CADRE, QUESTION)
    await press(server, reply, "👍")
    await press(server, reply, "u:1")
    await press(server, reply, "Nguồn khác")
    page = server.screen(CADRE)[-1]
    await press_data(server, page, "t:1:0")
    assert len(server.calls_to("editMessageReplyMarkup")) == 1
    assert server.calls_to("editMessageText") == ()
    assert len(server.answers) == 4


async def test_old_foreign_and_forged_buttons_are_answered_politely(
    office: Office, server: BotApiServer
) -> None:
    office.access.give(Person(str(NEWCOMER), "B"), Role.CADRE, by=str(ADMIN))
    await server.ask(CADRE, QUESTION)
    other = await server.ask(NEWCOMER, QUESTION)
    for data in ("p:1:1", "s:1:0", "u:1", "p:99999:1", "x", "p:", "a:yes:1", "\u202e" * 5):
        await press_data(server, other, data, NEWCOMER)
    await press_data(server, 4_000_000, "t:2:1", NEWCOMER)
    notices = [answer.text for answer in server.answers]
    assert notices[:6] == [messages.OLD_BUTTON] * 6
    assert notices[6:8] == [people.ADMINS_ONLY, messages.OLD_BUTTON]
    assert server.screen(NEWCOMER)[-1].text.startswith("Nguồn khác (trang 2/3)")


async def test_a_press_too_old_to_acknowledge_is_still_carried_out(
    office: Office, server: BotApiServer
) -> None:
    reply = await server.ask(CADRE, QUESTION)
    server.fail_next(
        "answerCallbackQuery",
        status=400,
        description="Bad Request: query is too old and response timeout expired",
    )
    await server.press(reply, "Xem đoạn đầy đủ", CADRE)
    await server.wait_for(lambda m: PASSAGES_TEXT[0] in m.text)


async def test_a_question_of_5000_characters_is_refused_kindly(
    office: Office, server: BotApiServer, desk: Desk
) -> None:
    reply = await server.ask(CADRE, f"{'dài ' * 1250}?")
    assert reply.text == messages.too_long(1000)
    assert desk.asked == []


async def test_a_long_answer_is_split_and_its_buttons_stand_under_the_last_part(
    tmp_path: Path, server: BotApiServer
) -> None:
    long = " ".join(f"Câu thứ {n} của một câu trả lời dài." for n in range(300))

    def ask(question: str, *_: object) -> Response:
        return response(Answer(question, long, None, (citation(),), 0.9))

    office = Office(tmp_path, server, ask)
    await office.open()
    await server.ask(CADRE, QUESTION)
    await server.idle()
    await office.close()
    first, *others = server.sent
    assert len(others) == 2
    assert first.text.endswith("dài.")
    assert [bool(m.buttons) for m in server.sent] == [False, False, True]
    assert others[-1].marked("expandable_blockquote") == (AGE,)


async def test_start_offers_questions_and_pressing_one_answers_it(
    office: Office, server: BotApiServer
) -> None:
    start = await server.ask(CADRE, "/start")
    assert welcome.privacy("pseudonymous", 365) in start.text
    await press(server, start, welcome.EXAMPLES[0])
    answer = server.screen(CADRE)[-1]
    assert answer.text.startswith(AGE)
    assert answer.text.endswith(f"Câu hỏi: {welcome.EXAMPLES[0]}")


async def test_each_scope_lists_the_commands_of_those_who_see_it(
    office: Office, server: BotApiServer
) -> None:
    await server.ask(CADRE, "/help")
    await server.ask(ADMIN, "/help")
    await server.idle()
    listed = {place: tuple(name for name, _ in said) for place, said in server.commands.items()}
    assert listed[("default", "")] == commands.ANYWHERE
    assert listed[("all_group_chats", "en")] == commands.IN_GROUPS
    assert listed[("all_private_chats", "")] == commands.OF_ROLE[Role.CADRE]
    assert listed[(f"chat:{ADMIN}", "")] == commands.OF_ROLE[Role.ADMIN]
    assert (f"chat:{CADRE}", "") not in listed
    office.access.give(Person(str(ADMIN), "A"), Role.CADRE, by=None)
    await server.ask(ADMIN, "/help")
    await server.idle()
    assert (f"chat:{ADMIN}", "") not in server.commands


async def test_typing_is_shown_while_an_answer_takes_its_time(
    tmp_path: Path, server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.handlers.TYPING_AFTER", 0.05)

    def ask(question: str, *_: object) -> Response:
        time.sleep(0.3)
        return Desk()(question)

    office = Office(tmp_path, server, ask)
    await office.open()
    await server.ask(CADRE, QUESTION)
    await office.close()
    assert server.actions == [(CADRE, "typing")]


@pytest.mark.parametrize("kind", ["photo", "voice", "document", "sticker"])
async def test_what_is_not_text_gets_a_kind_line(
    office: Office, server: BotApiServer, kind: str
) -> None:
    if kind == "sticker":
        message = await server.send_text(CADRE, CADRE, "/help")
        body = server.world.wire(message)
        sticker = {"file_id": "S", "file_unique_id": "S", "type": "regular", "width": 1}
        extra = {"height": 1, "is_animated": False, "is_video": False}
        await server.idle()
        del body["text"], body["entities"]
        await server.push("message", {**body, "sticker": {**sticker, **extra}})
    else:
        await server.send_document(CADRE, CADRE, "tep.bin", b"x", kind=kind)
    said = library.NOT_TEXT.get(kind, messages.TEXT_ONLY)
    await server.wait_for(lambda m: m.text == said)


async def test_in_a_group_only_a_mention_or_a_reply_is_answered(
    office: Office, server: BotApiServer, desk: Desk
) -> None:
    async def write(
        text: str, user: int = CADRE, reply_to: SentMessage | None = None, answers: int = 0
    ) -> int:
        sent = await server.send_text(GROUP, user, text, chat_type="supergroup", reply_to=reply_to)
        await server.wait_for(len(server.sent) + answers)
        await server.idle()
        return sent.message_id

    await write(QUESTION)
    await write("/help@another_bot")
    await write("@tracuu_test_bot2 nghe không?")
    assert (server.sent, desk.asked) == ([], [])

    asked = await write(f"@Tracuu_Test_Bot {QUESTION}", answers=1)
    (answer,) = server.sent
    assert (answer.chat_id, answer.reply_to) == (GROUP, asked)
    assert desk.asked == [QUESTION]
    await write("Còn ai nữa?", reply_to=answer, answers=1)
    assert desk.asked[1:] == ["Còn ai nữa?"]

    await write(f"@tracuu_test_bot {QUESTION}", user=NEWCOMER, answers=1)
    assert server.sent[-1].text == people.ASK_IN_PRIVATE
    await press(server, answer, "Xem đoạn đầy đủ", NEWCOMER)
    assert server.answers[-1].text == people.ASK_IN_PRIVATE
    assert len(desk.asked) == 2


async def test_someone_revoked_in_mid_conversation_is_answered_no_more(
    office: Office, server: BotApiServer, desk: Desk
) -> None:
    reply = await server.ask(CADRE, QUESTION)
    told = await server.ask(ADMIN, f"/thuhoi {CADRE}")
    assert told.text == f"Đã thu hồi quyền của đồng chí Cán bộ (ID {CADRE})."
    assert (await server.ask(CADRE, QUESTION)).text == people.REVOKED
    sent = len(server.sent)
    await press(server, reply, "Xem đoạn đầy đủ")
    assert server.answers[-1].text == people.REVOKED
    assert len(server.sent) == sent
    assert len(desk.asked) == 1


async def test_a_slow_question_holds_up_its_own_chat_and_no_other(
    tmp_path: Path, server: BotApiServer
) -> None:
    go = threading.Event()
    desk = Desk()

    def ask(question: str, *_: object) -> Response:
        if "chậm" in question:
            assert go.wait(5)
        return desk(question)

    office = Office(tmp_path, server, ask)
    await office.open()
    office.access.give(Person(str(NEWCOMER), "B"), Role.CADRE, by=str(ADMIN))
    await server.send_text(CADRE, CADRE, "Câu chậm lạ?")
    await server.send_text(CADRE, CADRE, QUESTION)
    assert (await server.ask(NEWCOMER, QUESTION)).text.startswith(AGE)
    assert [m.chat_id for m in server.sent] == [NEWCOMER]
    go.set()
    await server.wait_for(3)
    first, second = [m.text for m in server.sent if m.chat_id == CADRE]
    assert first.startswith(messages.UNSURE)
    assert second.startswith(AGE)
    await office.close()


async def test_stopping_finishes_the_questions_already_taken(
    tmp_path: Path, server: BotApiServer
) -> None:
    begun, go = threading.Event(), threading.Event()
    desk = Desk()

    def ask(question: str, *_: object) -> Response:
        begun.set()
        assert go.wait(5)
        return desk(question)

    office = Office(tmp_path, server, ask)
    await office.open()
    await server.send_text(CADRE, CADRE, QUESTION)
    await asyncio.to_thread(begun.wait, 5)
    closing_down = asyncio.create_task(office.close())
    await asyncio.sleep(0.1)
    assert not closing_down.done()
    go.set()
    await closing_down
    assert [m.text for m in server.sent] == [f"{AGE}\nNguồn: {SOURCE}"]


@pytest.mark.usefixtures("own_logging")
async def test_a_failing_search_is_told_and_neither_question_nor_token_reach_the_log(
    office: Office, server: BotApiServer, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(office.config)
    assert (await server.ask(CADRE, "Câu hỏi hỏng?")).text == messages.FAILED
    assert (await server.ask(CADRE, QUESTION)).text.startswith(AGE)
    logging.getLogger("httpx").warning("GET %s/getMe", server.base_url + server.token)
    await office.close()
    logged = capsys.readouterr().err
    assert "RuntimeError at" in logged
    assert "question 1 failed in" in logged
    assert "question 2 answered in" in logged
    assert "GET http" in logged
    assert "hỏng" not in logged
    assert "Tuổi đời" not in logged
    assert server.token not in logged


async def test_an_answer_that_telegram_puts_off_arrives_later(
    office: Office, server: BotApiServer
) -> None:
    server.fail_next("sendMessage", status=429, retry_after=1)
    reply = await server.ask(CADRE, QUESTION)
    assert reply.text.startswith(AGE)
    assert len(server.calls_to("sendMessage")) == 2


async def test_someone_who_blocked_the_bot_disturbs_nobody(
    office: Office, server: BotApiServer
) -> None:
    await server.ask(ADMIN, "/start")  # administrators hear of it where the bot has met them
    office.access.give(Person(str(NEWCOMER), "B"), Role.CADRE, by=str(ADMIN))
    await server.ask(NEWCOMER, QUESTION)
    await server.send_text(NEWCOMER, NEWCOMER, QUESTION)
    await server.block(NEWCOMER)
    assert (await server.ask(CADRE, QUESTION)).text.startswith(AGE)


async def test_a_card_an_admin_could_not_get_waits_for_their_start(
    tmp_path: Path, desk: Desk
) -> None:
    # The server refuses the card, as Telegram does for somebody the bot never met.
    async with BotApiServer() as server:
        office = Office(tmp_path, server, desk)
        await office.open()
        refusal = await server.ask(NEWCOMER, QUESTION)
        await press(server, refusal, "Xin quyền sử dụng", NEWCOMER)
        assert server.screen(NEWCOMER)[-1].text == people.REQUEST_SENT
        assert [r.reason for r in server.rejected] == ["Bad Request: chat not found"]
        await server.ask(ADMIN, "/start")
        await server.idle()
        assert server.screen(ADMIN)[-1].text == people.request_card("An", str(NEWCOMER))
        await office.close()


@pytest.mark.parametrize("kind", ["photo", "voice", "document"])
async def test_what_is_written_under_it_is_a_question(
    office: Office, server: BotApiServer, kind: str
) -> None:
    await server.send_document(CADRE, CADRE, "tep.bin", b"x", QUESTION, kind=kind)
    await server.wait_for(lambda m: m.text.startswith(AGE))


async def test_channel_posts_and_strange_updates_are_passed_over(
    office: Office, server: BotApiServer, desk: Desk
) -> None:
    typed = await server.send_text(CADRE, CADRE, "/help")
    await server.wait_for(1)
    body = server.world.wire(typed)
    del body["from"]
    await server.push("message", {**body, "text": QUESTION})
    person = {"id": CADRE, "is_bot": False, "first_name": "An"}
    server.world.callback_queries.add("1")
    await server.push("callback_query", {"id": "1", "from": person, "chat_instance": "1"})
    await server.idle()
    assert len(server.sent) == 1
    assert desk.asked == []


async def test_a_refused_token_is_one_line_without_the_token(tmp_path: Path, desk: Desk) -> None:
    async with BotApiServer() as server:
        office = Office(tmp_path, server, desk)
        office.set(token="54321:OTHER")
        await office.open()
        with pytest.raises(UnreachableError) as caught:
            await office.close()
    assert str(caught.value) == starting.BAD_TOKEN
    assert "54321" not in repr(caught.value.__cause__)


async def test_an_unreachable_server_is_one_line(tmp_path: Path, desk: Desk) -> None:
    async with BotApiServer() as server:
        office = Office(tmp_path, server, desk)
    await office.open()
    with pytest.raises(UnreachableError, match="Không kết nối được với Telegram"):
        await office.close()


async def test_every_source_of_every_page_is_shown_once(
    office: Office, server: BotApiServer
) -> None:
    reply = await server.ask(CADRE, "Câu hỏi lạ?")
    await press(server, reply, "Nguồn khác")
    texts = [server.screen(CADRE)[-1].text]
    while "Trang sau ›" in [b.text for b in server.screen(CADRE)[-1].buttons]:
        await press(server, server.screen(CADRE)[-1], "Trang sau ›")
        texts.append(server.screen(CADRE)[-1].text)
    shown = reply.text + "".join(texts)
    assert all(shown.count(sentence) == 1 for sentence in SENTENCES)
