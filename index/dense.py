"""The dense leg: exact inner product over L2-normalised vectors. Home of faiss."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

_CHUNK = 1 << 20  # bytes written at a time


class DenseIndexError(Exception):
    """A FAISS file that cannot be read; the message names it."""


class DenseIndex:
    """Vectors under the keys of their passages.

    Scores are cosines, since every row is L2-normalised. On disk it is one whole file and a small
    one of what has changed since.
    """

    def __init__(self, dimension: int) -> None:
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._whole = np.empty(0, np.int64)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def keys(self) -> NDArray[np.int64]:
        """Return the key of every stored vector, ascending."""
        return np.sort(faiss.vector_to_array(self._index.id_map))

    def copy(self) -> "DenseIndex":
        """Return an index of its own with the same vectors."""
        made = DenseIndex.__new__(DenseIndex)
        made._index, made._whole = faiss.clone_index(self._index), self._whole
        return made

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

    @property
    def changed(self) -> float:
        """How many vectors have come or gone since the whole file, as a share of it."""
        present = self.keys()
        changes = len(np.setxor1d(present, self._whole, assume_unique=True))
        return changes / max(1, len(self._whole))

    def save(self, path: Path) -> None:
        """Write the whole index to one file; raises OSError."""
        with path.open("wb") as file:  # by Python, for an error of the system that has a number
            writer = faiss.PyCallbackIOWriter(file.write, _CHUNK)  # type: ignore[attr-defined]
            faiss.write_index(self._index, writer)
        self._whole = self.keys()

    def save_changes(self, path: Path) -> None:
        """Write what has changed since save() or load() to a file beside the whole one."""
        present = self.keys()
        added = np.setdiff1d(present, self._whole, assume_unique=True)
        removed = np.setdiff1d(self._whole, present, assume_unique=True)
        np.savez(path, added=added, vectors=self.vectors(added.tolist()), removed=removed)

    @classmethod
    def load(cls, path: Path, changes: Path | None = None) -> "DenseIndex":
        """Read what save() and save_changes() wrote; raises DenseIndexError."""
        loaded = cls.__new__(cls)
        try:
            loaded._index = faiss.read_index(str(path))
            loaded._whole = loaded.keys()
        except RuntimeError as error:
            raise DenseIndexError(f"{path}: {str(error).splitlines()[0]}") from error
        if changes is not None:
            try:
                with np.load(changes) as arrays:
                    loaded.remove(arrays["removed"])
                    loaded.add(arrays["added"], arrays["vectors"])
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
                raise DenseIndexError(f"{changes}: {error}") from error
        return loaded
