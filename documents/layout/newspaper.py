"""How a newspaper's page is laid out once it is saved as text: title, date, byline, furniture."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.vietnamese.normalize import fold

_LONGEST_LABEL = 60  # characters of a button or of a heading after the article
_HEAD_LINES = 8  # section, dates and title come before
_TITLE_WORDS = 35
_BYLINE_LINES = 4
_BYLINE_WORDS = 10
DATE = re.compile(r"(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})")
_WEEKDAY = re.compile(r"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\b")
_STATED = re.compile(r"(?:nguon|ngay dang|cap nhat|dang luc|tac gia)\s*:")
_TIME = re.compile(r"\d{1,2}\s*[:hg]\s*\d{1,2}|gmt")
_COUNT = re.compile(r"\s*[(:]?\s*\d*\s*\)?\s*[:»>]*$")
# headings after which a page holds no more of the article
_ENDINGS = frozenset(
    ("phan hoi", "cac tin khac", "tin khac", "cac bai khac", "bai viet khac", "tin lien quan")
    + ("bai lien quan", "bai viet lien quan", "tin cung chuyen muc", "cung chuyen muc", "binh luan")
    + ("y kien ban doc", "gui binh luan", "tin moi", "tin moi nhat", "moi nhat", "doc nhieu")
    + ("doc nhieu nhat", "xem nhieu", "xem nhieu nhat", "tin da dua", "cac tin da dua")
    + ("thu vien anh", "thu vien video", "lien ket website", "lien ket web", "lien ket", "xem them")
    + ("tin noi bat", "co the ban quan tam", "thong ke truy cap", "luot truy cap")
)
# buttons and menus that may stand anywhere
_BUTTONS = frozenset(
    ("trang chu", "lien he", "chia se", "ban in", "in trang", "in bai viet", "gui email", "email")
    + ("facebook", "zalo", "twitter", "ve dau trang", "quay lai", "tro ve", "tu khoa", "tags")
    + ("so do trang", "rss", "dang nhap", "tim kiem", "gui cho ban be", "nghe bai viet")
)
_ORGANISATION = re.compile(
    r"(?:Theo\s+)?(?P<name>(?:Ban|Báo|Tạp chí|Đài|Cổng|Trang tin|Sở|Ủy ban|Văn phòng|TTXVN)\b.*)"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of lines: the title, what is stated about the article, the byline, where it ends."""

    title: int
    stated: tuple[int, ...]
    byline: tuple[int, ...]
    end: int


def is_article(lines: Sequence[str]) -> bool:
    """Whether the lines are a newspaper's page: dated in its head, or with a page's furniture."""
    dated = any(is_dateline(line) for line in lines[:_HEAD_LINES])
    return len(lines) > 2 and (dated or sum(map(_is_ending, lines)) >= 2)


def is_dateline(line: str) -> bool:
    """Whether a line says when a page was published: a weekday, a time or a label, and a date."""
    folded = fold(line)
    if not DATE.search(line) or len(line.split()) > 12:
        return False
    return bool(_WEEKDAY.match(folded) or _STATED.match(folded) or _TIME.search(folded))


def layout_of(lines: Sequence[str]) -> Layout:
    """Find the parts of a newspaper's page."""
    end = _end(lines)
    title = _title(lines[:end])
    stated = tuple(
        place
        for place, line in enumerate(lines[:end])
        if (place < _HEAD_LINES and (is_dateline(line) or is_source(line))) or _is_button(line)
    )
    return Layout(title, stated, _byline(lines, title, end), end)


def is_source(line: str) -> bool:
    """Whether a line names the newspaper: "Nguồn: …"."""
    return fold(line).startswith("nguon:")


def organisation(line: str) -> str | None:
    """Return the organisation that a byline names, if it names one."""
    match = _ORGANISATION.fullmatch(line.strip(" ()"))
    return match["name"] if match else None


def _title(lines: Sequence[str]) -> int:
    for place, line in enumerate(lines[:_HEAD_LINES]):
        if line.startswith("# "):
            return place
    dated = [place for place, line in enumerate(lines[:_HEAD_LINES]) if is_dateline(line)]
    if not dated:
        return 0
    last = dated[-1]
    if last + 1 < len(lines) and _is_title(lines[last + 1]):
        return last + 1
    return max(0, last - 1)


def _is_title(line: str) -> bool:
    return len(line.split()) <= _TITLE_WORDS and not line.endswith((".", ":", ";"))


def _end(lines: Sequence[str]) -> int:
    """Return the place of the first heading after the article, past its middle."""
    sizes = [len(line) for line in lines]
    read, total = 0, sum(sizes)
    for place, line in enumerate(lines):
        if _is_ending(line) and read > total / 2:
            return place
        read += sizes[place]
    return len(lines)


def _is_ending(line: str) -> bool:
    return _bare(line.lstrip("# ")) in _ENDINGS


def _is_button(line: str) -> bool:
    return _bare(line) in _BUTTONS


def _bare(line: str) -> str:
    """Return a short line without the count after it; "" for any other."""
    return _COUNT.sub("", fold(line)) if len(line) <= _LONGEST_LABEL else ""


def _byline(lines: Sequence[str], title: int, end: int) -> tuple[int, ...]:
    """Return the short lines without a stop at the article's end: who wrote it, and for whom."""
    places = []
    for place in range(end - 1, max(title + 1, end - 1 - _BYLINE_LINES), -1):
        line = lines[place]
        if len(line.split()) > _BYLINE_WORDS or line.endswith((".", "!", "?", "…", ":")):
            break
        places.append(place)
    return tuple(reversed(places))
