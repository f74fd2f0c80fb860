"""The dense leg: exact inner product over L2-normalised vectors. Home of faiss."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray


class DenseIndexError(Exception):
    """A FAISS file that cannot be read; the message names it."""


class DenseIndex:
    """Vectors under the keys of their passages.

    Scores are cosines, since every row is L2-normalised.
    """

    def __init__(self, dimension: int) -> None:
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def keys(self) -> NDArray[np.int64]:
        """Return the key of every stored vector, ascending."""
        return np.sort(faiss.vector_to_array(self._index.id_map))

    def add(self, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add rows of shape (len(keys), dimension)."""
        if len(keys):
            self._index.add_with_ids(
                np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(keys, np.int64)
            )

    def remove(self, keys: NDArray[np.int64]) -> None:
        """Remove the vectors of these keys; absent keys are ignored."""
        if len(keys):
            self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(keys, np.int64)))

    def search(
        self, vector: NDArray[np.float32], depth: int, within: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the keys and cosines of the ``depth`` nearest passages, best first.

        ``within`` limits the search to these keys.
        """
        if not len(self):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        only = None
        if within is not None:
            only = faiss.SearchParameters(sel=faiss.IDSelectorBatch(within))  # type: ignore[call-arg]
        depth = min(depth, len(self))
        scores, keys = self._index.search(vector.reshape(1, -1), depth, params=only)
        found = keys[0] >= 0
        return keys[0][found], scores[0][found]

    def vectors(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """Return the stored rows of these keys, in order."""
        rows = [self._index.reconstruct(int(key)) for key in keys]
        return np.stack(rows) if rows else np.empty((0, self.dimension), np.float32)

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> "DenseIndex":
        """Read what save() wrote; raises DenseIndexError."""
        loaded = cls.__new__(cls)
        try:
            loaded._index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise DenseIndexError(f"{path}: {str(error).splitlines()[0]}") from error
        return loaded
