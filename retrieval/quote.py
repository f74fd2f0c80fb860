"""The sentence of a passage that answers: chosen by terms and by the kind of answer wanted."""

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from documents.splitting import sentences
from index.tokens import tokens
from retrieval.wanted import SHORT_ANSWERS, Wanted, things

MOST_WORDS = 60  # a quote that a phone shows without scrolling

NAMES = (
    "terms covered",
    "terms covered with the neighbours",
    "terms covered behind the best",
    "wanted thing present",
    "new wanted thing present",
    "length",
    "first",
)
_MOST_LIST_WORDS = 150  # a list announced by "gồm:" is shown whole up to here
_HEADING_WORDS = 12
_NUMBERED = re.compile(r"(?:[\d.]+\.?|[IVX]+\.|[a-zđ]\)|Điều \d+\.|Bước \d+:?)\s")
_ITEM = re.compile(r"\s*(?:[-–+•*]|[a-zđ]\)|\d+(?:\.\d+)*[.)]|\(\d+\))\s")

Idf = Callable[[str], float]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a passage and the window of at most MOST_WORDS words around it.

    Offsets count characters of the passage's text; ``marks`` are spans of the wanted kind that
    the question does not already hold.
    """

    sentence: Span
    window: Span
    marks: tuple[Span, ...]
    covered: float
    score: float


@dataclass(frozen=True)
class QuoteModel:
    """Weights of the features of a sentence, fitted by ``python -m scripts.fit_ranking``."""

    weights: tuple[float, ...]

    @classmethod
    def load(cls) -> "QuoteModel":
        """Read the weights that ship with the project."""
        stored = json.loads(resources.files("retrieval").joinpath("quote.json").read_text())
        return cls(tuple(float(stored[name]) for name in NAMES))

    def best(
        self, text: str, question: str, terms: Sequence[str], idf: Idf, wanted: Wanted
    ) -> Quote:
        """Return the best sentence of a passage for a question."""
        spans = units(text)
        rows = sentence_features(text, spans, question, terms, idf, wanted)
        scores = rows @ np.array(self.weights)
        place = int(np.argmax(scores))
        sentence = _with_items(text, spans, place)
        window = _window(text, spans, place, scores)
        return Quote(
            sentence=sentence,
            window=(min(window[0], sentence[0]), max(window[1], sentence[1])),
            marks=_new_things(text, sentence, question, wanted),
            covered=float(rows[place, 0]),
            score=float(scores[place]),
        )


def units(text: str) -> tuple[Span, ...]:
    """Return the spans that can answer: sentences, a heading together with what it heads."""
    found: list[Span] = []
    start: int | None = None
    spans = sentences(text) or ((0, len(text)),)
    for place, (begin, end) in enumerate(spans):
        start = begin if start is None else start
        if place + 1 < len(spans) and _is_heading(text[begin:end]):
            continue
        found.append((start, end))
        start = None
    return tuple(found)


def _is_heading(line: str) -> bool:
    if len(line.split()) > _HEADING_WORDS + 4:
        return False
    if _NUMBERED.match(line):
        return len(line.split()) <= _HEADING_WORDS or line[-1] not in ".;:,"
    return line[-1] not in ".;:,!?…”\"')"


def _with_items(text: str, spans: Sequence[Span], place: int) -> Span:
    """Extend a sentence that announces a list by the items of the list."""
    start, end = spans[place]
    if not text[start:end].endswith(":"):
        return start, end
    words = len(text[start:end].split())
    for begin, stop in spans[place + 1 :]:
        words += len(text[begin:stop].split())
        if words > _MOST_LIST_WORDS or not _ITEM.match(text[begin:stop]):
            break
        end = stop
    return start, end


def sentence_features(
    text: str,
    spans: Sequence[Span],
    question: str,
    terms: Sequence[str],
    idf: Idf,
    wanted: Wanted,
) -> NDArray[np.float64]:
    """Return one row a sentence, shape (len(spans), len(NAMES)); coverage is of the IDF mass."""
    weights = {term: idf(term) for term in terms}
    mass = sum(weights.values()) or 1.0
    words = [frozenset(tokens(text[start:end])) for start, end in spans]
    covered = [sum(w for term, w in weights.items() if term in found) / mass for found in words]
    best = max(covered, default=0.0)
    rows = []
    for place, span in enumerate(spans):
        near = frozenset().union(*words[max(place - 1, 0) : place + 2])
        start, end = span
        rows.append(
            (
                covered[place],
                sum(w for term, w in weights.items() if term in near) / mass,
                covered[place] - best,
                float(bool(things(wanted, text[start:end]))),
                float(bool(_new_things(text, span, question, wanted))),
                math.log(len(words[place]) + 1),
                float(place == 0),
            )
        )
    return np.array(rows, np.float64).reshape(-1, len(NAMES))


def _new_things(text: str, span: Span, question: str, wanted: Wanted) -> tuple[Span, ...]:
    """Return the things of the wanted kind that the question does not itself mention."""
    if wanted not in SHORT_ANSWERS:
        return ()
    start, end = span
    asked = question.lower()
    return tuple(
        (start + a, start + b)
        for a, b in things(wanted, text[start:end])
        if text[start + a : start + b].lower() not in asked
    )


def _window(text: str, spans: Sequence[Span], place: int, scores: NDArray[np.float64]) -> Span:
    """Grow from a sentence to its better neighbours while MOST_WORDS is not exceeded."""
    first = last = place
    words = len(text[slice(*spans[place])].split())
    while True:
        sides = [
            (float(scores[side]), side)
            for side in (first - 1, last + 1)
            if 0 <= side < len(spans)
            and words + len(text[slice(*spans[side])].split()) <= MOST_WORDS
        ]
        if not sides:
            return spans[first][0], spans[last][1]
        side = max(sides)[1]
        words += len(text[slice(*spans[side])].split())
        first, last = min(first, side), max(last, side)
