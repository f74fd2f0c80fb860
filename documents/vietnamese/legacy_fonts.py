"""Text typed in the fonts of before Unicode (TCVN3, VNI): the home of viparse."""

import re
from collections.abc import Sequence
from itertools import compress

import viparse

from documents.vietnamese.normalize import share_of_syllables

_SAMPLE = 20_000  # characters are enough to tell an encoding
_UNICODE = 0.5  # of the words with diacritics; text in Unicode has nearly all, legacy text none
_UNICODE_LETTER = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]")  # none of the bytes of a legacy font
_OF_UNICODE = 0.05  # of the characters; a sixth of Vietnamese text are such letters
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
    """Convert the lines that are in a legacy encoding, be it the whole text or a part of it."""
    if encoding := legacy_encoding("\n".join(lines)):
        return [in_unicode(line, encoding) for line in lines]
    foreign = [_is_foreign(line) for line in lines]
    encoding = legacy_encoding("\n".join(compress(lines, foreign)))
    return [
        in_unicode(line, encoding) if odd else line
        for line, odd in zip(lines, foreign, strict=True)
    ]


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
    return "".join(
        str(viparse.fix(part, encoding=encoding)) if part.strip() else part for part in parts
    )
