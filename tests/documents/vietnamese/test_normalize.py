"""The one spelling of a text, and its folded form."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from documents.vietnamese.normalize import fold, normalize

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
texts = st.one_of(
    st.text(),
    st.text(
        alphabet=VIETNAMESE
        + "bcdđghklmnpqrstvx QGIUHOAYĐ\u0300\u0301\u0302\u0303\u0306\u0309\u0323\u031b"
    ),
)


@pytest.mark.parametrize(
    ("written", "uniform"),
    [
        ("hoà bình", "hòa bình"),
        ("HOÀ BÌNH", "HÒA BÌNH"),
        ("uỷ ban", "ủy ban"),
        ("Uỷ viên", "Ủy viên"),
        ("cấp uỷ, đảng uỷ", "cấp ủy, đảng ủy"),
        ("sức khoẻ", "sức khỏe"),
        ("Thuý Thuỷ", "Thúy Thủy"),
        ("khoá XIII, xoá án tích", "khóa XIII, xóa án tích"),
        ("thoả thuận", "thỏa thuận"),
        ("luỹ kế, truy luỵ", "lũy kế, truy lụy"),
        ("kết qủa", "kết quả"),
        ("qúy", "quý"),
        ("gìa", "già"),
        ("tòan quốc, hòan thành, hòang", "toàn quốc, hoàn thành, hoàng"),
        ("tập qúan", "tập quán"),
    ],
)
def test_a_misplaced_tone_moves_to_the_uniform_vowel(written: str, uniform: str) -> None:
    assert normalize(written) == uniform


@pytest.mark.parametrize(
    "text",
    [
        "toàn, hoàng, quý, thủy, quà, giá, già, giếng, gìn, quốc, quỳnh, quyền, thuyền, khuya",
        "ngoài, xoáy, ngoằn ngoèo, khuỷu, huýt, hòa, của, mía, cứu, người, rượu, mười, khuấy, thuở",
        "moóc, Chloé, Léon, cliché, café, Québec, Đắk Lắk, Krông Búk, Pleiku",
        "Huy hiệu Đảng 30 năm; 1.251 lượt; 77,78%",
    ],
)
def test_a_right_spelling_stays(text: str) -> None:
    assert normalize(text) == text


def test_decomposed_and_wrongly_ordered_marks_become_one_letter() -> None:
    assert normalize("Đa\u0309ng uy\u0309") == "Đảng ủy"
    assert normalize("ca\u0301\u0302p") == "cấp"


def test_odd_spaces_invisible_characters_and_line_ends_become_plain() -> None:
    assert normalize("\ufeffSố\u00a003\u200b-NQ/TU\r\nngày\t8\u2009tháng\r8\u00ad") == (
        "Số 03-NQ/TU\nngày 8 tháng\n8"
    )


def test_the_icelandic_look_alike_of_d_with_stroke_becomes_it() -> None:
    assert normalize("Ð\u1ea3ng") == "Đảng"


def test_fold_removes_case_and_marks() -> None:
    assert fold("Đảng bộ tỉnh KON TUM, Quy định số 10-QĐi/TU") == (
        "dang bo tinh kon tum, quy dinh so 10-qdi/tu"
    )


@example("OE\u0300\u0300")
@given(texts)
def test_normalizing_twice_changes_nothing_more(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(texts)
def test_folding_keeps_every_position(text: str) -> None:
    text = normalize(text)
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(
    st.sampled_from(["", "h", "th", "ng", "kh", "t", "đ", "gi", "qu", "C"]),
    st.sampled_from(["oa", "oe", "uy", "oai", "uyên", "ương", "iêt", "ai", "oan", "uôn", "ươu"]),
    st.sampled_from("\u0300\u0301\u0303\u0309\u0323"),
)
def test_wherever_the_tone_is_typed_the_word_is_the_same(onset: str, rhyme: str, tone: str) -> None:
    typed = {
        normalize(onset + rhyme[: place + 1] + tone + rhyme[place + 1 :])
        for place, letter in enumerate(rhyme)
        if letter not in "ngt"
    }
    assert len(typed) == 1
