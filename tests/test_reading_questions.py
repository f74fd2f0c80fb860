import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.normalize import fold
from index.lexicon import Lexicon
from index.tokens import tokens
from retrieval.abbreviations import Abbreviations
from retrieval.diacritics import Restorer
from retrieval.evaluation import strip_diacritics
from retrieval.glossary import Glossary
from retrieval.language import is_english
from retrieval.question import understand

TEXTS = (
    "Chi bộ phân công đảng viên chính thức giúp đỡ người vào Đảng",
    "Thời gian sinh hoạt chi bộ định kỳ không dưới chín mươi phút",
    "Tỷ lệ thôn trưởng là đảng viên tăng so với thời điểm ban hành nghị quyết",
)


def lexicon() -> Lexicon:
    counts = Lexicon()
    counts.add(TEXTS)
    return counts


@pytest.mark.parametrize("text", TEXTS)
def test_marks_of_the_librarys_own_text_are_restored(text: str) -> None:
    assert Restorer(lexicon()).restore(strip_diacritics(text)).lower() == text.lower()


def test_typed_marks_stand_and_case_is_kept() -> None:
    restored = Restorer(lexicon()).restore("TY LE thon trưởng la Dang vien")
    assert restored == "TY LE thôn trưởng là Đảng viên"


@given(st.text(alphabet="aăâbdđeêgiơớnhtu ,.?3/-Đ", max_size=60))
def test_restoring_moves_no_letter(text: str) -> None:
    restored = Restorer(lexicon()).restore(text)
    assert len(restored) == len(text)
    assert fold(restored) == fold(text)


def test_lexicon_is_read_as_it_was_saved(tmp_path: Path) -> None:
    counts = lexicon()
    counts.save(tmp_path / "lexicon.tsv")
    again = Lexicon.load(tmp_path / "lexicon.tsv")
    assert again.singles == counts.singles
    assert again.pairs == counts.pairs


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("tỷ lệ ĐV ở TCCSĐ", "tỷ lệ đảng viên ở tổ chức cơ sở đảng"),
        ("ty le dv o tccsd", "ty le đảng viên o tổ chức cơ sở đảng"),
        ("NQ 03-NQ/TU của BTV", "nghị quyết 03-NQ/TU của ban thường vụ"),
        ("tu tháng 8 đến nay", "tu tháng 8 đến nay"),
    ],
)
def test_abbreviations_are_written_out_and_numbers_stay(typed: str, understood: str) -> None:
    assert Abbreviations.load().expand(typed) == understood


def test_staffs_own_table_overrides(tmp_path: Path) -> None:
    own = tmp_path / "abbreviations.tsv"
    own.write_text("ĐV\tđơn vị\nVPTU\tVăn phòng Tỉnh ủy\n", "utf-8")
    assert Abbreviations.load(own).expand("VPTU, ĐV") == "Văn phòng Tỉnh ủy, đơn vị"


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("what was the target ratio of village heads who are party members", True),
        ("How many cells are there?", True),
        ("muc tieu ty le thon truong la dang vien la bao nhieu", False),
        ("Doctor Who là ai?", False),
        ("ai co tham quyen the nao", False),
        ("", False),
    ],
)
def test_language_of_a_question_is_told(text: str, english: bool) -> None:
    assert is_english(text) is english


def test_english_question_is_looked_up_by_vietnamese_terms() -> None:
    question = understand(
        "what was the target ratio of village heads who are party members in Kon Tum",
        Restorer(lexicon()),
        Abbreviations.load(),
        Glossary.load(),
    )
    assert question.is_english
    assert {"thon_truong", "dang_vien", "muc_tieu", "kon", "tum"} <= set(question.terms)
    assert not {"what", "the", "who"} & set(question.terms)


def test_verdict_phrase_is_no_part_of_the_topic() -> None:
    question = understand(
        "Chi bộ họp mỗi tháng một lần, đúng hay sai?",
        Restorer(lexicon()),
        Abbreviations.load(),
        Glossary.load(),
    )
    assert question.topic == "Chi bộ họp mỗi tháng một lần"


@given(st.text(max_size=80))
def test_tokens_are_folded_syllables_and_their_pairs(text: str) -> None:
    found = tokens(text)
    singles = [token for token in found if "_" not in token]
    assert all(token == fold(token) for token in found)
    assert [token for token in found if "_" in token] == [
        f"{a}_{b}" for a, b in zip(singles, singles[1:], strict=False)
    ]
    assert all(re.fullmatch(r"[^\W_]+", token) for token in singles)
