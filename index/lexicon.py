"""How often syllables and their pairs stand in the library's text, with their diacritics."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from documents.vietnamese.normalize import fold
from index.errors import IndexFileError

NUMBER = "#"  # stands for any number: "năm" goes before one, "nam" does not
START = "^"  # stands before the first word of a phrase

_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,/:]\d+)*")
_BREAK = re.compile(r"[.,;:?!()\"“”…/\n–-]")
_COUNTED = re.compile(f"{_WORD.pattern}|{_BREAK.pattern}")
_MOST_PAIRS = 400_000  # rarer pairs are dropped on saving: 8 MB, and 1e-4 of the syllables restored


class Words(Protocol):
    """What is known of syllables and of neighbouring pairs."""

    @property
    def total(self) -> int:
        """How many syllables were counted."""
        ...

    def count(self, word: str) -> int:
        """Return how often a syllable stands in the texts."""
        ...

    def pair(self, before: str, word: str) -> int:
        """Return how often two syllables stand beside each other."""
        ...

    def spellings(self, folded: str) -> tuple[str, ...]:
        """Return the syllables of a folded form, the commonest first."""
        ...


class _Counted(dict[str, str]):
    """What a word, a number or a break counts as; a break is the start of the next phrase."""

    def __missing__(self, found: str) -> str:
        if found[0].isdigit():
            self[found] = NUMBER
        else:
            self[found] = START if _BREAK.fullmatch(found) else found
        return self[found]


@dataclass(slots=True)
class Lexicon:
    """Counts of lower-cased syllables and of neighbouring pairs within a phrase.

    NUMBER and START count as syllables.
    """

    singles: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    _spelt: dict[str, tuple[str, ...]] | None = field(default=None, compare=False, repr=False)
    _total: int | None = field(default=None, compare=False, repr=False)

    @property
    def total(self) -> int:
        """How many syllables were counted."""
        if self._total is None:
            self._total = self.singles.total()
        return self._total

    def count(self, word: str) -> int:
        """Return how often a syllable stands in the texts."""
        return self.singles.get(word, 0)

    def pair(self, before: str, word: str) -> int:
        """Return how often two syllables stand beside each other."""
        return self.pairs.get((before, word), 0)

    def spellings(self, folded: str) -> tuple[str, ...]:
        """Return the syllables of a folded form, the commonest first."""
        if self._spelt is None:
            spelt: dict[str, list[str]] = defaultdict(list)
            for word in self.singles:
                if word not in (NUMBER, START):
                    spelt[fold(word)].append(word)
            self._spelt = {form: _commonest_first(self, words) for form, words in spelt.items()}
        return self._spelt.get(folded, ())

    def add(self, texts: Iterable[str], weight: int = 1) -> None:
        """Count texts, each ``weight`` times."""
        self._spelt = self._total = None
        counted = _Counted()
        words = [counted[one] for one in _COUNTED.findall("\n".join(texts).lower())]
        pairs = Counter(zip((START, *words), words, strict=False))
        phrases_begun = 0
        for (before, word), count in pairs.items():
            if word != START:  # else a break follows
                self.pairs[before, word] += count * weight
                phrases_begun += count if before == START else 0
        singles = Counter(words)
        singles[START] = phrases_begun
        for word, count in singles.items():
            if count:
                self.singles[word] += count * weight

    def copy(self) -> "Lexicon":
        """Return a lexicon of its own with the same counts."""
        return Lexicon(self.singles.copy(), self.pairs.copy())

    def remove(self, texts: Iterable[str]) -> None:
        """Take texts out again that were counted; of pairs, as far as they were not trimmed."""
        self._spelt = self._total = None
        gone = Lexicon()
        gone.add(texts)
        for word, count in gone.singles.items():
            self.singles[word] -= count
            if self.singles[word] <= 0:
                del self.singles[word]
        for pair, count in gone.pairs.items():
            self.pairs[pair] -= count
            if self.pairs[pair] <= 0:
                del self.pairs[pair]

    def trim(self) -> None:
        """Drop the rarest pairs, as saving does."""
        if len(self.pairs) > _MOST_PAIRS:
            self.pairs = Counter(dict(self.pairs.most_common(_MOST_PAIRS)))

    def save(self, path: Path) -> None:
        """Write one line a syllable or pair, the commonest first."""
        lines = [f"{count}\t{word}" for word, count in self.singles.most_common()]
        lines += [f"{n}\t{a} {b}" for (a, b), n in self.pairs.most_common(_MOST_PAIRS)]
        path.write_text("\n".join(lines), "utf-8")

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        """Read what save() wrote; raises IndexFileError."""
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
            raise IndexFileError(f"{path}: {error}") from error
        return lexicon


@dataclass(frozen=True, slots=True)
class Remaining:
    """A lexicon as if some texts that it counts were not there; ``gone`` are their counts.

    It costs what the texts left out hold, and nothing of the lexicon is copied.
    """

    lexicon: Lexicon
    gone: Lexicon

    @property
    def total(self) -> int:
        """How many syllables are left."""
        return max(0, self.lexicon.total - self.gone.total)

    def count(self, word: str) -> int:
        """Return how often a syllable stands in the texts that are left."""
        known = self.lexicon.count(word)
        return max(0, known - self.gone.count(word)) if known else 0

    def pair(self, before: str, word: str) -> int:
        """Return how often two syllables stand beside each other in the texts that are left."""
        known = self.lexicon.pair(before, word)
        return max(0, known - self.gone.pair(before, word)) if known else 0

    def spellings(self, folded: str) -> tuple[str, ...]:
        """Return the syllables of a folded form that are left, the commonest first."""
        left = [word for word in self.lexicon.spellings(folded) if self.count(word)]
        return _commonest_first(self, left) if len(left) > 1 else tuple(left)


def _commonest_first(words: Words, syllables: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(syllables, key=lambda one: (-words.count(one), one)))


def phrases(text: str) -> Iterator[tuple[re.Match[str], ...]]:
    """Yield the words and numbers of each phrase: what stands between two punctuation marks."""
    phrase: list[re.Match[str]] = []
    end = 0
    for word in _WORD.finditer(text):
        if phrase and _BREAK.search(text, end, word.start()):
            yield tuple(phrase)
            phrase = []
        phrase.append(word)
        end = word.end()
    if phrase:
        yield tuple(phrase)


def word_of(match: re.Match[str]) -> str:
    """Return a word as it is counted."""
    return NUMBER if match[0][0].isdigit() else match[0].lower()
