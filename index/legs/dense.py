"""The dense leg: the nearest vectors by cosine, of a file mapped into memory and what came since.

On disk it is one whole file, which never changes, and a small one of what has changed since.
"""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexFileError
from index.legs.protocols import Keys
from index.legs.vector_file import Rows, Vectors


class _Part(NamedTuple):
    """Vectors that came together; ``owner`` is whose memory the rows lie in."""

    keys: Keys
    rows: Rows
    owner: Vectors | None = None


class DenseIndex:
    """Vectors under the keys of their passages.

    Scores are cosines, since every row is L2-normalised.
    """

    def __init__(self, dimension: int) -> None:
        self._hold(Vectors.flat(dimension, ()))

    def _hold(self, whole: Vectors) -> None:
        self._whole = whole
        self._gone: NDArray[np.bool_] = np.zeros(len(whole.keys), np.bool_)
        self._added: tuple[_Part, ...] = ()
        self._fresh: Vectors | None = None  # the same, to be searched

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._whole.dimension

    def __len__(self) -> int:
        return self._left + sum(len(part.keys) for part in self._added)

    @property
    def _left(self) -> int:
        return len(self._gone) - int(np.count_nonzero(self._gone))

    def keys(self) -> Keys:
        """Return the key of every stored vector, ascending."""
        left = self._whole.keys[~self._gone]
        return np.sort(np.concatenate([left, *(part.keys for part in self._added)]))

    def copy(self) -> "DenseIndex":
        """Return an index of its own with the same vectors; it shares the file."""
        made = DenseIndex.__new__(DenseIndex)
        made._whole, made._gone = self._whole, self._gone.copy()
        made._added, made._fresh = self._added, self._fresh
        return made

    def add(self, keys: Keys, vectors: Rows) -> None:
        """Add rows of shape (len(keys), dimension)."""
        if len(keys):
            rows = np.array(vectors, np.float32)
            self._added = (*self._added, _Part(np.array(keys, np.int64), rows))
            self._fresh = None

    def remove(self, keys: Keys) -> None:
        """Remove the vectors of these keys; absent keys are ignored."""
        if not len(keys):
            return
        places = self._whole.at(keys)
        self._gone[places[places >= 0]] = True
        if self._added:
            came = self._came()
            kept = ~np.isin(came.keys, keys)
            rest = _Part(came.keys[kept], came.rows(np.flatnonzero(kept)))
            self._added = (rest,) if kept.any() else ()
            self._fresh = None

    def search(
        self, vector: Rows, depth: int, within: Keys | None = None, without: Keys | None = None
    ) -> tuple[Keys, NDArray[np.float32]]:
        """Return the keys and cosines of the ``depth`` nearest passages, best first.

        ``within`` limits the search to these keys, ``without`` leaves these out.
        """
        vector = np.ascontiguousarray(vector, np.float32)
        keys, scores = self._whole.search(vector, depth, self._allowed(within, without))
        if self._added:
            came = self._came()
            only = None if within is None else np.isin(came.keys, within)
            if without is not None:
                others = np.isin(came.keys, without, invert=True)
                only = others if only is None else only & others
            more = came.search(vector, depth, only)
            keys, scores = np.concatenate([keys, more[0]]), np.concatenate([scores, more[1]])
        order = np.lexsort((keys, -scores))[:depth]
        return keys[order], scores[order]

    def _allowed(self, within: Keys | None, without: Keys | None) -> NDArray[np.bool_] | None:
        """Return which places of the whole file may be found; None for all."""
        if within is None and without is None and not self._gone.any():
            return None
        allowed = ~self._gone
        if within is not None:
            named = np.zeros(len(allowed), np.bool_)
            places = self._whole.at(within)
            named[places[places >= 0]] = True
            allowed &= named
        if without is not None:
            places = self._whole.at(without)
            allowed[places[places >= 0]] = False
        return allowed

    def vectors(self, keys: Sequence[int]) -> Rows:
        """Return the stored rows of these keys, in order; raises KeyError for an absent one."""
        wanted = np.array(keys, np.int64)
        places = self._whole.at(wanted)
        here = places >= 0
        here[here] = ~self._gone[places[here]]
        if here.all():
            return self._whole.rows(places)
        came = self._came()
        others = came.at(wanted[~here])
        if (others < 0).any():
            raise KeyError(int(wanted[~here][others < 0][0]))
        rows = np.empty((len(wanted), self.dimension), np.float32)
        rows[here] = self._whole.rows(places[here])
        rows[~here] = came.rows(others)
        return rows

    def _came(self) -> Vectors:
        """Return what was added since the whole file, by ascending keys."""
        if self._fresh is None:
            parts = sorted(self._added, key=lambda part: int(part.keys[0]))
            keys = np.concatenate([np.empty(0, np.int64), *(part.keys for part in parts)])
            if (np.diff(keys) < 0).any():
                order = np.argsort(keys)
                rows = np.concatenate([part.rows for part in parts])
                parts = [_Part(keys[order], rows[order])]
            self._fresh = Vectors.flat(self.dimension, [(part.keys, part.rows) for part in parts])
            if len(keys):  # kept once: a large library comes in many parts
                self._added = (_Part(self._fresh.keys, self._fresh.view, self._fresh),)
        return self._fresh

    @property
    def changed(self) -> float:
        """How many vectors have come or gone since the whole file, as a share of it."""
        changes = len(self) - self._left + int(np.count_nonzero(self._gone))
        return changes / max(1, len(self._gone))

    def save(self, path: Path) -> None:
        """Write the whole index to one file; raises OSError."""
        keys = self.keys()

        def rows(start: int, end: int) -> Rows:
            return self.vectors(keys[start:end].tolist())

        self._hold(Vectors.write(path, self.dimension, keys, rows))

    @classmethod
    def written(
        cls, path: Path, dimension: int, keys: Keys, rows: Callable[[int, int], Rows]
    ) -> "DenseIndex":
        """Write a whole index to one file, reading ``rows`` (start, end) of ascending keys."""
        made = cls.__new__(cls)
        made._hold(Vectors.write(path, dimension, keys, rows))
        return made

    def save_changes(self, path: Path) -> None:
        """Write what has changed since save() or load() to a file beside the whole one."""
        came = self._came()
        rows = came.rows(np.arange(len(came.keys)))
        np.savez(path, added=came.keys, vectors=rows, removed=self._whole.keys[self._gone])

    @classmethod
    def load(cls, path: Path, changes: Path | None = None) -> "DenseIndex":
        """Read what save() and save_changes() wrote; raises IndexFileError."""
        loaded = cls.__new__(cls)
        loaded._hold(Vectors.read(path))
        if changes is not None:
            try:
                with np.load(changes) as arrays:
                    loaded.remove(arrays["removed"])
                    loaded.add(arrays["added"], arrays["vectors"])
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
                raise IndexFileError(f"{changes}: {error}") from error
        return loaded
