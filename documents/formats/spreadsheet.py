"""Spreadsheets, the row with its headers: the home of openpyxl (XLSX) and xlrd (XLS)."""

import csv
import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import xlrd
from openpyxl.cell.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from documents.document import DocumentError
from documents.formats.sheet_rows import Sheet, sheet_lines, shown
from documents.formats.text_file import decoded
from documents.formats.zip_file import check_unpacked
from documents.layout.secrecy import stamp_of
from documents.vietnamese.legacy_fonts import lines_in_unicode
from documents.vietnamese.normalize import normalize

_MOST_COLUMNS = 200  # wider sheets hold formatting, not a table that can be read
_MOST_MERGED = 20_000  # places; more is decoration or an attack
# what the libraries raise on files that are cut off or altered
_DAMAGE = (
    (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, SyntaxError)
    + (InvalidFileException, KeyError, ValueError, AttributeError, TypeError, IndexError)
    + (xlrd.XLRDError, struct.error, AssertionError, OverflowError, ZeroDivisionError)
    + (xlrd.compdoc.CompDocError, UnicodeError, LookupError)
)


def read_xlsx(path: Path) -> str:
    """Return the visible sheets of an XLSX file, a paragraph or table row a line."""
    try:
        check_unpacked(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations it does not know
            with path.open("rb") as file:  # by name it would refuse one that is called .xls
                book = openpyxl.load_workbook(file, data_only=True)
        sheets = [
            Sheet(sheet.title, (*_stamps(sheet), *_rows(sheet)))
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
    except _DAMAGE as error:
        raise DocumentError(
            f"{path}: tệp XLSX hỏng hoặc có mật khẩu; hãy mở bằng Excel và lưu lại không mật khẩu."
        ) from error
    return _text(sheets)


def _stamps(sheet: Worksheet) -> list[tuple[str]]:
    """Return the stamps in the header or footer that is printed on every page of a sheet."""
    edges = (sheet.oddHeader, sheet.oddFooter)
    parts = [part.text or "" for edge in edges for part in (edge.left, edge.center, edge.right)]
    return [(part.strip(),) for part in parts if stamp_of(normalize(part))]


def _rows(sheet: Worksheet) -> Iterator[tuple[str, ...]]:
    """Yield the rows that hold something, and an empty one for any number of empty ones."""
    cells = {
        place: shown(cell.value, cell.number_format, cell.font.name or "")
        # iter_rows would make the cells that are not there, to the last row of the sheet
        for place, cell in sheet._cells.items()
        if isinstance(cell, Cell) and cell.value is not None
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


def read_xls(path: Path) -> str:
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
            f"{path}: tệp XLS hỏng hoặc có mật khẩu; hãy mở bằng Excel và lưu lại dưới dạng XLSX."
        ) from error
    return _text(sheets)


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
            f"{path}: tệp CSV hỏng; hãy mở bằng Excel và lưu lại dưới dạng XLSX."
        ) from error
    return _text([Sheet(path.stem, rows)])
