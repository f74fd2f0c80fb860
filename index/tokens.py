"""One tokenizer for what is indexed and what is asked: folded syllables and pairs of neighbours."""

import re

from documents.normalize import fold

VERSION = "folded-syllables-pairs-2"  # in the manifest: an index of another tokenizer is rebuilt

_SYLLABLE = re.compile(r"[^\W_]+")


def syllables(text: str) -> tuple[str, ...]:
    """Return the folded syllables and numbers of a text in order; "05" is 5."""
    words = _SYLLABLE.findall(fold(text))
    return tuple(
        [
            word[1] if word[0] == "0" and len(word) == 2 and word.isdigit() else word
            for word in words
        ]
    )


def tokens(text: str) -> tuple[str, ...]:
    """Return syllables, then the pairs of neighbouring syllables.

    Pairs carry Vietnamese words, most of which are two syllables long, without a segmenter.
    """
    singles = syllables(text)
    return (*singles, *map("_".join, zip(singles, singles[1:], strict=False)))
