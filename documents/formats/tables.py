"""Table rows as lines: each cell after its column's header, so that a row can be read alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

SEPARATOR = " | "
_HEADER_WORDS = 14  # a longer first cell is a provision, not the name of a column
_NUMBERED_COLUMN = re.compile(r"\(?\d{1,2}\)?(?:\s*=.*)?|\(?[A-Z]\)?|\([a-z]\)")
_FIGURE = re.compile(r"[\d.,%/+\-\s]+")
# tables that only place the letterhead and the signature side by side
_LAYOUT = re.compile(
    r"ĐẢNG CỘNG SẢN VIỆT NAM|CỘNG HÒA XÃ HỘI|Độc lập\s*[-–]|^Nơi nhận"
    r"|^(?:T/M|K/T|T/L|TM\.|KT\.|TL\.)|^Số\s*:?\s*\d*\s*[-–/]",
    re.MULTILINE,
)
_CLOSING = re.compile(r"Nơi nhận\s*(?::|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, how many columns it covers, whether it goes on with the one above."""

    text: str
    span: int
    goes_on: bool


def table_lines(rows: Sequence[Sequence[str]], header_rows: int = 1) -> tuple[str, ...]:
    """Return the table a line a row: "Năm: 2023 | Tổng số: 1.386".

    A table that only lays out other text comes back cell by cell, a line a paragraph. A cell that
    stands alone in its row is a line of its own: it heads the rows after it.
    """
    rows = [[cell.strip() for cell in row] for row in rows]
    filled = [row for row in rows if any(row)]
    if not filled:
        return ()
    if after := _first_of_closing(filled):
        return (*table_lines(filled[:after], header_rows), *table_lines(filled[after:]))
    if len(filled) == 1 or max(map(len, filled)) == 1 or is_layout(filled):
        return tuple(line for row in filled for cell in row for line in _cell_lines(cell))
    if not _is_header(filled[0]):
        return tuple(SEPARATOR.join(_flat(cell) for cell in row if cell) for row in filled)
    names = _names(filled[:header_rows])
    numbered = filled[header_rows:][:1]
    start = header_rows + (bool(numbered) and numbers_columns(numbered[0]))
    return tuple(_row_line(names, row) for row in filled[start:])


def _cell_lines(cell: str) -> list[str]:
    return [line.strip() for line in cell.split("\n") if line.strip()]


def _flat(cell: str) -> str:
    return " ".join(cell.replace("|", "/").split())


def is_layout(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table only places a letterhead or a signature side by side."""
    return any(_LAYOUT.search(cell) for row in (rows[0], rows[-1]) for cell in row)


def _first_of_closing(rows: Sequence[Sequence[str]]) -> int:
    """Return the row at which receivers and signature begin under a table; 0 where they do not.

    Two tables that touch are one to the reader of a file, and to Word.
    """
    closing = (place for place, row in enumerate(rows) if any(map(_CLOSING.match, row)))
    first = next(closing, 0)
    return 0 if any(_LAYOUT.search(cell) for row in rows[:first] for cell in row) else first


def _is_header(row: Sequence[str]) -> bool:
    named = [cell for cell in row if cell]
    return len(named) > 1 and all(
        len(cell.split()) <= _HEADER_WORDS and not _FIGURE.fullmatch(cell) for cell in named
    )


def _names(header: Sequence[Sequence[str]]) -> list[str]:
    """Join the header's rows downwards; a cell that spans rows says its name once."""
    width = max(map(len, header))
    names = []
    for column in range(width):
        cells = [_flat(row[column]) for row in header if column < len(row)]
        names.append(" - ".join(dict.fromkeys(cell for cell in cells if cell)))
    return names


def _row_line(names: Sequence[str], row: Sequence[str]) -> str:
    filled = [(place, _flat(cell)) for place, cell in enumerate(row) if cell]
    if len({cell for _, cell in filled}) == 1:
        return filled[0][1]
    return SEPARATOR.join(
        f"{names[place]}: {cell}" if place < len(names) and names[place] else cell
        for place, cell in filled
    )


def numbers_columns(row: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: "(1) (2) (3)", "A B 1 2"."""
    filled = [cell for cell in row if cell]
    firsts = all(_NUMBERED_COLUMN.fullmatch(cell) for cell in filled)
    return firsts and len(filled) > 2 and len(set(filled)) == len(filled) and _counts(filled)


def _counts(cells: Sequence[str]) -> bool:
    figures = [int(found.group()) for cell in cells if (found := re.match(r"\d+", cell.strip("(")))]
    return figures == list(range(figures[0], figures[0] + len(figures))) if figures else True


def header_depth(table: Sequence[Sequence[str]]) -> int:
    """Return how many rows head a table: a merged cell makes its neighbours' names go on below."""
    depth = 0
    goes_on = False
    while depth < min(3, len(table) - 1) and (goes_on or _names_columns(table[depth])):
        row, below = table[depth], table[depth + 1]
        depth += 1
        spans = any(cell and cell == after for cell, after in zip(row, row[1:], strict=False))
        goes_on = any(cell and cell == under for cell, under in zip(row, below, strict=False))
        if not spans and not goes_on:
            break
    return depth


def _names_columns(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    return len(set(filled)) > 1 and not any(any(map(str.isdigit, cell[:1])) for cell in filled)


def header_rows(rows: list[list[Cell]]) -> int:
    """Return 2 where the first row's cells are parted or continued by the second, else 1."""
    parted = bool(rows) and any(cell.span > 1 for cell in rows[0])
    continued = len(rows) > 1 and any(cell.goes_on for cell in rows[1])
    return 2 if len(rows) > 2 and parted and (continued or len(rows[1]) > len(rows[0])) else 1


def grid(rows: list[list[Cell]], header: int) -> list[list[str]]:
    """Return the cells by column: a merged cell says its text in each row, and in each header."""
    header = header or header_rows(rows)
    lines: list[list[str]] = []
    for place, row in enumerate(rows):
        texts: list[str] = []
        for cell in row:
            goes_on = cell.goes_on and place and len(texts) < len(lines[-1])
            above = lines[-1][len(texts)] if goes_on else cell.text
            texts += [above] + [above if place < header else ""] * (cell.span - 1)
        lines.append(texts + [""] * (max((len(line) for line in lines), default=0) - len(texts)))
    return lines
