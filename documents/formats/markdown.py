"""Markdown without its signs: headings, lists and table rows as lines."""

import re
from collections.abc import Iterator
from pathlib import Path

from documents.formats.tables import table_lines
from documents.formats.text_file import decoded, unwrapped
from documents.layout.numbering import markers_of

# every run of unknown length is bounded, so that no line takes longer than its length
_HEADING = re.compile(r"(?P<signs>#{1,6})\s+(?=\S)")
_RULE = re.compile(r"(?:[*_-] ?){3,}|=+")
_TABLE_RULE = re.compile(r"[\s|:\-]+")
_QUOTED = re.compile(r"(?:>\s?)+")
_BULLET = re.compile(r"[*+-]\s+(?=\S)")
_IMAGE = re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,1000}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\](?:\([^)\n]{0,1000}\)|\[[^\[\]\n]{0,100}\])")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=[^\s*_])(.{1,1000}?)(?<=\S)\1(?![\w*])")
_CODE = re.compile(r"`([^`\n]{1,300})`")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")


def read_markdown(path: Path) -> str:
    """Return the text of a Markdown file: "#" only before headings that have no number."""
    return unwrapped(markdown_lines(decoded(path)))


def markdown_lines(text: str) -> list[str]:
    """Return Markdown's lines without its signs, save "#" and "- "; a table row a line."""
    lines: list[str] = []
    table: list[list[str]] = []
    for line in (*_without_notes(text), ""):
        if len(line) > 1 and line.startswith("|") and line.endswith("|"):
            if not _TABLE_RULE.fullmatch(line):
                table.append([_plain(cell) for cell in re.split(r"(?<!\\)\|", line[1:-1])])
            continue
        if table:
            lines.extend(("", *table_lines(table), ""))
            table = []
        if not line.startswith(("```", "~~~")):
            lines.append(_markdown_line(line))
    return lines


def _without_notes(text: str) -> Iterator[str]:
    """Yield the lines, without front matter and comments."""
    if text.startswith("---\n") and (end := text.find("\n---\n", 3)) >= 0:
        text = text[end + len("\n---\n") :]
    kept = []
    place = 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[place:start])
        place = end + len("-->")
    kept.append(text[place:])
    for line in "".join(kept).split("\n"):
        yield line.strip()


def _markdown_line(line: str) -> str:
    if quoted := _QUOTED.match(line):
        line = line[quoted.end() :]
    if heading := _HEADING.match(line):
        title = _plain(line[heading.end() :].rstrip("# "))
        return title if markers_of(title) else f"{heading['signs']} {title}"
    if _RULE.fullmatch(line):
        return ""
    return _plain(_BULLET.sub("- ", line, count=1) if _BULLET.match(line) else line)


def _plain(text: str) -> str:
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    for _ in range(3):  # bold within italic within bold
        text = _EMPHASIS.sub(r"\2", text)
    return _ESCAPE.sub(r"\1", _CODE.sub(r"\1", text)).replace("<br>", " ")
