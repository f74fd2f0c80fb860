"""Two hundred documents with and without a stamp: levels, forms, places and encodings."""

import io
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice, product

import docx
import openpyxl
from docx.document import Document as DocxDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from documents.vietnamese.legacy_fonts import in_unicode
from tests.support import office_files

LEVELS = ("MẬT", "TỐI MẬT", "TUYỆT MẬT")
COUNT = 100  # of each half

HEAD = "TỈNH ỦY ĐÔNG HÒA\n*\nSố 505-BC/TU"
RIGHT = "ĐẢNG CỘNG SẢN VIỆT NAM\nĐông Hòa, ngày 26 tháng 5 năm 2025"
TITLE = "BÁO CÁO\ntình hình quý I"
BODY = (
    "Trong quý I, cấp ủy các cấp đã lãnh đạo thực hiện tốt nhiệm vụ được giao.\n"
    "1. Về công tác kiểm tra\nĐã kiểm tra 12 tổ chức đảng, kết luận 3 vụ việc.\n"
    "2. Về công tác tổ chức\nĐã kết nạp 45 đảng viên, đạt chỉ tiêu đề ra."
)
_UNLIKE = {
    "Cyrillic": str.maketrans("MATOIYE", "МАТОІУЕ"),
    "Greek": str.maketrans("MATOIYE", "ΜΑΤΟΙΥΕ"),
    "full width": {code: code + 0xFEE0 for code in range(ord("A"), ord("Z") + 1)},
}


@dataclass(frozen=True, slots=True)
class Head:
    """A file, and whether it bears a stamp of secrecy; ``told`` names how it was made."""

    told: str
    name: str
    content: bytes
    is_secret: bool


def _unlike(level: str, alphabet: str) -> str:
    """Write a level in letters of another alphabet, its marks apart where none has them."""
    apart = unicodedata.normalize("NFD", level)
    return unicodedata.normalize("NFC", apart.translate(_UNLIKE[alphabet]))


_FORMS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "framed": lambda level: f"[ {level} ]",
    "spaced": lambda level: "  ".join(" ".join(word) for word in level.split()),
    "dotted": lambda level: ".".join(level.replace(" ", "")),
    "urgent": lambda level: f"{level}/KHẨN",
    "starred": lambda level: f"* {level} * HỎA TỐC",
    "copied": lambda level: f"{level} (Bản sao)",
    "numbered copy": lambda level: f"Bản số 01 - {level}",
    "stated": lambda level: f"Độ mật: {level} (A)",
    "stated small": lambda level: f"Độ mật: {level.capitalize()}",
    "of state": lambda level: f"BÍ MẬT NHÀ NƯỚC - ĐỘ {level}",
    "for few": lambda level: f"{level} - CHỈ NGƯỜI CÓ TÊN MỚI ĐƯỢC BÓC BÌ",
    "with a remark": lambda level: f"{level} (không chuyển tiếp cho người khác)",
    "small": str.capitalize,
    "unmarked": lambda level: level.replace("Ậ", "A").replace("Ố", "O").replace("Ệ", "E"),
    "Cyrillic": lambda level: _unlike(level, "Cyrillic"),
    "Greek": lambda level: _unlike(level, "Greek"),
    "full width": lambda level: _unlike(level, "full width"),
    "stacked": lambda level: "\n".join(level.replace(" ", "")),
}

_OPEN = (
    "Luật Bảo vệ bí mật nhà nước",
    "QUY CHẾ\nBẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "LUẬT BẢO VỆ\nBÍ MẬT NHÀ NƯỚC",
    "DANH MỤC\nBÍ MẬT NHÀ NƯỚC",
    "về công tác bảo vệ bí mật nhà nước năm 2025",
    "V/v quản lý tài liệu mật",
    "PHÒNG BẢO MẬT",
    "BAN CƠ YẾU - BẢO MẬT",
    "GIẢI MẬT",
    "KHẨN",
    "HỎA TỐC",
    "Độ mật: ........",
    "ĐỘ MẬT",
    "Độ mật: Không",
    "Mật độ dân số các xã năm 2025",
    "MẶT TRẬN TỔ QUỐC VIỆT NAM",
    "MẮT",
    "Mật ong Đông Hòa",
    "Mật khẩu và chữ ký số",
    "LƯU HÀNH NỘI BỘ",
    "Tài liệu lưu hành nội bộ",
    "BẢN SAO",
    "Bản số 01",
    "Các độ mật:\na) Tuyệt mật;\nb) Tối mật;\nc) Mật.",
    "Có ba độ mật:\n- Tuyệt mật.\n- Tối mật.\n- Mật.",
    "Văn bản mật, tối mật và tuyệt mật được gửi qua đường cơ yếu.",
    "Số 505-QC/TU về độ mật của văn bản",
    "PHÁT HIỆN MẬT BÁO",
)


