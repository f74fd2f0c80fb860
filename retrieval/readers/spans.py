"""What kind of thing a question asks for, and where a text holds things of that kind."""

import re
from enum import StrEnum

from documents.vietnamese.normalize import CAPITALS, fold


class Wanted(StrEnum):
    """The kind of answer that would satisfy a question."""

    PERCENTAGE = "percentage"
    DURATION = "duration"
    COUNT = "count"
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    WHY = "why"
    STEPS = "steps"
    CONDITION = "condition"
    LIST = "list"
    DEFINITION = "definition"
    VERDICT = "verdict"
    ANYTHING = "anything"


_VI = r"(?<!\w)(?:{})(?!\w)"
# The first pattern that matches decides; the folded question is matched.
_QUESTIONS = tuple(
    (wanted, re.compile(_VI.format(pattern)))
    for wanted, pattern in (
        (
            Wanted.PERCENTAGE,
            r"bao nhieu (?:phan tram|%)|bao nhieu ?%|may phan tram|t[yi] (?:le|trong)"
            r"|percent(?:age)?|ratio|what rate|proportion",
        ),
        (
            Wanted.DURATION,
            r"bao lau|thoi han|(?:bao nhieu|may) (?:ngay|thang|nam|tuan|gio|phut)"
            r"|(?:thoi gian|nhiem ky|keo dai).{0,40}(?:bao nhieu|may)|cham nhat|how long|deadline"
            r"|how many (?:days|months|years|weeks|hours|minutes)",
        ),
        (
            Wanted.WHEN,
            r"khi nao|bao gio|luc nao|(?:vao |tu |den |trong |nhung )?(?:ngay|nam|thang|thoi diem"
            r"|thoi gian|the ky|thap ky|thap nien|giai doan|dot|mua) (?:thang )?nao|ngay may"
            r"|nam bao nhieu|when|(?:what|which|in what) (?:year|date|day|month|century|decade)",
        ),
        (Wanted.WHERE, r"o dau|tai dau|o noi nao|noi nao|dau la noi|where|den tu dau|tu dau"),
        (Wanted.WHY, r"(?:tai|vi) sao|(?:vi )?ly do (?:gi|nao)|nguyen nhan|why|do dau"),
        (
            Wanted.WHO,
            r"ai|nguoi nao|co quan nao|cap (?:uy )?nao|don vi nao|to chuc nao|chuc danh nao|do ai"
            r"|ten (?:cua )?(?:nguoi|vi|ong|ba)|who|whom|whose|which (?:body|committee|person)",
        ),
        (
            Wanted.COUNT,
            r"bao nhieu|(?:co |gom |la )?may (?!bay|moc|tinh|anh|phat)|so luong|tong so"
            r"|how (?:many|much|old|far|tall|large)",
        ),
        (
            Wanted.STEPS,
            r"quy trinh|thu tuc|cac buoc|may buoc|trinh tu|lam (?:the nao|sao) de|nhu the nao de"
            r"|tien hanh (?:nhu )?the nao|thuc hien (?:nhu )?the nao|how (?:to|do|does|is|are)",
        ),
        (Wanted.CONDITION, r"dieu kien|tieu chuan|truong hop nao|condition|requirement|criteria"),
        (
            Wanted.VERDICT,
            r"dung hay sai|co dung khong|dung khong|phai khong|(?:co|duoc) .{0,80}(?:hay )?khong"
            r"|co phai|hay khong|duoc khong",
        ),
        (
            Wanted.LIST,
            r"nhung gi|gom (?:co )?(?:nhung|cac)|bao gom|nhung ai|liet ke|ke ten|nhung .{1,40} nao"
            r"|cac .{1,40} nao|list|which of",
        ),
        (
            Wanted.DEFINITION,
            r"la gi|nghia la|duoc hieu la|the nao la|la nhu the nao|khai niem|dinh nghia|what is"
            r"|what are|what does",
        ),
    )
)

