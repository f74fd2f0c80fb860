"""A ranking whose first passages were read: their order, what answers, and the signs of that."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.tokens import tokens
from retrieval.cross_encoder.model import Reading
from retrieval.question.intent import SHORT_ANSWERS
from retrieval.question.question import Question
from retrieval.ranking.ranking import Ranked
from retrieval.ranking.retrieve import Candidate
from retrieval.readers.base import Quote, Span
from retrieval.readers.sentence import MOST_WORDS, new_things, shown_with_list, units

MARKED_WORDS = 15  # a longer answer is the sentence itself: nothing in it is set in bold

NAMES = (
    "relevance",
    "relevance over the next",
    "span over none",
    "confidence by words",
    "score over the read",
    "relevance of the first by words",
    "wanted thing missing",
    "numbers missing",
    "terms missing around the quote",
    "cosine",
)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ReadRanking:
    """A question's ranking with what the reader says of its first passages.

    ``contexts`` and ``readings`` are of the first of ``ranking.order``, in that order.
    """

    question: Question
    ranking: Ranked
    contexts: tuple[str, ...]
    readings: tuple[Reading, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """The places in the pool of the passages read."""
        return self.ranking.order[: len(self.readings)]

    def candidate(self, number: int) -> Candidate:
        """Return one of the passages read."""
        return self.ranking.pool.candidates[self.places[number]]

    def scores(self, weight: float) -> NDArray[np.float64]:
        """Return the scores of the pool: the read by relevance and ``weight`` times their score.

        Those not read come below them, as they were.
        """
        scores, places = self.ranking.scores.copy(), list(self.places)
        read = np.array([one.relevance for one in self.readings]) + weight * scores[places]
        others = np.setdiff1d(np.arange(len(scores)), places)
        if len(others):
            scores[others] += min(0.0, read.min() - scores[others].max()) - 1e-6
        scores[places] = read
        return scores

    def signals(self, number: int, by_words: float) -> NDArray[np.float64]:
        """Return the values of NAMES for one of the passages read, when it comes first.

        ``by_words`` is the probability of the ranking's first before any was read.
        """
        relevance = np.array([one.relevance for one in self.readings])
        others = np.delete(relevance, number)
        scores = self.ranking.scores[list(self.places)]
        quote, candidate = self.quote(number), self.candidate(number)
        return np.array(
            (
                relevance[number],
                relevance[number] - (others.max() if len(others) else relevance[number]),
                max(min(self.readings[number].margin, 20.0), -20.0),
                math.log(max(by_words, 1e-4) / max(1 - by_words, 1e-4)),
                scores[number] - scores.mean(),
                relevance[0],
                self._lacks_what_is_wanted(candidate.passage.text, quote.sentence),
                self._missing_numbers(f"{self.contexts[number]} {candidate.passage.text}"),
                self._missing_terms(number, quote.window),
                candidate.dense,
            ),
            np.float64,
        )

    def quote(self, number: int) -> Quote:
        """Return the sentences that hold the answer, with the list they announce, and around."""
        text, reading = self.candidate(number).passage.text, self.readings[number]
        spans = units(text)
        start, end = reading.span
        held = [place for place, (a, b) in enumerate(spans) if a < end and b > start] or [0]
        first, last = held[0], held[-1]
        sentence = spans[first][0], spans[last][1]
        shown = shown_with_list(text, spans, last, self.question.intent)
        sentence = min(sentence[0], shown[0]), max(sentence[1], shown[1])
        found = frozenset(tokens(text[slice(*sentence)]))
        is_short = 0 < len(text[start:end].split()) <= MARKED_WORDS
        return Quote(
            place=0,
            sentence=sentence,
            window=_widened(text, spans, first, last, sentence),
            marks=((start, end),) if is_short and end > start else (),
            covered=1 - self._share_missing(self.question.terms, found),
            share=1.0,
        )

    def _lacks_what_is_wanted(self, text: str, sentence: Span) -> bool:
        wants = self.question.intent.answer in SHORT_ANSWERS
        return wants and not new_things(text, sentence, self.question)

    def _missing_numbers(self, text: str) -> int:
        """Count the numbers of the question that a passage and its document's name do not hold."""
        asked = set(_NUMBER.findall(self.question.understood))
        return len(asked.difference(_NUMBER.findall(text)))

    def _missing_terms(self, number: int, window: Span) -> float:
        text = self.candidate(number).passage.text[slice(*window)]
        found = frozenset((*tokens(text), *tokens(self.contexts[number])))
        single = [term for term in self.question.terms if "_" not in term]
        return self._share_missing(single, found)

    def _share_missing(self, terms: Sequence[str], found: frozenset[str]) -> float:
        """Return the share of the terms' IDF mass that is not found."""
        weights = {term: self.ranking.idf(term) for term in terms}
        missing = sum(weight for term, weight in weights.items() if term not in found)
        return missing / (sum(weights.values()) or 1.0)


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
