"""What a text states, in forms to compare: its numbers, "1.090", "77,78 %", "588/756", "hai"; what
they count, "05 ngày", "nửa ngày"; and what it denies, "không quá", "chưa nộp".
"""

import re
from decimal import Decimal

from documents.vietnamese.normalize import fold

_COMPOSITE = re.compile(r"\d+(?:\s*[/]\s*\d+)+")
_DATE_IN_WORDS = re.compile(r"(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(\d{4})")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PERCENT = re.compile(r"\s*(?:%|phan tram)")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_NUMERALS = {
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "tram": 100,
    "nghin": 1_000,
    "ngan": 1_000,
    "trieu": 1_000_000,
    "ty": 1_000_000_000,
}
# each with its marks: "sau" is no number and "năm" mostly a year
_WRITTEN = re.compile(
    r"(?<!\w)(?:hai|ba|bốn|sáu|bảy|tám|chín|mười|mươi|(?<!phần )trăm|nghìn|ngàn|triệu|tỷ)(?!\w)",
    re.IGNORECASE,
)


def numbers_of(text: str) -> frozenset[str]:
    """Return the numbers of a text in one form each.

    A percentage is also a number, but no number a percentage; a fraction or date is one number, and
    so is each part of it; a numeral that is written out is what it counts.
    """
    folded = fold(text)
    found = {f"{day}/{month}/{year}" for day, month, year in _dates(folded)}
    for match in _COMPOSITE.finditer(folded):
        found.add("/".join(str(int(part)) for part in re.findall(r"\d+", match[0])))
    for match in _NUMBER.finditer(folded):
        value = _value(match[0])
        found.add(value)
        if _PERCENT.match(folded, match.end()):
            found.add(f"{value}%")
    for match in _WRITTEN.finditer(text):
        found.add(str(_NUMERALS[fold(match[0])]))
    return frozenset(found)


def _dates(folded: str) -> set[tuple[int, int, int]]:
    return {
        (int(match[1]), int(match[2]), int(match[3])) for match in _DATE_IN_WORDS.finditer(folded)
    }


def _value(written: str) -> str:
    """Read a number as Vietnamese writes it: points part thousands, a comma the decimals."""
    if _THOUSANDS.fullmatch(written):
        plain = written.replace(".", "").replace(",", ".")
    elif written.count(",") + written.count(".") == 1:
        plain = written.replace(",", ".")
    elif "," in written or "." in written:
        return written  # 1.1.2 is a place
    else:
        plain = written
    return str(Decimal(plain).normalize() + 0)


_UNITS_OF_TIME = frozenset(
    "giây phút giờ buổi ngày đêm tuần tháng quý năm tuổi nhiệm kỳ khóa thế kỷ".split()
)
# before a unit of time only: elsewhere most of them are other words
_AMOUNTS = {"một": "1", "năm": "5", "nửa": "1/2"}
_PARTS = frozenset(
    "lăm nhăm mốt tư vài mấy mỗi hằng hàng từng nhiều đầu cuối giữa trước sau cùng".split()
)
_HALF_MORE = "rưỡi"
_TOKEN = re.compile(r"\d+(?:[.,/]\d+)*|[^\W\d_]+")
_DAY_IN_WORDS = re.compile(r"\d{1,2}\s+tháng\s+\d{1,2}(?:\s+năm\s+\d{4})?", re.IGNORECASE)
_DENIALS = frozenset("không chưa chẳng chớ đừng cấm trừ chỉ miễn".split())
_DENIALS_FOLDED = frozenset(map(fold, _DENIALS))


def quantities_of(text: str, units: frozenset[str] = frozenset()) -> frozenset[tuple[str, str]]:
    """Return each amount of a text with what it counts: of time, or of one of these ``units``.

    A day that is written in words is no amount: it is compared as a number.
    """
    tokens = _TOKEN.findall(_DAY_IN_WORDS.sub(" ", text).lower())
    found = set()
    for amount, unit in zip(tokens, tokens[1:], strict=False):
        of_time = unit in _UNITS_OF_TIME
        if amount[0].isdigit() and (of_time or unit in units):
            found.add((_value(amount.rpartition("/")[2]), unit))
        elif of_time and (counted := _amount(amount)):
            found.add((counted, unit))
        elif unit == _HALF_MORE:
            found.add((amount, unit))
    return frozenset(found)


def counted_in(text: str) -> frozenset[str]:
    """Return the words that follow a number in a text: what it counts."""
    tokens = _TOKEN.findall(text.lower())
    pairs = zip(tokens, tokens[1:], strict=False)
    return frozenset(word for number, word in pairs if number[0].isdigit() and word[0].isalpha())


def denies_alike(sentence: str, passages: str) -> bool:
    """Tell whether a sentence denies what passages deny, and affirms what they affirm.

    A denial must stand before the same word; two words that passages only ever deny must not
    stand without one.
    """
    known = _words(passages)
    said = _words(sentence)
    pairs = set(zip(known, known[1:], strict=False))
    affirmed, denied = _polarities(known, frozenset(known))
    affirms, _ = _polarities(said, frozenset(known))
    for place, word in enumerate(said):
        if _is_denial(word, frozenset(known)):
            beside = said[place : place + 2] if place + 1 < len(said) else said[-2:]
            if len(beside) < 2 or (beside[0], beside[1]) not in pairs:
                return False
    return not affirms & (denied - affirmed)


def _polarities(
    words: list[str], known: frozenset[str]
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return the pairs of words that are affirmed, and those right behind a denial."""
    affirmed: set[tuple[str, str]] = set()
    denied: set[tuple[str, str]] = set()
    for place, pair in enumerate(zip(words, words[1:], strict=False)):
        if _is_denial(pair[0], known):
            continue
        behind = place > 0 and _is_denial(words[place - 1], known)
        (denied if behind else affirmed).add(pair)
    return affirmed, denied


def _is_denial(word: str, known: frozenset[str]) -> bool:
    """Whether a word denies, also one written without its marks, unless passages have it so."""
    return word in _DENIALS or (word not in known and fold(word) in _DENIALS_FOLDED)


def _words(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text.lower()) if token[0].isalpha()]


def _amount(word: str) -> str | None:
    if word in _AMOUNTS:
        return _AMOUNTS[word]
    if _WRITTEN.fullmatch(word):
        return str(_NUMERALS[fold(word)])
    return word if word in _PARTS else None
