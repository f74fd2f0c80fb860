"""The lines over a document's title, and what each of them is."""

import re

from documents.layout.outline import is_capitals
from documents.vietnamese.kinds import KINDS
from documents.vietnamese.normalize import fold

_MOTTO = re.compile(r"dang cong san viet nam|cong hoa xa hoi chu nghia viet nam.*")
_NUMBERED = re.compile(r"số\s*[:.]?\s*(?:\d|[-–/…._]|$)", re.IGNORECASE)
_PLACE_AND_DATE = re.compile(r"\D{2,40},\s*ngày\b.{0,12}\btháng\b.{0,10}\bnăm\b.{0,10}", re.I)
_NAMES = sorted(((kind.folded, kind.name) for kind in KINDS), key=lambda one: -len(one[0]))


def kind_of(line: str) -> str | None:
    """Return the kind of document a line names by itself: "QUY ĐỊNH", "# Nghị định"."""
    folded = fold(line.lstrip("# ")).rstrip(" :")
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
    return bool(_NUMBERED.match(line))


def is_place_and_date(line: str) -> bool:
    """Whether a line of the letterhead says where and when: "Hà Nội, ngày … tháng … năm …"."""
    return bool(_PLACE_AND_DATE.fullmatch(line))
