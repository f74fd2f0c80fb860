"""Which questions are read in a step, and with which pieces: the draw, and its curriculum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts._reader.arrays import Arrays
from scripts._reader.rows import RowsError
from scripts._reader.sources import source

BLOCK = 8  # batches drawn together and parted by length, so that little is padded
EASY_SHARE = 0.06  # of the training in which negatives become hard
EASY_AT_FIRST = 0.9  # of questions that then get random negatives
OWN, OWN_WITHOUT_ANSWER = 2, 4  # other pieces of the text asked about
CUT = 0.7  # how often the piece without its answer is read
SPREAD = 8.0  # places by which near pieces change ranks: not always the same are read
UNANSWERED_TOKENS = 150  # counted for a question without an answer when parting by length


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions with ``k`` pieces each, one after the other.

    ``variants`` and ``pieces`` have k rows a question, ``labels`` too: first and last token of the
    answer, -1 where unknown or absent, and whether the piece answers.
    """

    questions: NDArray[np.int64]
    variants: NDArray[np.int64]
    pieces: NDArray[np.int64]
    labels: NDArray[np.int64]

    def first(self, count: int) -> "Batch":
        """Return the first questions alone."""
        rows = count * len(self.pieces) // len(self.questions)
        return Batch(
            self.questions[:count], self.variants[:rows], self.pieces[:rows], self.labels[:rows]
        )


@dataclass(frozen=True, slots=True)
class Draw:
    """How questions and pieces are drawn."""

    groups: int = 48
    candidates: int = 8
    without: tuple[str, ...] = ()
    random_negatives: bool = False
    seed: int = 0


def weights_of(arrays: Arrays, without: Sequence[str] = ()) -> NDArray[np.float64]:
    """Return the weight of each question in the draw; ``without`` names beginnings of sources."""
    weights = [
        0.0 if name.startswith(tuple(without)) else source(name).weight for name in arrays.sources
    ]
    found: NDArray[np.float64] = np.array(weights)[arrays.source] * ~arrays.held_out
    return found


class Sampler:
    """Draws batches; a block depends on its number and the share of the training alone."""

    def __init__(self, arrays: Arrays, draw: Draw) -> None:
        """Make ready to draw; raises RowsError when there is too little to draw from."""
        self._arrays = arrays
        self._draw = draw
        weights = weights_of(arrays, draw.without)
        if not weights.any():
            raise RowsError("Không còn câu hỏi nào để học; hãy bớt --without hoặc thêm dữ liệu.")
        self._chances = weights / weights.sum()
        any_answers = np.array([not source(name).near for name in arrays.sources])
        self._any_answers = any_answers[arrays.source] | draw.random_negatives
        self._drawable = np.flatnonzero(~arrays.held_out_pieces[: arrays.real])
        if len(self._drawable) < draw.candidates:
            raise RowsError(
                f"Chỉ có {len(self._drawable)} đoạn để học, ít hơn --candidates {draw.candidates}; "
                "hãy thêm văn bản."
            )
        self._lengths = _lengths(arrays)

    def block(self, number: int, share: float) -> tuple[Batch, ...]:
        """Draw ``BLOCK`` batches, at a share of the training."""
        random = np.random.default_rng((self._draw.seed, number))
        groups = self._draw.groups
        chosen = random.choice(len(self._arrays), groups * BLOCK, p=self._chances)
        chosen = chosen[np.argsort(self._lengths[chosen], kind="stable")]
        ease = max(0.0, EASY_AT_FIRST * (1 - share / EASY_SHARE))
        return tuple(
            self.batch(chosen[part * groups : (part + 1) * groups], random, ease, varied=True)
            for part in random.permutation(BLOCK)
        )

    def batch(
        self,
        questions: NDArray[Any],
        random: np.random.Generator,
        ease: float = 0.0,
        *,
        varied: bool = False,
    ) -> Batch:
        """Draw pieces for questions, as they are written or ``varied``."""
        count, variants = self._draw.candidates, self._arrays.variants
        rows = [self._group(int(question), random, ease) for question in questions]
        manner = random.integers(variants, size=len(questions)) if varied else 0
        return Batch(
            questions=np.asarray(questions, np.int64),
            variants=np.repeat(questions * variants + manner, count),
            pieces=np.array([pieces for pieces, _label in rows], np.int64).reshape(-1),
            labels=np.array(
                [[label, *[(-1, -1, 0)] * (count - 1)] for _pieces, label in rows], np.int64
            ).reshape(-1, 3),
        )

    def _group(
        self, question: int, random: np.random.Generator, ease: float
    ) -> tuple[list[int], tuple[int, int, int]]:
        """Return pieces, the one that answers first if there is one, and the label of the first."""
        arrays, count = self._arrays, self._draw.candidates
        answers, own = arrays.answers_of(question), arrays.own[question]
        chosen, label = [], (-1, -1, 0)
        if len(answers):
            piece, first, last = map(int, answers[random.integers(len(answers))])
            chosen, label = [piece], (first, last, 1)
        most = OWN if len(answers) else OWN_WITHOUT_ANSWER
        chosen += own[random.permutation(len(own))[:most]].tolist()
        cut = int(arrays.cut[question])
        if cut >= 0 and not self._draw.random_negatives and random.random() < CUT:
            chosen.append(cut)
        answering = set(answers[:, 0].tolist())
        if not self._any_answers[question] and random.random() >= ease:
            known = answering | set(own.tolist())
            near = [piece for piece in arrays.pool[question].tolist() if piece not in known]
            chosen += _mixed([piece for piece in near if piece >= 0], random)
            chosen = list(dict.fromkeys(chosen))[:count]
        while len(chosen) < count:
            other = int(self._drawable[random.integers(len(self._drawable))])
            if other not in answering:
                chosen.append(other)
        return chosen[:count], label


def _mixed(pieces: list[int], random: np.random.Generator) -> list[int]:
    """Mix the rankings of words and of meaning, which the pool holds one after the other."""
    half = max(len(pieces) // 2, 1)
    ranks = np.arange(len(pieces)) % half + random.exponential(SPREAD, len(pieces))
    return [pieces[place] for place in np.argsort(ranks)]


def _lengths(arrays: Arrays) -> NDArray[np.int64]:
    """Return the tokens of each question, as it is written, with its piece."""
    written = np.diff(arrays.questions.bounds)[:: arrays.variants]
    first = arrays.first_answers()[:, 0]
    pieces = np.where(first >= 0, np.diff(arrays.pieces.bounds)[first], UNANSWERED_TOKENS)
    found: NDArray[np.int64] = written + pieces
    return found
