"""How likely it is that the first passage answers: a probability from several signals."""

import json
import math
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from retrieval.question.intent import SHORT_ANSWERS
from retrieval.question.question import Question
from retrieval.ranking import ranking
from retrieval.ranking.ranking import Ranked
from retrieval.readers.base import Quote, Trust
from retrieval.readers.sentence import QuoteModel

NAMES = (
    "top cosine",
    "dense margin over the tenth",
    "bm25 over the question's weight",
    "bm25 margin over the tenth",
    "syllables covered",
    "pairs covered",
    "syllables covered around",
    "pairs covered around",
    "legs agree",
    "terms covered by the sentence",
    "wanted thing missing",
    "question weight",
)
_COVERED = NAMES.index("terms covered by the sentence")


@dataclass(frozen=True, slots=True)
class Logistic:
    """The weights of NAMES and the intercept of one logistic regression."""

    weights: tuple[float, ...]
    intercept: float


@dataclass(frozen=True)
class Confidence:
    """Logistic regressions over NAMES, fitted by ``python -m scripts.fit_ranking``.

    ``quotes`` chooses the words whose passage is judged.
    """

    quotes: QuoteModel
    vietnamese: Logistic
    english: Logistic

    @classmethod
    def load(cls) -> "Confidence":
        """Read the weights that ship with the project."""
        file = resources.files("retrieval.ranking").joinpath("weights", "confidence.json")
        stored = json.loads(file.read_text())
        models = {
            language: Logistic(
                tuple(float(values[name]) for name in NAMES), float(values["intercept"])
            )
            for language, values in stored.items()
        }
        return cls(QuoteModel.load(), models["vietnamese"], models["english"])

    def __call__(self, question: Question, ranking: Ranked) -> Trust | None:
        """Return which words come first in a ranking and how sure they are; None of nothing."""
        if not ranking.order:
            return None
        group = ranking.group()
        quote = self.quotes.best(group, question, ranking.idf)
        row = signals(question, ranking, quote)
        stated = row.copy()
        stated[_COVERED] = 1.0
        return Trust(
            lead=group[quote.place],
            quote=quote,
            probability=self.probability(row, question.is_english),
            if_stated=self.probability(stated, question.is_english),
        )

    def probability(self, signals: NDArray[np.float64], is_english: bool) -> float:
        """Return the probability, 0 to 1, that the first passage answers."""
        model = self.english if is_english else self.vietnamese
        logit = float(signals @ np.array(model.weights)) + model.intercept
        return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))


def signals(question: Question, ranked: Ranked, quote: Quote) -> NDArray[np.float64]:
    """Return the values of NAMES for a ranking and the quote of its first passages."""
    found, best = ranked.pool.found, ranked.best
    mass = sum(map(ranked.idf, question.terms)) or 1.0
    row = dict(zip(ranking.NAMES, ranked.rows[ranked.order[0]], strict=True))
    dense = sorted(found.dense, reverse=True)
    return np.array(
        (
            best.dense,
            dense[0] - dense[min(9, len(dense) - 1)],
            best.sparse / mass,
            (found.sparse_range[1] - found.sparse_tenth) / mass,
            row["syllables covered"],
            row["pairs covered"],
            row["syllables covered around"],
            row["pairs covered around"],
            float(best.dense == dense[0] and best.sparse == found.sparse_range[1]),
            quote.covered,
            float(question.intent.answer in SHORT_ANSWERS and not quote.marks),
            math.log(mass),
        ),
        np.float64,
    )
