"""The words that only ask: one list, each word with who leaves it out."""

import re
from importlib import resources


def asking_words(use: str) -> frozenset[str]:
    """Return the words that one use leaves out; the uses stand at the head of the list."""
    return frozenset(word for word, uses in _rows() if use in uses)


def asking_phrases(use: str) -> re.Pattern[str]:
    """Return a pattern of the phrases that one use leaves out, the longest first."""
    phrases = sorted((word for word, uses in _rows() if use in uses), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


def _rows() -> list[tuple[str, list[str]]]:
    file = resources.files("retrieval.question").joinpath("data", "asking_words.tsv")
    lines = (line.split("\t") for line in file.read_text("utf-8").splitlines() if line[0] != "#")
    return [(word, uses.split()) for word, uses in lines]


FUNCTION_WORDS = asking_words("english")  # English questions are built with them; none is a thing
