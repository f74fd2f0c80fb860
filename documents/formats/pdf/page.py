"""A PDF page with a text layer: its lines with where they stand, and its tables as rows."""

import re
from ctypes import byref, c_float, c_int
from dataclasses import replace
from math import pi

import pypdfium2
from pypdfium2.raw import (
    FPDF_PAGEOBJ_PATH,
    FPDF_PAGEOBJECT,
    FPDFPage_CountObjects,
    FPDFPage_GetObject,
    FPDFPageObj_GetBounds,
    FPDFPageObj_GetType,
    FPDFPath_GetDrawMode,
    FPDFText_GetCharAngle,
    FPDFText_GetFontSize,
)

from documents.formats.paragraphs import Line
from documents.formats.pdf.aligned_tables import PlacedLine, tabulated
from documents.formats.pdf.ruled_tables import Box, Grid, grid_lines, grids, is_rule
from documents.layout.secrecy import stamp_of
from documents.vietnamese.normalize import normalize

_LINE = re.compile(r"[^\s][^\r\n]*(?<=\S)")
_SPACED = re.compile(r"\S+")
_SLANT = 0.12  # radians, seven degrees: a page that was scanned aslant has less
_STRETCHED = 1.3  # times the page's usual room for a character: a line parted into cells
_CELL_GAP = 9.0  # points; justified text seldom parts words so far
_WHOLE_PAGE = 0.85  # of its width and height: a background, not a cell
_NOTE = re.compile(r"(?P<figure>\d)\d{0,2}\s*(?P<letter>[^\W\d_])")
_BRACKETED = re.compile(r"\(\d{1,2}\)\s")
_NOTE_HEAD = 8  # characters
_NOTE_SIZE = 0.92  # times the page's usual letters: a footnote's are smaller
_RAISED = 0.8  # times a capital's height: a raised figure is lower
_EDGE_LINES = 2  # above or under a table that goes on from page to page: page number, header


