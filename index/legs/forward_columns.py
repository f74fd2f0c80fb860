"""Passages as columns of arrays: what the forward index is made of and how it lies on disk."""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from documents.document import Passage
from documents.splitting.passages import is_body
from index.legs.keys import Keys, places_of
from index.tokens import syllables

Held = NDArray[np.bool_]


class ForwardIndexError(Exception):
    """A file of the forward index that cannot be read; the message names it."""


class Codes(dict[str, int]):
    """Syllable -> 32-bit hash, never 0; two words share one once in 2^32 pairs."""

    def __missing__(self, syllable: str) -> int:
        """Work out the hash of a syllable when it is first met."""
        self[syllable] = zlib.crc32(syllable.encode()) or 1
        return self[syllable]


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage as it is indexed; ``text`` begins with its title and headings."""

    key: int
    passage: Passage
    text: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Passages by ascending keys: one value each, but ``starts``, which has one more.

    The syllables of passage ``i`` are ``codes[starts[i] : starts[i + 1]]``, of which the first
    ``heads[i]`` are of its title and headings. ``documents`` are hashes of document ids.
    """

    keys: Keys
    documents: NDArray[np.uint64]
    bodies: NDArray[np.bool_]
    heads: NDArray[np.int32]
    starts: NDArray[np.int64]
    codes: NDArray[np.uint32]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """Take passages by ascending keys."""
        known = Codes()
        keys, documents, bodies, heads, ends = [], [], [], [], [0]
        codes = []
        for entry in entries:
            passage = entry.passage
            found = syllables(entry.text)
            head = entry.text[: len(entry.text) - len(passage.text)]
            keys.append(entry.key)
            documents.append(_document(passage.document_id))
            bodies.append(is_body(passage))
            heads.append(len(syllables(head)) if head else 0)
            ends.append(ends[-1] + len(found))
            codes.append(np.array([known[one] for one in found], np.uint32))
        return cls(
            np.array(keys, np.int64),
            np.array(documents, np.uint64),
            np.array(bodies, np.bool_),
            np.array(heads, np.int32),
            np.array(ends, np.int64),
            np.concatenate([np.empty(0, np.uint32), *codes]),
        )

    @classmethod
    def joined(cls, parts: Sequence["Columns"]) -> Self:
        """Put parts, of which there is one at least, one behind the other."""
        lengths = [np.diff(part.starts) for part in parts]
        return cls(
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.documents for part in parts]),
            np.concatenate([part.bodies for part in parts]),
            np.concatenate([part.heads for part in parts]),
            np.cumsum(np.concatenate([np.zeros(1, np.int64), *lengths])),
            np.concatenate([part.codes for part in parts]),
        )

    def only(self, kept: Held) -> "Columns":
        """Return the passages at which ``kept`` is true."""
        lengths = np.diff(self.starts)
        return Columns(
            self.keys[kept],
            self.documents[kept],
            self.bodies[kept],
            self.heads[kept],
            np.cumsum(np.concatenate([np.zeros(1, np.int64), lengths[kept]])),
            self.codes[np.repeat(kept, lengths)],
        )

    def write(self, folder: Path) -> "Columns":
        """Write the arrays into a new folder and map them; raises OSError."""
        folder.mkdir()
        for one in fields(self):
            np.save(folder / f"{one.name}.npy", getattr(self, one.name))
        return Columns.mapped(folder)

    @classmethod
    def mapped(cls, folder: Path) -> Self:
        """Map the arrays of a folder; raises ForwardIndexError."""
        try:
            return cls(
                **{
                    one.name: np.asarray(np.load(folder / f"{one.name}.npy", mmap_mode="r"))
                    for one in fields(cls)
                }
            )
        except (OSError, ValueError, EOFError) as error:
            raise ForwardIndexError(f"{folder}: {error}") from error

    def at(self, keys: Keys) -> NDArray[np.int64]:
        """Return the places of keys, -1 for those that are not here."""
        return places_of(keys, self.keys)


def _document(document_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(document_id.encode(), digest_size=8).digest())
