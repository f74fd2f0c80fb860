"""An evaluation for programs."""

from collections.abc import Sequence
from dataclasses import asdict

from retrieval.evaluation.comparison import Figure, Measured, by_kind
from retrieval.evaluation.results import Outcome
from scripts._evaluation.run import Evaluation


def kinds_of(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Return the figures of each kind of question."""
    return {one.kind: asdict(one.report) for one in by_kind(outcomes)}


def report_of(evaluation: Evaluation) -> dict[str, object]:
    """Return sets with runs, figures with their bounds and changes, kinds and failures."""
    return {
        "made_at": evaluation.made_at.isoformat(timespec="seconds"),
        "model": evaluation.model,
        "strictness": evaluation.strictness,
        "baseline_model": evaluation.baseline_model,
        "sets": [
            {
                "name": one.name,
                "title": one.title,
                "restoration": asdict(one.restoration) if one.restoration else None,
                "runs": [_run(run) for run in one.runs],
                "failures": [asdict(failure) for failure in one.failures],
            }
            for one in evaluation.results
        ],
    }


def _run(run: Measured) -> dict[str, object]:
    return {
        "legs": run.run.way.legs,
        "strip_diacritics": run.run.way.stripped,
        **asdict(run.report),
        "compared_questions": run.paired,
        "figures": {figure.name: _figure(figure) for figure in run.figures},
        "kinds": {one.kind: asdict(one.report) for one in run.kinds},
    }


def _figure(figure: Figure) -> dict[str, object]:
    values: dict[str, object] = asdict(figure.interval)
    difference = figure.difference
    if difference is not None:
        values["change"] = {**asdict(difference), "verdict": difference.verdict.value}
    return values
