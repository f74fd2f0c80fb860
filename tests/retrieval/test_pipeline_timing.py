"""The stopwatch that tells what a question's time went into."""

import time
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from retrieval.pipeline import Stopwatch

NAMES = st.sampled_from(["understand", "encode", "search"])


@given(st.lists(st.tuples(NAMES, st.floats(0, 100))), st.floats(0, 10_000))
def test_stages_add_up_to_the_whole_where_it_holds_them(
    spent: list[tuple[str, float]], total: float
) -> None:
    stopwatch = Stopwatch()
    for stage, milliseconds in spent:
        stopwatch.spent[stage] = stopwatch.spent.get(stage, 0.0) + milliseconds
    stages = stopwatch.stages(total)
    names = [name for name, _ in stages]
    assert names == [*dict.fromkeys(name for name, _ in spent), "compose"]
    claimed = sum(milliseconds for _, milliseconds in spent)
    assert abs(sum(dict(stages).values()) - max(total, claimed)) < 1e-6


def test_a_stage_that_comes_twice_is_added_up_and_an_error_ends_it_too() -> None:
    stopwatch = Stopwatch()
    for _ in range(2):
        with suppress(ValueError), stopwatch.stage("search"):
            time.sleep(0.002)
            int("không phải số")
    ((name, milliseconds), _) = stopwatch.stages(100.0)
    assert name == "search"
    assert milliseconds >= 4.0


def test_time_that_no_stage_claims_is_told_too() -> None:
    stopwatch = Stopwatch()
    assert stopwatch.stages(5.0) == (("compose", 5.0),)
    assert stopwatch.elapsed() >= 0
