"""A number opens a card, what is asked of a document has its own answer, and "which?" is asked."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.router import Conversation
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.turn import Chat, Message, Person, Turn
from documents.document import Document
from documents.store import originals
from tests.support.builders import make_document, resolution_text
from tests.support.sample_library import ARTICLE, OLDER, REGULATION, open_searcher

CHAT, PERSON = Chat("501"), Person("501", "An")
REPLACING = replace(
    make_document(
        "Điều 1. Phạm vi\n1. Quy định này áp dụng với đảng viên đi làm việc xa nơi cư trú.\n"
        "Điều 2. Hiệu lực\n1. Quy định này có hiệu lực từ ngày 05/3/2026 và thay thế Quy định số "
        "15-QĐ/TU, ngày 02/8/2024 của Tỉnh ủy Sơn Lĩnh.",
        number="41-QĐ/TU",
        kind="Quy định",
        issuer="Tỉnh ủy Sơn Lĩnh",
        issued_on=date(2026, 3, 2),
        title="Về quản lý đảng viên đi làm việc xa",
        replaces=("15-QĐ/TU",),
    ),
    effective_on=date(2026, 3, 5),
    signer="Lò Minh Khánh",
    signer_role="Bí thư",
)
PAGED = replace(
    make_document("Trang đầu.\nTrang hai.", number="9-HD/TU", kind="Hướng dẫn", title="Về trang"),
    page_starts=(0, 11),
    sha256=hashlib.sha256(b"x").hexdigest(),
)


class Room:
    """A conversation over a small real library with the real search."""

    def __init__(self, data: Path, stores: ExitStack, documents: tuple[Document, ...]) -> None:
        searcher = open_searcher(data, documents)
        self.data = data
        self.query_log = stores.enter_context(closing(QueryLog(data)))
        mailbox = stores.enter_context(closing(Mailbox(data)))
        self.conversation = Conversation(searcher.ask, searcher.library, self.query_log, mailbox)

    def say(self, text: str, answered: tuple[str, ...] = ()) -> Message:
        (message,) = self.conversation.say(CHAT, PERSON, text, answered).messages
        return message

    def press(self, message: Message, label: str) -> Turn:
        (found,) = (b for row in message.buttons for b in row if b.label.startswith(label))
        return self.conversation.press(CHAT, PERSON, found.action)

    def count(self) -> int:
        return int(self.query_log.database.rows("SELECT count(*) FROM questions")[0][0])


@pytest.fixture
def stores() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def room(tmp_path: Path, stores: ExitStack) -> Room:
    return Room(tmp_path, stores, (REGULATION, OLDER, ARTICLE, REPLACING, PAGED))


def labels(message: Message) -> list[str]:
    return [button.label for row in message.buttons for button in row]


@pytest.mark.parametrize(
    "typed", ["41", "41-QĐ/TU", "Quy định 41", "Về quản lý đảng viên đi làm việc xa"]
)
def test_a_number_or_a_title_alone_opens_the_card(room: Room, typed: str) -> None:
    card = room.say(typed)
    assert card.text.splitlines() == [
        "Quy định số 41-QĐ/TU",
        "Về quản lý đảng viên đi làm việc xa",
        "Tỉnh ủy Sơn Lĩnh",
        "Ngày 02/3/2026",
        "Người ký: Lò Minh Khánh, Bí thư",
        "Có hiệu lực từ ngày 05/3/2026",
        "Trong kho chưa có văn bản thay thế",
    ]
    assert labels(card) == [
        "Điều 1. Phạm vi",
        "Điều 2. Hiệu lực",
        "Hỏi trong văn bản này",
        "Đọc từ đầu",
        "Tải văn bản gốc",
    ]
    (passage,) = room.press(card, "Điều 2").messages
    assert "có hiệu lực từ ngày 05/3/2026" in passage.text
    assert room.count() == 0


def test_the_card_of_a_replaced_document_says_by_which(room: Room) -> None:
    text = room.say("15-QĐ/TU").text
    assert text.endswith("Lưu ý: đã được thay thế bởi Quy định số 41-QĐ/TU")
    assert "chưa có văn bản thay thế" not in text


def test_whether_a_document_holds_is_answered_from_the_document_that_replaces_it(
    room: Room,
) -> None:
    for typed in ("Quy định 15 còn hiệu lực không?", "văn bản nào thay thế quy định 15?"):
        text = room.say(typed).text
        assert text.startswith(
            "Quy định số 15-QĐ/TU đã được thay thế bởi Quy định số 41-QĐ/TU.\n"
            "1. Quy định này có hiệu lực từ ngày 05/3/2026 và thay thế Quy định số 15-QĐ/TU"
        )
        assert "Nguồn: Quy định số 41-QĐ/TU" in text
    assert room.count() == 2


def test_of_a_document_that_nothing_replaces_no_more_is_said_than_is_known(room: Room) -> None:
    text = room.say("Quy định 41-QĐ/TU còn hiệu lực không?").text
    assert text.startswith("Trong kho chưa có văn bản nào thay thế Quy định số 41-QĐ/TU.\n1. Quy ")
    assert "có hiệu lực từ ngày 05/3/2026" in text


def test_what_a_document_replaces_is_answered_with_its_own_words(room: Room) -> None:
    text = room.say("quy định 41 thay thế văn bản nào?").text
    assert text.startswith("Quy định số 41-QĐ/TU thay thế 15-QĐ/TU.\n1. Quy định này có hiệu lực")
    assert room.say("Bài báo này thay thế văn bản nào?").text != text


def test_a_file_and_a_page_are_handed_over_by_number(room: Room) -> None:
    place = originals.place(room.data, PAGED)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"x")
    (sent,) = room.conversation.say(CHAT, PERSON, "tải hướng dẫn 9").messages
    assert sent.file is not None
    page = room.say("trang 2 hướng dẫn 9")
    assert page.text == "Hướng dẫn số 9-HD/TU, trang 2/2\nTrang hai."
    edit = room.press(page, "‹ Trang trước").edit
    assert edit is not None
    assert edit.text.endswith("Trang đầu.")
    assert room.say("trang 7").text == "Văn bản này có 2 trang, không có trang 7."
    assert "không chia trang" in room.say("trang 1 quy định 41").text


def test_what_is_asked_without_a_document_is_asked_back(room: Room) -> None:
    which = room.say("ai ký?")
    assert which.text == "Văn bản nào?"
    assert labels(which)[0] == "Quy định số 41-QĐ/TU – Về quản lý đảng viên đi làm việc xa"
    assert labels(which)[-1] == "Danh mục văn bản"
    (answered,) = room.press(which, "Quy định số 41").messages
    assert "Câu hỏi: ai ký?" in answered.text
    assert "41-QĐ/TU" in answered.text


def test_the_name_typed_back_answers_what_was_asked(room: Room) -> None:
    room.say("còn hiệu lực không?")
    assert "đã được thay thế bởi" in room.say("quy định 15").text
    assert room.say("quy định 15").text.startswith("Quy định số 15-QĐ/TU\n")


def test_several_documents_of_a_number_are_asked_back_about(
    tmp_path: Path, stores: ExitStack
) -> None:
    other = replace(OLDER, document_id="f" * 12, sha256="f" * 64, number="15-QĐ/HU")
    room = Room(tmp_path, stores, (REGULATION, other))
    assert room.say("quy định 15").text == "Văn bản nào?"
    assert room.say("15-QĐ/TU").text.startswith("Quy định số 15-QĐ/TU\n")


def test_a_bare_number_that_no_document_bears_is_no_question_to_any(room: Room) -> None:
    text = room.say("777").text
    assert (
        text == "Không tìm thấy trong kho văn bản.\nKho văn bản không có văn bản “văn bản số 777”."
        or ("Kho văn bản không có" in text)
    )


def test_what_follows_a_card_is_of_its_document(room: Room) -> None:
    room.say("quy định 15")
    assert "đã được thay thế bởi Quy định số 41-QĐ/TU" in room.say("còn hiệu lực không?").text


def test_a_reply_to_an_earlier_message_is_read_with_that_message(room: Room) -> None:
    about_15 = room.say("quy định 15")
    room.say("quy định 41")
    actions = tuple(b.action for row in about_15.buttons for b in row)
    assert "Quy định số 15-QĐ/TU đã được" in room.say("còn hiệu lực không?", actions).text
    answered = room.say("Quy định 15-QĐ/TU yêu cầu đi từ 03 tháng trở lên làm gì?")
    room.say("quy định 41")
    actions = tuple(b.action for row in answered.buttons for b in row)
    assert "Quy định số 15-QĐ/TU đã được" in room.say("còn hiệu lực không?", actions).text


def test_questions_within_a_document_stay_there_until_all_are_asked_again(room: Room) -> None:
    card = room.say("quy định 22")
    (told,) = room.press(card, "Hỏi trong văn bản này").messages
    assert "Quy định số 22-QĐ/TU" in told.text
    question = "Đảng viên đi từ 03 tháng trở lên làm thủ tục gì?"
    for _ in range(2):
        assert "22-QĐ/TU" in room.say(question).text
    room.press(told, "Hỏi trong toàn kho")
    assert "Nguồn: Quy định số 15-QĐ/TU" in room.say(question).text


def test_two_questions_in_one_message_get_both_answers(room: Room) -> None:
    room.say("quy định 41")
    turn = room.conversation.say(CHAT, PERSON, "Còn hiệu lực không? Thay thế văn bản nào?")
    first, second = (message.text for message in turn.messages)
    assert first.startswith("Trong kho chưa có văn bản nào thay thế Quy định số 41-QĐ/TU.")
    assert second.startswith("Quy định số 41-QĐ/TU thay thế 15-QĐ/TU.")
    assert room.count() == 2


def test_two_questions_without_a_document_are_asked_back_once(room: Room) -> None:
    which = room.say("Còn hiệu lực không? Thay thế văn bản nào?")
    assert which.text == "Văn bản nào?"
    answered = room.press(which, "Quy định số 41").messages
    assert [message.text.split(".")[0][:10] for message in answered] == ["Trong kho ", "Quy định s"]


PARAGRAPH = (
    "Đảng viên đi từ 01 tháng đến dưới 03 tháng báo cáo chi bộ trước 07 ngày làm việc. "
    "Đảng viên đi từ 03 tháng trở lên làm thủ tục giới thiệu sinh hoạt đảng tạm thời. "
    "Chi bộ phân công đảng viên giữ liên hệ."
)


def test_a_pasted_paragraph_is_asked_back_about_with_three_proposals(room: Room) -> None:
    asked = room.say(PARAGRAPH)
    assert asked.text == "Đồng chí muốn hỏi gì về đoạn này?"
    assert len(asked.buttons) == 3
    assert room.count() == 0
    (where,) = room.press(asked, "Đoạn này ở văn bản nào").messages
    assert where.text.startswith("Đoạn này ở Quy định số 15-QĐ/TU.")
    (holds,) = room.press(asked, "Văn bản đó còn hiệu lực").messages
    assert holds.text.startswith("Quy định số 15-QĐ/TU đã được thay thế bởi Quy định số 41-QĐ/TU")
    (near,) = room.press(asked, "Quy định nào liên quan").messages
    assert "Nguồn: " in near.text


def test_a_paragraph_of_no_document_is_found_in_none(room: Room) -> None:
    asked = room.say("Trời hôm nay nắng đẹp và gió nhẹ thổi qua cánh đồng lúa chín vàng. " * 5)
    (where,) = room.press(asked, "Đoạn này ở văn bản nào").messages
    assert where.text.splitlines()[0] == "Không tìm thấy trong kho văn bản."


def test_what_was_sent_on_is_asked_back_about(room: Room) -> None:
    turn = room.conversation.say(CHAT, PERSON, "Chi bộ họp mỗi tháng.", sent_on=True)
    assert turn.messages[0].text == "Đồng chí muốn hỏi gì về đoạn này?"


def test_words_of_a_command_stand_after_any_white_space(room: Room) -> None:
    for between in (" ", "\n", "  \n\t"):
        assert "22-QĐ/TU" in room.say(f"/vanban{between}đi làm ăn xa").text


def test_words_under_a_picture_are_a_question(room: Room) -> None:
    turn = room.conversation.show(CHAT, PERSON, "photo", "quy định 22")
    assert turn.messages[0].text.startswith("Quy định số 22-QĐ/TU")


def test_the_contents_of_a_long_document_are_its_chapters_with_their_titles(
    tmp_path: Path, stores: ExitStack
) -> None:
    def chapter(roman: str, title: str, first: int) -> str:
        words = "Nội dung của việc này do chi bộ bàn và quyết định. " * 8
        articles = (f"Điều {n}. Việc {n}\n{words}" for n in range(first, first + 20))
        return "\n".join((f"Chương {roman}", title, *articles))

    chapters = chapter("I", "QUY ĐỊNH CHUNG", 1), chapter("II", "TỔ CHỨC THỰC HIỆN", 21)
    text = resolution_text("7-NQ/TU", "về công việc", ("Việc chung.",)) + "\n".join(chapters)
    long = make_document(text, number="7-NQ/TU", title="Về công việc")
    room = Room(tmp_path, stores, (long, OLDER))
    assert labels(room.say("nghị quyết 7"))[:2] == [
        "Chương I. Quy định chung",
        "Chương II. Tổ chức thực hiện",
    ]


def test_the_contents_on_a_card_are_leafed_through(tmp_path: Path, stores: ExitStack) -> None:
    text = "\n".join(f"Điều {n}. Việc {n}\nNội dung của việc {n}." for n in range(1, 9))
    many = make_document(text, number="8-QĐ/TU", kind="Quy định", title="Về tám việc")
    room = Room(tmp_path, stores, (many, OLDER))
    card = room.say("quy định 8")
    assert labels(card)[:7] == [*(f"Điều {n}. Việc {n}" for n in range(1, 7)), "Trang sau ›"]
    rows = room.press(card, "Trang sau ›").rows
    assert rows is not None
    assert [row[0].label for row in rows[:3]] == [
        "Điều 7. Việc 7",
        "Điều 8. Việc 8",
        "‹ Trang trước",
    ]
