"""What was typed becomes what was meant: slips mended, and marks restored that were left out.

Both go by the words of the library. Slips are keystrokes of a keyboard that was off and letters one
edit astray; only words that nobody knows are touched, never names, numbers or English words. Marks
are restored by a Viterbi pass over the syllable pairs of the library's own text and of general
Vietnamese: each syllable typed without marks may be any known syllable with the same folded form;
what was typed with marks stands.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from documents.vietnamese.document_number import codes_in, numbers_in
from documents.vietnamese.normalize import fold, is_syllable, normalize
from index.lexicon import NUMBER, START, Lexicon, Words, phrases, word_of
from retrieval.question import telex
from retrieval.question.asking_words import FUNCTION_WORDS

_WORD = re.compile(r"[^\W_]+")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_MISSPELT = re.compile(r"ng[ie]|ge|k[aou]|c[iey]|q(?!u)|(?:ng)?gh[aou]")  # "ngi quyet"
_SHORTEST = 3  # letters; shorter words are one edit from everything
_SUGGESTED = 4  # letters of a word for which another is offered
_SUPPORT = 2  # times the mended word must stand beside its neighbour in the library
_AHEAD = 3  # times likelier than the next candidate
# English words used in Vietnamese whose letters are also Telex for a syllable
_BORROWED = frozenset(
    "teen see room too law saw low law raw how low boom zoom soon noon moon loop keen meet seem "
    "web max list test fax tax box bus gas has show was now new down town".split()
)
_PAIR_SHARE = 0.9  # of a reading's probability taken from pairs; flat between 0.8 and 0.95
_UNSEEN = 0.05  # occurrences granted to a spelling the library has never seen
_MOST_READINGS = 12
_COMMON = ("questions.txt", "sentences.txt")
_COMMON_COUNTS = 5  # times that each line of these counts; flat between 3 and 10


@dataclass(frozen=True)
class Speller:
    """Mends words by what a lexicon knows; ``abbreviations`` are folded and left alone."""

    lexicon: Words
    abbreviations: frozenset[str] = frozenset()

    def mend(self, text: str) -> str:
        """Return the text with its slips mended; a text without any comes back as it is."""
        words = [match for match in _WORD.finditer(text) if self._is_unknown(match, text)]
        if not words:
            return text
        taken = _number_spans(text)
        words = [word for word in words if not any(a <= word.start() < b for a, b in taken)]
        text, left = self._with_keys_read(text, words)
        return self._with_typos_mended(text) if left else text

    def suggestion(self, text: str) -> str | None:
        """Return the text with unknown words as near ones that are known; None without any.

        For a reader to judge: unlike mend(), it takes the commonest where no neighbour decides.
        """
        words, taken, changed = list(_WORD.finditer(text)), _number_spans(text), text
        for place, word in reversed(list(enumerate(words))):
            if (
                len(word[0]) < _SUGGESTED
                or not self._is_unknown(word, text)
                or any(a <= word.start() < b for a, b in taken)
            ):
                continue
            near = _beside(words, place, text)
            known = [
                one
                for candidate in set(_one_edit_from(fold(word[0])))
                for one in self.lexicon.spellings(candidate)
            ]
            if known:
                count = self.lexicon.count
                best = max(known, key=lambda one: (self._support(one, near), count(one), one))
                changed = (
                    changed[: word.start()] + _in_case_of(word[0], best) + changed[word.end() :]
                )
        return changed if changed != text else None

    def _is_unknown(self, match: re.Match[str], text: str) -> bool:
        word = match[0]
        folded = fold(word)
        return not (
            len(word) < 2
            or word.isdigit()
            or word[0].isupper()
            and (word.isupper() or match.start() > 0)  # names and abbreviations
            or self.lexicon.spellings(folded)
            or folded in self.abbreviations
            or folded in FUNCTION_WORDS
            or folded in _BORROWED
        )

    def _with_keys_read(self, text: str, words: Sequence[re.Match[str]]) -> tuple[str, bool]:
        """Read Telex and VNI where the syllables are known; return whether words are left."""
        read = {word.start(): (word, self._typed(word[0])) for word in words}
        found = [(word, syllable) for word, syllable in read.values() if syllable]
        sure = [word for word, _syllable in found if telex.is_marked_by_keys(word[0])]
        if not sure:
            return text, bool(words)
        if len(found) == 1 and not self.lexicon.spellings(fold(found[0][1])):
            return text, True
        for word, syllable in reversed(found):
            text = text[: word.start()] + _in_case_of(word[0], syllable) + text[word.end() :]
        return text, len(found) < len(words)

    def _typed(self, word: str) -> str | None:
        if any(letter.isdigit() for letter in word):
            return telex.vni(word)
        return telex.telex(word)

    def _with_typos_mended(self, text: str) -> str:
        words = list(_WORD.finditer(text))
        taken = _number_spans(text)
        has_marks = any(fold(word[0]) != word[0].lower() for word in words)
        pieces, end = [], 0
        for place, word in enumerate(words):
            near = _beside(words, place, text)
            if not self._may_be_a_typo(word, text, taken):
                continue
            mended = self._likeliest(fold(word[0]), near)
            if mended is None:
                continue
            pieces += [
                text[end : word.start()],
                _in_case_of(word[0], mended if has_marks else fold(mended)),
            ]
            end = word.end()
        return "".join(pieces) + text[end:]

    def _may_be_a_typo(
        self, word: re.Match[str], text: str, taken: Sequence[tuple[int, int]]
    ) -> bool:
        return (
            len(word[0]) >= _SHORTEST
            and word[0].isalpha()
            and self._is_unknown(word, text)
            and not any(a <= word.start() < b for a, b in taken)
            and (not is_syllable(normalize(word[0])) or _MISSPELT.match(fold(word[0])) is not None)
        )

    def _likeliest(self, folded: str, near: tuple[str | None, str | None]) -> str | None:
        """Return the known word one edit away that its neighbours make likely, if any."""
        scored = sorted(
            (
                (self._support(word, near), word)
                for candidate in set(_one_edit_from(folded))
                for word in self.lexicon.spellings(candidate)
            ),
            reverse=True,
        )
        if not scored or scored[0][0] < _SUPPORT:
            return None
        best = fold(scored[0][1])
        others = [count for count, word in scored if fold(word) != best]
        return scored[0][1] if not others or scored[0][0] >= _AHEAD * others[0] else None

    def _support(self, word: str, near: tuple[str | None, str | None]) -> int:
        before, after = near
        pair = self.lexicon.pair
        count = sum(pair(one, word) for one in self._readings(before))
        return count + sum(pair(word, one) for one in self._readings(after))

    def _readings(self, neighbour: str | None) -> tuple[str, ...]:
        if neighbour is None:
            return ()
        lowered = neighbour.lower()
        return (lowered,) if fold(lowered) != lowered else self.lexicon.spellings(lowered)


def _number_spans(text: str) -> list[tuple[int, int]]:
    spans = []
    for number in numbers_in(text):
        start = text.find(number.written)
        spans.append((start, start + len(number.written)))
    return spans


def _beside(words: Sequence[re.Match[str]], place: int, text: str) -> tuple[str | None, str | None]:
    """Return the neighbours of a word within its phrase."""
    word = words[place]
    before = words[place - 1] if place else None
    after = words[place + 1] if place + 1 < len(words) else None
    if before is not None and not text[before.end() : word.start()].isspace():
        before = None
    if after is not None and not text[word.end() : after.start()].isspace():
        after = None
    return before[0] if before else None, after[0] if after else None


def _one_edit_from(word: str) -> Iterator[str]:
    """Yield what a slip may have been meant as: a letter doubled, lost, swapped or off by a key."""
    for place in range(len(word)):
        head, tail = word[:place], word[place:]
        yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for near in _NEAR_KEYS.get(tail[0], ""):
            yield head + near + tail[1:]
    for place in range(len(word) + 1):
        for letter in "abcdeghiklmnopqrstuvxy":
            yield word[:place] + letter + word[place:]


def _keys_near() -> dict[str, str]:
    near: dict[str, str] = defaultdict(str)
    for row, keys in enumerate(_KEYS):
        for column, key in enumerate(keys):
            for other_row in (row - 1, row, row + 1):
                if 0 <= other_row < len(_KEYS):
                    others = _KEYS[other_row][max(column - 1, 0) : column + 2]
                    near[key] += others.replace(key, "")
    return dict(near)


_NEAR_KEYS = _keys_near()


def _in_case_of(typed: str, mended: str) -> str:
    return mended[0].upper() + mended[1:] if typed[0].isupper() else mended


@cache
def _common() -> Lexicon:
    """Count general Vietnamese once: a restorer is made at every change of a library."""
    common = Lexicon()
    for name in _COMMON:
        text = resources.files("retrieval.question").joinpath("data", name).read_text("utf-8")
        lines = [normalize(line) for line in text.splitlines() if line[:1] != "#"]
        common.add(lines, _COMMON_COUNTS)
    return common


def with_common(lexicon: Lexicon) -> Lexicon:
    """Return a lexicon with general Vietnamese, which documents of one field do not hold."""
    merged, common = Lexicon(lexicon.singles.copy(), lexicon.pairs.copy()), _common()
    merged.singles.update(common.singles)
    merged.pairs.update(common.pairs)
    return merged


@dataclass(frozen=True)
class Restorer:
    """Readings of unmarked syllables, made likely by a lexicon."""

    lexicon: Words

    @classmethod
    def over(cls, lexicon: Lexicon) -> "Restorer":
        """Restore by a lexicon and general Vietnamese."""
        return cls(with_common(lexicon))

    @cached_property
    def _total(self) -> int:
        return self.lexicon.total or 1

    def restore(self, text: str) -> str:
        """Return the text with the likeliest marks; offsets of words do not move."""
        found = list(phrases(text))
        typed = [word[0] for phrase in found for word in phrase if word_of(word) != NUMBER]
        marked = sum(fold(word) != word.lower() for word in typed) / (len(typed) or 1)
        pieces, end = [], 0
        for phrase in found:
            options = [self._options(word_of(word), word[0], marked) for word in phrase]
            for word, reading in zip(phrase, self._viterbi(options), strict=True):
                changed = word[0] if reading == NUMBER else _letter_by_letter(word[0], reading)
                pieces += [text[end : word.start()], changed]
                end = word.end()
        return "".join(pieces) + text[end:]

    def restore_around_numbers(self, text: str) -> str:
        """Restore marks, except within document numbers: "tu" of "318-bc tu" is a code."""
        shielded = restored = text
        codes = codes_in(text)
        for start, end in codes:  # words in capitals are left alone
            shielded = shielded[:start] + shielded[start:end].upper() + shielded[end:]
        restored = self.restore(shielded)
        for start, end in codes:
            restored = restored[:start] + text[start:end] + restored[end:]
        return restored

    def _options(self, word: str, typed: str, marked: float) -> tuple[tuple[str, float], ...]:
        """Return (reading, log prior); a question with marks elsewhere leaves this one as typed."""
        if word == NUMBER or fold(word) != word or (len(typed) > 1 and typed.isupper()):
            return ((word, 0.0),)
        readings = self.lexicon.spellings(word)[:_MOST_READINGS]
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
        lexicon = self.lexicon
        alone = (lexicon.count(word) + _UNSEEN) / self._total
        together = lexicon.pair(before, word) / (lexicon.count(before) + 1)
        return math.log(_PAIR_SHARE * together + (1 - _PAIR_SHARE) * alone)


def _letter_by_letter(typed: str, reading: str) -> str:
    letters = zip(typed, reading, strict=False)  # of one length in normalised text
    return "".join(letter.upper() if model.isupper() else letter for model, letter in letters)
