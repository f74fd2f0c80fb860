import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.vietnamese.document_number import DocumentNumber, numbers_in
from documents.vietnamese.provisions import Place, place_in
from retrieval.evaluation.run import strip_diacritics

WORDS = {
    "nq": ("nghị quyết", "Nghị quyết", "NQ", "nq", "nghi quyet"),
    "qd": ("quy định", "Quyết định", "QĐ", "qđ", "qd", "quy dinh", "QĐi"),
    "hd": ("hướng dẫn", "HD", "hd", "huong dan"),
    "ct": ("chỉ thị", "CT", "chi thi"),
    "kl": ("kết luận", "KL", "ket luan"),
    "tb": ("thông báo", "TB", "thong bao"),
    "bc": ("báo cáo", "BC", "bao cao"),
    "kh": ("kế hoạch", "KH", "ke hoach"),
}
CODES = {code: "QĐ" if code == "qd" else code.upper() for code in WORDS}
ISSUERS = {"tu": ("TU", "tu"), "tw": ("TW", "tw"), "btctw": ("BTCTW", "btctw")}
OF_ISSUER = {
    "tu": (" của Tỉnh ủy", " cua tinh uy", " của BTV Thành ủy"),
    "tw": (" của Trung ương", " của Ban Bí thư"),
    "btctw": (" của Ban Tổ chức Trung ương", " cua ban to chuc trung uong"),
}


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, DocumentNumber]:
    sequence = draw(st.integers(1, 1_899))
    kind = draw(st.sampled_from(sorted(CODES)))
    issuer = draw(st.sampled_from(sorted(ISSUERS)))
    written = draw(st.sampled_from((f"{sequence}", f"{sequence:02d}")))
    wanted = DocumentNumber(sequence, kind, issuer)
    code = draw(st.sampled_from((CODES[kind], CODES[kind].lower())))
    order = draw(st.sampled_from(("number first", "code first", "words")))
    if order == "number first":
        dash = draw(st.sampled_from(("-", " - ", "–", " – ", "—", "/", " ", "")))
        slash = draw(st.sampled_from(("/", " / ", "-")))
        lead = draw(st.sampled_from(("", "số ", WORDS[kind][0] + " số ", WORDS[kind][0] + " ")))
        spelt = f"{lead}{written}{dash}{code}{slash}{draw(st.sampled_from(ISSUERS[issuer]))}"
    elif order == "code first":
        gap = draw(st.sampled_from(("", " ", "-", " số ")))
        spelt = f"{code}{gap}{written}/{draw(st.sampled_from(ISSUERS[issuer]))}"
    else:
        word = draw(st.sampled_from(WORDS[kind]))
        so = draw(st.sampled_from((" ", " số ", " so ", ": ")))
        spelt = f"{word}{so}{written}{draw(st.sampled_from(OF_ISSUER[issuer]))}"
    changes: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower, strip_diacritics)
    change = draw(st.sampled_from(changes))
    return change(spelt), wanted


@given(spellings(), st.sampled_from(("", "theo ", "cho hỏi ")), st.sampled_from(("", " nói gì?")))
@settings(max_examples=300)
def test_every_spelling_names_the_same_document(
    spelt: tuple[str, DocumentNumber], before: str, after: str
) -> None:
    text, wanted = spelt
    (found,) = numbers_in(before + text + after)
    assert found.matches(wanted)
    assert (found.sequence, found.kind, found.issuer) == (
        wanted.sequence,
        wanted.kind,
        wanted.issuer,
    )
    assert found.written in text


@given(spellings(), st.integers(1, 50))
def test_neighbouring_number_is_another_document(
    spelt: tuple[str, DocumentNumber], step: int
) -> None:
    text, wanted = spelt
    (found,) = numbers_in(text)
    other = DocumentNumber(wanted.sequence + step, wanted.kind, wanted.issuer)
    assert not found.matches(other)


@pytest.mark.parametrize(
    ("text", "sequence", "kind", "issuer"),
    [
        ("NQ 03", 3, "nq", None),
        ("nq03", 3, "nq", None),
        ("NQ-03", 3, "nq", None),
        ("nghị quyết số 3 của tỉnh ủy", 3, "nq", "tu"),
        ("03 nq/tu", 3, "nq", "tu"),
        ("294 qđ/tw", 294, "qd", "tw"),
        ("QĐ294/TW", 294, "qd", "tw"),
        ("03-NQ/TU", 3, "nq", "tu"),
        ("03 – NQ / TU", 3, "nq", "tu"),
        ("03/NQ-TU", 3, "nq", "tu"),
        ("NGHỊ QUYẾT SỐ 03-NQ/TU", 3, "nq", "tu"),
        ("chi thi 9 ct tu", 9, "ct", "tu"),
        ("bc 318-bc tu", 318, "bc", "tu"),
        ("Quy định số 22-QĐi/TU", 22, "qd", "tu"),
        ("HD 02 của Ban Tổ chức Thành ủy", 2, "hd", "btctu"),
        ("Quyết định 991/QĐ-UBND", 991, "qd", "ubnd"),
        ("QĐ số 15 ngày 02/8/2024 của Tỉnh ủy", 15, "qd", "tu"),
        ("Resolution No. 3", 3, "nq", None),
        ("văn bản số 305", 305, None, None),
        ("quy định 15 điều 5 khoản 2", 15, "qd", None),
        ("quy dinh 15 diem a", 15, "qd", None),
        ("kết luận 01 nội dung gì", 1, "kl", None),
    ],
)
def test_numbers_as_cadres_type_them(
    text: str, sequence: int, kind: str | None, issuer: str | None
) -> None:
    (found,) = numbers_in(text)
    assert (found.sequence, found.kind, found.issuer) == (sequence, kind, issuer)


