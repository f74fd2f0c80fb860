"""The lines over a document's title, and what each of them is."""

import re

from documents.layout.numbering import markers_of
from documents.layout.outline import is_capitals
from documents.vietnamese import kinds
from documents.vietnamese.document_number import PRINTED
from documents.vietnamese.kinds import KINDS
from documents.vietnamese.normalize import fold, normalize

_MOTTO = re.compile(r"dang cong san viet nam|cong hoa xa hoi chu nghia viet nam.*")
_NUMBERED = re.compile(r"số\s*[:.]?\s*(?:\d|[-–/…._]|$)", re.IGNORECASE)
# "Luật số: 81/2025/QH15", the whole line
_KIND_NUMBERED = re.compile(
    rf"(?:{kinds.words()})\s+số\s*[:.]?\s*(?={PRINTED.pattern}\s*$)", re.IGNORECASE
)
_DRAFT = re.compile(r"\W*du thao(?:\s+(?:lan\s+)?(?:thu\s+)?(?:\w+))?(?:\W+ngay\b[\d\s/.\-]*)?\W*")
_DRAFT_OF = re.compile(r"\A[#(\s]*dự thảo\s+", re.IGNORECASE)
_PLACE_AND_DATE = re.compile(r"\D{2,40},\s*ngày\b.{0,12}\btháng\b.{0,10}\bnăm\b.{0,10}", re.I)
_SIDE_BY_SIDE = (
    re.compile(r"(\S.*?)\s+(ĐẢNG CỘNG SẢN VIỆT NAM|CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM)$"),
    re.compile(r"(Số\s*[:.]?\s*\S+)\s+(\D{2,40},\s*ngày\b.{0,12}\btháng\b.{0,10}\bnăm\b.{0,10})$"),
)
_NAMES = sorted(((kind.folded, kind.name) for kind in KINDS), key=lambda one: -len(one[0]))


def kind_of(line: str) -> str | None:
    """Return the kind of document a line names by itself: "QUY ĐỊNH", "# Nghị định"."""
    line = _DRAFT_OF.sub("", line)
    folded = fold(line.lstrip("# ")).rstrip(" :)")
    for name, kind in _NAMES:
        if folded == name or (folded.startswith(f"{name} ") and _names_kind(line, len(name))):
            return kind
    return None


def _names_kind(line: str, length: int) -> bool:
    """Whether what follows the kind's name belongs to it: capitals, or "của Chính phủ"."""
    line = line.lstrip("# ")
    return is_capitals(line) or fold(line[length:]).lstrip().startswith(("cua ", "so "))


def is_motto(line: str) -> bool:
    """Whether a line is the motto over every document: of the party, or of the state."""
    folded = fold(line).strip(" *-–_")
    return bool(_MOTTO.fullmatch(folded)) or folded.startswith("doc lap")


def is_number_line(line: str) -> bool:
    """Whether a line of the letterhead gives the document's number, or leaves it blank."""
    return bool(_NUMBERED.match(line) or _KIND_NUMBERED.match(line))


def after_number_word(line: str) -> str:
    """Return a number line from the number on: "Luật số: 81/2025/QH15" without "Luật số:"."""
    if match := _KIND_NUMBERED.match(line):
        return line[match.end() :]
    return re.sub(r"^số\s*[:.]?\s*", "", line, flags=re.IGNORECASE)


def is_draft_sign(line: str) -> bool:
    """Whether a line says that this is a draft: "DỰ THẢO LẦN 2", "DỰ THẢO NGHỊ QUYẾT"."""
    if _DRAFT.fullmatch(fold(line)):
        return True
    return bool(_DRAFT_OF.match(line)) and kind_of(line) is not None


def is_place_and_date(line: str) -> bool:
    """Whether a line of the letterhead says where and when: "Hà Nội, ngày … tháng … năm …"."""
    return bool(_PLACE_AND_DATE.fullmatch(line))


def belongs_to_letterhead(line: str) -> bool:
    """Whether a normalised line is a part of every letterhead, however it is styled."""
    return is_motto(line) or is_number_line(line) or is_place_and_date(line)


def heading_signs(depth: int, text: str) -> str:
    """Return the signs before a paragraph styled as a heading of a depth, 0 for none.

    A numbered line heads by its number, and a line of the letterhead by its place.
    """
    line = normalize(text.split("\n", 1)[0])
    return "" if not depth or markers_of(line) or belongs_to_letterhead(line) else f"{'#' * depth} "


def columns_of(line: str) -> list[str]:
    """Part the two columns of a letterhead that came on one line: office | motto, number | date."""
    shown = " ".join(normalize(line).split())
    parted = (match.groups() for one in _SIDE_BY_SIDE if (match := one.match(shown)))
    return list(next(parted, (line,)))
