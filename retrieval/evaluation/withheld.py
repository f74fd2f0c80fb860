"""Judged corpora cut into libraries of many sizes with half of the answers withheld.

What is left beside a withheld answer is of the same law or article, so that the unanswerable
questions are about the library's own topics, as a cadre's are.
"""

import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.splitting.passages import indexed_text
from documents.store.library import Library
from index.encoders.base import Encoder
from retrieval.evaluation.datasets import JudgedQuestion
from retrieval.pipeline import Searcher

_ARTICLE = re.compile(r",? điều \d+.*")


@dataclass(frozen=True)
class KnownVectors:
    """An encoder that knows the passages of one library; questions go to the real one."""

    encoder: Encoder
    vectors: dict[str, NDArray[np.float32]]

    @property
    def fingerprint(self) -> str:
        """The real encoder's."""
        return self.encoder.fingerprint

    @property
    def dimension(self) -> int:
        """The real encoder's."""
        return self.encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions."""
        return self.encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Look passages up."""
        return np.stack([self.vectors[text] for text in texts])


def known_vectors(library: Library, encoder: Encoder) -> KnownVectors:
    """Read the vectors of every passage of a library."""
    keys = library.passage_keys().tolist()
    rows = library.vectors(encoder.fingerprint, keys)
    return KnownVectors(encoder, dict(zip(library.indexed_texts(keys), rows, strict=True)))


def withhold(
    library: Library, questions: Sequence[JudgedQuestion], size: int, seed: int
) -> tuple[tuple[str, ...], tuple[JudgedQuestion, ...]]:
    """Draw about ``size`` documents, whole groups of them, and withhold half of the answers.

    Returns the ids that stay and the questions about them; those whose answer was withheld are
    marked unanswerable.
    """
    chance = random.Random(seed)
    groups: dict[str, list[str]] = {}
    for document in library.documents():
        groups.setdefault(_ARTICLE.sub("", document.title), []).append(document.document_id)
    names = sorted(groups)
    chance.shuffle(names)
    drawn: list[str] = []
    for name in names:
        if len(drawn) < size:
            drawn += groups[name]
    drawn = drawn[: size * 3 // 2]
    inside = frozenset(drawn)
    about = [one for one in questions if one.relevant and one.relevant <= inside]
    answers = sorted({row for one in about for row in one.relevant})
    chance.shuffle(answers)
    out = frozenset(answers[: len(answers) // 2])
    marked = tuple(
        replace(one, relevant=frozenset(), unanswerable=True) if one.relevant & out else one
        for one in about
    )
    return tuple(one for one in drawn if one not in out), marked


@contextmanager
def small_library(
    library: Library, document_ids: Sequence[str], known: KnownVectors
) -> Iterator[Searcher]:
    """Open a searcher over some documents of a library, in a folder that is then removed."""
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library.db") as small:
        chosen = []
        for document_id in document_ids:
            document = library.document(document_id)
            if document is not None:
                chosen.append((document, library.passages_of(document_id)))
        texts = list(
            dict.fromkeys(indexed_text(one.title, p) for one, many in chosen for p in many)
        )
        small.store_vectors(known.fingerprint, texts, known.encode_passages(texts))
        small.add_all(chosen)
        yield Searcher.open(Path(folder), small, known)
