"""Restores the diacritics a question was typed without, syllable by syllable.

A Viterbi pass over the syllable pairs of the library's own text: each syllable typed without marks
may be any syllable of the library with the same folded form; what was typed with marks stands.
"""

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from documents.normalize import fold, normalize
from index.lexicon import Lexicon

_WORD = re.compile(r"[^\W\d_]+")
_PAIR_SHARE = 0.9  # of a reading's probability taken from pairs; flat between 0.8 and 0.95
_UNSEEN = 0.05  # occurrences granted to a spelling the library has never seen
_MOST_READINGS = 12
_PHRASES = 5  # how often each line of phrases.txt counts


@dataclass(frozen=True)
class Restorer:
    """Readings of unmarked syllables, made likely by a lexicon."""

    lexicon: Lexicon

    @classmethod
    def over(cls, lexicon: Lexicon) -> "Restorer":
        """Add the common phrases of questions, which documents seldom hold, to a lexicon."""
        phrases = resources.files("retrieval").joinpath("phrases.txt").read_text("utf-8")
        merged = Lexicon(lexicon.singles.copy(), lexicon.pairs.copy())
        merged.add([normalize(line) for line in phrases.splitlines() if line[:1] != "#"], _PHRASES)
        return cls(merged)

    @cached_property
    def _readings(self) -> dict[str, tuple[str, ...]]:
        readings: dict[str, list[str]] = defaultdict(list)
        for word, _count in self.lexicon.singles.most_common():
            readings[fold(word)].append(word)
        return {folded: tuple(words[:_MOST_READINGS]) for folded, words in readings.items()}

    @cached_property
    def _total(self) -> int:
        return sum(self.lexicon.singles.values()) or 1

    def restore(self, text: str) -> str:
        """Return the text with the likeliest marks; offsets of words do not move."""
        words = list(_WORD.finditer(text))
        if not words:
            return text
        marked = sum(fold(word[0]) != word[0].lower() for word in words) / len(words)
        options = [self._options(word[0], marked) for word in words]
        gaps = [
            text[left.end() : right.start()] for left, right in zip(words, words[1:], strict=False)
        ]
        chosen = self._viterbi(options, [gap.isspace() for gap in gaps])
        pieces, end = [], 0
        for word, reading in zip(words, chosen, strict=True):
            pieces += [text[end : word.start()], _in_case_of(word[0], reading)]
            end = word.end()
        return "".join(pieces) + text[end:]

    def _options(self, word: str, marked: float) -> tuple[tuple[str, float], ...]:
        """Return (reading, log prior); a question with marks elsewhere leaves this one as typed."""
        lowered = word.lower()
        if fold(lowered) != lowered or (len(word) > 1 and word.isupper()):
            return ((lowered, 0.0),)
        readings = self._readings.get(lowered, ())
        if lowered not in readings:
            readings = (*readings, lowered)
        # each marked syllable makes it likelier that marks are typed where they are meant
        doubt = math.log(max(1 - marked, 0.02))
        return tuple((reading, 0.0 if reading == lowered else doubt) for reading in readings)

    def _viterbi(
        self, options: list[tuple[tuple[str, float], ...]], joined: list[bool]
    ) -> list[str]:
        best = [(self._log_single(word) + prior, -1) for word, prior in options[0]]
        table = [best]
        for position in range(1, len(options)):
            row = []
            for word, prior in options[position]:
                scores = [
                    table[-1][index][0]
                    + (
                        self._log_pair(before, word)
                        if joined[position - 1]
                        else self._log_single(word)
                    )
                    for index, (before, _prior) in enumerate(options[position - 1])
                ]
                index = max(range(len(scores)), key=scores.__getitem__)
                row.append((scores[index] + prior, index))
            table.append(row)
        index = max(range(len(table[-1])), key=lambda i: table[-1][i][0])
        chosen = []
        for position in range(len(options) - 1, -1, -1):
            chosen.append(options[position][index][0])
            index = table[position][index][1]
        return chosen[::-1]

    def _log_single(self, word: str) -> float:
        return math.log((self.lexicon.singles.get(word, 0) + _UNSEEN) / self._total)

    def _log_pair(self, before: str, word: str) -> float:
        singles, pairs = self.lexicon.singles, self.lexicon.pairs
        alone = (singles.get(word, 0) + _UNSEEN) / self._total
        together = pairs.get((before, word), 0) / (singles.get(before, 0) + 1)
        return math.log(_PAIR_SHARE * together + (1 - _PAIR_SHARE) * alone)


def _in_case_of(typed: str, reading: str) -> str:
    letters = zip(typed, reading, strict=False)  # of one length in normalised text
    return "".join(letter.upper() if model.isupper() else letter for model, letter in letters)
