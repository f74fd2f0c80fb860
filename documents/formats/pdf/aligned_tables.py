"""Tables of a PDF page, which are only words standing in columns, as rows with their headers."""

from collections.abc import Sequence
from dataclasses import dataclass

from documents.formats.paragraphs import Line
from documents.formats.tables import table_lines

_FEWEST_COLUMNS = 3  # two columns are as often a letterhead or a signature beside receivers
_FEWEST_ROWS = 2  # with the header


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of a page, and the cells it parts into where words stand wide apart."""

    line: Line
    cells: tuple[Line, ...]


def tabulated(lines: Sequence[PlacedLine]) -> list[Line]:
    """Return the page's lines, with those that make a table replaced by its rows."""
    result: list[Line] = []
    place = 0
    while place < len(lines):
        table = _table_at(lines, place)
        if table is None:
            result.append(lines[place].line)
            place += 1
        else:
            rows, place = table
            result.extend(Line(row, 0, 0, is_row=True) for row in table_lines(rows))
    return result


def _table_at(lines: Sequence[PlacedLine], place: int) -> tuple[list[list[str]], int] | None:
    """Return the rows of the table that begins at a line, and the place after it."""
    if len(lines[place].cells) < _FEWEST_COLUMNS:
        return None
    after = place + 1
    while after < len(lines) and _may_be_row(lines[place:after], lines[after]):
        after += 1
    columns = _columns(lines[place:after])
    rows: list[list[str]] = []
    for line in lines[place:after]:
        row = _row(columns, line.cells)
        if row is None:
            return None
        if rows[1:] and not row[0] and _continues(rows[-1], row):
            rows[-1] = [
                f"{above} {cell}".strip() for above, cell in zip(rows[-1], row, strict=True)
            ]
        else:
            rows.append(row)
    return (rows, after) if len(rows) >= _FEWEST_ROWS else None


def _may_be_row(above: Sequence[PlacedLine], line: PlacedLine) -> bool:
    """Whether a line is parted into cells, or stands clear of the first column as part of one."""
    if len(line.cells) > 1:
        return True
    first = max(row.cells[0].right for row in above if len(row.cells) >= _FEWEST_COLUMNS)
    return len(line.cells) == 1 and line.cells[0].left > first


def _columns(lines: Sequence[PlacedLine]) -> list[tuple[float, float]]:
    """Return the columns from left to right: what cells over and under each other cover."""
    columns: list[tuple[float, float]] = []
    for left, right in sorted((cell.left, cell.right) for line in lines for cell in line.cells):
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _continues(above: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a line is the rest of the row above: words under words, and no figure anew."""
    return not any(any(map(str.isdigit, cell)) for cell in row) and all(
        above[column] for column, cell in enumerate(row) if cell
    )


def _row(columns: Sequence[tuple[float, float]], cells: Sequence[Line]) -> list[str] | None:
    """Put a line's cells under the columns they stand in; None where two share one."""
    row = [""] * len(columns)
    for cell in cells:
        column = next(place for place, (_, right) in enumerate(columns) if cell.left < right)
        if row[column]:
            return None
        row[column] = cell.text
    return row
