"""The forward index: the syllables of every passage in their order, as hashes.

What a question asks for is looked up in a hundred passages at once, without reading their texts.
On disk it is a folder of arrays that never change, mapped into memory, and a file of what came
since.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from documents.document import Passage
from documents.splitting.passages import is_body
from index.errors import IndexFileError
from index.legs.protocols import Keys, places_of
from index.tokens import syllables

_BREAK = np.uint32(0)  # stands between passages: no pair goes across
Held = NDArray[np.bool_]


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
        """Map the arrays of a folder; raises IndexFileError."""
        try:
            return cls(
                **{
                    one.name: np.asarray(np.load(folder / f"{one.name}.npy", mmap_mode="r"))
                    for one in fields(cls)
                }
            )
        except (OSError, ValueError, EOFError) as error:
            raise IndexFileError(f"{folder}: {error}") from error

    def at(self, keys: Keys) -> NDArray[np.int64]:
        """Return the places of keys, -1 for those that are not here."""
        return places_of(keys, self.keys)


def _document(document_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(document_id.encode(), digest_size=8).digest())


@dataclass(frozen=True, slots=True)
class Window:
    """Some passages by ascending keys, with what they hold of the terms that were asked for.

    ``held`` and ``held_by_head`` have the shape (passages, terms); ``lengths`` are in tokens:
    syllables and pairs.
    """

    keys: Keys
    documents: NDArray[np.uint64]
    lengths: NDArray[np.int64]
    held: Held
    held_by_head: Held


class ForwardIndex:
    """What passages hold, under their keys."""

    def __init__(self) -> None:
        self._hold(Columns.of(()))

    def _hold(self, whole: Columns) -> None:
        self._whole = whole
        self._gone: Held = np.zeros(len(whole.keys), np.bool_)
        self._came = Columns.of(())

    def __len__(self) -> int:
        return len(self._gone) - int(np.count_nonzero(self._gone)) + len(self._came.keys)

    def keys(self) -> Keys:
        """Return the key of every passage, ascending."""
        return np.sort(np.concatenate([self._whole.keys[~self._gone], self._came.keys]))

    @property
    def changed(self) -> float:
        """How many passages have come or gone since the whole files, as a share of these."""
        changes = len(self._came.keys) + int(np.count_nonzero(self._gone))
        return changes / max(1, len(self._gone))

    def copy(self) -> "ForwardIndex":
        """Return an index of its own with the same passages; it shares the files."""
        made = ForwardIndex.__new__(ForwardIndex)
        made._whole, made._gone, made._came = self._whole, self._gone.copy(), self._came
        return made

    def change(self, removed: Keys, added: Columns) -> None:
        """Remove keys, absent ones being ignored, and add passages."""
        places = self._whole.at(removed)
        self._gone[places[places >= 0]] = True
        came = self._came
        if len(came.keys) and len(removed):
            came = came.only(~np.isin(came.keys, removed))
        if len(added.keys):
            came = Columns.joined([came, added])
        if (np.diff(came.keys) < 0).any():
            raise ValueError("the keys of added passages ascend")
        self._came = came

    def bodies(self, keys: Sequence[int]) -> Held:
        """Tell what documents say from letterheads, signatures and căn cứ; False where absent."""
        wanted = np.array(keys, np.int64)
        found = np.zeros(len(wanted), np.bool_)
        for part, places in self._places(wanted):
            here = places >= 0
            found[here] = part.bodies[places[here]]
        return found

    def present(self, keys: Keys) -> Held:
        """Tell which passages are here."""
        found = np.zeros(len(keys), np.bool_)
        for _part, places in self._places(keys):
            found |= places >= 0
        return found

    def window(self, keys: Sequence[int], reach: int, terms: Sequence[str]) -> Window:
        """Look for terms in passages and in those up to ``reach`` keys away, where they are.

        A term is a syllable or a pair of neighbours, "dang_vien".
        """
        offsets = np.arange(-reach, reach + 1)
        wanted = np.unique(np.add.outer(np.array(keys, np.int64), offsets))
        found = [
            (part, int(place))
            for part, places in self._places(wanted)
            for place in places[places >= 0].tolist()
        ]
        found.sort(key=lambda one: one[0].keys[one[1]])
        heads = np.array([part.heads[place] for part, place in found], np.int64)
        spans = [part.codes[part.starts[place] : part.starts[place + 1]] for part, place in found]
        lengths = np.array([len(span) for span in spans], np.int64)
        held, held_by_head = _held(spans, lengths, heads, terms)
        return Window(
            np.array([part.keys[place] for part, place in found], np.int64),
            np.array([part.documents[place] for part, place in found], np.uint64),
            np.maximum(2 * lengths - 1, 0),
            held,
            held_by_head,
        )

    def _places(self, keys: Keys) -> Iterator[tuple[Columns, NDArray[np.int64]]]:
        """Yield both parts with the places of keys in them, -1 for those that are not there."""
        places = self._whole.at(keys)
        here = places >= 0
        places[here] = np.where(self._gone[places[here]], -1, places[here])
        yield self._whole, places
        yield self._came, self._came.at(keys)

    def save(self, folder: Path) -> None:
        """Write the whole index into a new folder; raises OSError."""
        kept = self._whole if not self._gone.any() else self._whole.only(~self._gone)
        whole = Columns.joined([kept, self._came]) if len(self._came.keys) else kept
        if (np.diff(whole.keys) < 0).any():
            raise ValueError("the keys of added passages ascend")
        self._hold(whole.write(folder))

    def save_changes(self, path: Path) -> None:
        """Write what has changed since save() or load() to a file beside the whole ones."""
        came = {one.name: getattr(self._came, one.name) for one in fields(Columns)}
        np.savez(path, removed=self._whole.keys[self._gone], **came)

    @classmethod
    def load(cls, folder: Path, changes: Path) -> "ForwardIndex":
        """Read what save() and save_changes() wrote; raises IndexFileError."""
        loaded = cls.__new__(cls)
        loaded._hold(Columns.mapped(folder))
        try:
            with np.load(changes) as arrays:
                came = Columns(**{one.name: arrays[one.name] for one in fields(Columns)})
                loaded.change(arrays["removed"], came)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise IndexFileError(f"{changes}: {error}") from error
        return loaded


def _held(
    spans: Sequence[NDArray[np.uint32]],
    lengths: NDArray[np.int64],
    heads: NDArray[np.int64],
    terms: Sequence[str],
) -> tuple[Held, Held]:
    """Return which passages hold which terms, and which have them in title and headings."""
    if not spans or not terms:
        nothing = np.zeros((len(spans), len(terms)), np.bool_)
        return nothing, nothing
    known = Codes()
    parts = [[known[one] for one in term.split("_")] for term in terms]
    row_of = {code: row for row, code in enumerate(dict.fromkeys(sum(parts, [])))}
    gap = np.array([_BREAK])
    text = np.concatenate([piece for span in spans for piece in (span, gap)])
    at = np.equal.outer(np.array(list(row_of), np.uint32), text)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths + 1)[:-1]])
    found = np.zeros((len(terms), len(text)), np.bool_)
    for row, codes in enumerate(parts):
        first = at[row_of[codes[0]]]
        found[row] = first
        if len(codes) > 1:
            found[row, :-1] &= at[row_of[codes[1]], 1:]
    held = np.logical_or.reduceat(found, starts, axis=1)
    in_head = np.arange(len(text)) < np.repeat(starts + heads, lengths + 1)
    ends_head = np.zeros(len(text), np.bool_)
    ends_head[(starts + heads - 1)[heads > 0]] = True  # a pair that begins there leaves the head
    for row, codes in enumerate(parts):
        found[row] &= in_head & ~ends_head if len(codes) > 1 else in_head
    return held.T, np.logical_or.reduceat(found, starts, axis=1).T
