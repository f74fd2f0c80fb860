"""What readers and administrators do beside asking, decided without any channel."""

import io
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.access import Access, Role
from bot.conversation.admission import Admission
from bot.conversation.answering import PAUSE_SECONDS, Memory, Remembered
from bot.conversation.chart import Bar, draw
from bot.conversation.document_list import Choice
from bot.conversation.rate_limit import Pace
from bot.conversation.router import Conversation
from bot.conversation.suggestions import Suggestions
from bot.conversation.uploads import Uploads, safe_name
from bot.outbox.models import OutgoingMessage, QueuedUpdate
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.texts import answers, library, people, welcome
from bot.turn import Button, Chat, Limits, Message, Person, Turn
from documents.store import lock, originals
from index.ingest.results import Outcome
from index.lexicon import Lexicon
from retrieval.question.followup import Earlier
from retrieval.question.spelling import Speller
from tests.support.sample_library import DOCUMENTS, open_searcher
from tests.support.scripted_bot import (
    AGE,
    DOCUMENT,
    ORIGINAL,
    PASSAGES_TEXT,
    Desk,
    a_library,
    passage,
)

ADMIN, READER = Person("1", "Trưởng ban"), Person("501", "An")
CHAT, GROUP = Chat("501"), Chat("-5", private=False, title="Chi bộ")
QUESTION = "Tuổi đời của người vào Đảng?"


class Room:
    """A conversation with its stores in reach."""

    def __init__(self, data: Path, stores: ExitStack, mode: str = "pseudonymous") -> None:
        self.data = data
        self.desk = Desk()
        self.added: list[tuple[Path, bool]] = []
        self.outcomes: list[Outcome | Exception] = []
        self.library = stores.enter_context(closing(a_library(data)))
        self.query_log = stores.enter_context(closing(QueryLog(data, mode)))
        self.mailbox = stores.enter_context(closing(Mailbox(data)))
        self.access = stores.enter_context(closing(Access(data, (ADMIN.user_id,))))
        self.access.give(READER, Role.CADRE, by="1")
        self.waited: list[float] = []
        self.conversation = Conversation(
            self.desk,
            self.library,
            self.query_log,
            self.mailbox,
            Admission(self.access),
            Uploads(data, self.add, self.waited.append),
            rate=5,
            correct=self.correct,
            limits=Limits(sent_file=2 * 1024 * 1024, received_file=1024 * 1024),
        )

    def correct(self, question: str, _hidden: frozenset[str] = frozenset()) -> str | None:
        """Correct as the searcher does, by the words of the library."""
        lexicon = Lexicon()
        lexicon.add(text for _document, text in self.library.texts_of(self.library.document_ids()))
        return Speller(lexicon).suggestion(question)

    def add(
        self, path: Path, replace: bool, hidden: frozenset[str] = frozenset()
    ) -> tuple[Outcome, ...]:
        self.added.append((path, replace))
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return (outcome,)

    def say(self, text: str, person: Person = READER, chat: Chat | None = None) -> Message:
        (message,) = self.conversation.say(chat or Chat(person.user_id), person, text).messages
        return message

    def press(self, action: str, person: Person = READER) -> Turn:
        return self.conversation.press(Chat(person.user_id), person, action)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with ExitStack() as stores:
        yield Room(tmp_path, stores)


def button(message: Message, label: str) -> Button:
    (found,) = (b for row in message.buttons for b in row if b.label == label)
    return found


def labels(message: Message) -> list[str]:
    return [b.label for row in message.buttons for b in row]


def test_passages_are_read_one_after_the_other_to_both_ends(room: Room) -> None:
    (message,) = room.press(button(room.say(QUESTION), "Xem đoạn đầy đủ").action).messages
    seen = [message.text]
    while "Đoạn sau ›" in labels(message):
        edit = room.press(button(message, "Đoạn sau ›").action).edit
        assert edit is not None
        message = edit
        seen.append(message.text)
    assert [f"Đoạn {n}/8" in text for n, text in enumerate(seen, 1)] == [True] * 8
    assert all(PASSAGES_TEXT[n] in text for n, text in enumerate(seen))
    assert labels(message) == ["‹ Đoạn trước", "Tải văn bản gốc"]
    assert room.press(f"n:{DOCUMENT.document_id}:8:e").notice == library.LAST_PASSAGE


