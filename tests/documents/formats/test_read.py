"""Files of each kind become paragraphs and table rows; what cannot be used is refused clearly."""

import io
import shutil
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.errors import DocumentError
from documents.formats.ocr import can_recognise
from documents.formats.paragraphs import Line, paragraphs, without_furniture
from documents.formats.pdf.aligned_tables import PlacedLine, tabulated
from documents.formats.read import MAX_BYTES, SUFFIXES, read
from documents.formats.tables import table_lines
from tests.golden.passages import samples

PARAGRAPH = "Cấp ủy, chi bộ thực hiện đúng quy định về kết nạp đảng viên; sức khỏe tốt, hòa nhã."


@pytest.mark.parametrize(
    "encoded",
    [
        PARAGRAPH.encode(),
        b"\xef\xbb\xbf" + PARAGRAPH.encode(),
        PARAGRAPH.encode("utf-16"),
        PARAGRAPH.encode("utf-16-le"),
        PARAGRAPH.encode("utf-16-be"),
        unicodedata.normalize("NFD", PARAGRAPH).encode(),
        PARAGRAPH.replace("òa", "oà").replace("ỏe", "oẻ").encode(),
    ],
)
def test_text_is_read_in_any_encoding_to_one_spelling(tmp_path: Path, encoded: bytes) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(encoded)
    assert read(file).text == PARAGRAPH


def in_windows_1258(text: str) -> bytes:
    """Encode as Windows does: the vowel with its mark, then the tone."""
    encoded = b""
    for letter in text:
        try:
            encoded += letter.encode("cp1258")
        except UnicodeEncodeError:
            decomposed = unicodedata.normalize("NFD", letter)
            tones = [mark for mark in decomposed if mark in "\u0300\u0301\u0303\u0309\u0323"]
            vowel = "".join(mark for mark in decomposed if mark not in tones)
            encoded += (unicodedata.normalize("NFC", vowel) + "".join(tones)).encode("cp1258")
    return encoded


