"""Who signed: the name under a signature and the office, from the lines that end a document."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.vietnamese.normalize import CAPITALS, fold, is_syllable
from documents.vietnamese.proper_names import as_name

ON_BEHALF = re.compile(rf"#*\s*(?:T/M|TM|K/T|KT|T/L|TL|TUQ)[./]?\s*(?=[{CAPITALS}])")
POSITIONS = re.compile(
    r"(?:(?:pho|quyen|q\.)\s+)?(?:tong bi thu|bi thu|chu tich|truong ban|chanh van phong|giam doc"
    r"|chu nhiem|vien truong|hieu truong|thu truong|bo truong|thu tuong|truong phong|cuc truong"
    r"|vu truong|chanh an|chu tri|thu ky|thuong truc|tong giam doc|tong bien tap|truong doan"
    r"|cuc pho|vu pho|tu lenh|chinh uy|chu tich quoc hoi|uy vien)\b.*"
)
SIGNED = re.compile(r"\((?:đã )?ký\b.*\)", re.IGNORECASE)
_LABELLED = re.compile(r"(?P<role>[^\W\d_][^:]{2,40}):\s*(?P<name>[^:(]+?)\s*\((?:đã )?ký\b.*")
_TITLES = re.compile(
    r"(?:(?:GS|PGS|TS|ThS|BS|KS|CN|LS)\b[.\s]*|(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy)\s+"
    r"|Đại tướng\s+|Đ/c\s+|Đồng chí\s+)+"
)
_WORD = re.compile(rf"[{CAPITALS}][a-zà-ỹđ]*")
_NAME_WORDS = range(2, 6)
_NO_NAMES = frozenset(("ho chi minh", "viet nam", "ha noi", "kinh te", "nhu tren", "da ky"))
_SURNAMES = frozenset(
    fold(
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương "
        "Trịnh Trương Đinh Lâm Phùng Mai Tô Hà Tạ Lương Cao Châu Thái Triệu Chu Hứa Quách La Lò "
        "Vi Lục Nông Hoàn Giàng Vàng Sùng Thào Mùa Lường Cầm Quàng Tòng Bàn Chảo Tẩn Phàn Ma Bế "
        "Lưu Doãn Đàm Kiều Nghiêm Khuất Thạch Danh Kim Điểu Siu Ksor Rơ Rah Kpă Hờ Lầu Lù Tráng "
        "Ly Cù Tống Văn Từ Tăng Thân Thiều Trà Ông Âu Mã Mạc Mạch Ninh Ngọc Phí Quản Sầm Tiêu Tôn "
        "Trưng Ung Viên Xa Y A Đồng Hán Khổng Lại Lã Lữ Đậu Đường Giáp Giang Cung Cấn Bạch Biện "
        "Chử Hạ Khương Lộc Lỗ Nhữ Phó Tào "
    ).split()
)
_OFFICE_AT_END = re.compile(
    rf"(?:\b(?:K/?T|T/?M|T/?L)[./]?\s*|\s)(?P<name>[{CAPITALS}]{{2,}}(?:\s[{CAPITALS}]{{2,}}){{1,5}})$"
    r"|\b(?P<unsure>KT)[./]\s*\w+ trưởng\b"  # whose capitals a font alone had shown
)
# "T/L BAN THƯỜNG VỤ CHÁNH VĂN PHÒNG" of two lines that a PDF joins
_JOINED = re.compile(
    r"(?<!PHÓ)(?<!TỔNG)(?<!QUYỀN)(?<!BAN)\s+(?=(?:PHÓ\s+|TỔNG\s+|QUYỀN\s+)?"
    r"(?:BÍ THƯ|CHỦ TỊCH|TRƯỞNG BAN|CHÁNH VĂN PHÒNG|GIÁM ĐỐC|BỘ TRƯỞNG|THỨ TRƯỞNG)\b)"
)
_ATTESTING = ("thu ky", "chu tri")
_REACH = 8  # lines between an office and its holder's name: receivers may stand between


@dataclass(frozen=True, slots=True)
class Signature:
    """The signer's name and the office, as the document words it; "" for what is not certain."""

    name: str = ""
    role: str = ""


def signature_of(lines: Sequence[str]) -> Signature:
    """Return the first signature among the lines after a document's body."""
    return next(_labelled(lines), None) or next(_signed(lines), None) or _beside_receivers(lines)


def signatures_of(lines: Sequence[str]) -> tuple[Signature, ...]:
    """Return the signatures of those who sign a document together, each once, in order.

    Who takes the minutes only attests them.
    """
    found: dict[str, Signature] = {}
    for one in _signed(lines):
        if not fold(one.role).startswith(_ATTESTING):
            found.setdefault(one.name, one)
    is_labelled = next(_labelled(lines), None) is not None
    return tuple(found.values()) if len(found) > 1 and not is_labelled else (signature_of(lines),)


