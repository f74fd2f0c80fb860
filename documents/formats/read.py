"""A file -> its text and where its pages start, by the kind of file its name and head say it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from documents.errors import DocumentError
from documents.formats.doc_file import read_doc
from documents.formats.docx_file import read_docx
from documents.formats.markdown import read_markdown
from documents.formats.ocr import read_image
from documents.formats.pdf.document import read_pdf
from documents.formats.rtf_file import read_rtf
from documents.formats.stamps import MARKS
from documents.formats.text_file import read_text
from documents.layout.secrecy import Mark

MAX_BYTES = 100 * 1024 * 1024  # longer than any document; such a file is a mistake or an attack

MOST_CHARACTERS = 12_000_000  # of one text: some ten thousand pages


@dataclass(frozen=True, slots=True)
class Reading:
    """Normalised text, a paragraph or table row a line; page ``i + 1`` begins at offset ``i``.

    ``recognised`` says that the letters were read from pictures, and may be mistaken; ``unread``
    holds the numbers of the pages that are pictures and could not be read. ``marks`` are words
    outside the text that may be a stamp of secrecy: in boxes, headers, drawings.
    """

    text: str
    page_starts: tuple[int, ...] = ()
    recognised: bool = False
    unread: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()


def _nothing() -> None:
    pass


OnPage = Callable[[], None]


def _pageless(read_file: Callable[[Path], str]) -> Callable[[Path, OnPage], Reading]:
    return lambda path, _: Reading(read_file(path))


def _sheets(path: Path, _: OnPage) -> Reading:
    from documents.formats import (
        spreadsheet,  # here: openpyxl takes longer to import than most files to read
    )

    readers = {".xls": spreadsheet.read_xls, ".csv": spreadsheet.read_csv}
    return Reading(readers.get(_true_suffix(path), spreadsheet.read_xlsx)(path))


def _web(path: Path, _: OnPage) -> Reading:
    from documents.formats import web_page  # here, as trafilatura is as slow to import

    is_archive = _true_suffix(path).startswith(".mht")
    return Reading((web_page.read_web_archive if is_archive else web_page.read_web_page)(path))


_READERS: dict[str, Callable[[Path, OnPage], Reading]] = {
    ".txt": _pageless(read_text),
    ".md": _pageless(read_markdown),
    ".markdown": _pageless(read_markdown),
    ".html": _web,
    ".htm": _web,
    ".mht": _web,
    ".mhtml": _web,
    ".docx": _pageless(read_docx),
    ".doc": _pageless(read_doc),
    ".rtf": _pageless(read_rtf),
    ".xlsx": _sheets,
    ".xls": _sheets,
    ".csv": _sheets,
    ".pdf": lambda path, on_page: Reading(*read_pdf(path, on_page)),
} | dict.fromkeys(
    (".png", ".jpg", ".jpeg", ".tif", ".tiff"),
    lambda path, _: Reading(*read_image(path), recognised=True),
)
SUFFIXES: tuple[str, ...] = tuple(_READERS)
# what office programs write under another's name: RTF and DOCX as .doc, a web page as .xls
_OFFICE = frozenset((".doc", ".docx", ".rtf", ".xls", ".xlsx"))
_HEAD = 512  # bytes
_HALVES = re.compile("[\ud800-\udfff]")


def read(path: Path, on_page: OnPage = _nothing) -> Reading:
    """Read a document; raises DocumentError with one Vietnamese line on what cannot be used.

    ``on_page`` is told of every page of a PDF that is done: one that is a picture takes seconds.
    """
    if path.suffix.lower() not in _READERS:
        kinds = ", ".join(suffix.lstrip(".").upper() for suffix in SUFFIXES)
        raise DocumentError(path, f"không đọc được loại tệp này; hãy chuyển sang {kinds}.")
    size = path.stat().st_size
    if size == 0:
        raise DocumentError(path, "tệp rỗng; hãy kiểm tra lại tệp gốc.")
    if size > MAX_BYTES:
        raise DocumentError(
            path, f"tệp lớn hơn {MAX_BYTES // 2**20} MB; hãy tách thành các tệp nhỏ hơn."
        )
    suffix = _true_suffix(path)
    reading = _READERS[suffix](path, on_page)
    if not any(character.isalpha() for character in reading.text):
        raise DocumentError(path, "tệp không có chữ; hãy kiểm tra lại tệp gốc.")
    if len(reading.text) > MOST_CHARACTERS:
        raise DocumentError(
            path,
            f"văn bản dài quá {MOST_CHARACTERS // 1_000_000} triệu ký tự; "
            "hãy tách thành các tệp nhỏ hơn.",
        )
    marks = (*reading.marks, *MARKS[suffix](path)) if suffix in MARKS else reading.marks
    # halves of letters, which damaged files hold and no store takes
    return replace(reading, text=_HALVES.sub("\ufffd", reading.text), marks=marks)


def _true_suffix(path: Path) -> str:
    """Return the suffix that fits what an office file holds, whatever it is called."""
    suffix = path.suffix.lower()
    if suffix not in _OFFICE:
        return suffix
    with path.open("rb") as file:
        head = file.read(_HEAD).lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"{\\rtf"):
        return ".rtf"
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(b"PK\x03\x04"):
        return ".xlsx" if suffix.startswith(".xls") else ".docx"
    if head[:200].lower().startswith((b"<!doctype html", b"<html")):
        return ".html"
    if head.startswith(b"MIME-Version:"):
        return ".mht"
    return suffix
