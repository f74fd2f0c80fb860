"""RTF, spreadsheets, saved pages and files under another's name become lines."""

import io
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from documents.errors import DocumentError
from documents.formats.paragraphs import Line, without_furniture
from documents.formats.pdf import document as pdf
from documents.formats.read import read
from documents.formats.spreadsheet import shown
from tests.support import office_files

TCVN3 = "KÕ ho¹ch ph¸t triÓn kinh tÕ"
TCVN3_READ = "Kế hoạch phát triển kinh tế"
VNI = "Quy cheá naøy quy ñònh chöùc naêng, nhieäm vuï, quyeàn haïn"
VNI_READ = "Quy chế này quy định chức năng, nhiệm vụ, quyền hạn"
SENTENCE = "Cấp ủy, chi bộ thực hiện đúng quy định về kết nạp đảng viên."


def read_bytes(folder: Path, name: str, content: bytes) -> str:
    file = folder / name
    file.write_bytes(content)
    return read(file).text


@pytest.mark.parametrize(
    ("font", "typed", "shown_text"),
    [
        (".VnTime", TCVN3, TCVN3_READ),
        (".VnTimeH", TCVN3, TCVN3_READ.upper()),
        ("VNI-Times", VNI, VNI_READ),
    ],
)
def test_the_font_of_an_rtf_run_tells_its_encoding(
    tmp_path: Path, font: str, typed: str, shown_text: str
) -> None:
    body = f"\\f0 {SENTENCE}\\par \\f1 {office_files.typed(typed)}\\f0  Đảng\\par"
    text = read_bytes(tmp_path, "a.rtf", office_files.rtf(body, ("Times New Roman", font)))
    assert text == f"{SENTENCE}\n{shown_text} Đảng"


def test_an_annex_in_tcvn3_under_no_telling_font_is_converted_alone(tmp_path: Path) -> None:
    annex = "C¸c sè liÖu trªn ®©y b¶o ®¶m chÝnh x¸c, trung thùc vµ ®óng quy ®Þnh cña c¬ quan thuÕ"
    body = f"{SENTENCE}\\par {SENTENCE}\\par {SENTENCE}\\par {office_files.typed(annex)}\\par"
    text = read_bytes(tmp_path, "a.rtf", office_files.rtf(body))
    assert text.split("\n")[:3] == [SENTENCE] * 3
    assert text.split("\n")[3] == (
        "Các số liệu trên đây bảo đảm chính xác, trung thực và đúng quy định của cơ quan thuế"
    )


