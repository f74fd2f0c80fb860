"""The words of a passage that answer: chosen by terms and by the kind of answer wanted."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from documents.vietnamese.sentences import sentences
from index.tokens import tokens
from retrieval.readers.lists import with_list
from retrieval.readers.spans import SHORT_ANSWERS, Wanted, defines, is_counted, things, unit_asked

MOST_WORDS = 60  # a quote that a phone shows without scrolling

NAMES = (
    "syllables covered",
    "pairs covered",
    "syllables covered with the one before",
    "syllables covered with the one after",
    "terms covered with the neighbours",
    "terms covered behind the best",
    "wanted thing present",
    "new wanted thing present",
    "length",
    "first",
    "passage's cosine behind the best",
)
_COVERED = NAMES.index("terms covered behind the best")
_COSINE = NAMES.index("passage's cosine behind the best")
_HEADING_WORDS = 12
_NUMBERED = re.compile(r"(?:[\d.]+\.?|[IVX]+\.|[a-zđ]\)|Điều \d+\.|Bước \d+:?)\s")
_CLAUSE_END = re.compile(r"[;:,]\s+|\n")
_CLAUSE_WORDS = 12  # shorter clauses of a long sentence stay with their neighbour

Idf = Callable[[str], float]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: the question as understood, its folded terms, the kind of answer."""

    question: str
    terms: tuple[str, ...]
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Quote:
    """The best sentence of a passage and a window of at most MOST_WORDS words around it.

    ``place`` is the passage's place among those searched. Offsets count characters of its text;
    ``marks`` are spans of the wanted kind that the question does not already hold, ``covered`` is
    the share of the question's IDF mass in the sentence, ``share`` the window's probability of
    holding the answer among all windows of the passages searched.
    """

    place: int
    sentence: Span
    window: Span
    marks: tuple[Span, ...]
    covered: float
    share: float


@dataclass(frozen=True)
class QuoteModel:
    """Weights of the features of a sentence, fitted by ``python -m scripts.fit_ranking``."""

    weights: tuple[float, ...]

    @classmethod
    def load(cls) -> "QuoteModel":
        """Read the weights that ship with the project."""
        file = resources.files("retrieval.ranking").joinpath("weights", "quote.json")
        stored = json.loads(file.read_text())
        return cls(tuple(float(stored[name]) for name in NAMES))

    def best(self, texts: Sequence[str], cosines: Sequence[float], asked: Asked, idf: Idf) -> Quote:
        """Return the best quote of one or more passages of a document.

        ``cosines`` are those of the passages with the question. The window with the greatest
        summed probability wins; the sentence is its likeliest one.
        """
        spans = [units(text) for text in texts]
        rows = sentence_features(texts, spans, cosines, asked, idf)
        return self._chosen(texts, spans, rows, asked, idf)

    def each(self, texts: Sequence[str], asked: Asked, idf: Idf) -> tuple[Quote, ...]:
        """Return the best quote of every passage by itself."""
        spans = [units(text) for text in texts]
        rows = _features(texts, spans, asked, idf)
        quotes, end = [], 0
        for text, own in zip(texts, spans, strict=True):
            start, end = end, end + len(own)
            alone = _compared(rows[start:end])
            quotes.append(self._chosen([text], [own], alone, asked, idf))
        return tuple(quotes)

    def _chosen(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]],
        rows: NDArray[np.float64],
        asked: Asked,
        idf: Idf,
    ) -> Quote:
        logits = rows @ np.array(self.weights)
        chances = np.exp(logits - logits.max())
        chances /= chances.sum()
        best = (-1.0, 0, (0, 0))
        offset = 0
        for place, text in enumerate(texts):
            own = chances[offset : offset + len(spans[place])].tolist()
            for share, run in _runs(text, spans[place], own):
                if share > best[0]:
                    best = (share, place, run)
            offset += len(spans[place])
        share, place, (first, last) = best
        start = sum(map(len, spans[:place]))
        likeliest = first + int(np.argmax(chances[start + first : start + last]))
        text = texts[place]
        sentence = with_list(text, spans[place], likeliest, asked.wanted)
        window = spans[place][first][0], spans[place][last - 1][1]
        weights = {term: idf(term) for term in asked.terms}
        held = frozenset(tokens(text[slice(*sentence)]))
        covered = sum(weight for term, weight in weights.items() if term in held)
        return Quote(
            place=place,
            sentence=sentence,
            window=(min(window[0], sentence[0]), max(window[1], sentence[1])),
            marks=_things_of(text, sentence, asked)[1],
            covered=covered / (sum(weights.values()) or 1.0),
            share=share,
        )


def units(text: str) -> tuple[Span, ...]:
    """Return the spans that can answer.

    A heading goes with what it heads, and a sentence too long for a quote is cut at clauses.
    """
    found: list[Span] = []
    start: int | None = None
    spans = sentences(text) or ((0, len(text)),)
    for place, (begin, end) in enumerate(spans):
        start = begin if start is None else start
        if place + 1 < len(spans) and _is_heading(text[begin:end]):
            continue
        found += _clauses(text, start, end)
        start = None
    return tuple(found)


