"""Lists: a sentence that announces one is shown with it, an item of one with the others."""

import re
from collections.abc import Sequence

from retrieval.question.intent import AnswerType
from retrieval.readers.base import Span

MOST_WORDS = 150  # a list is shown whole up to here
_ROW = r"[^|\n]+: [^|\n]+ \| "
_ITEM = re.compile(
    rf"\s*(?:(?P<dash>[-–+•*])\s|(?P<letter>[a-zđ]\))\s|(?P<number>\d+(?:\.\d+)*[.)])\s"
    rf"|(?P<bracket>\(\d+\))\s|(?P<step>Bước\s+\d+)\W|(?P<row>{_ROW}))"
)


def with_list(text: str, spans: Sequence[Span], place: int, wanted: AnswerType) -> Span:
    """Return a span of a text with the list it announces or, asked for one, is an item of.

    ``spans`` are what the text is made of, in order.
    """
    start, end = spans[place]
    if text[start:end].endswith(":"):
        return start, _end_of_announced(text, spans, place)
    kind = _kind(text, spans[place])
    is_step = kind is not None and kind.startswith("step")
    if kind is not None and (wanted is AnswerType.LIST or (wanted is AnswerType.STEPS and is_step)):
        return _all_items(text, spans, place, kind)
    return start, end  # clauses under numbers are cases of a procedure, not its steps


def _end_of_announced(text: str, spans: Sequence[Span], place: int) -> int:
    """Return where the items end that follow a colon, on lines of their own or on the same.

    The first tells what kind of items they are; smaller ones may stand among them.
    """
    start, end = spans[place]
    words = len(text[start:end].split())
    first: str | None = None
    for number, span in enumerate(spans[place + 1 :], place + 1):
        words += len(text[slice(*span)].split())
        kind = _kind(text, span)
        first = first or kind
        goes_on = _goes_on(text, end, span[0]) or (
            first is not None and _continues(text, spans, number)
        )
        is_item = kind is not None and (kind == first or kind.startswith("dash"))
        if words > MOST_WORDS or not (is_item or goes_on):
            break
        end = span[1]
    return end


def _continues(text: str, spans: Sequence[Span], place: int) -> bool:
    """Tell whether a span is a further sentence on the line of an item."""
    return "\n" not in text[spans[place - 1][1] : spans[place][0]]


def _goes_on(text: str, end: int, begin: int) -> bool:
    """Tell whether what begins is of the sentence that stopped at ``end`` for its length alone."""
    return "\n" not in text[end:begin] and text[end - 1] in ":;,"


def _kind(text: str, span: Span) -> str | None:
    """Return what kind of item a span's last line begins with; "2.1." is not like "2."."""
    line = text[slice(*span)].rsplit("\n", 1)[-1]
    item = _ITEM.match(line)
    if item is None or item.lastgroup is None:
        return None
    level = item["number"].count(".") if item["number"] else 0
    return f"{item.lastgroup} {level}"


def _all_items(text: str, spans: Sequence[Span], place: int, kind: str) -> Span:
    """Return the run of items of a kind around one, with the line that announces them."""
    kinds = [_kind(text, span) for span in spans]
    same_line = [bool(i) and _continues(text, spans, i) for i in range(len(spans))]
    first, last = place, place
    while first > 0 and (kinds[first - 1] == kind or same_line[first - 1]):
        first -= 1
    while last + 1 < len(spans) and (kinds[last + 1] == kind or same_line[last + 1]):
        last += 1
    while kinds[first] != kind:
        first += 1
    if first == last:
        return spans[place]
    if first > 0 and text[slice(*spans[first - 1])].endswith(":"):
        first -= 1
    start, end = spans[first][0], spans[last][1]
    return (start, end) if len(text[start:end].split()) <= MOST_WORDS else spans[place]
