"""RTF files, each run in the letters its font shows: the font tells its encoding."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from documents.errors import DocumentError
from documents.formats.tables import table_lines
from documents.formats.text_file import unwrapped
from documents.layout.secrecy import INTERNAL, stamp_of, stamps_in
from documents.vietnamese.legacy_fonts import (
    font_encoding,
    has_capitals_only,
    in_unicode,
    lines_in_unicode,
)
from documents.vietnamese.normalize import normalize

_DEEPEST = 1000  # groups in groups; a document has a dozen


_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<value>-?\d{1,9})? ?|\\'(?P<byte>[0-9A-Fa-f]{2})"
    r"|\\(?P<sign>[^A-Za-z])|(?P<brace>[{}])|[\r\n\0]+|(?P<text>[^\\{}\r\n\0]+)",
    re.DOTALL,
)
# groups that hold no text of the body
_SKIPPED = frozenset(
    ("colortbl", "stylesheet", "info", "pict", "objdata", "objclass", "objname", "fldinst", "xe")
    + ("tc",)
    + ("listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "themedata", "filetbl")
    + ("colorschememapping", "latentstyles", "datastore", "bkmkstart", "bkmkend", "annotation")
    + ("atnid", "atnauthor", "footnote", "shprslt", "sp", "nonesttables", "do", "template", "falt")
)
_HEADERS = frozenset(
    ("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf")
)
_READ_THOUGH_STARRED = frozenset(("shpinst", "shptxt"))  # a text box, which a letterhead may be in
_CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "emdash": "—",
    "endash": "–",
    "emspace": " ",
    "enspace": " ",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "nestcell": "\n",
    "nestrow": "\n",
}
_SIGNS = {"~": " ", "_": "-", "-": "", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}
_CODE_PAGES = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "cp936",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}


@dataclass(frozen=True, slots=True)
class _Font:
    name: str = ""
    code_page: str = "cp1252"


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group until it ends."""

    font: int | None = None
    skipped: bool = False
    hidden: bool = False
    in_fonts: bool = False
    in_table: bool = False
    in_header: bool = False
    after_unicode: int = 1  # characters that old readers show in place of a Unicode one


@dataclass(slots=True)
class _Row:
    """A table row as it is read: finished cells, and which columns go on with the row above."""

    cells: list[str] = field(default_factory=list)
    goes_on: list[bool] = field(default_factory=list)
    merged: bool = False


def read_rtf(path: Path) -> str:
    """Return the body's text, a paragraph or table row a line."""
    data = path.read_bytes().decode("latin-1")
    if not data.lstrip("\ufeff\u00ef\u00bb\u00bf \r\n\t").startswith("{\\rtf"):
        raise DocumentError(path, "không phải tệp RTF; hãy mở bằng Word và lưu lại dưới dạng DOCX.")
    return unwrapped(lines_in_unicode(_Reader().lines(data)))


