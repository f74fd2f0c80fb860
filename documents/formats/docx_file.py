"""Word files: paragraphs with list numbers, headings, tables in order; home of python-docx."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

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
from documents.formats.ocr import REMEDY, can_recognise, recognised_pages
from documents.formats.paragraphs import paragraphs
from documents.formats.rtf_file import read_rtf
from documents.formats.tables import Cell, grid, header_rows, table_lines
from documents.formats.text_file import read_text, unwrapped
from documents.formats.zip_file import check_unpacked
from documents.layout.letterhead import heading_signs
from documents.layout.page_headers import page_letterhead
from documents.layout.secrecy import INTERNAL, stamp_of, stamps_in
from documents.vietnamese.legacy_fonts import (
    font_encoding,
    has_capitals_only,
    in_unicode,
    lines_in_unicode,
)
from documents.vietnamese.legibility import legibility
from documents.vietnamese.normalize import normalize

_OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")  # an old DOC, or a DOCX behind a password
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_CONTROL, _CONTENT = qn("w:sdt"), qn("w:sdtContent")
_RUN = qn("w:r")
_TEXT, _TAB, _BREAKS = qn("w:t"), qn("w:tab"), (qn("w:br"), qn("w:cr"))
_HYPHEN = qn("w:noBreakHyphen")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX, _CHUNK, _OBJECT_TAG = qn("w:txbxContent"), qn("w:altChunk"), qn("w:object")
_DRAWING, _PICT, _BLIP = qn("w:drawing"), qn("w:pict"), qn("a:blip")
_IMAGE_DATA, _EXTENT = "{urn:schemas-microsoft-com:vml}imagedata", qn("wp:extent")
_EMBED, _ID = qn("r:embed"), qn("r:id")
_LARGE_SIDE = 1_800_000  # English metric units, 5 cm: a smaller picture is no page or table
_FEWEST_WORDS = 8  # that are worth the name of a text
_RECOGNISABLE = frozenset(("image/png", "image/jpeg", "image/tiff"))
_CHUNKS = {"html": ".html", "rfc822": ".html", "rtf": ".rtf", "wordprocessing": ".docx"} | {
    "text/plain": ".txt"
}
_READABLE = (".xlsx", ".xls", ".docx", ".doc", ".rtf", ".pdf", ".csv", ".txt")
# deleted, formatting, field codes, and the second copy that text boxes keep for old readers
_SKIPPED = frozenset(
    map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:instrText", "w:tbl", "w:txbxContent"))
) | {_FALLBACK}
_VAL = qn("w:val")
_NOTED, _NOTED_AT_END = qn("w:footnoteReference"), qn("w:endnoteReference")
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


@dataclass(frozen=True, slots=True)
class DocxText:
    """The body's text, whether pictures gave all of it, what was not read, documents inside."""

    text: str
    recognised: bool = False
    notes: tuple[str, ...] = ()
    attached: int = 0


def read_docx(path: Path, on_page: Callable[[], None] = lambda: None) -> DocxText:
    """Return the text, a paragraph or table row a line; "#" before unnumbered headings.

    ``on_page`` is told of every picture that is recognised.
    """
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
        inside = embedded(path)
        headers = [line for part in _headers(document) for line in _plain_lines(part)]
    except _DAMAGE as error:
        raise DocumentError(path, "tệp DOCX hỏng; hãy lấy lại tệp gốc.") from error
    parts = _Parts(document, path, on_page)
    body = _Body(styles, numbers, notes, parts)
    lines = [] if container is None else list(body.lines(container))
    is_typed = any(map(str.isalpha, "".join(lines))) and not parts.lines >= set(filter(None, lines))
    lines = [*stamps, *page_letterhead(headers, lines), *lines]
    text = unwrapped(lines_in_unicode(lines))  # of fonts that only the styles name
    if not text.strip() and parts.unread and not inside:
        raise DocumentError(
            path,
            f"tệp chỉ có {parts.unread} hình, không có chữ; hãy lưu dưới dạng PDF hoặc quét lại để "
            f"nhận dạng{'' if can_recognise() else f'; {REMEDY}'}.",
        )
    return DocxText(text, parts.recognised > 0 and not is_typed, parts.notes(), len(inside))


