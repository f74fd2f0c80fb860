"""Stamps in Word files of before 2007: in headers, boxes and WordArt; the home of olefile.

antiword gives the running text alone. The stories after it lie in the same stream, as the pieces
of the file's Clx say ([MS-DOC] 2.4.1); what is drawn lies in the other streams as UTF-16.
"""

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import olefile

from documents.layout.secrecy import Mark, marks_among

_MAIN = "WordDocument"
_MAGIC = 0xA5EC
_TABLE_BIT = 0x0200  # of the flags at 0x0A: which table stream holds the pieces
_ENCRYPTED_BIT = 0x0100
_STORIES_AT = 0x4C  # ccpText, then the lengths of the stories that follow it
_STORIES = ("", "chú thích cuối trang", "đầu trang, chân trang", "", "ghi chú") + (
    "chú thích cuối văn bản",
    "hộp chữ",
    "hộp chữ ở đầu trang, chân trang",
)
_CLX_AT = 0x01A2
_IN_BYTES = 0x40000000  # of a piece's place: its letters are single bytes
_ENDS = re.compile(r"[\x00-\x08\x0a-\x1f]+")  # of a paragraph, a cell, a line, a string
_LONGEST_RUN = 200  # characters; what is longer is no stamp


def marks_in_word_binary(path: Path) -> tuple[Mark, ...]:
    """Return what may be a stamp outside the running text; none of a file that is no OLE file."""
    content = path.read_bytes()
    if not olefile.isOleFile(data=content):
        return ()
    try:
        with olefile.OleFileIO(BytesIO(content)) as file:
            names = ["/".join(parts) for parts in file.listdir()]
            streams = {name: file.openstream(name).read() for name in names}
    except OSError:  # damaged beyond what antiword bears: it has refused the file before
        return ()
    found = [*_in_stories(streams), *_in_strings(streams)]
    return tuple(dict.fromkeys(found))


def _in_stories(streams: dict[str, bytes]) -> Iterator[Mark]:
    """Yield the marks of the stories after the running text, by the place they stand in."""
    main = streams.get(_MAIN, b"")
    if len(main) < _CLX_AT + 8 or struct.unpack_from("<H", main)[0] != _MAGIC:
        return
    flags = struct.unpack_from("<H", main, 0x0A)[0]
    if flags & _ENCRYPTED_BIT:
        return
    table = streams.get("1Table" if flags & _TABLE_BIT else "0Table", b"")
    text = _text(main, table[slice(*_span(main))])
    lengths = struct.unpack_from("<8i", main, _STORIES_AT)
    start = 0
    for place, length in zip(_STORIES, lengths, strict=True):
        story, start = text[start : start + max(0, length)], start + max(0, length)
        if place:
            yield from _among(story, place)


def _span(main: bytes) -> tuple[int, int]:
    start, length = struct.unpack_from("<2I", main, _CLX_AT)
    return start, start + length


def _text(main: bytes, clx: bytes) -> str:
    """Join the pieces of the text in their order; "" where the list of them is damaged."""
    place = 0
    while place + 3 <= len(clx) and clx[place] == 1:  # formatting, which comes before the pieces
        place += 3 + struct.unpack_from("<h", clx, place + 1)[0]
    if place < 0 or place + 5 > len(clx) or clx[place] != 2:
        return ""
    pieces = clx[place + 5 : place + 5 + struct.unpack_from("<I", clx, place + 1)[0]]
    count = (len(pieces) - 4) // 12
    if count < 1:
        return ""
    ends = struct.unpack_from(f"<{count + 1}I", pieces)
    parts = []
    for piece in range(count):
        length = max(0, ends[piece + 1] - ends[piece])
        start = struct.unpack_from("<I", pieces, 4 * (count + 1) + 8 * piece + 2)[0]
        if start & _IN_BYTES:
            start = (start & ~_IN_BYTES) // 2
            parts.append(main[start : start + length].decode("cp1252", "replace"))
        else:
            parts.append(main[start : start + 2 * length].decode("utf-16-le", "replace"))
    return "".join(parts)


def _in_strings(streams: dict[str, bytes]) -> Iterator[Mark]:
    """Yield the marks of what is drawn, which no story holds: strings in UTF-16, at any byte."""
    for name, content in streams.items():
        if name == _MAIN or not name.endswith("Table") and name != "Data":
            continue
        for start in (0, 1):
            shown = content[start : start + (len(content) - start) // 2 * 2]
            yield from _among(shown.decode("utf-16-le", "replace"), "hình vẽ")


def _among(text: str, place: str) -> Iterator[Mark]:
    for run in _ENDS.split(text):
        if 2 < len(run) <= _LONGEST_RUN:
            yield from marks_among(run, place)
