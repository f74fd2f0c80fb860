import pytest

from documents.document import Locator, Passage
from retrieval.question.intent import Quantity, intent_of
from retrieval.question.question import Question
from retrieval.readers.figure import figure_asked
from retrieval.readers.table_cell import cell_asked

BY_YEAR = """Năm: 2022 | Tổng số: 1.297 | Nữ: 604 | Dưới 30 tuổi: 823
Năm: 2023 | Tổng số: 1.386 | Nữ: 655 | Dưới 30 tuổi: 889
Năm: Cộng | Tổng số: 6.318 | Nữ: 2.931 | Dưới 30 tuổi: 3.987"""
BY_UNIT = """TT: 1 | Đảng bộ: Thành ủy Lĩnh Xuyên | Số chi bộ: 386 | Loại tốt: 331 | Tỷ lệ: 85,75%
TT: 8 | Đảng bộ: Đảng ủy Công an tỉnh | Số chi bộ: 96 | Loại tốt: 81 | Tỷ lệ: 84,38%
Đảng bộ: Toàn tỉnh | Số chi bộ: 2.204 | Loại tốt: 1.806 | Tỷ lệ: 81,94%"""


def passage(text: str, heading: str) -> Passage:
    return Passage("d/p/1", "d", text, Locator(heading=heading), 0, len(text))


PASSAGES = (
    passage(BY_YEAR, "Bảng 1. Số đảng viên mới kết nạp giai đoạn 2019 - 2024"),
    passage(BY_UNIT, "Chi bộ được đánh giá chất lượng sinh hoạt loại tốt năm 2023"),
)


def asked(question: str, terms: tuple[str, ...] = ()) -> Question:
    intent = intent_of(question)
    return Question(question, question, question, terms, False, (), None, intent=intent)


def cell(question: str) -> str | None:
    found = cell_asked(asked(question), PASSAGES, ("Báo cáo", "Báo cáo"), lambda _term: 1.0)
    if found is None:
        return None
    ((start, end),) = found.marks
    return found.passage.text[start:end]


@pytest.mark.parametrize(
    ("quantity", "question", "value"),
    [
        (Quantity.COUNT, "Năm 2022 kết nạp bao nhiêu đảng viên?", "1.297"),
        (Quantity.COUNT, "nam 2023 ket nap bao nhieu dang vien duoi 30 tuoi", "889"),
        (Quantity.COUNT, "Năm 2022 kết nạp bao nhiêu đảng viên nữ?", "604"),
        (Quantity.COUNT, "Lĩnh Xuyên có bao nhiêu chi bộ loại tốt?", "331"),
        (Quantity.COUNT, "Công an tỉnh có bao nhiêu chi bộ?", "96"),
        (Quantity.COUNT, "Toàn tỉnh có bao nhiêu chi bộ loại tốt?", "1.806"),
        (Quantity.LEVEL, "Tỷ lệ chi bộ loại tốt của Thành ủy Lĩnh Xuyên là bao nhiêu?", "85,75%"),
        (Quantity.COUNT, "Năm 2018 kết nạp bao nhiêu đảng viên?", None),
        (Quantity.COUNT, "Huyện Nậm Hà có bao nhiêu chi bộ loại tốt?", None),
        (Quantity.COUNT, "Lĩnh Xuyên có bao nhiêu trường học?", None),
        (Quantity.TARGET, "Mục tiêu kết nạp đảng viên năm 2022 là bao nhiêu?", None),
    ],
)
def test_cell_is_read_by_its_row_and_column(
    quantity: Quantity, question: str, value: str | None
) -> None:
    intent = intent_of(question)
    assert intent.quantity is quantity
    assert ("cell" in intent.asks) is (quantity is not Quantity.TARGET)
    if "cell" in intent.asks:
        assert cell(question) == value


def test_row_is_shown_whole() -> None:
    found = cell_asked(
        asked("Công an tỉnh có bao nhiêu chi bộ?"), PASSAGES, ("", ""), lambda _term: 1.0
    )
    assert found is not None
    start, end = found.span
    assert found.passage.text[start:end] == BY_UNIT.split("\n")[1]


def number(question: str, text: str) -> str | None:
    found = figure_asked(
        asked(question, ("dang", "vien")), (passage(text, ""),), ("",), lambda _term: 1.0
    )
    if found is None:
        return None
    ((start, end),) = found.marks
    return text[start:end]


def test_figure_counts_what_is_asked_for() -> None:
    text = "Đảng viên toàn xã hiện có 588/756 thôn trưởng, kết nạp 225 đảng viên."
    assert number("có bao nhiêu thôn trưởng", text) == "588"
    assert number("có bao nhiêu tổ hợp tác", text) is None


def test_sentence_about_another_year_gives_no_figure() -> None:
    text = "Năm 2021, đảng viên mới đạt 12,5%."
    assert number("tỷ lệ đảng viên mới năm 2021 là bao nhiêu", text) == "12,5%"
    assert number("tỷ lệ đảng viên mới năm 2022 là bao nhiêu", text) is None


def test_share_of_so_much_or_more_is_a_target_and_no_level() -> None:
    text = "c) Có 65% đảng viên trở lên biết chữ."
    assert number("mục tiêu đảng viên biết chữ là bao nhiêu", text) == "65%"
    assert number("tỷ lệ đảng viên biết chữ là bao nhiêu", text) is None
