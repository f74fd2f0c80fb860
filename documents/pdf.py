"""PDF files with a text layer: the home of pypdfium2."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_PAGEOBJ_IMAGE

from documents.document import DocumentError
from documents.legacy import lines_in_unicode
from documents.lines import Line, paragraphs, without_furniture
from documents.pdf_tables import PlacedLine, tabulated
from documents.scans import REMEDY, can_recognise, recognised

_LINE = re.compile(r"[^\s][^\r\n]*(?<=\S)")
_SCAN_DOTS = 300  # an inch; what tesseract is made for
_LARGEST_SIDE = 8000  # pixels, so that a poster does not fill the memory
_STRETCHED = 1.3  # times the page's usual room for a character: a line parted into cells
_CELL_GAP = 9.0  # points; justified text seldom parts words so far
_LETTERS_A_PAGE = 10  # a scanned page may carry a stamp's or a page number's few characters


def read_pdf(
    path: Path, on_page: Callable[[], None] = lambda: None
) -> tuple[str, tuple[int, ...], bool]:
    """Return the text, the offset at which each page starts, and whether letters were recognised.

    ``on_page`` is told of every page that was a picture.
    """
    try:
        file = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == FPDF_ERR_PASSWORD:
            raise DocumentError(
                f"{path}: tệp PDF có mật khẩu; hãy bỏ mật khẩu rồi thêm lại."
            ) from error
        raise DocumentError(f"{path}: tệp PDF hỏng, không mở được; hãy lấy lại tệp gốc.") from error
    recognised_any = False
    pages = []
    try:
        for place in range(len(file)):
            lines = _lines(file[place])
            if lines is None:
                lines = recognised(_picture(file[place]), str(path))
                recognised_any = True
                on_page()
            pages.append(lines)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(
            f"{path}: tệp PDF hỏng, không đọc được hết các trang; hãy lấy lại tệp gốc."
        ) from error
    finally:
        file.close()
    if not _has_text(pages):
        remedy = "hãy quét lại rõ hơn" if can_recognise() else REMEDY
        raise DocumentError(f"{path}: tệp PDF là bản chụp, không có lớp chữ; {remedy}.")
    return *paragraphs(without_furniture(_in_unicode(pages))), recognised_any


def _in_unicode(pages: list[list[Line]]) -> list[list[Line]]:
    """Convert text of legacy fonts, before its soft hyphens, which are letters there, are lost."""
    shown = iter(lines_in_unicode([line.text for page in pages for line in page]))
    return [[_with_text(line, next(shown)) for line in page] for page in pages]


def _with_text(line: Line, text: str) -> Line:
    return line if line.text == text else replace(line, text=text)


def _has_text(pages: list[list[Line]]) -> bool:
    """Whether the pages hold more letters than stamps and page numbers on scans would."""
    letters = (
        letter for page in pages for line in page for letter in line.text if letter.isalpha()
    )
    enough = _LETTERS_A_PAGE * max(1, len(pages))
    return sum(1 for _ in islice(letters, enough)) == enough


def _lines(page: pypdfium2.PdfPage) -> list[Line] | None:
    """Return the lines of a page with where they begin and end on it, and its tables as rows.

    None stands for a page that is a picture, whose letters can be recognised.
    """
    textpage = page.get_textpage()
    text = textpage.get_text_range()
    if not any(map(str.isalpha, text)) and _is_scan(page) and can_recognise():
        return None
    last = textpage.count_chars() - 1
    lines, spans = [], []
    for match in _LINE.finditer(text):
        left = textpage.get_charbox(min(match.start(), last))[0]
        right = textpage.get_charbox(min(match.end() - 1, last))[2]
        lines.append(Line(match.group(), left, right))
        spans.append(match.span())
    usual = _prose_stretch(lines)
    placed = []
    in_table = False
    for line, span in zip(lines, spans, strict=True):
        parted = in_table or _stretch(line) > _STRETCHED * usual
        cells = _cells(textpage, *span) if parted else ()
        in_table = len(cells) > 1
        placed.append(PlacedLine(line, cells))
    textpage.close()
    page.close()
    return tabulated(placed)


def _is_scan(page: pypdfium2.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=(FPDF_PAGEOBJ_IMAGE,)))


def _picture(page: pypdfium2.PdfPage) -> bytes:
    """Draw a page in grey, as the plainest image file (PGM)."""
    points = max(page.get_size())
    scale = min(_SCAN_DOTS / 72, _LARGEST_SIDE / max(points, 1))
    bitmap = page.render(scale=scale, grayscale=True)
    picture: bytes = bitmap.to_numpy()[: bitmap.height, : bitmap.width].tobytes()
    return f"P5 {bitmap.width} {bitmap.height} 255\n".encode() + picture


def _stretch(line: Line) -> float:
    """Return the room a line takes for each of its characters."""
    return (line.right - line.left) / len(line.text)


def _prose_stretch(lines: list[Line]) -> float:
    """Return the stretch of prose on a page, though most of the page be a table."""
    stretches = sorted(map(_stretch, lines))
    return stretches[len(stretches) // 5] if stretches else 0


def _cells(textpage: pypdfium2.PdfTextPage, start: int, end: int) -> tuple[Line, ...]:
    """Return the parts of a line that stand wide apart."""
    boxes: list[list[float]] = []
    for place in range(textpage.count_rects(start, end - start)):
        box = textpage.get_rect(place)
        if boxes and box[0] - boxes[-1][2] < _CELL_GAP:
            boxes[-1] = [boxes[-1][0], min(boxes[-1][1], box[1]), box[2], max(boxes[-1][3], box[3])]
        else:
            boxes.append(list(box))
    return tuple(
        Line(" ".join(textpage.get_text_bounded(*box).split()), box[0], box[2]) for box in boxes
    )
