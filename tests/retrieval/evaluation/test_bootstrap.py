from math import isclose, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.evaluation import bootstrap, metrics
from retrieval.evaluation.bootstrap import Statistic, Verdict

outcomes = st.lists(st.sampled_from([0.0, 1.0, None]), min_size=1, max_size=30)
judged = st.lists(
    st.tuples(st.integers(0, 9).map(lambda tenths: tenths / 10), st.booleans()),
    min_size=2,
    max_size=25,
)


def value(statistic: Statistic, questions: int) -> float:
    return float(statistic(np.ones((1, questions)))[0])


def sides(rows: list[tuple[float, bool]]) -> tuple[list[float], list[float]]:
    return [score for score, yes in rows if yes], [score for score, yes in rows if not yes]


@given(outcomes)
def test_mean_is_over_what_is_judged(values: list[float | None]) -> None:
    known = [one for one in values if one is not None]
    found = value(bootstrap.mean(values), len(values))
    assert isclose(found, sum(known) / len(known)) if known else isnan(found)


@given(judged)
def test_statistics_of_all_questions_are_those_of_the_metrics(
    rows: list[tuple[float, bool]],
) -> None:
    scores, positive = zip(*rows, strict=True)
    yes, no = sides(rows)
    area = value(bootstrap.auroc(scores, positive), len(rows))
    assert isclose(area, metrics.auroc(yes, no) or 0, abs_tol=1e-9) if yes and no else isnan(area)
    precision = value(bootstrap.precision_at_recall(scores, positive, 0.8), len(rows))
    assert (
        isclose(precision, metrics.precision_at_recall(yes, no, 0.8) or 0)
        if yes
        else isnan(precision)
    )


@given(judged, st.data())
def test_weights_count_as_repeated_questions(
    rows: list[tuple[float, bool]], data: st.DataObject
) -> None:
    counts = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    weights = np.array([counts], float)
    repeated = [row for row, count in zip(rows, counts, strict=True) for _ in range(count)]
    scores, positive = zip(*rows, strict=True)
    yes, no = sides(repeated)
    area = float(bootstrap.auroc(scores, positive)(weights)[0])
    assert isclose(area, metrics.auroc(yes, no) or 0, abs_tol=1e-9) if yes and no else isnan(area)
    precision = float(bootstrap.precision_at_recall(scores, positive, 0.8)(weights)[0])
    expected = metrics.precision_at_recall(yes, no, 0.8)
    assert isnan(precision) if expected is None else isclose(precision, expected)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=40))
def test_swapped_runs_change_by_the_opposite(pairs: list[tuple[bool, bool]]) -> None:
    before, after = (bootstrap.mean(list(side)) for side in zip(*pairs, strict=True))
    forward = bootstrap.difference(before, after, len(pairs))
    backward = bootstrap.difference(after, before, len(pairs))
    assert forward is not None
    assert backward is not None
    assert isclose(forward.change, -backward.change, abs_tol=1e-12)
    assert isclose(forward.low, -backward.high, abs_tol=1e-12)
    assert forward.low <= forward.high


def test_equal_runs_are_the_same() -> None:
    run = bootstrap.mean([1.0, 0.0, 1.0])
    found = bootstrap.difference(run, run, 3)
    assert found is not None
    assert found.verdict is Verdict.SAME


@pytest.mark.parametrize(
    ("gained", "lost", "verdict"),
    [
        (20, 0, Verdict.BETTER),
        (0, 20, Verdict.WORSE),
        (6, 4, Verdict.NOISE),
        (10, 10, Verdict.NOISE),
    ],
)
def test_verdict_weighs_what_was_gained_against_what_was_lost(
    gained: int, lost: int, verdict: Verdict
) -> None:
    before = [0.0] * gained + [1.0] * lost + [1.0] * (200 - gained - lost)
    after = [1.0] * gained + [0.0] * lost + [1.0] * (200 - gained - lost)
    found = bootstrap.difference(bootstrap.mean(before), bootstrap.mean(after), 200)
    assert found is not None
    assert found.verdict is verdict
    assert isclose(found.change, (gained - lost) / 200)


def test_chance_alone_rarely_counts_as_a_difference() -> None:
    chance = np.random.default_rng(7)
    wrong = 0
    for _ in range(200):
        before, after = chance.random((2, 150)) < 0.7
        found = bootstrap.difference(
            bootstrap.mean(before.astype(float)), bootstrap.mean(after.astype(float)), 150
        )
        assert found is not None
        wrong += found.verdict in (Verdict.BETTER, Verdict.WORSE)
    assert wrong <= 20  # ten are expected of intervals of 95 %


def test_interval_holds_its_figure_and_narrows_with_more_questions() -> None:
    few = bootstrap.interval(bootstrap.mean([1.0, 1.0, 0.0, 1.0] * 5), 20)
    many = bootstrap.interval(bootstrap.mean([1.0, 1.0, 0.0, 1.0] * 100), 400)
    assert few is not None
    assert many is not None
    assert few.low < many.low < many.value < many.high < few.high
    assert few.value == many.value == 0.75


def test_what_is_not_judged_has_no_figure() -> None:
    nothing = bootstrap.mean([None, None])
    assert bootstrap.interval(nothing, 2) is None
    assert bootstrap.difference(nothing, bootstrap.mean([1.0, 0.0]), 2) is None
