"""A figure of an indicator: read from a report's statement, or computed from what it states.

"có 588/756 thôn trưởng là đảng viên, đạt 77,78%, tăng 38,15% so với thời điểm ban hành và vượt
7,78% so với mục tiêu" is one indicator with all its figures: count of total, percentage, change,
target. Asked for the target, which is never stated, it gives "70% (77,78% − 7,78%)".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from documents.document import Passage
from documents.vietnamese.sentences import sentences
from index.tokens import syllables, tokens
from retrieval.question.asking_words import asking_words
from retrieval.question.intent import YEAR, Quantity
from retrieval.question.question import Question
from retrieval.ranking.ranking import Idf, covered
from retrieval.readers.base import Case, Draft, Span, Strength
from retrieval.readers.sentence import counts

_PASSAGES = 10  # of the ranking that are read for figures
_RARE = 0.8  # of the greatest IDF of the subject: words that must stand around the indicator
_RANK_COST = 0.04  # of the question's mass for each place further down the ranking
_SUBJECT_COVERED = 0.4  # of the question's subject that the words of a figure must hold
_COUNTED = frozenset((Quantity.COUNT, Quantity.TOTAL, Quantity.REMAINING))
# what asks, and so says nothing about which indicator is meant
_ASKING = asking_words("figure")

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


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure that answers: ``text`` as shown, with the sum it follows from when it was computed.

    ``spans`` are the places in the sentence it rests on.
    """

    text: str
    derivation: str | None
    spans: tuple[tuple[int, int], ...]


def read(case: Case) -> Draft | None:
    """Return the figure asked for, in its sentence or as a sum of what the sentence states."""
    draft = figure_asked(case.question, case.passages, names_of(case), case.ranking.idf)
    return draft if draft is not None and draft.covered >= _SUBJECT_COVERED else None


def figure_asked(
    question: Question, passages: Sequence[Passage], names: Sequence[str], idf: Idf
) -> Draft | None:
    """Return the best finding among the first passages; None when no indicator answers.

    ``names`` are what the passages' documents are called. A number that counts something else than
    the unit asked for, or a sentence about another year, does not answer.
    """
    quantity, years = question.intent.quantity, question.intent.years
    if quantity is None:
        return None
    unit = question.intent.unit if quantity in _COUNTED else ()
    terms = _vietnamese_terms(question, passages)
    subject = {term: idf(term) for term in terms if not _ASKING & set(term.split("_"))}
    singles = {term: weight for term, weight in subject.items() if "_" not in term}
    best: tuple[float, Draft] | None = None
    for place, passage in enumerate(passages[:_PASSAGES]):
        if _lacks_subject(singles, passage, names[place]):
            continue
        named = frozenset(tokens(names[place]))
        unnamed = {term: weight for term, weight in subject.items() if term not in named}
        for start, end in sentences(passage.text):
            sentence = passage.text[start:end]
            if years and not years & _years_of(sentence, years):
                continue
            for indicator in indicators(sentence):
                finding = find(quantity, indicator)
                if finding is None or not _is_of_unit(sentence, indicator, finding, unit):
                    continue
                words = frozenset(tokens(indicator.subject))
                score = covered(subject, words) - _RANK_COST * place
                if best is None or score > best[0]:
                    share = max(covered(subject, words), covered(unnamed, words))
                    best = score, _draft(passage, (start, end), indicator, finding, share)
    return best[1] if best else None


def names_of(case: Case) -> tuple[str, ...]:
    """Return what the documents of a case's passages are called, each with its issuer."""
    ids = [passage.document_id for passage in case.passages]
    heads = {one.document_id: one for one in case.view.library.heads_of(ids)}
    return tuple(f"{heads[one].title} {heads[one].issuer or ''}" for one in ids)


