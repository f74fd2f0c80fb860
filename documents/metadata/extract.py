"""What a document says it is: số hiệu, ngày, cơ quan, loại, trích yếu, độ mật, thay thế."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile
from pathlib import PurePath

from documents.document import DOUBTFUL
from documents.layout import newspaper
from documents.layout.letterhead import (
    after_number_word,
    is_draft_sign,
    is_motto,
    is_number_line,
    is_place_and_date,
    kind_of,
)
from documents.layout.outline import ROW_SIGN, is_capitals
from documents.layout.secrecy import may_be_stamp, secrecy_of
from documents.layout.segmentation import Frame, Role, frame_of
from documents.layout.signature import signatures_of
from documents.metadata.description import TOGETHER, Description, as_draft, confirmed
from documents.metadata.references import amended, based_on, replaced
from documents.vietnamese import kinds
from documents.vietnamese.document_number import PRINTED, as_printed
from documents.vietnamese.legibility import is_legible
from documents.vietnamese.normalize import fold
from documents.vietnamese.proper_names import as_name, as_written

FIELDS = ("title", "number", "kind", "issuer", "issued_on", "signer")
ARTICLE_FIELDS = ("title", "issuer", "issued_on")
ARTICLE = "Bài báo"
LETTER = "Công văn"
_CENTRAL = "ban chap hanh trung uong"
_ORGANS = ("Bộ Chính trị", "Ban Bí thư")
_COMMITTEES = ("huyen uy ", "quan uy ", "thi uy ", "thanh uy ")

_DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s*(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
_TITLE_REACH = 15  # lines over a table, within which its title stands
_ABOUT = re.compile(r"\b(?:về|v/v)\s.*", re.IGNORECASE)
_SHORT_DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_EFFECTIVE = re.compile(
    rf"\b(?:{kinds.words()})\s+này\s+(?:[^.;\n]|\.(?=\d)){{0,80}}?"
    r"(?:có hiệu lực|được thực hiện|được thi hành)(?:\s+thi hành)?\s+(?:kể\s+)?từ\s+"
    r"(?:(?P<signed>ngày (?:ký|ban hành))"
    r"|ngày\s+(?P<day>\d{1,2})(?:[/.-]|\s+tháng\s+)(?P<month>\d{1,2})(?:[/.-]|\s+năm\s+)"
    r"(?P<year>\d{4}))",
    re.IGNORECASE,
)


def describe(text: str, source: str, *, recognised: bool = False) -> Description:
    """Read what a document's text says of itself; ``source`` is the file's name, for the title.

    Of letters that were ``recognised`` in a picture, or that cannot be what the pages show, only
    what the text says twice is certain.
    """
    doubtful = not is_legible(text)
    frame = frame_of(text)
    if frame.is_official:
        found = _official(text, frame, source)
    elif frame.is_article:
        found = _article(text, frame, source)
    else:
        found = Description(title=_plain_title(text, frame, source))
    found = replace(found, secrecy=secrecy_of(text))
    if recognised or doubtful:
        found = confirmed(found, text, source)
    review = _to_review(found, frame, recognised=recognised or doubtful)
    return replace(found, review=(*review, DOUBTFUL) if doubtful else review)


def _to_review(found: Description, frame: Frame, *, recognised: bool) -> tuple[str, ...]:
    """Return the fields that are empty though such documents have them, and a title misread."""
    fields: tuple[str, ...] = ARTICLE_FIELDS if frame.is_article else FIELDS
    if not frame.is_official:
        fields = tuple(field for field in fields if field != "signer")
    unsure = ("title",) if recognised else ()
    return tuple(field for field in fields if field in unsure or not getattr(found, field))


def _article(text: str, frame: Frame, source: str) -> Description:
    head = _texts(text, frame, Role.HEAD)
    title = " ".join(_texts(text, frame, Role.TITLE)).lstrip("# ")
    return Description(
        title=title or _stem(source),
        kind=ARTICLE,
        issuer=_press_issuer(head, _texts(text, frame, Role.TAIL)),
        issued_on=_press_date(head),
    )


def _official(text: str, frame: Frame, source: str) -> Description:
    head = _texts(text, frame, Role.HEAD)
    named = _texts(text, frame, Role.KIND)
    titled = _texts(text, frame, Role.TITLE)
    number = _number([*head, *named, *titled])
    kind = next((kind for line in named if (kind := kind_of(line))), None)
    if kind is None and named:
        kind = named[0].lstrip("# ").rstrip(" :").capitalize()
    elif kind is None and (titled or (number and "CV" in number)):
        kind = LETTER
    title = _official_title(text, named, titled, kind, number) or _stem(source)
    issued_on = _issued_on([*head, *named, *titled])
    signatures = signatures_of(_first_tail(text, frame))
    is_draft = any(map(is_draft_sign, (*_letterhead(text, frame), *named)))
    if is_draft:
        kind = as_draft(kind)
    return Description(
        title=title,
        number=number,
        kind=kind,
        issuer=_issuer(_letterhead(text, frame), named, signatures[0].role),
        issued_on=issued_on,
        replaces=() if is_draft else replaced(text),
        amends=() if is_draft else amended(text, title),
        based_on=based_on(_texts(text, frame, Role.BASIS), number),
        effective_on=None if is_draft else _effective_on(text, issued_on),
        signer=TOGETHER.join(one.name for one in signatures),
        signer_role=TOGETHER.join(one.role for one in signatures),
    )


def number_is_blank(text: str) -> bool:
    """Whether a letterhead leaves room for the số hiệu and does not fill it in."""
    frame = frame_of(text)
    numbered = [line for line in _texts(text, frame, Role.HEAD) if is_number_line(line)]
    return frame.is_official and bool(numbered) and _number(numbered) is None


def _effective_on(text: str, issued_on: date | None) -> date | None:
    """Return the day from which the document says it holds; None where it names several."""
    days = {
        issued_on if match["signed"] else _day(match["day"], match["month"], match["year"])
        for match in _EFFECTIVE.finditer(text)
    }
    return days.pop() if len(days) == 1 else None


def _texts(text: str, frame: Frame, role: Role) -> list[str]:
    return [text[start:end] for start, end in frame.spans(role)]


def _letterhead(text: str, frame: Frame) -> list[str]:
    """Return the lines above the kind of document."""
    lines = zip(frame.lines, frame.roles, strict=True)
    above = takewhile(lambda line: line[1] is Role.HEAD, lines)
    return [text[start:end] for (start, end), _ in above]


def _first_tail(text: str, frame: Frame) -> list[str]:
    """Return the lines that end the document itself, not those that end its annexes."""
    roles = frame.roles
    first = roles.index(Role.TAIL) if Role.TAIL in roles else len(roles)
    lines = zip(frame.lines[first:], roles[first:], strict=True)
    own = takewhile(lambda line: line[1] in (Role.TAIL, Role.FURNITURE), lines)
    return [text[start:end] for (start, end), role in own if role is Role.TAIL]


def _stem(source: str) -> str:
    return PurePath(source).stem


def _number(lines: Sequence[str]) -> str | None:
    """Return the số hiệu where the letterhead or the title fills it in."""
    for line in lines:
        if is_number_line(line):
            match = PRINTED.match(after_number_word(line))
            return as_printed(match) if match else None
    for line in lines:
        if match := re.search(r"\bsố\s+(?=\d)", line, re.IGNORECASE):
            number = PRINTED.match(line, match.end())
            return as_printed(number) if number and not line[0].isupper() else None
    return None


def _issued_on(lines: Sequence[str]) -> date | None:
    for line in lines:
        if match := _DATE.search(line):
            return _date(match)
    return None


def _date(match: re.Match[str]) -> date | None:
    return _day(*match.groups())


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _issuer(head: Sequence[str], named: Sequence[str], role: str) -> str | None:
    """Return the body whose letterhead it is, the smaller before the larger it belongs to.

    The Central Committee's letterhead stands over what the Politburo and the Secretariat issue:
    which of them it is, the signature says.
    """
    names: list[str] = []
    for line in head:
        if newspaper.is_dateline(line) or newspaper.is_source(line) or is_draft_sign(line):
            continue  # what a web page says of itself
        if line.startswith("#") and not is_capitals(line.lstrip("# ")):
            continue
        name = line.lstrip("# ").strip(" *-–_=0|")
        if is_number_line(line) or is_place_and_date(line) or len(name.split()) > 12:
            break
        if name and not is_motto(name) and not may_be_stamp(name) and kind_of(name) is None:
            names.append(name)
    if not names:
        return _issuer_named(named)
    whole = _joined([as_name(name) for name in names[:3]])
    return _organ_signing(role) or whole if fold(whole) == _CENTRAL else whole


def _organ_signing(role: str) -> str | None:
    """Return the organ on whose behalf a document is signed, if it is one of the Central ones."""
    behalf = re.sub(r"^T/?M\.?\s*", "", role).split(",")[0]
    return next((organ for organ in _ORGANS if fold(behalf) == fold(organ)), None)


def _joined(names: list[str]) -> str:
    """Join the lines of a letterhead: "Thành ủy Hà Nội" over "Ban Tổ chức"."""
    whole, *rest = names
    for name in rest:
        first = name.split()[0].lower()
        if fold(name).startswith(_COMMITTEES):
            whole = name  # a committee of its own name, under the letterhead of the higher one
        elif (
            first in ("tỉnh", "thành", "huyện", "xã", "phường", "quận", "thị") and "ủy" not in name
        ):
            whole = f"{whole} {name[:1].lower()}{name[1:]}"
        elif first in ("chi", "đảng"):
            whole = f"{name}, {whole}"
        else:
            whole = f"{name} {whole}"
    return whole


def _issuer_named(named: Sequence[str]) -> str | None:
    """Return who issues it where the kind says so: "Nghị định của Chính phủ"."""
    for line in named:
        if match := re.search(r"\bcủa\s+([^,\d]+?)(?:\s+(?:số|về)\b|$)", line, re.IGNORECASE):
            name = match[1].strip()
            return as_name(name) if name.isupper() else name[:1].upper() + name[1:]
    return None


def _official_title(
    text: str, named: Sequence[str], titled: Sequence[str], kind: str | None, number: str | None
) -> str:
    """Return the trích yếu in sentence case; without one, the kind and number."""
    lines = list(titled)
    bare = re.sub(r"^[#(\s]*(?:dự thảo\s+)?", "", " ".join(named), flags=re.IGNORECASE)
    words = bare.split()[len((kind or "").split()) :]
    said = " ".join(words)
    if words and fold(words[0]) == "cua":  # "của Ban Thường vụ Tỉnh ủy về công tác dân vận"
        about = _ABOUT.search(said)
        said = about.group() if about else ""
    if said and not is_number_line(said):
        lines.insert(0, said)
    parts = [as_written(line.strip("# "), text) for line in lines]
    title = re.sub(r"^V/v\.?\s*:?\s*", "về việc ", " ".join(parts), flags=re.IGNORECASE)
    title = title.strip(' .:-–"')
    if not title:
        title = f"{kind or ''} {number or ''}".strip()
    return title[:1].upper() + title[1:]


def _press_issuer(head: Sequence[str], byline: Sequence[str]) -> str | None:
    for line in head:
        if newspaper.is_source(line):
            return line.split(":", 1)[1].strip() or None
    for line in reversed(byline):
        if name := newspaper.organisation(line):
            return name
    return None


def _press_date(head: Sequence[str]) -> date | None:
    """Return the date of publication: the one that bears a time, else the last one stated."""
    dated = [line for line in head if newspaper.is_dateline(line)]
    timed = [line for line in dated if ":" in line]
    for line in (timed or dated)[-1:]:
        if match := _SHORT_DATE.search(line):
            return _date(match)
    return None


def _title_over_table(text: str, frame: Frame) -> str:
    """Return the last line in capitals over a sheet's first row; "" where no table begins it."""
    lines = [text[start:end] for start, end in frame.lines[:_TITLE_REACH]]
    rows = [place for place, line in enumerate(lines) if ROW_SIGN in line]
    over = lines[: rows[0]] if rows else []
    titles = [line for line in over if is_capitals(line) and not is_motto(line)]
    return titles[-1] if titles else ""


def _plain_title(text: str, frame: Frame, source: str) -> str:
    """Return the Markdown title or a short first line; else the name of the file."""
    titled = _texts(text, frame, Role.TITLE)
    if titled:
        return titled[0].lstrip("# ")
    if over_table := _title_over_table(text, frame):
        title = as_written(over_table, text)
        return title[:1].upper() + title[1:]
    first = text[slice(*frame.lines[0])] if frame.lines else ""
    short = 0 < len(first.split()) <= 25 and not first.endswith((".", ":", ";", ","))
    short = short and ROW_SIGN not in first
    if short and len(frame.lines) > 1:
        title = as_written(first.lstrip("# "), text)
        return title[:1].upper() + title[1:]
    return _stem(source)
