"""How alike two documents' words are: one-permutation MinHash over runs of five syllables.

Li, Owen, Zhang, "One Permutation Hashing" (2012): the share of equal bins, of those that are not
empty in both, estimates the Jaccard similarity of the two sets of runs.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents.store.database import Connection, Database
from documents.vietnamese.normalize import fold

ALIKE = 0.8  # a document set from another's template stays below, a corrected copy above
_BINS = 128  # the estimate's deviation is then 0.035 at ALIKE; 512 bytes a document
_RUN = 5
_EMPTY = np.uint32(0xFFFFFFFF)
_SYLLABLE = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another document whose words are nearly the same; ``share`` is from ALIKE to 1."""

    document_id: str
    share: float


def sketch(text: str) -> NDArray[np.uint32]:
    """Return the smallest hash of a text's runs of syllables in each of the bins."""
    syllables = _SYLLABLE.findall(fold(text))
    runs = {" ".join(syllables[at : at + _RUN]) for at in range(max(1, len(syllables) - _RUN + 1))}
    hashes = np.array([zlib.crc32(run.encode()) for run in runs], np.uint32)
    bins = np.full(_BINS, _EMPTY, np.uint32)
    # The bin from the low bits and the order from a mix of all, or bins would order alike.
    np.minimum.at(bins, hashes % np.uint32(_BINS), hashes * np.uint32(2654435761))
    return bins


def shares(one: NDArray[np.uint32], others: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Return the estimated similarity of a sketch to each row of others."""
    both_empty = (one == _EMPTY) & (others == _EMPTY)
    equal = (one == others) & ~both_empty
    return np.asarray(equal.sum(axis=1) / np.maximum(1, _BINS - both_empty.sum(axis=1)))


def packed(bins: NDArray[np.uint32]) -> bytes:
    """Write a sketch as it is stored."""
    return bins.astype("<u4").tobytes()


def unpacked(sketches: Sequence[bytes]) -> NDArray[np.uint32]:
    """Return stored sketches as rows; one that is missing is alike to nothing."""
    missing = packed(np.full(_BINS, _EMPTY, np.uint32))
    stored = b"".join(one or missing for one in sketches)
    return np.frombuffer(stored, "<u4").reshape(len(sketches), _BINS)


def write(connection: Connection, document_id: str, text: str) -> None:
    """Keep a document's sketch, and what it is like among the others, within a transaction."""
    own = sketch(text)
    rows = connection.execute(
        "SELECT document_id, sketch FROM sketches WHERE document_id != ?", [document_id]
    ).fetchall()
    connection.execute(
        "INSERT OR REPLACE INTO sketches (document_id, sketch) VALUES (?, ?)",
        [document_id, packed(own)],
    )
    connection.execute(
        "DELETE FROM likenesses WHERE document_id = ? OR other = ?", [document_id, document_id]
    )
    if not rows:
        return
    found = shares(own, unpacked([row[1] for row in rows]))
    for place in np.flatnonzero(found >= ALIKE):
        connection.execute(
            "INSERT INTO likenesses (document_id, other, share) VALUES (?, ?, ?)",
            [document_id, rows[place][0], float(found[place])],
        )


class Likenesses:
    """Which documents of one library are alike."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, document_id: str) -> tuple[Likeness, ...]:
        """Return the documents answered from that are nearly this one, the likest first."""
        rows = self._database.rows(
            "SELECT alike.id, alike.share FROM ("
            "SELECT other AS id, share FROM likenesses WHERE document_id = ? UNION "
            "SELECT document_id, share FROM likenesses WHERE other = ?) AS alike "
            "JOIN documents ON documents.document_id = alike.id "
            "WHERE documents.status != 'superseded' ORDER BY alike.share DESC, alike.id",
            (document_id, document_id),
        )
        return tuple(Likeness(str(row[0]), float(row[1])) for row in rows)

    def lacking(self) -> tuple[str, ...]:
        """Return the documents answered from that have no sketch yet."""
        rows = self._database.rows(
            "SELECT document_id FROM documents WHERE status != 'superseded' "
            "AND document_id NOT IN (SELECT document_id FROM sketches) ORDER BY document_id"
        )
        return tuple(str(row[0]) for row in rows)

    def sketch(self, document_id: str, text: str) -> None:
        """Keep the sketch of a document that came before there were any."""
        with self._database.writing() as connection:
            write(connection, document_id, text)
