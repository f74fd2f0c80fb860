import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.readers.spans import Wanted, defines, is_counted, things, unit_asked, wanted_by


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Tỷ lệ chi bộ có chi ủy là bao nhiêu?", Wanted.PERCENTAGE),
        ("Đảng bộ nào có tỷ lệ chi bộ loại tốt thấp nhất?", Wanted.WHO),
        ("Năm nào có tỷ lệ cao nhất?", Wanted.WHEN),
        ("dang vien phai bao cao truoc may ngay", Wanted.DURATION),
        ("Thời hạn kỷ luật là mấy tháng?", Wanted.DURATION),
        ("Trường hợp nào phải kiểm điểm?", Wanted.CONDITION),
        ("Chi bộ có bao nhiêu đảng viên?", Wanted.COUNT),
        ("Chi bộ gốc là gì?", Wanted.DEFINITION),
        ("Ai quyết định kết nạp đảng viên?", Wanted.WHO),
        ("How many days does it take?", Wanted.DURATION),
    ],
)
def test_kind_of_answer_is_told_from_the_question(question: str, wanted: Wanted) -> None:
    assert wanted_by(question) is wanted


def words(wanted: Wanted, text: str) -> list[str]:
    return [text[start:end] for start, end in things(wanted, text)]


def test_one_of_several_is_no_number() -> None:
    assert words(Wanted.COUNT, "một bộ phận cấp ủy, một số chi bộ") == []
    assert words(Wanted.COUNT, "mở hai lớp và 05 hội nghị") == ["hai", "05"]


def test_word_that_only_begins_a_sentence_is_no_name() -> None:
    assert words(Wanted.WHO, "Địa điểm: Nhà văn hóa thôn.") == []
    assert words(Wanted.WHO, "Người chủ trì là Lường Văn Pẩu.") == ["Lường Văn Pẩu"]
    assert words(Wanted.WHO, "Ban Thường vụ quyết định.") == ["Ban Thường vụ"]


@pytest.mark.parametrize(
    ("question", "text", "counted"),
    [
        ("bao nhiêu tuổi", "60 tuổi", True),
        ("bao nhiêu tiền", "15.000.000 đồng", True),
        ("bao nhiêu tổ chức cơ sở đảng", "498 TCCSĐ", True),
        ("bao nhiêu đảng viên", "756 thôn trưởng", False),
    ],
)
def test_number_counts_the_unit_behind_it(question: str, text: str, counted: bool) -> None:
    assert is_counted(text, text.index(" "), unit_asked(question)) is counted


@pytest.mark.parametrize("question", ["Chi bộ gốc là gì?", "thế nào là chi bộ gốc", "chi bo goc"])
def test_definition_says_what_the_thing_asked_for_is(question: str) -> None:
    assert defines(question, "2. Chi bộ gốc là chi bộ nơi đảng viên sinh hoạt chính thức.")
    assert defines(question, "Chi bộ gốc (sau đây gọi tắt là chi bộ) được hiểu như sau")
    assert not defines(question, "3. Tổ liên lạc là nơi đảng viên của chi bộ gốc sinh hoạt.")


@given(st.sampled_from(list(Wanted)), st.text(max_size=80))
def test_things_are_spans_of_the_text_in_order(wanted: Wanted, text: str) -> None:
    spans = things(wanted, text)
    assert list(spans) == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
