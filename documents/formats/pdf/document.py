"""PDF files with a text layer: the home of pypdfium2."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_PAGEOBJ_IMAGE

from documents.errors import DocumentError
from documents.formats.ocr import REMEDY, can_recognise, recognised
from documents.formats.paragraphs import Line, paragraphs, without_furniture
from documents.formats.pdf.page import PageReader
from documents.vietnamese.legacy_fonts import legacy_encoding, lines_in_unicode

_SCAN_DOTS = (200, 300)  # an inch: what a picture is read at, as it was scanned within these
_JOINED = "\ufffe"  # what PDFium leaves of a hyphen at which it joined two lines
_LARGEST_SIDE = 8000  # pixels, so that a poster does not fill the memory
_LETTERS_A_PAGE = 10  # a scanned page may carry a stamp's or a page number's few characters


def read_pdf(
    path: Path, on_page: Callable[[], None] = lambda: None
) -> tuple[str, tuple[int, ...], bool, tuple[int, ...]]:
    """Return the text, where each page starts, whether letters were recognised, and unread pages.

    Unread are the pictures among pages with text, where tesseract is not installed.
    ``on_page`` is told of every page that is done.
    """
    try:
        file = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == FPDF_ERR_PASSWORD:
            raise DocumentError(
                path, "tệp PDF có mật khẩu; hãy bỏ mật khẩu rồi thêm lại."
            ) from error
        raise DocumentError(path, "tệp PDF hỏng, không mở được; hãy lấy lại tệp gốc.") from error
    try:
        pages, pictures = _pages(file, path, on_page)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(
            path, "tệp PDF hỏng, không đọc được hết các trang; hãy lấy lại tệp gốc."
        ) from error
    finally:
        file.close()
    if not _has_text(pages):
        remedy = "hãy quét lại rõ hơn" if can_recognise() else REMEDY
        raise DocumentError(path, f"tệp PDF là bản chụp, không có lớp chữ; {remedy}.")
    text, starts = paragraphs(without_furniture(_in_unicode(pages)))
    is_read = can_recognise()
    return text, starts, bool(pictures) and is_read, () if is_read else pictures


def _pages(
    file: pypdfium2.PdfDocument, path: Path, on_page: Callable[[], None]
) -> tuple[list[list[Line]], tuple[int, ...]]:
    """Return the lines of each page, and the numbers of those that are pictures."""
    pages: list[list[Line]] = []
    pictures: list[int] = []
    reader = PageReader()
    for place in range(len(file)):
        page = file[place]
        text = page.get_textpage()
        if _is_picture(page, text):
            pictures.append(place + 1)
        if pictures[-1:] == [place + 1] and can_recognise():
            pages.append(recognised(_picture(page), str(path)))
        else:
            pages.append(reader.lines(page, text))
        text.close()
        page.close()
        on_page()
    return pages, tuple(pictures)


def _in_unicode(pages: list[list[Line]]) -> list[list[Line]]:
    """Convert text of legacy fonts, before its soft hyphens, which are letters there, are lost."""
    texts = [line.text for page in pages for line in page]
    if any(_JOINED in text for text in texts) and legacy_encoding("\n".join(texts)) == "tcvn3":
        # PDFium joins lines at a soft hyphen, which is the letter "ư" of TCVN3
        texts = [text.replace(_JOINED, "\u00ad ") for text in texts]
    shown = iter(lines_in_unicode(texts))
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


def _is_picture(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> bool:
    """Whether a page is an image without letters of its own."""
    if any(map(str.isalpha, text.get_text_range())):
        return False
    images = page.get_objects(filter=(FPDF_PAGEOBJ_IMAGE,))
    return any(True for _ in images)


def _picture(page: pypdfium2.PdfPage) -> bytes:
    """Draw a page in grey, as the plainest image file (PGM)."""
    width, height = page.get_size()
    images = page.get_objects(filter=(FPDF_PAGEOBJ_IMAGE,))
    pixels = max((image.get_px_size()[0] for image in images), default=0)
    least, most = _SCAN_DOTS
    dots = min(max(72 * pixels / max(width, 1), least), most)
    scale = min(dots / 72, _LARGEST_SIDE / max(width, height, 1))
    bitmap = page.render(scale=scale, grayscale=True)
    picture: bytes = bitmap.to_numpy()[: bitmap.height, : bitmap.width].tobytes()
    return f"P5 {bitmap.width} {bitmap.height} 255\n".encode() + picture
