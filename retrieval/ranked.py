"""A ranking: the candidates of a question in their final order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents.normalize import fold
from retrieval.answer import Hit
from retrieval.features import Idf
from retrieval.pool import REACH, Candidate, Pool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A pool in its final order.

    ``order`` are places in ``pool.candidates``; ``rows`` are their features and ``scores`` what
    these come to, both in the pool's order.
    """

    pool: Pool
    order: tuple[int, ...]
    rows: NDArray[np.float64]
    scores: NDArray[np.float64]
    idf: Idf

    @classmethod
    def by(
        cls, pool: Pool, rows: NDArray[np.float64], scores: NDArray[np.float64], idf: Idf
    ) -> "Ranked":
        """Order a pool by scores, equal ones by key so that runs agree."""
        keys = [candidate.key for candidate in pool.candidates]
        order = sorted(range(len(keys)), key=lambda place: (-scores[place], keys[place]))
        return cls(pool, tuple(order), rows, scores, idf)

    @property
    def best(self) -> Candidate:
        """The first candidate; there is one where the pool is not empty."""
        return self.pool.candidates[self.order[0]]

    def documents(self) -> tuple[str, ...]:
        """Return the ids of the documents in the order of their best passages."""
        judged = (self.pool.candidates[place].passage for place in self.order)
        return tuple(dict.fromkeys(passage.document_id for passage in (*judged, *self.pool.rest)))

    def group(self) -> tuple[Candidate, ...]:
        """Return the best candidate and those judged beside it in its document, best first."""
        best = self.best
        return tuple(
            candidate
            for candidate in (self.pool.candidates[place] for place in self.order)
            if candidate.passage.document_id == best.passage.document_id
            and abs(candidate.key - best.key) <= REACH
        )

    def hits(self, count: int, first: Candidate) -> tuple[Hit, ...]:
        """Return ``count`` passages as hits, a text that stands twice once.

        ``first`` goes before the others: the passage that the quote is from.
        """
        hits: list[Hit] = []
        seen: set[str] = set()
        start = self.pool.candidates.index(first)
        for place in dict.fromkeys((start, *self.order)):
            candidate = self.pool.candidates[place]
            text = fold(candidate.passage.text)
            if text not in seen and len(hits) < count:
                seen.add(text)
                score = float(self.scores[place])
                hits.append(Hit(candidate.passage, score, len(hits) + 1, candidate.leg))
        return tuple(hits)
