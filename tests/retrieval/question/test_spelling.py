import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.vietnamese.normalize import fold, normalize
from index.lexicon import Lexicon
from retrieval.evaluation.run import strip_diacritics
from retrieval.question import telex
from retrieval.question.abbreviations import Abbreviations
from retrieval.question.glossary import Glossary
from retrieval.question.question import is_english, understand
from retrieval.question.spelling import Restorer, Speller

TEXT = (
    "Đảng viên đi làm việc xa phải báo cáo chi bộ trước bảy ngày làm việc. "
    "Nghị quyết của Tỉnh ủy đề ra mục tiêu tỷ lệ thôn trưởng là đảng viên. "
    "Điều kiện được hưởng, đường, người, trường, khuyến, thuế, hoặc, quyền, ủy quyền."
)
TABLE = Abbreviations.load()
LEXICON = Lexicon()
LEXICON.add([TEXT] * 3)
SPELLER = Speller(LEXICON, TABLE.folded)
SYLLABLES = sorted({word for word in LEXICON.singles if fold(word) != word and len(word) > 1})

SHAPES = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}
VNI_SHAPES = {"â": "a6", "ê": "e6", "ô": "o6", "ă": "a8", "ơ": "o7", "ư": "u7", "đ": "d9"}
TONES = ("s", "f", "r", "x", "j"), ("1", "2", "3", "4", "5")


def keys(word: str, shapes: dict[str, str], tones: tuple[str, ...], late: bool) -> str:
    """Type a syllable as on a keyboard that is off: the tone by its vowel or at the end."""
    typed, tone = [], ""
    for letter in word:
        bare, mark = strip_tone(letter)
        typed.append(shapes.get(bare, bare))
        if mark and late:
            tone = tones[mark - 1]
        elif mark:
            typed.append(tones[mark - 1])
    return "".join(typed) + tone


def strip_tone(letter: str) -> tuple[str, int]:
    marks = "\u0301\u0300\u0309\u0303\u0323"
    decomposed = unicodedata.normalize("NFD", letter)
    tone = next((marks.index(mark) + 1 for mark in decomposed if mark in marks), 0)
    bare = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in marks))
    return bare, tone


@given(st.sampled_from(SYLLABLES), st.booleans())
def test_telex_keys_of_any_syllable_are_read(word: str, late: bool) -> None:
    assert telex.telex(keys(word, SHAPES, TONES[0], late)) == word


@given(st.sampled_from(SYLLABLES), st.booleans())
def test_vni_keys_of_any_syllable_are_read(word: str, late: bool) -> None:
    assert telex.vni(keys(word, VNI_SHAPES, TONES[1], late)) == word


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddangr vieen", "đảng viên"),
        ("d9a3ng vie6n", "đảng viên"),
        ("ddảng vieen", "đảng viên"),
        ("ddi lafm vieecj phari baos caso chi booj trwowcs ngayf",
         "đi làm việc phải báo cáo chi bộ trước ngày"),
        ("dduwowngf truowngf nguwowif", "đường trường người"),
        ("mục tiue tỷ lệ", "mục tiêu tỷ lệ"),
        ("nghj quyết", "nghị quyết"),
        ("ngih quyet", "nghi quyet"),
        ("ngi quyet", "nghi quyet"),
        ("thôn trưởg", "thôn trưởng"),
        ("đảng viênn", "đảng viên"),
        ("bao caoo chi bo", "bao cao chi bo"),
    ],
)  # fmt: skip
def test_slips_are_mended(typed: str, meant: str) -> None:
    assert SPELLER.mend(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "giấy A4, CO2, khu1, tổ 3",
        "nq03 và 15-QĐ/TU, 03NQTU",
        "email, web, list, online của chi bộ",
        "Nguyễn Văn Tiue ở Krông Pa",
        "mục tiêu xyzzyq",
        "UBKT, ubkt, shcb, ĐVCT",
        "đảng viên",
        "dang vien phai bao cao",
        "?!  , 🙂",
        "",
    ],
)
def test_what_is_no_slip_is_left_alone(typed: str) -> None:
    assert SPELLER.mend(typed) == typed


@given(st.text(alphabet="aăeioưđdgnhst1236 JW?,-/", max_size=40))
def test_mending_twice_changes_nothing_more_for_any_text(text: str) -> None:
    mended = SPELLER.mend(text)
    assert len(mended.split()) == len(text.split())
    assert SPELLER.mend(TEXT) == TEXT


@given(st.lists(st.sampled_from(sorted(LEXICON.singles)), max_size=10).map(" ".join), st.booleans())
def test_no_word_that_the_library_knows_is_changed(text: str, stripped: bool) -> None:
    text = strip_diacritics(text) if stripped else text
    assert SPELLER.mend(text) == text


def test_reading_is_shown_and_what_was_typed_is_kept() -> None:
    restorer = Restorer.over(LEXICON)
    speller = Speller(restorer.lexicon, TABLE.folded)
    question = understand("ddangr vieen baos caso", restorer, TABLE, Glossary.load(), speller)
    assert (question.typed, question.understood) == ("ddangr vieen baos caso", "đảng viên báo cáo")
    english = "Who won the war that was led by the party?"
    assert understand(english, restorer, TABLE, Glossary.load(), speller).understood == english


@pytest.mark.parametrize("name", ["alqac", "xquad"])
def test_questions_without_slips_are_not_touched(shared_data: Path, name: str) -> None:
    folder = shared_data / name
    lexicon = Lexicon()
    rows = (folder / "corpus.jsonl").read_text("utf-8").splitlines()
    lexicon.add(normalize(json.loads(row)["text"]) for row in rows)
    speller = Speller(Restorer.over(lexicon).lexicon, TABLE.folded)
    changed = set()
    for file in sorted(folder.glob("questions*.jsonl")):
        for row in file.read_text("utf-8").splitlines():
            typed = normalize(json.loads(row)["question"])
            for question in (typed, strip_diacritics(typed)):
                assert is_english(question) == (".en." in file.name), question
                if not is_english(question) and speller.mend(question) != question:
                    changed.add(speller.mend(question))
    # one question of xquad has a slip: "cuuả"
    assert all(" của " in one or " cua " in one for one in changed)
    assert len(changed) <= 2


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("thời gian sinh hoạt chhi bộ", "thời gian sinh hoạt chi bộ"),
        ("Giá xăng hôm nay bao nhiêu?", None),
        ("ông Nguyễn Wkhanh họp ở đâu", None),
        ("nghị quyết 15-QDTUX", None),
    ],
)
def test_near_word_is_offered_for_one_that_nobody_knows_and_no_name_is_touched(
    typed: str, suggested: str | None
) -> None:
    library = Lexicon()
    library.add(["Thời gian sinh hoạt chi bộ định kỳ"])
    assert Speller(Restorer.over(library).lexicon).suggestion(typed) == suggested
