"""An evaluation as one self-contained page: figures, plots, and the questions to read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources

from retrieval.evaluation.bootstrap import Interval
from retrieval.evaluation.results import Outcome
from scripts._evaluation import plots, words
from scripts._evaluation.run import Evaluation, Failure, SetResult
from scripts._evaluation.table import Change, changes, described, restored, summary

_BARS = ("hit_at_1", "answer_in_quote", "right")
_NEAR = 0.05  # least share at either end of the plot of changes
_FAULTS = {
    "answered": "trả lời câu mà văn bản không nói đến",
    "refused": "từ chối câu có đáp án",
    "document": "văn bản khác đứng đầu",
    "answer": "đúng văn bản, thiếu đáp án",
}


def page_of(evaluation: Evaluation) -> str:
    """Return the page."""
    results, model = evaluation.results, evaluation.model
    style = resources.files("scripts._evaluation").joinpath("evaluation.css").read_text("utf-8")
    asked = sum(one.runs[0].report.questions for one in results)
    made_at = f"{evaluation.made_at:%H:%M} ngày {evaluation.made_at:%d/%m/%Y}"
    count = f"{words.number(asked, 0)} câu hỏi, {len(results)} bộ"
    intro = f"Lập lúc {made_at}: {count}; mô hình {escape(model)}."
    if evaluation.baseline_model not in (None, model):
        intro += f" Mốc được đo bằng mô hình khác: {escape(evaluation.baseline_model or '')}."
    body = "".join(
        (
            f"<header><h1>Đánh giá Tra Cứu</h1><p>{intro}</p></header><main>",
            _section("tong-quan", "Số đo", _table(results)),
            _section("moc", "So với mốc", _compared(results)),
            _section("bieu-do", "Theo bộ câu hỏi", "".join(map(_bars, results))),
            _section("loai", "Theo loại câu hỏi", "".join(map(_kinds, results))),
            _section("tu-choi", "Từ chối", _refusals(results, evaluation.strictness)),
            _section("thoi-gian", "Thời gian", _times(results)),
            _section("can-doc", "Câu cần đọc", "".join(map(_failures, results))),
            "</main>",
        )
    )
    return (
        '<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Đánh giá Tra Cứu</title><style>{style}</style></head><body>{body}</body></html>\n"
    )


def _section(anchor: str, title: str, content: str) -> str:
    return f'<section id="{anchor}"><h2>{title}</h2>{content}</section>' if content else ""


def _table(results: Sequence[SetResult]) -> str:
    head = "".join(f'<th scope="col">{label}</th>' for label in words.COLUMNS.values())
    rows = []
    for one in results:
        rows.append(
            f'<tr class="set"><th colspan="{len(words.COLUMNS) + 1}" scope="rowgroup">'
            f"{escape(one.title)}</th></tr>"
        )
        for run in one.runs:
            cells = "".join(f"<td>{words.cell(name, run.report)}</td>" for name in words.COLUMNS)
            rows.append(f'<tr><th scope="row">{words.way(run.run.way)}</th>{cells}</tr>')
    return (
        '<div class="wide" tabindex="0"><table><thead><tr><th scope="col">Cách hỏi</th>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        + "".join(f"<p>{escape(line)}</p>" for line in restored(results))
        + "".join(f'<p class="note">{line}</p>' for line in words.LEGEND)
    )


def _compared(results: Sequence[SetResult]) -> str:
    lines = list(summary(results))
    found = [one for one in changes(results) if one.figure.difference is not None]
    reach = max(
        (
            max(abs(one.figure.difference.low), abs(one.figure.difference.high), _NEAR)
            for one in found
            if one.figure.difference is not None
        ),
        default=_NEAR,
    )
    note = (
        "Mỗi vạch là một thay đổi và khoảng 95 % của nó: bốc lại ngẫu nhiên các câu hỏi 2.000 lần, "
        "lần nào cũng so hai lần đo trên cùng những câu ấy (bootstrap theo cặp). Khoảng chứa số 0 "
        "là trong khoảng nhiễu. Cứ hai mươi số đo không có gì thay đổi thì vẫn có chừng một số đo "
        f"nằm ngoài khoảng. Hai đầu của trục là ±{words.number(100 * reach)} điểm phần trăm."
    )
    intro = f"<p>{escape(lines[0].strip())}</p>"
    if not found:
        return intro
    moved = [one for one in found if one.verdict.value != "same"]
    rows = "".join(_change(one, reach) for one in moved)
    return intro + (f'<p class="note">{note}</p><div class="rows">{rows}</div>' if moved else "")


def _change(change: Change, reach: float) -> str:
    difference = change.figure.difference
    assert difference is not None  # as changes() gives it
    label = f"{change.title}; {words.way(change.run.run.way)}: {words.FIGURES[change.figure.name]}"
    plot = plots.change(difference, reach, described(change))
    value = f"{words.signed(difference.change)} <small>{words.VERDICTS[change.verdict]}</small>"
    return _row(label, plot, value)


def _row(label: str, plot: str, value: str) -> str:
    return (
        f'<div class="row"><span class="label">{escape(label)}</span>{plot}'
        f'<span class="value">{value}</span></div>'
    )


def _bars(one: SetResult) -> str:
    blocks = []
    for name in _BARS:
        rows = []
        for run in one.runs:
            for figure in run.figures:
                if figure.name == name and "*" not in words.cell(name, run.report):
                    way, bounds = words.way(run.run.way), figure.interval
                    title = (
                        f"{way}: {words.number(100 * bounds.value)} % (khoảng 95 %: "
                        f"{words.number(100 * bounds.low)}–{words.number(100 * bounds.high)} %)"
                    )
                    bar = plots.bar(bounds, run.run.way.legs, title)
                    rows.append(_row(way, bar, words.number(100 * bounds.value)))
        if rows:
            blocks.append(f"<h4>{words.FIGURES[name]}, %</h4>{''.join(rows)}")
    return f'<div class="rows"><h3>{escape(one.title)}</h3>{"".join(blocks)}</div>'


def _kinds(one: SetResult) -> str:
    rows = []
    for kind in one.runs[0].kinds:
        report = kind.report
        name = "right" if 2 * report.judged_replies >= report.questions else "hit_at_1"
        value = getattr(report, name)
        if value is None:
            continue
        title = f"{words.kind(kind.kind)}: {words.number(100 * value)} % của {report.questions} câu"
        bar = plots.bar(Interval(value, value, value), "hybrid", title)
        label = f"{words.kind(kind.kind)} ({report.questions} câu)"
        rows.append(
            _row(label, bar, f"{words.number(100 * value)} <small>{words.COLUMNS[name]}</small>")
        )
    title = f"{escape(one.title)} <small>{words.way(one.runs[0].run.way)}, %</small>"
    return f'<div class="rows"><h3>{title}</h3>{"".join(rows)}</div>'


def _refusals(results: Sequence[SetResult], least: float) -> str:
    figures = []
    for one in results:
        run = one.runs[0]
        outcomes = run.run.outcomes
        known = [outcome for outcome in outcomes if outcome.confidence is not None]
        absent = [outcome.confidence or 0.0 for outcome in known if outcome.unanswerable]
        present = [outcome.confidence or 0.0 for outcome in known if not outcome.unanswerable]
        if not absent or not present:
            continue
        figures.append(
            f"<figure><h3>{escape(one.title)}</h3>{plots.confidences(present, absent, least)}"
            '<figcaption><span class="key present">có đáp án</span> '
            f'({len(present)} câu), <span class="key absent">không có đáp án</span> '
            f"({len(absent)} câu); vạch đứng: từ đây thì trả lời</figcaption></figure>"
        )
        caption = (
            f"AUROC {words.shown('auroc', run.report.refusal_auroc)}; độ chính xác khi từ chối "
            f"đúng 80 %: {words.shown('', run.report.refusal_precision_at_recall_80)}&nbsp;%"
        )
        figures.append(
            f"<figure><h3>{escape(one.title)}</h3>{plots.refusals(_curve(known))}"
            f"<figcaption>{caption}</figcaption></figure>"
        )
    return f'<div class="charts">{"".join(figures)}</div>' if figures else ""


def _curve(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """Return recall and precision of refusing below each confidence that occurs."""
    everything = sum(one.unanswerable for one in outcomes)
    points: list[tuple[float, float]] = []
    right = refused = 0
    ordered = sorted(outcomes, key=lambda one: one.confidence or 0.0)
    for place, one in enumerate(ordered):
        right, refused = right + one.unanswerable, refused + 1
        after = ordered[place + 1].confidence if place + 1 < len(ordered) else None
        if one.confidence != after:
            points.append((right / everything, right / refused))
    return points


def _times(results: Sequence[SetResult]) -> str:
    figures = []
    for one in results:
        report = one.runs[0].report
        chart = plots.times([o.milliseconds for o in one.runs[0].run.outcomes], report.p95_ms)
        figures.append(
            f"<figure><h3>{escape(one.title)}</h3>{chart}<figcaption>Nửa số câu xong trong "
            f"{words.number(report.p50_ms, 0)}&nbsp;ms, 95&nbsp;% số câu trong "
            f"{words.number(report.p95_ms, 0)}&nbsp;ms.</figcaption></figure>"
        )
    return f'<div class="charts">{"".join(figures)}</div>'


def _failures(one: SetResult) -> str:
    counts = Counter(failure.fault for failure in one.failures)
    said = "; ".join(f"{_FAULTS[fault]}: {counts[fault]}" for fault in _FAULTS if counts[fault])
    asked = one.runs[0].report.questions
    order = list(_FAULTS)
    listed = sorted(one.failures, key=lambda failure: order.index(failure.fault))
    return (
        f"<details><summary>{escape(one.title)}: {len(listed)}/{asked} câu"
        f"<small>{said}</small></summary>{''.join(map(_failure, listed))}</details>"
    )


def _failure(failure: Failure) -> str:
    if failure.answers:
        expected = "; ".join(failure.parts) or " / ".join(failure.answers)
    else:
        expected = "" if failure.sources else "Không có đáp án trong văn bản"
    lines: list[tuple[str, str | None]] = [
        ("Hiểu là", failure.understood if failure.understood != failure.typed else None),
        ("Cần có", expected),
        ("Ở", "; ".join(failure.sources)),
        ("Trả lời", failure.reply or "Không tìm thấy trong kho văn bản"),
        ("Nguồn", failure.found),
    ]
    terms = "".join(f"<dt>{label}</dt><dd>{escape(text)}</dd>" for label, text in lines if text)
    quote = f"<blockquote>{escape(failure.quote)}</blockquote>" if failure.quote else ""
    return (
        f'<article><p class="fault">{_FAULTS[failure.fault]}{_where(failure)} · '
        f"{escape(words.kind(failure.kind))} · {escape(failure.question_id)}</p>"
        f"<h4>{escape(failure.typed)}</h4><dl>{terms}</dl>{quote}</article>"
    )


def _where(failure: Failure) -> str:
    parts: Iterable[str | None] = (
        f"văn bản đúng đứng thứ {failure.rank}" if failure.rank and failure.rank > 1 else None,
        "văn bản đúng không có trong mười văn bản đầu"
        if failure.rank is None and failure.fault == "document"
        else None,
        f"chắc chắn {words.number(failure.confidence, 2)}"
        if failure.confidence is not None
        else None,
    )
    return "".join(f" · {part}" for part in parts if part)
