"""Word 97 files made byte by byte, by [MS-DOC] and [MS-CFB]: no kept library writes them."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_SECTOR, _PAGE, _TEXT_AT = 512, 512, 1536
_FREE, _LAST, _TABLE_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_IN_TABLE, _ROW_ENDS, _TABLE = b"\x16\x24\x01", b"\x17\x24\x01", b"\x08\xd6"


@dataclass(frozen=True)
class Run:
    """Letters that are set alike, in the font of a number."""

    text: str
    font: int = 0
    hidden: bool = False
    deleted: bool = False
    special: bool = False

    def modifiers(self) -> bytes:
        """Return the run's properties."""
        found = struct.pack("<2H", 0x4A4F, self.font)
        found += b"\x3c\x08\x01" if self.hidden else b""
        found += b"\x00\x08\x01" if self.deleted else b""
        return found + (b"\x55\x08\x01" if self.special else b"")


@dataclass(frozen=True)
class Paragraph:
    """Runs, the sign that ends them, and the paragraph's properties."""

    runs: tuple[Run, ...]
    mark: str = "\r"
    modifiers: bytes = b""


def paragraph(*runs: str | Run, in_list: int = 0, level: int = 0) -> Paragraph:
    """Return a paragraph of runs or texts, counted in a list where one is given."""
    counted = struct.pack("<HHHB", 0x460B, in_list, 0x260A, level) if in_list else b""
    return Paragraph(
        tuple(Run(run) if isinstance(run, str) else run for run in runs), "\r", counted
    )


def row(*cells: str, goes_on: Sequence[bool] = ()) -> list[Paragraph]:
    """Return the paragraphs of a table row, its columns equally wide."""
    count = len(cells)
    flags = [*goes_on, *[False] * count][:count]
    edges = struct.pack(f"<{count + 1}h", *(1000 * place for place in range(count + 1)))
    told = b"".join(struct.pack("<H18x", 0x20 if flag else 0) for flag in flags)
    table = bytes((count,)) + edges + told
    end = _IN_TABLE + _ROW_ENDS + _TABLE + struct.pack("<H", len(table) + 1) + table
    return [Paragraph((Run(cell),), "\x07", _IN_TABLE) for cell in cells] + [
        Paragraph((), "\x07", end)
    ]


def doc(
    body: Sequence[Paragraph],
    *,
    fonts: Sequence[str] = ("Times New Roman",),
    header: str = "",
    boxes: Mapping[int, str] | None = None,
    notes: Mapping[int, str] | None = None,
    patterns: Sequence[tuple[int, str]] = (),
    narrow: bool = False,
) -> bytes:
    """Write a document; boxes and notes by the position in the body that they hang on.

    ``patterns`` are the levels of its one list, each the code of its format and its pattern with
    the numbers of levels as signs. ``narrow`` writes a byte a letter.
    """
    boxes, notes = boxes or {}, notes or {}
    regions = [list(body)]
    regions.append([paragraph(text) for text in notes.values()] + [paragraph("")] * bool(notes))
    regions.append([paragraph(header), paragraph("")] if header else [])
    regions.append([paragraph(text) for text in boxes.values()] + [paragraph("")] * bool(boxes))
    lengths = [sum(map(_length, region)) for region in regions]
    text, letters, settings, place = b"", [], [], _TEXT_AT
    for one in (one for region in regions for one in region):
        start = place
        for run in (*one.runs, Run(one.mark)):
            written = run.text.encode("latin-1" if narrow else "utf-16-le")
            text += written
            letters.append((place, place + len(written), run.modifiers()))
            place += len(written)
        settings.append((start, place, one.modifiers))
    main = bytearray(_TEXT_AT) + text
    main += bytes(-len(main) % _PAGE)
    table = bytearray()
    places = [(0, 0)] * 93

    def put(number: int, data: bytes) -> None:
        places[number] = (len(table), len(data))
        table.extend(data)

    put(12, _paged(main, [(a, b, bytes((len(data),)) + data) for a, b, data in letters], 1))
    put(13, _paged(main, [(a, b, _papx(data)) for a, b, data in settings], 13))
    put(15, _fonts(fonts))
    pieces = struct.pack("<2i", 0, sum(lengths))
    pieces += struct.pack("<HIH", 0, _TEXT_AT * 2 | 0x40000000 if narrow else _TEXT_AT, 0)
    put(33, b"\x02" + struct.pack("<I", len(pieces)) + pieces)
    if header:
        stories = [0] * 7 + [lengths[2] - 1] * 6
        put(11, struct.pack("<14i", *stories, lengths[2]))
    if notes:
        put(2, _plc([*notes, lengths[0]], [b"\x01\0"] * len(notes)))
        put(3, _plc([*_ends(regions[1]), lengths[1]], []))
    if boxes:
        names = [struct.pack("<I", 1025 + place) for place in range(len(boxes))]
        put(40, _plc([*boxes, lengths[0]], [name + bytes(22) for name in names]))
        told = [bytes(14) + name + bytes(4) for name in names]
        put(56, _plc([*_ends(regions[3]), lengths[3]], [*told, bytes(22)]))
    if patterns:
        levels = b"".join(_level(*one) for one in patterns)
        levels += _level(255, "") * (9 - len(patterns))
        put(73, struct.pack("<hi24x", 1, 7))
        table.extend(levels)
        put(74, struct.pack("<Ii12xI", 1, 7, _FREE))
    lasting = struct.pack("<22i", 0, 0, 0, *lengths[:3], 0, 0, 0, lengths[3], *[0] * 12)
    fib = struct.pack("<HHHHHH20x", 0xA5EC, 193, 0, 0, 0, 0x0200)
    fib += struct.pack("<H28xH", 14, 22) + lasting + struct.pack("<H", 93)
    fib += b"".join(struct.pack("<2I", *pair) for pair in places)
    main[: len(fib)] = fib
    return compound({"WordDocument": bytes(main), "1Table": bytes(table)})


