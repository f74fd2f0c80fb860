"""A file -> its text and where its pages start, by the kind of file its name says it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from documents.doc_file import read_doc
from documents.document import DocumentError
from documents.docx_file import read_docx
from documents.markdown import read_markdown
from documents.pdf import read_pdf
from documents.scans import read_image
from documents.text_file import read_text
from documents.web_page import read_web_page

MAX_BYTES = 100 * 1024 * 1024  # longer than any document; such a file is a mistake or an attack


@dataclass(frozen=True, slots=True)
class Reading:
    """Normalised text, a paragraph or table row a line; page ``i + 1`` begins at offset ``i``."""

    text: str
    page_starts: tuple[int, ...] = ()


def _pageless(read_file: Callable[[Path], str]) -> Callable[[Path], Reading]:
    return lambda path: Reading(read_file(path))


_READERS: dict[str, Callable[[Path], Reading]] = {
    ".txt": _pageless(read_text),
    ".md": _pageless(read_markdown),
    ".markdown": _pageless(read_markdown),
    ".html": _pageless(read_web_page),
    ".htm": _pageless(read_web_page),
    ".docx": _pageless(read_docx),
    ".doc": _pageless(read_doc),
    ".pdf": lambda path: Reading(*read_pdf(path)),
} | dict.fromkeys(
    (".png", ".jpg", ".jpeg", ".tif", ".tiff"), lambda path: Reading(*read_image(path))
)
SUFFIXES: tuple[str, ...] = tuple(_READERS)


def read(path: Path) -> Reading:
    """Read a document; raises DocumentError with one Vietnamese line on what cannot be used."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(suffix.lstrip(".").upper() for suffix in SUFFIXES)
        raise DocumentError(f"{path}: không đọc được loại tệp này; hãy chuyển sang {kinds}.")
    size = path.stat().st_size
    if size == 0:
        raise DocumentError(f"{path}: tệp rỗng; hãy kiểm tra lại tệp gốc.")
    if size > MAX_BYTES:
        raise DocumentError(
            f"{path}: tệp lớn hơn {MAX_BYTES // 2**20} MB; hãy tách thành các tệp nhỏ hơn."
        )
    reading = reader(path)
    if not any(character.isalpha() for character in reading.text):
        raise DocumentError(f"{path}: tệp không có chữ; hãy kiểm tra lại tệp gốc.")
    return reading
