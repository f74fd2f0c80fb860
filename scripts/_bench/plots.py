"""The plots of the benchmark: inline SVG for the page, and files that stand alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

from scripts._bench.measurements import Row
from scripts._bench.sections import WORDS, Section
from scripts._evaluation.words import number

_WIDE, _HIGH = 340, 240  # of a plot in its own units; the text in it is 11 high
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 26, 50, 40
_BELOW = 18  # between the lowest value and the axis, for its label
_AXIS = _HIGH - _BOTTOM
_STYLES = ("first", "second")
_CURVES = (
    ("ask", "Một câu hỏi, mili giây", ("ask_p95", "ask_p50")),
    ("throughput", "Câu hỏi mỗi giây, hỏi bằng mọi nhân", ("questions_a_second",)),
    ("memory", "Bộ nhớ khi trả lời, MB", ("memory", "memory_own")),
    ("start", "Khởi động, giây", ("command", "ready")),
    ("build", "Dựng chỉ mục từ đầu, giây", ("build",)),
    ("add", "Thêm một văn bản 30 đoạn, giây", ("added", "visible")),
    ("disk", "Ổ đĩa, MB", ("library_disk", "index_disk")),
)


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot; ``name`` is that of its file."""

    name: str
    title: str
    drawn: str

    def inline(self) -> str:
        """Return it for a page that has its style."""
        return self._svg("")

    def file(self) -> str:
        """Return it as a whole file, on paper of its own, light or dark as its reader sets it."""
        style = resources.files("scripts._bench").joinpath("bench.css").read_text("utf-8")
        paper = f'<rect class="paper" width="{_WIDE}" height="{_HIGH}" rx="6"/>'
        size = f' xmlns="http://www.w3.org/2000/svg" width="{_WIDE}" height="{_HIGH}"'
        return self._svg(f"<style>{style}</style>{paper}", size) + "\n"

    def _svg(self, before: str, more: str = "") -> str:
        return (
            f'<svg class="plot"{more} viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
            f'aria-label="{escape(self.title)}">{before}'
            f'<text class="title" x="{_LEFT}" y="16">{escape(self.title)}</text>{self.drawn}</svg>'
        )


def plots(section: Section) -> tuple[Plot, ...]:
    """Draw what grows with the number of passages, where two sizes were measured, or the peers."""
    rows = [row for row in section.rows if row.size and row.figures]
    if len(rows) >= 2:
        return tuple(
            Plot(name, title, _curves(rows, kept))
            for name, title, names in _CURVES
            if (kept := tuple(one for one in names if one in section.names))
        )
    peers = [row for row in section.rows if row.value("ask_p50") and row.value("hit") is not None]
    if section.upright and len(peers) >= 2:
        return (Plot("peers", "hit@1 (%) theo thời gian một câu hỏi", _peers(peers)),)
    return ()


@dataclass(frozen=True, slots=True)
class _Scale:
    """A logarithmic axis from one power of ten, or one size, to another."""

    low: float
    high: float

    @classmethod
    def over(cls, values: Sequence[float]) -> "_Scale":
        low = math.floor(math.log10(min(values)) + 1e-9)
        high = math.ceil(math.log10(max(values)) - 1e-9)
        return cls(low, max(high, low + 1))

    def share(self, value: float) -> float:
        return (math.log10(value) - self.low) / ((self.high - self.low) or 1)

    def decades(self) -> list[float]:
        return [10.0**power for power in range(math.ceil(self.low), math.floor(self.high) + 1)]


def _curves(rows: Sequence[Row], names: Sequence[str]) -> str:
    values = [value for row in rows for name in names if (value := row.value(name))]
    down = _Scale.over(values)
    sizes = [row.size for row in rows]
    along = _Scale(math.log10(min(sizes)), math.log10(max(sizes)))
    drawn = _grid(down)
    for row in rows:
        x = _x(along.share(row.size))
        drawn += _text(x, _AXIS + 15, "middle", _short(row.size))
    drawn += _text(_x(0.5), _HIGH - 8, "middle", "số đoạn trong thư viện")
    for place, name in enumerate(names):
        points = [
            (
                _x(along.share(row.size)),
                _y(down.share(value)),
                value,
                len(names) > 1 and value <= min(row.value(one) or value for one in names),
            )
            for row in rows
            if (value := row.value(name))
        ]
        drawn += _line(points, _STYLES[place])
    return drawn + _legend(names)


