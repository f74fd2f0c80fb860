"""What a line's numbering says: Phần, Chương, Mục, Điều, I., 1.1., a), "- ", and their ranks."""

import re
from dataclasses import dataclass
from enum import IntEnum

from documents.vietnamese import kinds
from documents.vietnamese.normalize import CAPITALS, fold


class Rank(IntEnum):
    """How deep a kind of numbering stands; a line ends every open division of its rank or deeper.

    The gaps are for decimals, one step a component: ``CLAUSE`` is "1.", ``CLAUSE + 1`` "1.1.".
    """

    PART = 0
    CHAPTER = 10
    SECTION = 20
    SUBSECTION = 30
    LETTER = 40
    ROMAN = 50
    INNER_LETTER = 55
    ARTICLE = 60
    CLAUSE = 70
    STEP = 80
    ORDINAL = 81
    POINT = 90
    INTRO = 94
    NESTED = 95
    STAR = 99
    BULLET = 100
    SUBBULLET = 101


@dataclass(frozen=True, slots=True)
class Marker:
    """The numbering at the head of a line; ``label`` as a clerk would name it, ``end`` its length.

    ``number`` is the value of the last component, for telling a sequence from a coincidence.
    """

    rank: int
    label: str
    number: int
    end: int


# the Vietnamese order of the letters that number points: "a) b) c) d) đ) e) g) h) i) k)"
_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
_ENGLISH = "abcdefghijklmnopqrstuvwxyz"
_TENS = ("mười", "mười một", "mười hai", "mười ba", "mười bốn", "mười lăm")
_CARDINALS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", *_TENS)
_ORDINALS = "|".join(("nhất", "nhì", "tư", "bẩy", *_CARDINALS[1:]))
_ROMAN = r"(?=[IVX])(?:X{0,3})(?:IX|IV|V?I{0,3})"
# what may follow a division's number: a stop, the line's end, or the title itself in capitals
_STOP = rf"(?:\s*[.:)/\-–—]\s*|$|\s+(?=[{CAPITALS}]{{2}}))"
_DIVISION_NUMBER = rf"(?P<number>{_ROMAN}|\d{{1,2}}|[A-H])"

