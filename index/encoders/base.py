"""What turns texts into vectors, whichever library runs it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

QUERY_PREFIX = "query: "  # what e5 was trained with; DESIGN lesson 10
PASSAGE_PREFIX = "passage: "


class Encoder(Protocol):
    """Turns texts into L2-normalised vectors.

    ``fingerprint`` names the weights: vectors of different fingerprints are never compared.
    """

    @property
    def fingerprint(self) -> str:
        """The identity of the model, stable between runs."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row a query, shape (len(texts), dimension)."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row a passage, shape (len(texts), dimension)."""
        ...
