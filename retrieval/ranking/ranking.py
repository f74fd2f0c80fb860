"""The order of candidates: a linear score over their features, learned on judged questions."""

import json
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from retrieval.ranking.features import NAMES


@dataclass(frozen=True)
class Ranking:
    """Weights of the features, one set for Vietnamese questions and one for English ones.

    Fitted by ``python -m scripts.fit_ranking``: logistic regression on the differences between
    right and wrong candidates of the same question (RankNet's loss, Burges et al. 2005, linear).
    """

    vietnamese: tuple[float, ...]
    english: tuple[float, ...]

    @classmethod
    def load(cls) -> "Ranking":
        """Read the weights that ship with the project."""
        file = resources.files("retrieval.ranking").joinpath("weights", "ranking.json")
        stored = json.loads(file.read_text())
        weights = {
            language: tuple(float(stored[language][name]) for name in NAMES)
            for language in ("vietnamese", "english")
        }
        return cls(weights["vietnamese"], weights["english"])

    def scores(self, rows: NDArray[np.float64], is_english: bool) -> NDArray[np.float64]:
        """Return one score a row of features; higher is better."""
        weights = self.english if is_english else self.vietnamese
        return np.asarray(rows @ np.array(weights), np.float64)