_PART = re.compile(
    rf"(?i:phần)\s+(?P<number>(?i:thứ\s+(?:{_ORDINALS}))|{_ROMAN}|\d{{1,2}}|[A-E]){_STOP}"
)
_ANNEX = re.compile(
    rf"(?P<name>(?i:phụ\s+lục|mẫu(?:\s+số)?))(?:\s*(?P<number>{_ROMAN}|\d{{1,3}}[A-Za-z]?|[A-H]))?{_STOP}"
)
_CHAPTER = re.compile(rf"(?i:chương)\s+{_DIVISION_NUMBER}{_STOP}")
_SECTION = re.compile(rf"(?i:mục)\s+{_DIVISION_NUMBER}{_STOP}")
_TITLED = re.compile(
    rf"(?P<name>Chương|CHƯƠNG|Mục|MỤC)\s+(?P<number>{_ROMAN}|\d{{1,2}})\s+(?=[{CAPITALS}][^\W\d_])"
)
_TITLE_WORDS = 20
_REFERRED = re.compile(
    rf"(?:Bộ luật|Luật|Pháp lệnh|Hiến pháp|Điều lệ)\b"
    rf"|(?:{kinds.words()}|Phần|Chương)\s+(?:này|trên|số|của|[\d{CAPITALS}])"
)
_SUBSECTION = re.compile(rf"(?i:tiểu\s+mục)\s+{_DIVISION_NUMBER}{_STOP}")
# "Điều 5." heads an article; "Điều 5 của Luật này" and "Điều 10, Điều 21" only refer to one
_ARTICLE = re.compile(r"(?:Điều|ĐIỀU)\s+(?P<number>\d{1,3}[a-zđ]?)(?:\s*[.:]|$)\s*")
_STEP = re.compile(r"bước\s+(?P<number>\d{1,2})\s*[.:)\-–]\s*", re.IGNORECASE)
# not "Thứ Hai, 25/10/2021", which is a weekday
_ORDINAL = re.compile(
    rf"(?i:thứ\s+(?P<ordinal>{_ORDINALS})|(?P<cardinal>{'|'.join(_CARDINALS)})\s+là)"
    r"\s*[,:;.\-–]\s*(?=[^\s\d])(?!ngày)"
)
_UPPER_ROMAN = re.compile(rf"(?P<number>{_ROMAN})(?:\s*[.)]\s*|\s*[/\-–—]\s+)(?=\S)")
_UPPER_LETTER = re.compile(r"(?P<number>[A-ZĐ])(?:\s*[.)/]|\s*[\-–—])\s+(?=\S)")
_DECIMAL = re.compile(
    r"(?P<number>[1-9]\d{0,2}(?:\.[1-9]\d?){1,4})(?P<stop>[.)/]?)\s*(?=[^\s\d])"
    # "12- HD/BTCTW" is the number of a document, not of a clause
    r"|(?P<single>[1-9]\d{0,2})(?:[.)/]|\s?[\-–—](?=\s))\s*(?=[^\s\d])(?![A-ZĐ]+i?[/\-])"
)
_POINT = re.compile(r"\(?(?P<number>[a-zđêôơưăâ])(?:\)|[./](?=\s)|\s?[\-–](?=\s))\s*(?=\S)")
_NESTED = re.compile(r"\(\s*(?P<number>\d{1,2}|[ivx]{1,4})\s*\)\s*(?=\S)")
_BULLET = re.compile(r"(?P<sign>[-–—•●▪■*·+○◦o➢✓])\s+(?=\S)|(?P<tight>[-–+•])(?=[^\W\d_])")

_BULLETS = {"*": Rank.STAR} | dict.fromkeys("+○◦o", Rank.SUBBULLET)

_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}


def roman_value(numeral: str) -> int:
    """Return the value of a Roman numeral of I, V and X."""
    values = [_ROMAN_VALUES[letter] for letter in numeral.upper()]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def markers_of(line: str) -> tuple[Marker, ...]:
    """Return the readings of a line's numbering, the likelier first; empty for a plain line.

    Only "I." to "X." as against the letters I, V and X have two readings; context decides.
    """
    for read in (_read_division, _read_article_and_step, _read_decimal, _read_small):
        if marker := read(line):
            return (marker,)
    return _read_upper(line)


def _read_division(line: str) -> Marker | None:
    """Read Phần, Phụ lục, Chương, Mục and Tiểu mục."""
    for pattern, rank, name in (
        (_PART, Rank.PART, "Phần"),
        (_CHAPTER, Rank.CHAPTER, "Chương"),
        (_SECTION, Rank.SECTION, "mục"),
        (_SUBSECTION, Rank.SUBSECTION, "tiểu mục"),
    ):
        if match := pattern.match(line):
            number = _plain_number(match["number"])
            return Marker(rank, f"{name} {number}", _value(number), match.end())
    return _read_titled(line) or _read_annex(line)


def _read_titled(line: str) -> Marker | None:
    """Read "Chương II Quy định chung", whose title in small letters no stop parts from it.

    "Chương II Luật Đất đai" and "Chương II Quy định này" only refer to a chapter.
    """
    match = _TITLED.match(line)
    title = line[match.end() :] if match else ""
    if match is None or len(title.split()) > _TITLE_WORDS or title.endswith((".", ",", ";", ":")):
        return None
    if _REFERRED.match(title):
        return None
    number = match["number"].upper()
    rank = Rank.CHAPTER if match["name"].lower() == "chương" else Rank.SECTION
    name = "Chương" if rank is Rank.CHAPTER else "mục"
    return Marker(rank, f"{name} {number}", _value(number), match.end())