class PageReader:
    """Reads the pages of a document in order; a table may go on from one to the next."""

    def __init__(self) -> None:
        self._open: Grid | None = None  # the table at the foot of the page before
        self._header: tuple[tuple[str, ...], ...] = ()

    def lines(self, page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> list[Line]:
        """Return the lines of a page, those of a table replaced by its rows."""
        lines, boxes = _lines(text)
        found = grids(_shapes(page), lambda box: _text_in(text, box))
        owners = [_owner(found, box) for box in boxes]
        rows = self._rows(found, owners)
        usual = _prose_stretch([line for line, _ in lines])
        first_note = _first_note(text, [span for _, span in lines])
        placed: list[PlacedLine] = []
        in_table = False
        for place, ((line, span), owner) in enumerate(zip(lines, owners, strict=True)):
            if place >= first_note:
                placed.append(PlacedLine(replace(line, is_note=True), ()))
                continue
            if owner is not None:
                placed.extend(PlacedLine(row, ()) for row in rows[owner])
                rows[owner] = []  # where its first line stood
                continue
            parted = in_table or _stretch(line) > _STRETCHED * usual
            cells = _cells(text, *span) if parted else ()
            in_table = len(cells) > 1
            placed.append(PlacedLine(line, cells))
        return tabulated(placed)

    def _rows(self, found: tuple[Grid, ...], owners: list[int | None]) -> list[list[Line]]:
        """Return each table's rows, and keep in mind the one that ends the page."""
        rows: list[list[Line]] = []
        before, self._open = self._open, None
        for place, grid in enumerate(found):
            above = owners.index(place) if place in owners else 0
            goes_on = place == 0 and above <= _EDGE_LINES and before is not None
            header = self._header if goes_on and before and grid.goes_on_from(before) else ()
            lines, self._header = grid_lines(grid, header)
            rows.append([Line(line, 0, 0, is_row=True) for line in lines])
        last = len(found) - 1
        if found and last in owners and owners[::-1].index(last) <= _EDGE_LINES:
            self._open = found[last]
        return rows


def _lines(text: pypdfium2.PdfTextPage) -> tuple[list[tuple[Line, tuple[int, int]]], list[Box]]:
    """Return the lines with their spans in the page's text, and the box of each first letter."""
    last = text.count_chars() - 1
    lines, boxes = [], []
    for match in _LINE.finditer(text.get_text_range()):
        for start, end in _upright(text, match):
            first = text.get_charbox(min(start, last))
            right = text.get_charbox(min(end - 1, last))[2]
            shown = match.group()[start - match.start() : end - match.start()]
            lines.append((Line(shown, first[0], right), (start, end)))
            boxes.append(first)
    return lines, boxes


def _upright(text: pypdfium2.PdfTextPage, line: re.Match[str]) -> list[tuple[int, int]]:
    """Return the spans of a line without the words of a watermark that runs across the page."""
    runs: list[tuple[bool, int, int]] = []
    for word in _SPACED.finditer(line.group()):
        start, end = line.start() + word.start(), line.start() + word.end()
        slanted = _is_slanted(FPDFText_GetCharAngle(text, start))
        if runs and runs[-1][0] == slanted:
            start = runs.pop()[1]
        runs.append((slanted, start, end))
    return [
        (start, end)
        for slanted, start, end in runs
        if not slanted or stamp_of(normalize(text.get_text_range(start, end - start)))
    ]


def _is_slanted(angle: float) -> bool:
    """Whether letters at an angle (radians) lie along neither side of the page."""
    return _SLANT < angle % (pi / 2) < pi / 2 - _SLANT


def _first_note(text: pypdfium2.PdfTextPage, spans: list[tuple[int, int]]) -> int:
    """Return the place of the first line of the footnotes that end a page, past the last if none.

    They are set smaller than the page, and begin with a raised figure.
    """
    sizes = [FPDFText_GetFontSize(text, start) for start, _ in spans]
    usual = sorted(sizes)[len(sizes) // 2] if sizes else 0
    first = len(spans)
    for place in range(len(spans) - 1, 0, -1):
        raised = _is_raised(text, *spans[place]) or (
            sizes[place] <= _NOTE_SIZE * usual
            and bool(_BRACKETED.match(text.get_text_range(spans[place][0], _NOTE_HEAD)))
        )
        if sizes[place] > _NOTE_SIZE * usual and not raised:
            break
        if raised:
            first = place
    return first


def _is_raised(text: pypdfium2.PdfTextPage, start: int, end: int) -> bool:
    """Whether a line begins with a figure that is smaller than the letters after it."""
    match = _NOTE.match(text.get_text_range(start, min(end - start, _NOTE_HEAD)))
    if match is None:
        return False
    figure = text.get_charbox(start + match.start("figure"))
    letter = text.get_charbox(start + match.start("letter"))
    height = letter[3] - letter[1]
    return bool(figure[3] - figure[1] < _RAISED * height and figure[1] > letter[1] + height / 10)


def _owner(found: tuple[Grid, ...], letter: Box) -> int | None:
    """Return the table in which a line's first letter stands."""
    x, y = (letter[0] + letter[2]) / 2, (letter[1] + letter[3]) / 2
    for place, grid in enumerate(found):
        left, bottom, right, top = grid.box
        if left <= x <= right and bottom <= y <= top:
            return place
    return None


def _shapes(page: pypdfium2.PdfPage) -> list[Box]:
    """Return the boxes of the lines and frames drawn on a page, but for backgrounds."""
    width, height = page.get_size()
    boxes = []
    edges = [c_float() for _ in range(4)]
    for place in range(FPDFPage_CountObjects(page)):
        shape = FPDFPage_GetObject(page, place)
        if FPDFPageObj_GetType(shape) != FPDF_PAGEOBJ_PATH:
            continue
        if FPDFPageObj_GetBounds(shape, *map(byref, edges)):
            left, bottom, right, top = (edge.value for edge in edges)
            whole = right - left > _WHOLE_PAGE * width and top - bottom > _WHOLE_PAGE * height
            if not whole and (is_rule((left, bottom, right, top)) or _is_stroked(shape)):
                boxes.append((left, bottom, right, top))
    return boxes


def _is_stroked(shape: FPDF_PAGEOBJECT) -> bool:
    """Whether a shape is drawn as a line, not filled: a frame, not the colour behind a word."""
    fill, stroke = c_int(), c_int()
    return bool(FPDFPath_GetDrawMode(shape, byref(fill), byref(stroke)) and stroke.value)


def _text_in(text: pypdfium2.PdfTextPage, box: Box) -> str:
    return " ".join(text.get_text_bounded(*box).split())


def _stretch(line: Line) -> float:
    """Return the room a line takes for each of its characters."""
    return (line.right - line.left) / len(line.text)


def _prose_stretch(lines: list[Line]) -> float:
    """Return the stretch of prose on a page, though most of the page be a table."""
    stretches = sorted(map(_stretch, lines))
    return stretches[len(stretches) // 5] if stretches else 0


def _cells(textpage: pypdfium2.PdfTextPage, start: int, end: int) -> tuple[Line, ...]:
    """Return the parts of a line that stand wide apart."""
    boxes: list[list[float]] = []
    for place in range(textpage.count_rects(start, end - start)):
        box = textpage.get_rect(place)
        if boxes and box[0] - boxes[-1][2] < _CELL_GAP:
            boxes[-1] = [boxes[-1][0], min(boxes[-1][1], box[1]), box[2], max(boxes[-1][3], box[3])]
        else:
            boxes.append(list(box))
    return tuple(
        Line(" ".join(textpage.get_text_bounded(*box).split()), box[0], box[2]) for box in boxes
    )
