import pytest

from documents.layout.letterhead import kind_of
from documents.layout.outline import CLOSING
from documents.vietnamese import issuers, kinds
from documents.vietnamese.document_number import numbers_in
from documents.vietnamese.normalize import fold, normalize

KIND_IDS = [kind.name for kind in kinds.KINDS]


def test_no_kind_stands_in_the_table_twice_or_in_another_spelling() -> None:
    assert len({kind.folded for kind in kinds.KINDS}) == len(kinds.KINDS)
    assert all(normalize(kind.name) == kind.name for kind in kinds.KINDS)


@pytest.mark.parametrize("kind", kinds.KINDS, ids=KIND_IDS)
def test_a_line_that_names_a_kind_is_of_that_kind(kind: kinds.Kind) -> None:
    assert kind_of(kind.name.upper()) == kind.name


@pytest.mark.parametrize("kind", kinds.KINDS, ids=KIND_IDS)
def test_a_number_is_of_the_same_kind_by_name_and_by_each_code(kind: kinds.Kind) -> None:
    named = [numbers_in(f"{kind.name} số 03"), *(numbers_in(f"03-{c}/TU") for c in kind.codes)]
    codes = {number.kind for numbers in named for number in numbers}
    assert codes == {fold(code) for code in kind.codes[:1]}


@pytest.mark.parametrize("kind", kinds.KINDS, ids=KIND_IDS)
def test_the_line_that_ends_a_document_is_known_by_its_kind(kind: kinds.Kind) -> None:
    line = f"{kind.name} này có hiệu lực từ ngày ký."
    assert bool(CLOSING.match(line)) == kind.ends


def test_the_longest_name_is_looked_for_first() -> None:
    names = kinds.words().split("|")
    assert names.index("Bộ luật") < names.index("Luật")
    assert kinds.words(folded=True).split("|") == [fold(name) for name in names]
    assert "Công văn" not in kinds.words(ending=True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Ban Tổ chức Trung ương", "btctw"),
        ("BTC Tỉnh ủy", "btctu"),
        ("Ban Tuyên giáo và Dân vận Tỉnh ủy", "btgtu"),
        ("Ban Chấp hành Trung ương Đảng", "tw"),
        ("Bộ Chính trị", "tw"),
        ("Ban Thường vụ Tỉnh ủy", "tu"),
        ("UBND xã", "ubnd"),
        ("Ủy ban nhân dân", "ubnd"),
        ("Thủ tướng Chính phủ", "ttg"),
        ("Hội Nông dân", None),
    ],
)
def test_an_issuer_is_known_by_its_full_and_its_short_name(words: str, code: str | None) -> None:
    assert issuers.code_of(fold(words)) == code


def test_codes_without_a_stroke_are_tried_the_longest_first() -> None:
    codes = issuers.LOOSE.split("|")
    assert [len(code) for code in codes] == sorted((len(code) for code in codes), reverse=True)
    assert {"tw", "tu", "btvtu", "cb"} <= set(codes)