def _line(points: Sequence[tuple[float, float, float, bool]], style: str) -> str:
    """Draw a curve through (x, y, value, whether the value is written below its mark)."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _value, _is_low in points)
    drawn = f'<polyline class="curve {style}" points="{path}"/>'
    for x, y, value, is_low in points:
        drawn += _mark(x, y, style)
        drawn += _text(x, y + (17 if is_low else -8), "middle", _brief(value), "value")
    return drawn


def _mark(x: float, y: float, style: str) -> str:
    if style == _STYLES[0]:
        return f'<circle class="mark {style}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
    return f'<rect class="mark {style}" x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"/>'


def _legend(names: Sequence[str]) -> str:
    if len(names) < 2:
        return ""
    drawn, x = "", float(_LEFT)
    for place, name in enumerate(names):
        label = WORDS[name][0].rpartition(",")[0] or WORDS[name][0]
        drawn += _mark(x + 4, 27, _STYLES[place]) + _text(x + 13, 31, "start", label)
        x += 32 + 5.8 * len(label)
    return drawn


def _grid(down: _Scale) -> str:
    drawn = f'<path class="axis" d="M{_LEFT} {_AXIS}H{_WIDE - _RIGHT}"/>'
    for value in down.decades():
        y = _y(down.share(value))
        drawn += f'<path class="grid" d="M{_LEFT} {y}H{_WIDE - _RIGHT}"/>'
        drawn += _text(_LEFT - 6, y + 4, "end", _brief(value))
    return drawn


def _peers(rows: Sequence[Row]) -> str:
    """Draw hit@1 over the time of a question, a filled mark with and a hollow one without marks."""
    along = _Scale.over([row.value("ask_p50") or 1 for row in rows])
    drawn = f'<path class="axis" d="M{_LEFT} {_AXIS}H{_WIDE - _RIGHT}"/>'
    for percent in (0, 25, 50, 75, 100):
        y = _y(percent / 100)
        drawn += f'<path class="grid" d="M{_LEFT} {y}H{_WIDE - _RIGHT}"/>'
        drawn += _text(_LEFT - 6, y + 4, "end", str(percent))
    for value in along.decades():
        drawn += _text(_x(along.share(value)), _AXIS + 15, "middle", f"{_brief(value)} ms")
    for place, row in enumerate(rows):
        x = _x(along.share(row.value("ask_p50") or 1))
        hit, stripped = row.value("hit") or 0, row.value("hit_stripped") or 0
        style = _STYLES[min(place, 1)]
        drawn += f'<path class="span {style}" d="M{x:.1f} {_y(hit / 100)}V{_y(stripped / 100)}"/>'
        drawn += f'<circle class="mark {style}" cx="{x:.1f}" cy="{_y(hit / 100)}" r="4"/>'
        drawn += f'<circle class="hollow {style}" cx="{x:.1f}" cy="{_y(stripped / 100)}" r="4"/>'
        drawn += _text(x, _y(max(hit, stripped) / 100) - 7, "middle", str(place + 1), "value")
    drawn += _mark(_LEFT + 4, 27, "first") + _text(_LEFT + 13, 31, "start", "đủ dấu")
    drawn += f'<circle class="hollow first" cx="{_LEFT + 74}" cy="27" r="3.5"/>'
    drawn += _text(_LEFT + 83, 31, "start", "không dấu")
    return drawn + _text(_x(0.5), _HIGH - 8, "middle", "số: dòng trong bảng")


def _text(x: float, y: float, anchor: str, text: str, style: str = "") -> str:
    named = f' class="{style}"' if style else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(size: int) -> str:
    return f"{number(size / 1e6, 0)} triệu" if size >= 1e6 and size % 1e6 == 0 else number(size, 0)


def _brief(value: float) -> str:
    """Write a value with two significant digits at least and no needless ones."""
    if value >= 10 or value == round(value):
        return number(value, 0)
    return number(value, 1) if value >= 1 else number(value, 2).rstrip("0")


def _x(share: float) -> float:
    return round(_LEFT + 14 + share * (_WIDE - _LEFT - _RIGHT - 28), 1)


def _y(share: float) -> float:
    return round(_AXIS - _BELOW - share * (_AXIS - _BELOW - _TOP), 1)
