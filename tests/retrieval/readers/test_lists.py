import pytest

from documents.vietnamese.normalize import fold
from retrieval.question.intent import AnswerType, Intent, intent_of
from retrieval.readers.definition import defining_line
from retrieval.readers.lists import MOST_WORDS
from retrieval.readers.sentence import shown_with_list, units

STEPS = """1.3. Quy trình sinh hoạt chuyên đề
Bước 1: Chi ủy phân công một đảng viên hoặc một nhóm đảng viên viết báo cáo chuyên đề của quý.
Bước 2: Chi ủy góp ý, hoàn thiện báo cáo và gửi đến đảng viên trước buổi sinh hoạt. Báo cáo dài \
không quá 05 trang.
Bước 3: Chi bộ thảo luận; bí thư kết luận từng việc, từng người, từng thời hạn phải hoàn thành.
Chi bộ lưu báo cáo chuyên đề cùng với biên bản trong hồ sơ của chi bộ theo quy định chung."""
FILE = """2. Đảng viên đi từ 03 tháng làm giới thiệu sinh hoạt đảng tạm thời ở nơi làm việc. \
Hồ sơ gồm:
a) Đơn đề nghị của đảng viên, có ý kiến của chi ủy chi bộ gốc về thời gian đi;
b) Phiếu đảng viên do cấp ủy cơ sở nơi đảng viên sinh hoạt chính thức xác nhận;
c) Giấy giới thiệu sinh hoạt đảng tạm thời do đảng ủy cơ sở nơi đi cấp cho.
3. Đảng viên đóng đảng phí theo quý tại nơi sinh hoạt tạm thời, trừ trường hợp được miễn đóng."""


def shown(text: str, begins: str, wanted: AnswerType) -> str:
    spans = units(text)
    place = next(i for i, (start, end) in enumerate(spans) if begins in text[start:end])
    start, end = shown_with_list(text, spans, place, Intent(wanted))
    return text[start:end]


@pytest.mark.parametrize("begins", ["Bước 1", "Bước 2", "Báo cáo dài", "Bước 3"])
def test_step_is_shown_with_all_steps_where_steps_are_asked_for(begins: str) -> None:
    expected = STEPS[: STEPS.index("\nChi bộ lưu")]
    found = shown(STEPS, begins, AnswerType.STEPS)
    if begins == "Báo cáo dài":  # is of no item by itself
        assert found == "Báo cáo dài không quá 05 trang."
    else:
        assert found == expected
    assert shown(STEPS, begins, AnswerType.COUNT) != expected


def test_list_is_shown_from_the_line_that_announces_it() -> None:
    expected = FILE[FILE.index("Hồ sơ gồm:") : FILE.index("\n3.")]
    assert shown(FILE, "Hồ sơ gồm", AnswerType.ANYTHING) == expected
    assert shown(FILE, "b) Phiếu", AnswerType.LIST) == expected
    assert shown(FILE, "b) Phiếu", AnswerType.ANYTHING).count("\n") == 0


def test_items_of_another_kind_end_a_list() -> None:
    long = "của chi bộ trong việc quản lý và giáo dục đảng viên ở địa bàn dân cư."
    lines = [f"{mark} Nội dung {long}" for mark in ("1.", "a)", "b)", "2.", "2.1.", "2.2.", "-")]
    text = "\n".join(lines)
    assert shown(text, "a) Nội", AnswerType.LIST) == "\n".join(lines[1:3])
    assert shown(text, "2.2. Nội", AnswerType.LIST) == "\n".join(lines[4:6])
    assert shown(text, "- Nội", AnswerType.LIST) == lines[6]


def test_clause_that_ends_in_a_colon_goes_on_on_its_line() -> None:
    parts = "; ".join(f"nội dung thứ {number} của buổi sinh hoạt 20 điểm" for number in range(8))
    text = f"Chất lượng mỗi buổi sinh hoạt chi bộ được chấm theo thang 100 điểm: {parts}."
    more = f"{text} Mỗi năm, chi bộ họp kiểm điểm một lần vào cuối năm."
    assert shown(text, "thang 100 điểm", AnswerType.ANYTHING) == text
    assert shown(more, "thang 100 điểm", AnswerType.ANYTHING) == text


def test_list_that_is_too_long_is_not_shown_whole() -> None:
    item = "nội dung " * 25
    text = "\n".join(f"Bước {number}: {item.strip()}." for number in range(1, 9))
    found = shown(text, "Bước 4", AnswerType.STEPS)
    assert found.startswith("Bước 4")
    assert len(found.split()) < MOST_WORDS


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("chi bộ gốc là gì", "2. Chi bộ gốc là chi bộ nơi đảng viên sinh hoạt.", True),
        ("Chi bộ gốc là gì?", "Điều 2. Giải thích\na) Chi bộ gốc được hiểu như sau", True),
        ("chi bo goc la gi", "Trách nhiệm của chi bộ gốc là lập sổ theo dõi.", False),
        ("Đảng là gì?", "Đảng là đội tiên phong.", False),  # one syllable is vague
        ("Chi bộ gốc là gì?", "Chi bộ gốc lập sổ theo dõi.", False),
    ],
)
def test_definition_opens_a_line(question: str, text: str, expected: bool) -> None:
    line = defining_line(intent_of(question).defined)
    assert bool(line and line.search(fold(text))) is expected
