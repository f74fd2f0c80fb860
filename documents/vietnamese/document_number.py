"""Số hiệu: document numbers in any spelling, as documents, questions and the library have them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from documents.vietnamese import issuers, kinds
from documents.vietnamese.normalize import fold, normalize

# folded names and codes to the code by which numbers are compared; QĐ and QĐi are one
KINDS = {kind.folded: fold(kind.codes[0]) for kind in kinds.KINDS if kind.codes}
_ENGLISH = {name: fold(kind.codes[0]) for kind in kinds.KINDS for name in kind.english}
_KIND_CODES = _ENGLISH | {
    fold(code): fold(kind.codes[0]) for kind in kinds.KINDS for code in kind.codes
}
KIND_WORDS = "|".join(sorted({*KINDS, *_ENGLISH}, key=len)[::-1])
_CODES = "|".join(r"\.?".join(code) for code in sorted({*_KIND_CODES} - {*_ENGLISH}, key=len)[::-1])
_SEP = r"\s*[-/.,]?\s*"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_ISSUER_CODE = r"[a-z]{2,}(?:[-.][a-z]{2,})?\d{0,2}"
_BY_CODE = rf"(?:\s*[-/.]\s*(?P<issuer>{_ISSUER_CODE})|\s*(?P<loose>{issuers.LOOSE}))(?!\w)"
_MARKED = r"(?:\s*(?P<marked>so(?: hieu)?|no\.?|number|:|#)\s*[:.]?)"
_SEQUENCE = rf"(?P<seq>\d{{1,5}})(?!\d|[.,]\d|\s*%|/(?!{_YEAR})\d|-\d)"
KIND = rf"(?<!\w)(?:(?P<code>{_CODES})|(?P<word>{KIND_WORDS}))"
# 03-NQ/TU, 294 qđ/tw, 03NQTU, 15_QĐ_TU, 991/QĐ-UBND, 29/1998/NĐ-CP
_NUMBER_FIRST = re.compile(
    rf"(?<![\w%,/])(?P<seq>\d{{1,5}})(?P<mark>[a-z])?(?:\s*[/-]\s*(?P<year>{_YEAR}))?{_SEP}"
    rf"(?P<code>{_CODES})(?:{_BY_CODE})?(?!\w)"
)
# NQ 03, nghị quyết số 3, QĐ294/TW, NQ 03/2016
_KIND_FIRST = re.compile(
    rf"{KIND}{_MARKED}?{_SEP}{_SEQUENCE}(?:\s*/\s*(?P<year>{_YEAR}))?"
    rf"(?:\s*[-/]\s*(?P<kind2>{_CODES})(?!\w))?(?:{_BY_CODE})?(?![a-z])"
)
# NQ/TU 03, QĐ-TW số 294, nghị quyết của Tỉnh ủy số 3
_ISSUER_BETWEEN = re.compile(
    rf"{KIND}(?:\s*[-/]\s*(?P<issuer>{_ISSUER_CODE}){_MARKED}?\s+"
    rf"|\s*(?P<loose>{issuers.LOOSE})(?:{_MARKED.replace('marked', 'marked2')}\s*|\s+(?=0\d))"
    rf"|\s+(?:(?:cua|do|of the|of)\s+)?(?P<named>{issuers.WORDS})(?:\s+ban hanh)?"
    rf"{_MARKED.replace('marked', 'marked3')}\s*){_SEQUENCE}"
)
# "văn bản số 305": a number without a kind
_BARE = re.compile(
    r"(?<!\w)(?:van ban|so hieu|document|vb)\s+(?:so\s+|no\.?\s*)?(?P<seq>\d{1,5})(?![\w%.,/-])"
)
_PATTERNS = (_NUMBER_FIRST, _ISSUER_BETWEEN, _KIND_FIRST, _BARE)
# "QĐ 15, 16 và 17": the kind holds for each
_ANOTHER = re.compile(
    r"\s*(?:,|va|and|&|hoac|or)\s*(?:so\s*)?(?P<seq>\d{1,5})"
    r"(?=\s*(?:$|[?.!,;:)]|(?:va|and|cua|do|noi|quy dinh|co|la|ve|khac|thi)(?!\w)))(?![.,/]\d)"
)
_UNITS = (  # after "kế hoạch 5 năm" or "3 nội dung" the figure counts things and is no number
    rf"nam(?!\s+{_YEAR}(?!\s*-))|thang|ngay(?!\s+\d{{1,2}}\s*(?:[/.-]|thang))|tuan|gio"
    r"|quy (?:[1-4]|i{1,3}|iv)|khau|dot pha|noi dung|diem|nhiem vu|giai phap|nhom|buoc|phan"
    r"|muc tieu|chi tieu|nguoi|dong chi|dang vien|can bo|xa|huyen(?! uy)|tinh(?! uy)|thon|lan|dong"
    r"|trieu|ty"
    r"|trang|chuong|dieu|khoan|cap|years?|months?|phan tram|van ban|loai|hinh thuc"
    r"|truong hop|tieu chi|yeu cau|chi bo|dang bo"
)
# but in "quy định 15 điều 5" a place of the document follows its number
_AFTER = re.compile(
    rf"\s*(?!(?:dieu|khoan|diem|chuong|phan)\s+(?:\d|[a-z](?!\w)|[ivx]+(?!\w)))(?:{_UNITS})(?!\w)"
)
_PERIOD_PLANS = ("kh", "ctr", "da", "bc")  # "kế hoạch 5 năm 2021" is a plan for five years
_OF_ISSUER = re.compile(rf"\s*,?\s*(?:cua|do|of the|of|by)?\s*(?P<issuer>{issuers.WORDS})(?!\w)")
# each for one, so that offsets stay
_SPELLINGS = str.maketrans(
    dict.fromkeys("‐‑‒–—―−﹘﹣－_", "-")
    | dict.fromkeys("⁄∕／", "/")
    | {chr(0xFF10 + digit): str(digit) for digit in range(10)}
)
_LETTER_O = re.compile(r"(?<!\w)o(?=\d)|(?<=\bnq)o(?=\d)|(?<=\bqd)o(?=\d)")  # "nq o3"
_DAY = r"(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY_IN_WORDS = (
    r"(?P<day2>\d{1,2})\s+thang\s+(?P<month2>\d{1,2})\s+nam\s+(?P<year2>(?:19|20)\d\d)(?!\d)"
)
_ISSUED = re.compile(
    r"\s*,?\s*(?:(?:duoc )?(?:ban hanh|ky)(?: ban hanh)?\s+)?(?:vao\s+)?"
    rf"(?:(?:ngay\s+)?(?:{_DAY}|{_DAY_IN_WORDS})|nam\s+(?P<only>(?:19|20)\d\d)"
    r"(?!\d|\s*(?:[-–]|den)\s*(?:nam\s+)?(?:19|20)\d\d))"
)
# a number as documents print it, which tells it from any other figures
PRINTED = re.compile(
    r"(?P<digits>\d{1,5})\s*(?P<year>/\s*\d{4}\s*)?(?P<sign>[-–/])\s*"
    r"(?P<letters>[A-ZĐ][A-Za-zĐđ]*\d*(?:\s*[-–/]\s*[A-ZĐ][A-Za-zĐđ]*\d*)*)"
)
_TOKEN = re.compile(r"[0-9]+|[a-z]+")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A số hiệu taken apart; None is what the spelling leaves open.

    ``kind`` and ``issuer`` are folded codes: 03-NQ/TU is (3, "nq", "tu"). ``year`` belongs to the
    number or, of a document, is that of its issue; ``day`` is the day of issue. ``place`` is the
    folded name of the issuer's place. ``near`` is a year that stands by the number and may be its
    own or the topic's.
    """

    sequence: int
    kind: str | None = None
    issuer: str | None = None
    year: int | None = None
    written: str = ""
    day: date | None = None
    place: str | None = None
    near: int | None = None

    def matches(self, other: "DocumentNumber") -> bool:
        """Tell whether two spellings may name the same document: nothing stated differs."""
        return self.sequence == other.sequence and all(
            mine is None or theirs is None or mine == theirs
            for mine, theirs in (
                (self.kind, other.kind),
                (self.issuer, other.issuer),
                (self.year, other.year),
                (self.day, other.day),
                (self.place, other.place),
            )
        )


