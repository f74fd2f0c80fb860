"""The order of candidates: what each is judged by, the learned score of it, and what follows."""

import json
import math
from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from documents.document import Passage
from documents.vietnamese.normalize import fold
from retrieval.answer import Hit
from retrieval.library_view import LibraryView
from retrieval.question.question import Question
from retrieval.ranking.retrieve import REACH, Candidate, Legs, Pool

NAMES = (
    "cosine behind the best",
    "cosine, min-max",
    "best cosine around, behind the best",
    "bm25 over the question's weight",
    "bm25, min-max",
    "best bm25 around, behind the best",
    "syllables covered",
    "pairs covered",
    "syllables covered around",
    "pairs covered around",
    "syllables covered by title and headings",
    "length",
    "length around",
)
HITS = 10  # passages kept of a ranking, for "other sources" and the query log
_FAR = 4.0  # of the learned score, a logarithm of odds

Idf = Callable[[str], float]


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

    def passages(self, first: Passage) -> tuple[Passage, ...]:
        """Return the passages that are kept as hits."""
        return tuple(hit.passage for hit in self.hits(HITS, first))

    def hits(self, count: int, first: Passage) -> tuple[Hit, ...]:
        """Return ``count`` passages as hits, a text that stands twice once.

        ``first`` goes before the others: the passage that the quote is from.
        """
        hits: list[Hit] = []
        seen: dict[int, list[str]] = defaultdict(list)  # folding keeps the length
        start = [one.passage for one in self.pool.candidates].index(first)
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


def rank(
    question: Question, pool: Pool, weights: Ranking, view: LibraryView, legs: Legs = "hybrid"
) -> Ranked:
    """Order the candidates of a question; those of one leg alone by its own scores."""
    idf = view.snapshot.sparse.idf
    rows = features(pool, question.terms, idf)
    if legs == "hybrid":
        scores = weights.scores(rows, question.is_english)
    else:
        scores = np.array(pool.found.fused[: len(rows)])
    return Ranked.by(pool, rows, scores, idf, view.catalogue.replaced)


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


def features(pool: Pool, terms: Sequence[str], idf: Idf) -> NDArray[np.float64]:
    """Return one row a candidate, shape (len(pool.candidates), len(NAMES)).

    Coverage is the share of the question's IDF mass found; lengths are natural logarithms.
    """
    weights = {term: idf(term) for term in terms}
    singles = {term: weight for term, weight in weights.items() if "_" not in term}
    pairs = {term: weight for term, weight in weights.items() if "_" in term}
    mass = sum(weights.values()) or 1.0
    low, high = pool.found.dense_range
    sparse_low, sparse_high = pool.found.sparse_range
    rows = [
        (
            candidate.dense - high,
            _scaled(candidate.dense, low, high),
            candidate.dense_around - high,
            candidate.sparse / mass,
            _scaled(candidate.sparse, sparse_low, sparse_high),
            (candidate.sparse_around - sparse_high) / mass,
            covered(singles, candidate.terms),
            covered(pairs, candidate.terms),
            covered(singles, candidate.around),
            covered(pairs, candidate.around),
            covered(singles, candidate.context),
            math.log(candidate.length + 1),
            math.log(candidate.length_around + 1),
        )
        for candidate in pool.candidates
    ]
    return np.array(rows, np.float64).reshape(-1, len(NAMES))


def _scaled(score: float, low: float, high: float) -> float:
    return max((score - low) / (high - low), 0.0) if high > low else 0.0


def covered(weights: Mapping[str, float], terms: Container[str]) -> float:
    """Return the share of the weights whose terms are among some."""
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if term in terms) / total if total else 0.0
