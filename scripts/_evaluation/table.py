"""An evaluation in the terminal: one table, and what differs from the baseline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from retrieval.evaluation.bootstrap import Verdict
from retrieval.evaluation.comparison import Figure, Measured
from retrieval.evaluation.results import Report
from scripts._evaluation import words
from scripts._evaluation.run import SetResult

_SIGNS = {Verdict.SAME: "=", Verdict.NOISE: "≈", Verdict.BETTER: "▲", Verdict.WORSE: "▼"}
_SIGNS_READ = (
    "mốc: hit@1 thay đổi bao nhiêu điểm phần trăm so với mốc: = không đổi, ≈ trong khoảng nhiễu, "
    "▲ tốt hơn, ▼ kém hơn."
)
_WIDTH = 104  # of the table: the lines of a narrower terminal wrap, none is cut


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of a run that the baseline has."""

    title: str
    run: Measured
    figure: Figure
    verdict: Verdict


def changes(results: Sequence[SetResult]) -> tuple[Change, ...]:
    """Return every figure that the baseline has, with what its change comes to."""
    return tuple(
        Change(one.title, run, figure, figure.difference.verdict)
        for one in results
        for run in one.runs
        for figure in run.figures
        if figure.difference is not None
    )


def print_table(results: Sequence[SetResult]) -> None:
    """Print the table with its legend and the differences that are more than noise."""
    console = Console(width=max(_WIDTH, Console().width), highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Bộ câu hỏi, cách hỏi", no_wrap=True)
    for label in (*words.COLUMNS.values(), "mốc"):
        table.add_column(label, justify="right", no_wrap=True)
    for one in results:
        table.add_row(Text(one.title, style="bold"))
        for run in one.runs:
            table.add_row(f"  {words.way(run.run.way)}", *_cells(run.report), _change(run))
        for kind in one.runs[0].kinds:
            table.add_row(Text(f"    {words.kind(kind.kind)}", style="dim"), *_cells(kind.report))
        table.add_section()
    console.print(table)
    for line in (*words.LEGEND, _SIGNS_READ, *restored(results), *summary(results)):
        console.print(line, soft_wrap=True)


def restored(results: Sequence[SetResult]) -> Iterator[str]:
    """Yield how many syllables got their marks back, a line a set that was asked for it."""
    for one in results:
        if (found := one.restoration) is not None:
            yield (
                f"Khôi phục dấu với thư viện {one.title}: {words.number(100 * found.share)} % của "
                f"{words.number(found.syllables, 0)} âm tiết trong {found.sentences} câu."
            )


def summary(results: Sequence[SetResult]) -> Iterator[str]:
    """Yield what differs from the baseline, one line a difference that is more than noise."""
    found = changes(results)
    if not found:
        yield "Chưa có mốc để so sánh; ghi mốc bằng --save-baseline."
        return
    counts = ", ".join(
        f"{sum(one.verdict == verdict for one in found)} {label}"
        for verdict, label in words.VERDICTS.items()
    )
    yield f"So với mốc, {len(found)} số đo: {counts}."
    for one in found:
        if one.verdict in (Verdict.BETTER, Verdict.WORSE):
            yield f"  {_SIGNS[one.verdict]} {described(one)}"


def described(change: Change) -> str:
    """Return a change in one line with its bounds."""
    difference = change.figure.difference
    assert difference is not None  # as changes() gives it
    name = change.figure.name
    return (
        f"{change.title} ({words.way(change.run.run.way)}), {words.FIGURES[name]}: "
        f"{words.shown(name, difference.before)} → {words.shown(name, difference.after)} "
        f"({words.signed(difference.change)}; khoảng 95 %: {words.signed(difference.low)} đến "
        f"{words.signed(difference.high)})"
    )


def _cells(report: Report) -> tuple[str, ...]:
    return tuple(words.cell(name, report) for name in words.COLUMNS)


def _change(run: Measured) -> str:
    """Return the change of hit@1, else of right replies, where the baseline has it."""
    named = {figure.name: figure for figure in run.figures}
    for name in ("hit_at_1", "right"):
        if name in named and (difference := named[name].difference) is not None:
            return f"{words.signed(difference.change)} {_SIGNS[difference.verdict]}"
    return ""
