"""Word files of before 2007 made byte by byte: an OLE file with the stories of [MS-DOC]."""

import struct

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_FIB = 0x600  # bytes before the text


def word_binary(
    text: str,
    *,
    footnote: str = "",
    header: str = "",
    box: str = "",
    drawn: str = "",
    single_bytes: bool = False,
) -> bytes:
    """Write a file of one piece: its text and the stories after it, and a string that is drawn."""
    stories = (text, footnote, header, "", "", "", box, "")
    whole = "".join(stories)
    written = whole.encode("cp1252") if single_bytes else whole.encode("utf-16-le")
    place = (2 * _FIB | 0x40000000) if single_bytes else _FIB
    pieces = struct.pack("<2I", 0, len(whole)) + struct.pack("<HIH", 0, place, 0)
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    table = clx + b"\0\0" + drawn.encode("utf-16-le") + b"\0\0"
    fib = bytearray(_FIB)
    struct.pack_into("<HH", fib, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", fib, 0x0A, 0x0200)
    struct.pack_into("<8i", fib, 0x4C, *map(len, stories))
    struct.pack_into("<2I", fib, 0x01A2, 0, len(clx))
    return ole({"WordDocument": bytes(fib) + written, "1Table": table})


def ole(streams: dict[str, bytes]) -> bytes:
    """Write a compound file whose streams are all long enough to have sectors of their own."""
    chains: list[int] = []
    content = b""
    entries = b""
    for name, stream in streams.items():
        padded = stream + bytes(max(4096, -(-len(stream) // _SECTOR) * _SECTOR) - len(stream))
        first, count = len(chains), len(padded) // _SECTOR
        chains += [*range(first + 1, first + count), _END]
        content += padded
        entries += _entry(name, 2, first, len(padded), len(entries) // 128 + 2)
    root = _entry("Root Entry", 5, _END, 0, _FREE, child=1)
    directory = (root + entries).ljust(_SECTOR, b"\0")
    directory_at, fat_at = len(chains), len(chains) + 1
    fat = [*chains, _END, _FAT]
    table = struct.pack(f"<{len(fat)}I", *fat) + b"\xff" * (_SECTOR - 4 * len(fat))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 1, directory_at, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", fat_at, *[_FREE] * 108)
    return head + content + directory + table


def _entry(name: str, kind: int, first: int, size: int, after: int, *, child: int = _FREE) -> bytes:
    """Write an entry of the directory; ``after`` is the next stream beside it, of which 2 are."""
    spelled = (name + "\0").encode("utf-16-le")
    beside = after if kind == 2 and after < 3 else _FREE
    entry = spelled.ljust(64, b"\0") + struct.pack("<HBB", len(spelled), kind, 1)
    entry += struct.pack("<3I", _FREE, beside, child) + bytes(36)
    return entry + struct.pack("<IQ", first, size)