def test_the_original_is_sent_as_it_was_received(room: Room) -> None:
    action = f"o:{DOCUMENT.document_id}"
    assert room.press(action).notice == library.NO_ORIGINAL
    place = originals.place(room.data, DOCUMENT)
    place.parent.mkdir()
    place.write_bytes(ORIGINAL)
    (message,) = room.press(action).messages
    assert message.file is not None
    assert (message.file.path, message.file.name) == (place, "294.pdf")
    room.library.remove(DOCUMENT.document_id)
    assert room.press(action).notice == library.DOCUMENT_GONE


def test_an_original_that_is_not_as_it_was_received_is_not_sent(room: Room) -> None:
    place = originals.place(room.data, DOCUMENT)
    place.parent.mkdir()
    place.write_bytes(bytes([ORIGINAL[0] ^ 1]) + ORIGINAL[1:])
    turn = room.press(f"o:{DOCUMENT.document_id}")
    assert (turn.messages, turn.notice) == ((), library.ORIGINAL_DAMAGED)
    (notice,) = room.conversation.news()
    assert notice.user_id == ADMIN.user_id
    assert f"Tệp gốc {place.name} của văn bản {DOCUMENT.document_id}" in notice.message.text
    assert room.conversation.news() == ()


def test_administrators_hear_once_of_a_damaged_passage_that_nobody_is_shown(room: Room) -> None:
    passages = room.library.passages_of(DOCUMENT.document_id)
    with closing(sqlite3.connect(room.library.path)) as connection:
        connection.execute(
            "UPDATE passages SET text = text || '.' WHERE passage_id = ?", [passages[1].passage_id]
        )
        connection.commit()
    (message,) = room.press(f"n:{DOCUMENT.document_id}:0").messages
    edit = room.press(button(message, "Đoạn sau ›").action).edit
    assert edit is not None
    assert passages[2].text in edit.text
    (notice,) = room.conversation.news()
    room.conversation.told(notice)
    assert passages[1].passage_id in notice.message.text
    assert "scripts.doctor --repair" in notice.message.text
    assert room.conversation.news() == ()


def test_a_file_larger_than_the_channel_takes_is_not_sent_and_not_asked_for(room: Room) -> None:
    place = originals.place(room.data, DOCUMENT)
    place.parent.mkdir()
    place.touch()
    os.truncate(place, 2 * 1024 * 1024 + 1)
    notice = room.press(f"o:{DOCUMENT.document_id}").notice
    assert notice == "Tệp gốc lớn hơn 2 MB nên không gửi được qua Telegram."
    room.access.give(READER, Role.STAFF, by="1")
    fits, too_large = (
        room.conversation.offer(CHAT, READER, "a.txt", size)
        for size in (1024 * 1024, 1024 * 1024 + 1)
    )
    assert fits.later
    assert not too_large.later
    assert "đến 1 MB" in too_large.messages[0].text


@pytest.mark.parametrize("words", ["294", "quy dinh 2025", "ban chấp hành", "THI HÀNH điều lệ"])
def test_documents_are_found_by_any_word_that_is_known_of_them(room: Room, words: str) -> None:
    assert DOCUMENT.title in room.say(f"/vanban {words}").text


