"""State secrets: what is refused, what is held for a person to decide, and what is prose."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.formats.read import read
from documents.layout.secrecy import Mark, Outcome, Verdict, judge
from documents.layout.stamp_form import LEVELS, form_of
from documents.vietnamese.look_alikes import as_latin
from tests.support.secret_heads import COUNT, Head, heads, in_legacy

PROSE = "Cấp ủy, chi bộ thực hiện đúng quy định về kết nạp đảng viên.\n"


def judged(folder: Path, head: Head) -> Verdict:
    file = folder / head.name
    file.write_bytes(head.content)
    reading = read(file)
    return judge(reading.text, reading.page_starts, reading.marks, recognised=reading.recognised)


def test_every_stamped_document_is_kept_out_and_hardly_any_other(tmp_path: Path) -> None:
    made = tuple(heads())
    verdicts = [(head, judged(tmp_path, head).outcome) for head in made]
    assert sum(head.is_secret for head in made) == COUNT == len(made) / 2
    taken = [head.told for head, outcome in verdicts if head.is_secret and outcome is Outcome.OPEN]
    assert taken == []
    alarms = [
        head.told
        for head, outcome in verdicts
        if not head.is_secret and outcome is not Outcome.OPEN
    ]
    assert len(alarms) <= 2, alarms
    certain = sum(outcome is Outcome.SECRET for head, outcome in verdicts if head.is_secret)
    assert certain >= 0.75 * COUNT  # what is held takes somebody's time


@pytest.mark.parametrize(
    ("line", "level", "outcome"),
    [
        ("M Ậ T", "Mật", Outcome.SECRET),
        ("T Ố I  M Ậ T", "Tối mật", Outcome.SECRET),
        ("T.U.Y.Ệ.T M.Ậ.T", "Tuyệt mật", Outcome.SECRET),
        ("MẬT/KHẨN", "Mật", Outcome.SECRET),
        ("MẬT (Bản sao)", "Mật", Outcome.SECRET),
        ("BÍ MẬT NHÀ NƯỚC", "Mật", Outcome.SECRET),
        ("Độ mật: TỐI MẬT (A)", "Tối mật", Outcome.SECRET),
        ("Độ mật: Mật", "Mật", Outcome.SECRET),
        ("* MẬT * KHẨN", "Mật", Outcome.SECRET),
        ("Bản số 01 - MẬT", "Mật", Outcome.SECRET),
        ("МẬТ", "Mật", Outcome.SECRET),  # Cyrillic М and Т
        ("ΜẬΤ", "Mật", Outcome.SECRET),  # Greek
        ("МА̣̂Т", "Mật", Outcome.SECRET),  # Cyrillic throughout, its marks apart
        ("ＭẬＴ", "Mật", Outcome.SECRET),
        ("M\u200bẬ\u200bT", "Mật", Outcome.SECRET),
        ("M\u0336Ậ\u0336T\u0336", "Mật", Outcome.SECRET),
        ("TỐIMẬT", "Tối mật", Outcome.SECRET),
        ("Số: 05/BC-UBND MẬT", "Mật", Outcome.SECRET),
        ("TỐI MẬT  ĐẢNG CỘNG SẢN VIỆT NAM", "Tối mật", Outcome.SECRET),
        ("Đông Hòa, ngày 26 tháng 5 năm 2025 MẬT", "Mật", Outcome.SECRET),
        ("Mật", "Mật", Outcome.DOUBTFUL),
        ("TOI MAT", "Tối mật", Outcome.DOUBTFUL),
        ("T0I MAT", "Tối mật", Outcome.DOUBTFUL),
        ("BÁO CÁO MẬT", "Mật", Outcome.DOUBTFUL),
        ("MẬT (không chuyển tiếp)", "Mật", Outcome.DOUBTFUL),
        ("TUYỆT MẬT / TỐI MẬT / MẬT", "Tuyệt mật", Outcome.DOUBTFUL),
        ("Số 12-BC/TU | MẬT", "Mật", Outcome.DOUBTFUL),
    ],
)
def test_a_stamp_in_the_head_is_known_in_every_form(
    line: str, level: str, outcome: Outcome
) -> None:
    verdict = judge(f"TỈNH ỦY ĐÔNG HÒA\n{line}\nSố 1-BC/TU\n{PROSE}")
    assert verdict.finding is not None
    assert (verdict.finding.level, verdict.outcome) == (level, outcome)


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
@pytest.mark.parametrize("stamp", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_a_stamp_typed_in_a_legacy_font_is_known_amid_unicode(encoding: str, stamp: str) -> None:
    line = in_legacy(stamp, encoding)
    assert line != stamp
    assert judge(f"TỈNH ỦY ĐÔNG HÒA\n{line}\n{PROSE}").outcome is Outcome.SECRET


@pytest.mark.parametrize(
    "text",
    [
        "Luật Bảo vệ bí mật nhà nước",
        "LUẬT\nBẢO VỆ\nBÍ MẬT NHÀ NƯỚC",
        "DANH MỤC\nBÍ MẬT NHÀ NƯỚC",
        "Điều 4. Tài liệu mật được bảo quản trong tủ có khóa.",
        "tài liệu mật",
        "Các độ mật:\na) Tuyệt mật;\nb) Tối mật;\nc) Mật.",
        "BẢO MẬT",
        "GIẢI MẬT",
        "MẶT",
        "MẮT",
        "tôi mất",
        "Độ mật: Không",
        "ĐỘ MẬT",
        "Loại | Tuyệt mật | Tối mật | Mật",
        "",
    ],
)
def test_words_about_secrets_are_no_stamp(text: str) -> None:
    assert judge(f"TỈNH ỦY ĐÔNG HÒA\n{text}\n{PROSE}").outcome is Outcome.OPEN


def test_letters_that_stand_one_under_the_other_are_a_stamp() -> None:
    assert judge(f"TỈNH ỦY ĐÔNG HÒA\nM\nẬ\nT\n{PROSE}").outcome is Outcome.SECRET


def test_a_stamp_is_known_at_the_head_and_the_foot_of_every_page_and_doubtful_amid_the_text() -> (
    None
):
    page = PROSE * 20
    first, second = page, f"{page}MẬT\n"
    text = first + second + page
    starts = (0, len(first), len(first) + len(second))
    verdict = judge(text, starts)
    assert verdict.finding is not None
    assert (verdict.outcome, verdict.finding.place) == (Outcome.SECRET, "trang 2")
    inside = judge(f"{page}MẬT\n{page}")
    assert inside.finding is not None
    assert (inside.outcome, inside.finding.place) == (Outcome.DOUBTFUL, "dòng 21")


def test_the_levels_that_a_regulation_lists_are_no_stamp() -> None:
    text = f"{PROSE * 20}Mẫu dấu:\nTUYỆT MẬT\nTỐI MẬT\nMẬT\n{PROSE * 20}"
    assert judge(text).outcome is Outcome.OPEN


def test_what_was_recognised_with_other_marks_is_held() -> None:
    text = f"TỈNH ỦY ĐÔNG HÒA\nMẶT\n{PROSE}"
    assert judge(text, recognised=True).outcome is Outcome.DOUBTFUL
    assert judge(text).outcome is Outcome.OPEN


def test_the_gravest_certain_stamp_is_told_with_its_place_and_the_doubts() -> None:
    verdict = judge("Tuyệt mật\nMẬT", (), (Mark("T Ố I M Ậ T", "hộp chữ"),))
    assert verdict.finding is not None
    assert verdict.finding.told == "dấu “TUYỆT MẬT” ở dòng 1 (viết chữ thường)"
    doubtful = judge("Mật\nSố 1-BC/TU")
    assert doubtful.finding is not None
    assert doubtful.finding.told == "dấu “MẬT” ở dòng 1 (viết chữ thường)"


@given(st.text(max_size=150))
def test_any_line_is_read_and_worth_no_more_than_a_stamp(line: str) -> None:
    form = form_of(line)
    assert form is None or (0 < form.worth <= 1 and form.level in LEVELS)
    assert as_latin(as_latin(line)) == as_latin(line)


def test_no_document_of_the_real_ones_is_held(shared_data: Path) -> None:
    files = [
        file
        for folder in ("party", "legacy")
        for file in sorted((shared_data / folder).iterdir())
        if file.suffix in (".pdf", ".txt", ".rtf")
    ]
    found = {}
    for file in files:
        reading = read(file)
        if finding := judge(reading.text, reading.page_starts, reading.marks).finding:
            found[file.name] = finding
    assert len(files) >= 15
    assert found == {}
