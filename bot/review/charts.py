"""Plots as inline SVG: no script, nothing from elsewhere, sharp on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.texts.numbers import thousands

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 8, 12, 30
_LABELS = 8  # under the plot at most, so that they do not run into each other on a phone
_GRID = 4


@dataclass(frozen=True, slots=True)
class Series:
    """A row of values, one a step; None where there is none. ``style`` is a CSS class."""

    name: str
    style: str
    values: tuple[float | None, ...]


def bars(title: str, labels: Sequence[str], parts: Sequence[Series]) -> str:
    """Draw stacked bars, the first series at the bottom."""
    sums = [sum(part.values[step] or 0 for part in parts) for step in range(len(labels))]
    top = _rounded(max(sums, default=0))
    body = [_axes(labels, top)]
    width = (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    for step, label in enumerate(labels):
        base = 0.0
        for part in parts:
            value = part.values[step] or 0
            if not value:
                continue
            upper, lower = _y(base + value, top), _y(base, top)
            base += value
            body.append(
                f'<rect class="{part.style}" x="{_LEFT + width * (step + 0.12):.1f}" '
                f'y="{upper:.1f}" width="{width * 0.76:.1f}" height="{lower - upper:.1f}">'
                f"<title>{escape(label)}: {thousands(round(value))} {escape(part.name)}</title>"
                "</rect>"
            )
    return _svg(title, body)


def lines(title: str, labels: Sequence[str], series: Sequence[Series], top: float = 0) -> str:
    """Draw one line a series; ``top`` is the end of the scale, by the values where it is 0."""
    highest = max((value for one in series for value in one.values if value is not None), default=0)
    top = top or _rounded(highest)
    body = [_axes(labels, top)]
    width = (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    for one in series:
        points = [
            (_LEFT + width * (step + 0.5), _y(value, top), labels[step], value)
            for step, value in enumerate(one.values)
            if value is not None
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in points)
        body.append(f'<polyline class="line {one.style}" points="{path}"/>')
        if len(points) <= 62:
            body += [
                f'<circle class="dot {one.style}" cx="{x:.1f}" cy="{y:.1f}" r="2.6">'
                f"<title>{escape(label)}: {escape(one.name)} {thousands(round(value))}</title>"
                "</circle>"
                for x, y, label, value in points
            ]
    return _svg(title, body)


def _svg(title: str, body: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{''.join(body)}</svg>"
    )


def _axes(labels: Sequence[str], top: float) -> str:
    drawn = []
    for part in range(_GRID + 1):
        value = top * part / _GRID
        y = _y(value, top)
        drawn.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        drawn.append(
            f'<text class="scale" x="{_LEFT - 6}" y="{y + 4}">{thousands(round(value))}</text>'
        )
    width = (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    every = -(-len(labels) // _LABELS) or 1
    for step in range(0, len(labels), every):
        x = _LEFT + width * (step + 0.5)
        text = escape(labels[step])
        drawn.append(f'<text class="step" x="{x:.1f}" y="{HEIGHT - 8}">{text}</text>')
    return "".join(drawn)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * value / top, 1)


def _rounded(value: float) -> float:
    """Return an end of the scale that divides into four whole parts."""
    step = 1
    while step * _GRID * 10 < value:
        step *= 10
    for times in (1, 2, 5, 10):
        if step * times * _GRID >= value:
            return float(step * times * _GRID)
    raise AssertionError(value)