def test_the_list_is_narrowed_by_kind_year_and_issuer_and_widened_again(tmp_path: Path) -> None:
    searcher = open_searcher(tmp_path)
    with ExitStack() as stores:
        stores.enter_context(closing(searcher.library))
        room = Room(tmp_path, stores)
        message = room.say("/vanban")
        assert message.text.startswith(f"{len(DOCUMENTS) + 1} văn bản")
        for facet, value, left in (("Loại", "Quy định (3)", 3), ("Năm", "2017 (1)", 1)):
            values = room.press(button(message, facet).action).edit
            assert values is not None
            edit = room.press(button(values, value).action).edit
            assert edit is not None
            message = edit
            assert message.text.startswith(f"{left} văn bản, Quy định")
        again = room.press(button(message, "Bỏ lọc").action).edit
        assert again is not None
        assert again.text.startswith(f"{len(DOCUMENTS) + 1} văn bản")


@given(st.builds(Choice, *(st.none() | st.text(min_size=1, max_size=20) for _ in range(4))))
def test_a_choice_reads_back_from_what_stands_behind_its_button(choice: Choice) -> None:
    assert Choice.of(choice.key()) == choice


def test_a_question_is_read_with_the_one_before_in_the_same_chat_alone(room: Room) -> None:
    room.say(QUESTION)
    room.say("thế còn năm 2019?")
    room.say("thế còn năm 2019?", ADMIN)
    first, second, other = room.desk.earlier
    assert (first, other) == (None, None)
    assert second == Earlier(QUESTION, DOCUMENT.document_id)


def test_after_a_long_pause_a_question_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    memory, now = Memory(), time.monotonic()
    memory.keep(CHAT, READER, Remembered(QUESTION, 1, Earlier(QUESTION), now))
    assert memory.last(CHAT, READER) is not None
    monkeypatch.setattr("time.monotonic", lambda: now + PAUSE_SECONDS + 1)
    assert memory.last(CHAT, READER) is None


@pytest.mark.parametrize(
    ("question", "without"),
    [
        ("Kết quả kết nạp năm 2019 là bao nhiêu?", "Kết quả kết nạp là bao nhiêu?"),
        ("Tỷ lệ trong năm 2020 của tỉnh", "Tỷ lệ của tỉnh"),
        ("Nghị quyết 03/2019/NQ nói gì", None),
        ("ngày 05/3/2024 có gì", None),
        ("năm 2019?", None),
        ("Tuổi đời của người vào Đảng?", None),
    ],
)
def test_a_year_is_taken_out_of_a_question_and_nothing_else(
    question: str, without: str | None
) -> None:
    assert Suggestions.without_year(object.__new__(Suggestions), question) == without


def test_a_misspelled_word_is_corrected_by_the_words_of_the_library(room: Room) -> None:
    refused = room.say("Câu lạ về nhiệm vụ đảng viên dự bbị")
    assert "Có phải đồng chí muốn hỏi: Câu lạ về nhiệm vụ đảng viên dự bị?" not in labels(refused)
    refused = room.say("Câu lạ về thực hiiện nhiệm vụ")
    label = "Có phải đồng chí muốn hỏi: Câu lạ về thực hiện nhiệm vụ?"
    (answered,) = room.press(button(refused, label).action).messages
    assert answered.text.endswith("Câu hỏi: Câu lạ về thực hiện nhiệm vụ")
    assert room.desk.asked[-1] == "Câu lạ về thực hiện nhiệm vụ"


def test_a_near_title_is_offered_where_nothing_was_found(room: Room) -> None:
    room.desk.nearest = False
    refused = room.say("Câu lạ về thi hành điều lệ")
    (card,) = room.press(button(refused, "Quy định số 294-QĐ/TW").action).messages
    assert card.text.startswith("Quy định số 294-QĐ/TW\nThi hành Điều lệ Đảng")


def test_reasons_and_reports_reach_the_log_and_the_administrators(room: Room) -> None:
    message = room.say(QUESTION)
    down = room.press(button(message, "👎").action)
    assert down.rows is not None
    reasons = [b.label for row in down.rows for b in row]
    assert reasons[4:] == [*library.REASONS, "Báo sai"]
    kept = room.press("w:1:2")
    assert kept.notice == library.REASON_KEPT
    reason = "SELECT thumb, thumb_reason FROM questions"
    assert room.query_log.database.rows(reason) == [(-1, "Thiếu ý")]
    reported = room.press("b:1")
    assert [(chat, m.text) for chat, m in reported.elsewhere] == [
        (ADMIN.user_id, library.reported(1))
    ]
    assert READER.name not in reported.elsewhere[0][1].text
    assert room.press("w:1:9").notice == answers.OLD_BUTTON


