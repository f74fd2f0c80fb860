"""Word 97 files are read as Word shows them."""

from pathlib import Path

import pytest

from documents.errors import DocumentError
from documents.formats.doc_file import read_doc
from documents.formats.read import read
from tests.support.word97 import Run, doc, paragraph, row

CLAUSES = (
    "TỈNH ỦY SƠN LĨNH",
    "Điều 1. Chế độ bồi dưỡng đối với người được cử đi học là 431.000 đồng một tháng.",
)


def read_bytes(folder: Path, content: bytes) -> list[str]:
    file = folder / "van-ban.doc"
    file.write_bytes(content)
    return read(file).text.split("\n")


def test_every_vietnamese_letter_of_a_word_97_file_is_kept(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, doc([*map(paragraph, CLAUSES)])) == list(CLAUSES)


def test_bytes_after_the_end_of_a_word_97_file_do_not_matter(tmp_path: Path) -> None:
    content = doc([*map(paragraph, CLAUSES)]) + bytes(333) + b"\x1f\x07"
    assert read_bytes(tmp_path, content) == list(CLAUSES)


@pytest.mark.parametrize("narrow", [True, False])
def test_a_run_in_a_legacy_font_of_a_word_97_file_becomes_unicode(
    tmp_path: Path, narrow: bool
) -> None:
    content = doc(
        [
            paragraph(Run("tØnh ñy s¬n lÜnh", font=1)),
            paragraph(Run("§iÒu 1. Møc thu lµ 431.000 ®ång.", font=2)),
            paragraph(Run("Ñieàu 2. Thieát bò", font=3), Run(" No 5")),
        ],
        fonts=("Arial", ".VnTimeH", ".VnTime", "VNI-Times"),
        narrow=narrow,
    )
    assert read_bytes(tmp_path, content) == [
        "TỈNH ỦY SƠN LĨNH",
        "Điều 1. Mức thu là 431.000 đồng.",
        "Điều 2. Thiết bị No 5",
    ]


def test_deleted_and_hidden_text_of_a_word_97_file_is_not_read(tmp_path: Path) -> None:
    body = [
        paragraph("Có ", Run("09", deleted=True), "04 người", Run(" nháp bỏ", hidden=True), "."),
    ]
    assert read_bytes(tmp_path, doc(body)) == ["Có 04 người."]


def test_a_field_of_a_word_97_file_shows_its_result_and_not_its_code(tmp_path: Path) -> None:
    body = [paragraph("Ngày ", Run("\x13 DATE \x14", special=True), "5/6", Run("\x15"), " họp.")]
    assert read_bytes(tmp_path, doc(body)) == ["Ngày 5/6 họp."]


def test_the_numbers_that_lists_give_in_a_word_97_file_are_written(tmp_path: Path) -> None:
    body = [
        paragraph("Phạm vi", in_list=1),
        paragraph("Áp dụng cho cơ quan.", in_list=1, level=1),
        paragraph("Đoạn xen giữa."),
        paragraph("Áp dụng cho cá nhân.", in_list=1, level=1),
        paragraph("Mức thu", in_list=1),
        paragraph("Mức thấp nhất.", in_list=1, level=1),
    ]
    content = doc(body, patterns=((0, "Điều \0."), (4, "\1)")))
    assert read_bytes(tmp_path, content) == [
        "Điều 1. Phạm vi",
        "a) Áp dụng cho cơ quan.",
        "Đoạn xen giữa.",
        "b) Áp dụng cho cá nhân.",
        "Điều 2. Mức thu",
        "a) Mức thấp nhất.",
    ]


def test_a_table_of_a_word_97_file_keeps_its_headers_and_merged_cells(tmp_path: Path) -> None:
    body = [
        paragraph("Bảng 1"),
        *row("Khu", "Loại", "Số căn hộ"),
        *row("Khu A", "Lớn", "58"),
        *row("", "Nhỏ", "73", goes_on=(True, False, False)),
        paragraph("Hết."),
    ]
    assert read_bytes(tmp_path, doc(body)) == [
        "Bảng 1",
        "Khu: Khu A | Loại: Lớn | Số căn hộ: 58",
        "Khu: Khu A | Loại: Nhỏ | Số căn hộ: 73",
        "Hết.",
    ]


def test_a_signature_table_that_touches_another_is_none_of_its_rows(tmp_path: Path) -> None:
    body = [
        paragraph("Bảng 1"),
        *row("Khu", "Số căn hộ"),
        *row("Khu A", "58"),
        *row("Nơi nhận:", "T/M BAN THƯỜNG VỤ"),
        *row("- Các huyện ủy", "Trần Văn Mẫu"),
    ]
    assert read_bytes(tmp_path, doc(body))[1:3] == ["Khu: Khu A | Số căn hộ: 58", "Nơi nhận:"]


def test_boxes_and_notes_of_a_word_97_file_stand_where_they_hang(tmp_path: Path) -> None:
    body = [paragraph("Khen thưởng", Run("\x02", special=True), " bốn đợt."), paragraph("Hết.")]
    content = doc(body, boxes={0: "MẬT"}, notes={11: "Không quá 80 phút."})
    assert read_bytes(tmp_path, content) == [
        "Khen thưởng bốn đợt.",
        "MẬT",
        "[1] Không quá 80 phút.",
        "Hết.",
    ]


def test_a_letterhead_that_stands_in_the_pages_header_is_read(tmp_path: Path) -> None:
    content = doc([paragraph("THÔNG BÁO"), paragraph("về lịch tiếp dân")], header="Số 12-TB/TU")
    assert read_bytes(tmp_path, content)[0] == "Số 12-TB/TU"
    with_own = doc([paragraph("Số 13-TB/TU"), paragraph("THÔNG BÁO")], header="Số 12-TB/TU")
    assert read_bytes(tmp_path, with_own)[0] == "Số 13-TB/TU"


def test_a_stamp_in_the_pages_header_of_a_word_97_file_is_seen(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, doc([paragraph("BÁO CÁO")], header="TỐI MẬT"))[0] == "TỐI MẬT"


def test_pictures_of_a_word_97_file_are_said_to_be_unread(tmp_path: Path) -> None:
    file = tmp_path / "anh.doc"
    file.write_bytes(doc([paragraph("Phụ lục:"), paragraph(Run("\x01", special=True))]))
    assert read(file).notes == ("không đọc 1 hình",)


@pytest.mark.parametrize("length", range(0, 12_000, 900))
def test_a_word_97_file_cut_anywhere_is_read_or_refused_in_one_line(
    tmp_path: Path, length: int
) -> None:
    whole = doc([*map(paragraph, CLAUSES)], header="Số 1", patterns=((0, "\0."),))
    file = tmp_path / "hong.doc"
    file.write_bytes(whole[:length])
    said = ""
    try:
        read_doc(file)
    except DocumentError as error:
        said = str(error)
    assert "\n" not in said
