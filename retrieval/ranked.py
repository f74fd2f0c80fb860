"""A ranking: the candidates of a question in their final order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents.normalize import fold
from retrieval.answer import Hit
from retrieval.features import Idf
from retrieval.pool import Pool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A pool in its final order; ``rows`` are the features and ``scores`` what they come to."""

    pool: Pool
    order: tuple[int, ...]
    rows: NDArray[np.float64]
    scores: NDArray[np.float64]
    idf: Idf

    def hits(self, count: int) -> tuple[Hit, ...]:
        """Return the first ``count`` passages as hits, a text that stands twice once."""
        hits: list[Hit] = []
        seen: set[str] = set()
        for place in self.order:
            candidate = self.pool.candidates[place]
            text = fold(candidate.passage.text)
            if text not in seen and len(hits) < count:
                seen.add(text)
                score = float(self.scores[place])
                hits.append(Hit(candidate.passage, score, len(hits) + 1, candidate.leg))
        return tuple(hits)