def test_a_wrong_answer_is_reported_once_by_each_person(room: Room) -> None:
    group = Chat("-5", private=False)
    room.access.allow_group("-5", "Chi bộ", by="1")
    room.say("/hoi " + QUESTION, chat=group)
    other = Person("502", "Bình")

    def told(person: Person) -> int:
        return len(room.conversation.press(group, person, "b:1").elsewhere)

    assert [told(READER), told(READER), told(other), told(other)] == [1, 0, 1, 0]
    reporters = room.query_log.database.rows("SELECT reporter FROM reports")
    assert len(set(reporters)) == 2
    assert (room.query_log.pseudonym("user", READER.user_id),) not in reporters
    room.query_log.forget(READER.user_id)
    assert room.query_log.database.rows("SELECT count(*) FROM reports") == [(0,)]


def test_what_is_forgotten_is_not_to_be_found_in_the_mailbox_either(room: Room) -> None:
    room.mailbox.accept([QueuedUpdate(1, "501", '{"text": "xyzzy"}')])
    for queued in room.mailbox.settle(1, [("501", OutgoingMessage(text="xyzzy"))]) or ():
        room.mailbox.taken(queued)
    room.press("f:yes")
    files = [path.read_bytes() for path in room.data.glob("mail.db*")]
    assert not any(b"xyzzy" in content for content in files)


def test_a_person_sees_their_own_questions_and_removes_them(room: Room) -> None:
    room.say(QUESTION)
    room.say("Câu hỏi lạ?")
    room.say("Câu của người khác?", ADMIN)
    listed = room.say("/lichsu").text
    assert QUESTION in listed
    assert "Câu hỏi lạ? (chưa trả lời được)" in listed
    assert "người khác" not in listed
    ask = room.say("/xoalichsu")
    assert room.press(button(ask, "Giữ lại").action).edit is not None
    assert QUESTION in room.say("/lichsu").text
    done = room.press(button(ask, "Xóa").action).edit
    assert done is not None
    assert done.text == library.forgotten(2)
    assert room.say("/lichsu").text == library.NO_HISTORY
    assert room.say("/nguon").text == library.NO_LAST_ANSWER
    assert "người khác" in room.say("/lichsu", ADMIN).text


def test_with_the_log_off_the_history_says_so_and_rewording_still_works(tmp_path: Path) -> None:
    with ExitStack() as stores:
        room = Room(tmp_path, stores, "off")
        refused = room.say("Câu lạ năm 2019 về điều lệ")
        (answered,) = room.press(button(refused, "Hỏi lại, bỏ điều kiện năm").action).messages
        assert answered.text.endswith("Câu hỏi: Câu lạ về điều lệ")
        assert room.say("/lichsu").text == library.NOTHING_KEPT
        assert room.press(button(refused, "Hỏi lại, bỏ điều kiện năm").action).notice == (
            answers.OLD_BUTTON
        )


def test_who_asks_too_fast_is_told_how_long_to_wait_and_the_others_are_not(room: Room) -> None:
    for _ in range(5):
        assert room.say(QUESTION).text.startswith(AGE)
    assert room.say(QUESTION).text == library.slow_down(60)
    assert len(room.desk.asked) == 5
    assert room.say(QUESTION, ADMIN).text.startswith(AGE)
    assert room.say("/help").text.startswith(welcome.HELP)


def test_a_minute_later_a_person_may_ask_again() -> None:
    now = [0.0]
    pace = Pace(2, lambda: now[0])
    assert [pace.allows("1"), pace.allows("1"), pace.allows("1")] == [True, True, False]
    assert pace.wait("1") == 60
    now[0] = 59.0
    assert not pace.allows("1")
    now[0] = 60.0
    assert pace.allows("1")


