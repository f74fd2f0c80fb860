"""Tells a Vietnamese question, with or without diacritics, from an English one."""

import re

from documents.vietnamese.normalize import fold
from retrieval.question.asking_words import asking_words

# A Vietnamese syllable in folded form: onset, nucleus, coda.
_VIETNAMESE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?"
    r"(?:uye|uyu|oai|oay|oeo|uay|uoi|uou|ieu|yeu|ua|ue|ui|uo|uu|uy|ia|ie|iu|oa|oe|oi|oo|ai|ao|au|ay"
    r"|eo|eu|ye|[aeiouy])"
    r"(?:ng|nh|ch|[cmnpt])?"
)
_ENGLISH = asking_words("english")
_VIETNAMESE_ALONE = frozenset("nao duoc cua khong nhung nhieu trong la gi vao nhu ngay".split())
_FIRST = frozenset(
    "what which who whom whose when where why how is are was were does did do has have can should"
    " according".split()
)
_WORD = re.compile(r"[^\W\d_]+")


def is_function_word(word: str) -> bool:
    """Tell whether a word is one that English questions are built with and names no thing."""
    return word in _ENGLISH


def _asks_in_english(words: list[str]) -> bool:
    """Tell whether a question begins as English ones do, whatever names it holds."""
    sure = [word for word in words if word in _ENGLISH and not _VIETNAMESE.fullmatch(word)]
    return len(sure) > 1 and words[0] in _FIRST


def is_english(text: str) -> bool:
    """Tell whether most words of a question are English rather than Vietnamese syllables."""
    folded = fold(text)
    words = _WORD.findall(folded)
    if _asks_in_english(words):
        return True  # "What does NQ 03 say about thôn trưởng?"
    if any(letter != plain for letter, plain in zip(text.lower(), folded, strict=True)):
        marked = sum(fold(word) != word.lower() for word in _WORD.findall(text))
        if marked * 4 >= len(_WORD.findall(text)):
            return False
    if not words:
        return False
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(_VIETNAMESE.fullmatch(word) is None for word in words)
    common = sum(word in _ENGLISH and _VIETNAMESE.fullmatch(word) is None for word in words)
    if sum(word in _VIETNAMESE_ALONE for word in words) >= common:
        return False  # "Doctor Who nao duoc viet ...": English names in a Vietnamese question
    return common > 0 and (english + foreign) >= 0.5 * len(words)
