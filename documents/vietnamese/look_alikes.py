"""Letters of other alphabets that look like Latin ones, and the Latin letters they look like."""

import re
import unicodedata
from importlib import resources

from documents.vietnamese.normalize import normalize

# a Latin letter and what looks like it: from confusables.txt of Unicode (UTS 39), with small
# capitals and the Cyrillic letters that are drawn like them
_TABLE = resources.files("documents.vietnamese") / "data" / "look_alikes.tsv"
_LATIN = str.maketrans(
    {
        alike: letter
        for row in _TABLE.read_text(encoding="utf-8").splitlines()
        for letter, alikes in (row.split("\t"),)
        for alike in alikes
    }
)
_MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"  # the tones, â, ă and ơ of Vietnamese
_OTHER_MARKS = re.compile(f"(?![{_MARKS}])[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]")
_FIGURES = re.compile(r"(?<=[^\W\d_])[01]|[01](?=[^\W\d_])")  # typed for O and I within a word


def as_latin(text: str) -> str:
    """Return the text in plain Latin letters with Vietnamese marks: "МẬТ", "Ｍ Ậ Ｔ" -> "MẬT"."""
    letters = unicodedata.normalize("NFKD", text).translate(_LATIN)
    return normalize(_OTHER_MARKS.sub("", letters))


def with_letters_for_figures(text: str) -> str:
    """Return the text with O and I where figures stand for them within a word: "T0I"."""
    return _FIGURES.sub(lambda match: "OI"[int(match.group())], text)