def _length(one: Paragraph) -> int:
    return sum(len(run.text) for run in one.runs) + 1


def _ends(region: Sequence[Paragraph]) -> list[int]:
    """Return where the paragraphs of a region begin."""
    return [sum(map(_length, region[:place])) for place in range(len(region))]


def _plc(places: Sequence[int], data: Sequence[bytes]) -> bytes:
    return struct.pack(f"<{len(places)}i", *places) + b"".join(data)


def _papx(modifiers: bytes) -> bytes:
    data = b"\0\0" + modifiers
    data += bytes(len(data) % 2 == 0)
    return bytes(((len(data) + 1) // 2,)) + data


def _paged(main: bytearray, runs: Sequence[tuple[int, int, bytes]], size: int) -> bytes:
    """Write each run into a page of its own and return the table of the pages."""
    numbers = []
    for start, end, data in runs:
        page = bytearray(_PAGE)
        page[:8] = struct.pack("<2I", start, end)
        offset = (8 + size + 1) // 2 * 2 + 2
        page[8] = offset // 2
        page[offset : offset + len(data)] = data
        del page[_PAGE:]
        page[-1] = 1
        numbers.append(struct.pack("<I", len(main) // _PAGE))
        main += page
    return _plc([start for start, _, _ in runs] + [runs[-1][1]], numbers)


def _fonts(names: Sequence[str]) -> bytes:
    records = [bytes(39) + name.encode("utf-16-le") + b"\0\0" for name in names]
    return struct.pack("<2H", len(names), 0) + b"".join(
        bytes((len(record),)) + record for record in records
    )


def _level(form: int, pattern: str) -> bytes:
    return (
        struct.pack("<iB23x", 1, form)
        + struct.pack("<H", len(pattern))
        + pattern.encode("utf-16-le")
    )


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Write a compound file of streams, each made long enough to have sectors of its own."""
    sectors: list[bytes] = []
    chain: list[int] = []
    entries = [_entry("Root Entry", 5, _LAST, 0, child=1)]
    for place, (name, data) in enumerate(streams.items(), start=1):
        data = data.ljust(8 * _SECTOR, b"\0")
        data += bytes(-len(data) % _SECTOR)
        right = place + 1 if place < len(streams) else _FREE
        entries.append(_entry(name, 2, len(sectors), len(data), right=right))
        count = len(data) // _SECTOR
        chain += [*range(len(sectors) + 1, len(sectors) + count), _LAST]
        sectors += [data[start : start + _SECTOR] for start in range(0, len(data), _SECTOR)]
    directory = b"".join(entries).ljust(_SECTOR, b"\0")
    first_of_directory = len(sectors)
    sectors.append(directory)
    chain.append(_LAST)
    tables = -(-(len(chain) + 8) // 128)
    first_table = len(sectors)
    chain += [_TABLE_SECTOR] * tables
    chain += [_FREE] * (128 * tables - len(chain))
    allocation = struct.pack(f"<{len(chain)}I", *chain)
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, tables, first_of_directory, 0, 4096, _LAST, 0, _LAST, 0)
    numbers = [*range(first_table, first_table + tables), *[_FREE] * 109][:109]
    head += struct.pack("<109I", *numbers)
    return head + b"".join(sectors) + allocation


def _entry(
    name: str, kind: int, start: int, size: int, *, child: int = _FREE, right: int = _FREE
) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return (
        written.ljust(64, b"\0")
        + struct.pack("<HBB3I", len(written), kind, 1, _FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
