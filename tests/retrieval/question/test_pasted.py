import pytest

from retrieval.question.pasted import LEAST_WORDS, is_pasted, stands_in

PARAGRAPH = (
    "Đảng viên đi làm việc xa nơi cư trú từ 01 tháng đến dưới 03 tháng báo cáo chi bộ nơi ở "
    "trước 07 ngày làm việc. Chi bộ phân công đảng viên giữ liên hệ ít nhất ba tháng một lần và "
    "không để đảng viên mất liên lạc với tổ chức đảng."
)


def test_a_paragraph_without_a_question_is_pasted() -> None:
    assert len(PARAGRAPH.split()) >= LEAST_WORDS
    assert is_pasted(PARAGRAPH)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sinh hoạt chi bộ định kỳ kéo dài bao lâu",
        f"{PARAGRAPH} Như vậy có đúng không?",
        f"{PARAGRAPH} Như vậy có đúng không",
        f"Đoạn này ở văn bản nào\n{PARAGRAPH}",
    ],
)
def test_a_question_is_not_pasted_however_long(text: str) -> None:
    assert not is_pasted(text)


def test_a_short_text_that_was_sent_on_is_pasted_unless_it_asks() -> None:
    short = "Chi bộ họp mỗi tháng một lần."
    assert not is_pasted(short)
    assert is_pasted(short, is_sent_on=True)
    assert not is_pasted("Chi bộ họp mấy lần?", is_sent_on=True)


def test_a_paragraph_stands_where_most_of_it_is_said() -> None:
    assert stands_in(PARAGRAPH[:90], PARAGRAPH)
    assert stands_in(PARAGRAPH, f"Điều 5. {PARAGRAPH}")
    assert not stands_in(PARAGRAPH, "Cuộc họp chuyên đề không quá nửa ngày làm việc.")
