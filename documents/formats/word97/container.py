"""The compound file of an old Word document and the header that says where things are in it.

Home of olefile.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import olefile

_WORD_97 = 193  # nFib from which on the text may be Unicode; older files are read by antiword
_IDENTITY = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DAMAGE = (struct.error, IndexError, ValueError, OSError, KeyError, TypeError, UnicodeError)

# places in FibRgFcLcb97 of what is read, by [MS-DOC] 2.5.6
STYLES, NOTES, NOTE_TEXTS, HEADERS, CHARACTERS, PARAGRAPHS, FONTS = 1, 2, 3, 11, 12, 13, 15
PIECES, ANCHORS, HEADER_ANCHORS, ENDNOTES, ENDNOTE_TEXTS, DRAWINGS = 33, 40, 41, 46, 47, 50
BOXES, HEADER_BOXES, LISTS, LIST_USES = 56, 58, 73, 74


@dataclass(frozen=True, slots=True)
class WordFile:
    """The streams of a document and its header.

    ``lengths`` counts the characters of the body, notes, headers, macros, comments, endnotes,
    boxes and boxes of the headers, which follow each other. ``objects`` is how many documents of
    other programs are embedded.
    """

    main: bytes
    table: bytes
    lengths: Sequence[int]
    places: Sequence[tuple[int, int]]
    objects: int = 0

    def part(self, name: int) -> bytes:
        """Return one of the structures of the table stream; b"" where the file has none."""
        if name >= len(self.places):
            return b""
        start, length = self.places[name]
        return self.table[start : start + length]

    def starts(self) -> list[int]:
        """Return the position at which each of ``lengths`` begins."""
        return [sum(self.lengths[:place]) for place in range(len(self.lengths))]


class NotWord97Error(ValueError):
    """A file that is no document of Word 97 to 2003."""


class LockedError(ValueError):
    """A document behind a password."""


def word_file(path: Path) -> WordFile:
    """Open a document; raises NotWord97Error, LockedError, or one of DAMAGE on what is cut off."""
    with path.open("rb") as file:
        if file.read(len(_MARK)) != _MARK:
            raise NotWord97Error(path)
    with olefile.OleFileIO(path) as ole:
        if not ole.exists("WordDocument"):
            raise NotWord97Error(path)
        main: bytes = ole.openstream("WordDocument").read()
        identity, version, flags = struct.unpack_from("<HH6xH", main)
        if identity != _IDENTITY or version < _WORD_97:
            raise NotWord97Error(path)
        if flags & _ENCRYPTED:
            raise LockedError(path)
        table: bytes = ole.openstream("1Table" if flags & _SECOND_TABLE else "0Table").read()
        embedded = {entry[1] for entry in ole.listdir() if entry[0] == "ObjectPool"}
    words = struct.unpack_from("<H", main, 32)[0]
    place = 34 + 2 * words
    longs = struct.unpack_from("<H", main, place)[0]
    figures = struct.unpack_from(f"<{longs}i", main, place + 2)
    place += 2 + 4 * longs
    pairs = struct.unpack_from("<H", main, place)[0]
    numbers = struct.unpack_from(f"<{2 * pairs}I", main, place + 2)
    return WordFile(
        main,
        table,
        figures[3:11],
        tuple(zip(numbers[::2], numbers[1::2], strict=True)),
        len(embedded),
    )


def plc(data: bytes, size: int) -> list[tuple[int, int, bytes]]:
    """Return the runs of a PLC: first position, position after, and ``size`` bytes on each."""
    count = max(0, (len(data) - 4) // (4 + size))
    ends = struct.unpack_from(f"<{count + 1}i", data) if count else ()
    base = 4 * (count + 1)
    return [
        (ends[place], ends[place + 1], data[base + size * place : base + size * (place + 1)])
        for place in range(count)
    ]
