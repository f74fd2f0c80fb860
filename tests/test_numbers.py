import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.numbers import DocumentNumber, numbers_in, place_in

WORDS = {
    "nq": ("nghị quyết", "Nghị quyết", "NQ", "nq", "nghi quyet"),
    "qd": ("quy định", "Quyết định", "QĐ", "qđ", "qd", "quy dinh", "QĐi"),
    "hd": ("hướng dẫn", "HD", "hd", "huong dan"),
    "ct": ("chỉ thị", "CT", "chi thi"),
    "kl": ("kết luận", "KL", "ket luan"),
}
CODES = {"nq": "NQ", "qd": "QĐ", "hd": "HD", "ct": "CT", "kl": "KL"}
ISSUERS = {"tu": ("TU", "tu"), "tw": ("TW", "tw"), "btctw": ("BTCTW", "btctw")}
OF_ISSUER = {
    "tu": (" của Tỉnh ủy", " cua tinh uy", " của BTV Thành ủy"),
    "tw": (" của Trung ương", " của Ban Bí thư"),
    "btctw": (" của Ban Tổ chức Trung ương", " cua ban to chuc trung uong"),
}


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, DocumentNumber]:
    sequence = draw(st.integers(1, 9_999))
    kind = draw(st.sampled_from(sorted(CODES)))
    issuer = draw(st.sampled_from(sorted(ISSUERS)))
    written = draw(st.sampled_from((f"{sequence}", f"{sequence:02d}")))
    wanted = DocumentNumber(sequence, kind, issuer)
    if draw(st.booleans()):
        dash = draw(st.sampled_from(("-", " - ", "–", "/", " ")))
        slash = draw(st.sampled_from(("/", " / ", "-")))
        code = draw(st.sampled_from((CODES[kind], CODES[kind].lower())))
        lead = draw(st.sampled_from(("", "số ", WORDS[kind][0] + " số ", WORDS[kind][0] + " ")))
        return f"{lead}{written}{dash}{code}{slash}{draw(st.sampled_from(ISSUERS[issuer]))}", wanted
    word = draw(st.sampled_from(WORDS[kind]))
    so = draw(st.sampled_from((" ", " số ", " so ", ": ")))
    return f"{word}{so}{written}{draw(st.sampled_from(OF_ISSUER[issuer]))}", wanted


@given(spellings(), st.sampled_from(("", "theo ", "cho hỏi ")), st.sampled_from(("", " nói gì?")))
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


@given(spellings(), st.integers(1, 50))
def test_neighbouring_number_is_another_document(
    spelt: tuple[str, DocumentNumber], step: int
) -> None:
    text, wanted = spelt
    (found,) = numbers_in(text)
    other = DocumentNumber(wanted.sequence + step, wanted.kind, wanted.issuer)
    assert not found.matches(other)


@pytest.mark.parametrize(
    "text",
    [
        "kế hoạch 5 năm 2021-2025",
        "chỉ thị 3 nội dung",
        "có 3 nghị quyết",
        "ngày 3/2 và 19/5",
        "588/756 thôn trưởng",
        "Nghị quyết Trung ương 4 khóa XII",
        "chương trình 12 tháng",
        "đạt 77,78%",
    ],
)
def test_figures_and_dates_are_no_document_numbers(text: str) -> None:
    assert numbers_in(text) == ()


def test_numbers_of_state_documents_carry_their_year() -> None:
    (found,) = numbers_in("Nghị định 29/1998/NĐ-CP")
    assert (found.sequence, found.kind, found.issuer, found.year) == (29, "nd", "cp", 1998)


def test_place_is_read_in_any_order() -> None:
    for text in ("Điều 5 khoản 2 điểm a của quy định 15", "diem a khoan 2 dieu 5 quy dinh 15"):
        place = place_in(text)
        assert place is not None
        assert (place.article, place.clause, place.point) == ("5", "2", "a")
    assert place_in("mục 1.1 hướng dẫn 06").section == "1.1"  # type: ignore[union-attr]
    assert place_in("điều kiện kết nạp") is None