class _Parts:
    """The parts of a file that its body only points to: pictures, and chunks in other formats."""

    def __init__(self, document: DocxDocument, path: Path, on_page: Callable[[], None]) -> None:
        self.related = document.part.rels
        self.path = path
        self.on_page = on_page
        self.recognised = 0
        self.unread = 0
        self.lost = 0
        self.lines: set[str] = set()

    def notes(self) -> tuple[str, ...]:
        """Say what was not read, and what was for less than certain."""
        notes = []
        if self.recognised:
            notes.append(f"chữ trong {self.recognised} hình do máy nhận dạng, có thể sai")
        if self.unread:
            notes.append(f"không đọc {self.unread} hình")
        if self.lost:
            notes.append(f"không đọc {self.lost} phần chèn từ tệp khác")
        return tuple(notes)

    def _blob(self, name: str) -> tuple[str, bytes]:
        relation = self.related.get(name)
        if relation is None or relation.is_external:
            return "", b""
        return str(relation.target_part.content_type), bytes(relation.target_part.blob)

    def pictures(self, paragraph: _Element) -> Iterator[str]:
        """Yield the lines that are recognised in the pictures of a paragraph large enough."""
        for drawing in paragraph.iter(_DRAWING, _PICT):
            if any(
                one.tag in _SKIPPED or one.tag == _OBJECT_TAG for one in drawing.iterancestors()
            ):
                continue
            names = [blip.get(_EMBED, "") for blip in drawing.iter(_BLIP)]
            names += [data.get(_ID, "") for data in drawing.iter(_IMAGE_DATA)]
            extent = next(drawing.iter(_EXTENT), None)
            if extent is not None:
                sides = [_number(extent.get(side), _LARGE_SIDE) for side in ("cx", "cy")]
                if min(sides) < _LARGE_SIDE:
                    continue  # an emblem, a signature, a line
            for name in filter(None, names):
                yield from self._picture(name)

    def _picture(self, name: str) -> Iterator[str]:
        kind, blob = self._blob(name)
        text = ""
        if can_recognise() and kind in _RECOGNISABLE:
            with suppress(DocumentError):  # one picture that cannot be read does not spoil the file
                text, _ = paragraphs(recognised_pages(blob, str(self.path)))
            self.on_page()
        if legibility(text).words < _FEWEST_WORDS:
            self.unread += 1
            return
        self.recognised += 1
        lines = text.split("\n")
        self.lines.update(lines)
        yield from lines

    def chunk(self, element: _Element) -> list[str]:
        """Return the lines of a chunk that Word shows as a part of the body."""
        kind, blob = self._blob(element.get(_ID, ""))
        suffix = next((one for sign, one in _CHUNKS.items() if sign in kind), "")
        lines: list[str] = []
        if suffix and blob:
            with TemporaryDirectory() as folder, suppress(DocumentError):
                file = Path(folder) / f"phan{suffix}"
                file.write_bytes(blob)
                lines = _chunk_text(file, self.on_page).split("\n")
        if not lines:
            self.lost += 1
        return lines


def _chunk_text(file: Path, on_page: Callable[[], None]) -> str:
    from documents.formats import web_page  # here: it takes longer to import than files to read

    if file.suffix == ".docx":
        return read_docx(file, on_page).text
    if file.suffix == ".rtf":
        return read_rtf(file)
    if file.suffix == ".txt":
        return read_text(file)
    return "\n".join(web_page.all_lines(file))


def embedded(path: Path) -> tuple[str, ...]:
    """Return the parts of an office file that are documents of their own, but for charts' data.

    Raises what zipfile raises on a damaged file.
    """
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        charts = b"".join(archive.read(name) for name in names if "/charts/_rels/" in name)
    return tuple(
        name
        for name in names
        if "/embeddings/" in name
        and name.lower().endswith(_READABLE)
        and name.rsplit("/", 1)[-1].encode() not in charts
    )


def _numbers(document: DocxDocument) -> "ListNumbers":
    related = [part.target_part for part in document.part.rels.values() if not part.is_external]
    numbering = [part.element for part in related if isinstance(part, NumberingPart)]
    return ListNumbers.of(numbering[0] if numbering else None)


def _stamps(document: DocxDocument) -> list[str]:
    """Return the stamps that stand in the pages' headers and footers, also as a watermark."""
    headers = _headers(document)
    lines = [_text(paragraph) for header in headers for paragraph in header.iter(_PARAGRAPH)]
    lines += [mark.get("string", "") for header in headers for mark in header.iter(_WATERMARK)]
    internal = (line.strip() for line in lines if stamp_of(normalize(line)) == INTERNAL)
    return sorted({*stamps_in(lines), *internal})