def _whole(stamp: str, place: str = "above") -> str:
    """Put a stamp into a document's text at a place."""
    lines = {"above": [stamp, HEAD, RIGHT, TITLE, BODY]}
    lines["under the number"] = [HEAD, stamp, RIGHT, TITLE, BODY]
    lines["beside the number"] = [f"{HEAD}     {stamp}", RIGHT, TITLE, BODY]
    lines["before the body"] = [HEAD, RIGHT, TITLE, stamp, BODY]
    return "\n".join(lines[place]) + "\n"


@cache
def _legacy(encoding: str) -> Mapping[str, str]:
    """Return how an encoding of before Unicode writes letters: one sign, or a letter and a sign."""
    signs = [chr(code) for code in range(0xA1, 0x100)]
    written = signs if encoding == "tcvn3" else [a + b for a in "AEIOUYaeiouyÔÖôö" for b in signs]
    written += signs if encoding == "vni" else []
    table: dict[str, str] = {}
    for one in written:
        shown = in_unicode(one, encoding)
        if len(shown) == 1 and not shown.isascii():
            table.setdefault(shown, one)
    return table


def in_legacy(text: str, encoding: str) -> str:
    """Write text as a font of before Unicode holds it; TCVN3 has no capitals with marks."""
    table = _legacy(encoding)
    return "".join(table.get(one) or table.get(one.lower()) or one for one in text)


def _txt(encoding: str, place: str = "above") -> Callable[[str], bytes]:
    def write(stamp: str) -> bytes:
        text = _whole(stamp, place)
        if encoding in ("tcvn3", "vni"):
            return in_legacy(text, encoding).encode("cp1252", "replace")
        return text.encode(encoding)

    return write


def _document(above: str = "") -> DocxDocument:
    document = docx.Document()
    for line in (*above.split("\n"), *"\n".join((HEAD, RIGHT, TITLE, BODY)).split("\n")):
        if line:
            document.add_paragraph(line)
    return document


def _saved(document: DocxDocument) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _docx_body(stamp: str) -> bytes:
    return _saved(_document(stamp))


def _docx_edge(edge: str) -> Callable[[str], bytes]:
    def write(stamp: str) -> bytes:
        document = _document()
        section = document.sections[0]
        part = section.header if edge == "header" else section.footer
        part.paragraphs[0].text = stamp.split("\n")[0]
        for line in stamp.split("\n")[1:]:
            part.add_paragraph(line)
        return _saved(document)

    return write


_VML = 'xmlns:v="urn:schemas-microsoft-com:vml"'


