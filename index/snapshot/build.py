"""Writes the files of a snapshot: from nothing, or from the one before by what has changed.

What did not change is linked, not copied: FAISS's file stays as it is beside a small file of
changes, and tantivy never rewrites a segment.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.errors import LibraryError
from documents.store.library import Library
from index.errors import IndexFileError, SnapshotError
from index.legs.changes import changes
from index.legs.dense import DenseIndex
from index.legs.forward import Columns, Entry, ForwardIndex
from index.legs.protocols import DenseLeg, SparseLeg
from index.legs.sparse import SparseIndex
from index.lexicon import Lexicon
from index.snapshot.manifest import Manifest

DENSE = "dense.faiss"
CHANGES = "dense.changes.npz"
SPARSE = "sparse"
LEXICON = "lexicon.tsv"
FORWARD = "forward"
FORWARD_CHANGES = "forward.changes.npz"

EXACT_UP_TO = 5_000  # passages: after a removal, all terms are indexed again in a second
_DEPARTED = 0.1  # share of removed passages above which a larger library is indexed again, too
_CHANGED = 0.05  # share of changed vectors above which the whole file is written: half a second
_CHUNK = 2_000  # passages read from the library at a time, about 5 MB


@dataclass(frozen=True, slots=True)
class Base:
    """The snapshot to begin from; its parts are changed in memory, its files are not."""

    folder: Path
    manifest: Manifest
    dense: DenseLeg
    sparse: SparseLeg
    lexicon: Lexicon
    forward: ForwardIndex


@dataclass(frozen=True, slots=True)
class Built:
    """What was written; ``shared`` are the linked files with their checksums.

    ``dense`` is None where the legs lie elsewhere.
    """

    dense: DenseIndex | None
    lexicon: Lexicon
    forward: ForwardIndex
    departed: int
    shared: dict[Path, str]


def build(
    draft: Path,
    library: Library,
    model: str,
    dimension: int,
    base: Base | None = None,
    *,
    legs: bool = True,
) -> Built:
    """Write the two legs, the lexicon and the forward index into an empty folder.

    Without ``legs``, which then lie elsewhere, only the other two. Raises SnapshotError.
    """
    lexicon = base.lexicon if base else Lexicon()
    forward = base.forward if base else ForwardIndex()
    present = forward.keys()
    removed, added = changes(present, library)
    count = len(present) - len(removed) + len(added)
    shared: dict[Path, str] = {}
    dense = None
    if legs:
        dense = _write_vectors(draft, library, model, dimension, base, removed, added, shared)
    counted = added
    if base and not _forget(lexicon, base.sparse, removed):
        lexicon, counted = Lexicon(), library.passage_keys()
    departed = base.manifest.departed + len(removed) if base else 0
    came: list[Columns] = []
    listed = counted
    if legs and base and counted is added and not _count_again(departed, count):
        shared |= _link_folder(base, SPARSE, draft)
    elif legs:
        departed = 0
        (draft / SPARSE).mkdir()
        listed = library.passage_keys()
    texts = _passing(library, listed, counted, added, lexicon, came)
    if legs:
        _write_terms(draft / SPARSE, removed if listed is added else removed[:0], texts)
    else:
        for _key_and_text in texts:
            pass
    lexicon.trim()
    lexicon.save(draft / LEXICON)
    forward.change(removed, Columns.joined([Columns.of(()), *came]))
    if base and forward.changed <= _CHANGED:
        shared |= _link_folder(base, FORWARD, draft)
    else:
        forward.save(draft / FORWARD)
    forward.save_changes(draft / FORWARD_CHANGES)
    linked = {path: one for path, one in shared.items() if one}
    return Built(dense, lexicon, forward, departed, linked)


def _write_vectors(
    draft: Path,
    library: Library,
    model: str,
    dimension: int,
    base: Base | None,
    removed: NDArray[np.int64],
    added: NDArray[np.int64],
    shared: dict[Path, str],
) -> DenseIndex:
    if base is None:

        def rows(start: int, end: int) -> NDArray[np.float32]:
            return _vectors(library, model, added[start:end].tolist())

        dense = DenseIndex.written(draft / DENSE, dimension, added, rows)
        dense.save_changes(draft / CHANGES)
        return dense
    assert isinstance(base.dense, DenseIndex)  # no snapshot without legs is built upon
    dense = base.dense
    dense.remove(removed)
    for start in range(0, len(added), _CHUNK):
        chunk = added[start : start + _CHUNK]
        dense.add(chunk, _vectors(library, model, chunk.tolist()))
    if dense.changed <= _CHANGED:
        shared |= _link(base, DENSE, draft)
    else:
        dense.save(draft / DENSE)
    dense.save_changes(draft / CHANGES)
    return dense


def _forget(lexicon: Lexicon, sparse: SparseLeg, removed: NDArray[np.int64]) -> bool:
    """Take removed texts out of the lexicon; False where another machine took them away first."""
    texts = tuple(sparse.texts(removed.tolist())) if len(removed) else ()
    if len(texts) < len(removed):
        return False
    lexicon.remove(texts)
    return True


def _passing(
    library: Library,
    keys: NDArray[np.int64],
    counted: NDArray[np.int64],
    added: NDArray[np.int64],
    lexicon: Lexicon,
    came: list[Columns],
) -> Iterator[tuple[int, str]]:
    """Yield the texts of passages, counting ``counted`` and taking down syllables of ``added``."""
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        rows = library.indexed_passages(chunk.tolist())
        entries = [Entry(key, *row) for key, row in zip(chunk.tolist(), rows, strict=True)]
        is_new = np.isin(chunk, added)
        new = [entry for entry, one in zip(entries, is_new.tolist(), strict=True) if one]
        to_count = np.isin(chunk, counted).tolist()
        lexicon.add(entry.text for entry, one in zip(entries, to_count, strict=True) if one)
        came.append(Columns.of(new))
        yield from ((entry.key, entry.text) for entry in entries)


def _count_again(departed: int, passages: int) -> bool:
    """Say whether the sparse leg begins anew: it cannot quite forget a text."""
    return departed > 0 and (passages <= EXACT_UP_TO or departed > _DEPARTED * passages)


def _write_terms(
    folder: Path, removed: NDArray[np.int64], texts: Iterator[tuple[int, str]]
) -> None:
    try:
        SparseIndex(folder).change(removed.tolist(), texts)
    except IndexFileError as error:
        raise SnapshotError(
            f"Không ghi được chỉ mục từ khóa ({error}); hãy kiểm tra dung lượng ổ đĩa rồi chạy lại."
        ) from error
    for lock in folder.glob("*.lock"):
        lock.unlink()


def _link_folder(base: Base, name: str, draft: Path) -> dict[Path, str]:
    """Link what is never written again; copy the two files that tantivy does write again."""
    (draft / name).mkdir()
    shared: dict[Path, str] = {}
    for path in sorted((base.folder / name).iterdir()):
        if path.suffix == ".lock":
            continue
        if path.suffix == ".json":
            shutil.copy(path, draft / name / path.name)
        else:
            shared |= _link(base, f"{name}/{path.name}", draft)
    return shared


def _link(base: Base, name: str, draft: Path) -> dict[Path, str]:
    """Let a file stand in both folders; where the disk cannot, copy it and know no checksum."""
    try:
        os.link(base.folder / name, draft / name)
    except OSError:
        shutil.copy(base.folder / name, draft / name)
        return {}
    return {draft / name: dict(base.manifest.checksums).get(name, "")}


def _vectors(library: Library, model: str, keys: list[int]) -> NDArray[np.float32]:
    try:
        return library.vectors(model, keys)
    except LibraryError as error:
        raise SnapshotError(
            f"Thư viện chưa được mã hóa bằng mô hình đang đặt ({model}). Hãy chạy: "
            "python -m scripts.rebuild, hoặc đặt lại TRACUU_MODEL như cũ; nếu vẫn lỗi, hãy chạy: "
            "python -m scripts.doctor --repair."
        ) from error
