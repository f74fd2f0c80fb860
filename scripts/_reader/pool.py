"""From which pieces the negatives of a question are drawn."""

import numpy as np
from numpy.typing import NDArray

from scripts._reader.arrays import Arrays

LONGEST_SOUGHT = 10  # tokens of an answer; longer ones stand nowhere else
SHORTEST_SOUGHT = 2  # a shorter one, such as a number, stands everywhere and answers nothing there


def cleaned(arrays: Arrays, pool: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return a pool without pieces that hold the answer's words, and without held-out ones.

    A question that is held out keeps the latter: it is asked as it would be.
    """
    held_out = arrays.held_out_pieces[pool] & ~arrays.held_out[:, None]
    kept: NDArray[np.int32] = np.where((pool >= 0) & held_out, -1, pool)
    for question, (piece, first, last) in enumerate(arrays.first_answers()):
        if first < 0 or not SHORTEST_SOUGHT <= last - first + 1 <= LONGEST_SOUGHT:
            continue
        sought = arrays.pieces[piece][first : last + 1].tobytes()
        for place, other in enumerate(kept[question]):
            if other >= 0 and _holds(arrays.pieces[other].tobytes(), sought):
                kept[question, place] = -1
    return kept


def _holds(tokens: bytes, sought: bytes) -> bool:
    place = tokens.find(sought)
    while place >= 0 and place % 4:  # between two tokens of four bytes
        place = tokens.find(sought, place + 1)
    return place >= 0
