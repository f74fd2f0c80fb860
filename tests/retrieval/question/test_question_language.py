import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation.run import strip_diacritics
from retrieval.question.asking_words import FUNCTION_WORDS
from retrieval.question.question import is_english

VIETNAMESE = (
    "Mục tiêu tỷ lệ thôn trưởng là đảng viên là bao nhiêu?",
    "Ai có thẩm quyền quyết định xóa tên đảng viên?",
    "An toàn, an ninh ở đâu?",
    "Chi bộ họp bao lâu một lần?",
    "Hồ sơ giới thiệu sinh hoạt đảng tạm thời gồm những gì?",
    "Có được họp chiều thứ Sáu không?",
    "Đồng chí nào chủ trì hội nghị?",
    "Thế nào là chi bộ gốc?",
    "NQ 03 nói gì?",
)
ENGLISH = (
    "what was the target ratio of village heads who are party members",
    "How many cells are there?",
    "Which cell meetings cannot be graded as good?",
    "Who signed Notice 867-TB/TU?",
    "By how much must the number of meetings be cut in 2023?",
    "What percentage of party members use the electronic handbook in Sơn Lĩnh?",
    "Resolution 03-NQ/TU",
)


@pytest.mark.parametrize("question", VIETNAMESE)
def test_vietnamese_is_told_with_and_without_marks(question: str) -> None:
    assert not is_english(question)
    assert not is_english(strip_diacritics(question))


@pytest.mark.parametrize("question", ENGLISH)
def test_english_is_told_even_with_vietnamese_names_in_it(question: str) -> None:
    assert is_english(question)


@pytest.mark.parametrize("question", ["", "🙂", "03/2024", "Doctor Who là ai?", "Kon Tum", "tccsd"])
def test_what_is_no_english_is_taken_for_vietnamese(question: str) -> None:
    assert not is_english(question)


@given(st.permutations(VIETNAMESE[0].split()), st.booleans())
def test_order_of_words_does_not_matter(words: list[str], bare: bool) -> None:
    question = " ".join(words)
    assert not is_english(strip_diacritics(question) if bare else question)


@given(st.sampled_from(VIETNAMESE + ENGLISH))
def test_case_does_not_matter(question: str) -> None:
    assert is_english(question) == is_english(question.upper()) == is_english(question.lower())


def test_words_that_questions_are_built_with_name_no_thing() -> None:
    assert "what" in FUNCTION_WORDS
    assert "village" not in FUNCTION_WORDS
