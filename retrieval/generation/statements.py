"""The numbers that a text states, as values to compare: "1.090", "77,78 %", "588/756", "hai"."""

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
