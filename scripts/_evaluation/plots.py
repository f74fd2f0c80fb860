"""The plots of the evaluation page: inline SVG, drawn to stretch or to stay readable on a phone."""

from collections.abc import Sequence
from html import escape

from retrieval.evaluation.bootstrap import Difference, Interval
from scripts._evaluation import words

_WIDE, _HIGH = 320, 190  # of a chart in its own units; the text in it is 11 high
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 8, 8, 34
BINS = 20


def bar(interval: Interval, style: str, title: str) -> str:
    """Draw a share as a bar that stretches to its place, with its bounds where they are apart."""
    value, low, high = (100 * one for one in (interval.value, interval.low, interval.high))
    bounds = ""
    if low < high:
        path = f"M{low:.2f} 5H{high:.2f}M{low:.2f} 2V8M{high:.2f} 2V8"
        bounds = f'<path class="bound" d="{path}"/>'
    return (
        f'<svg class="bar {style}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f'<rect class="track" width="100" height="10"/>'
        f'<rect class="fill" width="{value:.2f}" height="10"/>'
        f"{bounds}</svg>"
    )


def change(difference: Difference, reach: float, title: str) -> str:
    """Draw a change with its bounds around zero; ``reach`` is the share at either end."""
    low, middle, high = (
        50 + 50 * max(-1.0, min(1.0, share / reach))
        for share in (difference.low, difference.change, difference.high)
    )
    return (
        f'<svg class="change {difference.verdict}" viewBox="0 0 100 10" '
        f'preserveAspectRatio="none" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>"
        f'<rect class="track" width="100" height="10"/><path class="zero" d="M50 0V10"/>'
        f'<path class="span" d="M{low:.2f} 5H{high:.2f}"/>'
        f'<path class="point" d="M{middle:.2f} 1.5V8.5"/></svg>'
    )


def confidences(answerable: Sequence[float], unanswerable: Sequence[float], least: float) -> str:
    """Draw how sure the answers were, where there is an answer and where there is none."""
    sides = [_shares(values) for values in (answerable, unanswerable)]
    highest = max((share for side in sides for share in side), default=0.0) or 1.0
    parts = []
    for style, side in zip(("present", "absent"), sides, strict=True):
        steps = [f"M{_x(0):.1f} {_y(0):.1f}"]
        for place, share in enumerate(side):
            steps.append(f"V{_y(share / highest):.1f}H{_x((place + 1) / BINS):.1f}")
        parts.append(f'<path class="{style}" d="{"".join(steps)}V{_y(0):.1f}Z"/>')
    parts.append(f'<path class="least" d="M{_x(least):.1f} {_y(0):.1f}V{_y(1):.1f}"/>')
    label = "Mức chắc chắn của câu có đáp án và câu không có đáp án"
    axis = ("0", "0,5", "1")
    ticks = ("0", f"{words.number(100 * highest, 0)} %")
    return _chart("".join(parts), label, axis, ticks, "mức chắc chắn của câu trả lời")


def refusals(points: Sequence[tuple[float, float]]) -> str:
    """Draw precision over recall of refusing, at every threshold."""
    line = "L".join(f"{_x(recall):.1f} {_y(precision):.1f}" for recall, precision in points)
    guide = f'<path class="least" d="M{_x(0.8):.1f} {_y(0):.1f}V{_y(1):.1f}"/>'
    label = "Độ chính xác theo độ phủ của từ chối"
    axis, ticks = ("0", "50 %", "100 %"), ("0", "100 %")
    return _chart(
        f'{guide}<path class="line" d="M{line}"/>', label, axis, ticks, "độ phủ của từ chối"
    )


def times(milliseconds: Sequence[float], p95: float) -> str:
    """Draw how long the questions took, up to twice the 95th percentile."""
    reach = 2 * p95 or 1.0
    shares = _shares([min(value / reach, 0.9999) for value in milliseconds])
    highest = max(shares) or 1.0
    boxes = [
        f'<rect class="fill" x="{_x(place / BINS):.1f}" y="{_y(share / highest):.1f}" '
        f'width="{(_x(1) - _x(0)) / BINS - 1:.1f}" height="{_y(0) - _y(share / highest):.1f}"/>'
        for place, share in enumerate(shares)
    ]
    guide = f'<path class="least" d="M{_x(0.5):.1f} {_y(0):.1f}V{_y(1):.1f}"/>'
    axis = ("0", f"p95 = {words.number(p95, 0)} ms", words.number(reach, 0))
    ticks = ("0", f"{words.number(100 * highest, 0)} %")
    return _chart("".join(boxes) + guide, "Thời gian trả lời", axis, ticks, "mili giây một câu")


def _shares(values: Sequence[float]) -> list[float]:
    """Return the share of values in each of the bins between 0 and 1."""
    counts = [0] * BINS
    for value in values:
        counts[min(int(value * BINS), BINS - 1)] += 1
    return [count / len(values) if values else 0.0 for count in counts]


def _x(share: float) -> float:
    return _LEFT + share * (_WIDE - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _HIGH - _BOTTOM - share * (_HIGH - _TOP - _BOTTOM)


def _chart(
    drawn: str, label: str, axis: tuple[str, str, str], ticks: tuple[str, str], below: str
) -> str:
    anchors = ("start", "middle", "end")
    texts = [
        f'<text x="{_x(place / 2):.1f}" y="{_y(0) + 13:.1f}" text-anchor="{anchor}">{one}</text>'
        for place, (one, anchor) in enumerate(zip(axis, anchors, strict=True))
    ]
    texts += [
        f'<text x="{_LEFT - 4}" y="{_y(place) + 4:.1f}" text-anchor="end">{one}</text>'
        for place, one in enumerate(ticks)
    ]
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{label}">'
        f'<path class="axis" d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}"/>{drawn}{"".join(texts)}'
        f'<text class="below" x="{_x(0.5)}" y="{_HIGH - 5}" text-anchor="middle">{below}</text>'
        "</svg>"
    )