_NUMBER = r"\d+(?:\.\d{3})*(?:,\d+)?(?:/\d+(?:\.\d{3})*)?"
_WORD_NUMBER = (
    r"(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|trăm|nghìn|ngàn|triệu|tỷ|tỉ|vạn|chục|nửa)"
)
_UNIT_OF_TIME = r"(?:giờ|phút|ngày(?: làm việc)?|tuần|tháng|quý|năm|nhiệm kỳ|thập kỷ|thế kỷ)"
_CAPITALISED = rf"(?<!\w)[{CAPITALS}][\w’'-]*"
_NAME = rf"{_CAPITALISED}(?:\s+(?:{_CAPITALISED}|và(?=\s+[{CAPITALS}]))){{0,5}}"
_BODY = (
    r"(?:ban (?:thường vụ|chấp hành|bí thư|tổ chức|tuyên giáo|dân vận|nội chính|chỉ đạo)"
    r"|bộ chính trị|ủy ban|hội đồng|cấp ủy|đảng ủy|tỉnh ủy|thành ủy|huyện ủy|chi bộ|chi ủy"
    r"|đảng bộ|văn phòng"
    r"|đồng chí|bí thư|chủ tịch|chủ tọa|tòa án|viện kiểm sát|chính phủ|quốc hội|bộ trưởng"
    r"|thủ tướng|cơ quan"
    r"|thủ trưởng|người đứng đầu|giám đốc)"
)
_DATE = (
    r"(?:ngày\s+)?\d{1,2}[/-]\d{1,2}[/-]\d{4}|ngày\s+\d{1,2}(?:[/-]\d{1,2}|\s+tháng\s+\d{1,2})?"
    r"(?:\s+năm\s+\d{4})?|tháng\s+\d{1,2}(?:[/-]\d{4}|(?:,?\s+năm)?\s+\d{4})?"
    r"|quý\s+[IVX\d]+(?:/\d{4})?"
    r"|năm\s+\d{3,4}|(?<![\d.,/])(?:1\d{3}|20\d\d)(?![\d.,/%])|thế kỷ\s+(?:thứ\s+)?[\dIVXLC]+"
    r"|thập (?:niên|kỷ)\s+\d+"
)
_THINGS = {
    Wanted.PERCENTAGE: rf"{_NUMBER}\s*(?:%|phần trăm)|{_NUMBER}\s*điểm phần trăm",
    Wanted.DURATION: rf"(?:{_NUMBER}|{_WORD_NUMBER}(?:\s+{_WORD_NUMBER})*)\s*(?:\([^)]*\)\s*)?"
    rf"{_UNIT_OF_TIME}",
    Wanted.COUNT: rf"{_NUMBER}(?:\s*(?:%|phần trăm|triệu|tỷ|tỉ|nghìn))?|(?<!\w){_WORD_NUMBER}(?!\w)"
    rf"(?:\s+{_WORD_NUMBER}(?!\w))*",
    Wanted.WHEN: _DATE,
    Wanted.WHO: rf"(?i:{_BODY})|{_NAME}",
    Wanted.WHERE: rf"(?i:tại|ở|từ|đến|thuộc)\s+{_NAME}|{_NAME}",
    Wanted.WHY: r"(?i:vì|do|bởi|nhằm|để|nguyên nhân|lý do|nhờ|dẫn đến|khiến)",
    Wanted.CONDITION: r"(?i:phải|đủ|từ|trở lên|khi|nếu|trường hợp|điều kiện|tiêu chuẩn|có)",
    Wanted.DEFINITION: r"(?i:(?<!\w)là(?!\w)|được hiểu|bao gồm|gồm)",
    Wanted.LIST: r"(?i:gồm|bao gồm|như|sau đây|:)|;|,",
    Wanted.STEPS: r"(?i:bước|sau đó|trước khi|sau khi|tiến hành|thực hiện|lập|gửi|trình|xem xét)",
    Wanted.VERDICT: r"(?i:được|không|phải|có thể|cấm|chỉ)",
}
_PATTERNS = {wanted: re.compile(pattern) for wanted, pattern in _THINGS.items()}
SHORT_ANSWERS = frozenset(
    (Wanted.PERCENTAGE, Wanted.DURATION, Wanted.COUNT, Wanted.WHEN, Wanted.WHO, Wanted.WHERE)
)
NUMBERS = frozenset((Wanted.PERCENTAGE, Wanted.COUNT, Wanted.DURATION))

# "Đảng bộ nào có tỷ lệ cao nhất?" asks for the Đảng bộ, not for the rate
_WHICH = re.compile(
    r"^(?:trong \w+(?: \w+){0,4},? |hien nay,? )?(?:nhung |cac )?(?P<noun>[a-z]+)(?: [a-z]+){0,3}"
    r" nao (?:co|dat|chua|bi|duoc|dan dau|dung dau|phai|khong|thuc hien)(?!\w)"
)
_TIMES = frozenset("ngay thang nam dot".split())
_NO_BODIES = frozenset("khi luc ngay thang nam thoi dip dot noi the truong dieu muc khoan".split())


