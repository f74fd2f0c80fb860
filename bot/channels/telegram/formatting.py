"""Styled spans become Telegram text with entities, split wherever a limit asks for it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby

from telegram import MessageEntity
from telegram.constants import MessageLimit

from bot.outbox.models import OutgoingMessage
from bot.turn import Quote, Span
from documents.shown import shown
from documents.vietnamese.sentences import sentences

MAX_UNITS = int(MessageLimit.MAX_TEXT_LENGTH)  # UTF-16 code units, as Telegram counts
MAX_ENTITIES = int(MessageLimit.MESSAGE_ENTITIES)
BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Run:
    """A styled stretch of the text, in characters."""

    kind: str
    start: int
    end: int


def render(spans: tuple[Span, ...]) -> tuple[OutgoingMessage, ...]:
    """Turn spans into one or more messages within Telegram's limits.

    A quote or a bold phrase is broken only when it alone is longer than a message, and then at the
    end of a sentence. Text that is only blank gives no message.
    """
    spans = tuple(_sendable(span) for span in spans)
    text = "".join(span.text for span in spans)
    units = (0, *accumulate(2 if ord(char) > 0xFFFF else 1 for char in text))
    runs = tuple(_runs(spans))
    cuts = _cuts(text, runs, units)
    parts = (_part(text, runs, units, start, end) for start, end in _windows(cuts, runs, units))
    return tuple(part for part in parts if part.text)


def _sendable(span: Span) -> Span:
    """Replace lone surrogates, which no encoding of the request could carry, and what hides."""
    text = shown(span.text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return span if text == span.text else Span(text, span.bold, span.italic, span.quote)


def _runs(spans: tuple[Span, ...]) -> Iterator[Run]:
    """Yield the entities: neighbouring spans of one style are one entity, but not across a quote's
    edge, since entities nest and never overlap in part.
    """
    kinds = (
        (MessageEntity.BLOCKQUOTE, lambda span: span.quote is Quote.OPEN),
        (MessageEntity.EXPANDABLE_BLOCKQUOTE, lambda span: span.quote is Quote.FOLDED),
        (MessageEntity.BOLD, lambda span: span.bold and (span.quote,)),
        (MessageEntity.ITALIC, lambda span: span.italic and (span.quote,)),
    )
    for kind, wears in kinds:
        start = 0
        for styled, group in groupby(spans, wears):
            end = start + sum(len(span.text) for span in group)
            if styled and end > start:
                yield Run(str(kind), start, end)
            start = end


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where a message may end, in ascending places: after a line, a sentence, a word, a letter."""

    kinds: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    end: int

    def best(self, start: int, high: int) -> int:
        """Return the place in (start, high] where the message from ``start`` should end.

        A line or a sentence that fills half of the message comes first, then a shorter one, then
        a word; a word is cut only when it is longer than a message.
        """
        middle = (start + high) // 2
        lines, ends, blanks, anywhere = self.kinds
        wishes = (
            (lines, middle),
            (ends, middle),
            (ends, start),
            (lines, start),
            (blanks, start),
            (anywhere, start),
        )
        for places, floor in wishes:
            found = bisect_right(places, high) - 1
            if found >= 0 and places[found] > floor:
                return places[found]
        return high


def _cuts(text: str, runs: tuple[Run, ...], units: tuple[int, ...]) -> Cuts:
    if units[-1] <= MAX_UNITS and len(runs) <= MAX_ENTITIES:
        return Cuts(((), (), (), ()), len(text))
    whole = [run for run in runs if units[run.end] - units[run.start] <= MAX_UNITS]
    barred = {place for run in whole for place in range(run.start + 1, run.end)}

    def free(places: Iterable[int]) -> tuple[int, ...]:
        return tuple(place for place in places if place not in barred)

    kinds = (
        free(place + 1 for place, char in enumerate(text) if char == "\n"),
        free(end for _, end in sentences(text)),
        free(match.end() for match in BLANK.finditer(text)),
        free(range(1, len(text))),
    )
    return Cuts(kinds, len(text))


def _windows(
    cuts: Cuts, runs: tuple[Run, ...], units: tuple[int, ...]
) -> Iterator[tuple[int, int]]:
    start = 0
    while start < cuts.end:
        high = min(_reach(units, start), _crowded(runs, start, cuts.end))
        if high < cuts.end:
            high = cuts.best(start, high)
        yield start, high
        start = high


def _reach(units: tuple[int, ...], start: int) -> int:
    """Return the last place that a message beginning at ``start`` has room for."""
    return bisect_right(units, units[start] + MAX_UNITS) - 1


def _crowded(runs: tuple[Run, ...], start: int, end: int) -> int:
    """Return the place before which a message from ``start`` has as many entities as it may."""
    inside = sorted(max(run.start, start) for run in runs if run.end > start)
    return inside[MAX_ENTITIES] if len(inside) > MAX_ENTITIES else end


def _part(
    text: str, runs: tuple[Run, ...], units: tuple[int, ...], start: int, end: int
) -> OutgoingMessage:
    start, end = _trimmed(text, start, end)
    entities = []
    for run in runs:
        first, last = _trimmed(text, max(run.start, start), min(run.end, end))
        if first < last:
            offset, length = units[first] - units[start], units[last] - units[first]
            entities.append((run.kind, offset, length))
    entities.sort(key=lambda entity: (entity[1], -entity[2]))
    return OutgoingMessage(text=text[start:end], entities=tuple(entities))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out the blanks at both ends, as Telegram does."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
