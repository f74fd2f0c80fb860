"""Word files: paragraphs with list numbers, headings, tables in order; home of python-docx."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import docx
from docx.document import Document as DocxDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.parts.numbering import NumberingPart
from docx.styles.style import BaseStyle
from lxml.etree import XMLSyntaxError, _Element

from documents.errors import DocumentError
from documents.formats.tables import table_lines
from documents.formats.text_file import unwrapped
from documents.formats.zip_file import check_unpacked
from documents.layout.numbering import markers_of
from documents.layout.secrecy import INTERNAL, stamp_of, stamps_in
from documents.vietnamese.legacy_fonts import (
    font_encoding,
    has_capitals_only,
    in_unicode,
    lines_in_unicode,
)
from documents.vietnamese.normalize import normalize

_OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")  # an old DOC, or a DOCX behind a password
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_CONTROL, _CONTENT = qn("w:sdt"), qn("w:sdtContent")
_RUN = qn("w:r")
_TEXT, _TAB, _BREAKS = qn("w:t"), qn("w:tab"), (qn("w:br"), qn("w:cr"))
_HYPHEN = qn("w:noBreakHyphen")
# deleted, formatting, field codes, and the second copy that text boxes keep for old readers
_SKIPPED = frozenset(map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:instrText", "w:tbl"))) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_VAL = qn("w:val")
_NOTED = qn("w:footnoteReference")
_WATERMARK = "{urn:schemas-microsoft-com:vml}textpath"
_DEEPEST_STYLE = 20  # bases of a style; more is a circle
_WIDEST_SPAN = 100  # columns; more is damage, and would fill the memory
# what the archive, its XML and python-docx raise on files that are cut off or altered
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) + (
    XMLSyntaxError,
    PackageNotFoundError,
    KeyError,
    ValueError,
    AttributeError,
    TypeError,
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")  # of a level's number in the pattern of a list


def read_docx(path: Path) -> str:
    """Return the body's text, a paragraph or table row a line; "#" before unnumbered headings."""
    with path.open("rb") as file:
        if file.read(len(_OLE_SIGNATURE)) == _OLE_SIGNATURE:
            raise DocumentError(
                path,
                "tệp DOCX có mật khẩu hoặc là DOC cũ đổi tên; "
                "hãy mở bằng Word và lưu lại dưới dạng DOCX không mật khẩu.",
            )
    try:
        check_unpacked(path)
        document = docx.Document(str(path))
        container, styles, numbers = document.element.body, _styles(document), _numbers(document)
        stamps, notes = _stamps(document), _footnotes(document)
    except _DAMAGE as error:
        raise DocumentError(path, "tệp DOCX hỏng; hãy lấy lại tệp gốc.") from error
    lines = [] if container is None else list(_Body(styles, numbers, notes).lines(container))
    return unwrapped(lines_in_unicode([*stamps, *lines]))  # of fonts that only the styles name


def _numbers(document: DocxDocument) -> "ListNumbers":
    related = [part.target_part for part in document.part.rels.values() if not part.is_external]
    numbering = [part.element for part in related if isinstance(part, NumberingPart)]
    return ListNumbers.of(numbering[0] if numbering else None)


