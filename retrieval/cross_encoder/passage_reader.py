"""The reader's order of a ranking, the words it marks, and how surely they answer."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.tokens import tokens
from retrieval.confidence import Confidence
from retrieval.cross_encoder.inputs import context_of
from retrieval.cross_encoder.model import Reading
from retrieval.library_view import LibraryView
from retrieval.question.question import Question
from retrieval.ranking.ranking import Ranked
from retrieval.ranking.retrieve import Candidate
from retrieval.readers.base import Quote, Span, Trust
from retrieval.readers.sentence import MOST_WORDS, shown_with_list, units

PASSAGES = 6  # of the ranking that are read
MARKED_WORDS = 15  # a longer answer is the sentence itself: nothing in it is set in bold

NAMES = (
    "relevance",
    "relevance over the next",
    "span over none",
    "confidence by words",
    "score over the read",
    "relevance of the first by words",
)


@dataclass(frozen=True)
class Judging:
    """How the reader's relevance and the order by words are joined, fitted by ``fit_ranking``.

    ``order`` is the weight of a ranking's score beside a relevance of weight 1; ``weights`` and
    ``intercept`` are a logistic regression over NAMES: does the first passage answer?
    """

    order: float
    weights: tuple[float, ...]
    intercept: float

    @classmethod
    def of(cls, stored: Mapping[str, float]) -> "Judging":
        """Read what is stored beside the reader's weights."""
        return cls(stored["order"], tuple(stored[name] for name in NAMES), stored["intercept"])

    def probability(self, row: NDArray[np.float64]) -> float:
        """Return the probability, 0 to 1, that the first passage answers."""
        logit = float(row @ np.array(self.weights)) + self.intercept
        return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))


class Model(Protocol):
    """What reads: a cross-encoder, or what stands for one in a test."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> tuple[Reading, ...]:
        """Read passages, each a context and a text, for one question."""
        ...


@dataclass(frozen=True)
class PassageReader:
    """Reads the first passages of a ranking for a question."""

    model: Model
    words: Confidence
    judging: Judging

    def __call__(
        self, question: Question, ranking: Ranked, view: LibraryView
    ) -> tuple[Ranked, Trust | None]:
        """Return the ranking in the order of what the reader finds, and its trust in the first."""
        by_words = self.words(question, ranking)
        if by_words is None:
            return ranking, None
        places = ranking.order[:PASSAGES]
        candidates = [ranking.pool.candidates[place] for place in places]
        readings = self.read(question, candidates, view)
        scores = joined(ranking, places, readings, self.judging.order)
        order = Ranked.by(ranking.pool, ranking.rows, scores, ranking.idf, view.catalogue.replaced)
        first = places.index(order.order[0]) if order.order[0] in places else 0
        row = signals(ranking, readings, places, first, by_words.probability)
        lead, reading = candidates[first], readings[first]
        return order, Trust(
            lead=lead,
            quote=quoted(question, lead, reading, ranking),
            probability=self.judging.probability(row),
            if_stated=by_words.if_stated,
            relevance={
                one.passage.passage_id: reading.relevance
                for one, reading in zip(candidates, readings, strict=True)
            },
        )

    def read(
        self, question: Question, candidates: Sequence[Candidate], view: LibraryView
    ) -> tuple[Reading, ...]:
        """Return what the reader says of each passage."""
        ids = [one.passage.document_id for one in candidates]
        heads = {head.document_id: head for head in view.library.heads_of(ids)}
        inputs = [
            (context_of(heads[one.passage.document_id], one.passage), one.passage.text)
            for one in candidates
        ]
        return self.model.read(question.understood, inputs)


def joined(
    ranking: Ranked, places: Sequence[int], readings: Sequence[Reading], weight: float
) -> NDArray[np.float64]:
    """Return the scores of a pool: those read by both, those not read below them as they were."""
    scores = ranking.scores.copy()
    read = np.array([one.relevance for one in readings]) + weight * scores[list(places)]
    others = np.setdiff1d(np.arange(len(scores)), list(places))
    if len(others):
        scores[others] += min(0.0, read.min() - scores[others].max()) - 1e-6
    scores[list(places)] = read
    return scores


def signals(
    ranking: Ranked,
    readings: Sequence[Reading],
    places: Sequence[int],
    first: int,
    by_words: float,
) -> NDArray[np.float64]:
    """Return the values of NAMES for the passage at ``first`` of those read."""
    relevance = np.array([one.relevance for one in readings])
    others = np.delete(relevance, first)
    scores = ranking.scores[list(places)]
    return np.array(
        (
            relevance[first],
            relevance[first] - (others.max() if len(others) else relevance[first]),
            max(min(readings[first].margin, 20.0), -20.0),
            math.log(max(by_words, 1e-4) / max(1 - by_words, 1e-4)),
            scores[first] - scores.mean(),
            relevance[0],
        ),
        np.float64,
    )


def quoted(question: Question, lead: Candidate, reading: Reading, ranking: Ranked) -> Quote:
    """Return the sentences that hold the answer, with the list they announce, and around them."""
    text = lead.passage.text
    spans = units(text)
    start, end = reading.span
    held = [place for place, (a, b) in enumerate(spans) if a < end and b > start] or [0]
    first, last = held[0], held[-1]
    sentence = spans[first][0], spans[last][1]
    shown = shown_with_list(text, spans, last, question.intent)
    sentence = min(sentence[0], shown[0]), max(sentence[1], shown[1])
    weights = {term: ranking.idf(term) for term in question.terms}
    found = frozenset(tokens(text[slice(*sentence)]))
    is_short = 0 < len(text[start:end].split()) <= MARKED_WORDS
    return Quote(
        place=0,
        sentence=sentence,
        window=_widened(text, spans, first, last, sentence),
        marks=((start, end),) if is_short and end > start else (),
        covered=sum(w for term, w in weights.items() if term in found)
        / (sum(weights.values()) or 1.0),
        share=1.0,
    )


def _widened(text: str, spans: Sequence[Span], first: int, last: int, sentence: Span) -> Span:
    """Return a sentence with its neighbours, behind it first, up to MOST_WORDS words."""
    while True:
        for low, high in ((first, last + 1), (first - 1, last)):
            if low < 0 or high >= len(spans):
                continue
            if len(text[spans[low][0] : spans[high][1]].split()) <= MOST_WORDS:
                first, last = low, high
                break
        else:
            return min(sentence[0], spans[first][0]), max(sentence[1], spans[last][1])
