"""The searchable state of the library on disk: built, loaded, caught up and checked.

A snapshot is a folder named after the library's generation, holding the FAISS file, the tantivy
folder, the lexicon and a manifest. It is written beside its place, fsynced and renamed, so that a
folder with its final name is complete. All of it comes from the library, without re-encoding.
"""

import fcntl
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.library import Library, LibraryError
from index.dense import DenseIndex, DenseIndexError
from index.lexicon import Lexicon, LexiconError
from index.sparse import SparseIndex, SparseIndexError
from index.tokens import VERSION

FORMAT = 2  # raise when a file's form changes, so that older snapshots are built anew
_MANIFEST = "manifest.json"
_DENSE = "dense.faiss"
_SPARSE = "sparse"
_LEXICON = "lexicon.tsv"
_CHUNK = 2_000  # passages read from the library at a time, about 5 MB

_LOCKS = shutil.ignore_patterns("*.lock")

log = logging.getLogger(__name__)


class SnapshotError(Exception):
    """An index that must not be used; the message names it and the command that mends it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot folder holds; ``checksums`` are (relative path, sha256) pairs."""

    format: int
    model: str
    dimension: int
    tokenizer: str
    generation: int
    passages: int
    checksums: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The two legs and the lexicon at one generation of the library."""

    folder: Path
    manifest: Manifest
    dense: DenseIndex
    sparse: SparseIndex
    lexicon: Lexicon

    @property
    def generation(self) -> int:
        """The generation of the library this snapshot shows."""
        return self.manifest.generation

    @classmethod
    def open(cls, root: Path, library: Library, model: str, dimension: int) -> "Snapshot":
        """Return the library's present generation, ready to search.

        ``model`` is the encoder's fingerprint. A snapshot that is missing or damaged is rebuilt
        and one that is behind is caught up, from the stored vectors. Raises SnapshotError when
        the library has no vectors of this model, naming the command that encodes them.
        """
        root.mkdir(parents=True, exist_ok=True)
        with _building(root), library.reading():
            current = _newest(root, model, dimension)
            if current is not None and current.generation == library.generation:
                return current
            if current is not None and current.generation > library.generation:
                current = None  # the library came back from a copy: its keys may mean other texts
            snapshot = _write(root, library, model, dimension, current)
            _sweep(root, snapshot.folder)
            return snapshot


def verify(root: Path, library: Library, model: str, dimension: int) -> tuple[str, ...]:
    """Name every fault of the newest snapshot in one Vietnamese line each; nothing is changed."""
    folders = _folders(root)
    if not folders:
        return ("Chưa có chỉ mục; chỉ mục sẽ được dựng lại khi khởi động.",)
    folder = folders[0]
    try:
        manifest = _read_manifest(folder)
        _check_compatible(folder, manifest, model, dimension)
        _check_files(folder, manifest)
        snapshot = _load(folder, manifest)
    except SnapshotError as error:
        return (str(error),)
    if manifest.generation > library.generation:
        return (f"Chỉ mục {folder.name} mới hơn thư viện (thế hệ {library.generation}).",)
    is_current = manifest.generation == library.generation
    if is_current and not np.array_equal(snapshot.dense.keys(), library.passage_keys()):
        return (f"Chỉ mục {folder.name} không khớp các đoạn trong thư viện.",)
    return ()


@contextmanager
def _building(root: Path) -> Iterator[None]:
    """Let one process at a time build; the others wait and then find the work done."""
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _folders(root: Path) -> list[Path]:
    return sorted(root.glob("generation-*"), reverse=True)


def _newest(root: Path, model: str, dimension: int) -> Snapshot | None:
    """Load the newest sound snapshot of this model; None when it must be built from nothing."""
    for folder in _folders(root):
        try:
            manifest = _read_manifest(folder)
            _check_compatible(folder, manifest, model, dimension)
            _check_files(folder, manifest)
            return _load(folder, manifest)
        except SnapshotError as error:
            log.warning("snapshot %s is not used: %s", folder.name, error)
    return None


def _read_manifest(folder: Path) -> Manifest:
    try:
        values = json.loads((folder / _MANIFEST).read_text())
        checksums = tuple((str(name), str(digest)) for name, digest in values.pop("checksums"))
        return Manifest(checksums=checksums, **values)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SnapshotError(f"Chỉ mục {folder.name} hỏng: không đọc được bản kê.") from error


def _check_compatible(folder: Path, manifest: Manifest, model: str, dimension: int) -> None:
    if manifest.format != FORMAT or manifest.tokenizer != VERSION:
        raise SnapshotError(f"Chỉ mục {folder.name} thuộc phiên bản phần mềm khác.")
    if (manifest.model, manifest.dimension) != (model, dimension):
        raise SnapshotError(
            f"Chỉ mục {folder.name} được dựng bằng mô hình khác ({manifest.model}). Hãy chạy: "
            "python -m scripts.rebuild, hoặc đặt lại TRACUU_MODEL như cũ."
        )


def _check_files(folder: Path, manifest: Manifest) -> None:
    for name, digest in manifest.checksums:
        path = folder / name
        if not path.is_file() or _sha256(path) != digest:
            raise SnapshotError(f"Chỉ mục {folder.name} hỏng: tệp {name} thiếu hoặc đã bị đổi.")


def _load(folder: Path, manifest: Manifest) -> Snapshot:
    try:
        dense, sparse = DenseIndex.load(folder / _DENSE), SparseIndex(folder / _SPARSE)
        lexicon = Lexicon.load(folder / _LEXICON)
    except (DenseIndexError, SparseIndexError, LexiconError) as error:
        raise SnapshotError(f"Chỉ mục {folder.name} hỏng: {error}") from error
    if not len(dense) == len(sparse) == manifest.passages:
        raise SnapshotError(f"Chỉ mục {folder.name} hỏng: số đoạn không khớp bản kê.")
    return Snapshot(folder, manifest, dense, sparse, lexicon)


def _write(
    root: Path, library: Library, model: str, dimension: int, base: Snapshot | None
) -> Snapshot:
    """Write the library's generation as a new snapshot, from ``base`` when there is one."""
    generation = library.generation
    target = root / f"generation-{generation:010d}"
    draft = root / f".draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        passages = _write_files(draft, library, model, dimension, base)
        files = sorted(path for path in draft.rglob("*") if path.is_file())
        manifest = Manifest(
            format=FORMAT,
            model=model,
            dimension=dimension,
            tokenizer=VERSION,
            generation=generation,
            passages=passages,
            checksums=tuple((path.relative_to(draft).as_posix(), _sha256(path)) for path in files),
        )
        (draft / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
        for path in (*files, draft / _MANIFEST, draft / _SPARSE, draft):
            _fsync(path)
        shutil.rmtree(target, ignore_errors=True)  # a damaged one of the same generation
        draft.rename(target)
        _fsync(root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    log.info("snapshot %s: %d passages", target.name, manifest.passages)
    return _load(target, manifest)


def _write_files(
    draft: Path, library: Library, model: str, dimension: int, base: Snapshot | None
) -> int:
    """Write the two legs and the lexicon; return the number of passages."""
    (draft / _SPARSE).mkdir()
    dense, lexicon = DenseIndex(dimension), Lexicon()
    if base is not None:
        dense = DenseIndex.load(base.folder / _DENSE)
    present, wanted = dense.keys(), library.passage_keys()
    removed = np.setdiff1d(present, wanted, assume_unique=True)
    added = np.setdiff1d(wanted, present, assume_unique=True)
    dense.remove(removed)
    for start in range(0, len(added), _CHUNK):
        chunk = added[start : start + _CHUNK]
        dense.add(chunk, _vectors(library, model, chunk.tolist()))
    if base is None or len(removed):  # the sparse leg cannot forget a text: it begins anew
        SparseIndex(draft / _SPARSE).add(_texts(library, wanted))
    else:
        shutil.copytree(base.folder / _SPARSE, draft / _SPARSE, dirs_exist_ok=True, ignore=_LOCKS)
        SparseIndex(draft / _SPARSE).add(_texts(library, added))
    for lock in (draft / _SPARSE).glob("*.lock"):
        lock.unlink()
    dense.save(draft / _DENSE)
    # counts of removed texts are left in until a tenth is gone: they only weigh readings of marks
    if base is None or 10 * len(removed) > len(present):
        added = wanted
    else:
        lexicon = base.lexicon
    lexicon.add(text for _key, text in _texts(library, added))
    lexicon.save(draft / _LEXICON)
    return len(dense)


def _vectors(library: Library, model: str, keys: list[int]) -> NDArray[np.float32]:
    try:
        return library.vectors(model, keys)
    except LibraryError as error:
        raise SnapshotError(
            f"Thư viện chưa được mã hóa bằng mô hình đang đặt ({model}). Hãy chạy: "
            "python -m scripts.rebuild, hoặc đặt lại TRACUU_MODEL như cũ."
        ) from error


def _texts(library: Library, keys: NDArray[np.int64]) -> Iterator[tuple[int, str]]:
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK].tolist()
        yield from zip(chunk, library.indexed_texts(chunk), strict=True)


def _sweep(root: Path, keep: Path) -> None:
    """Remove older snapshots and drafts of processes that are gone; open readers keep theirs."""
    for folder in (*root.glob("generation-*"), *root.glob(".draft-*")):
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
