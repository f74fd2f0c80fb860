"""The candidates for one question: what both legs found, with scores and surroundings."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import compress
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from documents.document import Passage
from documents.store.library import Library
from index.encoders.base import Encoder
from index.legs.forward import ForwardIndex
from index.legs.protocols import DenseLeg, Keys, Scores
from retrieval.library_view import LibraryView
from retrieval.question.question import Question

Legs = Literal["dense", "sparse", "hybrid"]

DEPTH = 50  # passages fetched per leg
BESIDE_FROM = 20_000  # passages from which the sparse leg runs beside encoding and the dense leg
DENSE_WEIGHT = 0.5  # of the fusion that picks what is judged; best of 0.3-0.7, DECISIONS 3
DENSE_WEIGHT_ENGLISH = 0.9  # the documents are Vietnamese: little but names and numbers matches

REACH = 2  # passages before and after that count as surroundings; an article has 2.2 on average
JUDGED = 20  # candidates whose text is read; hit@1 is the same for 16 to 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage whose text is judged.

    ``terms`` are those of the question in its indexed text, ``around`` those in the passages within
    REACH in the same document, ``context`` those in its title and headings alone.
    ``dense_around`` and ``sparse_around`` are the best scores that a leg gave to one of these.
    """

    key: int
    passage: Passage
    leg: str
    dense: float
    sparse: float
    dense_around: float
    sparse_around: float
    terms: frozenset[str]
    around: frozenset[str]
    context: frozenset[str]
    length: int
    length_around: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the legs returned: one entry a passage, best first by the fusion of both scores.

    ``dense_range`` and ``sparse_range`` are the last and the best score of each leg, and
    ``sparse_tenth`` the tenth BM25 score; zeros stand for an idle leg.
    """

    keys: tuple[int, ...]
    legs: tuple[str, ...]
    dense: tuple[float, ...]
    sparse: tuple[float, ...]
    fused: tuple[float, ...]
    dense_range: tuple[float, float]
    sparse_range: tuple[float, float]
    sparse_tenth: float

    def only(self, places: Sequence[int]) -> "Found":
        """Return the entries at some places; the ranges stay those of the legs."""
        return replace(
            self,
            keys=tuple(self.keys[place] for place in places),
            legs=tuple(self.legs[place] for place in places),
            dense=tuple(self.dense[place] for place in places),
            sparse=tuple(self.sparse[place] for place in places),
            fused=tuple(self.fused[place] for place in places),
        )


@dataclass(frozen=True, slots=True)
class Pool:
    """The judged candidates, best first by fusion, and the documents of those after them."""

    found: Found
    candidates: tuple[Candidate, ...] = ()
    rest: tuple[str, ...] = ()


_EMPTY = Pool(Found((), (), (), (), (), (0.0, 0.0), (0.0, 0.0), 0.0))


@dataclass(frozen=True)
class Retriever:
    """Finds the candidates of one question; nothing of it is encoded or looked up twice."""

    encoder: Encoder
    view: LibraryView
    beside: Executor
    stage: Callable[[str], AbstractContextManager[None]]  # measures what it is named for
    _vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    _everywhere: dict[tuple[str, Legs], Pool] = field(default_factory=dict)

    def retrieve(
        self,
        question: Question,
        within: Keys | None = None,
        legs: Legs = "hybrid",
        depth: int = DEPTH,
    ) -> Pool:
        """Return what both legs find, or one of them; ``within`` limits them to these keys."""
        if within is not None:
            return self._found(question, within, legs, depth) if len(within) else _EMPTY
        key = question.topic, legs
        if key not in self._everywhere:
            self._everywhere[key] = self._found(question, None, legs, depth)
        return self._everywhere[key]

    def _found(self, question: Question, within: Keys | None, legs: Legs, depth: int) -> Pool:
        view, snapshot = self.view, self.view.snapshot
        terms = () if legs == "dense" else question.terms
        of_sparse: Callable[[], tuple[Keys, Scores]] = partial(
            snapshot.sparse.search, terms, depth, within, view.hidden_keys
        )
        is_large = snapshot.manifest.passages >= BESIDE_FROM
        if legs == "hybrid" and snapshot.shared is None and is_large:
            of_sparse = self.beside.submit(of_sparse).result
        with self.stage("encode"):
            vector = None if legs == "sparse" else self._vector(question.topic)
        weight = DENSE_WEIGHT_ENGLISH if question.is_english else DENSE_WEIGHT
        with self.stage("search"):
            found = find(snapshot.dense, vector, of_sparse, depth, weight, within, view.hidden_keys)
            terms = tuple(dict.fromkeys(question.terms))
            return gather(view.library, snapshot.forward, found, terms)

    def _vector(self, topic: str) -> NDArray[np.float32]:
        if topic not in self._vectors:
            self._vectors[topic] = self.encoder.encode_queries([topic])[0]
        return self._vectors[topic]


def find(
    leg: DenseLeg,
    vector: NDArray[np.float32] | None,
    of_sparse: Callable[[], tuple[Keys, Scores]],
    depth: int,
    dense_weight: float,
    within: Keys | None = None,
    without: Keys | None = None,
) -> Found:
    """Join ``depth`` passages of the dense leg with what ``of_sparse`` gives of the sparse one.

    ``vector`` None leaves the dense leg out; ``within`` limits it to these keys, ``without`` leaves
    these out.
    """
    dense_keys, cosines = np.empty(0, np.int64), np.empty(0, np.float32)
    if vector is not None:
        dense_keys, cosines = leg.search(vector, depth, within, without)
    sparse_keys, bm25 = of_sparse()
    keys = np.array(list(dict.fromkeys([*dense_keys.tolist(), *sparse_keys.tolist()])), np.int64)
    dense = np.zeros(len(keys))
    dense[: len(dense_keys)] = cosines
    if vector is not None and len(keys) > len(dense_keys):
        dense[len(dense_keys) :] = leg.vectors(keys[len(dense_keys) :].tolist()) @ vector
    score_of = dict(zip(sparse_keys.tolist(), bm25.tolist(), strict=True))
    sparse = np.array([score_of.get(key, 0.0) for key in keys.tolist()])
    fused = weighted(dense, sparse, dense_weight)
    order = np.lexsort((keys, -fused))
    in_dense = np.arange(len(keys)) < len(dense_keys)
    return Found(
        keys=tuple(keys[order].tolist()),
        legs=tuple(_leg(bool(in_dense[place]), int(keys[place]) in score_of) for place in order),
        dense=tuple(dense[order].tolist()),
        sparse=tuple(sparse[order].tolist()),
        fused=tuple(fused[order].tolist()),
        dense_range=_range(cosines),
        sparse_range=_range(bm25),
        sparse_tenth=float(bm25[min(9, len(bm25) - 1)]) if len(bm25) else 0.0,
    )


def gather(library: Library, forward: ForwardIndex, found: Found, asked: Sequence[str]) -> Pool:
    """Look for the terms ``asked`` in the first JUDGED passages and in what surrounds them.

    Letterheads, signatures and what a document is founded on, which hold the words of every
    title, are left out.
    """
    found = found.only(np.flatnonzero(forward.bodies(found.keys)).tolist())
    found, passages = _sound(library, found)
    judged = found.keys[:JUDGED]
    window = forward.window(judged, REACH, asked)
    place_of = {key: place for place, key in enumerate(found.keys)}
    row_of = {key: row for row, key in enumerate(window.keys.tolist())}
    candidates = []
    for place, key in enumerate(judged):
        row = row_of[key]
        near = {
            other: row_of[other]
            for other in range(key - REACH, key + REACH + 1)
            if other in row_of and window.documents[row_of[other]] == window.documents[row]
        }
        near_places = [place_of[other] for other in near if other in place_of]
        rows = list(near.values())
        candidates.append(
            Candidate(
                key=key,
                passage=passages[key],
                leg=found.legs[place],
                dense=found.dense[place],
                sparse=found.sparse[place],
                dense_around=max(found.dense[other] for other in near_places),
                sparse_around=max(found.sparse[other] for other in near_places),
                terms=_chosen(asked, window.held[row]),
                around=_chosen(asked, np.logical_or.reduce(window.held[rows])),
                context=_chosen(asked, window.held_by_head[row]),
                length=int(window.lengths[row]),
                length_around=int(window.lengths[rows].sum()),
            )
        )
    return Pool(found, tuple(candidates), library.document_ids_at(found.keys[JUDGED:]))


def _sound(library: Library, found: Found) -> tuple[Found, dict[int, Passage]]:
    """Return what was found without damaged passages, and the passages to judge by their keys."""
    while True:
        judged = found.keys[:JUDGED]
        passages = library.passages_by_key(judged)
        if len(passages) == len(judged):
            return found, passages
        damaged = set(judged) - passages.keys()
        found = found.only([n for n, key in enumerate(found.keys) if key not in damaged])


def _chosen(terms: Sequence[str], held: NDArray[np.bool_]) -> frozenset[str]:
    return frozenset(compress(terms, held.tolist()))


def _leg(is_dense: bool, is_sparse: bool) -> str:
    if is_dense and is_sparse:
        return "hybrid"
    return "dense" if is_dense else "sparse"


def _range(scores: NDArray[np.float32]) -> tuple[float, float]:
    return (float(scores[-1]), float(scores[0])) if len(scores) else (0.0, 0.0)


def min_max(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale scores to 0..1 over the candidates; equal scores are all 1, none are none."""
    if not scores.size:
        return scores
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.ones_like(scores)


def weighted(
    dense: NDArray[np.float64], sparse: NDArray[np.float64], dense_weight: float
) -> NDArray[np.float64]:
    """Return the convex combination of two min-max scaled score lists of equal length.

    Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval".
    """
    return dense_weight * min_max(dense) + (1 - dense_weight) * min_max(sparse)