def _stamps(document: DocxDocument) -> list[str]:
    """Return the stamps that stand in the pages' headers and footers, also as a watermark."""
    headers = [
        part.target_part.element
        for part in document.part.rels.values()
        if part.reltype in (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    ]
    lines = [_text(paragraph) for header in headers for paragraph in header.iter(_PARAGRAPH)]
    lines += [mark.get("string", "") for header in headers for mark in header.iter(_WATERMARK)]
    internal = (line.strip() for line in lines if stamp_of(normalize(line)) == INTERNAL)
    return sorted({*stamps_in(lines), *internal})


def _footnotes(document: DocxDocument) -> dict[str, str]:
    """Return the footnotes by the identifier that the text refers to."""
    notes: dict[str, str] = {}
    for part in document.part.rels.values():
        if part.reltype != RELATIONSHIP_TYPE.FOOTNOTES:
            continue
        for note in parse_xml(part.target_part.blob).findall(qn("w:footnote")):
            paragraphs = (_text(paragraph) for paragraph in note.iter(_PARAGRAPH))
            if text := " ".join(" ".join(paragraphs).split()):
                notes[note.get(qn("w:id"), "")] = text
    return notes


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says of its paragraphs: heading depth (0 for none) and list."""

    depth: int
    list_properties: _Element | None


def _styles(document: DocxDocument) -> dict[str, _Style]:
    """Return the styles by id, each with what it inherits."""
    styles: dict[str, _Style] = {}
    for style in document.styles:
        depth, properties, base = 0, None, style
        for _ in range(_DEEPEST_STYLE):
            depth = depth or _heading_depth(base)
            if properties is None:
                properties = base.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            base = getattr(base, "base_style", None)
            if base is None:
                break
        styles[style.style_id] = _Style(depth, properties)
    return styles


def _heading_depth(style: BaseStyle) -> int:
    name = (style.name or "").lower()
    if name == "title":
        return 1
    digits = name.removeprefix("heading ")
    return min(int(digits), 6) if digits != name and digits.isdigit() else 0


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell: its text, how many columns it covers, whether it goes on with the one above."""

    text: str
    span: int
    goes_on: bool


class _Body:
    """Walks the body in order and gives its lines."""

    def __init__(
        self, styles: dict[str, _Style], numbers: "ListNumbers", notes: dict[str, str]
    ) -> None:
        self.styles = styles
        self.numbers = numbers
        self.notes = notes
        self.noted = 0

    def lines(self, container: _Element) -> Iterator[str]:
        """Yield the lines of paragraphs and tables; "" for an empty paragraph."""
        for child in container:
            if child.tag == _PARAGRAPH:
                yield from self._paragraph(child)
                for table in child.iter(_TABLE):  # in a text box
                    if next(table.iterancestors(_TABLE), None) is next(
                        child.iterancestors(_TABLE), None
                    ):
                        yield from self._table(table)
            elif child.tag == _TABLE:
                yield ""
                yield from self._table(child)
                yield ""
            elif child.tag == _CONTROL and (content := child.find(_CONTENT)) is not None:
                yield from self.lines(content)

    def _paragraph(self, paragraph: _Element) -> Iterator[str]:
        text = _text(paragraph).strip()
        style = self._style(paragraph)
        if not text:
            yield ""
            return
        properties = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        label = self.numbers.label(style.list_properties if properties is None else properties)
        first, *rest = text.split("\n")
        line = f"{label} {first}" if label else first
        if style.depth and not markers_of(normalize(line)):
            line = f"{'#' * style.depth} {line}"
        yield line
        yield from rest
        for reference in paragraph.iter(_NOTED):
            if note := self.notes.get(reference.get(qn("w:id"), "")):
                self.noted += 1
                yield f"[{self.noted}] {note}"  # no numbering of the body

    def _style(self, paragraph: _Element) -> _Style:
        named = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style = self.styles.get(named.get(_VAL, "") if named is not None else "")
        return style or _Style(0, None)

    def _table(self, table: _Element) -> tuple[str, ...]:
        rows = [row for row in table.iter(_ROW) if next(row.iterancestors(_TABLE)) is table]
        cells = [self._cells(row) for row in rows]
        header = sum(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows)
        return table_lines(_grid(cells, header), header or _header_rows(cells))

    def _cells(self, row: _Element) -> list[_Cell]:
        cells = []
        for cell in row.iter(_CELL):
            if next(cell.iterancestors(_ROW)) is not row:
                continue  # of a table inside a cell, whose lines are this cell's
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            goes_on = merge is not None and merge.get(_VAL, "continue") == "continue"
            text = "\n".join(line for line in self.lines(cell) if line)
            cells.append(_Cell(text, _columns_of(span), goes_on))
        return cells


def _columns_of(span: _Element | None) -> int:
    written = "1" if span is None else span.get(_VAL, "1")
    return min(int(written), _WIDEST_SPAN) if written.isdecimal() else 1


def _header_rows(rows: list[list[_Cell]]) -> int:
    """Return 2 where the first row's cells are parted or continued by the second, else 1."""
    parted = bool(rows) and any(cell.span > 1 for cell in rows[0])
    continued = len(rows) > 1 and any(cell.goes_on for cell in rows[1])
    return 2 if len(rows) > 2 and parted and (continued or len(rows[1]) > len(rows[0])) else 1


def _grid(rows: list[list[_Cell]], header: int) -> list[list[str]]:
    """Return the cells by column: a merged cell says its text in each row, and in each header."""
    header = header or _header_rows(rows)
    grid: list[list[str]] = []
    for place, row in enumerate(rows):
        texts: list[str] = []
        for cell in row:
            above = grid[-1][len(texts)] if cell.goes_on and place else cell.text
            texts += [above] + [above if place < header else ""] * (cell.span - 1)
        grid.append(texts + [""] * (max((len(line) for line in grid), default=0) - len(texts)))
    return grid


def _text(element: _Element) -> str:
    """Return the text as Word shows it, with line breaks as ``\\n``."""
    if element.tag == _TEXT:
        return element.text or ""
    if element.tag == _TAB:
        return "\t"
    if element.tag in _BREAKS:
        return "\n"
    if element.tag == _HYPHEN:
        return "-"
    text = "".join(_text(child) for child in element if child.tag not in _SKIPPED)
    return _run_in_unicode(element, text) if element.tag == _RUN and not text.isascii() else text


def _run_in_unicode(run: _Element, text: str) -> str:
    """Convert a run whose font is of before Unicode."""
    fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    font = "" if fonts is None else fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")) or ""
    if encoding := font_encoding(font):
        text = in_unicode(text, encoding)
    return text.upper() if has_capitals_only(font) else text


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list writes its number: the format, "%1.%2." and the first number."""

    form: str
    pattern: str
    start: int


@dataclass(slots=True)
class ListNumbers:
    """Counts the numbered paragraphs of a document in order and gives each its label."""

    levels: Mapping[tuple[str, int], _Level]
    lists: Mapping[str, str]
    restarts: dict[tuple[str, int], int]
    counts: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: _Element | None) -> "ListNumbers":
        """Read the definitions of a document's lists; None where it has none."""
        levels: dict[tuple[str, int], _Level] = {}
        lists: dict[str, str] = {}
        restarts: dict[tuple[str, int], int] = {}
        for abstract in () if numbering is None else numbering.findall(f"{_W}abstractNum"):
            for level in abstract.findall(f"{_W}lvl"):
                key = (abstract.get(f"{_W}abstractNumId", ""), _number(level.get(f"{_W}ilvl"), 0))
                levels[key] = _Level(
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", ""),
                    _number(_value(level, "start", "1"), 1),
                )
        for instance in () if numbering is None else numbering.findall(f"{_W}num"):
            number = instance.get(f"{_W}numId", "")
            lists[number] = _value(instance, "abstractNumId", "")
            for override in instance.findall(f"{_W}lvlOverride"):
                if start := _value(override, "startOverride", ""):
                    restarts[number, _number(override.get(f"{_W}ilvl"), 0)] = _number(start, 1)
        return cls(levels, lists, restarts)

    def label(self, properties: _Element | None) -> str:
        """Count a paragraph with these list properties (w:numPr) and return its label or ""."""
        if properties is None:
            return ""
        number = _value(properties, "numId", "0")
        depth = _number(_value(properties, "ilvl", "0"), 0)
        abstract = self.lists.get(number, "")
        level = self.levels.get((abstract, depth))
        if level is None or level.form == "none":
            return ""
        if level.form == "bullet":
            return "+" if level.pattern in ("+", "o") else "-"
        if (start := self.restarts.pop((number, depth), None)) is not None:
            self.counts[abstract, depth] = start - 1
        self.counts[abstract, depth] = self._count(abstract, depth) + 1
        for deeper in range(depth + 1, 9):
            self.counts.pop((abstract, deeper), None)
        return _PLACE.sub(lambda match: self._written(abstract, int(match[1]) - 1), level.pattern)

    def _count(self, abstract: str, depth: int) -> int:
        return self.counts.get((abstract, depth), self._start(abstract, depth) - 1)

    def _start(self, abstract: str, depth: int) -> int:
        level = self.levels.get((abstract, depth))
        return level.start if level else 1

    def _written(self, abstract: str, depth: int) -> str:
        level = self.levels.get((abstract, depth))
        count = self.counts.get((abstract, depth), self._start(abstract, depth))
        return _written(count, level.form if level else "decimal")


def _value(parent: _Element, name: str, default: str) -> str:
    child = parent.find(f"{_W}{name}")
    value = None if child is None else child.get(_VAL)
    return default if value is None else str(value)


def _number(written: str | None, default: int) -> int:
    """Read a number of the file; the default where a damaged file holds something else."""
    return int(written) if written and written.isdecimal() and len(written) < 6 else default


def _written(number: int, form: str) -> str:
    """Write a number in one of Word's formats; the rarer ones as decimals."""
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        numeral = _roman(number)
        return numeral if form == "upperRoman" else numeral.lower()
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _roman(number: int) -> str:
    numeral = ""
    for value, letters in ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX")):
        numeral += letters * (number // value)
        number %= value
    return numeral + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII")[number]
