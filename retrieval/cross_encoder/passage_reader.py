"""The reader's order of a ranking, the words it marks, and how surely they answer."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.confidence import Confidence
from retrieval.cross_encoder.inputs import context_of
from retrieval.cross_encoder.model import Reading
from retrieval.cross_encoder.read_ranking import NAMES, ReadRanking
from retrieval.library_view import LibraryView
from retrieval.question.question import Question
from retrieval.ranking.ranking import Ranked
from retrieval.readers.base import Trust

PASSAGES = 6  # of the ranking that are read


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
        read = self.read(question, ranking, view)
        scores, places = read.scores(self.judging.order), read.places
        order = Ranked.by(ranking.pool, ranking.rows, scores, ranking.idf, view.catalogue.replaced)
        first = places.index(order.order[0]) if order.order[0] in places else 0
        return order, Trust(
            lead=read.candidate(first),
            quote=read.quote(first),
            probability=self.judging.probability(read.signals(first, by_words.probability)),
            if_stated=by_words.if_stated,
            relevance={
                read.candidate(number).passage.passage_id: reading.relevance
                for number, reading in enumerate(read.readings)
            },
        )

    def read(self, question: Question, ranking: Ranked, view: LibraryView) -> ReadRanking:
        """Read the first passages of a ranking, each with its document's name and headings."""
        places = ranking.order[:PASSAGES]
        passages = [ranking.pool.candidates[place].passage for place in places]
        ids = [one.document_id for one in passages]
        heads = {head.document_id: head for head in view.library.heads_of(ids)}
        contexts = tuple(context_of(heads[one.document_id], one) for one in passages)
        texts = [one.text for one in passages]
        readings = self.model.read(question.understood, list(zip(contexts, texts, strict=True)))
        return ReadRanking(question, ranking, contexts, readings)
