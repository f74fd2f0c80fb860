"""A ranking: the candidates of a question in their final order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from documents.document import Passage
from documents.vietnamese.normalize import fold
from retrieval.answer import Hit
from retrieval.ranking.features import Idf
from retrieval.ranking.retrieve import REACH, Candidate, Pool

_FAR = 4.0  # of the learned score, a logarithm of odds


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
        cls,
        pool: Pool,
        rows: NDArray[np.float64],
        scores: NDArray[np.float64],
        idf: Idf,
        replaced: Sequence[tuple[str, str]] = (),
    ) -> "Ranked":
        """Order a pool by scores, equal ones by key so that runs agree.

        ``replaced`` are pairs of document ids; the first of a pair goes under the second.
        """
        scores = _under_successors(pool, scores, replaced)
        keys = [candidate.key for candidate in pool.candidates]
        order = sorted(range(len(keys)), key=lambda place: (-scores[place], keys[place]))
        return cls(pool, tuple(order), rows, scores, idf)

    @property
    def best(self) -> Candidate:
        """The first candidate; there is one where the pool is not empty."""
        return self.pool.candidates[self.order[0]]

    def documents(self) -> tuple[str, ...]:
        """Return the ids of the documents in the order of their best passages."""
        judged = (self.pool.candidates[place].passage.document_id for place in self.order)
        return tuple(dict.fromkeys((*judged, *self.pool.rest)))

    def group(self) -> tuple[Candidate, ...]:
        """Return the best candidate and those judged beside it in its document, best first."""
        best = self.best
        return tuple(
            candidate
            for candidate in (self.pool.candidates[place] for place in self.order)
            if candidate.passage.document_id == best.passage.document_id
            and abs(candidate.key - best.key) <= REACH
        )

    def twins(self, passage: Passage) -> tuple[Passage, ...]:
        """Return the passages of other documents that say the same, the best first."""
        others = (self.pool.candidates[place].passage for place in self.order)
        return tuple(
            {
                one.document_id: one
                for one in others
                if one.document_id != passage.document_id and _is_same(one.text, passage.text)
            }.values()
        )

    def hits(self, count: int, first: Candidate) -> tuple[Hit, ...]:
        """Return ``count`` passages as hits, a text that stands twice once.

        ``first`` goes before the others: the passage that the quote is from.
        """
        hits: list[Hit] = []
        seen: dict[int, list[str]] = defaultdict(list)  # folding keeps the length
        start = self.pool.candidates.index(first)
        for place in dict.fromkeys((start, *self.order)):
            if len(hits) == count:
                break
            candidate = self.pool.candidates[place]
            same_length = seen[len(candidate.passage.text)]
            if same_length and _folded(candidate.passage.text) in map(_folded, same_length):
                continue
            same_length.append(candidate.passage.text)
            score = float(self.scores[place])
            hits.append(Hit(candidate.passage, score, len(hits) + 1, candidate.leg))
        return tuple(hits)


@lru_cache(maxsize=256)
def _folded(text: str) -> str:
    return fold(text)


def _is_same(text: str, other: str) -> bool:
    """Tell whether two texts differ in case and marks at most; folding keeps the length."""
    return len(text) == len(other) and _folded(text) == _folded(other)


def _under_successors(
    pool: Pool, scores: NDArray[np.float64], replaced: Sequence[tuple[str, str]]
) -> NDArray[np.float64]:
    """Lower what replaced documents say below the best that their successors say.

    Where the old text fits far better, the successor is likely silent on it.
    """
    if not replaced or not pool.candidates:
        return scores
    documents = np.array([candidate.passage.document_id for candidate in pool.candidates])
    here = frozenset(documents.tolist())
    lowered = scores.copy()
    for older, newer in replaced:
        if older in here and newer in here:
            best = scores[documents == newer].max()
            near = (documents == older) & (scores < best + _FAR)
            lowered[near] = np.minimum(lowered[near], np.nextafter(best, -np.inf))
    return lowered