def wanted_by(question: str) -> Wanted:
    """Return the kind of thing a question asks for."""
    folded = fold(question)
    which = _WHICH.match(folded)
    if which and which["noun"] in _TIMES:
        return Wanted.WHEN
    if which and which["noun"] not in _NO_BODIES and "bao nhieu" not in folded:
        return Wanted.WHO
    return next(
        (wanted for wanted, pattern in _QUESTIONS if pattern.search(folded)), Wanted.ANYTHING
    )


_UNIT_ASKED = re.compile(r"(?:bao nhieu|may)\s+(?P<unit>[a-z]{2,}(?:\s+[a-z]{2,})?)")
_NO_UNITS = frozenset("la thi phan khi trong va de den tai o duoc cua moi mot".split())
_SAME_UNITS = {"tien": ("dong",), "nguoi": ("dong", "dang", "can", "hoi")}  # "21 đồng chí"


def unit_asked(question: str) -> tuple[str, ...]:
    """Return the folded syllables behind "bao nhiêu", at most two: "tuoi", "dang vien"."""
    match = _UNIT_ASKED.search(fold(question))
    if match is None:
        return ()
    first, *rest = match["unit"].split()
    if first in _NO_UNITS:
        return ()
    return (first, *(word for word in rest if word not in _NO_UNITS))


def is_counted(text: str, end: int, unit: tuple[str, ...]) -> bool:
    """Tell whether a number that ends at ``end`` counts the unit: "60 tuổi", "498 TCCSĐ"."""
    following = re.findall(r"\w+", text[end : end + 40])[:4]
    if following and len(following[0]) > 1 and following[0].isupper():
        return True  # an abbreviation of what is counted
    folded = {fold(word) for word in following}
    return not folded.isdisjoint((unit[0], *_SAME_UNITS.get(unit[0], ())))


def counts(text: str, span: tuple[int, int], end: int, unit: tuple[str, ...]) -> bool:
    """Tell whether a figure is of the unit: within its span, or right behind it or ``end``."""
    within = re.findall(r"\w+", fold(text[slice(*span)]))
    same = (unit[0], *_SAME_UNITS.get(unit[0], ()))
    return (
        not set(within).isdisjoint(same)
        or is_counted(text, span[1], unit)
        or is_counted(text, end, unit)
    )


_DEFINING = re.compile(
    r"(?:^|\s)(?:khai niem|dinh nghia|thuat ngu|cum tu|tu|the nao|duoc hieu|hieu|nghia|la|gi|nhu"
    r"|what|is|are|does|mean)(?=\s|$)"
)


def defines(question: str, text: str) -> bool:
    """Tell whether a text says what the thing is that a question wants defined: "X là …"."""
    thing = _defined_thing(question)
    if not thing:
        return False
    return bool(re.search(rf"(?<!\w){_defining(thing)}", fold(text)))


def defining_line(question: str) -> re.Pattern[str] | None:
    """Return what a folded line opens with that says what the thing is: "2. Chi bộ gốc là …".

    None where it is not told, or by a single syllable, which is vague.
    """
    thing = _defined_thing(question)
    if " " not in thing:
        return None
    number = r"(?:(?:\d+(?:\.\d+)*[.)]|[a-z]\)|[-–+•*])\s*)?"
    return re.compile(rf"(?:^|\n)\s*{number}[“\"]?{_defining(thing)}")


def _defined_thing(question: str) -> str:
    return " ".join(_DEFINING.sub(" ", fold(question).strip(" ?.!")).split())


def _defining(thing: str) -> str:
    return rf"{re.escape(thing)}(?:\s*\([^)]*\))?\W{{0,3}}(?:la|duoc hieu|(?:bao )?gom)(?!\w)"


_VAGUE_ONE = re.compile(r"\s+(?:số|bộ phận|phần|cách|trong|khi|vài|loạt|ít|cơ sở)(?!\w)")
_OPENS = re.compile(r"(?:^|[\n:.!?;“\"(–-])\s*$")
_BODIES = re.compile(_BODY, re.IGNORECASE)


def things(wanted: Wanted, text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of a text that are of the wanted kind."""
    pattern = _PATTERNS.get(wanted)
    if pattern is None:
        return ()
    return tuple(match.span() for match in pattern.finditer(text) if _is_one(wanted, match))


def _is_one(wanted: Wanted, match: re.Match[str]) -> bool:
    """Tell a number from "một số", and a name from a word that only begins a sentence."""
    if wanted is Wanted.COUNT:
        return match[0] != "một" or not _VAGUE_ONE.match(match.string, match.end())
    if wanted in (Wanted.WHO, Wanted.WHERE) and " " not in match[0]:
        begins = _OPENS.search(match.string[max(0, match.start() - 3) : match.start()])
        return not begins or bool(_BODIES.match(match[0]))
    return True
