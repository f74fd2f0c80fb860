"""Sheets of cells -> lines: titles as paragraphs, and each row of a table with its headers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from documents.formats.tables import header_depth, is_layout, numbers_columns, table_lines
from documents.vietnamese.legacy_fonts import font_encoding, has_capitals_only, in_unicode

_DECIMALS = re.compile(r"[0#]\.(0+)")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_MOST_DECIMALS = 6  # of a number without a format of its own

Value = str | bool | int | float | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name and its cells as shown; a merged cell says its text in each of its places."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def sheet_lines(sheets: Sequence[Sheet]) -> list[str]:
    """Return the lines of all sheets; where there are several, each under its name."""
    filled = [sheet for sheet in sheets if any(map(any, sheet.rows))]
    lines: list[str] = []
    for sheet in filled:
        if len(filled) > 1:
            lines.append(f"## {' '.join(sheet.name.split())}")
        lines.extend(_lines(sheet.rows))
    return lines


def shown(value: Value, number_format: str, font: str = "") -> str:
    """Return a cell as the program shows it, in Vietnamese figures: 0.7778 of "0.00%" is 77,78%."""
    if value is None:
        return ""
    if isinstance(value, str):
        encoding = font_encoding(font)
        text = in_unicode(value, encoding) if encoding else value
        return (text.upper() if has_capitals_only(font) else text).strip()
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, datetime):
        clock = f" {value:%H:%M}" if (value.hour or value.minute) and "h" in number_format else ""
        return f"{value:%d/%m/%Y}{clock}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, (int, float)):
        return _figure(value, number_format)
    return str(value)


def _figure(value: float, number_format: str) -> str:
    pattern = _QUOTED.sub("", number_format.split(";")[0])
    percent = "%" in pattern
    grouped = "#,##" in pattern or ",0" in pattern
    decimals = _DECIMALS.search(pattern)
    value = value * 100 if percent else value
    if decimals or "0" in pattern:
        text = f"{value:,.{len(decimals[1]) if decimals else 0}f}"
    else:
        text = f"{value:,.{_MOST_DECIMALS}f}".rstrip("0").rstrip(".")
    if not grouped:
        text = text.replace(",", "")
    return text.translate(str.maketrans(".,", ",.")) + ("%" if percent else "")


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a sheet, block by block between empty rows."""
    header: list[Sequence[str]] = []
    for filled, block in groupby(rows, key=any):
        if filled:
            yield ""
            yield from _block_lines(tuple(block), header)


def _block_lines(block: Sequence[Sequence[str]], header: list[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a block; a table that goes on after an empty row keeps its header."""
    start = 0
    while start < len(block) and _is_lone(block[start]):
        yield from dict.fromkeys(cell for cell in block[start] if cell)
        start += 1
    table = block[start:]
    if not table:
        return
    if is_layout(table):
        yield from table_lines(table)
        return
    depth = header_depth(table)
    goes_on = bool(header) and not depth
    if depth:
        header[:] = table[:depth]
    rows = [*header, *table] if goes_on else table
    numbered = len(header) if goes_on else depth
    rows = [row for place, row in enumerate(rows) if place < numbered or not numbers_columns(row)]
    yield from table_lines(rows, numbered or 1)


def _is_lone(row: Sequence[str]) -> bool:
    return len({cell for cell in row if cell}) == 1
