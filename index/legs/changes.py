"""Which passages have come and gone since a leg was brought up to date."""

import numpy as np

from documents.store.library import Library
from index.legs.protocols import Keys


def changes(present: Keys, library: Library) -> tuple[Keys, Keys]:
    """Return the keys that have gone from the library and those that have come."""
    came = library.passage_keys_after(int(present[-1]) if len(present) else -1)
    if len(present) + len(came) == library.passage_count():
        return present[:0], came  # keys only ascend: none has gone
    wanted = library.passage_keys()
    removed = np.setdiff1d(present, wanted, assume_unique=True)
    return removed, np.setdiff1d(wanted, present, assume_unique=True)
