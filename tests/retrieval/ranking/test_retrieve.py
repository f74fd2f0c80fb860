import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ranking.retrieve import min_max, weighted

pairs = st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=1, max_size=30)
weights = st.floats(0, 1)


def test_scores_are_scaled_between_the_worst_and_the_best() -> None:
    assert min_max(np.array([2.0, 6.0, 3.0])).tolist() == [0.0, 1.0, 0.25]


def test_equal_scores_are_all_best_and_no_scores_stay_none() -> None:
    assert min_max(np.array([0.8, 0.8])).tolist() == [1.0, 1.0]
    assert min_max(np.array([])).tolist() == []


def test_weighted_sum_by_hand() -> None:
    dense, sparse = np.array([0.9, 0.7, 0.8]), np.array([0.0, 20.0, 5.0])
    fused = weighted(dense, sparse, 0.4)
    assert np.allclose(fused, [0.4, 0.6, 0.4 * 0.5 + 0.6 * 0.25])


@given(pairs, weights)
def test_fusion_stays_between_nothing_and_all(
    scores: list[tuple[float, float]], weight: float
) -> None:
    dense, sparse = np.array(scores).T
    fused = weighted(dense, sparse, weight)
    assert ((fused >= -1e-9) & (fused <= 1 + 1e-9)).all()


@given(pairs)
def test_whole_weight_on_one_leg_leaves_the_other_out(scores: list[tuple[float, float]]) -> None:
    dense, sparse = np.array(scores).T
    assert np.array_equal(weighted(dense, sparse, 1.0), min_max(dense))
    assert np.array_equal(weighted(dense, sparse, 0.0), min_max(sparse))


@given(pairs, weights)
def test_passage_that_is_no_worse_in_both_legs_is_no_worse_fused(
    scores: list[tuple[float, float]], weight: float
) -> None:
    dense, sparse = np.array(scores).T
    fused = weighted(dense, sparse, weight)
    for i, (d_i, s_i) in enumerate(scores):
        for j, (d_j, s_j) in enumerate(scores):
            if d_i >= d_j and s_i >= s_j:
                assert fused[i] >= fused[j] - 1e-9


@given(
    st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=1, max_size=20),
    weights,
    st.integers(1, 9),
    st.integers(-50, 50),
)
def test_scale_and_offset_of_a_leg_do_not_matter(
    scores: list[tuple[int, int]], weight: float, scale: int, offset: int
) -> None:
    dense, sparse = np.array(scores, dtype=float).T
    moved = weighted(dense, sparse * scale + offset, weight)
    assert np.allclose(moved, weighted(dense, sparse, weight))


@given(pairs, weights)
def test_scores_handed_in_are_left_as_they_were(
    scores: list[tuple[float, float]], weight: float
) -> None:
    dense, sparse = np.array(scores).T.copy()
    before = dense.copy(), sparse.copy()
    weighted(dense, sparse, weight)
    assert np.array_equal(dense, before[0])
    assert np.array_equal(sparse, before[1])
