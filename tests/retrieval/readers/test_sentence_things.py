import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.intent import AnswerType, intent_of
from retrieval.readers.sentence import defines, is_counted, things


def words(wanted: AnswerType, text: str) -> list[str]:
    return [text[start:end] for start, end in things(wanted, text)]


def test_one_of_several_is_no_number() -> None:
    assert words(AnswerType.COUNT, "một bộ phận cấp ủy, một số chi bộ") == []
    assert words(AnswerType.COUNT, "mở hai lớp và 05 hội nghị") == ["hai", "05"]


def test_number_of_a_place_a_day_or_a_document_counts_nothing() -> None:
    assert words(AnswerType.COUNT, "2. Chi ủy theo Điều 5 khoản 3, trang 7 của 06-HD/TW") == []
    assert words(AnswerType.COUNT, "2.1. Từ ngày 01/7/2025 đến tháng 12 năm 2026") == []
    assert words(AnswerType.COUNT, "3) Kết nạp 12 đảng viên; tổng số 4.187 lượt.") == [
        "12",
        "4.187",
    ]
    assert words(AnswerType.COUNT, "Có ba người, 5 là nữ") == ["ba", "5"]


def test_word_that_only_begins_a_sentence_is_no_name() -> None:
    assert words(AnswerType.WHO, "Địa điểm: Nhà văn hóa thôn.") == []
    assert words(AnswerType.WHO, "Người chủ trì là Lường Văn Pẩu.") == ["Lường Văn Pẩu"]
    assert words(AnswerType.WHO, "Ban Thường vụ quyết định.") == ["Ban Thường vụ"]


@pytest.mark.parametrize(
    ("question", "text", "counted"),
    [
        ("bao nhiêu tuổi", "60 tuổi", True),
        ("bao nhiêu tiền", "15.000.000 đồng", True),
        ("bao nhiêu tổ chức cơ sở đảng", "498 TCCSĐ", True),
        ("bao nhiêu đảng viên", "756 thôn trưởng", False),
        ("bao nhiêu người", "21 đồng chí", True),
        ("bao nhiêu người", "09 đảng viên chính thức", True),
        ("bao nhiêu người", "15.000.000 đồng", False),
        ("bao nhiêu người", "12 đảng bộ", False),
        ("bao nhiêu tiền", "21 đồng chí", False),
    ],
)
def test_number_counts_the_unit_behind_it(question: str, text: str, counted: bool) -> None:
    assert is_counted(text, text.index(" "), intent_of(question).unit) is counted


def test_definition_says_what_the_thing_asked_for_is() -> None:
    thing = "chi bo goc"
    assert defines(thing, "2. Chi bộ gốc là chi bộ nơi đảng viên sinh hoạt chính thức.")
    assert defines(thing, "Chi bộ gốc (sau đây gọi tắt là chi bộ) được hiểu như sau")
    assert not defines(thing, "3. Tổ liên lạc là nơi đảng viên của chi bộ gốc sinh hoạt.")


@given(st.sampled_from(list(AnswerType)), st.text(max_size=80))
def test_things_are_spans_of_the_text_in_order(wanted: AnswerType, text: str) -> None:
    spans = things(wanted, text)
    assert list(spans) == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
