"""The stamp over a document: MẬT, TỐI MẬT, TUYỆT MẬT, or "lưu hành nội bộ"."""

import re

from documents.vietnamese.normalize import fold

INTERNAL = "Lưu hành nội bộ"
_STAMPS = {"mat": "Mật", "toi mat": "Tối mật", "tuyet mat": "Tuyệt mật"}
_FRAME = " *-–_.()[]{}#:|\"'“”"
_STATED = re.compile(
    r"(?:(?:độ|mức độ|mức)\s+mật|tài liệu|văn bản)\s*:?\s*(?P<stamp>tuyệt mật|tối mật|mật)",
    re.IGNORECASE,
)
# beside the number, where a stamp's column came on the same line
_BESIDE = re.compile(r"(?:^|\s)(?P<stamp>TUYỆT\s+MẬT|TỐI\s+MẬT|MẬT)\s*$")
_NUMBERED = re.compile(r"số\s*[:.]?\s*\d", re.IGNORECASE)
_INTERNAL = re.compile(
    r"(?:(?:tai lieu|van ban)\s+)?luu hanh noi bo(?:\s*,.{0,40})?|tai lieu noi bo"
)
# the stamp of urgency, which may stand beside the one of secrecy
_URGENT = re.compile(
    r"[\s\-–,]*\b(?:THƯỢNG KHẨN|HỎA TỐC(?: HẸN GIỜ)?|KHẨN)\b[\s\-–,]*", re.IGNORECASE
)
_LINES = 15  # from the top, within which a stamp stands
_LONGEST = 60  # characters of a line that is a stamp


def stamp_of(line: str) -> str | None:
    """Return the stamp that a line is: "MẬT", "Độ mật: Tối mật", "Số 12-BC/TU  MẬT"."""
    if len(line) > 2 * _LONGEST:
        return None
    bare = _URGENT.sub("", line.strip(_FRAME), count=1)
    if not bare or len(bare) > _LONGEST:
        return None
    folded = " ".join(fold(bare).split())
    if (stamp := _STAMPS.get(folded)) and (folded != "mat" or bare.isupper()):
        return stamp
    if _INTERNAL.fullmatch(folded):
        return INTERNAL
    match = _STATED.fullmatch(bare) or (_NUMBERED.match(bare) and _BESIDE.search(bare))
    return _STAMPS[" ".join(fold(match["stamp"]).split())] if match else None


def secrecy_of(text: str) -> str | None:
    """Return the gravest stamp near a text's top."""
    found = {stamp_of(line) for line in text.split("\n", _LINES)[:_LINES]}
    grave = (*reversed(_STAMPS.values()), INTERNAL)
    return next((stamp for stamp in grave if stamp in found), None)
