"""What a line says as a stamp of secrecy, whatever its spacing, letters, marks and companions."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache

from documents.layout.letterhead import is_motto, is_place_and_date
from documents.vietnamese.legacy_fonts import in_unicode
from documents.vietnamese.look_alikes import as_latin, with_letters_for_figures
from documents.vietnamese.normalize import fold, normalize

LEVELS = ("Mật", "Tối mật", "Tuyệt mật")  # the graver the later
LONGEST = 120  # characters of a line that may be a stamp, spaced out and with its companions
# What a form is worth: a certain stamp is worth 1, and nobody need look at what is under a third.
_SMALL = {"Mật": (0.5, 0.4)}  # a stamp in capitals at its beginning alone, and in none
_SMALL_BY_DEFAULT = (0.9, 0.7)  # nothing else is called "tối mật" or "tuyệt mật"
_UNMARKED = 0.6  # marks left out: "TOI MAT"
_WRONGLY_MARKED = 0.5  # of letters that were recognised: "MẶT"
_SECRET_OF_STATE = 0.9  # "BÍ MẬT NHÀ NƯỚC", which may be the end of a title
_SECRET = 0.6  # "BÍ MẬT", which is no level
_OF_A_KIND = 0.5  # "BÁO CÁO MẬT", which may be a title
_SEVERAL = 0.4  # "MẬT / TỐI MẬT", a form to be struck out
_BESIDE = 0.9  # on the line of a number or a date
_PARTED = 0.5  # parted by a sign from words that belong to no stamp: "MẬT (không chuyển tiếp)"
_LONGEST_PARTED = 60  # characters
_IN_PROSE = 0.5  # "tài liệu mật", without a capital


class _Role(Enum):
    LEVEL = auto()
    LABEL = auto()
    CARRIER = auto()
    KIND = auto()
    COMPANION = auto()
    SIGN = auto()


_WORDS: dict[_Role, tuple[str, ...]] = {
    _Role.LEVEL: ("mật", "tối mật", "tuyệt mật", "bí mật nhà nước", "bí mật"),
    _Role.LABEL: ("độ mật", "mức độ mật", "mức mật", "dấu mật", "cấp độ mật", "độ bí mật")
    + ("dấu chỉ độ mật", "dấu độ mật", "bí mật nhà nước độ", "dấu", "mức độ", "mức", "chế độ"),
    _Role.CARRIER: ("tài liệu", "văn bản", "hồ sơ", "tài liệu thuộc", "tài liệu có", "thuộc loại"),
    _Role.KIND: ("báo cáo", "công văn", "công điện", "điện", "tờ trình", "kế hoạch", "biên bản")
    + ("phương án", "thông báo", "đề án"),
    _Role.COMPANION: ("khẩn", "thượng khẩn", "hỏa tốc", "hỏa tốc hẹn giờ", "bản sao", "bản chính")
    + ("bản gốc", "bản số", "số bản", "bản", "số", "bản sao số", "sao y", "sao y bản chính")
    + ("sao lục", "trích sao", "bản dự thảo", "dự thảo", "thu hồi", "tài liệu thu hồi")
    + ("không sao chụp", "cấm sao chụp", "không phổ biến", "lưu hành nội bộ", "nội bộ", "nhà nước")
    + ("chỉ người có tên mới được bóc bì", "thời hạn", "hạn", "đến", "ngày", "tháng", "năm"),
    _Role.SIGN: ("a", "b", "c"),  # the mark on an envelope that stands for the level
}
_SECRETS = {"bimatnhanuoc": _SECRET_OF_STATE, "bimat": _SECRET}
_VOCABULARY = sorted(
    (
        (fold(word).replace(" ", ""), word.replace(" ", ""), role)
        for role, words in _WORDS.items()
        for word in words
    ),
    key=lambda one: -len(one[0]),
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_ITEM = re.compile(r"\s*(?:\d{1,3}(?:\.\d+)*[.)]|[^\W\d_]\)|\+)\s")
_DASH = re.compile(r"\s*[-–—•]\s")
_NUMBER = re.compile(r"số\s*[:.]?\s*[\d.…_]*(?:\s*[-–/]\s*[A-ZĐƯ\d./&–-]+)?", re.IGNORECASE)
_GAP = re.compile(r"\t|\s{2,}")
_SIGNS = re.compile(r"[-–—/*()\[\]|:;•·_]")
_FEWEST_SPACED = 3  # letters one by one


@dataclass(frozen=True, slots=True)
class Form:
    """A line that may be a stamp: the level, what it is worth up to 1, and why it is not more.

    ``levels`` are those that stand on the line, ``in_capitals`` says how, ``is_state`` that it
    speaks of secrets of state without a level.
    """

    level: str
    worth: float
    reasons: tuple[str, ...] = ()
    in_capitals: bool = True
    is_several: bool = False
    is_state: bool = False


@lru_cache(maxsize=4096)
def form_of(line: str, *, recognised: bool = False) -> Form | None:
    """Return the stamp that a whole line may be; None for any other line."""
    if not line.strip() or len(line) > LONGEST or _ITEM.match(line):
        return None
    forms = [form for said in _readings(line) if (form := _form(said, recognised))]
    best = max(forms, key=lambda form: form.worth, default=None)
    if best is None or (_DASH.match(line) and not best.in_capitals):
        return None
    return best


def _readings(line: str) -> Iterator[str]:
    """Yield the line in Latin letters, and as legacy fonts would show it."""
    plain = as_latin(line)
    yield plain
    if any(map(str.isdigit, plain)):
        yield with_letters_for_figures(plain)
    if not line.isascii():
        for encoding in ("tcvn3", "vni"):
            if (shown := in_unicode(line, encoding)) != line:
                yield as_latin(shown)


def _form(line: str, recognised: bool) -> Form | None:
    if "mat" not in re.sub(r"[\W\d_]+", "", fold(line)):
        return None
    tokens = list(_TOKEN.finditer(line))
    if recognised and any(len(one.group()) > 1 for one in tokens):
        tokens = [one for one in tokens if len(one.group()) > 1 or one.group().isdigit()]
    if whole := _whole(tokens, recognised):
        return whole
    for place in range(1, len(tokens)):
        start = tokens[place].start()
        for stamp, rest in (
            (tokens[place:], line[:start]),
            (tokens[:place], line[start:]),
        ):
            form = _whole(stamp, recognised) if _is_letterhead(rest.strip(" |*-–—")) else None
            if form and form.in_capitals:
                return replace(form, worth=form.worth * _BESIDE)
    return _beside_a_sign(line, recognised) if len(line) <= _LONGEST_PARTED else None


def _beside_a_sign(line: str, recognised: bool) -> Form | None:
    parts = [list(_TOKEN.finditer(part)) for part in _SIGNS.split(line)]
    forms = [form for part in parts if (form := _whole(part, recognised)) and form.in_capitals]
    if not forms:
        return None
    form = max(forms, key=lambda form: LEVELS.index(form.level))
    is_several = len({one.level for one in forms}) > 1
    worth = form.worth * (_SEVERAL if is_several else 1) * _PARTED
    reasons = (*form.reasons, "kèm chữ khác")
    return replace(form, worth=worth, reasons=reasons, is_several=is_several)


def _is_letterhead(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) or is_motto(text) or is_place_and_date(text)


def _whole(tokens: list[re.Match[str]], recognised: bool) -> Form | None:
    """Read tokens that are nothing but words of stamps, however they are parted."""
    words = [one.group() for one in tokens if not one.group().isdigit()]
    letters = "".join(words)
    ends = {0}
    for word in words:
        ends.add(max(ends) + len(word))
    phrases = _parted(fold(letters), frozenset(ends))
    if phrases is None:
        return None
    roles = {role for *_, role in phrases}
    levels = [
        _level(letters[start : start + len(plain)], plain, marked, roles, recognised)
        for start, plain, marked, role in phrases
        if role is _Role.LEVEL
    ]
    forms = [form for form in levels if form]
    if not forms:
        return None
    gravest = max(forms, key=lambda form: LEVELS.index(form.level))
    spaced = len(words) >= _FEWEST_SPACED and sum(len(word) == 1 for word in words) > len(words) / 2
    if spaced:
        gravest = replace(gravest, reasons=("chữ giãn cách", *gravest.reasons))
    if len({form.level for form in forms}) > 1:
        worth = gravest.worth * _SEVERAL
        reasons = (*gravest.reasons, "ghi nhiều mức")
        return replace(gravest, worth=worth, reasons=reasons, is_several=True)
    return gravest


_Phrase = tuple[int, str, str, _Role]


def _parted(folded: str, ends: frozenset[int]) -> list[_Phrase] | None:
    """Part letters without spaces into words of stamps that begin and end where words do."""
    ways: dict[int, list[_Phrase]] = {0: []}
    for start in sorted(ends):
        if start not in ways:
            continue
        for plain, marked, role in _VOCABULARY:
            end = start + len(plain)
            if end in ends and end not in ways and folded.startswith(plain, start):
                ways[end] = [*ways[start], (start, plain, marked, role)]
    return ways.get(len(folded)) if folded else None


def _level(
    written: str, plain: str, marked: str, roles: set[_Role], recognised: bool
) -> Form | None:
    level = next((one for one in reversed(LEVELS) if marked == one.lower().replace(" ", "")), "Mật")
    worth, reasons = _SECRETS.get(plain, 1.0), []
    capitals = sum(map(str.isupper, written)) / len(written)
    in_capitals = capitals > 0.5  # legacy fonts have no capitals with marks: "MậT"
    if not in_capitals and _Role.LABEL not in roles:
        worth *= _SMALL.get(level, _SMALL_BY_DEFAULT)[capitals == 0]
        worth *= _IN_PROSE if capitals == 0 and _Role.CARRIER in roles else 1
        reasons.append("viết chữ thường")
    if _Role.KIND in roles:
        worth *= _OF_A_KIND
    match _marks(written, marked):
        case "missing":
            worth *= _UNMARKED
            reasons.append("thiếu dấu tiếng Việt")
        case "wrong" if recognised:
            worth *= _WRONGLY_MARKED
            reasons.append("chữ nhận dạng chưa chắc")
        case "wrong":
            return None
    return Form(level, worth, tuple(reasons), in_capitals, is_state=plain in _SECRETS)


def _marks(written: str, marked: str) -> str:
    """Say whether letters bear the marks of a word, some of them, or others."""
    found = "right"
    for letter, right in zip(written, marked, strict=True):
        has, should = set(_apart(letter.lower())), set(_apart(right))
        if has - should:
            return "wrong"
        if has != should:
            found = "missing"
    return found


def _apart(letter: str) -> str:
    return unicodedata.normalize("NFD", letter.replace("đ", "d\u0335"))


def parts_of(line: str) -> Iterator[str]:
    """Yield a line, and the columns that stand wide apart on it."""
    yield line
    columns = _GAP.split(line.strip())
    if len(columns) > 1:
        yield from columns


def is_unlike(line: str) -> bool:
    """Whether a line is written in letters that only look like Latin ones."""
    return as_latin(line) != normalize(unicodedata.normalize("NFC", line))