def test_an_invitation_lets_one_person_in_once(room: Room) -> None:
    room.conversation.invites_by("https://t.me/tracuu_bot?start={}".format)
    text = room.say("/thumoi chuyên viên", ADMIN).text
    code = text.rpartition("?start=")[2]
    assert len(f"start={code}") <= 64 + len("start=")
    one, two = Person("11", "Một"), Person("12", "Hai")
    assert room.say(f"/start {code}", one).text == people.LET_IN
    assert room.access.role("11") is Role.STAFF
    assert room.say(f"/start {code}", two).text == people.BAD_INVITATION
    assert room.access.role("12") is None
    assert room.say("/thumoi vua", ADMIN).text == people.NO_SUCH_ROLE
    assert code not in (room.data / "access.db").read_bytes().decode("latin-1")


def test_an_invitation_expires(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    code = room.access.invite(Role.CADRE, by="1")
    later = (datetime.now(UTC) + timedelta(days=3, seconds=1)).isoformat(timespec="seconds")
    monkeypatch.setattr("bot.access._now", lambda: later)
    assert not room.access.accept(Person("11", "Một"), code)


def test_roles_are_given_by_words(room: Room) -> None:
    room.say("/capquyen 77 quantri", ADMIN)
    assert room.access.role("77") is Role.ADMIN
    room.say("/capquyen 77 canbo", ADMIN)
    assert room.access.role("77") is Role.CADRE
    assert room.say("/capquyen 1 canbo", ADMIN).text == people.NOT_YOURSELF
    assert room.say("/capquyen 77 vua", ADMIN).text == people.NO_SUCH_ROLE


def test_statistics_come_with_a_picture_of_each_day(room: Room) -> None:
    assert room.say("/thongke", ADMIN).text == people.NOTHING_LOGGED
    room.say(QUESTION)
    room.say("Câu hỏi lạ?")
    message = room.say("/thongke", ADMIN)
    assert "Câu hỏi: 2, của 1 người" in message.text
    assert "🟦 Trả lời được: 1 (50,0%)" in message.text
    assert message.picture is not None
    picture = Image.open(io.BytesIO(message.picture))
    assert picture.size == (960, 480)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.builds(Bar, st.just("01/11"), st.integers(0, 10**6), st.integers(0, 10**6))))
def test_any_days_give_a_picture_small_enough_to_send(bars: list[Bar]) -> None:
    assert draw(bars).startswith(b"\x89PNG")
    assert len(draw(bars)) < 200_000


def test_open_questions_are_listed_by_how_often_they_were_asked(room: Room) -> None:
    assert room.say("/chuatraloi", ADMIN).text == people.NOBODY_UNANSWERED
    for question in ("Câu lạ A?", "Câu lạ B?", "câu lạ b"):
        room.say(question)
    listed = room.say("/chuatraloi", ADMIN).text.splitlines()
    assert listed[1:] == ["1. câu lạ b (2)", "2. Câu lạ A? (1)"]


def test_an_announcement_goes_out_once_to_those_let_in(room: Room) -> None:
    room.access.request(Person("9", "Chờ"))
    preview = room.say("/thongbao Họp lúc 14 giờ.", ADMIN)
    assert preview.text.startswith("Gửi thông báo sau đến 2 người?")
    sent = room.press(button(preview, "Gửi").action, ADMIN)
    assert sent.announce is not None
    assert set(sent.announce.chats) == {"1", "501"}
    assert sent.announce.message.text == "Thông báo\nHọp lúc 14 giờ."
    cancelled = room.say("/thongbao Thôi", ADMIN)
    edit = room.press(button(cancelled, "Hủy").action, ADMIN).edit
    assert edit is not None
    assert edit.text == people.ANNOUNCEMENT_CANCELLED


