from math import isclose, isnan, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation import metrics

RANKING, RELEVANT = ("a", "b", "c", "d"), frozenset({"b", "d"})

scores = st.lists(st.integers(-50, 50).map(lambda tenths: tenths / 10), min_size=1, max_size=20)
rankings = st.permutations("abcdefghijkl")
relevant_sets = st.frozensets(st.sampled_from("abcdefghijklmn"), min_size=1)


def test_ranking_metrics_by_hand() -> None:
    assert not metrics.hit_at(RANKING, RELEVANT, 1)
    assert metrics.hit_at(RANKING, RELEVANT, 2)
    assert metrics.first_relevant_rank(RANKING, RELEVANT) == 2
    assert metrics.reciprocal_rank(RANKING, RELEVANT) == 0.5
    gain = 1 / log2(3) + 1 / log2(5)
    assert isclose(metrics.ndcg(RANKING, RELEVANT), gain / (1 + 1 / log2(3)))


def test_what_is_not_found_scores_nothing() -> None:
    nowhere = frozenset({"z"})
    assert metrics.first_relevant_rank(RANKING, nowhere) is None
    assert not metrics.hit_at(RANKING, nowhere, 4)
    assert metrics.reciprocal_rank(RANKING, nowhere) == 0
    assert metrics.ndcg(RANKING, nowhere) == 0
    assert metrics.ndcg(RANKING, frozenset()) == 0
    assert metrics.ndcg((), RELEVANT) == 0


def test_what_lies_beyond_k_does_not_count() -> None:
    late = (*"abcdefghij", "x")
    assert metrics.reciprocal_rank(late, frozenset({"x"})) == 0
    assert metrics.reciprocal_rank(late, frozenset({"x"}), k=11) == pytest.approx(1 / 11)
    assert metrics.ndcg(late, frozenset({"x"})) == 0


def test_refusal_metrics_by_hand() -> None:
    # pairs won: 3>1, 3>2, 2>1, and half of 2=2
    assert metrics.auroc([3, 2], [1, 2]) == 0.875
    assert metrics.auroc([], [1]) is None
    assert metrics.auroc([1], []) is None
    # four of the five positives stand at 0.2 or above, and one negative with them
    assert metrics.precision_at_recall([0.9, 0.8, 0.3, 0.2, 0.1], [0.25, 0.05], 0.8) == 0.8
    assert metrics.precision_at_recall([], [0.25], 0.8) is None


def test_percentiles_are_values_that_occurred() -> None:
    assert metrics.percentile([5, 1, 3, 2, 4], 0.5) == 3
    assert metrics.percentile([5, 1, 3, 2, 4], 0.95) == 5
    assert metrics.percentile([7], 0.5) == 7
    assert isnan(metrics.percentile([], 0.5))


@given(scores, scores)
def test_auroc_is_the_share_of_pairs_won(positive: list[float], negative: list[float]) -> None:
    won = sum((p > n) + (p == n) / 2 for p in positive for n in negative)
    area = metrics.auroc(positive, negative)
    assert area is not None
    assert isclose(area, won / (len(positive) * len(negative)), abs_tol=1e-9)


@given(scores, scores)
def test_auroc_of_swapped_sides_is_its_complement(one: list[float], other: list[float]) -> None:
    forward, backward = metrics.auroc(one, other), metrics.auroc(other, one)
    assert forward is not None
    assert backward is not None
    assert isclose(forward + backward, 1, abs_tol=1e-9)


@given(scores, scores, st.floats(0.05, 1))
def test_precision_is_that_of_a_threshold_which_reaches_the_recall(
    positive: list[float], negative: list[float], recall: float
) -> None:
    reaching = [
        threshold
        for threshold in positive
        if sum(score >= threshold for score in positive) >= recall * len(positive)
    ]
    threshold = max(reaching)
    true = sum(score >= threshold for score in positive)
    false = sum(score >= threshold for score in negative)
    assert metrics.precision_at_recall(positive, negative, recall) == true / (true + false)


@given(rankings, relevant_sets, st.integers(1, 11))
def test_looking_further_down_never_loses_a_hit(
    ranking: list[str], relevant: frozenset[str], k: int
) -> None:
    assert metrics.hit_at(ranking, relevant, k) <= metrics.hit_at(ranking, relevant, k + 1)
    assert metrics.reciprocal_rank(ranking, relevant, k) <= metrics.reciprocal_rank(
        ranking, relevant, k + 1
    )


@given(rankings, relevant_sets, st.integers(0, 10))
def test_moving_a_relevant_row_up_never_lowers_ndcg(
    ranking: list[str], relevant: frozenset[str], place: int
) -> None:
    above, below = ranking[place], ranking[place + 1]
    if below in relevant and above not in relevant:
        better = [*ranking[:place], below, above, *ranking[place + 2 :]]
        assert metrics.ndcg(better, relevant) >= metrics.ndcg(ranking, relevant)


@given(rankings, relevant_sets)
def test_only_an_ideal_ranking_has_an_ndcg_of_one(
    ranking: list[str], relevant: frozenset[str]
) -> None:
    value = metrics.ndcg(ranking, relevant)
    assert 0 <= value <= 1 + 1e-9
    ideal = sorted(relevant) + [one for one in ranking if one not in relevant]
    assert isclose(metrics.ndcg(ideal, relevant), 1)
    leading = ranking[: min(len(relevant), 10)]
    assert isclose(value, 1) == (set(leading) <= relevant)