# striprtf, the library there is, drops the fonts, and with them what tells TCVN3 from VNI
class _Reader:
    """Follows the control words and gathers lines and tables."""

    def __init__(self) -> None:
        self.state = _State()
        self.stack: list[_State] = []
        self.fonts: dict[int, _Font] = {}
        self.font_named = 0
        self.default_font = 0
        self.starred = False
        self.to_skip = 0
        self.surrogate = 0
        self.runs: list[tuple[int, str]] = []  # of the paragraph in hand, with the font of each
        self.cell: list[str] = []
        self.row = _Row()
        self.defined = _Row()
        self.rows: list[list[str]] = []
        self.out: list[str] = []
        self.headers: list[tuple[int, str]] = []  # of the pages, for the stamps in them

    def lines(self, data: str) -> list[str]:
        """Return the lines of the body."""
        place = 0
        while token := _TOKEN.match(data, place):
            place = token.end()
            kind = token.lastgroup
            if token["word"] == "bin":
                place += max(0, int(token["value"] or 0))  # raw bytes, braces among them
                continue
            if kind == "brace":
                self._brace(token["brace"])
            elif kind in ("word", "value"):
                self._word(token["word"], token["value"])
            elif kind == "byte":
                self._byte(int(token["byte"], 16))
            elif kind == "sign":
                self._sign(token["sign"])
            elif kind == "text":
                self._text(token["text"])
        self._paragraph_ends()
        self._table_ends()
        lines = "".join(self._in_unicode(self.headers)).split("\n")
        internal = (line.strip() for line in lines if stamp_of(normalize(line)) == INTERNAL)
        return [*dict.fromkeys((*stamps_in(lines), *internal)), *self.out]

    def _brace(self, brace: str) -> None:
        self.starred = False
        self.to_skip = 0
        if brace == "{":
            if len(self.stack) < _DEEPEST:
                self.stack.append(self.state)
        elif self.stack:
            self.state = self.stack.pop()

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self.starred = True
        elif sign in _SIGNS:
            self._text(_SIGNS[sign])

    def _word(self, word: str, written: str | None) -> None:
        value = int(written) if written else None
        starred, self.starred = self.starred, False
        if starred and word not in _READ_THOUGH_STARRED:
            self.state = replace(self.state, skipped=True)
        elif word == "fonttbl":
            self.state = replace(self.state, in_fonts=True)
        elif word in _SKIPPED:
            self.state = replace(self.state, skipped=True)
        elif self.state.in_fonts:
            self._font_word(word, value)
        elif word in _HEADERS:
            self.state = replace(self.state, in_header=True)
        elif self.state.in_header and word in ("par", "cell", "row"):
            self._text("\n")
        elif not self.state.skipped:
            self._body_word(word, value)

    def _font_word(self, word: str, value: int | None) -> None:
        if word == "f":
            self.font_named = value or 0
            self.fonts.setdefault(self.font_named, _Font())
        elif word == "fcharset" and value in _CODE_PAGES:
            font = self.fonts.get(self.font_named, _Font())
            self.fonts[self.font_named] = replace(font, code_page=_CODE_PAGES[value])

    def _body_word(self, word: str, value: int | None) -> None:
        if word in _CHARACTERS:
            self._text(_CHARACTERS[word])
        elif word in ("f", "deff", "plain"):
            self._set_font(word, value)
        elif word == "u" and value is not None:
            self._unicode(value % 0x10000)
        elif word == "uc":
            self.state = replace(self.state, after_unicode=max(0, min(value or 0, 9)))
        elif word in ("v", "deleted"):
            self.state = replace(self.state, hidden=value != 0)
        elif word in ("par", "sect", "page"):
            self._paragraph_ends()
        elif word in ("pard", "intbl"):
            self.state = replace(self.state, in_table=word == "intbl")
        else:
            self._table_word(word)

    def _set_font(self, word: str, value: int | None) -> None:
        if word == "deff":
            self.default_font = value or 0
        elif word == "plain":
            self.state = replace(self.state, font=None, hidden=False)
        else:
            self.state = replace(self.state, font=value or 0)

    def _table_word(self, word: str) -> None:
        if word == "trowd":
            self.defined = _Row()
        elif word == "clvmrg":
            self.defined.merged = True
        elif word == "cellx":
            self.defined.goes_on.append(self.defined.merged)
            self.defined.merged = False
        elif word == "cell":
            self._cell_ends()
        elif word == "row":
            self._row_ends()

    def _byte(self, byte: int) -> None:
        font = self.fonts.get(self._font(), _Font())
        raw = bytes((byte,))
        try:
            self._text(raw.decode(font.code_page))
        except UnicodeDecodeError:
            self._text(raw.decode("latin-1"))

    def _unicode(self, code: int) -> None:
        self.to_skip = 0
        if 0xD800 <= code < 0xDC00:
            self.surrogate = code
        elif 0xDC00 <= code < 0xE000:
            if self.surrogate:
                self._text(chr(0x10000 + ((self.surrogate - 0xD800) << 10) + code - 0xDC00))
            self.surrogate = 0
        else:
            # the private area in which Word writes the bytes of its symbol fonts
            self._text(chr(code - 0xF000) if 0xF020 <= code <= 0xF0FF else chr(code))
        self.to_skip = self.state.after_unicode

    def _text(self, text: str) -> None:
        if self.to_skip:
            skipped = min(self.to_skip, len(text))
            self.to_skip -= skipped
            text = text[skipped:]
        if self.state.in_fonts and not self.state.skipped:
            font = self.fonts.get(self.font_named, _Font())
            self.fonts[self.font_named] = replace(font, name=font.name + text.strip(";"))
        elif text and not self.state.skipped and not self.state.hidden:
            runs = self.headers if self.state.in_header else self.runs
            runs.append((self._font(), text))

    def _font(self) -> int:
        return self.default_font if self.state.font is None else self.state.font

    def _paragraph_ends(self) -> None:
        text = "".join(self._in_unicode(self.runs))
        self.runs = []
        self.cell.append(text)
        if not self.row.cells and not self.state.in_table:
            self._table_ends()
            self.out.extend("\n".join(self.cell).split("\n"))
            self.cell = []

    def _in_unicode(self, runs: list[tuple[int, str]]) -> Iterator[str]:
        """Give a paragraph's text font by font; a VNI letter may be parted between two runs."""
        for number, alike in groupby(runs, key=lambda run: run[0]):
            text = "".join(run for _, run in alike)
            name = self.fonts.get(number, _Font()).name.strip()
            if encoding := font_encoding(name):
                text = in_unicode(text, encoding)
            yield text.upper() if has_capitals_only(name) else text

    def _cell_ends(self) -> None:
        self.cell.append("".join(self._in_unicode(self.runs)))
        self.runs = []
        self.row.cells.append("\n".join(self.cell).strip())
        self.cell = []

    def _row_ends(self) -> None:
        cells = self.row.cells
        if self.rows and len(self.rows[-1]) == len(cells):
            for column, goes_on in enumerate(self.defined.goes_on[: len(cells)]):
                if goes_on:
                    cells[column] = self.rows[-1][column]
        if cells:
            self.rows.append(cells)
        self.row = _Row()
        self.defined = _Row()

    def _table_ends(self) -> None:
        if self.rows:
            self.out.extend(("", *table_lines(self.rows), ""))
            self.rows = []
