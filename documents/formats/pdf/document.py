"""PDF files with a text layer: the home of pypdfium2."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pypdfium2
from pypdfium2.raw import (
    FLAT_NORMALDISPLAY,
    FPDF_ERR_PASSWORD,
    FPDF_PAGEOBJ_IMAGE,
    FPDFPage_Flatten,
    FPDFPage_GetAnnotCount,
)

from documents.errors import DocumentError
from documents.formats.ocr import REMEDY, can_recognise, recognised
from documents.formats.paragraphs import Line, paragraphs, without_furniture
from documents.formats.pdf.page import PageReader
from documents.layout.letterhead import columns_of
from documents.layout.overprints import overprinted
from documents.vietnamese.legacy_fonts import legacy_encoding, lines_in_unicode
from documents.vietnamese.legibility import Legibility, legibility

_SCAN_DOTS = (200, 300)  # an inch: what a picture is read at, as it was scanned within these
_JOINED = "\ufffe"  # what PDFium leaves of a hyphen at which it joined two lines
_LARGEST_SIDE = 8000  # pixels, so that a poster does not fill the memory
_FEW_LETTERS = 200  # of a scan that was signed digitally: the signature's words, over a picture
_MOST_OF_PAGE, _LARGE = 0.5, 0.08  # of a page: a scan, and a picture that is no emblem or seal
_HEAD_LINES = 10
_LETTERS_A_PAGE = 10  # a scanned page may carry a stamp's or a page number's few characters


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text, where each page starts, whether letters were recognised, and what was not read.

    ``unread`` are the numbers of pages that are pictures, where tesseract is not installed;
    ``notes`` name in Vietnamese what else is not in the text; ``attached`` counts attached files.
    """

    text: str
    page_starts: tuple[int, ...]
    recognised: bool = False
    unread: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    attached: int = 0


def read_pdf(path: Path, on_page: Callable[[], None] = lambda: None) -> PdfText:
    """Read a file; ``on_page`` is told of every page that is done."""
    with _opened(path) as file:
        reader = _Reader(file, path, on_page)
        pages = reader.pages()
        attached = file.count_attachments()
    if not _has_text(pages):
        if attached:  # a portfolio: a cover that only tells what it holds
            return PdfText("", (), notes=reader.notes(), attached=attached)
        remedy = "hãy quét lại rõ hơn" if can_recognise() else REMEDY
        raise DocumentError(path, f"tệp PDF là bản chụp, không có lớp chữ; {remedy}.")
    text, starts = paragraphs(without_furniture(pages))
    return PdfText(
        text,
        starts,
        recognised=bool(reader.recognised),
        unread=tuple(reader.unread),
        notes=reader.notes(),
        attached=attached,
    )


