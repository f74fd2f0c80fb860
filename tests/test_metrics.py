from math import isclose, log2

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval import fusion, metrics


def test_ranking_metrics_by_hand() -> None:
    ranking, relevant = ("a", "b", "c", "d"), frozenset({"b", "d"})
    assert not metrics.hit_at(ranking, relevant, 1)
    assert metrics.hit_at(ranking, relevant, 2)
    assert metrics.reciprocal_rank(ranking, relevant) == 0.5
    gain = 1 / log2(3) + 1 / log2(5)
    assert isclose(metrics.ndcg(ranking, relevant), gain / (1 + 1 / log2(3)))
    assert metrics.reciprocal_rank(ranking, frozenset({"z"})) == 0


def test_refusal_metrics_by_hand() -> None:
    assert metrics.auroc([3, 2], [1, 2]) == 0.875
    assert metrics.auroc([], [1]) is None
    assert metrics.precision_at_recall([0.9, 0.8, 0.3, 0.2, 0.1], [0.25, 0.05], 0.8) == 0.8
    assert metrics.percentile([5, 1, 3, 2, 4], 0.5) == 3


scores = st.lists(st.floats(-10, 10), min_size=1, max_size=20)


@given(scores, scores)
def test_auroc_of_swapped_sides_is_its_complement(one: list[float], other: list[float]) -> None:
    forward, backward = metrics.auroc(one, other), metrics.auroc(other, one)
    assert forward is not None
    assert backward is not None
    assert isclose(forward + backward, 1, abs_tol=1e-9)


@given(scores, st.floats(0, 1))
def test_fusion_stays_between_its_legs(values: list[float], weight: float) -> None:
    dense = np.array(values)
    fused = fusion.weighted(dense, dense[::-1].copy(), weight)
    assert ((fused >= -1e-9) & (fused <= 1 + 1e-9)).all()
    assert np.allclose(fusion.weighted(dense, dense, weight), fusion.min_max(dense))