def test_an_rtf_table_keeps_its_header_beside_each_row(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        ends = "".join(f"\\cellx{1000 * place}" for place in range(1, len(cells) + 1))
        texts = "".join(f"{cell}\\cell " for cell in cells)
        return f"\\trowd{ends}\\pard\\intbl {texts}\\row "

    rows = row("Đơn vị", "Số đảng viên") + row("Xã Tân Khê", "1.386")
    body = f"{SENTENCE}\\par {rows}\\pard Hết\\par"
    text = read_bytes(tmp_path, "a.rtf", office_files.rtf(body))
    assert "Đơn vị: Xã Tân Khê | Số đảng viên: 1.386" in text.split("\n")


def test_headers_pictures_and_deleted_text_of_an_rtf_are_left_out(tmp_path: Path) -> None:
    body = (
        "{\\header Trang tin nội bộ\\par}{\\*\\generator Word;}{\\pict\\wmetafile8 0102abcd}"
        f"{{\\v ẩn}}{{\\deleted xóa}}{SENTENCE}\\par"
    )
    assert read_bytes(tmp_path, "a.rtf", office_files.rtf(body)) == SENTENCE


def test_an_rtf_picture_of_raw_bytes_cannot_unbalance_the_text(tmp_path: Path) -> None:
    body = f"{{\\pict\\bin6 }}}}}}{{{{{{}}{SENTENCE}\\par"
    assert read_bytes(tmp_path, "a.rtf", office_files.rtf(body)) == SENTENCE


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "BIỂU TỔNG HỢP KẾT NẠP ĐẢNG VIÊN"
    sheet.merge_cells("A1:E1")
    for place, name in {"A3": "TT", "B3": "Đơn vị", "C3": "Kết nạp", "E3": "Tỷ lệ"}.items():
        sheet[place] = name
    for area in ("A3:A4", "B3:B4", "C3:D3", "E3:E4"):
        sheet.merge_cells(area)
    sheet["C4"], sheet["D4"] = "Năm 2023", "Năm 2024"
    sheet.append(["(1)", "(2)", "(3)", "(4)", "(5)"])
    sheet.append([1, "Xã Tân Khê", 1386, 12, 0.7778])
    sheet.append([None, "Céng ®¶ng viªn", 1400])
    sheet["C6"].number_format = "#,##0"
    sheet["E6"].number_format = "0.00%"
    sheet["B7"].font = Font(name=".VnTime")
    hidden = book.create_sheet("Nháp")
    hidden["A1"] = "không đưa ra"
    hidden.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_each_row_of_a_spreadsheet_says_its_headers_and_figures_as_shown(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, "a.xlsx", workbook()).split("\n") == [
        "BIỂU TỔNG HỢP KẾT NẠP ĐẢNG VIÊN",
        "TT: 1 | Đơn vị: Xã Tân Khê | Kết nạp - Năm 2023: 1.386 | Kết nạp - Năm 2024: 12"
        " | Tỷ lệ: 77,78%",
        "Đơn vị: Cộng đảng viên | Kết nạp - Năm 2023: 1400",
    ]


def test_an_old_spreadsheet_reads_like_a_new_one(tmp_path: Path) -> None:
    rows = (("Đơn vị", "Tỷ lệ"), ("Xã Tân Khê", 0.7778), ("Xã Khe Lành", 0.5))
    assert read_bytes(tmp_path, "a.xls", office_files.xls(rows)).split("\n") == [
        "Đơn vị: Xã Tân Khê | Tỷ lệ: 77,78%",
        "Đơn vị: Xã Khe Lành | Tỷ lệ: 50,00%",
    ]
    legacy = office_files.xls((("§¬n vÞ", "Tû lÖ"), ("X· T©n Khª", 0.5)), font=".VnArial")
    assert read_bytes(tmp_path, "b.xls", legacy) == "Đơn vị: Xã Tân Khê | Tỷ lệ: 50,00%"


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.7778, "0.00%", "77,78%"),
        (1386, "#,##0", "1.386"),
        (1234567.5, "#,##0.00", "1.234.567,50"),
        (1386, "General", "1386"),
        (0.1 + 0.2, "General", "0,3"),
        (12.5, "0", "12"),
        (7, "000", "007"),
        (4321, "000000.0", "004321,0"),
        (-3, '#,##0;[Red]"âm" 0', "-3"),
        (date(2025, 5, 26), "dd/mm/yyyy", "26/05/2025"),
        (True, "General", "Có"),
        (None, "General", ""),
    ],
)
def test_a_cell_is_written_as_its_format_shows_it(value: float, form: str, text: str) -> None:
    assert shown(value, form) == text


@given(st.integers(-(10**12), 10**12))
def test_a_grouped_figure_keeps_every_digit(value: int) -> None:
    assert int(shown(value, "#,##0").replace(".", "")) == value


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_separated_values_are_a_table(tmp_path: Path, sign: str) -> None:
    rows = (("Tên", "Xã"), ("Lò Minh Khánh", "Tân Khê"), ("Hà Thị Sen", "Khe Lành"))
    content = "\r\n".join(sign.join(row) for row in rows).encode("utf-8-sig")
    assert read_bytes(tmp_path, "a.csv", content).split("\n") == [
        "Tên: Lò Minh Khánh | Xã: Tân Khê",
        "Tên: Hà Thị Sen | Xã: Khe Lành",
    ]