@pytest.mark.parametrize(
    "text",
    [
        "kế hoạch 5 năm 2021-2025",
        "kế hoạch năm 2024",
        "chỉ thị 3 nội dung",
        "3 nội dung",
        "hướng dẫn 3 bước",
        "nghị quyết 5 điểm",
        "có 3 nghị quyết",
        "thông báo 3 ngày",
        "báo cáo 9 tháng đầu năm",
        "ngày 3/2 và 19/5",
        "ngày 15/6/2021",
        "588/756 thôn trưởng",
        "2/3 đảng viên",
        "Nghị quyết Trung ương 4 khóa XII",
        "Nghị quyết Đại hội XIII",
        "chương trình 12 tháng",
        "kế hoạch 2024 có gì mới",
        "đạt 77,78%",
    ],
)
def test_figures_and_dates_are_no_document_numbers(text: str) -> None:
    assert numbers_in(text) == ()


def test_numbers_of_state_documents_carry_their_year() -> None:
    (found,) = numbers_in("Nghị định 29/1998/NĐ-CP")
    assert (found.sequence, found.kind, found.issuer, found.year) == (29, "nd", "cp", 1998)
    (other,) = numbers_in("Nghị định 29/2004/NĐ-CP")
    assert not found.matches(other)


def test_several_numbers_are_read_in_order_and_each_once() -> None:
    found = numbers_in("NQ 06, Quy định 15-QĐ/TU và lại NQ 06")
    assert [(one.sequence, one.kind) for one in found] == [(6, "nq"), (15, "qd")]


optional = st.sampled_from(("nq", "qd", None))
some_numbers = st.builds(
    DocumentNumber, st.integers(1, 3), optional, st.sampled_from(("tu", "tw", None))
)


@given(some_numbers, some_numbers)
def test_matching_is_mutual_and_never_across_sequences(
    one: DocumentNumber, other: DocumentNumber
) -> None:
    assert one.matches(one)
    assert one.matches(other) == other.matches(one)
    assert one.sequence == other.sequence or not one.matches(other)


def test_what_a_spelling_leaves_open_matches_any() -> None:
    full = DocumentNumber(3, "nq", "tu")
    assert DocumentNumber(3).matches(full)
    assert DocumentNumber(3, "nq").matches(full)
    assert not DocumentNumber(3, "qd").matches(full)
    assert not DocumentNumber(3, "nq", "tw").matches(full)


@given(st.text(alphabet="NQqđĐTUtu 0123456789/-–.,%sốcủaquy định", max_size=60))
def test_written_form_is_part_of_any_text(text: str) -> None:
    for number in numbers_in(text):
        assert number.written
        assert number.written in text


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Điều 5 khoản 2 điểm a của quy định 15", Place("5", "2", "a")),
        ("diem a khoan 2 dieu 5 quy dinh 15", Place("5", "2", "a")),
        ("ĐIỀU 12", Place("12")),
        ("mục 1.1 hướng dẫn 06", Place(section="1.1")),
        ("Article 5, clause 2", Place("5", "2")),
    ],
)
def test_place_is_read_in_any_order_and_spelling(text: str, place: Place) -> None:
    assert place_in(text) == place


@pytest.mark.parametrize("text", ["điều kiện kết nạp", "khoản chi 5 triệu", "điểm thi", "", "5"])
def test_words_that_only_look_like_a_place_are_none(text: str) -> None:
    assert place_in(text) is None


def test_place_is_printed_as_a_clerk_would_cite_it() -> None:
    assert str(Place("5", "2", "a")) == "Điều 5, khoản 2, điểm a"


@pytest.mark.parametrize(
    "text",
    [
        "Ngày 7/3/1946 đã diễn ra sự kiện gì?",
        "ngay 7/3/1946 da dien ra su kien gi",
        "Thủ quân đã 38 tuổi trong trận nào?",
        "thu quan da 38 tuoi",
        "the population around the 2nd century",
    ],
)
def test_words_that_look_like_codes_are_none(text: str) -> None:
    assert numbers_in(text) == ()


def test_no_question_about_other_things_names_a_document(shared_data: Path) -> None:
    sets = ("alqac", "viquad", "xquad")
    for file in (file for one in sets for file in shared_data.glob(f"{one}/questions*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            typed = json.loads(line)["question"]
            for question in (typed, strip_diacritics(typed)):
                assert numbers_in(question) == (), question
