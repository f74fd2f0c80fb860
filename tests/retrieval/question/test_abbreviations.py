from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import AbbreviationError
from retrieval.question.abbreviations import Abbreviation, Abbreviations

TABLE = Abbreviations.load()


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("tỷ lệ ĐV ở TCCSĐ", "tỷ lệ đảng viên ở tổ chức cơ sở đảng"),
        ("ty le dv o tccsd", "ty le đảng viên o tổ chức cơ sở đảng"),
        ("SHCB định kỳ", "sinh hoạt chi bộ định kỳ"),
        ("BCH, BTV (ĐV).", "ban chấp hành, ban thường vụ (đảng viên)."),
        ("đ/c bí thư", "đồng chí bí thư"),
    ],
)
def test_abbreviations_are_written_out(typed: str, understood: str) -> None:
    assert TABLE.expand(typed) == understood


@pytest.mark.parametrize(
    "number", ["03-NQ/TU", "03 - NQ/TU", "03–NQ/TU", "QĐ-UBND", "12/KH-BTV", "NQ/TU", "318-bc tu"]
)
def test_parts_of_document_numbers_stay(number: str) -> None:
    assert TABLE.expand(number) == number
    assert TABLE.expand(f"{number} của BTV") == f"{number} của ban thường vụ"


@pytest.mark.parametrize("syllables", ["tu tháng 8 đến nay", "cb gì", "hu hỏng", "Tu thân", "ct"])
def test_what_is_also_a_syllable_is_meant_in_capitals_only(syllables: str) -> None:
    assert TABLE.expand(syllables) == syllables
    assert TABLE.expand("TU") == "Tỉnh ủy"


def test_marks_tell_abbreviations_of_the_same_letters_apart() -> None:
    assert TABLE.expand("BTV TU, Ban Bí thư TƯ") == "ban thường vụ Tỉnh ủy, Ban Bí thư Trung ương"


def test_text_without_abbreviations_is_left_alone() -> None:
    text = "Chi bộ phân công đảng viên chính thức giúp đỡ người vào Đảng?"
    assert TABLE.expand(text) == text


def test_staffs_own_table_overrides(tmp_path: Path) -> None:
    own = tmp_path / "abbreviations.tsv"
    own.write_text("# của cơ quan\n\nĐV\tđơn vị\nVPTU\tVăn phòng Tỉnh ủy\n", "utf-8")
    table = Abbreviations.load(own)
    assert table.expand("VPTU, ĐV, dv") == "Văn phòng Tỉnh ủy, đơn vị, đơn vị"
    assert table.expand("TCCSĐ") == "tổ chức cơ sở đảng"


def test_staffs_own_abbreviation_may_be_for_capitals_only(tmp_path: Path) -> None:
    own = tmp_path / "abbreviations.tsv"
    own.write_text("KHE\tKhu hành chính Khe Lành\t!\n", "utf-8")
    table = Abbreviations.load(own)
    assert table.expand("KHE và khe") == "Khu hành chính Khe Lành và khe"


def test_staffs_own_table_may_be_absent(tmp_path: Path) -> None:
    assert Abbreviations.load(tmp_path / "none.tsv") == TABLE


@pytest.mark.parametrize("line", ["ĐV đảng viên", "ĐV\t", "\tđảng viên"])
def test_line_that_is_no_row_is_named_with_its_file_and_place(tmp_path: Path, line: str) -> None:
    own = tmp_path / "abbreviations.tsv"
    own.write_text(f"VPTU\tVăn phòng Tỉnh ủy\n{line}\n", "utf-8")
    with pytest.raises(AbbreviationError, match=r"abbreviations\.tsv, dòng 2"):
        Abbreviations.load(own)


@given(st.sampled_from(TABLE.rows), st.sampled_from(("", "của ", "theo ")))
def test_every_row_of_the_table_is_written_out(row: Abbreviation, before: str) -> None:
    assert TABLE.expand(before + row.short) == before + row.full
