"""Puts what a follow-up names in the place of its like in the earlier question.

"huyện Thạch Sơn" takes the place of "huyện Nậm Hà", "năm 2019" that of "năm 2018"; what has no
like there is added.
"""

import re

from documents.vietnamese.document_number import KINDS, numbers_in
from documents.vietnamese.normalize import fold
from documents.vietnamese.provisions import PLACE_PARTS

_YEAR = r"(?:19|20)\d\d"
_TIME = re.compile(
    rf"(?<!\w)(?:(?:nhiem ky|giai doan|tu nam|khoa)\s+{_YEAR}\s*(?:[-–]|den nam|den)\s*{_YEAR}"
    rf"|(?:ngay\s+)?\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}|thang\s+\d{{1,2}}(?:\s*[/.-]\s*{_YEAR})?"
    rf"(?:\s+nam\s+{_YEAR})?|(?:quy\s+(?:[1-4]|i{{1,3}}|iv)\s*(?:[/,]\s*|nam\s+)?)?(?:nam\s+)?{_YEAR}"
    r"|nam (?:nay|ngoai|truoc|nay))(?![\w/])"
)
_PLACE_PARTS = tuple(pattern for _name, pattern in PLACE_PARTS)
_UNITS = (
    r"thanh pho|thi tran|thi xa|khu pho|to dan pho|dang bo xa|dang bo huyen|dang uy xa|huyen uy"
    r"|thanh uy|tinh uy|thi uy|dang uy|dang bo|chi bo|tinh|huyen|quan|xa|phuong|thon|lang|ban"
)
_UNIT = re.compile(rf"(?<!\w)(?P<unit>{_UNITS})\s+(?=\w)")
_WORD = re.compile(r"\w+")
_KIND_BEFORE = re.compile(rf"(?<!\w)(?:van ban|{'|'.join(KINDS)})(?:\s+so)?\s+$")
_LOCATED = re.compile(rf"(?<!\w)(?:o|tai|cua|in|of|{_UNITS})\s+(?!(?:{_UNITS})\s)")
_ENDS_A_NAME = frozenset(
    "co la dat bao may duoc da se trong nam thang ngay vao thi khong o tai cua ve va nhu".split()
)


def filled(question: str, fragment: str) -> str:
    """Return the question with the fragment in the place of its like, else with it added."""
    body = question.strip().rstrip(" ?.!…")
    for replace in (_number, _place, _time, _unit, _name):
        changed = replace(body, fragment)
        if changed is not None:
            return f"{changed}?"
    return f"{body}, {fragment}?"


def _number(body: str, fragment: str) -> str | None:
    named, there = numbers_in(fragment), numbers_in(body)
    if not named or not there:
        return None
    before, _, after = body.partition(there[0].written)
    kind = _KIND_BEFORE.search(fold(before))
    return (before[: kind.start()] if kind else before) + fragment + after


def _place(body: str, fragment: str) -> str | None:
    """Put each named article, clause or point in place; those under a changed one fall away."""
    changed = None
    folded = fold(fragment)
    for level, pattern in enumerate(_PLACE_PARTS):
        new = pattern.search(folded)
        if new is None:
            continue
        body = _put(body, pattern, fragment[new.start() : new.end()])
        for below in _PLACE_PARTS[level + 1 : 3]:
            if not below.search(folded):
                body = _put(body, below, "")
        changed = body
    return " ".join(changed.split()) if changed else None


def _put(body: str, pattern: re.Pattern[str], text: str) -> str:
    old = pattern.search(fold(body))
    if old is None:
        return f"{text} {body}" if text else body
    return body[: old.start()] + text + body[old.end() :]


def _time(body: str, fragment: str) -> str | None:
    new, old = _TIME.search(fold(fragment)), _TIME.search(fold(body))
    if new is None or old is None or len(fragment.split()) > len(new[0].split()) + 1:
        return None
    text = fragment[new.start() : new.end()]
    return body[: old.start()] + _labelled(text, old[0]) + body[old.end() :]


def _labelled(text: str, old: str) -> str:
    """Keep the word before a year: "2019" for "năm 2018" is "năm 2019"."""
    return f"năm {text}" if re.fullmatch(_YEAR, text) and old.startswith("nam") else text


def _unit(body: str, fragment: str) -> str | None:
    new = _UNIT.match(fold(fragment))
    if new is None:
        return None
    pattern = re.compile(rf"(?<!\w){new['unit']}\s+(?=\w)")
    for old in pattern.finditer(fold(body)):
        end = _name_end(body, old.end(), len(fragment.split()) - len(new["unit"].split()))
        if end > old.end():
            return body[: old.start()] + fragment + body[end:]
    return None


def _name_end(body: str, start: int, syllables: int) -> int:
    """Return where a name ends: with its capitals, or as long as the new one is."""
    capitals = _capitals_end(body, start)
    if capitals > start:
        return capitals
    end = start
    for word in list(_WORD.finditer(body, start))[: max(syllables, 1)]:
        if fold(word[0]) in _ENDS_A_NAME:
            break
        end = word.end()
    return end


def _capitals_end(text: str, start: int) -> int:
    """Return where a run of capitalised words that begins here ends; ``start`` when none does."""
    end = start
    for word in _WORD.finditer(text, start):
        if not word[0][0].isupper() or text[end : word.start()].strip():
            break
        end = word.end()
    return end


def _name(body: str, fragment: str) -> str | None:
    """Put a bare name in the place of the first name that follows "ở", "của" or a unit."""
    if _capitals_end(fragment, 0) != len(fragment):
        return None
    capitals = any(word[0][0].isupper() for word in _WORD.finditer(body, 1))
    for old in _LOCATED.finditer(fold(body)):
        # a question typed in lower case shows its names by what stands before them
        as_long = 0 if capitals or old[0].startswith(("cua", "of")) else len(fragment.split())
        end = _name_end(body, old.end(), as_long) if as_long else _capitals_end(body, old.end())
        if end > old.end():
            return body[: old.end()] + fragment + body[end:]
    return None
