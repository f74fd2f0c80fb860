"""Real files of every format, damaged at random, for trying what reading makes of them."""

import io
import random
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import openpyxl

from documents.formats.read import SUFFIXES
from tests.golden.passages import samples
from tests.support import office_files

_TEXT = (
    "Điều 1. Cấp ủy, chi bộ thực hiện đúng quy định.\\par 1. Kết nạp đảng viên "
    "{\\b đúng} quy trình.\\par \\trowd\\cellx1000\\cellx2000\\pard\\intbl Xã\\cell Số\\cell\\row "
    "\\trowd\\cellx1000\\cellx2000\\pard\\intbl Tân Khê\\cell 12\\cell\\row\\pard Hết.\\par"
)
_ROWS = (("Đơn vị", "Tỷ lệ"), ("Xã Tân Khê", 0.7778), ("Xã Khe Lành", 0.5))
_LARGEST = 400_000  # bytes of a seed, so that a run stays short


def seeds(extra: Path | None = None) -> Mapping[str, list[bytes]]:
    """Return whole files by their ending: the samples, made ones, and those of a folder."""
    found: dict[str, list[bytes]] = {}
    for path in samples():
        found.setdefault(path.suffix, []).append(path.read_bytes())
    for suffix, content in _made():
        found.setdefault(suffix, []).append(content)
    for path in sorted(extra.rglob("*")) if extra else ():
        known = path.suffix in (*SUFFIXES, ".zip") and path.stat().st_size < _LARGEST
        if path.is_file() and known:
            found.setdefault(path.suffix, []).append(path.read_bytes())
    return found


def _made() -> Iterator[tuple[str, bytes]]:
    yield ".rtf", office_files.rtf(_TEXT, ("Times New Roman", ".VnTime"))
    yield ".xls", office_files.xls(_ROWS)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in _ROWS:
        sheet.append(row)
    sheet.merge_cells("A3:B3")
    buffer = io.BytesIO()
    book.save(buffer)
    yield ".xlsx", buffer.getvalue()
    yield ".csv", "\n".join(";".join(map(str, row)) for row in _ROWS).encode()
    page = "<html><head><title>Tin</title></head><body><p>Chi bộ họp.</p>" * 20
    yield ".mht", f"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{page}".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in samples()[:4]:
            archive.writestr(f"thư mục/{path.name}", path.read_bytes())
    yield ".zip", buffer.getvalue()


def mutated(content: bytes, draw: random.Random, others: list[bytes]) -> bytes:
    """Damage a file; of an archive, as likely, a file inside it, so that the damage gets far."""
    if content.startswith(b"PK") and draw.random() < 0.6:
        return _repacked(content, draw, others)
    data = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        draw.choice((_flip, _cut, _repeat, _insert, _splice))(data, draw, others)
    return bytes(data) or b"\0"


def _repacked(content: bytes, draw: random.Random, others: list[bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(buffer, "w") as damaged:
        names = whole.namelist()
        hit = set(draw.sample(names, draw.randint(1, min(3, len(names)))))
        for name in names:
            data = bytearray(whole.read(name))
            for _ in range(draw.randint(1, 4) if name in hit else 0):
                draw.choice((_flip, _cut, _repeat, _insert, _splice))(data, draw, others)
            damaged.writestr(name, bytes(data))
    return buffer.getvalue()


def _place(data: bytearray, draw: random.Random) -> int:
    return draw.randrange(len(data) + 1)


def _flip(data: bytearray, draw: random.Random, _others: list[bytes]) -> None:
    for _ in range(draw.randint(1, 20) if data else 0):
        data[draw.randrange(len(data))] = draw.randrange(256)


def _cut(data: bytearray, draw: random.Random, _others: list[bytes]) -> None:
    start = _place(data, draw)
    del data[start : start + draw.choice((1, 10, 1000, len(data)))]


def _repeat(data: bytearray, draw: random.Random, _others: list[bytes]) -> None:
    start = _place(data, draw)
    piece = data[start : start + draw.choice((1, 20, 500))]
    data[start:start] = piece * draw.choice((2, 50, 500))


def _insert(data: bytearray, draw: random.Random, _others: list[bytes]) -> None:
    start = _place(data, draw)
    words = (b"\xff" * 8, b"<w:tbl>", b"{\\b", b"-1", b"99999999999", b"\0", "Điều 1. ".encode())
    data[start:start] = draw.choice(words) * draw.choice((1, 3, 200))


def _splice(data: bytearray, draw: random.Random, others: list[bytes]) -> None:
    other = draw.choice(others)
    start = draw.randrange(len(other) + 1)
    data[_place(data, draw) :] = other[start : start + 20_000]
