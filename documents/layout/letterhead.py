"""The lines over a document's title: what each of them is, and the kinds of documents there are."""

import re

from documents.layout.outline import is_capitals
from documents.vietnamese.normalize import fold

KINDS = (
    ("Nghị quyết", "Nghị định", "Chỉ thị", "Quy định", "Quyết định", "Quy chế", "Quy trình")
    + ("Hướng dẫn", "Kế hoạch", "Báo cáo", "Thông báo", "Thông tri", "Thông tư", "Thông cáo")
    + ("Kết luận", "Chương trình", "Đề án", "Phương án", "Tờ trình", "Công văn", "Công điện")
    + ("Biên bản", "Điều lệ", "Bộ luật", "Luật", "Pháp lệnh", "Hiến pháp", "Danh mục", "Đề cương")
    + ("Lời kêu gọi", "Tuyên bố", "Quy hoạch", "Giấy mời")
)

_MOTTO = re.compile(r"dang cong san viet nam|cong hoa xa hoi chu nghia viet nam.*")
_NUMBERED = re.compile(r"số\s*[:.]?\s*(?:\d|[-–/…._]|$)", re.IGNORECASE)
_PLACE_AND_DATE = re.compile(r"\D{2,40},\s*ngày\b.{0,12}\btháng\b.{0,10}\bnăm\b.{0,10}", re.I)
_KIND_NAMES = tuple(sorted(map(fold, KINDS), key=len, reverse=True))


def kind_of(line: str) -> str | None:
    """Return the kind of document a line names by itself: "QUY ĐỊNH", "# Nghị định"."""
    folded = fold(line.lstrip("# ")).rstrip(" :")
    for name in _KIND_NAMES:
        if folded == name or (folded.startswith(f"{name} ") and _names_kind(line, len(name))):
            return next(kind for kind in KINDS if fold(kind) == name)
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
