"""One tokenizer for what is indexed and what is asked: folded syllables and pairs of neighbours."""

import re

from documents.normalize import fold

VERSION = "folded-syllables-pairs-2"  # in the manifest: an index of another tokenizer is rebuilt

_SYLLABLE = re.compile(r"[^\W_]+")


def syllables(text: str) -> tuple[str, ...]:
    """Return the folded syllables and numbers of a text in order; "05" is 5."""
    return tuple(map(_without_zero, _SYLLABLE.findall(fold(text))))


def _without_zero(word: str) -> str:
    return word[1] if len(word) == 2 and word[0] == "0" and word.isdigit() else word


def tokens(text: str) -> tuple[str, ...]:
    """Return syllables, then the pairs of neighbouring syllables.

    Pairs carry Vietnamese words, most of which are two syllables long, without a segmenter.
    """
    singles = syllables(text)
    pairs = tuple(f"{left}_{right}" for left, right in zip(singles, singles[1:], strict=False))
    return singles + pairs
