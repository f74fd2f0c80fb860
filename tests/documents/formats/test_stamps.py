"""Stamps outside a document's running text reach the check, whatever file they are in."""

import io
import shutil
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from documents.errors import DocumentError
from documents.formats.read import read
from documents.formats.stamps import MARKS
from documents.formats.stamps.word_binary import marks_in_word_binary
from documents.layout.secrecy import Mark, Outcome, judge
from tests.support.office_files import rtf
from tests.support.word_binary import word_binary

SENTENCE = "Cấp ủy, chi bộ thực hiện đúng quy định về kết nạp đảng viên."


def test_a_word_file_gives_its_headers_boxes_and_drawings(tmp_path: Path) -> None:
    file = tmp_path / "a.doc"
    file.write_bytes(
        word_binary(
            f"{SENTENCE}\r",
            header="TỐI MẬT\r",
            box="M Ậ T\r",
            drawn="TUYỆT MẬT",
            footnote="Mật độ\r",
        )
    )
    assert marks_in_word_binary(file) == (
        Mark("TỐI MẬT", "đầu trang, chân trang"),
        Mark("M Ậ T", "hộp chữ"),
        Mark("TUYỆT MẬT", "hình vẽ"),
    )


def test_a_word_file_in_a_legacy_font_gives_its_box(tmp_path: Path) -> None:
    file = tmp_path / "a.doc"
    file.write_bytes(word_binary("Kho\r", box="MËT\r", single_bytes=True))
    (mark,) = marks_in_word_binary(file)
    assert judge(SENTENCE, (), (mark,)).outcome is Outcome.SECRET


@pytest.mark.parametrize("kept", [0, 200, 600, 1200, 2000])
def test_a_damaged_word_file_gives_no_error(tmp_path: Path, kept: int) -> None:
    file = tmp_path / "a.doc"
    file.write_bytes(word_binary(f"{SENTENCE}\r", box="MẬT\r")[:kept])
    assert marks_in_word_binary(file) in ((), (Mark("MẬT", "hộp chữ"),))


def test_a_damaged_package_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(DocumentError, match="hãy lấy lại tệp gốc"):
        MARKS[".docx"](file)


def test_a_shape_and_the_words_for_a_picture_are_looked_at(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    wp = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    document.paragraphs[0]._p.append(
        parse_xml(
            f"<w:r {nsdecls('w')} {a} {wp}><w:drawing><wp:inline>"
            '<wp:docPr id="1" name="x" descr="MẬT"/>'
            "<a:p><a:r><a:t>TỐI</a:t></a:r><a:r><a:t> MẬT</a:t></a:r></a:p>"
            "</wp:inline></w:drawing></w:r>"
        )
    )
    document.save(str(tmp_path / "a.docx"))
    marks = read(tmp_path / "a.docx").marks
    assert set(marks) == {
        Mark("MẬT", "chú thích của hình", is_apart=False),
        Mark("TỐI MẬT", "hình vẽ"),
    }


@pytest.mark.parametrize("way", ["run", "character style", "paragraph style", "base", "default"])
def test_small_letters_shown_as_capitals_are_read_as_capitals(tmp_path: Path, way: str) -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run("Mật")
    document.add_paragraph(SENTENCE)
    if way == "run":
        run.font.all_caps = True
    elif way == "character style":
        run.style = document.styles.add_style("Dấu", 2)
        run.style.font.all_caps = True
    elif way == "paragraph style":
        document.paragraphs[0].style = document.styles.add_style("Dấu", 1)
        document.styles["Dấu"].font.all_caps = True
    elif way == "base":
        base, style = document.styles.add_style("Nền", 1), document.styles.add_style("Dấu", 1)
        base.font.small_caps, style.base_style = True, base
        document.paragraphs[0].style = style
    else:
        document.styles["Normal"].font.all_caps = True
    document.save(str(tmp_path / "a.docx"))
    reading = read(tmp_path / "a.docx")
    assert reading.marks == (Mark("MẬT", "dòng 1"),)
    assert judge(reading.text, (), reading.marks).outcome is Outcome.SECRET


def test_small_letters_that_stay_small_are_only_doubtful(tmp_path: Path) -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run("Mật")
    run.font.all_caps = False
    document.add_paragraph(SENTENCE)
    document.save(str(tmp_path / "a.docx"))
    reading = read(tmp_path / "a.docx")
    assert reading.marks == ()
    assert judge(reading.text).outcome is Outcome.DOUBTFUL


def test_word_art_in_rich_text_is_looked_at(tmp_path: Path) -> None:
    art = "{\\shp{\\*\\shpinst{\\sp{\\sn gtextUNICODE}{\\sv TỐI MẬT}}}}"
    (tmp_path / "a.rtf").write_bytes(rtf(f"{art}{SENTENCE}\\par"))
    assert read(tmp_path / "a.rtf").marks == (Mark("TỐI MẬT", "chữ nghệ thuật"),)


def test_the_footer_of_the_first_sheet_page_is_looked_at(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append([SENTENCE])
    book.active.firstFooter.right.text = "MẬT"
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").marks == (Mark("MẬT", "chân trang"),)


def test_what_a_web_page_holds_outside_its_article_is_looked_at(tmp_path: Path) -> None:
    page = (
        "<!doctype html><html><meta charset=utf-8><body><header><div><b>TỐI MẬT</b></div></header>"
        f"<article>{f'<p>{SENTENCE}</p>' * 5}</article></body></html>"
    )
    (tmp_path / "a.html").write_text(page, "utf-8")
    assert read(tmp_path / "a.html").marks == (Mark("TỐI MẬT", "trang web", is_apart=False),)


def test_a_documents_parts_are_found_under_any_name(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    document.sections[0].header.paragraphs[0].text = "MẬT"
    whole = io.BytesIO()
    document.save(whole)
    with zipfile.ZipFile(whole) as package, zipfile.ZipFile(tmp_path / "a.docx", "w") as moved:
        for name in package.namelist():
            moved.writestr(
                name.replace("header1", "đầu"),
                package.read(name).replace(b"header1.xml", "đầu.xml".encode()),
            )
    assert Mark("MẬT", "đầu trang") in MARKS[".docx"](tmp_path / "a.docx")


@pytest.mark.skipif(shutil.which("antiword") is None, reason="antiword is not installed")
@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("d03b_mat_in_textbox.doc", "dòng 1"),
        ("d03c_mat_in_header.doc", "dòng 1"),
        ("s11_docx_textbox_in_cell.doc", "dòng 4"),
        ("f06_secret_allcaps_format.docx", "dòng 1"),
        ("g02_wordart_secret.docx", "chữ nghệ thuật"),
        ("s03_spaced.txt", "dòng 1"),
    ],
)
def test_files_of_which_a_stamp_was_overlooked_are_refused(
    shared_data: Path, name: str, place: str
) -> None:
    file = shared_data / "faults" / name
    if not file.is_file():
        pytest.skip("the file is not among the real ones")
    reading = read(file)
    verdict = judge(reading.text, reading.page_starts, reading.marks)
    assert verdict.finding is not None
    assert (verdict.outcome, verdict.finding.place) == (Outcome.SECRET, place)
