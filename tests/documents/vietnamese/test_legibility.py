"""Damaged letters are told from sound ones, in Vietnamese and beside other languages."""

import unicodedata

import pytest

from documents.metadata.extract import describe
from documents.vietnamese.legacy_fonts import lines_in_unicode
from documents.vietnamese.legibility import is_legible, legibility
from documents.vietnamese.normalize import fold
from tests.support.builders import resolution_text

SOUND = resolution_text()
SHIFTED = "".join(chr(ord(letter) + 3) if letter.isalpha() else letter for letter in SOUND)
VOWELS = frozenset("aeiouyAEIOUY")


def without_marked_letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii())


def test_a_sound_document_is_legible() -> None:
    assert is_legible(SOUND)
    assert "text" not in describe(SOUND, "a.txt").review


@pytest.mark.parametrize(
    "damaged",
    [
        SOUND.encode("latin-1", errors="replace").decode("latin-1"),
        fold(SOUND),
        SHIFTED,
        without_marked_letters(SOUND),
        "".join("\ue000" if letter in "ăđơưế" else letter for letter in SOUND),
        SOUND.encode().decode("cp1252", errors="replace"),
    ],
    ids=["question marks", "no marks", "shifted", "letters lost", "private use", "wrong encoding"],
)
def test_damaged_letters_are_told_and_left_for_review(damaged: str) -> None:
    assert not is_legible(damaged)
    described = describe(damaged, "a.txt")
    assert {"text", "title"} <= set(described.review)


def test_a_damaged_annex_is_not_lost_in_a_sound_text() -> None:
    assert not is_legible("\n".join((SOUND, SOUND, SOUND, *[fold(SOUND)] * 3, SOUND)))


def test_text_in_another_language_and_a_few_words_are_not_called_damaged() -> None:
    english = (
        "The committee of the province is in charge of the training for all members, and the "
        "office of the committee is to report on it by the end of the year with the figures."
    )
    assert is_legible(english)
    assert is_legible("Hop giao ban thu hai")


def test_the_better_of_two_readings_scores_higher() -> None:
    assert legibility(SOUND).score > legibility(fold(SOUND)).score
    assert legibility(SOUND).score > legibility(SHIFTED).score


TCVN3 = ("TØNH ñY S¬N LÜNH", "Sè 12-Q§/TU", "§iÒu 1. Mçi phßng ®\u00adîc mua 2 m¸y in.")
VNI = ("Ñieàu 2. Thieát bò maïng maùy tính ñöôïc thay sau 7 naêm söû duïng.",)
SHOWN = [
    "TỈNH ỦY SƠN LĨNH",
    "Số 12-QĐ/TU",
    "Điều 1. Mỗi phòng được mua 2 máy in.",
    "Điều 2. Thiết bị mạng máy tính được thay sau 7 năm sử dụng.",
]


@pytest.mark.parametrize("order", [1, -1])
def test_two_legacy_encodings_in_one_text_are_each_converted(order: int) -> None:
    typed, shown = [*TCVN3, *VNI], list(SHOWN)
    if order < 0:
        typed, shown = [*VNI, *TCVN3], [SHOWN[3], *SHOWN[:3]]
    assert [unicodedata.normalize("NFC", line) for line in lines_in_unicode(typed)] == shown


def test_unicode_beside_legacy_lines_is_left_as_it_is() -> None:
    sound = "Văn phòng Tỉnh ủy phân loại đơn thư."
    assert lines_in_unicode([sound, *VNI, sound])[::2] == [sound, sound]