@dataclass(frozen=True, slots=True)
class Attributes:
    """What stands behind a number or a kind: whose it is and when it was issued."""

    end: int
    issuer: str | None = None
    place: str | None = None
    day: date | None = None
    near: int | None = None


def numbers_in(text: str) -> tuple[DocumentNumber, ...]:
    """Return the document numbers a text names, in order, each once."""
    folded = plain(text)
    found: dict[int, DocumentNumber] = {}
    for match in _matches(folded, text):
        number = _number(folded, match, text)
        found[match.start()] = number
        end = match.end()
        while match.re is _KIND_FIRST and (other := _ANOTHER.match(folded, end)) is not None:
            written = text[other.start("seq") : other.end("seq")]
            kind, issuer = number.kind, attributes(folded, text, other.end()).issuer
            found[other.start("seq")] = DocumentNumber(
                int(other["seq"]), kind, issuer, None, written
            )
            end = other.end("seq")
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def codes_in(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of codes within document numbers: "NQ/TU" of "03-NQ/TU"."""
    spans = []
    for match in _matches(plain(text), text):
        groups = match.groupdict()
        names = [name for name in ("code", "kind2", "issuer", "loose") if groups.get(name)]
        if match.re is not _NUMBER_FIRST:
            names = [name for name in names if name != "code"]  # "NQ 03" is to be written out
        spans += [match.span(name) for name in names]
    return tuple(sorted(spans))


def plain(text: str) -> str:
    """Fold a text, with one form of each dash, stroke and digit; offsets stay."""
    return _LETTER_O.sub("0", fold(text).translate(_SPELLINGS))


def _matches(folded: str, text: str) -> Iterator[re.Match[str]]:
    taken: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            if not _counts_things(folded, match) and not _is_a_word(match, text):
                taken.append(match.span())
                yield match


def _is_a_word(match: re.Match[str], text: str) -> bool:
    """Tell "đã 38 tuổi" from "ĐA 38", and "the 2nd" from "2-NĐ"."""
    groups = match.groupdict()
    code = groups.get("code")
    if code is None:
        return False
    typed = text[slice(*match.span("code"))]
    if typed.lower().replace("đ", "d") != code:
        return True  # with a tone or a circumflex
    alone = not (groups.get("issuer") or groups.get("loose"))
    return alone and code in ("da", "nd") and typed.islower() and typed.isascii()


def _counts_things(folded: str, match: re.Match[str]) -> bool:
    groups = match.groupdict()
    if match.re is _ISSUER_BETWEEN:
        return False
    if match.re is _NUMBER_FIRST:
        # "3 kế hoạch" never gets here, but "có 3 BC" and "2 HD" may count documents
        named = groups["issuer"] or groups["loose"] or match["seq"].startswith("0")
        return not named and not re.search(r"[-/]|^\d+[a-z.]+$", match[0])
    explicit = groups.get("issuer") or groups.get("loose") or groups.get("marked")
    explicit = explicit or match["seq"].startswith("0")  # nobody counts "06 nội dung" after a kind
    if explicit:
        return False
    if kind_of(match) in _PERIOD_PLANS and re.match(r"\s*nam(?!\w)", folded[match.end() :]):
        return True
    # "kế hoạch 2024" names a year
    return _AFTER.match(folded, match.end()) is not None or 1930 <= int(match["seq"]) <= 2050


def kind_of(match: re.Match[str]) -> str | None:
    """Return the code of the kind that a match of KIND names."""
    groups = match.groupdict()
    code = groups.get("code") or groups.get("kind2")
    if code is not None:
        code = code.replace(".", "")
        return _KIND_CODES.get(code, code)
    word = groups.get("word")
    return None if word is None else KINDS.get(word) or _KIND_CODES[word]


def _number(folded: str, match: re.Match[str], text: str) -> DocumentNumber:
    groups = match.groupdict()
    issuer = groups.get("issuer") or groups.get("loose")
    if groups.get("named"):
        issuer = issuers.code_of(str(groups["named"]))
    behind = attributes(folded, text, match.end())
    end = match.end() if issuer and not behind.day else behind.end
    year = groups.get("year")
    return DocumentNumber(
        sequence=int(match["seq"]),
        kind=kind_of(match),
        issuer=issuers.bare(issuer) if issuer else behind.issuer,
        year=int(year) if year else None,
        written=text[match.start() : end].strip(" ,"),
        day=behind.day,
        place=behind.place,
        near=behind.near,
    )


def attributes(folded: str, text: str, end: int) -> Attributes:
    """Read what stands behind ``end``: "ngày 3/2/2021 của Tỉnh ủy Sơn Lĩnh"."""
    day, near, issuer, place = None, None, None, None
    at = end  # a year is read on past, but is not part of the name
    for _turn in range(2):  # the date stands before the issuer or behind it
        issued = None if near else _ISSUED.match(folded, at)
        if issued is not None:
            day, near = _day_of(issued), _year_of(issued)
            at = issued.end()
            end = at if day else end
        of = None if issuer else _OF_ISSUER.match(folded, at)
        if of is not None:
            issuer, end = issuers.code_of(of["issuer"]), of.end()
            place = _capitalised_after(text, end)
            end += len(place) + 1 if place else 0
            at = end
    return Attributes(end, issuer, fold(place) if place else None, day, near)


def _capitalised_after(text: str, end: int) -> str | None:
    """Return the capitalised words that follow: the name of an issuer's place."""
    if text.isupper():
        return None
    words = []
    for word in text[end:].split(" ")[1:]:
        if not word.strip(",;:?!.").isalpha() or not word[0].isupper():
            break
        words.append(word.strip(",;:?!."))
        if not word.isalpha():
            break
    return " ".join(words) or None


def _day_of(match: re.Match[str]) -> date | None:
    """Return the day a match of _ISSUED names; None when it names a year or no day there is."""
    groups = match.groupdict()
    numbers = tuple(groups[name] or groups[f"{name}2"] for name in ("year", "month", "day"))
    if None in numbers:
        return None
    year, month, day = (int(number or 0) for number in numbers)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year_of(match: re.Match[str]) -> int:
    """Return the year a match of _ISSUED names."""
    return int(match["only"] or match["year"] or match["year2"])


def as_printed(match: re.Match[str]) -> str:
    """Write a match of PRINTED without the spaces and long dashes of typing: "08 –HD/BTCTU"."""
    return re.sub(r"\s+", "", match.group()).replace("–", "-")


def number_key(number: str | None) -> str:
    """Return a document number free of case, marks, dashes, spaces and leading zeros.

    "03-NQ/TU", "3 – nq/tu" and "03NQ TU" give the same key; no number gives "".
    """
    tokens = _TOKEN.findall(fold(normalize(number or "")))
    return " ".join(token.lstrip("0") or "0" if token.isdigit() else token for token in tokens)