def _labelled(lines: Sequence[str]) -> Iterator[Signature]:
    for match in filter(None, map(_LABELLED.match, lines)):
        if fold(match["role"]) != "thu ky" and (name := _person(match["name"])):
            yield Signature(name, _office([match["role"]]))


def _signed(lines: Sequence[str]) -> Iterator[Signature]:
    """Yield each office with the name under it."""
    offices: list[str] = []
    last = 0
    for place, line in enumerate(lines):
        if _is_office(line):
            if offices and place - last > _REACH:
                offices.clear()
            offices.append(line)
            last = place
        elif offices and place - last <= _REACH and (name := _person(line)):
            right_under = place - last == 1 or bool(SIGNED.search(lines[place - 1]))
            if right_under or _has_surname(name):
                yield Signature(name, _office(offices))
                offices.clear()


def _is_office(line: str) -> bool:
    line = line.strip("# ")
    if ON_BEHALF.match(line):
        return True
    return line.isupper() and bool(POSITIONS.fullmatch(fold(line)))


def _person(line: str) -> str:
    """Return the name that a line consists of; "" for any other line."""
    words = _TITLES.sub("", line.strip("*_# ."), count=1).split()
    if len(words) not in _NAME_WORDS:
        return ""
    if all(word.isupper() for word in words) and fold(words[0]) in _SURNAMES:
        words = [word.capitalize() for word in words]
    shaped = all(_WORD.fullmatch(word) and is_syllable(word) for word in words)
    name = " ".join(words)
    return name if shaped and not fold(name).startswith(tuple(_NO_NAMES)) else ""


def _has_surname(name: str) -> bool:
    return fold(name.split()[0]) in _SURNAMES


def _office(lines: Sequence[str]) -> str:
    """Write the office as in a sentence: "K/T Trưởng ban, Phó Trưởng ban"."""
    return ", ".join(map(_written, lines))


def _written(line: str) -> str:
    line = line.strip("# :")
    behalf = ON_BEHALF.match(line)
    prefix = line[: behalf.end()].strip() + " " if behalf else ""
    words = line[len(prefix.strip()) :].strip() if behalf else line
    return prefix + ", ".join(map(as_office, _JOINED.split(words)))


def as_office(capitals: str) -> str:
    """Write an office given in capitals: "PHÓ BÍ THƯ THƯỜNG TRỰC" as "Phó Bí thư Thường trực"."""
    if not capitals.isupper():
        return capitals
    words = capitals.split()
    deputy = words[0] if fold(words[0]) in ("pho", "quyen") else ""
    rest = " ".join(words[1:] if deputy else words)
    return f"{deputy.capitalize()} {_office_name(rest)}".strip()


def _office_name(capitals: str) -> str:
    for office in _OFFICES:
        if fold(capitals).startswith(fold(office)):
            after = capitals[len(office) :].strip()
            return f"{office} {as_name(after)}".strip() if after else office
    return as_name(capitals)


_OFFICES = (
    ("Tổng Bí thư", "Bí thư", "Chủ tịch nước", "Chủ tịch Quốc hội", "Chủ tịch", "Trưởng ban")
    + ("Chánh Văn phòng", "Giám đốc", "Chủ nhiệm", "Viện trưởng", "Hiệu trưởng", "Thứ trưởng")
    + ("Bộ trưởng", "Thủ tướng", "Trưởng phòng", "Cục trưởng", "Vụ trưởng", "Chánh án")
    + ("Chủ trì", "Thư ký", "Thường trực", "Tổng Giám đốc", "Tư lệnh", "Chính ủy", "Ủy viên")
)


def _beside_receivers(lines: Sequence[str]) -> Signature:
    """Return the name at the end of a receiver's line, where two columns came as one.

    Only where one line alone ends in a name, and an office stands over it in the same way.
    """
    offices: list[str] = []
    names: list[str] = []
    for line in lines:
        office = _OFFICE_AT_END.search(line)
        if office and (office["unsure"] or POSITIONS.fullmatch(fold(office["name"]))):
            offices.append(office["name"] or "")
        else:
            names.extend(_names_at_end(line))
    if len(set(names)) == 1 and offices:
        return Signature(names[0], as_office(offices[-1]))
    return Signature()


def _names_at_end(line: str) -> Iterator[str]:
    words = line.split()
    for count in range(4, 2, -1):
        name = _person(" ".join(words[-count:])) if len(words) > count else ""
        if name and _has_surname(name):
            yield name
            return
