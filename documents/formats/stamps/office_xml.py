"""Stamps in office files of 2007 and after: boxes, WordArt, headers, drawings, all-caps text."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from lxml.etree import _Element

from documents.errors import DocumentError
from documents.layout.secrecy import NEAR_TOP, Mark, marks_among
from documents.vietnamese.legacy_fonts import has_capitals_only

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_WORD_ART = "{urn:schemas-microsoft-com:vml}textpath"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_EDGES = {f"{_W}hdr": "đầu trang", f"{_W}ftr": "chân trang"}
_SHEET_EDGES = re.compile(r"\{[^}]*\}(?:odd|even|first)(?P<edge>Header|Footer)")
_SHEET_CODE = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-F]{6}|[^LCR])')
_SHEET_COLUMN = re.compile(r"&[LCR]")
_NOT_SHOWN = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}txbxContent"))
_SEPARATORS = frozenset((f"{_W}br", f"{_W}cr", f"{_W}tab"))
_DEEPEST_STYLE = 20  # bases of a style; more is a circle
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def marks_in_package(path: Path) -> tuple[Mark, ...]:
    """Return what may be a stamp outside the text of a DOCX or XLSX; its size was checked before.

    Raises DocumentError where the file is damaged.
    """
    try:
        with zipfile.ZipFile(path) as package:
            names = [name for name in package.namelist() if name.lower().endswith(".xml")]
            parts = [_parsed(package.read(name)) for name in names]
    except _DAMAGE as error:
        raise DocumentError(path, "tệp hỏng, không đọc được hết; hãy lấy lại tệp gốc.") from error
    roots = [root for root in parts if root is not None]
    capitals = _Capitals.of(next((root for root in roots if root.tag == f"{_W}styles"), None))
    found = (mark for root in roots for mark in _marks(root, capitals))
    return tuple(dict.fromkeys(found))


def _parsed(content: bytes) -> _Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=True)
    root: _Element | None = etree.fromstring(content, parser) if content.strip() else None
    return root


def _marks(root: _Element, capitals: "_Capitals") -> Iterator[Mark]:
    """Yield the marks of one part of the package."""
    if edge := _EDGES.get(str(root.tag)):
        yield from _in_paragraphs(root.iter(f"{_W}p"), edge, capitals)
    elif root.tag == f"{_W}document":
        yield from _in_capitals(root, capitals)
    for box in root.iter(f"{_W}txbxContent"):
        yield from _in_paragraphs(box.iter(f"{_W}p"), "hộp chữ", capitals)
    yield from _drawn(root)
    if root.tag == f"{_S}worksheet":
        yield from _at_edges_of_sheet(root)


def _drawn(root: _Element) -> Iterator[Mark]:
    """Yield the marks of WordArt, of shapes, and of what is said of pictures."""
    for art in root.iter(_WORD_ART):
        yield from marks_among(art.get("string", ""), "chữ nghệ thuật")
    for paragraph in root.iter(f"{_A}p"):
        text = "".join(run.text or "" for run in paragraph.iter(f"{_A}t"))
        yield from marks_among(text, "hình vẽ")
    for drawn in root.iter(_DRAWN):
        for said in (drawn.get("descr", ""), drawn.get("title", "")):
            yield from marks_among(said, "chú thích của hình", is_apart=False)


def _at_edges_of_sheet(sheet: _Element) -> Iterator[Mark]:
    for element in sheet.iter(f"{_S}*"):
        if match := _SHEET_EDGES.fullmatch(str(element.tag)):
            place = _EDGES[f"{_W}hdr" if match["edge"] == "Header" else f"{_W}ftr"]
            for column in _SHEET_COLUMN.split(element.text or ""):
                yield from marks_among(_SHEET_CODE.sub("", column), place)


def _in_paragraphs(
    paragraphs: Iterator[_Element], place: str, capitals: "_Capitals"
) -> Iterator[Mark]:
    """Yield the marks of a box: of each paragraph, and of all, whose letters may be stacked."""
    yield from marks_among("\n".join(capitals.shown(one) for one in paragraphs), place)


def _in_capitals(root: _Element, capitals: "_Capitals") -> Iterator[Mark]:
    """Yield the body's paragraphs that show small letters as capitals, and so read otherwise."""
    number, before = 0, ""
    for paragraph in root.iter(f"{_W}p"):
        shown = capitals.shown(paragraph)
        if not shown.strip():
            continue
        number += 1
        if any(capitals.has_them(run, paragraph) for run in paragraph.iter(f"{_W}r")):
            near = number <= NEAR_TOP
            yield from marks_among(shown, f"dòng {number}", is_apart=near, before=before)
        before = shown


@dataclass(frozen=True, slots=True)
class _Capitals:
    """Which styles show small letters as capitals, by id; ``usual`` is the one of plain text."""

    by_style: Mapping[str, bool]
    usual: bool

    @classmethod
    def of(cls, styles: _Element | None) -> "_Capitals":
        """Read them from the part that defines the styles; None where there is none."""
        if styles is None:
            return cls({}, usual=False)
        by_id = {style.get(f"{_W}styleId", ""): style for style in styles.iter(f"{_W}style")}
        defaults = styles.find(f"{_W}docDefaults/{_W}rPrDefault")
        usual = defaults is not None and bool(_said(defaults))
        found: dict[str, bool] = {}
        for name, style in by_id.items():
            base: _Element | None = style
            for _ in range(_DEEPEST_STYLE):
                if base is None:
                    break
                said = _said(base)
                if said is not None:
                    found[name] = said
                    break
                based = base.find(f"{_W}basedOn")
                base = by_id.get(based.get(f"{_W}val", "")) if based is not None else None
            is_plain = style.get(f"{_W}default") == "1" and style.get(f"{_W}type") == "paragraph"
            usual = found.get(name, usual) if is_plain else usual
        return cls(found, usual)

    def has_them(self, run: _Element, paragraph: _Element) -> bool:
        """Whether a run is shown in capitals: by itself, its style, its paragraph's or its font."""
        font = run.find(f"{_W}rPr/{_W}rFonts")
        if font is not None and has_capitals_only(font.get(f"{_W}ascii", "")):
            return True
        said = _said(run)
        if said is not None:
            return said
        for element, path in ((run, f"{_W}rPr/{_W}rStyle"), (paragraph, f"{_W}pPr/{_W}pStyle")):
            named = element.find(path)
            if named is not None and named.get(f"{_W}val", "") in self.by_style:
                return self.by_style[named.get(f"{_W}val", "")]
        return self.usual

    def shown(self, paragraph: _Element) -> str:
        """Return a paragraph's own words as Word shows them, without those of its boxes."""
        return "".join(self._shown(child, paragraph) for child in paragraph)

    def _shown(self, element: _Element, paragraph: _Element) -> str:
        if element.tag in _NOT_SHOWN:
            return ""
        if element.tag == f"{_W}t":
            return element.text or ""
        if element.tag in _SEPARATORS:
            return "\n" if element.tag != f"{_W}tab" else "\t"
        text = "".join(self._shown(child, paragraph) for child in element)
        is_capital = element.tag == f"{_W}r" and self.has_them(element, paragraph)
        return text.upper() if is_capital else text


def _said(element: _Element) -> bool | None:
    """Return whether an element's run properties ask for capitals; None where they say nothing."""
    for name in ("caps", "smallCaps"):
        said = element.find(f"{_W}rPr/{_W}{name}")
        if said is not None:
            return said.get(f"{_W}val", "1") not in ("0", "false", "off")
    return None
