"""What a candidate is judged by: one row of numbers for each, in the order of NAMES."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.ranking.retrieve import Pool

NAMES = (
    "cosine behind the best",
    "cosine, min-max",
    "best cosine around, behind the best",
    "bm25 over the question's weight",
    "bm25, min-max",
    "best bm25 around, behind the best",
    "syllables covered",
    "pairs covered",
    "syllables covered around",
    "pairs covered around",
    "syllables covered by title and headings",
    "length",
    "length around",
)

Idf = Callable[[str], float]


def features(pool: Pool, terms: Sequence[str], idf: Idf) -> NDArray[np.float64]:
    """Return one row a candidate, shape (len(pool.candidates), len(NAMES)).

    Coverage is the share of the question's IDF mass found; lengths are natural logarithms.
    """
    weights = {term: idf(term) for term in terms}
    singles = {term: weight for term, weight in weights.items() if "_" not in term}
    pairs = {term: weight for term, weight in weights.items() if "_" in term}
    mass = sum(weights.values()) or 1.0
    low, high = pool.found.dense_range
    sparse_low, sparse_high = pool.found.sparse_range
    rows = [
        (
            candidate.dense - high,
            _scaled(candidate.dense, low, high),
            candidate.dense_around - high,
            candidate.sparse / mass,
            _scaled(candidate.sparse, sparse_low, sparse_high),
            (candidate.sparse_around - sparse_high) / mass,
            _covered(singles, candidate.terms),
            _covered(pairs, candidate.terms),
            _covered(singles, candidate.around),
            _covered(pairs, candidate.around),
            _covered(singles, candidate.context),
            math.log(candidate.length + 1),
            math.log(candidate.length_around + 1),
        )
        for candidate in pool.candidates
    ]
    return np.array(rows, np.float64).reshape(-1, len(NAMES))


def _scaled(score: float, low: float, high: float) -> float:
    return max((score - low) / (high - low), 0.0) if high > low else 0.0


def _covered(weights: dict[str, float], terms: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if term in terms) / total if total else 0.0
