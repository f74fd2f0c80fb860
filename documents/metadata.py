"""What a document says it is: số hiệu, ngày, cơ quan, loại, trích yếu, độ mật, thay thế."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from pathlib import PurePath

from documents import press
from documents.frame import Frame, Role, frame_of
from documents.letterhead import KINDS, is_motto, is_number_line, is_place_and_date, kind_of
from documents.normalize import fold
from documents.wording import as_name, as_written

ARTICLE = "Bài báo"
LETTER = "Công văn"


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a document from its text; None or () for what it does not say for certain.

    ``secrecy`` is the stamp as a clerk writes it: "Mật", "Tối mật", "Tuyệt mật" or
    "Lưu hành nội bộ". ``replaces`` holds the numbers this document says it replaces.
    """

    title: str
    number: str | None = None
    kind: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    secrecy: str | None = None
    replaces: tuple[str, ...] = ()


_NUMBER = re.compile(
    r"(?P<digits>\d{1,5})\s*(?P<year>/\s*\d{4}\s*)?(?P<sign>[-–/])\s*"
    r"(?P<letters>[A-ZĐ][A-Za-zĐđ]*\d*(?:\s*[-–/]\s*[A-ZĐ][A-Za-zĐđ]*\d*)*)"
)
_DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s*(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
_SHORT_DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_STAMPS = {
    "mat": "Mật",
    "toi mat": "Tối mật",
    "tuyet mat": "Tuyệt mật",
    "luu hanh noi bo": "Lưu hành nội bộ",
}
_STAMP_LINES = 15
_KIND_WORDS = "|".join(sorted(KINDS, key=len, reverse=True))
# "Hướng dẫn này … thay thế": only what this document itself replaces
_REPLACES = re.compile(
    rf"\b(?:{_KIND_WORDS})\s+này\b(?:[^.;\n]|\.(?=\d)){{0,300}}?"
    r"(?<!được )\bthay\s+thế\s+(?:cho\s+)?",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"(?:,?\s*ngày\s+\d[\d/.\-]*(?:\s+tháng\s+\d+\s+năm\s+\d+)?)?(?:\s+của\s+[^,;.\n]{1,90}?)?"
    rf"\s*(?:[,;]|\bvà\b)\s*(?:các\s+)?(?:(?:{_KIND_WORDS})\s+)?(?:số\s*)?(?=\d)",
    re.IGNORECASE,
)
_CITED = re.compile(rf"(?:các\s+)?(?:(?:{_KIND_WORDS})\s*)?(?:số\s*:?\s*)?", re.IGNORECASE)


def describe(text: str, source: str) -> Description:
    """Read what a document's text says of itself; ``source`` is the file's name, for the title."""
    frame = frame_of(text)
    head = _texts(text, frame, Role.HEAD)
    secrecy = _secrecy(text)
    if frame.is_official:
        return _official(text, frame, source, secrecy)
    if frame.is_article:
        title = " ".join(_texts(text, frame, Role.TITLE)).lstrip("# ")
        return Description(
            title=title or _stem(source),
            kind=ARTICLE,
            issuer=_press_issuer(head, _texts(text, frame, Role.TAIL)),
            issued_on=_press_date(head),
            secrecy=secrecy,
        )
    return Description(title=_plain_title(text, frame, source), secrecy=secrecy)


def _official(text: str, frame: Frame, source: str, secrecy: str | None) -> Description:
    head = _texts(text, frame, Role.HEAD)
    named = _texts(text, frame, Role.KIND)
    titled = _texts(text, frame, Role.TITLE)
    number = _number([*head, *named, *titled])
    kind = next((kind for line in named if (kind := kind_of(line))), None)
    if kind is None and (titled or (number and "CV" in number)):
        kind = LETTER
    return Description(
        title=_official_title(text, named, titled, kind, number) or _stem(source),
        number=number,
        kind=kind,
        issuer=_issuer(_letterhead(text, frame), named),
        issued_on=_issued_on([*head, *named, *titled]),
        secrecy=secrecy,
        replaces=_replaces(text),
    )


def _texts(text: str, frame: Frame, role: Role) -> list[str]:
    return [text[start:end] for start, end in frame.spans(role)]


def _letterhead(text: str, frame: Frame) -> list[str]:
    """Return the lines above the kind of document."""
    lines = zip(frame.lines, frame.roles, strict=True)
    above = takewhile(lambda line: line[1] is Role.HEAD, lines)
    return [text[start:end] for (start, end), _ in above]


def _stem(source: str) -> str:
    return PurePath(source).stem


def _number(lines: Sequence[str]) -> str | None:
    """Return the số hiệu where the letterhead or the title fills it in."""
    for line in lines:
        if is_number_line(line):
            match = _NUMBER.match(re.sub(r"^số\s*[:.]?\s*", "", line, flags=re.IGNORECASE))
            return written_number(match) if match else None
    for line in lines:
        if match := re.search(r"\bsố\s+(?=\d)", line, re.IGNORECASE):
            number = _NUMBER.match(line, match.end())
            return written_number(number) if number and not line[0].isupper() else None
    return None


def written_number(match: re.Match[str]) -> str:
    """Write a số hiệu without the spaces and long dashes of typing: "08 –HD/BTCTU"."""
    return re.sub(r"\s+", "", match.group()).replace("–", "-")


def _issued_on(lines: Sequence[str]) -> date | None:
    for line in lines:
        if match := _DATE.search(line):
            return _date(match)
    return None


def _date(match: re.Match[str]) -> date | None:
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _issuer(head: Sequence[str], named: Sequence[str]) -> str | None:
    """Return the body whose letterhead it is, the smaller before the larger it belongs to."""
    names: list[str] = []
    for line in head:
        if line.startswith("# ") or press.is_dateline(line) or press.is_source(line):
            continue  # what a web page says of itself
        name = line.strip(" *-–_=0")
        if is_number_line(line) or is_place_and_date(line) or len(name.split()) > 12:
            break
        if name and not is_motto(name) and fold(name) not in _STAMPS and kind_of(name) is None:
            names.append(name)
    if not names:
        return _issuer_named(named)
    return _joined([as_name(name) for name in names[:3]])


def _joined(names: list[str]) -> str:
    """Join the lines of a letterhead: "Thành ủy Hà Nội" over "Ban Tổ chức"."""
    whole, *rest = names
    for name in rest:
        first = name.split()[0].lower()
        if first in ("tỉnh", "thành", "huyện", "xã", "phường", "quận", "thị") and "ủy" not in name:
            whole = f"{whole} {name[:1].lower()}{name[1:]}"
        elif first in ("chi", "đảng"):
            whole = f"{name}, {whole}"
        else:
            whole = f"{name} {whole}"
    return whole


def _issuer_named(named: Sequence[str]) -> str | None:
    """Return who issues it where the kind says so: "Nghị định của Chính phủ"."""
    for line in named:
        if match := re.search(r"\bcủa\s+([^,\d]+?)(?:\s+số\b|$)", line, re.IGNORECASE):
            name = match[1].strip()
            return as_name(name) if name.isupper() else name[:1].upper() + name[1:]
    return None


def _official_title(
    text: str, named: Sequence[str], titled: Sequence[str], kind: str | None, number: str | None
) -> str:
    """Return the trích yếu in sentence case; without one, the kind and number."""
    lines = list(titled)
    for line in named[:1]:
        words = line.lstrip("# ").split()[len((kind or "").split()) :]
        if words and fold(words[0]) != "cua":
            lines.insert(0, " ".join(words))
    parts = [as_written(line.strip("# "), text) for line in lines]
    title = re.sub(r"^V/v\.?\s*:?\s*", "về việc ", " ".join(parts), flags=re.IGNORECASE)
    title = title.strip(' .:-–"')
    if not title:
        title = f"{kind or ''} {number or ''}".strip()
    return title[:1].upper() + title[1:]


def _secrecy(text: str) -> str | None:
    """Return the stamp that stands on a line of its own near the top."""
    for line in text.split("\n", _STAMP_LINES)[:_STAMP_LINES]:
        if stamp := _STAMPS.get(fold(line).strip(" *-–_.()[]#:")):
            if stamp == "Mật" and not line.strip(" *-–_.()[]#:").isupper():
                continue
            return stamp
    return None


def _replaces(text: str) -> tuple[str, ...]:
    """Return the numbers that follow "… này … thay thế", as long as the list goes on."""
    numbers: list[str] = []
    for clause in _REPLACES.finditer(text):
        place = clause.end()
        lead = _CITED.match(text, place)
        number = _NUMBER.match(text, lead.end() if lead else place)
        while number:
            numbers.append(written_number(number))
            listed = _LISTED.match(text, number.end())
            number = _NUMBER.match(text, listed.end()) if listed else None
    return tuple(dict.fromkeys(numbers))


def _press_issuer(head: Sequence[str], byline: Sequence[str]) -> str | None:
    for line in head:
        if press.is_source(line):
            return line.split(":", 1)[1].strip() or None
    for line in reversed(byline):
        if name := press.organisation(line):
            return name
    return None


def _press_date(head: Sequence[str]) -> date | None:
    """Return the date of publication: the one that bears a time, else the last one stated."""
    dated = [line for line in head if press.is_dateline(line)]
    timed = [line for line in dated if ":" in line]
    for line in (timed or dated)[-1:]:
        if match := _SHORT_DATE.search(line):
            return _date(match)
    return None


def _plain_title(text: str, frame: Frame, source: str) -> str:
    """Return the Markdown title or a short first line; else the name of the file."""
    titled = _texts(text, frame, Role.TITLE)
    if titled:
        return titled[0].lstrip("# ")
    first = text[slice(*frame.lines[0])] if frame.lines else ""
    short = 0 < len(first.split()) <= 25 and not first.endswith((".", ":", ";", ","))
    if short and len(frame.lines) > 1:
        title = as_written(first.lstrip("# "), text)
        return title[:1].upper() + title[1:]
    return _stem(source)
