"""How likely two questions ask for the same: what is read of each, and the odds of every pair.

Where two name different numbers, places, units or sorts of answers, they are of different matters
whatever else they share; all others are weighed. Words and weights are in data/alike.tsv and .json.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from documents.vietnamese.normalize import fold, normalize
from index.tokens import syllables
from retrieval.question.abbreviations import Abbreviations
from retrieval.question.phrases import phrases_in

Pairs = NDArray[np.float32]
_SIGNS = re.compile(r"[^\w%]+")
_ONE = "1"  # "mỗi năm" is also "1 năm"
_KINDS = "sentences.txt"  # how common words are where there are few questions


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read of a question.

    ``sort`` is the sort of answer, empty where none is told; ``must`` what the other may not lack,
    ``apart`` (respect, thing) of which the other may not name others only.
    """

    words: frozenset[str]
    sort: str
    must: frozenset[str]
    apart: frozenset[tuple[str, str]]
    numbers: frozenset[str]


@dataclass(frozen=True)
class _Table:
    same: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, re.Pattern[str]], ...]
    either: frozenset[frozenset[str]]
    must: tuple[tuple[str, re.Pattern[str]], ...]
    apart: tuple[tuple[tuple[str, str], re.Pattern[str]], ...]
    idle: re.Pattern[str]
    spellings: re.Pattern[str]

    def one_spelling(self, folded: str) -> str:
        """Write one word for what has several names; twice, as a name may hold another."""
        text = _SIGNS.sub(" ", folded).strip()
        for _ in range(2):
            text = self.spellings.sub(lambda found: self.same[(found.lastindex or 1) - 1][0], text)
        return text


def read(question: str, abbreviations: Abbreviations) -> Wanted:
    """Read what a question asks for, with or without its marks."""
    table = _table()
    text = table.one_spelling(fold(abbreviations.expand(normalize(question))))
    return Wanted(
        words=frozenset(syllables(table.idle.sub(" ", text))),
        sort=next((sort for sort, phrase in table.sorts if phrase.search(text)), ""),
        must=frozenset(name for name, phrase in table.must if phrase.search(text)),
        apart=frozenset(pair for pair, phrase in table.apart if phrase.search(text)),
        numbers=frozenset(one for one in syllables(text) if one.isdigit() and one != _ONE),
    )


def features(wanted: Sequence[Wanted], cosines: Pairs) -> dict[str, Pairs]:
    """Return what speaks for and against each pair, by name."""
    sorts = [one.sort for one in wanted]
    named = np.array([bool(one) for one in sorts])
    numbered = np.array([bool(one.numbers) for one in wanted])
    both = named[:, None] & named
    return {
        "cosine": cosines,
        "words shared": _shared(wanted),
        "sorts near": (both & ~_equal(sorts)).astype(np.float32),
        "one sort told": (named[:, None] != named).astype(np.float32),
        "one numbered": (numbered[:, None] != numbered).astype(np.float32),
    }


def apart(wanted: Sequence[Wanted]) -> NDArray[np.bool_]:
    """Return which pairs are of different matters, whatever else they share."""
    kept = ~_equal([one.must for one in wanted])
    either = _table().either
    sorts = sorted({one.sort for one in wanted})
    differ = np.array(
        [
            [bool(a and b and a != b and frozenset((a, b)) not in either) for b in sorts]
            for a in sorts
        ]
    )
    codes = np.array([sorts.index(one.sort) for one in wanted])
    kept |= differ[codes[:, None], codes]
    numbered = np.array([bool(one.numbers) for one in wanted])
    kept |= numbered[:, None] & numbered & ~_equal([one.numbers for one in wanted])
    for respect in {respect for one in wanted for respect, _ in one.apart}:
        named = [frozenset(thing for at, thing in one.apart if at == respect) for one in wanted]
        some = np.array([bool(one) for one in named])
        kept |= some[:, None] & some & (_overlap(named, {}) == 0)
    return np.asarray(kept, np.bool_)


def log_odds(wanted: Sequence[Wanted], cosines: Pairs) -> Pairs:
    """Return for each pair the log odds that both ask for the same; -inf where they cannot."""
    weights = _weights()
    odds = np.full(cosines.shape, weights["intercept"], np.float32)
    for name, values in features(wanted, cosines).items():
        odds += np.float32(weights[name]) * values
    odds[apart(wanted)] = -np.inf
    return odds


def _shared(wanted: Sequence[Wanted]) -> Pairs:
    """Return the weight of the words of both as a part of that of the words of either."""
    common, total = _commonness()
    here = Counter(word for one in wanted for word in one.words)
    weights = {
        word: math.log((total + len(wanted) + 1) / (common[word] + count + 0.5))
        for word, count in here.items()
    }
    shared = _overlap([one.words for one in wanted], weights)
    own = shared.diagonal()
    return np.asarray(shared / np.maximum(own[:, None] + own - shared, 1e-9), np.float32)


def _overlap(sets: Sequence[frozenset[str]], weights: dict[str, float]) -> Pairs:
    """Return the weight of what each two sets share; of no weight given, one each."""
    places = {word: place for place, word in enumerate(sorted(frozenset().union(*sets)))}
    rows = np.zeros((len(sets), max(len(places), 1)), np.float32)
    for row, words in enumerate(sets):
        for word in words:
            rows[row, places[word]] = math.sqrt(weights.get(word, 1.0))
    return np.asarray(rows @ rows.T, np.float32)


def _equal(values: Sequence[Hashable]) -> NDArray[np.bool_]:
    codes: dict[Hashable, int] = {}
    row = np.array([codes.setdefault(value, len(codes)) for value in values])
    return np.asarray(row[:, None] == row, np.bool_)


@cache
def _weights() -> dict[str, float]:
    file = resources.files("retrieval.question").joinpath("data", "alike.json")
    weights: dict[str, float] = json.loads(file.read_text("utf-8"))
    return weights


@cache
def _commonness() -> tuple[Counter[str], int]:
    """Return in how many sentences of general Vietnamese each word stands, and how many they are.

    As each word is counted once a sentence, the weight of words that are new in a log is bounded.
    """
    file = resources.files("retrieval.question").joinpath("data", _KINDS)
    lines = file.read_text("utf-8").splitlines()
    table = _table()
    counts = Counter(
        word for line in lines for word in set(syllables(table.one_spelling(fold(line))))
    )
    return counts, len(lines)


@cache
def _table() -> _Table:
    rows = [(what, tuple(middle), phrase) for what, *middle, phrase in phrases_in("alike.tsv")]
    of = {what: [row[1:] for row in rows if row[0] == what] for what in {row[0] for row in rows}}
    same = tuple((value, phrase) for (value,), phrase in of["same"])
    return _Table(
        same=same,
        sorts=tuple((value, _whole(phrase)) for (value,), phrase in of["asked"]),
        either=frozenset(frozenset((value, other)) for (value,), other in of["and"]),
        must=tuple((value, _whole(phrase)) for (value,), phrase in of["must"]),
        apart=tuple(((respect, value), _whole(p)) for (respect, value), p in of["apart"]),
        idle=_whole("|".join(phrase for _, phrase in of["idle"])),
        spellings=_whole("|".join(f"({phrase})" for _, phrase in same)),
    )


def _whole(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{phrase})(?!\w)")
