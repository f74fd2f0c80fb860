"""Inline quotes, files, announcements and groups, as Telegram carries them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.access import Role
from bot.texts import library, people
from bot.turn import Person
from documents.store import originals
from index.ingest.results import Outcome
from tests.support.running_bot import ADMIN, CADRE, GROUP, NEWCOMER, QUESTION, Office, press
from tests.support.scripted_bot import AGE, DOCUMENT, Desk
from tests.telegram_server.server import BotApiServer

STAFF = 601


class Shelf:
    """Takes files, and notes when and with what content."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes, bool]] = []
        self.outcome: Outcome | None = None

    def __call__(self, path: Path, replace: bool, hidden: frozenset[str]) -> tuple[Outcome, ...]:
        self.taken.append((path.name, path.read_bytes(), replace))
        return (self.outcome or Outcome(path, "added", DOCUMENT, 8),)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def office(
    tmp_path: Path, server: BotApiServer, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    monkeypatch.setattr("bot.channels.telegram.delivery.SECONDS_A_MESSAGE", 0.0)
    monkeypatch.setattr("bot.channels.telegram.delivery.ANNOUNCEMENTS_A_SECOND", 50)
    monkeypatch.setattr("bot.channels.telegram.uploads.FETCH_PAUSES", (0.01, 0.01))
    office = Office(tmp_path, server, Desk(), shelf)
    await office.open()
    office.access.give(Person(str(STAFF), "Chuyên viên"), Role.STAFF, by=str(ADMIN))
    yield office
    await office.close()
    assert server.rejected == []


async def quoted(server: BotApiServer, user: int, text: str) -> tuple[str, ...]:
    query_id = await server.send_inline_query(user, text)
    async with asyncio.timeout(5):
        while not any(one == query_id for one, _ in server.inline_answers):
            await asyncio.sleep(0.01)
    return next(ids for one, ids in server.inline_answers if one == query_id)


async def test_passages_are_offered_for_quoting_to_those_let_in_alone(
    office: Office, server: BotApiServer
) -> None:
    assert await quoted(server, CADRE, QUESTION) == ("0", "1", "2", "3", "4")
    assert await quoted(server, CADRE, "") == ()
    assert await quoted(server, NEWCOMER, QUESTION) == ()
    button = server.calls_to("answerInlineQuery")[-1].parameters["button"]
    assert people.ASK_TO_USE.encode("ascii", "backslashreplace").decode() in button
    assert (await server.ask(NEWCOMER, "/start xin")).text == people.not_let_in(str(NEWCOMER))


async def test_a_file_is_received_then_told_and_questions_go_on_meanwhile(
    office: Office, server: BotApiServer, shelf: Shelf
) -> None:
    await server.send_document(STAFF, STAFF, "08-NQ.txt", b"noi dung", caption="thay")
    await server.wait_for(lambda m: m.text.startswith("Đã thêm 08-NQ.txt: 294-QĐ/TW"))
    assert shelf.taken == [("08-NQ.txt", b"noi dung", True)]
    assert [m.method for m in server.sent] == ["sendMessage", "editMessageText"]
    assert server.sent[0].text == library.FILE_RECEIVED.format(name="08-NQ.txt")
    await office.idle()
    assert office.mailbox.waiting() == ()


async def test_a_secret_file_is_deleted_from_the_chat_and_its_sender_told(
    office: Office, server: BotApiServer, shelf: Shelf
) -> None:
    shelf.outcome = Outcome(Path("a.txt"), "refused", reason="x", secrecy="Tối mật")
    sent = await server.send_document(STAFF, STAFF, "a.txt", "TỐI MẬT".encode())
    said = library.FILE_SECRET.format(stamp="TỐI MẬT")
    await server.wait_for(lambda m: m.text == said)
    await office.idle()
    assert sent.message_id not in [m.message_id for m in server.screen(STAFF)]
    (deleted,) = server.calls_to("deleteMessage")
    assert deleted.parameters["message_id"] == str(sent.message_id)
    assert not any((office.data / "uploads").iterdir())


async def test_a_secret_file_that_cannot_be_deleted_is_told_all_the_same(
    office: Office, server: BotApiServer, shelf: Shelf
) -> None:
    shelf.outcome = Outcome(Path("a.txt"), "refused", reason="x", secrecy="Mật")
    server.fail_next("deleteMessage", status=400)
    await server.send_document(STAFF, STAFF, "a.txt", "MẬT".encode())
    await server.wait_for(lambda m: m.text == library.FILE_SECRET.format(stamp="MẬT"))
    await office.idle()
    assert len(server.sent) == 2  # that it has come, and why it was not added


async def test_a_file_that_may_be_secret_stays_in_the_chat_until_somebody_decides(
    office: Office, server: BotApiServer, shelf: Shelf
) -> None:
    shelf.outcome = Outcome(Path("a.txt"), "held", reason="a.txt: có thể có dấu", secrecy="Mật")
    await server.send_document(STAFF, STAFF, "a.txt", "Mật".encode())
    told = f"Tạm giữ a.txt: có thể có dấu\n{library.FILE_HELD_HINT}"
    await server.wait_for(lambda m: m.text == told)
    await office.idle()
    assert server.calls_to("deleteMessage") == ()


async def test_a_file_whose_work_was_cut_off_is_worked_on_after_the_next_start(
    office: Office, server: BotApiServer, shelf: Shelf
) -> None:
    server.fail_next("getFile", delay=60)
    await server.send_document(STAFF, STAFF, "08-NQ.txt", b"noi dung")
    await server.wait_for(1)
    monkey = pytest.MonkeyPatch()
    monkey.setattr("bot.channels.telegram.app.STOP_SECONDS", 0.1)
    await office.restart()
    monkey.undo()
    await server.wait_for(lambda m: m.text.startswith("Đã thêm 08-NQ.txt"))
    assert len(shelf.taken) == 1
    received = [m for m in server.sent if m.text.startswith("Đã nhận tệp")]
    assert len(received) == 1


async def test_a_file_that_telegram_does_not_give_is_told(
    office: Office, server: BotApiServer, shelf: Shelf
) -> None:
    server.fail_next("getFile", status=502, times=2)
    await server.send_document(STAFF, STAFF, "a.txt", b"x")
    said = library.FILE_NOT_FETCHED.format(name="a.txt")
    await server.wait_for(lambda m: m.text == said)
    assert shelf.taken == []


async def test_a_file_in_a_group_is_left_alone(office: Office, server: BotApiServer) -> None:
    await server.send_document(GROUP, STAFF, "a.txt", b"x", chat_type="supergroup")
    await office.idle()
    assert server.sent == []


async def test_an_announcement_reaches_everybody_who_can_be_reached_and_is_summed_up(
    office: Office, server: BotApiServer
) -> None:
    await server.ask(CADRE, "/help")
    await server.ask(STAFF, "/help")
    await server.block(CADRE)
    preview = await server.ask(ADMIN, "/thongbao Họp lúc 14 giờ.")
    await press(server, preview, "Gửi", ADMIN)
    await server.wait_for(lambda m: m.text == people.announced(3, 1))
    told = [m.chat_id for m in server.sent if m.text == "Thông báo\nHọp lúc 14 giờ."]
    assert sorted(told) == [ADMIN, STAFF]


async def test_an_announcement_cut_off_goes_on_after_the_next_start(
    office: Office, server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in (CADRE, STAFF):
        await server.ask(user, "/help")
    preview = await server.ask(ADMIN, "/thongbao Họp lúc 14 giờ.")
    monkeypatch.setattr("bot.channels.telegram.delivery.ANNOUNCEMENTS_A_SECOND", 0.5)
    await press(server, preview, "Gửi", ADMIN)
    monkeypatch.setattr("bot.channels.telegram.delivery.ANNOUNCEMENTS_A_SECOND", 50)
    await office.restart()
    await server.wait_for(lambda m: m.text == people.announced(3, 0), timeout=10)
    told = [m.chat_id for m in server.sent if m.text == "Thông báo\nHọp lúc 14 giờ."]
    assert sorted(told) == [ADMIN, CADRE, STAFF]


async def test_an_announcement_confirmed_as_the_bot_is_stopped_goes_out_all_the_same(
    office: Office, server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in (CADRE, STAFF):
        await server.ask(user, "/help")
    preview = await server.ask(ADMIN, "/thongbao Họp lúc 14 giờ.")

    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    with monkeypatch.context() as stopping:
        stopping.setattr("bot.outbox.async_store.AsyncMailbox.announce", never)
        stopping.setattr("bot.channels.telegram.app.STOP_SECONDS", 0.2)
        await press(server, preview, "Gửi", ADMIN)
        await office.close()
    await office.open()
    await server.wait_for(lambda m: m.text == people.announced(3, 0))
    told = [m.chat_id for m in server.sent if m.text == "Thông báo\nHọp lúc 14 giờ."]
    assert sorted(told) == [ADMIN, CADRE, STAFF]
    # The press is acknowledged a second time.
    assert [call.method for call in server.rejected] == ["answerCallbackQuery"]
    server.rejected.clear()


async def test_the_original_and_the_chart_arrive_as_files(
    office: Office, server: BotApiServer
) -> None:
    place = originals.place(office.data, DOCUMENT)
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"%PDF-1.4")
    whole = await server.ask(CADRE, QUESTION)
    await press(server, whole, "Xem đoạn đầy đủ")
    await press(server, server.screen(CADRE)[-1], "Tải văn bản gốc")
    original = server.screen(CADRE)[-1]
    assert original.file is not None
    assert (original.file.name, original.file.content) == ("294.pdf", b"%PDF-1.4")
    chart = await server.ask(ADMIN, "/thongke")
    assert chart.kind == "photo"


async def test_a_service_message_is_passed_over(office: Office, server: BotApiServer) -> None:
    await server.add_bot(GROUP, CADRE)
    await office.idle()
    assert server.sent == []


async def test_a_question_corrected_soon_after_changes_its_answer_in_place(
    office: Office, server: BotApiServer
) -> None:
    typed = await server.send_text(CADRE, CADRE, "Câu hỏi lạ?")
    await office.idle()
    await server.edit_text(typed, QUESTION)
    await office.idle()
    first, second = server.sent
    assert second.method == "editMessageText"
    assert second.message_id == first.message_id
    assert second.text.startswith(AGE)


async def test_a_reply_to_an_earlier_answer_is_read_with_that_answer(
    office: Office, server: BotApiServer
) -> None:
    first = await server.ask(CADRE, QUESTION)
    await server.ask(CADRE, "Đảng viên dự bị làm nhiệm vụ gì?")
    await server.send_text(CADRE, CADRE, "Thế còn năm 2019?", reply_to=first)
    await office.idle()
    assert isinstance(office.ask, Desk)
    earlier = office.ask.earlier[-1]
    assert earlier is not None
    assert earlier.question == QUESTION


async def test_a_message_corrected_later_is_no_question(
    office: Office, server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.handlers.CORRECTED_WITHIN", timedelta(0))
    typed = await server.send_text(CADRE, CADRE, "/help")
    await office.idle()
    await server.edit_text(typed, QUESTION)
    await office.idle()
    assert len(server.sent) == 1


async def test_a_question_of_two_people_in_a_group_is_answered_to_each(
    office: Office, server: BotApiServer
) -> None:
    first = await server.send_text(GROUP, CADRE, f"/hoi {QUESTION}", chat_type="supergroup")
    second = await server.send_text(GROUP, STAFF, f"/hoi {QUESTION}", chat_type="supergroup")
    await server.wait_for(2)
    assert [m.reply_to for m in server.sent] == [first.message_id, second.message_id]
    assert all(m.text.startswith(AGE) for m in server.sent)
