"""What stands around a quote: the head of the list it is an item of, or a sign that it is cut."""

import re

from documents.vietnamese.sentences import sentences

CUT = "…"
HEAD_LENGTH = 250  # characters of a head; a longer one is left to the passage in full
_ITEM = re.compile(r"(?P<letter>[a-zđ]\))\s|(?P<dash>[-–+•*])\s")

Span = tuple[int, int]


def around(text: str, span: Span) -> tuple[str, str]:
    """Return what is shown before and behind a span of a passage; "" where it stands alone."""
    start, end = span
    spans = sentences(text)
    inside = any(a < start < b for a, b in spans)
    cut_behind = any(a < end < b for a, b in spans) or text[start:end].rstrip().endswith(":")
    before = f"{CUT} " if inside else _head(text, spans, start)
    return before, f" {CUT}" if cut_behind and end < len(text.rstrip()) else ""


def _head(text: str, spans: tuple[Span, ...], start: int) -> str:
    """Return the sentence that announces the list of which an item begins at ``start``."""
    item = _ITEM.match(text, start)
    if item is None:
        return ""
    between = False
    for a, b in reversed([one for one in spans if one[1] <= start]):
        if text[a:b].endswith(":") and not _is_like(item, _ITEM.match(text, a)):
            head = text[a:b]
            gap = f"{CUT}\n" if between else ""
            return f"{head}\n{gap}" if len(head) <= HEAD_LENGTH else ""
        between = True
    return ""


def _is_like(item: re.Match[str], other: re.Match[str] | None) -> bool:
    return other is not None and item.lastgroup == other.lastgroup
