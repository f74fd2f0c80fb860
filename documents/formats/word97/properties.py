"""What a Word 97 file says of its letters and paragraphs: styles, fonts, and runs of properties."""

import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from documents.formats.word97.container import (
    CHARACTERS,
    FONTS,
    PARAGRAPHS,
    STYLES,
    WordFile,
    plc,
)

_PAGE = 512
_DEEPEST_STYLE = 20  # bases of a style; more is a circle
# single property modifiers (sprm) of [MS-DOC] 2.6.1 and 2.6.2
_DELETED, _HIDDEN, _FIELD_HIDDEN, _STYLE_HIDDEN, _SPECIAL = 0x0800, 0x083C, 0x0802, 0x0818, 0x0855
_CAPITALS, _FONT, _FONT_OTHER, _STYLE, _SYMBOL = 0x083B, 0x4A4F, 0x4A51, 0x4A30, 0x6A09
_OBJECT, _OLE = 0x0856, 0x080A
_IN_TABLE, _ROW_ENDS, _DEPTH, _INNER_CELL, _INNER_ROW = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
_LEVEL, _LIST, _CELLS = 0x260A, 0x460B, 0xD608
_WIDTHS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_TITLE, _DEEPEST_HEADING = 62, 6


@dataclass(frozen=True, slots=True)
class Letters:
    """How a run of letters is set."""

    font: int = -1
    is_hidden: bool = False
    is_deleted: bool = False
    is_special: bool = False
    is_object: bool = False
    has_capitals: bool = False
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell's left and right edge in twips, and whether it goes on with the one above."""

    left: int
    right: int
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """How a paragraph is set; ``heading`` is its depth, 0 for none, ``list`` the list it counts in.

    ``depth`` tells how many tables it stands in.
    """

    style: int = 0
    heading: int = 0
    depth: int = 0
    ends_cell: bool = False
    ends_row: bool = False
    list: int = 0
    level: int = 0
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class _Style:
    base: int
    setting: Mapping[int, bytes] = field(default_factory=dict)
    letters: Mapping[int, bytes] = field(default_factory=dict)
    heading: int = 0


