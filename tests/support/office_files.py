"""Office files made byte by byte, for formats that no kept library writes."""

import struct
from collections.abc import Sequence


def rtf(body: str, fonts: Sequence[str] = ("Times New Roman",)) -> bytes:
    """Write an RTF file; the body is RTF, its letters beyond ASCII as ``\\uN`` escapes."""
    table = "".join(f"{{\\f{place}\\fnil\\fcharset0 {name};}}" for place, name in enumerate(fonts))
    escaped = "".join(
        letter if letter.isascii() else f"\\u{(ord(letter) + 2**15) % 2**16 - 2**15}?"
        for letter in body
    )
    return f"{{\\rtf1\\ansi\\ansicpg1252\\deff0{{\\fonttbl{table}}}\n{escaped}}}".encode()


def typed(text: str) -> str:
    """Write the letters of a legacy font as RTF holds them, byte by byte."""
    return "".join(letter if letter.isascii() else f"\\'{ord(letter):02x}" for letter in text)


def xls(rows: Sequence[Sequence[str | float]], form: str = "0.00%", font: str = "Arial") -> bytes:
    """Write an Excel 97 stream of one sheet; every number has the same format."""
    name = font.encode("utf-16-le")
    font_record = struct.pack("<5H4B2B", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, len(font), 1) + name
    format_record = struct.pack("<2HB", 164, len(form), 0) + form.encode()
    style = struct.pack("<3H", 0, 0, 0xFFF5) + bytes(14)
    general = struct.pack("<3H", 0, 0, 1) + bytes(14)
    figure = struct.pack("<3H", 0, 164, 1) + bytes(14)
    head = (
        [(0x0809, struct.pack("<4H2I", 0x0600, 5, 0, 0, 0, 0))]
        + [(0x0042, struct.pack("<H", 1200))]
        + [(0x0031, font_record)] * 5
        + [(0x041E, format_record), (0x00E0, style), (0x00E0, general), (0x00E0, figure)]
        + [(0x0293, struct.pack("<HBB", 0x8000, 0, 0xFF))]
    )
    sheet_name = b"Sheet1"
    size = sum(4 + len(data) for _, data in head) + 4 + 8 + len(sheet_name) + 4
    bound = struct.pack("<I4B", size, 0, 0, len(sheet_name), 0) + sheet_name
    cells = [(0x0809, struct.pack("<4H2I", 0x0600, 0x10, 0, 0, 0, 0))]
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, str):
                text = struct.pack("<4HB", row, column, 1, len(value), 1)
                cells.append((0x0204, text + value.encode("utf-16-le")))
            else:
                cells.append((0x0203, struct.pack("<3Hd", row, column, 2, value)))
    end = (0x000A, b"")
    records = [*head, (0x0085, bound), end, *cells, end]
    return b"".join(struct.pack("<2H", kind, len(data)) + data for kind, data in records)


def pdf(pages: Sequence[str]) -> bytes:
    """Write a PDF of A4 pages whose contents are given as drawing operators, in Helvetica."""
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for place, content in enumerate(pages):
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * place} 0 R >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    return pdf_of(objects)


def pdf_of(objects: Sequence[str]) -> bytes:
    """Write a PDF of numbered objects, of which the first is the catalogue."""
    parts, starts = ["%PDF-1.4\n"], []
    for number, written in enumerate(objects, start=1):
        starts.append(sum(map(len, parts)))
        parts.append(f"{number} 0 obj\n{written}\nendobj\n")
    xref = sum(map(len, parts))
    rows = "".join(f"{start:010} 00000 n \n" for start in starts)
    parts.append(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}")
    parts.append(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n")
    return "".join(parts).encode("latin-1")


def words(text: str, x: float, y: float) -> str:
    """Write text at a place of a page."""
    return f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET"


def rule(left: float, bottom: float, right: float, top: float) -> str:
    """Draw a line."""
    return f"{left} {bottom} m {right} {top} l S"
