"""Reads report-style statements of results: count of total, percentage, change, target.

"có 588/756 thôn trưởng là đảng viên, đạt 77,78%, tăng 38,15% so với thời điểm ban hành và vượt
7,78% so với mục tiêu" is one indicator with all its figures.
"""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

_NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
_FRACTION = re.compile(
    r"(?<![\w/,.])(?P<count>\d{1,3}(?:\.\d{3})+|\d+)\s*/\s*"
    r"(?P<total>\d{1,3}(?:\.\d{3})+|\d+)(?![\d/-]|\.\d|,\d|[A-ZĐ])"
)
_PERCENT = re.compile(
    rf"(?<![\w/,.])(?P<value>{_NUMBER})\s*(?P<unit>%|điểm phần trăm|điểm %|phần trăm)"
)
_AMOUNT = re.compile(
    rf"(?<![\w/,.-])(?P<value>{_NUMBER})\s+(?P<unit>(?:nghìn |triệu |tỷ |tỉ )?"
    r"(?:đồng chí|đồng|người|USD|tấn|ha|hộ|km|lượt|đảng viên|tổ chức|chi bộ|quần chúng|cuộc|lớp"
    r"|vụ|công trình|mô hình"
    r"|doanh nghiệp|cán bộ|hội viên|đoàn viên|thôn trưởng|thôn|xã)(?: đảng)?)(?!\w)"
)
_FROM_TO = re.compile(
    rf"từ\s+(?P<old>{_NUMBER})\s*%[^,;.%]{{0,60}}?(?:lên|xuống|còn|đến)(?:\s+(?:còn|đến"
    rf"|tới))?\s+(?P<new>{_NUMBER})\s*%"
)
_DATE_BEFORE = re.compile(
    r"(?:ngày|đợt|lễ|tháng|quý|dịp|số|hạn|trước|sau|từ|đến)\s*$", re.IGNORECASE
)
_CLAUSE_END = re.compile(
    r"[;.]|,(?!\d)|\s(?:và|nhưng)\s+(?=vượt|tăng|giảm|cao hơn|thấp hơn|còn|chưa|đạt|bằng)"
)
_TARGET_WORDS = r"(?:mục tiêu|chỉ tiêu|kế hoạch|yêu cầu|nghị quyết(?: đề ra| giao)?)"
# what stands before a percentage, from its clause's beginning, says what it is
_IS_OVER = re.compile(
    rf"(?:vượt|cao hơn|hơn)\b[^,;]*$|tăng[^,;]*{_TARGET_WORDS}[^,;]*$", re.IGNORECASE
)
_IS_UNDER = re.compile(r"(?:thấp hơn|kém|còn thiếu|thiếu|hụt)\b[^,;]*$", re.IGNORECASE)
_IS_UP = re.compile(r"(?:tăng(?: thêm)?|cao hơn|nâng thêm|hơn)\b[^,;]*$", re.IGNORECASE)
_IS_DOWN = re.compile(r"(?:giảm(?: bớt)?|thấp hơn|kém)\b[^,;]*$", re.IGNORECASE)
_OF_TARGET = re.compile(
    rf"^\s*(?:so với\s+)?(?:của\s+)?(?:{_TARGET_WORDS})(?!\s+(?:số|về))", re.IGNORECASE
)
_AGAINST_TARGET = re.compile(
    r"^[^,;.]{0,12}so với (?:mục tiêu|chỉ tiêu|kế hoạch|yêu cầu)", re.IGNORECASE
)
_IS_TARGET = re.compile(rf"(?:{_TARGET_WORDS}|phấn đấu)[^;.]*$", re.IGNORECASE)
_OR_MORE = re.compile(r"[^,;.%]{0,80}?(?<!\w)trở (?:lên|xuống)(?!\w)")  # "có 65% chi bộ trở lên"
_BASELINE = re.compile(
    r"^\s*(?:\([^)]*\)\s*)?(?:so với|so)\s+"
    r"(?P<what>[^,;.]+?)(?=\s+(?:và|nhưng)\s+(?:vượt|tăng|giảm|cao|thấp|còn|chưa|đạt|bằng)|[,;.]"
    r"|$)",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"(?:trên|(?<!thấp )(?<!cao )hơn|dưới|gần|khoảng|ít nhất|tối thiểu|từ|xấp xỉ|chưa đạt)\s*$",
    re.IGNORECASE,
)
_TOLERANCE = Decimal("0.06")  # in points: a count of total may be rounded to one decimal


