"""Text typed in the fonts of before Unicode (TCVN3, VNI): the home of viparse."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress

import viparse

from documents.vietnamese.normalize import is_syllable, share_of_syllables

_SAMPLE = 20_000  # characters are enough to tell an encoding
_UNICODE = 0.5  # of the words with diacritics; text in Unicode has nearly all, legacy text none
_UNICODE_LETTER = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]")  # none of the bytes of a legacy font
_OF_UNICODE = 0.05  # of the characters; a sixth of Vietnamese text are such letters
_ENCODINGS = ("tcvn3", "vni")
_TELLING, _APART = 0.8, 0.3  # shares of syllables; the wrong encoding gives hardly any
_PARTS = re.compile(r"[\s\d!-@\[-`{-~‘’“”…–—]+")
_LONGEST_ABBREVIATION = 3
_SMALL, _CAPITAL = re.compile("[a-z]"), re.compile("[A-Z]")
_CAPITALS_OF_A_LINE = 5  # of a line without one small letter: "TỉNH ủY" is in a font of capitals
_SPACES = re.compile(r"(^\s+|\s{2,}|\t)")
_FONTS = ((".vn", "tcvn3"), ("vntime", "tcvn3"), ("vni-", "vni"), ("vni ", "vni"))


def legacy_encoding(text: str) -> str | None:
    """Return the encoding of text that is not in Unicode yet; None for all other text."""
    sample = text[:_SAMPLE]
    if len(_UNICODE_LETTER.findall(sample)) > _OF_UNICODE * len(sample):
        return None
    if sample.isascii() or share_of_syllables(sample) > _UNICODE:
        return None
    found = viparse.detect_text_encoding(sample)
    return None if found is None else str(found)


def lines_in_unicode(lines: Sequence[str]) -> list[str]:
    """Convert the lines that are in a legacy encoding, be it the whole text or parts of it."""
    encoding = legacy_encoding("\n".join(lines))
    foreign = [_is_foreign(line) for line in lines]
    is_whole = bool(encoding) or (any(foreign) and not any(map(_UNICODE_LETTER.search, lines)))
    encoding = encoding or legacy_encoding("\n".join(compress(lines, foreign)))
    shown = []
    goes_on = False  # a line that could be either is as the one before it
    for line, odd in zip(lines, foreign, strict=True):
        if not line.isascii():
            goes_on = odd or is_whole or (goes_on and not _UNICODE_LETTER.search(line))
            encoding = (_told_by(line) if goes_on else None) or encoding
        shown.append(in_unicode(line, encoding) if goes_on else line)
    return shown


@lru_cache(maxsize=10_000)
def _told_by(line: str) -> str | None:
    """Return the encoding that a line's own words tell; None where they do not.

    An office that changed its fonts has files in which one encoding follows the other.
    """
    shares = {name: _share_sound(in_unicode(line, name)) for name in _ENCODINGS}
    best, other = sorted(_ENCODINGS, key=lambda name: -shares[name])
    return best if shares[best] >= _TELLING and shares[best] - shares[other] >= _APART else None


def _share_sound(line: str) -> float:
    """Return which part of the words with marks or signs are syllables, abbreviations aside."""
    words = [word for word in _PARTS.split(line) if not word.isascii()]
    words = [word for word in words if len(word) > _LONGEST_ABBREVIATION or not word.isupper()]
    return sum(map(is_syllable, words)) / len(words) if words else 0.0


def _is_foreign(line: str) -> bool:
    """Whether the words with diacritics are no Vietnamese in Unicode: pasted from TCVN3."""
    if line.isascii() or _UNICODE_LETTER.search(line):
        return False
    return share_of_syllables(line) <= _UNICODE


def font_encoding(font: str) -> str | None:
    """Return the encoding that a font's name tells: ".VnTime" is TCVN3, "VNI-Times" VNI."""
    lowered = font.lower()
    return next((name for prefix, name in _FONTS if lowered.startswith(prefix)), None)


def has_capitals_only(font: str) -> bool:
    """Whether a font shows small letters as capitals: ".VnTimeH"."""
    return font.lower().startswith(".vn") and font.endswith("H")


def in_unicode(line: str, encoding: str | None) -> str:
    """Convert a line; one that is in Unicode already comes back as it is."""
    if encoding is None or line.isascii() or _UNICODE_LETTER.search(line):
        return line
    # part by part, because the conversion would close up the space between two columns
    parts = _SPACES.split(line)
    shown = "".join(
        str(viparse.fix(part, encoding=encoding)) if part.strip() else part for part in parts
    )
    in_capitals = not _SMALL.search(line) and len(_CAPITAL.findall(line)) >= _CAPITALS_OF_A_LINE
    return shown.upper() if in_capitals else shown
