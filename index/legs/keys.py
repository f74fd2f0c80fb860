"""The keys under which the library keeps its passages, as arrays."""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]


def places_of(keys: Keys, present: Keys) -> NDArray[np.int64]:
    """Return where keys stand among ``present``, which ascend; -1 for those that do not."""
    if not len(present):
        return np.full(len(keys), -1, np.int64)
    places = np.minimum(np.searchsorted(present, keys), len(present) - 1)
    return np.where(present[places] == keys, places, -1)
