"""PDF files with a text layer: the home of pypdfium2."""

import re
from pathlib import Path

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD

from documents.document import DocumentError
from documents.lines import Line, paragraphs, without_furniture

_LINE = re.compile(r"[^\s][^\r\n]*(?<=\S)")
_LETTERS_A_PAGE = 10  # a scanned page may carry a stamp's or a page number's few characters


def read_pdf(path: Path) -> tuple[str, tuple[int, ...]]:
    """Return the text, a paragraph a line, and the offset at which each page starts."""
    try:
        file = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == FPDF_ERR_PASSWORD:
            raise DocumentError(
                f"{path.name}: tệp PDF có mật khẩu; hãy bỏ mật khẩu rồi thêm lại."
            ) from error
        raise DocumentError(
            f"{path.name}: tệp PDF hỏng, không mở được; hãy lấy lại tệp gốc."
        ) from error
    try:
        pages = [_lines(file[place]) for place in range(len(file))]
    except pypdfium2.PdfiumError as error:
        raise DocumentError(
            f"{path.name}: tệp PDF hỏng, không đọc được hết các trang; hãy lấy lại tệp gốc."
        ) from error
    finally:
        file.close()
    letters = sum(character.isalpha() for page in pages for line in page for character in line.text)
    if letters < _LETTERS_A_PAGE * max(1, len(pages)):
        raise DocumentError(
            f"{path.name}: tệp PDF là bản chụp, không có lớp chữ; "
            "hãy nhận dạng chữ (OCR) rồi thêm lại."
        )
    return paragraphs(without_furniture(pages))


def _lines(page: pypdfium2.PdfPage) -> list[Line]:
    """Return the lines of a page with where they begin and end on it."""
    textpage = page.get_textpage()
    text = textpage.get_text_range()
    last = textpage.count_chars() - 1
    lines = []
    for match in _LINE.finditer(text):
        left = textpage.get_charbox(min(match.start(), last))[0]
        right = textpage.get_charbox(min(match.end() - 1, last))[2]
        lines.append(Line(match.group(), left, right))
    textpage.close()
    page.close()
    return lines
