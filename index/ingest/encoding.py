"""Encodes the texts that have no vector yet, a batch at a time, so that nothing is done twice."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from documents.store.library import Library

if TYPE_CHECKING:
    from index.encoders.base import Encoder  # not at run time: it takes seconds to import

BATCH = 32  # texts between two stores of their vectors: a few seconds of work lost at most


def encode_lacking(
    library: Library,
    encoder: "Encoder",
    texts: Sequence[str],
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Store a vector for each text that has none; return how many were encoded.

    ``on_progress`` is told how many of all the texts have one by now.
    """
    model = encoder.fingerprint
    lacking = sorted(library.lacking_vectors(model, texts), key=len)  # little padding
    done = len(texts) - len(lacking)
    on_progress(done, len(texts))
    for start in range(0, len(lacking), BATCH):
        batch = lacking[start : start + BATCH]
        library.store_vectors(model, batch, encoder.encode_passages(batch))
        done += len(batch)
        on_progress(done, len(texts))
    return len(lacking)
