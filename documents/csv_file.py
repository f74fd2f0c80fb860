"""The form of every CSV file written here: opened by a Vietnamese Excel, run by no spreadsheet."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from typing import TextIO

ENCODING = "utf-8-sig"  # Excel reads UTF-8 only where it is marked
MARK = "\ufeff"  # what that encoding begins a file with
# What a spreadsheet takes at the start of a cell for the start of a formula, also full-width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?%?")
_TEXT = "'"  # a cell that begins with it is text


def row_writer(file: TextIO) -> Callable[[Sequence[object]], object]:
    """Return what writes one row to a file opened with ``newline=""``."""
    writer = csv.writer(file)
    return lambda row: writer.writerow([guarded(value) for value in row])


def guarded(value: object) -> object:
    """Mark a text that a spreadsheet would run as the text it is; a number stays one."""
    return _TEXT + value if isinstance(value, str) and _would_run(value) else value


def unguarded(cell: str) -> str:
    """Return what a cell held before it was guarded."""
    rest = cell.removeprefix(_TEXT)
    return rest if _would_run(rest) else cell


def _would_run(text: str) -> bool:
    starts = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return starts and not _NUMBER.fullmatch(text)


class GuardedStream:
    """A CSV text that comes in pieces, made into one that may be opened as it leaves."""

    def __init__(self) -> None:
        self._left = ""
        self._begun = False

    def add(self, piece: str, last: bool = False) -> str:
        """Return the rows that are whole by now, guarded; all that is left with the last piece."""
        text = self._left + piece
        end = len(text) if last else _end_of_rows(text)
        self._left = text[end:]
        made = io.StringIO(newline="")
        if not self._begun:
            made.write(MARK)
            self._begun = True
        write = row_writer(made)
        for row in csv.reader(io.StringIO(text[:end], newline="")):
            write(row)
        return made.getvalue()


def _end_of_rows(text: str) -> int:
    """Return where the last row ends that is there to its end: outside quotes, at a line's end."""
    end = text.rfind("\n") + 1
    while end and text.count('"', 0, end) % 2:
        end = text.rfind("\n", 0, end - 1) + 1
    return end
