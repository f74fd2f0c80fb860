"""What the search needs of the two legs, wherever they lie: in files or in a shared database."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Keys = NDArray[np.int64]


def places_of(keys: Keys, present: Keys) -> NDArray[np.int64]:
    """Return where keys stand among ``present``, which ascend; -1 for those that do not."""
    if not len(present):
        return np.full(len(keys), -1, np.int64)
    places = np.minimum(np.searchsorted(present, keys), len(present) - 1)
    return np.where(present[places] == keys, places, -1)


class DenseLeg(Protocol):
    """Vectors under the keys of their passages; scores are cosines."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    def __len__(self) -> int: ...

    def keys(self) -> Keys:
        """Return the key of every stored vector, ascending."""
        ...

    def vectors(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """Return the stored rows of these keys, in order; raises KeyError for an absent one."""
        ...

    def search(
        self,
        vector: NDArray[np.float32],
        depth: int,
        within: Keys | None = None,
        without: Keys | None = None,
    ) -> tuple[Keys, Scores]:
        """Return the keys and cosines of the ``depth`` nearest passages, best first.

        ``within`` limits the search to these keys, ``without`` leaves these out.
        """
        ...


class SparseLeg(Protocol):
    """Terms under the keys of their passages; scores are BM25's."""

    def __len__(self) -> int: ...

    def keys(self) -> Keys:
        """Return the key of every text, ascending."""
        ...

    def texts(self, keys: Sequence[int]) -> Iterator[str]:
        """Yield the texts that were indexed under these keys; absent keys are passed over."""
        ...

    def search(
        self,
        query_tokens: Sequence[str],
        depth: int,
        within: Keys | None = None,
        without: Keys | None = None,
    ) -> tuple[Keys, Scores]:
        """Return the keys and BM25 scores of the ``depth`` best passages, best first.

        ``within`` limits the search to these keys, ``without`` leaves these out; the scores stay
        those of the whole index.
        """
        ...

    def idf(self, token: str) -> float:
        """Return the inverse document frequency as in BM25: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        ...
