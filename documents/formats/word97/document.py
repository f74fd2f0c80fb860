"""The text of a Word 97 file as Word shows it: body, boxes and notes; its headers apart."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from documents.formats.tables import Cell, grid, header_rows, table_lines
from documents.formats.word97.container import (
    ANCHORS,
    BOXES,
    DRAWINGS,
    ENDNOTE_TEXTS,
    ENDNOTES,
    HEADER_BOXES,
    HEADERS,
    NOTE_TEXTS,
    NOTES,
    PIECES,
    WordFile,
    plc,
)
from documents.formats.word97.lists import list_numbers
from documents.formats.word97.properties import Letters, Properties, Setting
from documents.layout.letterhead import heading_signs
from documents.vietnamese.legacy_fonts import font_encoding, has_capitals_only, in_unicode

_BODY, _NOTES, _HEADERS, _ENDNOTES, _BOXES, _HEADER_BOXES = 0, 1, 2, 5, 6, 7
_CELL, _ENDS, _ANCHOR = "\x07", "\r\x07\x0c\x0e", "\x08"
_CODE_BEGINS, _RESULT_BEGINS, _FIELD_ENDS, _PICTURE = "\x13", "\x14", "\x15", "\x01"
_SHOWN = str.maketrans(
    {"\x0b": "\n", "\x1e": "-", "\x1f": None, "\x02": None, "\x05": None}
    | {"\x08": None, "\x01": None, "\x03": None, "\x04": None, "\0": None}
)
_SEPARATORS = 6  # of notes, before the stories of the headers; then six a section
_SAME_EDGE = 60  # twips; edges of columns that differ less are one
_BLIPS = 0xF001  # the record of an OfficeArt drawing that counts its pictures


@dataclass(frozen=True, slots=True)
class WordText:
    """Lines of the body, of the headers and footers, and how many pictures stand in the text."""

    lines: tuple[str, ...]
    headers: tuple[str, ...]
    pictures: int


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    place: int
    width: int
    more: bytes


@dataclass(slots=True)
class _Paragraph:
    """A paragraph in hand: its runs by font, and where it stands."""

    start: int
    runs: list[tuple[str, bool, str]] = field(default_factory=list)

    def text(self) -> str:
        """Return the letters that its fonts show."""
        parts = []
        for (font, capitals), runs in groupby(self.runs, key=lambda run: run[:2]):
            text = "".join(run[2] for run in runs)
            if encoding := font_encoding(font):
                text = in_unicode(text, encoding)
            parts.append(text.upper() if capitals or has_capitals_only(font) else text)
        return "".join(parts)


def word_text(file: WordFile) -> WordText:
    """Return what a document says."""
    reader = _Reader(file)
    lines = tuple(reader.body())
    return WordText(lines, tuple(reader.headers()), reader.pictures + _drawn(file.part(DRAWINGS)))


class _Reader:
    """Follows the pieces of the text through their properties."""

    def __init__(self, file: WordFile) -> None:
        self.file = file
        self.properties = Properties(file)
        self.numbers = list_numbers(file)
        self.pieces = _pieces(file)
        self.starts = file.starts()
        self.pictures = 0

    def body(self) -> Iterator[str]:
        """Yield the lines of the body, with boxes and notes after the paragraph they belong to."""
        boxes = self._boxes()
        notes = self._notes(NOTES, NOTE_TEXTS, _NOTES) | self._notes(
            ENDNOTES, ENDNOTE_TEXTS, _ENDNOTES
        )
        placed = sorted((*boxes, *notes))
        tables = _Tables()
        noted = 0
        for start, end, text, setting, mark in self._paragraphs(0, self.file.lengths[_BODY]):
            tables.add(self._labelled(text, setting), setting, mark)
            while placed and placed[0] < end:
                place = placed.pop(0)
                for line in boxes.get(place, ()) if place >= start else ():
                    tables.add(line, setting, "\r", beside=True)
                if note := notes.get(place):
                    noted += 1
                    tables.add(f"[{noted}] {note}", setting, "\r", beside=True)
        yield from tables.lines()
        for place in placed:
            yield from boxes.get(place, ())

    def headers(self) -> Iterator[str]:
        """Yield the lines of the pages' headers and footers, and of the boxes in them."""
        stories = plc(self.file.part(HEADERS), 0)[_SEPARATORS:]
        start = self.starts[_HEADERS]
        for first, last, _ in stories:
            yield from self._lines(start + first, start + last)
        for first, last, _ in plc(self.file.part(HEADER_BOXES), 22):
            start = self.starts[_HEADER_BOXES]
            yield from self._lines(start + first, start + last)

    def _lines(self, start: int, end: int) -> list[str]:
        tables = _Tables()
        for _, _, text, setting, mark in self._paragraphs(start, end):
            tables.add(self._labelled(text, setting), setting, mark)
        return [line for line in tables.lines() if line.strip()]

    def _boxes(self) -> dict[int, list[str]]:
        """Return the lines of the text boxes by the position they are anchored at."""
        anchors = {place[:4]: start for start, _, place in plc(self.file.part(ANCHORS), 26)}
        boxes: dict[int, list[str]] = {}
        base = self.starts[_BOXES]
        for first, last, box in plc(self.file.part(BOXES), 22):
            anchor = anchors.get(box[14:18], self.file.lengths[_BODY])
            boxes.setdefault(anchor, []).extend(self._lines(base + first, base + last))
        return boxes

    def _notes(self, marks: int, texts: int, region: int) -> dict[int, str]:
        """Return the notes by the position of the figure that stands for each."""
        spans = plc(self.file.part(texts), 0)
        base = self.starts[region]
        notes = {}
        for (mark, _, _), (first, last, _) in zip(
            plc(self.file.part(marks), 2), spans, strict=False
        ):
            notes[mark] = " ".join(" ".join(self._lines(base + first, base + last)).split())
        return notes

    def _labelled(self, text: str, setting: Setting) -> str:
        """Return a paragraph with the number its list gives it, and "#" before a heading."""
        text = text.strip()
        if not text:
            return ""
        label = ""
        if 0 < setting.list < 2047:  # of the old kind of lists, which write their numbers
            label = self.numbers.next_of(str(setting.list), setting.level)
        line = f"{label} {text}" if label else text
        return f"{heading_signs(setting.heading, line)}{line}"

    def _paragraphs(self, start: int, end: int) -> Iterator[tuple[int, int, str, Setting, str]]:
        """Yield each paragraph's start and end, text, setting and the sign that ends it."""
        paragraph = _Paragraph(start)
        fields: list[bool] = []  # open ones, and whether their result has begun
        setting = Setting()
        for place, text, letters, setting in self._chunks(start, end):
            for offset, sign in enumerate(text):
                if sign in _ENDS:
                    after = place + offset + 1
                    yield paragraph.start, after, paragraph.text(), setting, sign
                    paragraph = _Paragraph(after)
                elif not self._steers(sign, letters, fields):
                    self._show(sign, letters, fields, paragraph)
        if paragraph.runs:
            yield paragraph.start, end, paragraph.text(), setting, "\r"

    def _steers(self, sign: str, letters: Letters, fields: list[bool]) -> bool:
        """Follow the signs around a field's code and result."""
        if sign == _CODE_BEGINS:
            fields.append(False)
        elif sign == _RESULT_BEGINS and fields:
            fields[-1] = True
        elif sign == _FIELD_ENDS and fields:
            fields.pop()
        return sign in (_CODE_BEGINS, _RESULT_BEGINS, _FIELD_ENDS)

    def _show(self, sign: str, letters: Letters, fields: list[bool], paragraph: _Paragraph) -> None:
        if letters.is_hidden or letters.is_deleted or not all(fields):
            return
        if sign == _PICTURE and letters.is_special and not letters.is_object:
            self.pictures += 1
        if shown := sign.translate(_SHOWN):
            fonts = self.properties.fonts
            font = fonts[letters.font] if 0 <= letters.font < len(fonts) else ""
            paragraph.runs.append((font, letters.has_capitals, shown))

    def _chunks(self, start: int, end: int) -> Iterator[tuple[int, str, Letters, Setting]]:
        """Yield stretches of the text that are set alike, none longer than a paragraph."""
        for piece in self.pieces:
            place, last = max(start, piece.start), min(end, piece.end)
            while place < last:
                byte = piece.place + (place - piece.start) * piece.width
                setting = self.properties.setting(byte, piece.more)
                letters, until = self.properties.letters(byte, setting, piece.more)
                length = max(1, -(-(until - byte) // piece.width))
                text = self._decoded(piece, place, min(last, place + length))
                cut = min((text.find(sign) for sign in _ENDS if sign in text), default=-1)
                text = text if cut < 0 else text[: cut + 1]
                yield place, text, letters, setting
                place += len(text)

    def _decoded(self, piece: _Piece, start: int, end: int) -> str:
        first = piece.place + (start - piece.start) * piece.width
        data = self.file.main[first : first + (end - start) * piece.width]
        if piece.width == 1:
            return "".join(map(_letter, data)).ljust(end - start)
        units = struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
        return "".join(map(chr, units)).ljust(end - start)


def _letter(byte: int) -> str:
    """Return the letter of a byte, which below and above the 31 of Windows is its own number."""
    if 0x82 <= byte <= 0x9F:
        return bytes((byte,)).decode("cp1252", errors="ignore") or chr(byte)
    return chr(byte)


def _pieces(file: WordFile) -> list[_Piece]:
    """Return the pieces of the text in the order in which they are read."""
    data = file.part(PIECES)
    place = 0
    changes: list[bytes] = []
    while place < len(data) and data[place] == 1:
        (length,) = struct.unpack_from("<H", data, place + 1)
        changes.append(data[place + 3 : place + 3 + length])
        place += 3 + length
    (length,) = struct.unpack_from("<I", data, place + 1)
    pieces = []
    for start, end, record in plc(data[place + 5 : place + 5 + length], 8):
        where, change = struct.unpack_from("<IH", record, 2)
        is_narrow = bool(where & 0x40000000)
        where &= 0x3FFFFFFF
        more = changes[change >> 1] if change & 1 and change >> 1 < len(changes) else b""
        pieces.append(_Piece(start, end, where // 2 if is_narrow else where, 2 - is_narrow, more))
    return pieces


@dataclass(slots=True)
class _Table:
    """A table in hand: the lines of its cell, the cells of its row, its rows with their edges."""

    cell: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    rows: list[tuple[list[str], Setting]] = field(default_factory=list)

    def lines(self) -> tuple[str, ...]:
        """Return the finished table a line a row."""
        if self.row or self.cell:
            self.rows.append(([*self.row, "\n".join(self.cell)], Setting()))
        edges = _edges([setting for _, setting in self.rows])
        rows = [_cells(texts, setting, edges) for texts, setting in self.rows]
        return table_lines(grid(rows, 0), header_rows(rows))


class _Tables:
    """Takes paragraphs in order and gives lines, those of a table once it ends."""

    def __init__(self) -> None:
        self.open: list[_Table] = []
        self.out: list[str] = []

    def add(self, text: str, setting: Setting, mark: str, *, beside: bool = False) -> None:
        """Take a paragraph; one ``beside`` another stands in the same cell."""
        while len(self.open) > setting.depth:
            self._close()
        while len(self.open) < setting.depth:
            self.open.append(_Table())
        if not self.open:
            self.out.extend(text.split("\n"))
            return
        table = self.open[-1]
        if beside:
            self._beside(table, text)
        elif setting.ends_row:
            table.rows.append((table.row, setting))
            table.row, table.cell = [], []
        else:
            table.cell.append(text)
            if mark == _CELL or setting.ends_cell:
                table.row.append("\n".join(filter(None, table.cell)))
                table.cell = []

    def _beside(self, table: _Table, text: str) -> None:
        """Add what is anchored in a paragraph to its cell, which may just have ended."""
        if table.cell or not table.row:
            table.cell.append(text)
        else:
            table.row[-1] = f"{table.row[-1]}\n{text}".strip()

    def _close(self) -> None:
        lines = self.open.pop().lines()
        if self.open:
            self.open[-1].cell.extend(lines)
        else:
            self.out.extend(("", *lines, ""))

    def lines(self) -> list[str]:
        """Return all lines."""
        while self.open:
            self._close()
        return self.out


def _edges(settings: list[Setting]) -> list[int]:
    """Return the edges of a table's columns, from left to right."""
    edges: list[int] = []
    for edge in sorted(
        {edge for one in settings for cell in one.cells for edge in (cell.left, cell.right)}
    ):
        if not edges or edge - edges[-1] > _SAME_EDGE:
            edges.append(edge)
    return edges


def _cells(texts: list[str], setting: Setting, edges: list[int]) -> list[Cell]:
    """Return a row's cells with the columns that each covers."""
    if len(setting.cells) != len(texts):
        return [Cell(text, 1, False) for text in texts]
    return [
        Cell(
            text,
            max(1, sum(cell.left + _SAME_EDGE < edge <= cell.right + _SAME_EDGE for edge in edges)),
            cell.goes_on,
        )
        for text, cell in zip(texts, setting.cells, strict=True)
    ]


def _drawn(data: bytes) -> int:
    """Return how many pictures the drawings of a document hold."""
    if len(data) < 8:
        return 0
    place, end = 8, 8 + struct.unpack_from("<I", data, 4)[0]
    while place + 8 <= min(end, len(data)):
        version, kind, length = struct.unpack_from("<HHI", data, place)
        if kind == _BLIPS:
            return int(version >> 4)
        place += 8 + length
    return 0
