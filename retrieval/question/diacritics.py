"""Restores the diacritics a question was typed without, syllable by syllable.

A Viterbi pass over the syllable pairs of the library's own text and of general Vietnamese: each
syllable typed without marks may be any known syllable with the same folded form; what was typed
with marks stands.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from documents.vietnamese.normalize import fold, normalize
from index.lexicon import NUMBER, START, Lexicon, phrases, word_of

_PAIR_SHARE = 0.9  # of a reading's probability taken from pairs; flat between 0.8 and 0.95
_UNSEEN = 0.05  # occurrences granted to a spelling the library has never seen
_MOST_READINGS = 12
_COMMON = ("questions.txt", "sentences.txt")
_COMMON_COUNTS = 5  # times that each line of these counts; flat between 3 and 10


@cache
def _common() -> Lexicon:
    """Count general Vietnamese once: a restorer is made at every change of a library."""
    common = Lexicon()
    for name in _COMMON:
        text = resources.files("retrieval.question").joinpath("data", name).read_text("utf-8")
        lines = [normalize(line) for line in text.splitlines() if line[:1] != "#"]
        common.add(lines, _COMMON_COUNTS)
    return common


@dataclass(frozen=True)
class Restorer:
    """Readings of unmarked syllables, made likely by a lexicon."""

    lexicon: Lexicon

    @classmethod
    def over(cls, lexicon: Lexicon) -> "Restorer":
        """Add general Vietnamese, which documents of one field do not hold, to a lexicon."""
        merged, common = Lexicon(lexicon.singles.copy(), lexicon.pairs.copy()), _common()
        merged.singles.update(common.singles)
        merged.pairs.update(common.pairs)
        return cls(merged)

    @cached_property
    def _readings(self) -> dict[str, tuple[str, ...]]:
        readings: dict[str, list[str]] = defaultdict(list)
        for word, _count in self.lexicon.singles.most_common():
            if word not in (NUMBER, START):
                readings[fold(word)].append(word)
        return {folded: tuple(words[:_MOST_READINGS]) for folded, words in readings.items()}

    @cached_property
    def _total(self) -> int:
        return sum(self.lexicon.singles.values()) or 1

    def restore(self, text: str) -> str:
        """Return the text with the likeliest marks; offsets of words do not move."""
        found = list(phrases(text))
        typed = [word[0] for phrase in found for word in phrase if word_of(word) != NUMBER]
        marked = sum(fold(word) != word.lower() for word in typed) / (len(typed) or 1)
        pieces, end = [], 0
        for phrase in found:
            options = [self._options(word_of(word), word[0], marked) for word in phrase]
            for word, reading in zip(phrase, self._viterbi(options), strict=True):
                changed = word[0] if reading == NUMBER else _in_case_of(word[0], reading)
                pieces += [text[end : word.start()], changed]
                end = word.end()
        return "".join(pieces) + text[end:]

    def _options(self, word: str, typed: str, marked: float) -> tuple[tuple[str, float], ...]:
        """Return (reading, log prior); a question with marks elsewhere leaves this one as typed."""
        if word == NUMBER or fold(word) != word or (len(typed) > 1 and typed.isupper()):
            return ((word, 0.0),)
        readings = self._readings.get(word, ())
        if word not in readings:
            readings = (*readings, word)
        # each marked syllable makes it likelier that marks are typed where they are meant
        doubt = math.log(max(1 - marked, 0.02))
        return tuple((reading, 0.0 if reading == word else doubt) for reading in readings)

    def _viterbi(self, options: list[tuple[tuple[str, float], ...]]) -> list[str]:
        """Return the likeliest reading of each word of a phrase."""
        table: list[list[tuple[float, int]]] = []
        for position, here in enumerate(options):
            before = options[position - 1] if position else ((START, 0.0),)
            reached = table[-1] if table else [(0.0, -1)]
            row = []
            for word, prior in here:
                scores = [
                    score + self._log_pair(previous, word)
                    for (previous, _prior), (score, _from) in zip(before, reached, strict=True)
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

    def _log_pair(self, before: str, word: str) -> float:
        singles, pairs = self.lexicon.singles, self.lexicon.pairs
        alone = (singles.get(word, 0) + _UNSEEN) / self._total
        together = pairs.get((before, word), 0) / (singles.get(before, 0) + 1)
        return math.log(_PAIR_SHARE * together + (1 - _PAIR_SHARE) * alone)


def _in_case_of(typed: str, reading: str) -> str:
    letters = zip(typed, reading, strict=False)  # of one length in normalised text
    return "".join(letter.upper() if model.isupper() else letter for model, letter in letters)
