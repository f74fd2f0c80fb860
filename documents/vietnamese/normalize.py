"""One spelling of every text: NFC, uniform tone placement, plain spaces; and its folded form."""

import re
import unicodedata
from functools import lru_cache

_REMOVED = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
)
_SPACES = "\t\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_BREAKS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029\r"
_LETTERS = {"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u0256": "đ"}  # look-alikes of Đ, đ

_CHARACTERS = str.maketrans(
    {chr(code): None for code in range(32) if chr(code) not in "\n\t\v\f\x1c\x1d\x1e\r"}
    | {"\x7f": None}
    | dict.fromkeys(_REMOVED)
    | dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_BREAKS, "\n")
    | _LETTERS
)

# a tone typed before the circumflex or breve composes to no letter: "a" + acute + circumflex
_TONE_FIRST = re.compile("([AEOaeo])([\u0300\u0301\u0303\u0309])([\u0302\u0306])")

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_PLAIN_VOWELS = "aăâeêioôơuưy"
_TONED = {
    unicodedata.normalize("NFC", vowel + tone): (vowel, tone)
    for vowel in _PLAIN_VOWELS
    for tone in _TONES
}
# a word in which a tone may be misplaced: it stands beside another vowel, and not on "ê" or "ơ",
# which always bear it; no syllable has eight letters
_MOVABLE = "".join(toned for toned, (vowel, _) in _TONED.items() if vowel in "aeioyuư")
_VOWELS = _PLAIN_VOWELS + "".join(_TONED)
_WORD = re.compile(
    rf"(?<![^\W\d_])(?=[^\W\d_]*?(?:[{_MOVABLE}][{_VOWELS}]|[{_VOWELS}][{_MOVABLE}]))"
    r"[^\W\d_]{2,7}(?![^\W\d_]|[\u0300-\u036f])",  # a second tone belongs to no syllable
    re.IGNORECASE,
)
# "u" of "qu" and "i" of "gi" belong to the onset and never bear the tone: "qúy" is "quý"
_SYLLABLE = re.compile(
    rf"(?:qu(?=[{_PLAIN_VOWELS}])|gi(?=[{_PLAIN_VOWELS}])|ngh?|gh?|kh|ph|th|tr|nh|ch?|[bdđhklmnrstvx])?"
    rf"(?P<nucleus>[{_PLAIN_VOWELS}]{{1,3}})"
    r"(?P<coda>ng|nh|ch|[cmnpt])?"
)
_OPEN_NUCLEUS = re.compile(
    "[aăâeêioôơuưy]|a[iouy]|â[uy]|eo|êu|i[au]|o[aei]|oa[ioy]|oeo|[ôơ]i|u[aiyêơ]|uy[au]"
    "|uây|uôi|ư[aiu]|ươ[iu]|[iy]êu"
)
_CLOSED_NUCLEUS = re.compile("[aăâeêioôơuưy]|[iy]ê|o[aeoă]|u[yâêô]|uyê|ươ")
_LETTERS_ONLY = re.compile(r"[^\W\d_]+")
_STRONG = "ăâêôơ"  # a vowel with its own mark bears the tone, "ơ" rather than "ư"

# for a character class: a range such as À-Ỹ would hold small letters too
CAPITALS = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"


def normalize(text: str) -> str:
    """Return the text in NFC with tones on the uniform vowel, plain spaces and ``\\n`` breaks."""
    text = text.replace("\r\n", "\n").translate(_CHARACTERS)
    text = unicodedata.normalize("NFC", text)
    if "\u0302" in text or "\u0306" in text:
        decomposed = unicodedata.normalize("NFD", text)
        text = unicodedata.normalize("NFC", _TONE_FIRST.sub(r"\1\3\2", decomposed))
    return _WORD.sub(lambda match: _retoned(match.group()), text)


@lru_cache(maxsize=20_000)
def _retoned(word: str) -> str:
    """Move the tone of a Vietnamese syllable to its vowel; anything else comes back as it is."""
    letters = [_TONED.get(letter.lower(), (letter.lower(), "")) for letter in word]
    tones = [tone for _, tone in letters if tone]
    syllable = _syllable("".join(letter for letter, _ in letters))
    if len(tones) != 1 or syllable is None:
        return word
    bearer = syllable.start("nucleus") + _bearer(syllable["nucleus"], bool(syllable["coda"]))
    placed = []
    for place, ((letter, _), written) in enumerate(zip(letters, word, strict=True)):
        toned = unicodedata.normalize("NFC", letter + tones[0]) if place == bearer else letter
        placed.append(toned.upper() if written.isupper() else toned)
    return "".join(placed)


def _syllable(toneless: str) -> re.Match[str] | None:
    """Part a syllable without its tone into onset, nucleus and coda, if Vietnamese has it."""
    syllable = _SYLLABLE.fullmatch(toneless)
    if syllable is None:
        return None
    known = _CLOSED_NUCLEUS if syllable["coda"] else _OPEN_NUCLEUS
    return syllable if known.fullmatch(syllable["nucleus"]) else None


def is_syllable(word: str) -> bool:
    """Whether a normalised word can be a Vietnamese syllable: for telling encodings apart."""
    letters = [_TONED.get(letter, (letter, "")) for letter in word.lower()]
    tones = sum(tone != "" for _, tone in letters)
    return tones <= 1 and _syllable("".join(letter for letter, _ in letters)) is not None


def share_of_syllables(text: str) -> float:
    """Return which part of the words with diacritics are Vietnamese syllables."""
    words = [word for word in _LETTERS_ONLY.findall(normalize(text)) if not word.isascii()]
    return sum(map(is_syllable, words)) / len(words) if words else 0.0


def _bearer(nucleus: str, closed: bool) -> int:
    """Return which vowel of a nucleus bears the tone: hóa, thủy, but hoàng, thuyền, ngoài."""
    for place in range(len(nucleus) - 1, -1, -1):
        if nucleus[place] in _STRONG:
            return place
    if "ư" in nucleus:
        return nucleus.index("ư")
    if len(nucleus) == 3 or (len(nucleus) == 2 and closed):
        return 1
    return 0


class _Folding(dict[int, int]):
    """Code point -> code point without case and marks, worked out when first met."""

    def __missing__(self, code: int) -> int:
        letter = chr(code)
        decomposed = unicodedata.normalize("NFD", letter)
        if all(unicodedata.combining(mark) for mark in decomposed[1:]):  # not a Hangul syllable
            letter = decomposed[0]
        folded = letter.lower()[0]  # one character for one: "İ" has two in lower case
        self[code] = ord(_FOLDED_LETTERS.get(folded, folded))
        return self[code]


_FOLDED_LETTERS = {"đ": "d", "ð": "d", "ɖ": "d"}
_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return the text in lower case without diacritics, character for character (đ is d)."""
    return text.translate(_FOLDING)