def page() -> str:
    paragraphs = "".join(f"<p>{SENTENCE} Lần thứ {place}.</p>" for place in range(12))
    return (
        "<html><head><title>Kết nạp đảng viên</title></head><body>"
        f"<article><h1>Kết nạp đảng viên</h1>{paragraphs}</article></body></html>"
    )


def test_a_page_saved_as_one_file_is_read_like_the_page(tmp_path: Path) -> None:
    message = EmailMessage()
    message.set_content(page(), subtype="html", charset="utf-8", cte="quoted-printable")
    saved = read_bytes(tmp_path, "a.mht", message.as_bytes())
    assert saved == read_bytes(tmp_path, "a.html", page().encode())
    assert saved.count(SENTENCE) == 12


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.doc", office_files.rtf(f"{SENTENCE}\\par"), SENTENCE),
        ("a.xls", page().encode(), SENTENCE),
        ("b.xls", workbook(), "Đơn vị: Xã Tân Khê"),
    ],
)
def test_an_office_file_under_anothers_name_is_read_as_what_it_is(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    assert expected in read_bytes(tmp_path, name, content)


@pytest.mark.parametrize("suffix", ["rtf", "xlsx", "xls", "mht", "docx", "pdf", "png"])
def test_a_damaged_file_is_refused_in_one_line_that_names_it(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(DocumentError) as refusal:
        read_bytes(tmp_path, f"hong.{suffix}", b"\x00\x01 no such format \xff" * 40)
    line = str(refusal.value)
    assert line.startswith(f"{tmp_path / f'hong.{suffix}'}: ")
    assert "\n" not in line
    assert ";" in line, "the remedy follows"


def stamped_docx(stamp: str, *, watermark: bool = False) -> bytes:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    header = document.sections[0].header
    if watermark:
        mark = parse_xml(
            '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
            ' xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape>'
            f'<v:textpath string="{stamp}"/></v:shape></w:pict></w:r>'
        )
        header.paragraphs[0]._p.append(mark)
    else:
        header.paragraphs[0].text = stamp
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def stamped_xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = SENTENCE
    sheet.oddHeader.right.text = "TỐI MẬT"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", stamped_xlsx()),
        ("a.docx", stamped_docx("TỐI MẬT")),
        ("b.docx", stamped_docx("TỐI MẬT", watermark=True)),
        ("a.rtf", office_files.rtf(f"{{\\header TỐI MẬT\\par}}{SENTENCE}\\par")),
    ],
)
def test_a_stamp_in_a_pages_header_is_seen(tmp_path: Path, name: str, content: bytes) -> None:
    assert read_bytes(tmp_path, name, content).split("\n") == ["TỐI MẬT", SENTENCE]


def test_another_header_is_left_out(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, "a.docx", stamped_docx("Tỉnh ủy Sơn Lĩnh")) == SENTENCE


def test_a_stamp_that_every_page_repeats_is_kept_once() -> None:
    pages = [[Line("MẬT", 0, 30), Line(f"Trang chữ số {place}", 0, 90)] for place in "một hai ba"]
    kept = without_furniture(pages)
    assert [line.text for page in kept for line in page].count("MẬT") == 1
    assert kept[0][0].text == "MẬT"


def test_pages_that_are_pictures_among_others_are_named_where_they_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "can_recognise", lambda: False)
    text = office_files.words("The cells of the whole province have met each month.", 80, 790)
    image = "q 500 0 0 700 50 50 cm BI /W 2 /H 2 /CS /G /BPC 8 ID \x00\xff\xff\x00 EI Q"
    file = tmp_path / "a.pdf"
    file.write_bytes(office_files.pdf([text, image, text]))
    assert read(file).unread == (2,)
    assert not read(file).recognised
