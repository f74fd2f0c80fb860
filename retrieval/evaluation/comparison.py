"""The figures of a run with their bounds, by kind of question, and beside those of a baseline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.evaluation import bootstrap
from retrieval.evaluation.baseline import Baseline
from retrieval.evaluation.bootstrap import Difference, Interval, Statistic
from retrieval.evaluation.results import RECALL, Outcome, Report, summed
from retrieval.evaluation.run import Run


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure by its name in ``Report``; ``difference`` where the baseline has it."""

    name: str
    interval: Interval
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class KindReport:
    """The figures of the questions of one kind."""

    kind: str
    report: Report


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of one set with all that is told of it; ``paired`` are questions of the baseline."""

    run: Run
    report: Report
    figures: tuple[Figure, ...]
    kinds: tuple[KindReport, ...]
    paired: int


def measured(set_name: str, run: Run, baseline: Baseline | None) -> Measured:
    """Sum a run up and compare it with a baseline's of the same name on the same questions."""
    outcomes = run.outcomes
    pair = baseline.paired(set_name, run) if baseline else None
    figures = []
    for name, statistic_of in _STATISTICS:
        interval = _interval(statistic_of(outcomes), len(outcomes))
        if interval is not None:
            change = _change(statistic_of, *pair) if pair else None
            figures.append(Figure(name, interval, change))
    paired = len(pair[0]) if pair else 0
    return Measured(run, summed(outcomes), tuple(figures), by_kind(outcomes), paired)


def by_kind(outcomes: Sequence[Outcome]) -> tuple[KindReport, ...]:
    """Sum up each kind of question, the most frequent first."""
    kinds = {one.kind for one in outcomes}
    reports = [
        KindReport(kind, summed([one for one in outcomes if one.kind == kind])) for kind in kinds
    ]
    return tuple(sorted(reports, key=lambda one: (-one.report.questions, one.kind)))


def _interval(statistic: Statistic | None, questions: int) -> Interval | None:
    return bootstrap.interval(statistic, questions) if statistic else None


def _change(
    statistic_of: "_StatisticOf", before: Sequence[Outcome], after: Sequence[Outcome]
) -> Difference | None:
    first, second = statistic_of(before), statistic_of(after)
    return bootstrap.difference(first, second, len(after)) if first and second else None


def _mean(value: Callable[[Outcome], float | None]) -> "_StatisticOf":
    return lambda outcomes: bootstrap.mean([value(one) for one in outcomes])


def _auroc(outcomes: Sequence[Outcome]) -> Statistic | None:
    doubts, absent = _doubts(outcomes)
    return bootstrap.auroc(doubts, absent) if any(absent) and not all(absent) else None


def _precision(outcomes: Sequence[Outcome]) -> Statistic | None:
    doubts, absent = _doubts(outcomes)
    if not any(absent) or all(absent):
        return None
    return bootstrap.precision_at_recall(doubts, absent, RECALL)


def _doubts(outcomes: Sequence[Outcome]) -> tuple[list[float], list[bool]]:
    """Return the doubt in each answer and whether refusing is right; none unless all are known."""
    doubts = [-one.confidence for one in outcomes if one.confidence is not None]
    if len(doubts) < len(outcomes):
        return [], []
    return doubts, [one.unanswerable for one in outcomes]


_StatisticOf = Callable[[Sequence[Outcome]], Statistic | None]
_STATISTICS: tuple[tuple[str, _StatisticOf], ...] = (
    ("hit_at_1", _mean(lambda one: one.within(1))),
    ("hit_at_5", _mean(lambda one: one.within(5))),
    ("mrr_at_10", _mean(lambda one: one.reciprocal)),
    ("answer_in_quote", _mean(lambda one: one.quoted)),
    ("right", _mean(lambda one: one.right)),
    ("refusal_auroc", _auroc),
    ("refusal_precision_at_recall_80", _precision),
    ("refusal_recall", _mean(lambda one: one.refused if one.unanswerable else None)),
)
