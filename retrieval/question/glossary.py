"""English words of party and state affairs -> the terms that Vietnamese documents use."""

import re
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from documents.vietnamese.normalize import normalize
from index.tokens import tokens

_WORD = re.compile(r"[a-z]+(?:'s)?")


@dataclass(frozen=True)
class Glossary:
    """Rows of an English phrase and its Vietnamese renderings."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def load(cls) -> "Glossary":
        """Read the table that ships with the project."""
        file = resources.files("retrieval.question").joinpath("data", "glossary.tsv")
        table = file.read_text("utf-8")
        return cls(
            tuple(
                (english, tuple(normalize(one) for one in vietnamese))
                for english, *vietnamese in (
                    line.split("\t") for line in table.splitlines() if line[:1] != "#"
                )
            )
        )

    @cached_property
    def _by_phrase(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        return {tuple(map(_singular, _WORD.findall(english))): vi for english, vi in self.rows}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._by_phrase), default=0)

    def terms(self, question: str) -> tuple[str, ...]:
        """Return the folded terms of the Vietnamese renderings, the longest phrases first.

        "village heads who are party members" gives the terms of "thôn trưởng" and "đảng viên".
        """
        words = [_singular(word) for word in _WORD.findall(question.lower())]
        found: list[str] = []
        place = 0
        while place < len(words):
            for length in range(min(self._longest, len(words) - place), 0, -1):
                renderings = self._by_phrase.get(tuple(words[place : place + length]))
                if renderings:
                    found += [term for rendering in renderings for term in tokens(rendering)]
                    place += length
                    break
            else:
                place += 1
        return tuple(dict.fromkeys(found))


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "'s")) else word
