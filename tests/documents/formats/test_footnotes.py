"""Footnotes stand on lines of their own and part no sentence that runs over the page."""

from pathlib import Path

import docx
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from documents.formats.paragraphs import Line, paragraphs
from documents.formats.read import read
from tests.support.office_files import pdf, words


def line(text: str, right: float = 500, *, is_note: bool = False) -> Line:
    return Line(text, 80, right, is_note=is_note)


def test_a_sentence_that_runs_over_the_page_is_joined_around_the_footnotes() -> None:
    first = [line(f"{place}. Chi bộ họp định kỳ mỗi tháng một lần.") for place in range(1, 10)]
    first += [
        line("10. Cấp ủy lãnh đạo thực hiện nhiệm vụ được giao và chịu trách"),
        line("1 Theo Quy định số 294-QĐ/TW của Ban Chấp hành Trung", is_note=True),
        line("ương.", 120, is_note=True),
        line("2 Theo Hướng dẫn số 06-HD/TW.", 260, is_note=True),
    ]
    second = [line("nhiệm trước cấp trên.", 250), line("Đoạn sau.", 150)]
    text, starts = paragraphs([first, second])
    lines = text.split("\n")
    assert lines[-4:] == [
        "1 Theo Quy định số 294-QĐ/TW của Ban Chấp hành Trung ương.",
        "2 Theo Hướng dẫn số 06-HD/TW.",
        "10. Cấp ủy lãnh đạo thực hiện nhiệm vụ được giao và chịu trách nhiệm trước cấp trên.",
        "Đoạn sau.",
    ]
    assert text[starts[1] :].startswith("nhiệm trước")


def test_a_page_of_footnotes_alone_is_kept() -> None:
    text, starts = paragraphs([[line("1 Chú thích.", 200, is_note=True)]])
    assert (text, starts) == ("1 Chú thích.", (0,))


def raised(figure: str, x: float, y: float) -> str:
    return f"BT /F1 5 Tf {x} {y} Td ({figure}) Tj ET"


def small(text: str, x: float, y: float) -> str:
    return f"BT /F1 8 Tf {x} {y} Td ({text}) Tj ET"


def test_small_letters_after_a_raised_figure_at_the_foot_of_a_page_are_a_footnote(
    tmp_path: Path,
) -> None:
    body = [
        words(f"{place}. The cells of the province have met.", 80, 805 - 15 * place)
        for place in range(1, 9)
    ]
    first = [
        *body,
        words("9. The committee leads the work that it is given and answers to", 80, 660),
        raised("1", 80, 103),
        small("By the regulation of the year before.", 84, 100),
    ]
    second = [words("the committee above it.", 80, 790), words("After.", 80, 760)]
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf(["\n".join(first), "\n".join(second)]))
    lines = read(file).text.split("\n")
    assert (
        "9. The committee leads the work that it is given and answers to the committee above it."
        in lines
    )
    assert [found for found in lines if "regulation" in found] == [
        "1By the regulation of the year before."
    ]


def test_a_numbered_row_of_usual_letters_is_no_footnote(tmp_path: Path) -> None:
    lines = [
        words(f"{place} The cell of village {place} has met.", 80, 790 - 15 * place)
        for place in range(1, 9)
    ]
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf(["\n".join(lines)]))
    assert "8 The cell of village 8 has met." in read(file).text


NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def test_a_footnote_of_a_word_file_follows_the_paragraph_that_refers_to_it(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("1. Chi bộ họp định kỳ mỗi tháng một lần.")
    reference = f'<w:r {NAMESPACE}><w:footnoteReference w:id="2"/></w:r>'
    paragraph._p.append(parse_xml(reference))
    document.add_paragraph("2. Đảng viên báo cáo chi bộ.")
    notes = (
        f'<w:footnotes {NAMESPACE}><w:footnote w:id="0"><w:p/></w:footnote><w:footnote w:id="2">'
        "<w:p><w:r><w:t>Theo Điều lệ Đảng.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    part = Part(
        PackURI("/word/footnotes.xml"),
        CONTENT_TYPE.WML_FOOTNOTES,
        notes.encode(),
        document.part.package,
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    file = tmp_path / "a.docx"
    document.save(str(file))
    assert read(file).text.split("\n") == [
        "1. Chi bộ họp định kỳ mỗi tháng một lần.",
        "[1] Theo Điều lệ Đảng.",
        "2. Đảng viên báo cáo chi bộ.",
    ]
