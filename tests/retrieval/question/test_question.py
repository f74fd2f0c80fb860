import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.vietnamese.normalize import fold
from index.lexicon import Lexicon
from retrieval.evaluation.run import strip_diacritics
from retrieval.question.abbreviations import Abbreviations
from retrieval.question.glossary import Glossary
from retrieval.question.question import MAX_CHARACTERS, Question, understand
from retrieval.question.spelling import Restorer

LEXICON = Lexicon()
LEXICON.add(
    (
        "Tỷ lệ thôn trưởng là đảng viên tăng so với thời điểm ban hành nghị quyết",
        "Thời gian sinh hoạt chi bộ định kỳ không dưới chín mươi phút",
    )
)
READING = (Restorer.over(LEXICON), Abbreviations.load(), Glossary.load())


def read(typed: str) -> Question:
    return understand(typed, *READING)


def test_question_without_marks_is_understood_as_the_one_with_them() -> None:
    question = "tỷ lệ thôn trưởng là đảng viên là bao nhiêu"
    assert read(strip_diacritics(question)).understood == question
    assert read(strip_diacritics(question)).terms == read(question).terms


def test_typed_text_stays_as_it_came() -> None:
    typed = "  ty le\n ĐV?? "
    assert read(typed).typed == typed
    assert read(typed).understood == "tỷ lệ đảng viên??"


def test_abbreviation_is_looked_up_both_ways() -> None:
    assert {"dang_vien", "dv"} <= set(read("tỷ lệ ĐV").terms)


def test_english_question_is_looked_up_by_vietnamese_terms() -> None:
    question = read("what was the target ratio of village heads who are party members in Kon Tum")
    assert question.is_english
    assert {"thon_truong", "dang_vien", "muc_tieu", "kon", "tum"} <= set(question.terms)
    assert not {"what", "the", "who"} & set(question.terms)
    assert question.understood == question.typed


@pytest.mark.parametrize(
    "asking", [", đúng hay sai?", " có đúng không?", " là đúng hay sai", ", phải không?"]
)
def test_verdict_phrase_is_no_part_of_the_topic(asking: str) -> None:
    question = read("Chi bộ họp mỗi tháng một lần" + asking)
    assert question.topic == "Chi bộ họp mỗi tháng một lần"


@pytest.mark.parametrize("typed", ["", "  \n ", "🙂", "?!", "\u200b"])
def test_question_without_words_has_no_terms(typed: str) -> None:
    assert read(typed).terms == ()


def test_question_is_cut_where_no_question_goes() -> None:
    assert len(read("đảng viên " * 1_000).topic) <= MAX_CHARACTERS


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("NQ 03: tỷ lệ thôn trưởng là đảng viên", "tỷ lệ thôn trưởng là đảng viên"),
        ("Theo Nghị quyết số 06-NQ/TU, thời gian sinh hoạt", "thời gian sinh hoạt"),
        ("thời gian sinh hoạt tại Điều 5 khoản 2 quy định 15", "thời gian sinh hoạt"),
        ("What does Resolution 03-NQ/TU say of village heads", "What does say of village heads"),
        ("tỷ lệ thôn trưởng", "tỷ lệ thôn trưởng"),
    ],
)
def test_names_of_documents_are_left_out_of_the_topic_within_them(typed: str, topic: str) -> None:
    assert read(typed).within_named().topic.lstrip(": ") == topic


@pytest.mark.parametrize(
    "typed",
    [
        "NQ 03 nói gì?",
        "noi dung chinh cua nq 03 la gi",
        "Quy định 15-QĐ/TU",
        "tóm tắt nghị quyết số 06-NQ/TU của Tỉnh ủy",
    ],
)
def test_question_for_a_document_itself_is_told(typed: str) -> None:
    assert read(typed).is_about_the_document


@pytest.mark.parametrize(
    "typed",
    ["NQ 03 quy định mục tiêu nào?", "nội dung sinh hoạt chi bộ là gì", "Ai ký Nghị quyết 06?", ""],
)
def test_question_for_something_in_a_document_is_no_question_for_it(typed: str) -> None:
    assert not read(typed).is_about_the_document


def test_number_and_place_are_read_from_what_was_typed() -> None:
    question = read("dieu 5 khoan 2 quy dinh so 15 noi gi")
    (number,) = question.numbers
    assert (number.sequence, number.kind) == (15, "qd")
    assert str(question.place) == "Điều 5, khoản 2"


@given(
    st.lists(
        st.sampled_from(
            "NQ 03 06-NQ/TU nghị quyết quy định 15 điều 5 khoản 2 a của tỉnh ủy ngày 3/2 tỷ lệ ĐV "
            "bao nhiêu what the resolution 🙂 % – ? , đúng hay sai".split()
        ),
        max_size=14,
    )
)
def test_any_question_is_read(words: list[str]) -> None:
    question = read(" ".join(words))
    assert all(re.fullmatch(r"[^\W_]+(?:_[^\W_]+)*", term) for term in question.terms)
    assert all(term == fold(term) for term in question.terms)
    assert len(set(question.terms)) == len(question.terms)
    assert all(number.written in question.typed for number in question.numbers)
    inner = question.within_named()
    assert inner.typed == question.typed
    assert "\ufffc" not in inner.topic
