"""Two rankings into one: pure functions over scores."""

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


def min_max(scores: Scores) -> Scores:
    """Scale scores to 0..1 over the candidates; equal scores are all 1, none are none."""
    if not scores.size:
        return scores
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.ones_like(scores)


def weighted(dense: Scores, sparse: Scores, dense_weight: float) -> Scores:
    """Return the convex combination of two min-max scaled score lists of equal length.

    Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval".
    """
    return dense_weight * min_max(dense) + (1 - dense_weight) * min_max(sparse)
