"""Passages and questions that nearly fit: made from right ones, or found by their words."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from random import Random

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from documents.vietnamese.normalize import CAPITALS
from documents.vietnamese.sentences import sentences
from index.tokens import tokens
from scripts._reader.passages import Span
from scripts._reader.rows import plain

NEAREST = 32  # passages that words find for a question

_K1, _B = 0.9, 0.4  # BM25 for short passages, as Anserini sets them
_BATCH = 512  # questions whose scores are in memory together
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
_NAME = re.compile(rf"(?<!^)(?<![.?!] )\b[{CAPITALS}]\w*(?: [{CAPITALS}]\w*)+")
_SHIFTS = (-3, -2, -1, 1, 2, 3, 5)  # of a number that is exchanged: near, so that it is plausible


def without_answer(text: str, span: Span) -> str | None:
    """Return a passage without the sentences of its answer; None where too little would be left.

    None, too, where what is left still says it.
    """
    start, end = span
    told = sentences(text)
    answering = [one for one in told if one[0] < end and one[1] > start]
    if len(told) < 3 or len(told) - len(answering) < 2 or not answering:
        return None
    rest = text
    for first, last in reversed(answering):
        rest = rest[:first] + rest[last:]
    rest = re.sub(r"[ \t]{2,}", " ", re.sub(r"\n{2,}", "\n", rest)).strip()
    return None if text[start:end].lower() in rest.lower() else rest


def names_of(questions: Iterable[str]) -> dict[int, list[str]]:
    """Return the names in questions by their number of words."""
    found = defaultdict(list)
    for question in questions:
        for match in _NAME.finditer(question):
            found[len(match.group().split())].append(match.group())
    return dict(found)


def exchanged(
    question: str, shown: str, names: Mapping[int, Sequence[str]], random: Random
) -> str | None:
    """Return a question about another number, year or name than the passage ``shown`` tells of.

    None where it names nothing that stands there. A number goes before a name.
    """
    told = set(_NUMBER.findall(shown))
    numbers = [match for match in _NUMBER.finditer(question) if match.group() in told]
    if numbers:
        place = random.choice(numbers)
        other = _other_number(place.group(), random)
    else:
        found = [match for match in _NAME.finditer(question) if match.group() in shown]
        if not found or random.random() >= 0.5:  # names are many: half of them are enough
            return None
        place = random.choice(found)
        other = random.choice(names[len(place.group().split())])
        if plain(other) == plain(place.group()):
            return None
    if other in shown:
        return None
    return question[: place.start()] + other + question[place.end() :]


def _other_number(written: str, random: Random) -> str:
    if not written.isdigit():  # "1.200", "15,5": digit by digit, so that its form stays
        digits = (
            str((int(one) + random.randint(1, 8)) % 10) if one.isdigit() else one for one in written
        )
        return "".join(digits)
    number = int(written)
    shift = random.choice(_SHIFTS if number > 3 else (1, 2, 3))
    return str(number + shift).zfill(len(written) if written[0] == "0" else 0)


class Bm25:
    """The words of passages, weighed, for the passages most like a question."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._numbers: dict[str, int] = {}
        counts = [Counter(tokens(text)) for text in texts]
        for count in counts:
            for term in count:
                self._numbers.setdefault(term, len(self._numbers))
        indices = [self._numbers[term] for count in counts for term in count]
        often = np.array([times for count in counts for times in count.values()], np.float32)
        bounds = np.concatenate([[0], np.cumsum([len(count) for count in counts])])
        matrix = scipy.sparse.csr_matrix(
            (often, indices, bounds), shape=(len(texts), len(self._numbers))
        )
        within = np.bincount(matrix.indices, minlength=len(self._numbers))
        rare = np.log(1 + (len(texts) - within + 0.5) / (within + 0.5)).astype(np.float32)
        lengths = np.array([count.total() for count in counts], np.float32)
        norm = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1))
        norms = np.repeat(norm, np.diff(matrix.indptr))
        matrix.data = rare[matrix.indices] * matrix.data * (_K1 + 1) / (matrix.data + norms)
        self._by_term = matrix.T.tocsr()

    def nearest(self, questions: Sequence[str], count: int = NEAREST) -> NDArray[np.int32]:
        """Return the numbers of the best passages for each question, best first, then -1."""
        found = np.full((len(questions), count), -1, np.int32)
        for first in range(0, len(questions), _BATCH):
            scores = (self._rows(questions[first : first + _BATCH]) @ self._by_term).tocsr()
            for row in range(scores.shape[0]):
                span = slice(scores.indptr[row], scores.indptr[row + 1])
                best = _best(scores.data[span], count)
                found[first + row, : len(best)] = scores.indices[span][best]
        return found

    def _rows(self, questions: Sequence[str]) -> scipy.sparse.csr_matrix:
        known = [
            sorted({self._numbers[term] for term in tokens(question) if term in self._numbers})
            for question in questions
        ]
        indices = [number for numbers in known for number in numbers]
        bounds = np.concatenate([[0], np.cumsum([len(numbers) for numbers in known])])
        return scipy.sparse.csr_matrix(
            (np.ones(len(indices), np.float32), indices, bounds),
            shape=(len(questions), len(self._numbers)),
        )


def _best(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    if len(scores) > count:
        top = np.argpartition(-scores, count)[:count]
        return np.asarray(top[np.argsort(-scores[top], kind="stable")])
    return np.asarray(np.argsort(-scores, kind="stable"))