def _is_heading(line: str) -> bool:
    if len(line.split()) > _HEADING_WORDS + 4:
        return False
    if _NUMBERED.match(line):
        return len(line.split()) <= _HEADING_WORDS or line[-1] not in ".;:,"
    return line[-1] not in ".;:,!?…”\"')"


def _clauses(text: str, start: int, end: int) -> list[Span]:
    """Cut a span of more than MOST_WORDS words behind commas, colons and semicolons."""
    if len(text[start:end].split()) <= MOST_WORDS:
        return [(start, end)]
    cuts = [start + match.end() for match in _CLAUSE_END.finditer(text[start:end])]
    found: list[Span] = []
    for cut in (*cuts, end):
        words = text[start:cut].split()
        if len(words) >= _CLAUSE_WORDS or (cut == end and words):
            found.append((start, start + len(text[start:cut].rstrip())))
            start = cut
    return found


def _runs(text: str, spans: Sequence[Span], chances: Sequence[float]) -> list[tuple[float, Span]]:
    """Return (summed chance, (first, last)) of the runs of spans of at most MOST_WORDS words."""
    words = [len(text[start:end].split()) for start, end in spans]
    found = []
    for first in range(len(spans)):
        total, share = 0, 0.0
        for last in range(first, len(spans)):
            total += words[last]
            if total > MOST_WORDS and last > first:
                break
            share += chances[last]
            found.append((share, (first, last + 1)))
    return found


def sentence_features(
    texts: Sequence[str],
    spans: Sequence[Sequence[Span]],
    cosines: Sequence[float],
    asked: Asked,
    idf: Idf,
) -> NDArray[np.float64]:
    """Return one row a span, those of the first text first, shape (sum of spans, len(NAMES)).

    Coverage is the share of the question's IDF mass; the length is a natural logarithm.
    """
    rows = _features(texts, spans, asked, idf)
    rows[:, _COSINE] = np.repeat(np.array(cosines), [len(own) for own in spans])
    return _compared(rows)


def _compared(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Set what is measured behind the best of all rows against it."""
    for column in (_COVERED, _COSINE):
        rows[:, column] -= rows[:, column].max()
    return rows


def _features(
    texts: Sequence[str], spans: Sequence[Sequence[Span]], asked: Asked, idf: Idf
) -> NDArray[np.float64]:
    """Return the features of each span before they are compared, with cosines of 0."""
    terms = tuple(dict.fromkeys(asked.terms))
    weights = np.array([idf(term) for term in terms])
    is_pair = np.array(["_" in term for term in terms], np.bool_)
    singles, pairs = np.where(is_pair, 0.0, weights), np.where(is_pair, weights, 0.0)
    all_spans = [(text, span) for text, own in zip(texts, spans, strict=True) for span in own]
    words = [frozenset(tokens(text[slice(*span)])) for text, span in all_spans]
    held = np.array([[term in found for term in terms] for found in words], np.bool_)
    held = held.reshape(len(words), len(terms))
    first = np.zeros(len(words), np.bool_)
    first[np.cumsum([0, *(len(own) for own in spans)])[:-1]] = True
    before, after = np.zeros_like(held), np.zeros_like(held)
    before[1:] = held[:-1] & ~first[1:, None]
    after[:-1] = held[1:] & ~first[1:, None]
    found_things = [_things_of(text, span, asked) for text, span in all_spans]
    columns = {
        "syllables covered": _share(held, singles),
        "pairs covered": _share(held, pairs),
        "syllables covered with the one before": _share(before | held, singles),
        "syllables covered with the one after": _share(held | after, singles),
        "terms covered with the neighbours": _share(before | held | after, weights),
        "terms covered behind the best": _share(held, weights),
        "wanted thing present": [holds for holds, _new in found_things],
        "new wanted thing present": [bool(new) for _holds, new in found_things],
        "length": np.log([len(found) + 1 for found in words]),
        "first": first,
        "passage's cosine behind the best": np.zeros(len(words)),
    }
    return np.array([columns[name] for name in NAMES], np.float64).T


def _share(held: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each row the share of the weights of what it holds."""
    total = float(weights.sum())
    found: NDArray[np.float64] = held @ weights
    return found / total if total else np.zeros(len(held))


def _things_of(text: str, span: Span, asked: Asked) -> tuple[bool, tuple[Span, ...]]:
    """Tell whether a span holds what is wanted; and the things of that kind new to the question."""
    start, end = span
    sentence = text[start:end]
    if asked.wanted is Wanted.DEFINITION:
        return defines(asked.question, sentence), ()
    found = things(asked.wanted, sentence)
    if asked.wanted not in SHORT_ANSWERS:
        return bool(found), ()
    question = asked.question.lower()
    new = tuple((start + a, start + b) for a, b in found if sentence[a:b].lower() not in question)
    unit = unit_asked(asked.question) if new and asked.wanted is Wanted.COUNT else ()
    if unit:
        new = tuple(one for one in new if is_counted(text, one[1], unit))
    return bool(found), new
