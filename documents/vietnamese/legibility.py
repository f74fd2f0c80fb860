"""Whether a text can be what its pages show: damaged encodings and layers tell by their words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from documents.vietnamese.normalize import is_syllable, normalize

_WORD = re.compile(r"[^\W\d_]+")
_LOST = re.compile("[^\\W\\d_]\\?[^\\W\\d_]|\\?[^\\W\\d_]{2}|[\ue000-\uf8ff\ufffd]")
_FEWEST_WORDS = 25  # a judgement on fewer would be a guess
_STRETCH = 60  # words: some lines, so that a damaged annex is not lost in a sound text
# Of 2,700 stretches of laws, party documents and transcripts the worst have 0.65, 0.67 and 0.82 of
# these and nothing lost; damaged layers and encodings have at most 0.5, 0.4 and 0.45, or a letter
# lost in every second word.
_LEAST_MARKED, _LEAST_SYLLABLES, _LEAST_SOUND, _MOST_LOST = 0.35, 0.55, 0.7, 0.03
_LEAST_LOST = 5  # a few may be the writer's own
_LEAST_FOREIGN = 0.08  # every fifth word of English is one of those below
# common words of English and French, which a text in these languages is full of
_FOREIGN = frozenset(
    ("the", "of", "and", "to", "in", "is", "for", "that", "with", "by", "or", "be", "are", "on")
    + ("le", "la", "les", "des", "du", "et", "en", "un", "une", "dans", "pour", "est", "que")
)


@dataclass(frozen=True, slots=True)
class Legibility:
    """Shares of a text's words: syllables among all and among those with marks, and what is odd.

    ``words`` counts those of two letters or more; ``lost`` places where a letter was replaced.
    """

    words: int
    marked: float
    syllables: float
    sound_marked: float
    lost: float
    foreign: float

    @property
    def is_sound(self) -> bool:
        """Whether the letters can be those that the pages show, or are too few to tell."""
        if self.lost > _MOST_LOST and self.lost * self.words >= _LEAST_LOST:
            return False
        if self.words < _FEWEST_WORDS:
            return True
        if self.foreign >= _LEAST_FOREIGN and self.marked < _LEAST_MARKED:
            return True
        return (
            self.marked >= _LEAST_MARKED
            and self.syllables >= _LEAST_SYLLABLES
            and self.sound_marked >= _LEAST_SOUND
        )

    @property
    def score(self) -> float:
        """Return how many words are sure to be right, for a choice between readings of a page."""
        return self.words * (self.marked * self.sound_marked - self.lost)


def legibility(text: str) -> Legibility:
    """Measure a text."""
    text = normalize(text)
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    marked = [word for word in words if not word.isascii()]
    count = max(1, len(words))
    return Legibility(
        words=len(words),
        marked=len(marked) / count,
        syllables=sum(map(is_syllable, words)) / count,
        sound_marked=sum(map(is_syllable, marked)) / max(1, len(marked)),
        lost=len(_LOST.findall(text)) / count,
        foreign=sum(word.lower() in _FOREIGN for word in words) / count,
    )


def is_legible(text: str) -> bool:
    """Whether no stretch of a text has letters that cannot be what its pages show."""
    return all(legibility(stretch).is_sound for stretch in stretches(text))


def stretches(text: str) -> Iterator[str]:
    """Yield the lines of a text in stretches of about as many words."""
    lines: list[str] = []
    words = 0
    for line in text.split("\n"):
        lines.append(line)
        words += line.count(" ") + 1
        if words >= _STRETCH:
            yield "\n".join(lines)
            lines, words = [], 0
    yield "\n".join(lines)
