import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.splitting.passages import split
from documents.vietnamese.normalize import normalize
from retrieval.answer import Answer, Citation, NoAnswer, Reason, Response
from retrieval.evaluation.run import strip_diacritics
from retrieval.pipeline import Searcher
from retrieval.question.followup import Earlier, follow_up
from retrieval.question.followup_slots import filled
from tests.support.builders import make_document
from tests.support.sample_library import REGULATION, open_searcher

ASKED = "Năm 2022 Sơn Lĩnh kết nạp bao nhiêu đảng viên?"
DOCUMENT = make_document("Nội dung", number="15-QĐ/TU", kind="Quy định")


def read(typed: str, question: str = ASKED) -> str | None:
    reading = follow_up(typed, Earlier(question, DOCUMENT.document_id), DOCUMENT)
    return reading.text if reading else None


@pytest.mark.parametrize(
    ("question", "typed", "text"),
    [
        (ASKED, "thế còn năm 2019?", "năm 2019 Sơn Lĩnh kết nạp bao nhiêu đảng viên?"),
        (ASKED, "còn 2019 thì sao?", "năm 2019 Sơn Lĩnh kết nạp bao nhiêu đảng viên?"),
        (
            "Huyện ủy Thạch Sơn có bao nhiêu chi bộ?",
            "còn Huyện ủy Nậm Hà?",
            "Huyện ủy Nậm Hà có bao nhiêu chi bộ?",
        ),
        (
            "huyện ủy thạch sơn có bao nhiêu chi bộ",
            "vậy còn huyện ủy nậm hà",
            "huyện ủy nậm hà có bao nhiêu chi bộ?",
        ),
        ("Bao nhiêu hộ nghèo ở Kon Tum?", "còn Gia Lai?", "Bao nhiêu hộ nghèo ở Gia Lai?"),
        (
            "Điều 5 khoản 4 Quy định 15-QĐ/TU nói gì?",
            "còn khoản 1?",
            "Điều 5 khoản 1 Quy định 15-QĐ/TU nói gì?",
        ),
        (
            "Điều 5 khoản 4 Quy định 15-QĐ/TU nói gì?",
            "còn Điều 6?",
            "Điều 6 Quy định 15-QĐ/TU nói gì?",
        ),
        ("Ai ký Nghị quyết 06-NQ/TU?", "còn thông báo 867?", "Ai ký thông báo 867?"),
        ("Có bao nhiêu đảng viên?", "còn nữ?", "Có bao nhiêu đảng viên, nữ?"),
        ("How many members in 2022?", "what about 2019?", "How many members in 2019?"),
        ("Cuộc họp tháng 7 diễn ra ở đâu?", "khi nào?", "Cuộc họp tháng 7 diễn ra khi nào?"),
        ("Tỷ lệ chi bộ có chi ủy", "mục tiêu là bao nhiêu?", None),
    ],
)
def test_follow_up_is_read_together_with_the_question_before(
    question: str, typed: str, text: str | None
) -> None:
    assert read(typed, question) == (text or f"{question}, {typed}")


@pytest.mark.parametrize(
    "typed", ["ai ký?", "do ai ban hành", "có hiệu lực từ khi nào?", "thế còn ai ký?"]
)
def test_what_every_document_has_is_asked_of_the_one_answered_from(typed: str) -> None:
    reading = follow_up(typed, Earlier(ASKED, DOCUMENT.document_id), DOCUMENT)
    assert reading is not None
    assert reading.document_id == DOCUMENT.document_id
    assert reading.text.endswith("Quy định số 15-QĐ/TU?")


def test_without_an_answer_the_document_asked_about_is_meant() -> None:
    reading = follow_up("ai ký?", Earlier("NQ 06 nói gì?"), None)
    assert reading is not None
    assert (reading.text, reading.document_id) == ("ai ký – NQ 06?", None)
    assert follow_up("ai ký?", Earlier(ASKED), None) is None


@pytest.mark.parametrize(
    "typed", ["văn bản này thay thế quy định nào?", "quy định đó có hiệu lực từ khi nào"]
)
def test_this_document_is_named(typed: str) -> None:
    assert "Quy định số 15-QĐ/TU" in str(read(typed))


