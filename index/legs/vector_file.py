"""Vectors in one file, mapped into memory; a larger file has 1-bit codes as well. Home of faiss.

Up to FLAT_UP_TO vectors all are compared. Above, their codes (RaBitQ) are, and the best of these
are scored again by the vectors themselves: a score is always exact.
"""

import math
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexFileError
from index.legs.protocols import Keys, places_of

FLAT_UP_TO = 50_000  # vectors: 5 ms a question

# Vectors scored again for one that is wanted. Of the 50 nearest to real questions, 99.8 % are found
# among 6,650 real passages and 99.6 % among 100,000, in 2 instead of 10 ms; with 20, 99.5 and 99.2.
_RESCORED = 30
_TRAINING = 20_000  # vectors that the centre of the codes is taken from
_RUN = 200  # of these that lie side by side
_CHUNK = 10_000  # vectors added at a time
_BYTES = 1 << 20  # written at a time
_SIZE = struct.Struct("<Q")  # of the whole file, at its end

Rows = NDArray[np.float32]
Places = NDArray[np.int64]


class Vectors:
    """L2-normalised rows under ascending keys; they never change."""

    def __init__(self, index: Any) -> None:
        """Wrap an IndexIDMap over a flat index, or over codes refined by one."""
        self._index = index  # owns all that is below
        inner: Any = faiss.downcast_index(index.index)
        has_codes = isinstance(inner, faiss.IndexRefineFlat)
        self._codes: Any = faiss.downcast_index(inner.base_index) if has_codes else None
        flat: Any = faiss.downcast_index(inner.refine_index if has_codes else inner)
        self._flat = flat
        self.dimension = int(index.d)
        self.keys: Keys = faiss.vector_to_array(index.id_map)
        self._rows: Rows = np.empty((0, self.dimension), np.float32)
        if len(self.keys):
            rows = faiss.rev_swig_ptr(flat.get_xb(), len(self.keys) * self.dimension)
            self._rows = rows.reshape(-1, self.dimension)

    @classmethod
    def flat(cls, dimension: int, parts: Iterable[tuple[Keys, Rows]]) -> "Vectors":
        """Hold rows in memory, to be compared one by one; the keys ascend from part to part."""
        index = faiss.IndexIDMap(faiss.IndexFlatIP(dimension))
        for keys, rows in parts:
            index.add_with_ids(
                np.ascontiguousarray(rows, np.float32), np.ascontiguousarray(keys, np.int64)
            )
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> "Vectors":
        """Map a file; raises IndexFileError."""
        try:
            _check_size(path)  # faiss does not notice a mapped file that was cut short
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except (OSError, RuntimeError) as error:
            raise IndexFileError(f"{path}: {str(error).splitlines()[0]}") from error

    @classmethod
    def write(
        cls, path: Path, dimension: int, keys: Keys, rows: Callable[[int, int], Rows]
    ) -> "Vectors":
        """Write a file and map it; ``rows`` gives those of a range of keys. Raises OSError."""
        index = _empty(dimension, len(keys), rows)
        for start, end in _ranges(len(keys)):
            index.add_with_ids(np.ascontiguousarray(rows(start, end)), keys[start:end])
        with path.open("wb") as file:  # by Python, for an error of the system that has a number
            writer = faiss.PyCallbackIOWriter(file.write, _BYTES)  # type: ignore[attr-defined]
            faiss.write_index(index, writer)
            file.write(_SIZE.pack(file.tell() + _SIZE.size))
        return cls.read(path) if path.is_file() else cls(index)

    @property
    def view(self) -> Rows:
        """The rows themselves, in memory that goes with this."""
        return self._rows

    def at(self, keys: Keys) -> Places:
        """Return the places of keys, -1 for those that are not here."""
        return places_of(keys, self.keys)

    def rows(self, places: Places) -> Rows:
        """Return a copy of the rows at some places."""
        return self._rows[places]

    def search(
        self, vector: Rows, depth: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[Keys, Rows]:
        """Return the keys and cosines of the nearest rows, among the ``allowed`` places only."""
        count = len(self.keys) if allowed is None else int(np.count_nonzero(allowed))
        depth = min(depth, count)
        if not depth:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        question = vector.reshape(1, -1)
        only = None
        if self._codes is not None and count > FLAT_UP_TO:
            only = self._likely(question, depth, count, allowed)
        elif allowed is not None:
            only = np.flatnonzero(allowed)
        chosen: Any = None
        if only is not None:
            chosen = faiss.SearchParameters(sel=faiss.IDSelectorArray(only))  # type: ignore[call-arg]
        scores, places = self._flat.search(question, depth, params=chosen)
        found = places[0] >= 0
        return self.keys[places[0][found]], scores[0][found]

    def _likely(
        self, question: Rows, depth: int, count: int, allowed: NDArray[np.bool_] | None
    ) -> Places:
        """Return the places of the rows that are nearest by their codes."""
        share = count / len(self.keys)
        wanted = min(len(self.keys), math.ceil(depth * _RESCORED / share))
        _distances, places = self._codes.search(question, wanted)
        likely: Places = np.sort(places[0][places[0] >= 0])
        return likely if allowed is None else likely[allowed[likely]]


def _check_size(path: Path) -> None:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _SIZE.size))
        if file.read() != _SIZE.pack(size):
            raise IndexFileError(f"{path}: {size} bytes are not the whole file")


def _empty(dimension: int, count: int, rows: Callable[[int, int], Rows]) -> Any:
    """Return an index of the right kind for so many vectors, with none in it."""
    flat = faiss.IndexFlatIP(dimension)
    if count <= FLAT_UP_TO:
        return faiss.IndexIDMap(flat)
    codes = faiss.IndexRaBitQFastScan(dimension, faiss.METRIC_INNER_PRODUCT)
    places = np.linspace(0, max(0, count - _RUN), max(1, _TRAINING // _RUN)).astype(int)
    sample = [rows(start, start + _RUN) for start in np.unique(places).tolist()]
    codes.train(np.concatenate(sample))
    return faiss.IndexIDMap(faiss.IndexRefineFlat(codes))


def _ranges(count: int) -> Iterator[tuple[int, int]]:
    for start in range(0, count, _CHUNK):
        yield start, min(start + _CHUNK, count)