def _read_annex(line: str) -> Marker | None:
    match = _ANNEX.match(line)
    if match is None or not line[0].isupper():
        return None
    numbered = match["number"] is not None
    if not numbered and (match["name"].lower().startswith("mẫu") or match.end() != len(line)):
        return None
    name = "Phụ lục" if match["name"].lower().startswith("phụ") else "Mẫu số"
    label = f"{name} {match['number']}" if numbered else name
    return Marker(Rank.PART, label, _value(match["number"] or "1"), match.end())


def _read_article_and_step(line: str) -> Marker | None:
    if match := _ARTICLE.match(line):
        return Marker(Rank.ARTICLE, f"Điều {match['number']}", _value(match["number"]), match.end())
    if match := _STEP.match(line):
        return Marker(Rank.STEP, f"bước {match['number']}", int(match["number"]), match.end())
    if match := _ORDINAL.match(line):
        ordinal = match["ordinal"] or match["cardinal"]
        ordinal = {"một": "nhất", "bốn": "tư", "nhì": "hai"}.get(ordinal.lower(), ordinal.lower())
        return Marker(Rank.ORDINAL, f"ý thứ {ordinal}", _ordinal_value(ordinal), match.end())
    return None


def _read_decimal(line: str) -> Marker | None:
    """Read "1.", "1.1." and deeper; "1.251 lượt", "3.5 triệu" and dates are no numbering."""
    match = _DECIMAL.match(line)
    if match is None:
        return None
    if single := match["single"]:
        return Marker(Rank.CLAUSE, single, int(single), match.end())
    if not match["stop"] and not _begins_sentence(line[match.end()]):
        return None
    components = match["number"].split(".")
    return Marker(
        Rank.CLAUSE + len(components) - 1, match["number"], int(components[-1]), match.end()
    )


def _read_small(line: str) -> Marker | None:
    """Read a), (1) and bullets."""
    if match := _POINT.match(line):
        letter = match["number"]
        if letter != "o" or line[1:2] == ")":
            return Marker(Rank.POINT, f"điểm {letter}", _LETTERS.find(letter) + 1, match.end())
    if match := _NESTED.match(line):
        number = match["number"]
        return Marker(Rank.NESTED, f"({number})", _value(number), match.end())
    if match := _BULLET.match(line):
        sign = match["sign"] or match["tight"]
        return Marker(_BULLETS.get(sign, Rank.BULLET), sign, 0, match.end())
    return None


def _read_upper(line: str) -> tuple[Marker, ...]:
    """Read "I." and "A."; a letter that is also a numeral gives both readings."""
    readings = []
    if (match := _UPPER_ROMAN.match(line)) and match["number"]:
        number = match["number"]
        readings.append(Marker(Rank.ROMAN, f"mục {number}", roman_value(number), match.end()))
    if match := _UPPER_LETTER.match(line):
        letter = match["number"].lower()
        value = _ENGLISH.find(letter) + 1 or 4
        readings.append(Marker(Rank.LETTER, f"mục {match['number']}", value, match.end()))
    return tuple(readings)


def _begins_sentence(character: str) -> bool:
    return character.isupper() or character in "(\"“'‘["


def _plain_number(number: str) -> str:
    """Write a division's number as it is cited: "THỨ  NHẤT" as "thứ nhất", numerals in capitals."""
    if fold(number).startswith("thu"):
        return " ".join(number.lower().split())
    return number.upper()


def _value(number: str) -> int:
    digits = re.match(r"\d+", number)
    if digits:
        return int(digits.group())
    if re.fullmatch(r"[IVXivx]+", number):
        return roman_value(number)
    if number.startswith("thứ"):
        return _ordinal_value(number.removeprefix("thứ").strip())
    return _ENGLISH.find(number.lower()) + 1


def _ordinal_value(word: str) -> int:
    word = {"nhất": "một", "tư": "bốn", "nhì": "hai", "bẩy": "bảy"}.get(word.lower(), word.lower())
    return _CARDINALS.index(word) + 1
