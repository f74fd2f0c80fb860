"""Word files of before 2007: those of Word 97 and later by their format, older ones by antiword."""

import re
import shutil
import subprocess
from pathlib import Path

from documents.errors import DocumentError
from documents.formats.tables import table_lines
from documents.formats.text_file import unwrapped
from documents.formats.word97.container import DAMAGE, LockedError, NotWord97Error, word_file
from documents.formats.word97.document import WordText, word_text
from documents.layout.page_headers import page_letterhead
from documents.layout.secrecy import stamp_of
from documents.vietnamese.legacy_fonts import lines_in_unicode
from documents.vietnamese.normalize import normalize, share_of_syllables

_SECONDS = 60  # for one file; antiword takes a tenth of a second
# read byte for byte, so that legacy fonts stay as they are; else in Unicode
_MAPPINGS = (("8859-1.txt", "latin-1"), ("UTF-8.txt", "utf-8"))
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]|\?[^\W\d_]{2}")  # a letter that the mapping has not
_UNUSABLE = (
    "tệp DOC hỏng, có mật khẩu hoặc không phải của Word; "
    "hãy mở bằng Word và lưu lại dưới dạng DOCX."
)


def read_doc(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return the text of an old Word file, a paragraph or table row a line, and what is unread."""
    try:
        file = word_file(path)
        found = word_text(file)
    except NotWord97Error:
        return _by_antiword(path), ()
    except LockedError as error:
        raise DocumentError(path, _UNUSABLE) from error
    except DAMAGE:  # of which antiword may make more
        return _by_antiword(path), ("định dạng của tệp hỏng, có thể lẫn chữ đã xóa hoặc ẩn",)
    stamps = sorted({line for line in found.headers if stamp_of(normalize(line))})
    lines = [*stamps, *page_letterhead(found.headers, found.lines), *found.lines]
    return unwrapped(lines_in_unicode(lines)), _unread(found, file.objects)


def _unread(found: WordText, objects: int) -> tuple[str, ...]:
    pictures = (f"không đọc {found.pictures} hình",) if found.pictures else ()
    return (*pictures, f"không đọc {objects} đối tượng nhúng") if objects else pictures


def _by_antiword(path: Path) -> str:
    program = shutil.which("antiword")
    if program is None:
        raise DocumentError(
            path,
            "cần chương trình antiword để đọc tệp DOC này; "
            "hãy cài bằng lệnh apt install antiword, hoặc lưu lại dưới dạng DOCX.",
        )
    texts = [_converted(program, path, *mapping) for mapping in _MAPPINGS]
    return unwrapped(_lines(min(texts, key=_loss)))


def _loss(text: str) -> tuple[int, float]:
    """Return how much a mapping lost: letters first, then syllables that are none."""
    return len(_LOST.findall(text)), -share_of_syllables(text)


def _converted(program: str, path: Path, mapping: str, encoding: str) -> str:
    """Run antiword with a character mapping and convert what it prints from legacy fonts."""
    command = [program, "-m", mapping, "-w", "0", str(path.absolute())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise DocumentError(path, "đọc tệp DOC quá lâu; hãy lưu lại dưới dạng DOCX.") from error
    if done.returncode != 0 or not done.stdout.strip():
        raise DocumentError(path, _UNUSABLE)
    text = done.stdout.decode(encoding, errors="replace")
    return "\n".join(lines_in_unicode(text.split("\n")))


def _lines(text: str) -> list[str]:
    """Return the lines, with the tables that antiword draws in bars as rows."""
    lines: list[str] = []
    table: list[list[str]] = []
    for line in (*text.split("\n"), ""):
        if line.startswith("|") and line.rstrip().endswith("|"):
            table.append(_row(table, line.strip()[1:-1].split("|")))
            continue
        lines.extend(table_lines([row for row in table if row]))
        table = []
        lines.append(line)
    return lines


def _row(table: list[list[str]], cells: list[str]) -> list[str]:
    """Return a row's cells; a row that goes on with the one above is taken into it."""
    cells = [cell.strip() for cell in cells]
    above = next((row for row in reversed(table) if row), None)
    if above is None or cells[0] or len(cells) != len(above) or len(table) < 2:
        return cells
    for column, cell in enumerate(cells):
        above[column] = f"{above[column]}\n{cell}".strip()
    return []
