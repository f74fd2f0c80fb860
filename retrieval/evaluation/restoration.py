"""How well marks are restored: sentences stripped of them, restored, and compared by syllable."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from documents.vietnamese.normalize import normalize
from retrieval.evaluation.run import strip_diacritics
from retrieval.question.spelling import Restorer

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Restoration:
    """Counts of sentences, of their syllables, and of those restored as they were written."""

    sentences: int
    syllables: int
    right: int

    @property
    def share(self) -> float:
        """The share of syllables restored right."""
        return self.right / self.syllables if self.syllables else 0.0


def read_sentences(path: Path) -> tuple[str, ...]:
    """Read one sentence a line; lines that are empty or begin with # are none."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def restoration(restorer: Restorer, sentences: Sequence[str]) -> Restoration:
    """Strip, restore and compare; a word that has no letter to mark counts as any other."""
    syllables = right = 0
    for sentence in map(normalize, sentences):
        written = _words(sentence)
        restored = _words(restorer.restore(strip_diacritics(sentence)))
        syllables += len(written)
        right += sum(one == other for one, other in zip(written, restored, strict=True))
    return Restoration(len(sentences), syllables, right)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(normalize(text))]