def attached_to_pdf(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file that is attached to a file."""
    with _opened(path) as file:
        for place in range(file.count_attachments()):
            attachment = file.get_attachment(place)
            yield attachment.get_name(), bytes(attachment.get_data())


@contextmanager
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    try:
        file = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == FPDF_ERR_PASSWORD:
            raise DocumentError(
                path, "tệp PDF có mật khẩu; hãy bỏ mật khẩu rồi thêm lại."
            ) from error
        raise DocumentError(path, "tệp PDF hỏng, không mở được; hãy lấy lại tệp gốc.") from error
    try:
        file.init_forms()
        yield file
    except pypdfium2.PdfiumError as error:
        raise DocumentError(
            path, "tệp PDF hỏng, không đọc được hết các trang; hãy lấy lại tệp gốc."
        ) from error
    finally:
        file.close()


class _Reader:
    """Reads the pages by their letters, and by their picture where the letters are none or wrong.

    ``recognised`` and ``unread`` hold the numbers of pages.
    """

    def __init__(
        self, file: pypdfium2.PdfDocument, path: Path, on_page: Callable[[], None]
    ) -> None:
        self.file = file
        self.path = path
        self.on_page = on_page
        self.recognised: list[int] = []
        self.unread: list[int] = []
        self.pictures = 0

    def pages(self) -> list[list[Line]]:
        """Return the lines of each page."""
        reader = PageReader()
        pages = _in_unicode([self._page(reader, place) for place in range(len(self.file))])
        pages[:1] = [_parted(lines) for lines in pages[:1]]
        for place, lines in enumerate(pages):
            if place + 1 not in self.recognised and can_recognise() and not _is_sound(lines):
                pages[place] = self._again(place, lines)
        return [_without_overprints(lines) for lines in pages]

    def notes(self) -> tuple[str, ...]:
        """Say what is not in the text."""
        return (f"không đọc {self.pictures} hình",) if self.pictures else ()

    def _page(self, reader: PageReader, place: int) -> list[Line]:
        page = _flat(self.file, place)
        text = page.get_textpage()
        letters = sum(map(str.isalpha, text.get_text_range()))
        largest, count = _pictures(page)
        few = letters < _FEW_LETTERS and largest > _MOST_OF_PAGE
        lines = self._recognised(page, place) if largest and (few or not letters) else []
        if letters and not lines:
            lines = reader.lines(page, text)
            self.pictures += 0 if few else count
        text.close()
        page.close()
        self.on_page()
        return lines

    def _recognised(self, page: pypdfium2.PdfPage, place: int) -> list[Line]:
        if not can_recognise():
            self.unread.append(place + 1)
            return []
        self.recognised.append(place + 1)
        return recognised(_picture(page), str(self.path))

    def _again(self, place: int, lines: list[Line]) -> list[Line]:
        """Return the better of a page's letters and what is recognised in its picture."""
        page = _flat(self.file, place)
        found = recognised(_picture(page), str(self.path))
        page.close()
        self.on_page()
        if _measured(found).score <= _measured(lines).score:
            return lines
        self.recognised.append(place + 1)
        return found


def _without_overprints(lines: list[Line]) -> list[Line]:
    over = overprinted([line.text.strip() for line in lines])
    return [line for place, line in enumerate(lines) if place not in over]


def _parted(lines: list[Line]) -> list[Line]:
    """Part the lines of a letterhead whose columns came on one."""
    found: list[Line] = []
    for place, line in enumerate(lines):
        parts = columns_of(line.text) if place < _HEAD_LINES else [line.text]
        if len(parts) == 1:
            found.append(line)
            continue
        middle = line.left + (line.right - line.left) * len(parts[0]) / len(line.text)
        found.append(replace(line, text=parts[0], right=middle))
        found.append(replace(line, text=parts[1], left=middle))
    return found


def _measured(lines: list[Line]) -> Legibility:
    return legibility("\n".join(line.text for line in lines))


def _is_sound(lines: list[Line]) -> bool:
    return _measured(lines).is_sound


def _flat(file: pypdfium2.PdfDocument, place: int) -> pypdfium2.PdfPage:
    """Return a page with what is filled into its fields and typed over it as its letters."""
    page = file[place]
    if not FPDFPage_GetAnnotCount(page) or FPDFPage_Flatten(page, FLAT_NORMALDISPLAY) != 1:
        return page  # 1: it was changed, and is to be loaded anew
    page.close()
    return file[place]


def _pictures(page: pypdfium2.PdfPage) -> tuple[float, int]:
    """Return which part of a page its largest picture covers, and how many could hold words.

    One that covers most of it is the scan, or the ground, that its letters were laid over.
    """
    width, height = page.get_size()
    shares = []
    for image in page.get_objects(filter=(FPDF_PAGEOBJ_IMAGE,)):
        left, bottom, right, top = image.get_bounds()
        shares.append((right - left) * (top - bottom) / max(1.0, width * height))
    return max(shares, default=0.0), sum(_LARGE < share <= _MOST_OF_PAGE for share in shares)


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
