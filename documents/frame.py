"""What surrounds the body of a document: letterhead, căn cứ, receivers, signature, furniture."""

import re

_LINE = re.compile(r"[^\n]*\S[^\n]*")


def lines_of(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of the lines that hold text, without the spaces around them."""
    spans = []
    for match in _LINE.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        spans.append((start, start + len(line.strip())))
    return tuple(spans)


def body_lines(text: str) -> tuple[tuple[int, int], ...]:
    """Return the lines that state something."""
    return lines_of(text)