def _docx_box(stamp: str) -> bytes:
    document = _document()
    inside = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in stamp.split("\n"))
    box = parse_xml(
        f"<w:r {nsdecls('w')} {_VML}><w:pict><v:shape><v:textbox><w:txbxContent>{inside}"
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    document.paragraphs[2]._p.append(box)
    return _saved(document)


def _docx_art(stamp: str) -> bytes:
    document = _document()
    art = parse_xml(
        f"<w:r {nsdecls('w')} {_VML}><w:pict><v:shape>"
        f'<v:textpath string="{" ".join(stamp.split())}"/></v:shape></w:pict></w:r>'
    )
    document.paragraphs[0]._p.append(art)
    return _saved(document)


def _docx_capitals(stamp: str) -> bytes:
    """Write a stamp in small letters that Word shows as capitals, by a style."""
    document = _document()
    style = document.styles.add_style("Dấu", 1)
    style.font.all_caps = True
    for line in reversed(stamp.lower().split("\n")):
        document.paragraphs[0].insert_paragraph_before(line, style=style)
    return _saved(document)


def _docx_cell(stamp: str) -> bytes:
    document = _document()
    table = document.add_table(1, 2)
    document.paragraphs[0]._p.addprevious(table._tbl)
    table.cell(0, 0).text, table.cell(0, 1).text = stamp, "ĐẢNG BỘ TỈNH ĐÔNG HÒA"
    return _saved(document)


def _rtf(form: str) -> Callable[[str], bytes]:
    def write(stamp: str) -> bytes:
        lines = stamp.split("\n")
        text = "\\par ".join("\n".join((HEAD, RIGHT, TITLE, BODY)).split("\n")) + "\\par"
        above = "\\par ".join(lines) + "\\par "
        if form == "header":
            return office_files.rtf(f"{{\\header {above}}}{text}")
        if form == "box":
            return office_files.rtf(f"{{\\shp{{\\*\\shpinst{{\\shptxt {above}}}}}}}{text}")
        return office_files.rtf(above + text)

    return write


def _html(stamp: str) -> bytes:
    lines = "".join(f"<p>{line}</p>" for line in _whole(stamp).split("\n") if line)
    return f"<!doctype html><html><meta charset='utf-8'><body>{lines}</body></html>".encode()


def _xlsx(stamp: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Số thứ tự", "Nội dung"])
    sheet.append([1, "Kiểm tra 12 tổ chức đảng"])
    sheet.oddHeader.center.text = " ".join(stamp.split("\n"))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


_CARRIERS: Mapping[str, tuple[str, Callable[[str], bytes]]] = {
    "text": ("txt", _txt("utf-8")),
    "text under the number": ("txt", _txt("utf-8", "under the number")),
    "text beside the number": ("txt", _txt("utf-8", "beside the number")),
    "UTF-16": ("txt", _txt("utf-16")),
    "TCVN3": ("txt", _txt("tcvn3")),
    "VNI": ("txt", _txt("vni", "under the number")),
    "docx": ("docx", _docx_body),
    "docx header": ("docx", _docx_edge("header")),
    "docx footer": ("docx", _docx_edge("footer")),
    "docx box": ("docx", _docx_box),
    "docx WordArt": ("docx", _docx_art),
    "docx capitals": ("docx", _docx_capitals),
    "docx cell": ("docx", _docx_cell),
    "rtf": ("rtf", _rtf("body")),
    "rtf header": ("rtf", _rtf("header")),
    "rtf box": ("rtf", _rtf("box")),
    "html": ("html", _html),
    "markdown": ("md", _txt("utf-8")),
    "xlsx header": ("xlsx", _xlsx),
}
_LEGACY = ("TCVN3", "VNI")
_NO_LEGACY = ("Cyrillic", "Greek", "full width")  # no letters of any such font


def heads() -> Iterator[Head]:
    """Yield 200 files, each second one with a stamp; every form and every carrier comes in turn."""
    secret = islice(_secret(), COUNT)
    for stamped, plain in zip(secret, islice(_plain(), COUNT), strict=True):
        yield stamped
        yield plain


def _secret() -> Iterator[Head]:
    forms, carriers = list(_FORMS), cycle(_CARRIERS)
    for form, level in cycle(product(forms, LEVELS)):
        carrier = next(carriers)
        if carrier in _LEGACY and form in _NO_LEGACY:
            carrier = next(carriers)
        suffix, write = _CARRIERS[carrier]
        told = f"{level}, {form}, {carrier}"
        yield Head(told, f"a.{suffix}", write(_FORMS[form](level)), is_secret=True)


def _plain() -> Iterator[Head]:
    carriers = cycle(_CARRIERS)
    for words in cycle(_OPEN):
        carrier = next(carriers)
        suffix, write = _CARRIERS[carrier]
        told = f"{words!r}, {carrier}"
        yield Head(told, f"a.{suffix}", write(words), is_secret=False)