@pytest.mark.parametrize(
    "typed",
    ["điều đó quy định ở đâu?", "quy định ở đâu?", "nguồn ở đâu", "where is that stated?"],
)
def test_asked_where_it_is_stated_the_answer_is_shown_with_its_place(typed: str) -> None:
    assert read(typed) == ASKED


@pytest.mark.parametrize(
    "typed",
    [
        "Hồ sơ giới thiệu sinh hoạt đảng tạm thời gồm những gì?",
        "Ai ký Nghị quyết 06-NQ/TU?",
        "Thời hạn nộp đảng phí quy định ở đâu?",
        "Còn bao nhiêu chi bộ chưa có chi ủy?",
        "Hiện nay tỉnh có bao nhiêu đảng viên?",
        "Mục tiêu kết nạp đảng viên là bao nhiêu?",
        "Who signed Notice 867-TB/TU?",
        "🙂",
        "",
    ],
)
def test_new_topic_is_read_alone(typed: str) -> None:
    assert read(typed) is None


def test_no_question_that_stands_on_its_own_is_taken_for_a_follow_up(shared_data: Path) -> None:
    files = sorted(shared_data.glob("*/questions*.jsonl"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    rows = map(json.loads, lines)
    questions = [normalize(row.get("question") or row["q"]) for row in rows]
    assert len(questions) > 1_000
    assert [question for question in questions if read(question)] == []


words = st.lists(
    st.sampled_from(
        "thế còn năm 2019 xã Nậm Hà ai ký bao nhiêu điều đó khoản 3 ở đâu 🙂 ? what about it NQ 06 "
        ", văn bản này".split(" ")
    ),
    max_size=8,
).map(" ".join)


@given(words, words)
def test_any_two_turns_are_read(typed: str, question: str) -> None:
    reading = read(typed, question)
    assert reading is None or reading.strip(" ?")
    if fragment := typed.strip(" ?"):
        assert filled(question, fragment).endswith("?")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    searcher = open_searcher(tmp_path_factory.mktemp("data"))
    yield searcher
    searcher.library.close()


@pytest.mark.parametrize("change", [str, strip_diacritics])
def test_chat_goes_on_within_the_document_and_shows_how_it_was_read(
    searcher: Searcher, change: type[str]
) -> None:
    first = searcher.ask("Điều 5 khoản 1 quy định 15 nói gì?")
    second = searcher.ask(change("còn khoản 2?"), Earlier.of(first))
    assert isinstance(second.reply, Answer)
    assert second.reply.text.startswith("2. ")
    assert second.understood_as == "Điều 5 khoản 2 quy định 15 nói gì?"
    assert second.reply.question == change("còn khoản 2?")
    third = searcher.ask(change("còn Điều 6?"), Earlier.of(second))
    assert isinstance(third.reply, Answer)
    assert third.reply.text.startswith("Điều 6.")


def test_follow_up_on_a_document_is_answered_from_no_other(searcher: Searcher) -> None:
    earlier = Earlier("Cuộc họp chuyên đề kéo dài bao lâu?", REGULATION.document_id)
    response = searcher.ask("văn bản này nói gì?", earlier)
    assert {hit.passage.document_id for hit in response.hits} == {REGULATION.document_id}
    assert "15-QĐ/TU" in response.understood_as


def test_new_topic_after_another_is_answered_as_if_it_came_first(searcher: Searcher) -> None:
    typed = "Giấy mời gửi trước mấy ngày làm việc?"
    earlier = Earlier(ASKED, REGULATION.document_id)
    assert searcher.ask(typed, earlier).reply == searcher.ask(typed).reply


def test_document_that_is_gone_binds_no_follow_up(searcher: Searcher) -> None:
    response = searcher.ask("ai ký?", Earlier(ASKED, "doc-gone"))
    assert response.understood_as == "ai ký?"


def test_a_follow_up_after_a_refusal_is_of_the_passage_shown_last() -> None:
    passage = split(REGULATION)[0]
    shown = Citation.of(1, REGULATION, passage, (0, len(passage.text)))
    refused = NoAnswer(ASKED, Reason.LOW_CONFIDENCE, (shown,))
    assert Earlier.of(Response(refused, ASKED)).document_id == REGULATION.document_id
    reading = follow_up("ai ký?", Earlier.of(Response(refused, ASKED)), REGULATION)
    assert reading is not None
    assert reading.document_id == REGULATION.document_id
