"""The candidates for one query: passages of both legs with their scores and their surroundings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents.document import Passage
from documents.library import Library
from index.snapshot import Snapshot
from index.tokens import tokens

REACH = 2  # passages before and after that count as surroundings; an article has 2.2 on average


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that one of the legs found.

    ``terms`` are those of its indexed text, ``around`` those of the passages within REACH in the
    same document, ``title_terms`` those of its document's title and headings alone.
    """

    key: int
    passage: Passage
    dense: float
    sparse: float
    terms: frozenset[str]
    around: frozenset[str]
    context: frozenset[str]
    length: int
    length_around: int
    near: tuple[int, ...]
    leg: str


@dataclass(frozen=True, slots=True)
class Pool:
    """Candidates, with the best and the last score each leg returned (nan for an idle leg)."""

    candidates: tuple[Candidate, ...]
    dense_range: tuple[float, float]
    sparse_range: tuple[float, float]
    sparse_tenth: float


def gather(
    library: Library,
    snapshot: Snapshot,
    vector: NDArray[np.float32] | None,
    terms: Sequence[str],
    depth: int,
    within: NDArray[np.int64] | None = None,
) -> Pool:
    """Fetch ``depth`` passages from each leg and what is needed to judge them.

    ``vector`` None leaves the dense leg out, empty ``terms`` the sparse one; ``within`` limits
    both to these keys.
    """
    dense_keys, cosines = np.empty(0, np.int64), np.empty(0, np.float32)
    if vector is not None:
        dense_keys, cosines = snapshot.dense.search(vector, depth, within)
    sparse_keys, bm25 = snapshot.sparse.search(terms, depth, within)
    keys = list(dict.fromkeys([*dense_keys.tolist(), *sparse_keys.tolist()]))
    dense = dict(zip(dense_keys.tolist(), cosines.tolist(), strict=True))
    found_dense = frozenset(dense)
    if vector is not None and len(keys) > len(dense):
        late = [key for key in keys if key not in dense]
        dense |= zip(late, (snapshot.dense.vectors(late) @ vector).tolist(), strict=True)
    sparse = dict(zip(sparse_keys.tolist(), bm25.tolist(), strict=True))
    return Pool(
        candidates=_candidates(library, keys, dense, found_dense, sparse),
        dense_range=_range(cosines),
        sparse_range=_range(bm25),
        sparse_tenth=float(bm25[min(9, len(bm25) - 1)]) if len(bm25) else 0.0,
    )


def _leg(is_dense: bool, is_sparse: bool) -> str:
    if is_dense and is_sparse:
        return "hybrid"
    return "dense" if is_dense else "sparse"


def _range(scores: NDArray[np.float32]) -> tuple[float, float]:
    return (float(scores[-1]), float(scores[0])) if len(scores) else (0.0, 0.0)


def _candidates(
    library: Library,
    keys: list[int],
    dense: dict[int, float],
    found_dense: frozenset[int],
    sparse: dict[int, float],
) -> tuple[Candidate, ...]:
    passages = dict(zip(keys, library.passages_at(keys), strict=True))
    nearby = library.texts_near(keys, REACH)
    text_of = {key: (document_id, text) for key, document_id, text in nearby}
    terms_of = {key: tokens(text) for key, (_document, text) in text_of.items()}
    found = []
    for key in keys:
        passage = passages[key]
        near = tuple(
            other
            for other in range(key - REACH, key + REACH + 1)
            if other in text_of and text_of[other][0] == passage.document_id
        )
        around = [term for other in near for term in terms_of[other]]
        head = text_of[key][1].removesuffix(passage.text)
        found.append(
            Candidate(
                key=key,
                passage=passage,
                dense=dense.get(key, 0.0),
                sparse=sparse.get(key, 0.0),
                terms=frozenset(terms_of[key]),
                around=frozenset(around),
                context=frozenset(tokens(head)),
                length=len(terms_of[key]),
                length_around=len(around),
                near=near,
                leg=_leg(key in found_dense, key in sparse),
            )
        )
    return tuple(found)
