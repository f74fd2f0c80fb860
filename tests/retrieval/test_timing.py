"""The stopwatch that tells what a question's time went into."""

import threading
import time
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from retrieval.timing import Stopwatch, measuring, timed

NAMES = st.sampled_from(["understand", "encode", "search"])


@given(st.lists(st.tuples(NAMES, st.floats(0, 100))), st.floats(0, 10_000))
def test_stages_add_up_to_the_whole_where_it_holds_them(
    spent: list[tuple[str, float]], total: float
) -> None:
    stopwatch = Stopwatch()
    for stage, milliseconds in spent:
        stopwatch.add(stage, milliseconds)
    stages = stopwatch.stages(total)
    names = [name for name, _ in stages]
    assert names == [*dict.fromkeys(name for name, _ in spent), "compose"]
    claimed = sum(milliseconds for _, milliseconds in spent)
    assert abs(sum(dict(stages).values()) - max(total, claimed)) < 1e-6


def test_a_stage_that_comes_twice_is_added_up_and_an_error_ends_it_too() -> None:
    with measuring() as stopwatch:
        for _ in range(2):
            with suppress(ValueError), timed("search"):
                time.sleep(0.002)
                int("không phải số")
    ((name, milliseconds), _) = stopwatch.stages(100.0)
    assert name == "search"
    assert milliseconds >= 4.0


def test_questions_asked_at_once_are_measured_apart() -> None:
    found: dict[str, tuple[str, ...]] = {}
    together = threading.Barrier(2)

    def ask(stage: str) -> None:
        with measuring() as stopwatch:
            together.wait()
            with timed(stage):
                together.wait()
            found[stage] = tuple(name for name, _ in stopwatch.stages(1.0))

    threads = [threading.Thread(target=ask, args=(stage,)) for stage in ("encode", "search")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"encode": ("encode", "compose"), "search": ("search", "compose")}


def test_outside_a_question_nothing_is_counted() -> None:
    with timed("encode"):
        pass
    with measuring() as stopwatch:
        assert stopwatch.stages(5.0) == (("compose", 5.0),)
