"""What office files and pages hold beside their body is read, or said not to be."""

import io
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.drawing.image import Image
from PIL import Image as Picture

from documents.errors import DocumentError
from documents.formats import docx_file
from documents.formats.paragraphs import Line
from documents.formats.read import Reading, read
from documents.metadata.extract import describe
from tests.support import office_files

ARTICLE = "Điều 2. Định mức nước uống của đại biểu là 17.500 đồng một buổi họp."


def read_bytes(folder: Path, name: str, content: bytes) -> Reading:
    file = folder / name
    file.write_bytes(content)
    return read(file)


def saved(document: "docx.document.Document") -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_parts(content: bytes, parts: dict[str, bytes], relations: str) -> bytes:
    """Return a Word file with more parts, and relations of its body to them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/_rels/document.xml.rels":
                data = data.replace(b"</Relationships>", relations.encode() + b"</Relationships>")
            if name == "[Content_Types].xml":
                data = data.replace(
                    b"<Default ", b'<Default Extension="htm" ContentType="text/html"/><Default ', 1
                )
            new.writestr(name, data)
        for name, data in parts.items():
            new.writestr(name, data)
    return buffer.getvalue()


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def test_a_chunk_of_another_format_is_a_part_of_a_word_file(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Điều 1. Nguyên tắc")
    document.element.body.insert(1, parse_xml(f'<w:altChunk {nsdecls("w", "r")} r:id="rId77"/>'))
    content = with_parts(
        saved(document),
        {"word/phan.htm": f"<html><body><p>{ARTICLE}</p></body></html>".encode()},
        f'<Relationship Id="rId77" Type="{OFFICE}/aFChunk" Target="phan.htm"/>',
    )
    assert read_bytes(tmp_path, "a.docx", content).text.split("\n")[1:] == [ARTICLE]


def boxed(*paragraphs: str) -> str:
    inside = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return (
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox>'
        f"<w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def test_the_paragraphs_of_a_text_box_stand_apart_and_before_what_it_hangs_on(
    tmp_path: Path,
) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("QUY ĐỊNH")
    paragraph._p.append(parse_xml(boxed("TỈNH ỦY SƠN LĨNH", "Số 504-QĐ/TU")))
    reading = read_bytes(tmp_path, "a.docx", saved(document))
    assert reading.text.split("\n") == ["TỈNH ỦY SƠN LĨNH", "Số 504-QĐ/TU", "QUY ĐỊNH"]


def test_the_parts_of_a_letterhead_in_a_pages_header_are_told_apart(tmp_path: Path) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[
        0
    ].text = "TỈNH ỦY SƠN LĨNH\tSố 507-TB/TU\tSơn Lĩnh, ngày 29 tháng 5 năm 2025"
    for text in ("THÔNG BÁO", "về lịch tiếp công dân của đồng chí Bí thư", "Tiếp dân ngày 19."):
        document.add_paragraph(text)
    reading = read_bytes(tmp_path, "a.docx", saved(document))
    found = describe(reading.text, "a.docx")
    assert (found.number, found.issuer) == ("507-TB/TU", "Tỉnh ủy Sơn Lĩnh")


def test_hidden_text_of_a_word_file_is_not_read(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Mỗi xe được cấp ")
    paragraph.add_run("999 lít nháp ").font.hidden = True
    paragraph.add_run("165 lít.")
    assert read_bytes(tmp_path, "a.docx", saved(document)).text == "Mỗi xe được cấp 165 lít."


def test_a_list_that_does_not_begin_anew_counts_on(tmp_path: Path) -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
        for depth, pattern, more in (
            (0, "Chương %1.", ""),
            (1, "Điều %2.", '<w:lvlRestart w:val="0"/>'),
        )
    )
    numbering.insert(
        0,
        parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="95">{levels}</w:abstractNum>'),
    )
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="95"><w:abstractNumId w:val="95"/></w:num>')
    )
    for depth, text in ((0, "Chung"), (1, "Phạm vi"), (0, "Riêng"), (1, "Mức thu")):
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="95"/></w:numPr>'
            )
        )
    lines = read_bytes(tmp_path, "a.docx", saved(document)).text.split("\n")
    assert lines[1::2] == ["Điều 1. Phạm vi", "Điều 2. Mức thu"]


def test_a_table_of_contents_is_no_part_of_the_text(tmp_path: Path) -> None:
    document = docx.Document()
    entries = ("MỤC LỤC", "Điều 1. Phạm vi\t2", "Điều 2. Giờ giấc ........ 3")
    for text in (*entries, "Điều 1. Phạm vi", "Áp dụng cho Văn phòng."):
        document.add_paragraph(text)
    lines = read_bytes(tmp_path, "a.docx", saved(document)).text.split("\n")
    assert lines == ["Điều 1. Phạm vi", "Áp dụng cho Văn phòng."]


def test_the_row_that_numbers_the_columns_is_no_row_of_a_table(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for row, texts in enumerate((("Đơn vị", "Tổng", "Nữ"), ("(1)", "(2)", "(3)"), ("A", "5", "2"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    text = read_bytes(tmp_path, "a.docx", saved(document)).text
    assert text == "Đơn vị: A | Tổng: 5 | Nữ: 2"


def picture() -> io.BytesIO:
    buffer = io.BytesIO()
    Picture.new("L", (400, 400), 255).save(buffer, "PNG")
    buffer.seek(0)
    return buffer


def pictured(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    document.add_picture(picture(), width=docx.shared.Cm(12))
    return saved(document)


def test_a_picture_in_a_word_file_is_said_to_be_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docx_file, "can_recognise", lambda: False)
    assert read_bytes(tmp_path, "a.docx", pictured(ARTICLE)).notes == ("không đọc 1 hình",)
    with pytest.raises(DocumentError, match="tệp chỉ có 1 hình, không có chữ.*tesseract"):
        read_bytes(tmp_path, "b.docx", pictured(""))


def test_the_words_of_a_picture_in_a_word_file_are_read_and_said_to_be_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docx_file, "can_recognise", lambda: True)
    monkeypatch.setattr(docx_file, "recognised_pages", lambda *_: [[Line(ARTICLE, 0, 400)]])
    typed = read_bytes(tmp_path, "a.docx", pictured("Điều 1. Danh mục ở hình dưới."))
    assert typed.text.endswith(ARTICLE)
    assert not typed.recognised
    assert "máy nhận dạng" in typed.notes[0]
    assert read_bytes(tmp_path, "b.docx", pictured("")).recognised


def test_an_endnote_of_a_word_file_stands_under_its_paragraph(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Trao huy hiệu bốn đợt.")
    paragraph.add_run()._r.append(parse_xml(f'<w:endnoteReference {nsdecls("w")} w:id="2"/>'))
    notes = (
        f'<w:endnotes {nsdecls("w")}><w:endnote w:id="2"><w:p><w:r>'
        "<w:t>Mức thưởng 1.990.000.</w:t></w:r></w:p></w:endnote></w:endnotes>"
    )
    content = with_parts(
        saved(document),
        {"word/endnotes.xml": notes.encode()},
        f'<Relationship Id="rId78" Type="{OFFICE}/endnotes" Target="endnotes.xml"/>',
    )
    assert (
        read_bytes(tmp_path, "a.docx", content).text.split("\n")[1] == "[1] Mức thưởng 1.990.000."
    )


def test_a_footnote_of_an_rtf_stands_under_its_paragraph(tmp_path: Path) -> None:
    note = "{\\super\\chftn}{\\footnote \\pard Mức thưởng\\par 1.990.000.}"
    body = f"Trao huy hiệu bốn đợt{note}.\\par Hết.\\par"
    reading = read_bytes(tmp_path, "a.rtf", office_files.rtf(body))
    assert reading.text.split("\n") == [
        "Trao huy hiệu bốn đợt.",
        "[1] Mức thưởng 1.990.000.",
        "Hết.",
    ]


def book(*, picture_only: bool = False) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    if not picture_only:
        for row in (("Đơn vị", "Biên chế", "Ghi chú"), ("Ban Tổ chức", 31, "cột ẩn"), ("Ẩn", 444)):
            sheet.append(row)
        sheet["D2"] = "=B2*2"
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
        made.create_sheet("Nháp").sheet_state = "hidden"
    sheet.add_image(Image(picture()), "F5")
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_what_a_sheet_hides_or_has_not_worked_out_is_left_out_and_said(tmp_path: Path) -> None:
    reading = read_bytes(tmp_path, "a.xlsx", book())
    assert reading.text == "Đơn vị: Ban Tổ chức | Biên chế: 31"
    said = " ".join(reading.notes)
    for part in ("1 ô công thức", "1 hình", "1 trang tính ẩn", "2 hàng, cột ẩn"):
        assert part in said


def test_a_sheet_of_a_picture_alone_is_refused_as_such(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="chỉ có 1 hình"):
        read_bytes(tmp_path, "a.xlsx", book(picture_only=True))


def test_letters_set_in_a_legacy_font_on_a_web_page_become_unicode(tmp_path: Path) -> None:
    said = "Mçi phßng ®\u00adîc mua hai m¸y in vµ c¸c thiÕt bÞ cÇn thiÕt cho c«ng viÖc."
    page = (
        f'<html><body><article><p><font face=".VnTimeH">th«ng b¸o</font></p>'
        f"<p style=\"font-family: '.VnTime'\">{said}</p>"
        "<p>Văn phòng Tỉnh ủy phân loại đơn thư trong ngày.</p></article></body></html>"
    )
    text = read_bytes(tmp_path, "a.html", page.encode()).text
    assert "THÔNG BÁO" in text
    assert "Mỗi phòng được mua hai máy in và các thiết bị cần thiết cho công việc." in text


def test_an_official_document_in_layout_tables_keeps_its_order_and_lists(tmp_path: Path) -> None:
    long = "Mức phí gian hàng là 95.000 đồng một phiên, nộp trước ngày họp chợ. " * 5
    page = (
        "<html><body><table><tr><td>Trang chủ</td><td>Văn bản</td></tr></table><table><tr><td>"
        "<table><tr><td><b>TỈNH ỦY SƠN LĨNH<br>*<br>Số 600-QĐ/TU</b></td><td><b>ĐẢNG CỘNG SẢN VIỆT "
        "NAM</b><br><i>Sơn Lĩnh, ngày 11 tháng 6 năm 2025</i></td></tr></table>"
        f"<h2>QUY ĐỊNH</h2><p>về chợ phiên</p><p>Điều 1. Phiên chợ</p><p>{long}</p>"
        "<table><tr><th>Khu</th><th>Số gian</th></tr><tr><td><ul><li>Khu rau</li></ul></td>"
        "<td>24</td></tr></table><p>Điều 2. Vệ sinh</p><p>Dọn trước 18 giờ 40 phút hằng ngày.</p>"
        "</td></tr></table></body></html>"
    )
    text = read_bytes(tmp_path, "a.html", page.encode()).text
    found = describe(text, "a.html")
    assert (found.number, found.issuer) == ("600-QĐ/TU", "Tỉnh ủy Sơn Lĩnh")
    lines = text.split("\n")
    assert "Khu: Khu rau | Số gian: 24" in lines
    assert lines.index("Điều 1. Phiên chợ") < lines.index("Điều 2. Vệ sinh")


@pytest.mark.parametrize(
    "words",
    ["Bạn cần bật JavaScript để chạy ứng dụng này.", "Vui lòng đăng nhập để xem toàn văn văn bản."],
)
def test_a_page_that_only_asks_for_something_is_no_document(tmp_path: Path, words: str) -> None:
    page = f"<html><head><title>Trang</title></head><body><p>{words}</p></body></html>"
    with pytest.raises(DocumentError, match="đăng nhập hoặc bật JavaScript"):
        read_bytes(tmp_path, "a.html", page.encode())


def test_the_figures_of_a_word_chart_are_no_document_inside_it(tmp_path: Path) -> None:
    content = with_parts(
        pictured(ARTICLE),
        {
            "word/embeddings/a.xlsx": book(),
            "word/embeddings/b.xlsx": book(),
            "word/charts/_rels/chart1.xml.rels": b'<r Target="../embeddings/b.xlsx"/>',
        },
        "",
    )
    file = tmp_path / "a.docx"
    file.write_bytes(content)
    assert docx_file.embedded(file) == ("word/embeddings/a.xlsx",)
