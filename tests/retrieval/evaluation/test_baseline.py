import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import BaselineError
from retrieval.evaluation.baseline import Baseline
from retrieval.evaluation.bootstrap import Verdict
from retrieval.evaluation.comparison import measured
from retrieval.evaluation.datasets import JudgedQuestion
from retrieval.evaluation.results import Outcome
from retrieval.evaluation.run import Result, Run, Way, key_of

flags = st.sampled_from([None, False, True])
outcomes = st.builds(
    Outcome,
    key=st.integers(0, 2**32 - 1).map(lambda number: f"{number:08x}"),
    kind=st.just("count"),
    unanswerable=st.booleans(),
    rank=st.none() | st.integers(1, 10),
    gain=st.just(0.5),
    quoted=flags,
    right=flags,
    confidence=st.none() | st.floats(0, 1),
    refused=flags,
    milliseconds=st.just(5.0),
)


def run_of(found: list[Outcome], way: Way = Way()) -> Run:  # noqa: B008  # frozen
    question = JudgedQuestion("1", "câu hỏi", frozenset(), (), unanswerable=False)
    return Run(way, tuple(Result(question, "", "", one, None, None) for one in found))


def outcome(key: str, rank: int | None = 1, **changed: object) -> Outcome:
    plain = Outcome(key, "count", False, rank, 1.0, None, None, None, None, 5.0)
    return replace(plain, **changed)  # type: ignore[arg-type]


@given(st.lists(outcomes, min_size=1, max_size=12, unique_by=lambda one: one.key))
def test_kept_runs_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, found: list[Outcome]
) -> None:
    path = tmp_path_factory.mktemp("kept") / "baseline.json"
    run = run_of(found)
    Baseline("model").with_set("set", [run]).write(path)
    pair = Baseline.read(path).paired("set", run)
    assert pair is not None
    before, after = pair
    assert before == after
    for kept, one in zip(before, found, strict=True):
        assert replace(kept, confidence=one.confidence) == one
        if one.confidence is not None:
            assert kept.confidence is not None
            assert abs(kept.confidence - one.confidence) <= 0.0006


def test_only_the_questions_of_both_are_paired() -> None:
    baseline = Baseline("m").with_set(
        "set", [run_of([outcome("aaaaaaaa"), outcome("bbbbbbbb", 3)])]
    )
    pair = baseline.paired("set", run_of([outcome("bbbbbbbb", 1), outcome("cccccccc", 1)]))
    assert pair is not None
    before, after = pair
    assert [(one.key, one.rank) for one in before] == [("bbbbbbbb", 3)]
    assert [(one.key, one.rank) for one in after] == [("bbbbbbbb", 1)]


def test_nothing_is_compared_across_sets_or_ways() -> None:
    run = run_of([outcome("aaaaaaaa")])
    baseline = Baseline("m").with_set("set", [run])
    assert baseline.paired("other", run) is None
    assert baseline.paired("set", run_of([outcome("aaaaaaaa")], Way(stripped=True))) is None
    assert baseline.paired("set", run_of([outcome("aaaaaaaa")], Way("sparse"))) is None
    assert baseline.paired("set", run_of([outcome("dddddddd")])) is None


def test_new_runs_take_the_place_of_the_old_and_leave_other_sets() -> None:
    first, second = run_of([outcome("aaaaaaaa", 2)]), run_of([outcome("aaaaaaaa", 1)])
    baseline = Baseline("m").with_set("one", [first]).with_set("two", [first])
    baseline = baseline.with_set("one", [second])
    assert [kept.name for kept in baseline.sets] == ["two", "one"]
    assert baseline.paired("one", second) == (second.outcomes, second.outcomes)


def test_question_judged_otherwise_is_another_question() -> None:
    question = JudgedQuestion("1", "bao nhiêu?", frozenset({"a"}), ("7",), unanswerable=False)
    others = (
        replace(question, question="mấy?"),
        replace(question, relevant=frozenset({"b"})),
        replace(question, answers=("8",)),
        replace(question, unanswerable=True),
    )
    assert len({key_of(one) for one in (question, *others)}) == 5
    assert key_of(question) == key_of(replace(question, kind="count"))


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": 99}', '{"format": 1, "model": "m", "sets": [1]}']
)
def test_file_that_is_no_baseline_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mốc.json"
    path.write_text(content, "utf-8")
    with pytest.raises(BaselineError, match="mốc.json.*--save-baseline"):
        Baseline.read(path)


def test_change_beyond_noise_is_told_from_one_within() -> None:
    keys = [f"{number:08x}" for number in range(100)]
    then = run_of([outcome(key, 1 if place < 60 else 4) for place, key in enumerate(keys)])
    better = run_of([outcome(key, 1 if place < 80 else 4) for place, key in enumerate(keys)])
    near = run_of([outcome(key, 1 if 1 <= place < 61 else 4) for place, key in enumerate(keys)])
    baseline = Baseline("m").with_set("set", [then])
    verdicts = []
    for run in (then, better, near):
        figures = {one.name: one for one in measured("set", run, baseline).figures}
        assert figures["hit_at_1"].difference is not None
        verdicts.append(figures["hit_at_1"].difference.verdict)
    assert verdicts == [Verdict.SAME, Verdict.BETTER, Verdict.NOISE]


def test_refusal_is_compared_by_confidence_and_by_what_was_refused() -> None:
    found = [
        outcome("0000000a", confidence=0.9, refused=False, right=True),
        outcome("0000000b", confidence=0.2, refused=True, right=False),
        outcome("0000000c", None, gain=None, unanswerable=True, confidence=0.1, refused=True),
        outcome("0000000d", None, gain=None, unanswerable=True, confidence=0.6, refused=False),
    ]
    one = measured("set", run_of(found), None)
    figures = {figure.name: figure.interval.value for figure in one.figures}
    assert figures["refusal_auroc"] == one.report.refusal_auroc == 0.75
    assert figures["refusal_recall"] == one.report.refusal_recall == 0.5
    assert figures["right"] == one.report.right == 0.5
    assert one.paired == 0


def test_committed_baseline_holds_no_text_of_any_set() -> None:
    path = Path(__file__).parents[3] / "retrieval" / "evaluation" / "baseline.json"
    baseline = Baseline.read(path)
    assert {one.name for one in baseline.sets} >= {"samples"}
    held = json.loads(path.read_text("utf-8"))
    for one in held["sets"]:
        assert all(len(key) == 8 and int(key, 16) >= 0 for key in one["keys"].split())
        for run in one["runs"]:
            assert {len(run[name]) for name in ("ranks", "quoted", "right", "refused")} == {
                len(one["keys"].split())
            }
