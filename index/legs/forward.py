"""The forward index: the syllables of every passage in their order, as hashes.

What a question asks for is looked up in a hundred passages at once, without reading their texts.
On disk it is a folder of arrays that never change, mapped into memory, and a file of what came
since.
"""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.legs.forward_columns import Codes, Columns, Entry, ForwardIndexError, Held
from index.legs.keys import Keys

__all__ = ["Columns", "Entry", "ForwardIndex", "ForwardIndexError", "Window"]

_BREAK = np.uint32(0)  # stands between passages: no pair goes across


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
        """Read what save() and save_changes() wrote; raises ForwardIndexError."""
        loaded = cls.__new__(cls)
        loaded._hold(Columns.mapped(folder))
        try:
            with np.load(changes) as arrays:
                came = Columns(**{one.name: arrays[one.name] for one in fields(Columns)})
                loaded.change(arrays["removed"], came)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ForwardIndexError(f"{changes}: {error}") from error
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
