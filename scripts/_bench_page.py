"""The benchmark as a table for the terminal, as Markdown and as one page with plots."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

from scripts._bench_figures import Row
from scripts._evaluation_words import number

WORDS = {
    "passages_a_second": ("đoạn/giây", 0),
    "rows_a_second": ("mục/giây", 1),
    "encode_p50": ("mã hóa câu hỏi p50, ms", 1),
    "encode_p95": ("mã hóa câu hỏi p95, ms", 1),
    "build": ("dựng chỉ mục, giây", 1),
    "ready": ("sẵn sàng, giây", 1),
    "ask_p50": ("câu hỏi p50, ms", 1),
    "ask_p95": ("câu hỏi p95, ms", 1),
    "questions_a_second": ("câu/giây, mọi nhân", 0),
    "command": ("lệnh ask, giây", 1),
    "added": ("thêm 30 đoạn, giây", 1),
    "visible": ("đến khi hỏi được, giây", 1),
    "memory": ("bộ nhớ, MB", 0),
    "library_disk": ("thư viện, MB", 0),
    "index_disk": ("chỉ mục, MB", 0),
    "hit": ("hit@1, %", 1),
    "hit_stripped": ("hit@1 không dấu, %", 1),
}
_PLOTS = (
    ("ask_p50", "ask_p95"),
    ("memory",),
    ("ready", "command"),
    ("build",),
    ("library_disk", "index_disk"),
)
_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _BOTTOM = 320, 190, 44, 14, 22, 34
_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the benchmark; ``note`` says what is compared and what is not."""

    title: str
    note: str
    rows: tuple[Row, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the figures that any row has, in the order of WORDS."""
        return tuple(
            name for name in WORDS if any(row.value(name) is not None for row in self.rows)
        )

    def lines(self) -> tuple[tuple[str, ...], ...]:
        """Return a line a figure: what it is, then its value in each row."""
        return tuple(
            (WORDS[name][0], *(_written(name, row.value(name)) for row in self.rows))
            for name in self.names
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """Return why rows have no figures, or not all."""
        return tuple(f"{row.title}: {row.missing}" for row in self.rows if row.missing)


def _written(name: str, value: float | None) -> str:
    return _NOTHING if value is None else number(value, WORDS[name][1])


def markdown(made: str, sections: Sequence[Section]) -> str:
    """Return the tables as Markdown."""
    lines = ["# Đo tốc độ Tra Cứu", "", made, ""]
    for section in sections:
        heads = ("", *(row.title for row in section.rows))
        lines += [f"## {section.title}", "", section.note, ""]
        lines += ["| " + " | ".join(heads) + " |", "|---" + "|---:" * len(section.rows) + "|"]
        lines += ["| " + " | ".join(line) + " |" for line in section.lines()]
        lines += ["", *(f"- {line}" for line in section.missing), ""]
    return "\n".join(lines)


def page(made: str, sections: Sequence[Section]) -> str:
    """Return the tables and plots as one page."""
    style = resources.files("scripts").joinpath("evaluation.css").read_text("utf-8")
    body = "".join(map(_section, sections))
    return (
        '<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Đo tốc độ Tra Cứu</title><style>{style}</style></head><body>"
        f"<header><h1>Đo tốc độ Tra Cứu</h1><p>{escape(made)}</p></header><main>{body}</main>"
        "</body></html>\n"
    )


def _section(section: Section) -> str:
    heads = "".join(f"<th>{escape(row.title)}</th>" for row in section.rows)
    rows = ""
    for what, *values in section.lines():
        cells = "".join(f"<td>{escape(value)}</td>" for value in values)
        rows += f"<tr><th>{escape(what)}</th>{cells}</tr>"
    missing = "".join(f"<p>{escape(line)}</p>" for line in section.missing)
    return (
        f"<section><h2>{escape(section.title)}</h2><p>{escape(section.note)}</p>"
        f'<div class="wide"><table><tr><th></th>{heads}</tr>{rows}</table></div>'
        f'{missing}<div class="charts">{"".join(_plots(section))}</div></section>'
    )


def _plots(section: Section) -> list[str]:
    """Draw what grows with the number of passages, where two sizes were measured."""
    rows = [row for row in section.rows if row.size and row.figures]
    if len(rows) < 2:
        return []
    return [_plot(rows, names) for names in _PLOTS if set(names) & set(section.names)]


def _plot(rows: Sequence[Row], names: Sequence[str]) -> str:
    sizes = [math.log10(row.size) for row in rows]
    top = max(row.value(name) or 0 for row in rows for name in names) or 1
    lines, texts = "", ""
    for place, name in enumerate(names):
        points = [
            (_x((size - sizes[0]) / (sizes[-1] - sizes[0] or 1)), _y(value / top))
            for size, row in zip(sizes, rows, strict=True)
            if (value := row.value(name)) is not None
        ]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dash = ' stroke-dasharray="5 4"' if place else ""
        lines += f'<polyline class="line" points="{drawn}"{dash}/>'
        lines += "".join(
            f'<circle class="fill" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points
        )
    for share, row in ((0.0, rows[0]), (1.0, rows[-1])):
        anchor = "end" if share else "start"
        shown = number(row.size, 0)
        texts += f'<text x="{_x(share)}" y="{_y(0) + 14}" text-anchor="{anchor}">{shown}</text>'
    most = number(top, 1 if top < 10 else 0)
    texts += f'<text x="{_LEFT - 4}" y="{_y(1) + 4}" text-anchor="end">{most}</text>'
    label = "; ".join(
        WORDS[name][0] + (" (nét đứt)" if place else "") for place, name in enumerate(names)
    )
    texts += f'<text x="{_LEFT}" y="13">{escape(label)}</text>'
    texts += f'<text x="{_x(0.5)}" y="{_HIGH - 4}" text-anchor="middle">đoạn (thang logarit)</text>'
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{escape(label)}">'
        f'<path class="axis" d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}"/>{lines}{texts}</svg>'
    )


def _x(share: float) -> float:
    return round(_LEFT + share * (_WIDE - _LEFT - _RIGHT), 1)


def _y(share: float) -> float:
    return round(_HIGH - _BOTTOM - share * (_HIGH - _TOP - _BOTTOM), 1)