def _draft(
    passage: Passage, sentence: Span, indicator: Indicator, finding: Finding, share: float
) -> Draft:
    offset, pair = sentence[0], indicator.inconsistency
    return Draft(
        passage,
        sentence,
        sentence,
        Strength.FIGURE,
        marks=tuple((offset + start, offset + end) for start, end in finding.spans),
        covered=share,
        computed=finding.text if finding.derivation else None,
        derivation=finding.derivation,
        inconsistency=(percent(pair[0]), percent(pair[1])) if pair else None,
    )


def _vietnamese_terms(question: Question, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return a question's terms without the English words that have a Vietnamese rendering."""
    if not question.is_english:
        return question.terms
    english = frozenset(syllables(question.topic))
    held = {word for passage in passages for word in syllables(passage.text)}
    return tuple(term for term in question.terms if term not in english or term in held)


def _lacks_subject(singles: dict[str, float], passage: Passage, name: str) -> bool:
    """Tell whether one of a question's rarest words stands nowhere around a passage."""
    held = frozenset(syllables(f"{passage.text} {passage.locator.heading or ''} {name}"))
    missing = [weight for term, weight in singles.items() if term not in held]
    return bool(missing) and max(missing) >= _RARE * max(singles.values())


def _years_of(sentence: str, asked: frozenset[str]) -> frozenset[str]:
    """Return the years a sentence is about: those it names, else any."""
    return frozenset(YEAR.findall(sentence)) or asked


def _is_of_unit(
    sentence: str, indicator: Indicator, finding: Finding, unit: tuple[str, ...]
) -> bool:
    """Tell whether what answers counts the unit asked for; a fraction may name it before."""
    if not unit:
        return True
    end = indicator.fraction[1] if indicator.fraction else finding.spans[0][1]
    return counts(sentence, finding.spans[0], end, unit)


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


def find(quantity: Quantity, indicator: Indicator) -> Finding | None:
    """Answer from an indicator, by reading or by arithmetic; None when it does not say."""
    return _FINDERS[quantity](indicator)


def percent(value: Decimal) -> str:
    """Write a percentage: "77,78%"."""
    return format_number(value) + "%"


def _read(figure: Figure | None) -> Finding | None:
    if figure is None:
        return None
    return Finding(_written(figure), None, ((figure.start, figure.end),))


def _written(figure: Figure) -> str:
    vague = f"{figure.vague} " if figure.vague else ""
    if figure.unit == "%":
        return vague + percent(abs(figure.value))
    space = "" if figure.unit == "%" else " "
    return vague + format_number(abs(figure.value)) + space + figure.unit


def _target(indicator: Indicator) -> Finding | None:
    stated, gap = indicator.figure(Role.TARGET), indicator.figure(Role.GAP)
    if stated is not None:
        return _read(stated)
    level = _level_figure(indicator)
    if gap is not None and level is not None and level.unit == "%":
        return _computed(level, gap, level.value - gap.value)
    share = indicator.figure(Role.OF_TARGET)
    amount = level or indicator.figure(Role.AMOUNT)
    if share is None or amount is None or not share.value:
        return None
    value = amount.value * 100 / share.value
    unit = "%" if amount.unit == "%" else f" {amount.unit}"
    number = format_number(value)
    return Finding(
        f"khoảng {number}{unit}",
        f"{_written(amount)} : {percent(share.value)} ≈ {number}{unit}",
        ((amount.start, amount.end), (share.start, share.end)),
    )


def _computed(level: Figure, difference: Figure, value: Decimal) -> Finding | None:
    """Show level − difference; an inexact figure gives an inexact result, a senseless one none."""
    if not 0 <= value <= 100:
        return None
    sign, about = ("−", "") if difference.value >= 0 else ("+", "")
    if level.vague or difference.vague:
        about = "khoảng "
    return Finding(
        about + percent(value),
        f"{percent(level.value)} {sign} {percent(abs(difference.value))} = {about}{percent(value)}",
        ((level.start, level.end), (difference.start, difference.end)),
    )


def _earlier(indicator: Indicator) -> Finding | None:
    change = indicator.figure(Role.CHANGE)
    level = _level_figure(indicator)
    if change is None:
        return None
    if level is not None and level.unit == "%":
        return _computed(level, change, level.value - change.value)
    amount = indicator.figure(Role.AMOUNT)
    if amount is None or change.unit != "%" or change.value <= -100:
        return None
    # an amount that grew by so many per cent: division, not subtraction
    number = format_number(amount.value / (1 + change.value / 100), 1)
    sign = "+" if change.value >= 0 else "−"
    return Finding(
        f"khoảng {number} {amount.unit}",
        f"{_written(amount)} : (100% {sign} {percent(abs(change.value))}) ≈ {number} {amount.unit}",
        ((amount.start, amount.end), (change.start, change.end)),
    )


def _change(indicator: Indicator) -> Finding | None:
    change = indicator.figure(Role.CHANGE)
    if change is None:
        return None
    word = "tăng" if change.value >= 0 else "giảm"
    baseline = f" so với {change.baseline}" if change.baseline else ""
    return Finding(f"{word} {_written(change)}{baseline}", None, ((change.start, change.end),))


def _gap(indicator: Indicator) -> Finding | None:
    gap = indicator.figure(Role.GAP)
    if gap is not None:
        word = "vượt" if gap.value >= 0 else "thấp hơn"
        return Finding(f"{word} {_written(gap)} so với mục tiêu", None, ((gap.start, gap.end),))
    level, target = _level_figure(indicator), indicator.figure(Role.TARGET)
    if level is None or target is None or level is target:
        return None
    difference = level.value - target.value
    word = "vượt" if difference >= 0 else "thấp hơn"
    number = format_number(abs(difference))
    return Finding(
        f"{word} {number} điểm % so với mục tiêu",
        f"{percent(level.value)} − {percent(target.value)} = {format_number(difference)} điểm %",
        ((level.start, level.end), (target.start, target.end)),
    )


def _level_figure(indicator: Indicator) -> Figure | None:
    return indicator.figure(Role.LEVEL)


def _level(indicator: Indicator) -> Finding | None:
    level = _level_figure(indicator)
    if level is not None:
        return _read(level)
    if indicator.count is None or not indicator.total or indicator.fraction is None:
        return None
    value = Decimal(100) * indicator.count / indicator.total
    count, total = format_number(Decimal(indicator.count)), format_number(Decimal(indicator.total))
    return Finding(percent(value), f"{count} : {total} = {percent(value)}", (indicator.fraction,))


def _count(indicator: Indicator) -> Finding | None:
    if indicator.count is not None and indicator.fraction is not None:
        start = indicator.fraction[0]
        written = format_number(Decimal(indicator.count))
        return Finding(written, None, ((start, start + len(written)),))
    return _read(indicator.figure(Role.AMOUNT))


def _total(indicator: Indicator) -> Finding | None:
    if indicator.total is None or indicator.fraction is None:
        return _read(indicator.figure(Role.AMOUNT))
    written = format_number(Decimal(indicator.total))
    end = indicator.fraction[1]
    return Finding(written, None, ((end - len(written), end),))


def _remaining(indicator: Indicator) -> Finding | None:
    if indicator.count is None or indicator.total is None or indicator.fraction is None:
        return None
    count, total = format_number(Decimal(indicator.count)), format_number(Decimal(indicator.total))
    rest = format_number(Decimal(indicator.total - indicator.count))
    return Finding(rest, f"{total} − {count} = {rest}", (indicator.fraction,))


_FINDERS = {
    Quantity.TARGET: _target,
    Quantity.GAP: _gap,
    Quantity.EARLIER: _earlier,
    Quantity.CHANGE: _change,
    Quantity.REMAINING: _remaining,
    Quantity.TOTAL: _total,
    Quantity.LEVEL: _level,
    Quantity.COUNT: _count,
}
