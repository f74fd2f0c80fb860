"""How likely it is that the first passage answers: a probability from several signals."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from retrieval.ranking import features
from retrieval.ranking.ranked import Ranked
from retrieval.readers.sentence import Quote
from retrieval.readers.spans import SHORT_ANSWERS, Wanted

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


@dataclass(frozen=True, slots=True)
class Logistic:
    """The weights of NAMES and the intercept of one logistic regression."""

    weights: tuple[float, ...]
    intercept: float


@dataclass(frozen=True)
class Confidence:
    """Logistic regressions over NAMES, fitted by ``python -m scripts.fit_ranking``."""

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
        return cls(models["vietnamese"], models["english"])

    def probability(self, signals: NDArray[np.float64], is_english: bool) -> float:
        """Return the probability, 0 to 1, that the first passage answers."""
        model = self.english if is_english else self.vietnamese
        logit = float(signals @ np.array(model.weights)) + model.intercept
        return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))


def signals(ranked: Ranked, quote: Quote, wanted: Wanted, mass: float) -> NDArray[np.float64]:
    """Return the values of NAMES for a ranking; ``mass`` is the IDF mass of the question."""
    found, best = ranked.pool.found, ranked.best
    row = dict(zip(features.NAMES, ranked.rows[ranked.order[0]], strict=True))
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
            float(wanted in SHORT_ANSWERS and not quote.marks),
            math.log(mass),
        ),
        np.float64,
    )


def question_mass(terms: Sequence[str], ranked: Ranked) -> float:
    """Return the IDF mass of a question's terms in the searched index."""
    return sum(map(ranked.idf, terms)) or 1.0
