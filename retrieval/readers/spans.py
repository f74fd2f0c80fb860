"""Where a text holds things of the kind that a question asks for, and in which unit."""

import re

from documents.vietnamese.normalize import CAPITALS, fold
from retrieval.question.intent import AnswerType

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
    AnswerType.PERCENTAGE: rf"{_NUMBER}\s*(?:%|phần trăm)|{_NUMBER}\s*điểm phần trăm",
    AnswerType.DURATION: rf"(?:{_NUMBER}|{_WORD_NUMBER}(?:\s+{_WORD_NUMBER})*)\s*(?:\([^)]*\)\s*)?"
    rf"{_UNIT_OF_TIME}",
    AnswerType.COUNT: rf"{_NUMBER}(?:\s*(?:%|phần trăm|triệu|tỷ|tỉ|nghìn))?"
    rf"|(?<!\w){_WORD_NUMBER}(?!\w)(?:\s+{_WORD_NUMBER}(?!\w))*",
    AnswerType.WHEN: _DATE,
    AnswerType.WHO: rf"(?i:{_BODY})|{_NAME}",
    AnswerType.WHERE: rf"(?i:tại|ở|từ|đến|thuộc)\s+{_NAME}|{_NAME}",
    AnswerType.WHY: r"(?i:vì|do|bởi|nhằm|để|nguyên nhân|lý do|nhờ|dẫn đến|khiến)",
    AnswerType.CONDITION: r"(?i:phải|đủ|từ|trở lên|khi|nếu|trường hợp|điều kiện|tiêu chuẩn|có)",
    AnswerType.DEFINITION: r"(?i:(?<!\w)là(?!\w)|được hiểu|bao gồm|gồm)",
    AnswerType.LIST: r"(?i:gồm|bao gồm|như|sau đây|:)|;|,",
    AnswerType.STEPS: r"(?i:bước|sau đó|trước khi|sau khi|tiến hành|thực hiện|lập|gửi|trình"
    r"|xem xét)",
    AnswerType.VERDICT: r"(?i:được|không|phải|có thể|cấm|chỉ)",
}
_PATTERNS = {wanted: re.compile(pattern) for wanted, pattern in _THINGS.items()}
# what an answer may name in the place of the unit asked for: "21 đồng chí" of people
_SAME_UNITS = {
    "tien": re.compile(r"(?<!\w)dong(?! chi)(?!\w)"),
    "nguoi": re.compile(r"(?<!\w)(?:dong chi|dang vien|dang uy vien|can bo|hoi vien)(?!\w)"),
}


def is_counted(text: str, end: int, unit: tuple[str, ...]) -> bool:
    """Tell whether a number that ends at ``end`` counts the unit: "60 tuổi", "498 TCCSĐ"."""
    following = re.findall(r"\w+", text[end : end + 40])[:4]
    if following and len(following[0]) > 1 and following[0].isupper():
        return True  # an abbreviation of what is counted
    return _names_unit([fold(word) for word in following], unit)


def counts(text: str, span: tuple[int, int], end: int, unit: tuple[str, ...]) -> bool:
    """Tell whether a figure is of the unit: within its span, or right behind it or ``end``."""
    within = re.findall(r"\w+", fold(text[slice(*span)]))
    return (
        _names_unit(within, unit) or is_counted(text, span[1], unit) or is_counted(text, end, unit)
    )


def _names_unit(words: list[str], unit: tuple[str, ...]) -> bool:
    same = _SAME_UNITS.get(unit[0])
    return unit[0] in words or bool(same and same.search(" ".join(words)))


def defines(thing: str, text: str) -> bool:
    """Tell whether a text says what a thing is, given by its folded name: "X là …"."""
    return bool(thing) and bool(re.search(rf"(?<!\w){defining(thing)}", fold(text)))


def defining(thing: str) -> str:
    """Return a pattern of what says what a thing is."""
    return rf"{re.escape(thing)}(?:\s*\([^)]*\))?\W{{0,3}}(?:la|duoc hieu|(?:bao )?gom)(?!\w)"


_TARGET = re.compile(
    "muc tieu|chi tieu|muc phan dau|target|goal|objective|phan dau|yeu cau|ke hoach|nhiem vu"
)


def names_target(text: str) -> bool:
    """Tell whether a text speaks of a target."""
    return bool(_TARGET.search(fold(text)))


_VAGUE_ONE = re.compile(r"\s+(?:số|bộ phận|phần|cách|trong|khi|vài|loạt|ít|cơ sở)(?!\w)")
_OPENS = re.compile(r"(?:^|[\n:.!?;“\"(–-])\s*$")
_BODIES = re.compile(_BODY, re.IGNORECASE)


def things(wanted: AnswerType, text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of a text that are of the wanted kind."""
    pattern = _PATTERNS.get(wanted)
    if pattern is None:
        return ()
    return tuple(match.span() for match in pattern.finditer(text) if _is_one(wanted, match))


def _is_one(wanted: AnswerType, match: re.Match[str]) -> bool:
    """Tell a number from "một số", and a name from a word that only begins a sentence."""
    if wanted is AnswerType.COUNT:
        return match[0] != "một" or not _VAGUE_ONE.match(match.string, match.end())
    if wanted in (AnswerType.WHO, AnswerType.WHERE) and " " not in match[0]:
        begins = _OPENS.search(match.string[max(0, match.start() - 3) : match.start()])
        return not begins or bool(_BODIES.match(match[0]))
    return True
