"""How often syllables and their pairs stand in the library's text, with their diacritics."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

_SYLLABLE = re.compile(r"[^\W\d_]+")
_BREAK = re.compile(r"[.,;:?!()\"“”…/\n\d–-]")
_MOST_PAIRS = 400_000  # rarer pairs are dropped on saving: 8 MB, and 1e-4 of the syllables restored


class LexiconError(Exception):
    """A lexicon file that cannot be read; the message names it."""


@dataclass(slots=True)
class Lexicon:
    """Counts of lower-cased syllables and of neighbouring pairs within a phrase."""

    singles: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, texts: Iterable[str], weight: int = 1) -> None:
        """Count texts, each ``weight`` times."""
        singles: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            for phrase in _BREAK.split(text.lower()):
                words = _SYLLABLE.findall(phrase)
                singles.update(words)
                pairs.update(zip(words, words[1:], strict=False))
        for word, count in singles.items():
            self.singles[word] += count * weight
        for pair, count in pairs.items():
            self.pairs[pair] += count * weight

    def save(self, path: Path) -> None:
        """Write one line a syllable or pair, the commonest first."""
        lines = [f"{count}\t{word}" for word, count in self.singles.most_common()]
        lines += [f"{n}\t{a} {b}" for (a, b), n in self.pairs.most_common(_MOST_PAIRS)]
        path.write_text("\n".join(lines), "utf-8")

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        """Read what save() wrote; raises LexiconError."""
        lexicon = cls()
        try:
            for line in path.read_text("utf-8").splitlines():
                count, _tab, words = line.partition("\t")
                first, _space, second = words.partition(" ")
                if second:
                    lexicon.pairs[first, second] = int(count)
                else:
                    lexicon.singles[first] = int(count)
        except (OSError, ValueError) as error:
            raise LexiconError(f"{path}: {error}") from error
        return lexicon
