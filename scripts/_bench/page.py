"""The benchmark as Markdown and as one page with plots."""

from collections.abc import Sequence
from html import escape
from importlib import resources

from scripts._bench.plots import plots
from scripts._bench.sections import Section


def markdown(made: str, sections: Sequence[Section]) -> str:
    """Return the tables as Markdown."""
    lines = ["# Đo tốc độ Tra Cứu", "", made, ""]
    for section in sections:
        heads = section.heads()
        lines += [f"## {section.title}", "", section.note, ""]
        lines += ["| " + " | ".join(("", *heads)) + " |", "|---" + "|---:" * len(heads) + "|"]
        lines += ["| " + " | ".join(line) + " |" for line in section.lines()]
        lines += ["", *(f"- {line}" for line in section.below), ""]
    return "\n".join(lines)


def page(made: str, sections: Sequence[Section]) -> str:
    """Return the tables and plots as one page."""
    files = resources.files("scripts")
    style = "".join(
        files.joinpath(f"_{one}", f"{one}.css").read_text("utf-8")
        for one in ("evaluation", "bench")
    )
    body = "".join(map(_section, sections))
    return (
        '<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Đo tốc độ Tra Cứu</title><style>{style}</style></head><body>"
        f"<header><h1>Đo tốc độ Tra Cứu</h1><p>{escape(made)}</p></header><main>{body}</main>"
        "</body></html>\n"
    )


def _section(section: Section) -> str:
    heads = "".join(f"<th>{escape(one)}</th>" for one in section.heads())
    rows = ""
    for what, *values in section.lines():
        cells = "".join(f"<td>{escape(value)}</td>" for value in values)
        rows += f"<tr><th>{escape(what)}</th>{cells}</tr>"
    below = "".join(f"<li>{escape(line)}</li>" for line in section.below)
    drawn = "".join(one.inline() for one in plots(section))
    return (
        f'<section><h2>{escape(section.title)}</h2><p class="note">{escape(section.note)}</p>'
        f'<div class="wide"><table><thead><tr><th></th>{heads}</tr></thead>{rows}</table></div>'
        f'{below and f"<ol>{below}</ol>"}<div class="charts">{drawn}</div></section>'
    )
