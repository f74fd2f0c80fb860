import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.vietnamese.normalize import fold
from index.lexicon import Lexicon
from retrieval.evaluation.run import strip_diacritics
from retrieval.question.spelling import Restorer

TEXTS = (
    "Chi bộ phân công đảng viên chính thức giúp đỡ người vào Đảng",
    "Thời gian sinh hoạt chi bộ định kỳ không dưới chín mươi phút",
    "Tỷ lệ thôn trưởng là đảng viên tăng so với thời điểm ban hành nghị quyết",
)
SYLLABLES = (
    "đảng đang dâng viên vịên chi chỉ bộ bỏ thôn thọn trưởng trường quyết quyệt tỷ lệ le ủy uy "
    "nghị nghỉ họp hợp xã xa khóa thủy hòa giấy giáy gì quý quy"
).split()


def lexicon(*texts: str) -> Lexicon:
    counts = Lexicon()
    counts.add(texts or TEXTS)
    return counts


@pytest.mark.parametrize("text", TEXTS)
def test_marks_of_the_librarys_own_text_are_restored(text: str) -> None:
    assert Restorer(lexicon()).restore(strip_diacritics(text)) == text


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=12, unique_by=fold))
def test_text_is_restored_from_a_library_made_of_it(words: list[str]) -> None:
    text = " ".join(words)
    assert Restorer(lexicon(text)).restore(strip_diacritics(text)) == text


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=12))
def test_marks_that_were_typed_stand(words: list[str]) -> None:
    restored = Restorer(lexicon()).restore(" ".join(words)).split()
    for typed, reading in zip(words, restored, strict=True):
        assert fold(typed) == fold(reading)
        if typed != fold(typed):
            assert reading == typed


def test_neighbours_decide_between_readings() -> None:
    restorer = Restorer(
        lexicon("đảng viên dự họp", "đang họp chi bộ", "hợp đồng lao động", "đảng viên", "đang họp")
    )
    assert restorer.restore("dang vien") == "đảng viên"
    assert restorer.restore("dang hop") == "đang họp"
    assert restorer.restore("hop dong") == "hợp đồng"


def test_common_vietnamese_is_known_without_any_document() -> None:
    restorer = Restorer.over(Lexicon())
    assert restorer.restore("la bao nhieu") == "là bao nhiêu"
    assert restorer.restore("chung toi dang di lam") == "chúng tôi đang đi làm"


def test_adding_common_vietnamese_leaves_the_librarys_own_counts_alone() -> None:
    counts = lexicon()
    before = counts.singles.copy()
    Restorer.over(counts)
    assert counts.singles == before


def test_case_is_kept_and_capitals_are_left_to_the_abbreviations() -> None:
    restored = Restorer(lexicon()).restore("TY LE thon trưởng la Dang vien")
    assert restored == "TY LE thôn trưởng là Đảng viên"


def test_syllable_the_library_never_saw_stays_as_typed() -> None:
    assert Restorer(lexicon()).restore("telegram dang vien") == "telegram đảng viên"


@given(st.text(alphabet="aăâbdđeêgiơớnhtuAĐTỦ ,.?3/-\n", max_size=60))
def test_restoring_moves_no_letter_and_keeps_case(text: str) -> None:
    restored = Restorer(lexicon()).restore(text)
    assert len(restored) == len(text)
    assert fold(restored) == fold(text)
    for typed, reading in zip(text, restored, strict=True):
        assert typed.isupper() == reading.isupper()
        assert typed.isalpha() or typed == reading


@given(st.text(alphabet="aăâbdđeêgiơớnhtu ", max_size=40))
def test_restored_text_is_restored_to_itself_where_all_is_marked(text: str) -> None:
    marked = " ".join(word for word in text.split() if fold(word) != word)
    assert Restorer(lexicon()).restore(marked) == marked


def test_number_beside_a_syllable_decides_between_readings() -> None:
    restorer = Restorer(lexicon("năm 2019", "năm 2024", "Việt Nam", "miền Nam", "tỉnh Hà Nam"))
    assert restorer.restore("nam 2025") == "năm 2025"
    assert restorer.restore("viet nam") == "việt nam"
