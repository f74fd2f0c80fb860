"""Spreadsheets, the row with its headers: the home of openpyxl (XLSX) and xlrd (XLS)."""

import csv
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import IO

import openpyxl
import xlrd
from openpyxl.cell.cell import Cell
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from documents.errors import DocumentError
from documents.formats.docx_file import embedded
from documents.formats.tables import header_depth, is_layout, numbers_columns, table_lines
from documents.formats.text_file import decoded
from documents.formats.zip_file import check_unpacked
from documents.layout.secrecy import may_be_stamp
from documents.vietnamese.legacy_fonts import (
    font_encoding,
    has_capitals_only,
    in_unicode,
    lines_in_unicode,
)
from documents.vietnamese.normalize import normalize

_MOST_COLUMNS = 200  # wider sheets hold formatting, not a table that can be read
_MOST_MERGED = 20_000  # places; more is decoration or an attack
_MOST_MADE = 500_000  # places of which openpyxl makes cells, each half a kilobyte
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*[\"']"
    rb"\$?([A-Za-z]{1,3})\$?([0-9]{1,7}):\$?([A-Za-z]{1,3})\$?([0-9]{1,7})"
)
_PIECE = 2**20
# what the libraries raise on files that are cut off or altered
_DAMAGE = (
    (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, SyntaxError)
    + (InvalidFileException, KeyError, ValueError, AttributeError, TypeError, IndexError)
    + (xlrd.XLRDError, struct.error, AssertionError, OverflowError, ZeroDivisionError)
    + (xlrd.compdoc.CompDocError, UnicodeError, LookupError)
)
_BLANK_FORMULA = re.compile(rb"<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_DECIMALS = re.compile(r"[0#]\.(0+)")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_MOST_DECIMALS = 6  # of a number without a format of its own

Value = str | bool | int | float | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name and its cells as shown; a merged cell says its text in each of its places."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SheetText:
    """The text of a book's visible sheets, what was not read, and how many documents are inside."""

    text: str
    notes: tuple[str, ...] = ()
    attached: int = 0


def read_xlsx(path: Path) -> SheetText:
    """Return the visible sheets of an XLSX file, a paragraph or table row a line."""
    try:
        check_unpacked(path)
        _check_merged(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations it does not know
            with path.open("rb") as file:  # by name it would refuse one that is called .xls
                book = openpyxl.load_workbook(file, data_only=True)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        sheets = [Sheet(sheet.title, (*_stamps(sheet), *_rows(sheet))) for sheet in visible]
        pictures, attached = _other_parts(path)
        blank = _uncalculated(path)
    except _DAMAGE as error:
        raise DocumentError(
            path, "tệp XLSX hỏng hoặc có mật khẩu; hãy mở bằng Excel và lưu lại không mật khẩu."
        ) from error
    hidden = sum(sheet.sheet_state != "visible" for sheet in book.worksheets)
    told = (
        (blank, "{} ô công thức chưa có kết quả; hãy mở bằng Excel, lưu lại rồi thêm lại"),
        (pictures, "không đọc {} hình"),
        (hidden, "không đọc {} trang tính ẩn"),
        (sum(map(_hidden, visible)), "không đọc {} hàng, cột ẩn"),
    )
    notes = tuple(words.format(count) for count, words in told if count)
    text = _text(sheets)
    if pictures and not text:
        raise DocumentError(
            path,
            f"tệp chỉ có {pictures} hình, không có chữ; hãy lưu dưới dạng PDF để nhận dạng.",
        )
    return SheetText(text, notes, attached)


def first_table(path: Path) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the first sheet of an XLSX file, its cells as shown."""
    try:
        check_unpacked(path)
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, data_only=True)
        return tuple(row for row in _rows(book.worksheets[0]) if row)
    except _DAMAGE as error:
        raise DocumentError(
            path, "tệp XLSX hỏng hoặc có mật khẩu; hãy mở bằng Excel và lưu lại không mật khẩu."
        ) from error


def _uncalculated(path: Path) -> int:
    """Return how many formulas of a book have no result: no program has shown them yet."""
    with zipfile.ZipFile(path) as archive:
        return sum(
            len(_BLANK_FORMULA.findall(archive.read(name)))
            for name in archive.namelist()
            if name.startswith("xl/worksheets/") and name.endswith(".xml")
        )


def _other_parts(path: Path) -> tuple[int, int]:
    """Return how many pictures a book has, and how many documents are embedded in it."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    return sum(name.startswith("xl/media/") for name in names), len(embedded(path))


def _hidden(sheet: Worksheet) -> int:
    return len(_hidden_rows(sheet)) + len(_hidden_columns(sheet))


def _hidden_rows(sheet: Worksheet) -> frozenset[int]:
    """Return the numbers of the rows that are hidden, but for those that a filter hides."""
    if sheet.auto_filter.ref:
        return frozenset()
    return frozenset(
        number for number, dimension in sheet.row_dimensions.items() if dimension.hidden
    )


def _hidden_columns(sheet: Worksheet) -> frozenset[int]:
    return frozenset(
        number
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for number in range(dimension.min or 0, min(dimension.max or 0, _MOST_COLUMNS) + 1)
        if number
    )


def _check_merged(path: Path) -> None:
    """Refuse a workbook of more merged places than openpyxl can be let make cells of."""
    places = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            with archive.open(name) as sheet:
                for piece in _overlapping(sheet):
                    places += sum(_places(found) for found in _MERGED.finditer(piece))
            if places > _MOST_MADE:
                raise DocumentError(
                    path,
                    "trang tính gộp quá nhiều ô (có khi cả trang); hãy bỏ gộp ô (Unmerge) "
                    "rồi lưu lại.",
                )


def _overlapping(sheet: IO[bytes]) -> Iterator[bytes]:
    """Yield a file in pieces that end with a tag's end, so that no tag is cut in two."""
    left = b""
    while piece := sheet.read(_PIECE):
        whole, sign, left = (left + piece).rpartition(b">")
        yield whole + sign
    yield left


def _places(merged: re.Match[bytes]) -> int:
    left, top, right, bottom = merged.groups()
    first, last = (int(column_index_from_string(one.decode())) for one in (left, right))
    return (abs(last - first) + 1) * (abs(int(bottom) - int(top)) + 1)


def _stamps(sheet: Worksheet) -> list[tuple[str]]:
    """Return the stamps in the header or footer that is printed on every page of a sheet."""
    edges = (sheet.oddHeader, sheet.oddFooter)
    parts = [part.text or "" for edge in edges for part in (edge.left, edge.center, edge.right)]
    return [(part.strip(),) for part in parts if may_be_stamp(normalize(part))]


def _rows(sheet: Worksheet) -> Iterator[tuple[str, ...]]:
    """Yield the rows that hold something, and an empty one for any number of empty ones."""
    rows, columns = _hidden_rows(sheet), _hidden_columns(sheet)
    cells = {
        place: shown(cell.value, cell.number_format, cell.font.name or "")
        # iter_rows would make the cells that are not there, to the last row of the sheet
        for place, cell in sheet._cells.items()
        if isinstance(cell, Cell) and cell.value is not None
        if place[0] not in rows and place[1] not in columns
    }
    areas = sheet.merged_cells.ranges
    _spread(cells, [(area.min_row, area.max_row, area.min_col, area.max_col) for area in areas])
    yield from _grid(cells)


def _spread(cells: dict[tuple[int, int], str], areas: list[tuple[int, int, int, int]]) -> None:
    """Write the text of a merged cell into each of its places."""
    places = 0
    for top, bottom, left, right in areas:
        places += (bottom - top + 1) * (right - left + 1)
        text = cells.get((top, left))
        if text and places <= _MOST_MERGED:
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    cells[row, column] = text


def _grid(cells: dict[tuple[int, int], str]) -> Iterator[tuple[str, ...]]:
    width = min(max((column for _, column in cells), default=0) + 1, _MOST_COLUMNS + 1)
    rows: dict[int, list[str]] = {}
    for (row, column), text in cells.items():
        if text and column < width:
            rows.setdefault(row, [""] * width)[column] = text
    before = None
    for row in sorted(rows):
        if before is not None and row > before + 1:
            yield ()
        yield tuple(rows[row])
        before = row


def _text(sheets: Sequence[Sheet]) -> str:
    lines = lines_in_unicode(sheet_lines(sheets))
    return "\n".join(cleaned for line in lines if (cleaned := " ".join(normalize(line).split())))


def read_xls(path: Path) -> SheetText:
    """Return the visible sheets of an Excel file of before 2007."""
    try:
        with xlrd.open_workbook(
            str(path), formatting_info=True, logfile=io.StringIO(), on_demand=True
        ) as book:
            sheets = [
                Sheet(sheet.name, tuple(_old_rows(book, sheet)))
                for sheet in map(book.sheet_by_index, range(book.nsheets))
                if sheet.visibility == 0
            ]
    except _DAMAGE as error:
        raise DocumentError(
            path, "tệp XLS hỏng hoặc có mật khẩu; hãy mở bằng Excel và lưu lại dưới dạng XLSX."
        ) from error
    return SheetText(_text(sheets))


def _old_rows(book: xlrd.book.Book, sheet: xlrd.sheet.Sheet) -> Iterator[tuple[str, ...]]:
    cells = {}
    for row in range(sheet.nrows):
        for column in range(min(sheet.row_len(row), _MOST_COLUMNS)):
            if text := _old_cell(book, sheet.cell(row, column)):
                cells[row, column] = text
    areas = [(top, end - 1, left, right - 1) for top, end, left, right in sheet.merged_cells]
    _spread(cells, areas)
    yield from _grid(cells)


def _old_cell(book: xlrd.book.Book, cell: xlrd.sheet.Cell) -> str:
    style = book.xf_list[cell.xf_index]
    form = book.format_map[style.format_key].format_str
    font = book.font_list[style.font_index].name
    if cell.ctype == xlrd.XL_CELL_DATE:
        day: datetime = xlrd.xldate_as_datetime(cell.value, book.datemode)
        return shown(day, form)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return shown(bool(cell.value), form)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ""
    return shown(cell.value, form, font)


def read_csv(path: Path) -> str:
    """Return a table of separated values, a row a line with its headers."""
    text = decoded(path)
    try:
        dialect = csv.Sniffer().sniff(text[:10_000], delimiters=",;\t|")
    except csv.Error:  # one column, or rows too few to tell
        dialect = csv.excel
    try:
        rows = tuple(tuple(row) for row in csv.reader(io.StringIO(text), dialect))
    except csv.Error as error:
        raise DocumentError(
            path, "tệp CSV hỏng; hãy mở bằng Excel và lưu lại dưới dạng XLSX."
        ) from error
    return _text([Sheet(path.stem, rows)])


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
        sign, whole, rest = text[: text[0] == "-"], *text.lstrip("-").partition(".")[::2]
        point = "." if "." in text else ""
        text = f"{sign}{whole.zfill(_places_before_point(pattern))}{point}{rest}"
    return text.translate(str.maketrans(".,", ",.")) + ("%" if percent else "")


def _places_before_point(pattern: str) -> int:
    """Return how many digits a format shows at least: a code "007" is 7 of the format "000"."""
    padded = re.search(r"0+(?=\.|[^0#,.]*$)", pattern)
    return len(padded[0]) if padded else 1


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