def _headers(document: DocxDocument) -> list[_Element]:
    """Return the headers and footers of the pages."""
    return [
        part.target_part.element
        for part in document.part.rels.values()
        if part.reltype in (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    ]


def _plain_lines(container: _Element) -> list[str]:
    """Return the lines of a part that has no lists, notes or styles of its own."""
    return list(_Body({}, ListNumbers.of(None), {}).lines(container))


def _footnotes(document: DocxDocument) -> dict[str, str]:
    """Return the footnotes, and the endnotes with an "e", by what the text refers to them by."""
    notes: dict[str, str] = {}
    kinds = {RELATIONSHIP_TYPE.FOOTNOTES: ("w:footnote", "")}
    kinds |= {RELATIONSHIP_TYPE.ENDNOTES: ("w:endnote", "e")}
    for part in document.part.rels.values():
        tag, sign = kinds.get(part.reltype, ("", ""))
        if not tag:
            continue
        for note in parse_xml(part.target_part.blob).findall(qn(tag)):
            texts = (_text(paragraph) for paragraph in note.iter(_PARAGRAPH))
            if text := " ".join(" ".join(texts).split()):
                notes[f"{sign}{note.get(qn('w:id'), '')}"] = text
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


class _Body:
    """Walks the body in order and gives its lines."""

    def __init__(
        self,
        styles: dict[str, _Style],
        numbers: "ListNumbers",
        notes: dict[str, str],
        parts: _Parts | None = None,
    ) -> None:
        self.parts = parts
        self.styles = styles
        self.numbers = numbers
        self.notes = notes
        self.noted = 0

    def lines(self, container: _Element) -> Iterator[str]:
        """Yield the lines of paragraphs and tables; "" for an empty paragraph."""
        for child in container:
            if child.tag == _PARAGRAPH:
                for box in _boxes(child):  # first: a letterhead may hang on what stands under it
                    yield from self.lines(box)
                yield from self._paragraph(child)
                if self.parts:
                    yield from self.parts.pictures(child)
            elif child.tag == _CHUNK and self.parts:
                yield from self.parts.chunk(child)
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
        yield f"{heading_signs(style.depth, line)}{line}"
        yield from rest
        for reference in paragraph.iter(_NOTED, _NOTED_AT_END):
            sign = "e" if reference.tag == _NOTED_AT_END else ""
            if note := self.notes.get(f"{sign}{reference.get(qn('w:id'), '')}"):
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
        return table_lines(grid(cells, header), header or header_rows(cells))

    def _cells(self, row: _Element) -> list[Cell]:
        cells = []
        for cell in row.iter(_CELL):
            if next(cell.iterancestors(_ROW)) is not row:
                continue  # of a table inside a cell, whose lines are this cell's
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            goes_on = merge is not None and merge.get(_VAL, "continue") == "continue"
            text = "\n".join(line for line in self.lines(cell) if line)
            cells.append(Cell(text, _columns_of(span), goes_on))
        return cells


def _boxes(paragraph: _Element) -> Iterator[_Element]:
    """Yield the contents of the text boxes that hang on a paragraph, but for those in others."""
    for box in paragraph.iter(_BOX):
        above = {one.tag for one in box.iterancestors() if one in set(paragraph.iter())}
        if not above & {_BOX, _FALLBACK}:
            yield box


def _columns_of(span: _Element | None) -> int:
    written = "1" if span is None else span.get(_VAL, "1")
    return min(int(written), _WIDEST_SPAN) if written.isdecimal() else 1


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
    if element.tag == _RUN and _is_hidden(element):
        return ""
    text = "".join(_text(child) for child in element if child.tag not in _SKIPPED)
    return _run_in_unicode(element, text) if element.tag == _RUN and not text.isascii() else text


def _is_hidden(run: _Element) -> bool:
    hidden = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return hidden is not None and hidden.get(_VAL, "true") not in ("0", "false", "off")


def _run_in_unicode(run: _Element, text: str) -> str:
    """Convert a run whose font is of before Unicode."""
    fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    font = "" if fonts is None else fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")) or ""
    if encoding := font_encoding(font):
        text = in_unicode(text, encoding)
    return text.upper() if has_capitals_only(font) else text


@dataclass(frozen=True, slots=True)
class Level:
    """How a level of a list writes its number: the format, "%1.%2." and the first number.

    ``restarts_after`` counts the levels above it that make it begin anew; 0 for none of them.
    """

    form: str
    pattern: str
    start: int
    restarts_after: int = 9


@dataclass(slots=True)
class ListNumbers:
    """Counts the numbered paragraphs of a document in order and gives each its label."""

    levels: Mapping[tuple[str, int], Level]
    lists: Mapping[str, str]
    restarts: dict[tuple[str, int], int]
    counts: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: _Element | None) -> "ListNumbers":
        """Read the definitions of a document's lists; None where it has none."""
        levels: dict[tuple[str, int], Level] = {}
        lists: dict[str, str] = {}
        restarts: dict[tuple[str, int], int] = {}
        for abstract in () if numbering is None else numbering.findall(f"{_W}abstractNum"):
            for level in abstract.findall(f"{_W}lvl"):
                key = (abstract.get(f"{_W}abstractNumId", ""), _number(level.get(f"{_W}ilvl"), 0))
                levels[key] = Level(
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", ""),
                    _number(_value(level, "start", "1"), 1),
                    _number(_value(level, "lvlRestart", "9"), 9),
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
        depth = _number(_value(properties, "ilvl", "0"), 0)
        return self.next_of(_value(properties, "numId", "0"), depth)

    def next_of(self, number: str, depth: int) -> str:
        """Count the next paragraph of a list at a depth and return its label or ""."""
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
            if depth < getattr(self.levels.get((abstract, deeper)), "restarts_after", 9):
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