class Role(StrEnum):
    """What a figure says of its indicator."""

    LEVEL = "level"
    CHANGE = "change"
    GAP = "gap"
    TARGET = "target"
    OF_TARGET = "share of target"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a sentence; ``value`` is signed, ``start`` and ``end`` its span with the unit.

    ``unit`` is "%" or "điểm %" or what is counted; ``vague`` the word that makes it inexact.
    """

    role: Role
    value: Decimal
    unit: str
    start: int
    end: int
    baseline: str | None = None
    vague: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """The figures a sentence gives of one thing; ``subject`` is the text that says which."""

    start: int
    end: int
    subject: str
    count: int | None = None
    total: int | None = None
    fraction: tuple[int, int] | None = None
    figures: tuple[Figure, ...] = field(default=())

    def figure(self, role: Role) -> Figure | None:
        """Return the first figure of a role."""
        return next((figure for figure in self.figures if figure.role is role), None)

    @property
    def inconsistency(self) -> tuple[Decimal, Decimal] | None:
        """Return (stated, computed) percentages when the fraction does not give the percentage."""
        level = self.figure(Role.LEVEL)
        if level is None or not self.total or self.count is None or level.vague:
            return None
        computed = Decimal(100) * self.count / self.total
        if abs(computed - level.value) <= _TOLERANCE:
            return None
        return level.value, computed.quantize(Decimal("0.01"))


def parse_number(written: str) -> Decimal:
    """Read a Vietnamese number: "1.251" is 1251 and "77,78" is 77.78."""
    return Decimal(written.replace(".", "").replace(",", "."))


def format_number(value: Decimal, places: int = 2) -> str:
    """Write a number the Vietnamese way, without superfluous zeros: 1.251 and 77,78."""
    rounded = round(value, places)
    whole, _point, rest = f"{abs(rounded):,.{places}f}".partition(".")
    rest = rest.rstrip("0")
    sign = "−" if rounded < 0 else ""
    return sign + whole.replace(",", ".") + (f",{rest}" if rest else "")


def indicators(sentence: str) -> tuple[Indicator, ...]:
    """Return the indicators a sentence states, in order."""
    marks = sorted(_marks(sentence), key=lambda mark: mark[0])
    groups: list[list[tuple[int, int, re.Match[str] | Figure]]] = []
    for mark in marks:
        if not groups or _begins_group(groups[-1], mark[2]):
            groups.append([])
        groups[-1].append(mark)
    found, begin = [], 0
    for group in groups:
        indicator = _indicator(sentence, begin, group)
        found.append(indicator)
        begin = indicator.end
    return tuple(found)


_Mark = tuple[int, int, "re.Match[str] | Figure"]


def _marks(sentence: str) -> list[_Mark]:
    marks: list[_Mark] = []
    for match in _FRACTION.finditer(sentence):
        if _is_fraction(sentence, match):
            marks.append((match.start(), match.end(), match))
    taken = []
    for match in _FROM_TO.finditer(sentence):
        taken.append(match.span())
        old, new = parse_number(match["old"]), parse_number(match["new"])
        level = Figure(Role.LEVEL, new, "%", match.start("new"), match.end())
        change = Figure(Role.CHANGE, new - old, "điểm %", match.start("old"), match.end("old") + 1)
        marks += [(match.start("new"), match.end(), level), (match.end(), match.end(), change)]
    for match in _PERCENT.finditer(sentence):
        if not any(start <= match.start() < end for start, end in taken):
            figure = _percentage(sentence, match)
            marks.append((match.start(), match.end(), figure))
    for match in _AMOUNT.finditer(sentence):
        figure = Figure(Role.AMOUNT, parse_number(match["value"]), match["unit"], *match.span())
        marks.append((*match.span(), replace(figure, vague=_vague(sentence, match.start()))))
    return marks


def _is_fraction(sentence: str, match: re.Match[str]) -> bool:
    count, total = parse_number(match["count"]), parse_number(match["total"])
    if not total > 0 or count > total:
        return False
    # 3/2 and 19/5 are days; 14/14 and 10/10 are shares
    may_be_date = total <= 12 and count <= 31 and count != total
    return not (may_be_date or _DATE_BEFORE.search(sentence[: match.start()]))


def _percentage(sentence: str, match: re.Match[str]) -> Figure:
    clause = max((m.end() for m in _CLAUSE_END.finditer(sentence, 0, match.start())), default=0)
    before, after = sentence[clause : match.start()], sentence[match.end() :]
    value = parse_number(match["value"])
    figure = Figure(
        role=Role.LEVEL,
        value=value,
        unit="%" if match["unit"] in ("%", "phần trăm") else "điểm %",
        start=match.start(),
        end=match.end(),
        vague=_vague(sentence, match.start()),
    )
    against = _BASELINE.match(after)
    against_target = bool(_AGAINST_TARGET.match(after)) or bool(
        re.search(_TARGET_WORDS, before, re.IGNORECASE)
    )
    if re.search(r"\b(?:đạt|bằng)\s*$", before, re.IGNORECASE) and _OF_TARGET.match(after):
        return replace(figure, role=Role.OF_TARGET)
    if _IS_UNDER.search(before) and (against_target or not against):
        return replace(figure, role=Role.GAP, value=-value)
    if _IS_OVER.search(before) and (against_target or re.search(r"vượt[^,;]*$", before)):
        return replace(figure, role=Role.GAP)
    baseline = against["what"].strip() if against else None
    if _IS_UP.search(before) and figure.vague != "hơn":
        return replace(figure, role=Role.CHANGE, baseline=baseline)
    if _IS_DOWN.search(before):
        return replace(figure, role=Role.CHANGE, value=-value, baseline=baseline)
    if _OR_MORE.match(after):
        return replace(figure, role=Role.TARGET)
    if _IS_TARGET.search(before) and not re.search(r"đạt\s*(?:tỷ lệ\s*)?$", before):
        return replace(figure, role=Role.TARGET)
    return figure


def _vague(sentence: str, start: int) -> str | None:
    match = _VAGUE.search(sentence[:start])
    return match[0].strip().lower() if match else None


def _begins_group(group: list[_Mark], mark: "re.Match[str] | Figure") -> bool:
    roles = {item.role for _s, _e, item in group if isinstance(item, Figure)}
    has_fraction = any(not isinstance(item, Figure) for _s, _e, item in group)
    if not isinstance(mark, Figure):
        return bool(roles) or has_fraction
    if mark.role in (Role.CHANGE, Role.GAP, Role.OF_TARGET, Role.TARGET):
        return mark.role in roles
    if mark.role is Role.LEVEL:
        return bool(roles - {Role.TARGET, Role.AMOUNT}) or Role.LEVEL in roles
    return True


def _indicator(sentence: str, begin: int, group: list[_Mark]) -> Indicator:
    main = [mark for mark in group if not isinstance(mark[2], Figure)] or group[:1]
    roles = (Role.LEVEL, Role.AMOUNT, Role.TARGET)
    last = max(
        (m[1] for m in group if not isinstance(m[2], Figure) or m[2].role in roles),
        default=group[0][1],
    )
    clause = _CLAUSE_END.search(sentence, group[-1][1])
    end = clause.start() if clause else len(sentence)
    # an amount is followed by what it counts, a percentage is led by it; "588/756 (77,78%) thôn
    # trưởng" is an amount too
    is_amount = not re.search(r"[^\W\d_]", sentence[main[0][1] : last])
    until = end if len(group) == 1 or is_amount else last
    fraction = next((mark for mark in group if not isinstance(mark[2], Figure)), None)
    match = fraction[2] if fraction and isinstance(fraction[2], re.Match) else None
    return Indicator(
        start=begin,
        end=max(end, group[-1][1]),
        subject=sentence[begin:until].strip(" ,;.-+"),
        count=int(parse_number(match["count"])) if match else None,
        total=int(parse_number(match["total"])) if match else None,
        fraction=match.span() if match else None,
        figures=tuple(mark[2] for mark in group if isinstance(mark[2], Figure)),
    )