def test_a_document_marked_for_internal_use_is_kept_out_of_groups(room: Room) -> None:
    room.say("/hoi Tuổi đời?", chat=GROUP)
    room.library.remove(DOCUMENT.document_id)
    room.library.add(replace(DOCUMENT, secrecy="Lưu hành nội bộ"), [passage(0)])
    room.say("/hoi Tuổi đời?", chat=GROUP)
    room.say("Tuổi đời?")
    inside = frozenset({DOCUMENT.document_id})
    assert room.desk.hidden[-3:] == [frozenset(), inside, frozenset()]
    assert room.conversation.quote(READER, QUESTION) == ()


def test_quotes_for_other_chats_leave_no_trace_in_the_log(room: Room) -> None:
    snippets = room.conversation.quote(READER, QUESTION)
    assert snippets is not None
    assert [s.key for s in snippets] == ["0", "1", "2", "3", "4"]
    assert "Nguồn: Quy định số 294-QĐ/TW" in "".join(s.text for s in snippets[0].spans)
    assert room.conversation.quote(READER, "ab") == ()
    assert room.conversation.quote(Person("9", "Lạ"), QUESTION) is None
    assert room.query_log.database.rows("SELECT count(*) FROM questions") == [(0,)]


def test_a_file_is_added_under_its_own_name_and_told_in_the_row_of_the_command(room: Room) -> None:
    staff = Person("601", "B")
    room.access.give(staff, Role.STAFF, by="1")
    path = room.conversation.place(5, "../../etc/08-NQ.txt")
    assert path is not None
    assert path == room.data / "uploads" / "5" / "08-NQ.txt"
    path.write_text("x")
    room.outcomes = [Outcome(path, "added", DOCUMENT, 8)]
    turn = room.conversation.fetched(Chat("601"), staff, path, "Thay")
    assert [m.text for m in turn.messages] == [
        "Đã thêm 08-NQ.txt: 294-QĐ/TW, Thi hành Điều lệ Đảng, 8 đoạn"
    ]
    assert room.added == [(path, True)]
    assert not path.parent.exists()


def sent(room: Room, key: int, name: str, caption: str, album: str | None = None) -> Turn:
    """Send a file as the channel does, and return what it comes to."""
    staff = Person("601", "B")
    room.access.give(staff, Role.STAFF, by="1")
    offered = room.conversation.offer(Chat("601"), staff, name, 1, caption, album)
    assert offered.later
    path = room.conversation.place(key, name)
    assert path is not None
    path.write_text("x")
    return room.conversation.fetched(Chat("601"), staff, path, caption, album=album)


@pytest.mark.parametrize(
    "caption", ["thay", "Thay thế", "THAY BẢN CŨ", "thay the ban cu nhe", "Thay cho bản cũ"]
)
def test_a_caption_that_says_so_lets_a_file_replace(room: Room, caption: str) -> None:
    room.outcomes = [Outcome(Path("a.txt"), "replaced", DOCUMENT, 8)]
    sent(room, 5, "a.txt", caption)
    assert [replaced for _path, replaced in room.added] == [True]


@pytest.mark.parametrize("caption", ["", "đừng thay bản cũ", "Quy định về thay đổi nơi sinh hoạt"])
def test_a_caption_that_says_else_does_not(room: Room, caption: str) -> None:
    room.outcomes = [Outcome(Path("a.txt"), "added", DOCUMENT, 8)]
    sent(room, 5, "a.txt", caption)
    assert [replaced for _path, replaced in room.added] == [False]


def test_the_caption_of_an_album_counts_for_all_and_one_summary_tells_of_all(room: Room) -> None:
    room.outcomes = [Outcome(Path(f"{n}.txt"), "replaced", DOCUMENT, 8) for n in "ab"]
    sent(room, 5, "a.txt", "Thay bản cũ", "601:9")
    turn = sent(room, 6, "b.txt", "", "601:9")
    assert [replaced for _path, replaced in room.added] == [True, True]
    (summary,) = turn.messages
    head, *lines = summary.text.splitlines()
    assert head == "Đã nhận 2 tệp, đã xử lý 2."
    assert [line[:17] for line in lines] == ["• Đã thay a.txt: ", "• Đã thay b.txt: "]


