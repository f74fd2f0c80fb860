"""Is a difference between two runs more than chance? The paired bootstrap over questions.

Efron and Tibshirani 1993; for comparing systems on the same questions, Sakai 2006. A statistic is a
function of how often each question was drawn, so that all draws are computed at once and both runs
are always compared on the same questions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
Statistic = Callable[[Weights], NDArray[np.float64]]  # (draws, questions) -> (draws,)

DRAWS = 2_000  # the ends of the interval move by about a tenth of its width between seeds
SHARE = 95  # of the draws that lie in an interval, in per cent
_SEED = 20_240_630
_HALF = 1e-12  # of a rounding error in sums of weights


class Verdict(StrEnum):
    """What a difference comes to."""

    SAME = "same"
    NOISE = "noise"
    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the bounds between which 95 % of the draws lie."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure before and after, and the bounds of its change."""

    before: float
    after: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def verdict(self) -> Verdict:
        """A change whose interval holds zero is within noise."""
        if self.low == self.high == self.change == 0:
            return Verdict.SAME
        if self.low <= 0 <= self.high:
            return Verdict.NOISE
        return Verdict.BETTER if self.change > 0 else Verdict.WORSE


def mean(values: Sequence[float | None]) -> Statistic:
    """Return the mean of what is judged as a statistic; None is not judged."""
    judged = np.array([value is not None for value in values], float)
    numbers = np.array([value or 0.0 for value in values], float)
    return lambda weights: _ratio(weights @ numbers, weights @ judged)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> Statistic:
    """Return the chance that a positive scores above a negative as a statistic, ties half."""
    groups, places = np.unique(np.array(scores, float), return_inverse=True)
    marks = np.array(positive, float)

    def statistic(weights: Weights) -> NDArray[np.float64]:
        true, false = _grouped(weights, marks, places, len(groups))
        below = np.cumsum(false, axis=1) - false
        won = (true * (below + false / 2)).sum(axis=1)
        return _ratio(won, true.sum(axis=1) * false.sum(axis=1))

    return statistic


def precision_at_recall(
    scores: Sequence[float], positive: Sequence[bool], recall: float
) -> Statistic:
    """Return the precision at the highest threshold of that recall as a statistic."""
    groups, places = np.unique(-np.array(scores, float), return_inverse=True)  # highest first
    marks = np.array(positive, float)

    def statistic(weights: Weights) -> NDArray[np.float64]:
        true, false = _grouped(weights, marks, places, len(groups))
        reached, wrong = np.cumsum(true, axis=1), np.cumsum(false, axis=1)
        # as metrics.precision_at_recall does, the recall is rounded up to whole questions
        wanted = np.ceil(recall * reached[:, -1:] - _HALF)
        first = (reached >= wanted - _HALF).argmax(axis=1)
        rows = np.arange(len(weights))
        hit = reached[rows, first]
        return _ratio(hit, np.where(reached[:, -1] > 0, hit + wrong[rows, first], 0))

    return statistic


def interval(statistic: Statistic, questions: int) -> Interval | None:
    """Return a figure with its bounds; None where nothing is judged."""
    value = float(statistic(np.ones((1, questions)))[0])
    if np.isnan(value):
        return None
    low, high = _bounds(statistic(_draws(questions)))
    return Interval(value, low, high)


def difference(before: Statistic, after: Statistic, questions: int) -> Difference | None:
    """Return a figure of two runs over the same questions; None where nothing is judged."""
    ones, weights = np.ones((1, questions)), _draws(questions)
    first, second = float(before(ones)[0]), float(after(ones)[0])
    if np.isnan(first) or np.isnan(second):
        return None
    low, high = _bounds(after(weights) - before(weights))
    return Difference(first, second, low, high)


@lru_cache(maxsize=4)  # 10 MB at 600 questions; a set asks for the same draws many times
def _draws(questions: int) -> Weights:
    """Return how often each question is drawn, the same in every run of the program."""
    chance = np.random.default_rng(_SEED)
    shares = np.full(questions, 1 / questions)
    return np.asarray(chance.multinomial(questions, shares, size=DRAWS), np.float64)


def _grouped(
    weights: Weights, marks: NDArray[np.float64], places: NDArray[np.intp], groups: int
) -> tuple[Weights, Weights]:
    """Sum the weights of positives and of negatives over equal scores."""
    member = np.zeros((len(places), groups))
    member[np.arange(len(places)), places.ravel()] = 1
    return (weights * marks) @ member, (weights * (1 - marks)) @ member


def _bounds(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the bounds of the middle share; draws without anything judged do not count."""
    known = values[~np.isnan(values)]
    tail = (100 - SHARE) / 2
    low, high = np.percentile(known, [tail, 100 - tail])
    return float(low), float(high)


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.full(len(below), np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found