def modifiers(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the code and operand of each single property modifier."""
    place = 0
    while place + 2 < len(data):
        (code,) = struct.unpack_from("<H", data, place)
        place += 2
        if code == _CELLS:
            size, place = struct.unpack_from("<H", data, place)[0] - 1, place + 2
        elif code >> 13 == 6:
            size, place = data[place], place + 1
            if code == 0xC615 and size == 255:
                deleted = data[place]
                size = 2 + 4 * deleted + 3 * data[place + 1 + 4 * deleted]
        else:
            size = _WIDTHS[code >> 13]
        yield code, data[place : place + size]
        place += size


class Properties:
    """Tells of each place in the main stream how its letters and its paragraph are set."""

    def __init__(self, file: WordFile) -> None:
        self.file = file
        self.fonts = _fonts(file.part(FONTS))
        self.default_font, self.styles = _styles(file.part(STYLES))
        self._letters = _runs(file, CHARACTERS)
        self._paragraphs = _runs(file, PARAGRAPHS)

    def letters(self, place: int, setting: Setting, more: bytes = b"") -> tuple[Letters, int]:
        """Return how the letters at a byte are set, and the byte at which that ends."""
        data, end = _at(self._letters, place)
        return self._set_letters(_chpx(data) + more, setting.style), end

    def setting(self, place: int, more: bytes = b"") -> Setting:
        """Return how the paragraph that holds a byte is set."""
        data, _ = _at(self._paragraphs, place)
        data = _papx(data)
        style = struct.unpack_from("<H", data)[0] if len(data) > 1 else 0
        stated = dict(self._inherited(style, "setting"))
        stated.update(modifiers(data[2:] + more))
        depth = _int(stated.get(_DEPTH, b""))
        inside = bool(_int(stated.get(_IN_TABLE, b"")))
        heading = next((one.heading for one in self._line(style) if one.heading), 0)
        return Setting(
            style=style,
            heading=heading,
            depth=max(depth, int(inside)),
            ends_cell=bool(_int(stated.get(_INNER_CELL, b""))),
            ends_row=bool(_int(stated.get(_ROW_ENDS, b"")) or _int(stated.get(_INNER_ROW, b""))),
            list=_int(stated.get(_LIST, b"")),
            level=_int(stated.get(_LEVEL, b"")),
            cells=_cells(stated.get(_CELLS, b"")),
        )

    def _line(self, style: int) -> Iterator[_Style]:
        """Yield a style and those it is based on."""
        for _ in range(_DEEPEST_STYLE):
            if (found := self.styles.get(style)) is None:
                return
            yield found
            style = found.base

    def _inherited(self, style: int, what: str) -> Mapping[int, bytes]:
        merged: dict[int, bytes] = {}
        for one in reversed(list(self._line(style))):
            merged.update(getattr(one, what))
        return merged

    def _set_letters(self, data: bytes, style: int) -> Letters:
        base = self._inherited(style, "letters")
        direct = list(modifiers(data))
        for code, operand in direct:
            if code == _STYLE:
                base = {**base, **self._inherited(_int(operand), "letters")}
        letters = Letters(font=self.default_font)
        for code, operand in (*base.items(), *direct):
            letters = _changed(letters, code, operand, base)
        return letters


def _changed(letters: Letters, code: int, operand: bytes, base: Mapping[int, bytes]) -> Letters:
    if code in (_HIDDEN, _FIELD_HIDDEN, _STYLE_HIDDEN):
        return replace(letters, is_hidden=_switched(operand, base.get(code)))
    if code == _DELETED:
        return replace(letters, is_deleted=bool(_int(operand)))
    if code == _CAPITALS:
        return replace(letters, has_capitals=_switched(operand, base.get(code)))
    if code == _SPECIAL:
        return replace(letters, is_special=bool(_int(operand)))
    if code in (_OBJECT, _OLE):
        return replace(letters, is_object=letters.is_object or bool(_int(operand)))
    if code in (_FONT, _FONT_OTHER) and (code == _FONT or letters.font < 0):
        return replace(letters, font=_int(operand))
    if code == _SYMBOL and len(operand) == 4:
        number = struct.unpack_from("<H", operand, 2)[0]
        return replace(letters, symbol=chr(number - 0xF000 if number >= 0xF020 else number))
    return letters


def _switched(operand: bytes, base: bytes | None) -> bool:
    """Read a switch, which may say "as the style" (0x80) or "not as the style" (0x81)."""
    value = _int(operand)
    if value < 0x80:
        return bool(value)
    return bool(base and base[0] == 1) != bool(value & 1)


def _int(operand: bytes) -> int:
    return int.from_bytes(operand[:4], "little")


def _cells(operand: bytes) -> tuple[Cell, ...]:
    if not operand:
        return ()
    count = operand[0]
    edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
    flags = [
        struct.unpack_from("<H", operand, start)[0] if start + 2 <= len(operand) else 0
        for start in range(1 + 2 * (count + 1), 1 + 2 * (count + 1) + 20 * count, 20)
    ]
    # a cell that is merged with the one above has only the lower of the two bits (fvmMerge)
    return tuple(
        Cell(left, right, flag >> 5 & 3 == 1)
        for left, right, flag in zip(edges[:-1], edges[1:], flags, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int
    data: bytes


def _runs(file: WordFile, name: int) -> list[_Run]:
    """Return the runs of one kind of property: pages of 512 bytes hold them by position."""
    runs = []
    for _, _, number in plc(file.part(name), 4):
        start = (int.from_bytes(number, "little") & 0x3FFFFF) * _PAGE
        page = file.main[start : start + _PAGE]
        if len(page) < _PAGE:
            continue
        count = page[-1]
        bounds = struct.unpack_from(f"<{count + 1}I", page)
        size = 1 if name == CHARACTERS else 13
        for place in range(count):
            offset = 2 * page[4 * (count + 1) + size * place]
            runs.append(_Run(bounds[place], bounds[place + 1], page[offset:-1] if offset else b""))
    return sorted(runs, key=lambda run: run.start)


def _at(runs: list[_Run], place: int) -> tuple[bytes, int]:
    found = bisect_right(runs, place, key=lambda run: run.start) - 1
    if found >= 0 and place < runs[found].end:
        return runs[found].data, runs[found].end
    after = runs[found + 1].start if found + 1 < len(runs) else place + _PAGE
    return b"", max(after, place + 1)


def _chpx(data: bytes) -> bytes:
    return data[1 : 1 + data[0]] if data else b""


def _papx(data: bytes) -> bytes:
    if not data:
        return b""
    if data[0]:
        return data[1 : 2 * data[0]]
    return data[2 : 2 + 2 * data[1]]


def _fonts(data: bytes) -> list[str]:
    """Return the names of the fonts by number."""
    if len(data) < 4:
        return []
    count = struct.unpack_from("<H", data)[0]
    names, place = [], 4
    for _ in range(count):
        if place >= len(data):
            break
        size = data[place]
        record = data[place + 1 : place + 1 + size]
        name = record[39:].decode("utf-16-le", errors="replace")
        names.append(name.split("\0", 1)[0])
        place += 1 + size
    return names


def _styles(data: bytes) -> tuple[int, Mapping[int, _Style]]:
    """Return the default font and the styles by number."""
    styles: dict[int, _Style] = {}
    if len(data) < 4:
        return -1, styles
    length, count, fixed = struct.unpack_from("<3H", data)
    default = struct.unpack_from("<H", data, 14)[0] if length >= 14 else -1
    place = 2 + length
    for number in range(count):
        if place + 2 > len(data):
            break
        size = struct.unpack_from("<H", data, place)[0]
        if size:
            styles[number] = _style(data[place + 2 : place + 2 + size], fixed)
        place += 2 + size
    return default, styles


def _style(data: bytes, fixed: int) -> _Style:
    first, second, third = struct.unpack_from("<3H", data)
    identity, kind, base, parts = first & 0x0FFF, second & 0x0F, second >> 4, third & 0x0F
    place = fixed + 2 + 2 * struct.unpack_from("<H", data, fixed)[0] + 2
    updates = []
    for _ in range(parts):
        place += place % 2
        if place + 2 > len(data):
            break
        size = struct.unpack_from("<H", data, place)[0]
        updates.append(data[place + 2 : place + 2 + size])
        place += 2 + size
    heading = identity if 1 <= identity <= 9 else int(identity == _TITLE)
    heading = min(heading, _DEEPEST_HEADING)
    if kind == 1 and len(updates) > 1:
        return _Style(base, dict(modifiers(updates[0][2:])), dict(modifiers(updates[1])), heading)
    if kind == 2 and updates:
        return _Style(base, {}, dict(modifiers(updates[0])))
    return _Style(base)
