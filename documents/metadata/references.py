"""Numbers of documents in a text, and what it says of them: căn cứ, sửa đổi, thay thế."""

import re
from collections.abc import Iterator, Sequence

from documents.vietnamese import kinds
from documents.vietnamese.document_number import PRINTED, as_printed

_KIND_WORDS = kinds.words()
# "Hướng dẫn này … thay thế": only what this document itself replaces
_REPLACES = re.compile(
    rf"\b(?:{_KIND_WORDS})\s+này\b(?:[^.;\n]|\.(?=\d)){{0,300}}?"
    r"(?<!được )\bthay\s+thế\s+(?:cho\s+)?",
    re.IGNORECASE,
)
_AMENDING = (
    r"(?:sửa đổi(?:\s*,\s*|\s+và\s+)bổ sung|bổ sung(?:\s*,\s*|\s+và\s+)sửa đổi|sửa đổi|bổ sung)"
    r"\s+(?:một số\s+)?(?:(?:điều|điểm|khoản|nội dung|quy định|mục|phần)[^;.\n]{0,40}?\s+"
    r"(?:của|tại|trong)\s+)?"
)
_AMENDS_IN_TITLE = re.compile(rf"(?:^|\bvề\s+(?:việc\s+)?){_AMENDING}", re.IGNORECASE)
_AMENDS = re.compile(
    rf"\b(?:{_KIND_WORDS})\s+này\s+(?:[^.;\n]|\.(?=\d)){{0,120}}?(?<!được ){_AMENDING}",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"(?:,?\s*ngày\s+\d[\d/.\-]*(?:\s+tháng\s+\d+\s+năm\s+\d+)?)?(?:\s+của\s+[^,;.\n]{1,90}?)?"
    rf"\s*(?:[,;]|\bvà\b)\s*(?:các\s+)?(?:(?:{_KIND_WORDS})\s+)?(?:số\s*)?(?=\d)",
    re.IGNORECASE,
)
_REACH = 400  # characters before a number that tell whether it is a basis
_CITED = re.compile(rf"(?:các\s+)?(?:(?:{_KIND_WORDS})\s*)?(?:số\s*:?\s*)?", re.IGNORECASE)
# what stands before a basis, not before a document that another one's title speaks of
_BASIS = re.compile(
    r"(?:^|[,;”\"]\s+|\b(?:căn cứ|và|tại|thực hiện|theo)\s+)(?:căn cứ\s+|các\s+)*"
    r"(?:điều \d+\w?\s+)?"
    rf"(?:{_KIND_WORDS})\s+(?:(?!{_KIND_WORDS})[^;,\d\"“]){{0,120}}?(?:số\s*:?\s*)?$",
    re.IGNORECASE,
)
_WITHIN_TITLE = re.compile(
    r"(?:\bvề(?: việc)?\b|[“\"]|\bnội dung\b|\bquy định chi tiết\b)[^;,]*"
    r"\b(?:thực hiện|theo|tại)\s+(?:các\s+)?\w+(?:\s+\w+)?\s+(?:số\s*)?$",
    re.IGNORECASE,
)


def replaced(text: str) -> tuple[str, ...]:
    """Return the numbers that follow "… này … thay thế", as long as the list goes on."""
    found = (number for clause in _REPLACES.finditer(text) for number in _list(text, clause.end()))
    return tuple(dict.fromkeys(found))


def amended(text: str, title: str) -> tuple[str, ...]:
    """Return what the document amends: by its title, or where it says "… này sửa đổi"."""
    found = [
        number
        for clause in _AMENDS_IN_TITLE.finditer(title)
        for number in _list(title, clause.end())
    ]
    for clause in _AMENDS.finditer(text):
        found.extend(_list(text, clause.end()))
    return tuple(dict.fromkeys(found))


def based_on(lines: Sequence[str], own: str | None) -> tuple[str, ...]:
    """Return the numbers of the documents that the căn cứ name, not of those they speak of."""
    found = [
        as_printed(match)
        for line in lines
        for match in PRINTED.finditer(line)
        if _is_basis(_before(line, match.start()))
    ]
    return tuple(number for number in dict.fromkeys(found) if number != own)


def _before(line: str, place: int) -> str:
    """Return what stands before a place, as far as it matters; a mark where more was cut off."""
    start = max(0, place - _REACH)
    return ("|" if start else "") + line[start:place].lstrip("" if start else "-–+*• ")


def _is_basis(before: str) -> bool:
    return bool(_BASIS.search(before)) and not _WITHIN_TITLE.search(before)


def _list(text: str, place: int) -> Iterator[str]:
    """Yield the numbers of a list that begins at a place of the text."""
    lead = _CITED.match(text, place)
    number = PRINTED.match(text, lead.end() if lead else place)
    while number:
        yield as_printed(number)
        listed = _LISTED.match(text, number.end())
        number = PRINTED.match(text, listed.end()) if listed else None