def test_windows_1258_is_told_from_western_text(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(in_windows_1258(PARAGRAPH))
    assert read(file).text == PARAGRAPH
    french = "Les élèves français étudient à l'école où règne la sérénité."
    file.write_bytes(french.encode("cp1252"))
    assert read(file).text == french


def test_a_lost_byte_does_not_hide_that_a_text_is_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    encoded = f"{PARAGRAPH}\n{PARAGRAPH}".encode()
    file.write_bytes(encoded[:40] + b"\xff" + encoded[40:])
    assert read(file).text == f"{PARAGRAPH}\n{PARAGRAPH}"


LEGACY = "B¸o c¸o t×nh h×nh thùc hiÖn nhiÖm vô kÕ ho¹ch n¨m 2004 vµ kÕ ho¹ch ph¸t triÓn kinh tÕ"
LEGACY_READ = (
    "Báo cáo tình hình thực hiện nhiệm vụ kế hoạch năm 2004 và kế hoạch phát triển kinh tế"
)
VNI = "Quy cheá naøy quy ñònh chöùc naêng, nhieäm vuï, quyeàn haïn cuûa Ñoäi Kieåm tra lieân ngaønh"
VNI_READ = "Quy chế này quy định chức năng, nhiệm vụ, quyền hạn của Đội Kiểm tra liên ngành"


@pytest.mark.parametrize(("typed", "shown"), [(LEGACY, LEGACY_READ), (VNI, VNI_READ)])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_text_of_legacy_fonts_becomes_unicode(
    tmp_path: Path, typed: str, shown: str, encoding: str
) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(f"{typed}\n“{typed}”".encode(encoding))
    assert read(file).text == f"{shown}\n“{shown}”"


def test_a_run_in_a_legacy_font_of_a_word_file_becomes_unicode(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Chữ Unicode; ")
    run = paragraph.add_run("ph¸t triÓn")
    run.font.name = ".VnTime"
    run = paragraph.add_run(" kinh tÕ")
    run.font.name = ".VnTimeH"
    file = tmp_path / "a.docx"
    document.save(str(file))
    assert read(file).text == "Chữ Unicode; phát triển KINH TẾ"


def test_without_tesseract_a_scan_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    can_recognise.cache_clear()
    assert_refused(tmp_path / "a.pdf", blank_pdf(), "tesseract-ocr-vie")
    assert_refused(tmp_path / "a.png", b"\x89PNG", "tesseract-ocr-vie")
    monkeypatch.undo()
    can_recognise.cache_clear()


def test_without_antiword_an_old_word_file_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert_refused(tmp_path / "a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, "antiword")


@pytest.mark.skipif(shutil.which("antiword") is None, reason="antiword is not installed")
def test_a_damaged_old_word_file_is_refused(tmp_path: Path) -> None:
    assert_refused(tmp_path / "a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, "hỏng")


def test_hard_wrapped_text_becomes_paragraphs(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(
        "Bảo đảm phát triển kinh tế nhanh với bước tiến mới về chất\n"
        "lượng và tính bền vững, tạo cơ sở cho việc thực hiện mục\n"
        "tiêu, nhiệm vụ kế hoạch phát triển kinh tế - xã hội năm\n"
        "năm tới của tỉnh.\n"
        "- Phát huy tối đa và sử dụng có hiệu quả mọi nguồn lực phục\n"
        "vụ chuyển dịch cơ cấu kinh tế.\n"
        "\n"
        "Đoạn sau.\n",
        encoding="utf-8",
    )
    wrapped, bullet, last = read(file).text.split("\n")
    assert wrapped.startswith("Bảo đảm phát triển kinh tế nhanh với bước tiến mới về chất lượng và")
    assert wrapped.endswith("kinh tế - xã hội năm năm tới của tỉnh.")
    assert bullet.endswith("mọi nguồn lực phục vụ chuyển dịch cơ cấu kinh tế.")
    assert last == "Đoạn sau."


def test_markdown_keeps_headings_lists_and_rows_without_its_signs(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(
        "---\ntitle: x\n---\n# Sổ tay **nghiệp vụ**\n\n## I. Kết quả\n\n"
        "Xem [hướng dẫn](http://example.org) và *ghi chú* `mẫu 1`.\n\n* một\n* hai\n\n"
        "| Năm | Kết nạp |\n|---|---:|\n| 2023 | **1.386** |\n\n<!-- bỏ -->\n> Trích dẫn\n",
        encoding="utf-8",
    )
    assert read(file).text.split("\n") == [
        "# Sổ tay nghiệp vụ",
        "I. Kết quả",
        "Xem hướng dẫn và ghi chú mẫu 1.",
        "- một",
        "- hai",
        "Năm: 2023 | Kết nạp: 1.386",
        "Trích dẫn",
    ]


def test_a_web_page_is_read_without_its_furniture() -> None:
    (page,) = [path for path in samples() if path.suffix == ".html"]
    lines = read(page).text.split("\n")
    assert lines[:3] == [
        "Nguồn: Xây dựng Đảng Sơn Lĩnh",
        "Ngày đăng: 02/11/2021",
        "# Kon Tum: Năm năm đưa Nghị quyết 03-NQ/TU về từng chi bộ thôn, làng",
    ]
    text = "\n".join(lines)
    assert "588/756" in text
    for furniture in (
        "Trang chủ",
        "Tin liên quan",
        "Đọc nhiều",
        "Chia sẻ",
        "Bình luận",
        "Lượt truy cập",
    ):
        assert furniture not in text


def test_a_word_file_gives_headings_lists_and_tables_in_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Kết quả", level=1)
    document.add_paragraph("Đoạn một.")
    table = document.add_table(rows=0, cols=3)
    for cells in (("Năm", "Kết nạp", "Ghi chú"), ("2022", "1.297", ""), ("2023", "1.386", "tăng")):
        row = table.add_row().cells
        for cell, text in zip(row, cells, strict=True):
            cell.text = text
    document.add_heading("1. Nhiệm vụ", level=2)
    document.add_paragraph("Việc đầu", style="List Number")
    document.add_paragraph("Việc sau", style="List Number")
    document.add_paragraph("Gạch đầu dòng", style="List Bullet")
    file = tmp_path / "a.docx"
    document.save(str(file))
    assert read(file).text.split("\n") == [
        "# Kết quả",
        "Đoạn một.",
        "Năm: 2022 | Kết nạp: 1.297",
        "Năm: 2023 | Kết nạp: 1.386 | Ghi chú: tăng",
        "1. Nhiệm vụ",
        "1. Việc đầu",
        "2. Việc sau",
        "- Gạch đầu dòng",
    ]


def test_merged_headers_of_a_word_table_are_named_in_full(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Đơn vị"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Kết nạp"
    table.cell(1, 1).text, table.cell(1, 2).text = "Năm 2022", "Năm 2023"
    for column, text in enumerate(("Huyện A", "10", "12")):
        table.cell(2, column).text = text
    file = tmp_path / "a.docx"
    document.save(str(file))
    assert read(file).text == "Đơn vị: Huyện A | Kết nạp - Năm 2022: 10 | Kết nạp - Năm 2023: 12"


def test_deleted_text_of_a_word_file_is_not_read_and_inserted_text_is(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Giữ lại ")
    for tag, text_tag, text in (("w:ins", "w:t", "thêm"), ("w:del", "w:delText", "bỏ")):
        change, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        words.text = text
        run.append(words)
        change.append(run)
        paragraph._p.append(change)
    change.set(qn("w:id"), "1")
    file = tmp_path / "a.docx"
    document.save(str(file))
    assert read(file).text == "Giữ lại thêm"


def test_a_layout_table_is_read_cell_by_cell() -> None:
    rows = [["TỈNH ỦY A\n*\nSố 1-QĐ/TU", "ĐẢNG CỘNG SẢN VIỆT NAM\nA, ngày 1 tháng 2 năm 2024"]]
    assert table_lines(rows) == (
        "TỈNH ỦY A",
        "*",
        "Số 1-QĐ/TU",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "A, ngày 1 tháng 2 năm 2024",
    )


def lines(*texts: str, width: int = 60) -> list[Line]:
    """Place lines on a page of the width: full lines end at the margin, others where they end."""
    return [Line(text, 0, width if len(text) > width - 8 else len(text)) for text in texts]


FULL_LINES = (
    "Hệ thống tổ chức của Đảng được lập tương ứng với hệ thống",
    "tổ chức hành chính của Nhà nước, theo quyết định của Ban Tổ",
    "chức Trung ương và được giao cho cấp ủy địa phương quản lý",
)


def test_wrapped_lines_are_joined_across_pages_and_pages_start_exactly() -> None:
    pages = [
        lines(*FULL_LINES[:2]),
        lines(FULL_LINES[2], "trực tiếp.", "2. Mục sau."),
        lines("Hết."),
    ]
    text, starts = paragraphs(pages)
    assert text == " ".join((*FULL_LINES, "trực tiếp.")) + "\n2. Mục sau.\nHết."
    assert [text[start : start + 4] for start in starts] == ["Hệ t", "chức", "Hết."]


@pytest.mark.parametrize(
    "beginning",
    [
        "1.2. Nguyên tắc",
        "a) Có đơn",
        "- Nội dung",
        "+ Đợt 3/2",
        "Điều 1. Thời gian",
        "VỀ CÔNG TÁC ĐẢNG",
    ],
)
def test_numbering_bullets_and_headings_begin_a_paragraph(beginning: str) -> None:
    text, _ = paragraphs([lines("Chi bộ xem xét.", *FULL_LINES, beginning)])
    assert text.split("\n")[-1] == beginning


@pytest.mark.parametrize(
    "rest", ["xã hội của tỉnh.", "- xã hội của tỉnh.", "30. Các cấp ủy", "đảng."]
)
def test_a_dash_or_a_number_inside_a_sentence_does_not_begin_a_paragraph(rest: str) -> None:
    full = "Phát triển kinh tế của địa phương từ nay cho đến hết ngày"
    text, _ = paragraphs([lines(full, full, full, rest)])
    assert text.endswith(f"ngày {rest}")


def test_a_word_broken_at_the_end_of_a_line_is_joined() -> None:
    text, _ = paragraphs([lines("nghiên cứu về de\u0002", "mocracy")])
    assert text == "nghiên cứu về democracy"


def test_page_numbers_and_repeated_headers_are_dropped() -> None:
    pages = [
        lines("ĐẢNG BỘ TỈNH - Lưu hành", f"{number}", f"Nội dung {name}", "Trang sau")
        for number, name in zip(range(2, 6), ("một", "hai", "ba", "bốn"), strict=True)
    ]
    kept = without_furniture(pages)
    assert [[line.text for line in page] for page in kept] == [
        [f"Nội dung {name}"] for name in ("một", "hai", "ba", "bốn")
    ]


def test_a_figure_alone_at_the_end_of_a_page_is_kept() -> None:
    pages = [lines("Tổng số", "6225"), lines("Nữ", "2931")]
    assert without_furniture(pages) == tuple(map(tuple, pages))


def placed(*cells: tuple[str, float, float]) -> PlacedLine:
    parts = tuple(Line(*cell) for cell in cells)
    whole = Line(" ".join(part.text for part in parts), parts[0].left, parts[-1].right)
    return PlacedLine(whole, parts if len(parts) > 1 else ())


def test_words_in_columns_on_a_page_are_read_as_table_rows() -> None:
    found = tabulated(
        [
            placed(("Kết quả như sau:", 90, 250)),
            placed(("TT", 93, 106), ("Đảng bộ", 209, 250), ("Tổng số", 386, 402)),
            placed(("1", 98, 101), ("Thành ủy Lĩnh Xuyên", 119, 216), ("386", 386, 402)),
            placed(("Toàn tỉnh", 205, 254), ("2.204", 381, 408)),
            placed(("Đoạn sau.", 90, 200)),
        ]
    )
    assert [line.text for line in found] == [
        "Kết quả như sau:",
        "TT: 1 | Đảng bộ: Thành ủy Lĩnh Xuyên | Tổng số: 386",
        "Đảng bộ: Toàn tỉnh | Tổng số: 2.204",
        "Đoạn sau.",
    ]


@given(st.lists(st.lists(st.text(alphabet="aăđ 1.-)(AĐ", max_size=30), max_size=5), max_size=5))
def test_pages_start_in_order_inside_the_text(pages: list[list[str]]) -> None:
    text, starts = paragraphs([lines(*page) for page in pages])
    assert len(starts) == len(pages)
    assert list(starts) == sorted(starts)
    assert all(0 <= start <= len(text) for start in starts)
    for page, start in zip(pages, starts, strict=True):
        words = " ".join(page).split()
        assert not words or text[start:].startswith(words[0])


def test_the_first_requirement_of_294_stands_on_page_1(shared_data: Path) -> None:
    reading = read(shared_data / "party" / "quydinh294.pdf")
    assert len(reading.page_starts) == 35
    first = reading.text.index("1.1.1. Tại thời điểm chi bộ xét kết nạp")
    assert first < reading.page_starts[1]
    assert reading.text[reading.page_starts[1] :].startswith("phương, cơ quan, đơn vị;")
    assert "của địa phương, cơ quan" in reading.text
    assert not [line for line in reading.text.split("\n") if line.isdigit()]


def blank_pdf() -> bytes:
    file = pypdfium2.PdfDocument.new()
    file.new_page(595, 842)
    buffer = io.BytesIO()
    file.save(buffer)
    file.close()
    return buffer.getvalue()


def locked_pdf() -> bytes:
    secret = "<" + "41" * 32 + ">"
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        + f"3 0 obj<</Filter/Standard/V 1/R 2/O{secret}/U{secret}/P -4>>endobj\n".encode()
        + b"trailer<</Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]>>\n%%EOF"
    )


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "rỗng"),
        ("a.txt", b" \n\n ", "không có chữ"),
        ("a.txt", bytes(range(256)) * 20, "không phải tệp văn bản"),
        ("a.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 50, "không phải tệp văn bản"),
        ("a.html", b"<html><body></body></html>", "không thấy nội dung chính"),
        ("a.pdf", b"%PDF-1.4 rubbish", "hỏng"),
        ("a.pdf", b"not a pdf at all", "hỏng"),
        ("a.docx", b"not a zip at all", "hỏng"),
        ("a.docx", zipped({"word/other.xml": b"<x/>"}), "hỏng"),
        ("a.docx", zipped({"[Content_Types].xml": b"<broken"}), "hỏng"),
        ("a.docx", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, "mật khẩu"),
        ("a.exe", b"MZ", "không đọc được loại tệp này"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    assert_refused(tmp_path / name, content, reason)


@pytest.mark.parametrize(
    ("make", "reason"), [(blank_pdf, "không có lớp chữ"), (locked_pdf, "có mật khẩu")]
)
def test_a_pdf_without_text_or_behind_a_password_is_refused(
    tmp_path: Path, make: Callable[[], bytes], reason: str
) -> None:
    assert_refused(tmp_path / "a.pdf", make(), reason)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    with file.open("wb") as handle:
        handle.truncate(MAX_BYTES + 1)
    with pytest.raises(DocumentError, match="lớn hơn 100 MB"):
        read(file)


def assert_refused(file: Path, content: bytes, reason: str) -> None:
    file.write_bytes(content)
    with pytest.raises(DocumentError) as refusal:
        read(file)
    message = str(refusal.value)
    assert message.startswith(f"{file}: ")
    assert reason in message
    assert "hãy" in message
    assert "\n" not in message


SEEDS = {path.suffix: path.read_bytes() for path in samples()}


@pytest.mark.parametrize("suffix", SEEDS)
@settings(deadline=None)  # the first one imports a library
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject
) -> None:
    content = bytearray(SEEDS[suffix])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=30)):
        content[place] = data.draw(st.integers(0, 255))
    end = data.draw(st.one_of(st.just(len(content)), st.integers(1, len(content))))
    file = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    file.write_bytes(content[:end])
    try:
        reading = read(file)
    except DocumentError:
        return
    assert reading.text == unicodedata.normalize("NFC", reading.text)


def test_every_kind_of_sample_is_read() -> None:
    assert {path.suffix for path in samples()} <= set(SUFFIXES)
    for path in samples():
        assert "TÀI LIỆU MẪU" in read(path).text