def other_version(room: Room, key: int) -> Message:
    path = room.data / "uploads" / str(key) / "a.txt"
    room.outcomes = [
        Outcome(path, "refused", reason="khác", is_other_version=True, other="22-QĐ/TU")
    ]
    (asked,) = sent(room, key, "a.txt", "").messages
    return asked


def test_another_version_is_asked_about_and_takes_the_old_ones_place(room: Room) -> None:
    asked = other_version(room, 5)
    assert asked.text == "Chưa thêm a.txt: kho đã có 22-QĐ/TU với nội dung khác."
    assert labels(asked) == ["Thay bản cũ", "Giữ bản cũ"]
    assert room.press(button(asked, "Thay bản cũ").action).notice == library.NOT_TEXT["document"]
    room.outcomes = [Outcome(Path("a.txt"), "replaced", DOCUMENT, 8)]
    staff = Person("601", "B")
    action = button(asked, "Thay bản cũ").action
    turn = room.conversation.press(Chat("601"), staff, action)
    assert turn.edit is not None
    assert turn.edit.text.startswith("Đã thay a.txt")
    assert room.added[-1][1] is True
    assert room.conversation.press(Chat("601"), staff, action).notice == library.FILE_GONE


def test_an_old_version_that_is_kept_lets_the_file_go(room: Room) -> None:
    asked = other_version(room, 6)
    staff = Person("601", "B")
    kept = room.conversation.press(Chat("601"), staff, button(asked, "Giữ bản cũ").action)
    assert kept == Turn(rows=(), notice=library.OLD_KEPT)
    assert list((room.data / "uploads").rglob("*.txt")) == []


def test_a_question_under_a_file_is_answered_after_it(room: Room) -> None:
    room.outcomes = [Outcome(Path("a.txt"), "added", DOCUMENT, 8)]
    added, answered = sent(room, 5, "a.txt", QUESTION).messages
    assert added.text.startswith("Đã thêm a.txt")
    assert answered.text.startswith(AGE)


def test_a_file_waits_while_a_command_changes_the_library(room: Room) -> None:
    room.access.give(Person("601", "B"), Role.STAFF, by="1")
    path = room.conversation.place(5, "a.txt")
    assert path is not None
    busy = lock.LibraryInUseError("bận")
    room.outcomes = [busy, busy, Outcome(path, "unchanged", DOCUMENT, 8)]
    turn = room.conversation.fetched(Chat("601"), Person("601", "B"), path, "")
    assert turn.messages[0].text.startswith("Không đổi a.txt")
    assert room.waited == [5, 10]


@given(st.text(max_size=300))
def test_any_name_is_safe_to_store(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert "/" not in safe
    assert safe not in (".", "..")
    assert len(safe.encode(errors="replace")) < 255


def test_a_question_is_never_in_the_log_file(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    room.press(button(room.say("Câu lạ năm 2019?"), "👎").action)
    room.say("/lichsu")
    room.say("/vanban bí mật của tôi")
    assert "Câu lạ" not in caplog.text
    assert "bí mật" not in caplog.text


def test_a_large_library_is_listed_in_pages(room: Room) -> None:
    for n in range(20):
        other = replace(DOCUMENT, document_id=f"{n:012}", sha256=f"{n:064}", number=f"{n}-QĐ/TU")
        own = replace(passage(0), document_id=other.document_id, passage_id=f"{n:012}/1/0")
        room.library.add(other, [own])
    message = room.say("/vanban")
    assert message.text.startswith("21 văn bản (trang 1/3)")
    second = room.press(button(message, "Trang sau ›").action).edit
    assert second is not None
    third = room.press(button(second, "Trang sau ›").action).edit
    assert third is not None
    assert labels(third)[:6] == ["1", "2", "3", "4", "5", "‹ Trang trước"]
