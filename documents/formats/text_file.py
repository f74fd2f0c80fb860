"""Plain text in whatever encoding it was saved, as lines of paragraphs."""

import codecs
import re
from pathlib import Path

from documents.errors import DocumentError
from documents.formats.paragraphs import Line, paragraphs, right_margin
from documents.vietnamese.legacy_fonts import lines_in_unicode
from documents.vietnamese.normalize import normalize, share_of_syllables

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]")
_LEGACY_BYTES = ("cp1252", "latin-1")  # with curly quotes, else with every byte kept
_DAMAGED = 0.1  # of the letters beyond ASCII: a few bytes lost; other encodings lose nearly all
_SAMPLE = 200_000  # characters are enough to tell an encoding
_HEAD_LINES = 15  # where two columns of a letterhead may share a line
_COLUMNS = re.compile(r"\t\s*|\s{3,}")
_CONTENTS = re.compile(r"\W*mục lục\W*", re.IGNORECASE)
_ENTRY = re.compile(r"\S\s*(?:\t|\.{3,}|…|\s{3,})[\s.…]*\d{1,4}$")  # "Điều 1. Phạm vi ..... 2"
_WIDEST_WRAP = 130  # characters; editors and mail programs wrap below this
_WRAPPED = 0.25  # of the full lines go on in lower case in text that was wrapped


def read_text(path: Path) -> str:
    """Return the text of a plain file, a paragraph a line."""
    return unwrapped(decoded(path).split("\n"))


def decoded(path: Path) -> str:
    """Return a file's text, not normalised yet; refuses what is not text."""
    return decoded_bytes(path.read_bytes(), path)


def decoded_bytes(data: bytes, path: Path) -> str:
    """Return the text of bytes that came with a file; refuses what is not text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _line_ends(data.decode(encoding, errors="replace"))
    text = _as_utf16(data) if b"\0" in data[:4096] else _as_bytes(data)
    if text is None or len(_CONTROLS.findall(text[:_SAMPLE])) > len(text[:_SAMPLE]) / 200:
        raise DocumentError(
            path, "không phải tệp văn bản; hãy lưu lại dưới dạng TXT, DOCX hoặc PDF."
        )
    return _line_ends(_from_legacy(text))


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _as_utf16(data: bytes) -> str | None:
    """Decode UTF-16 that was saved without its mark: most bytes of one half are zero or one."""
    low, high = data[0:4096:2], data[1:4096:2]
    if high.count(0) > low.count(0):
        encoding, half = "utf-16-le", high
    else:
        encoding, half = "utf-16-be", low
    plain = sum(byte in (0x00, 0x01, 0x1E, 0x20) for byte in half)
    if plain < 0.9 * len(half):
        return None
    return data[: len(data) // 2 * 2].decode(encoding, errors="replace")


def _as_bytes(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
        letters = sum(not letter.isascii() for letter in text)
        if text.count("\ufffd") < _DAMAGED * letters:
            return text.replace("\ufffd", "")
        readings = [data.decode(name, errors="replace") for name in ("cp1258", "cp1252")]
        readings += [_from_legacy(data.decode(name, errors="replace")) for name in _LEGACY_BYTES]
        return max(readings, key=lambda text: share_of_syllables(text[:_SAMPLE]))


def _from_legacy(text: str) -> str:
    """Convert text in TCVN3 or VNI, line by line; any other text comes back as it is."""
    return "\n".join(lines_in_unicode(text.split("\n")))


def unwrapped(lines: list[str]) -> str:
    """Return the text normalised, a paragraph a line; joins lines where it was hard-wrapped."""
    lines = without_contents(lines)
    placed = [
        Line(normalize(part), len(line) - len(line.lstrip()), len(line.rstrip()))
        for place, line in enumerate(lines)
        for part in _columns(place, line)
    ]
    if not _is_wrapped(placed):
        return "\n".join(" ".join(line.text.split()) for line in placed if line.text)
    margin = right_margin([line for line in placed if line.text])
    blocks: list[list[Line]] = [[]]
    for line in placed:
        if line.text:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return "\n".join(paragraphs([block], margin)[0] for block in blocks if block)


def without_contents(lines: list[str]) -> list[str]:
    """Drop a table of contents: its lines name the parts of the text, and are none of them."""
    kept: list[str] = []
    inside = False
    for line in lines:
        bare = line.strip()
        inside = bool(_CONTENTS.fullmatch(bare)) or (
            inside and (not bare or bool(_ENTRY.search(bare)))
        )
        if not inside:
            kept.append(line)
    return kept


def _columns(place: int, line: str) -> list[str]:
    """Part the two columns of a letterhead: "BỘ TÀI CHÍNH      CỘNG HÒA XÃ HỘI …"."""
    line = line.strip()
    if place < _HEAD_LINES and len(parts := _COLUMNS.split(line)) == 2:
        return parts
    return [line]


def _is_wrapped(lines: list[Line]) -> bool:
    margin = right_margin([line for line in lines if line.text])
    full = [
        (line, after)
        for line, after in zip(lines, lines[1:], strict=False)
        if line.text and line.right > 0.75 * margin
    ]
    going_on = sum(bool(after.text) and after.text[0].islower() for _, after in full)
    return 40 <= margin <= _WIDEST_WRAP and going_on > _WRAPPED * len(full)
