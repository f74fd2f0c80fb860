"""The searchable state of the library on disk: built, loaded and caught up.

A snapshot is a folder named after the library's generation and the model, holding the FAISS file
and its changes, the tantivy folder, the forward index, the lexicon and a manifest. It is written
beside its place, fsynced and renamed, so that a folder with its final name is complete. All of it
comes from the library, without re-encoding. Where machines share an index, the two legs lie there,
and the folder holds the rest.
"""

import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from documents.store.library import Library
from index.errors import IndexFileError, SnapshotError
from index.legs.dense import DenseIndex
from index.legs.forward import ForwardIndex
from index.legs.protocols import DenseLeg, SparseLeg
from index.legs.sparse import SparseIndex
from index.lexicon import Lexicon
from index.snapshot import build, folders, manifest
from index.snapshot.manifest import FORMAT, Manifest
from index.tokens import VERSION

if TYPE_CHECKING:
    from index.postgres.index import Shared  # not at run time: its packages are optional


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The two legs, the forward index and the lexicon at one generation of the library."""

    folder: Path
    manifest: Manifest
    dense: DenseLeg
    sparse: SparseLeg
    lexicon: Lexicon
    forward: ForwardIndex
    shared: "Shared | None" = None  # where the legs lie; None for the folder

    @property
    def generation(self) -> int:
        """The generation of the library this snapshot shows."""
        return self.manifest.generation

    @contextmanager
    def showing(self, library: Library) -> Iterator[bool]:
        """Show this thread one state of both legs; False where it is not that of the snapshot."""
        if self.shared is None:
            yield True
            return
        found = self.manifest
        with self.shared.showing(library, found.model, found.generation, found.token) as is_so:
            yield is_so

    def follow(self, library: Library) -> None:
        """Bring the legs to the library's generation, wherever another has left them."""
        if self.shared is not None:
            self.shared.follow(library, self.manifest.model, self.manifest.dimension)

    @classmethod
    def open(
        cls,
        root: Path,
        library: Library,
        model: str,
        dimension: int,
        *,
        anew: bool = False,
        loaded: "Snapshot | None" = None,
        shared: "Shared | None" = None,
    ) -> "Snapshot":
        """Return the library's present generation, ready to search.

        ``model`` is the encoder's fingerprint. A snapshot that is missing, damaged or of another
        history of the library is rebuilt and one that is behind is caught up, from the stored
        vectors; ``anew`` builds it from nothing in any case, and ``loaded`` is a snapshot at hand,
        which need not be read again and is left as it is; ``shared`` is where the legs lie, if not
        in the folder. Raises SnapshotError when the library has no vectors of this model, naming
        the command that encodes them.
        """
        root.mkdir(parents=True, exist_ok=True)
        with folders.building(root), library.reading():
            folders.sweep_drafts(root)
            current = None
            if not anew:
                current = _at_hand(root, library, model, loaded, shared)
                current = current or _newest(root, library, model, dimension, shared)
            if current is not None and current.generation == library.generation:
                current.follow(library)
                return current
            snapshot = _write(root, library, model, dimension, current, shared, anew=anew)
            folders.sweep(root, library, snapshot.folder, snapshot.manifest.model)
            return snapshot


def is_current(root: Path, library: Library, model: str, shared: "Shared | None" = None) -> bool:
    """Say, without loading anything, whether a snapshot shows the library's generation."""
    with library.reading():
        if shared is not None and not shared.is_current(library, model):
            return False
        for folder in folders.of(root):
            try:
                found = manifest.read(folder)
            except SnapshotError:
                continue
            if found.model == model and found.generation == library.generation:
                is_whole = shared is not None or manifest.has_legs(found)
                return is_whole and found.token == library.token
    return False


def is_of(found: Manifest, library: Library) -> bool:
    """Say whether the library has been through the generation that a snapshot shows."""
    return library.token_of(found.generation) == found.token


def _at_hand(
    root: Path,
    library: Library,
    model: str,
    loaded: Snapshot | None,
    shared: "Shared | None",
) -> Snapshot | None:
    """Return a copy of a loaded snapshot, where it is the newest of its model on disk."""
    present = folders.of(root)
    if loaded is None or loaded.manifest.model != model or not present:
        return None
    if loaded.shared is not shared:
        return None
    try:
        newest, found = folders.of_model(present, model)
    except SnapshotError:
        return None
    if (newest, found) != (loaded.folder, loaded.manifest) or not is_of(found, library):
        return None
    copied = replace(loaded, lexicon=loaded.lexicon.copy(), forward=loaded.forward.copy())
    if isinstance(loaded.dense, DenseIndex):
        copied = replace(copied, dense=loaded.dense.copy())
    return copied


def _newest(
    root: Path, library: Library, model: str, dimension: int, shared: "Shared | None"
) -> Snapshot | None:
    """Load the newest sound snapshot of this model; None when it must be built from nothing."""
    for folder in folders.of(root):
        try:
            found = manifest.read(folder)
            manifest.check_model(folder, found, model, dimension)
            if is_of(found, library):
                manifest.check_files(folder, found)
                return load(folder, found, library, shared)
            # its keys may mean other texts
            log.warning("snapshot %s is of another history of the library", folder.name)
        except SnapshotError as error:
            log.warning("snapshot %s is not used: %s", folder.name, error)
    return None


def load(folder: Path, found: Manifest, library: Library, shared: "Shared | None") -> Snapshot:
    """Open the snapshot in a folder; raises SnapshotError where it is not whole."""
    if shared is None and not manifest.has_legs(found):
        raise SnapshotError(f"Chỉ mục {folder.name} chỉ gồm phần đi kèm chỉ mục dùng chung.")
    try:
        lexicon = Lexicon.load(folder / build.LEXICON)
        forward = ForwardIndex.load(folder / build.FORWARD, folder / build.FORWARD_CHANGES)
        if shared is not None:
            if len(forward) != found.passages:
                raise SnapshotError(_miscounted(folder))
            legs = shared.legs(library, found.model, found.dimension, forward)
            return Snapshot(folder, found, *legs, lexicon, forward, shared)
        dense = DenseIndex.load(folder / build.DENSE, folder / build.CHANGES)
        sparse = SparseIndex(folder / build.SPARSE)
    except IndexFileError as error:
        raise SnapshotError(f"Chỉ mục {folder.name} hỏng: {error}") from error
    if not len(dense) == len(sparse) == len(forward) == found.passages:
        raise SnapshotError(_miscounted(folder))
    return Snapshot(folder, found, dense, sparse, lexicon, forward)


def _miscounted(folder: Path) -> str:
    return f"Chỉ mục {folder.name} hỏng: số đoạn không khớp bản kê."


def _write(
    root: Path,
    library: Library,
    model: str,
    dimension: int,
    current: Snapshot | None,
    shared: "Shared | None",
    *,
    anew: bool,
) -> Snapshot:
    """Write the library's generation as a new snapshot, from ``current`` when there is one."""
    generation = library.generation
    short = hashlib.sha256(model.encode()).hexdigest()[:8]
    target = root / f"generation-{generation:010d}-{short}"
    draft = root / f"{folders.DRAFTS}{os.getpid()}"
    draft.mkdir()
    base = None
    if current is not None:
        base = build.Base(
            current.folder,
            current.manifest,
            current.dense,
            current.sparse,
            current.lexicon,
            current.forward,
        )
    try:
        built = build.build(draft, library, model, dimension, base, legs=shared is None)
        files = tuple(sorted(path for path in draft.rglob("*") if path.is_file()))
        found = Manifest(
            format=FORMAT,
            model=model,
            dimension=dimension,
            tokenizer=VERSION,
            generation=generation,
            token=library.token,
            passages=len(built.forward),
            departed=built.departed,
            checksums=manifest.checksums(draft, files, built.shared),
        )
        found.write(draft)
        written = [path for path in files if path not in built.shared]
        if shared is not None:  # after what has gone was read there, before anybody looks here
            shared.follow(library, model, dimension, anew=anew)
            shared.sweep(library, model)
        within = [path for path in draft.iterdir() if path.is_dir()]
        for path in (*written, draft / manifest.NAME, *within, draft):
            folders.fsync(path)
        shutil.rmtree(target, ignore_errors=True)  # a damaged one of the same generation
        draft.rename(target)
        folders.fsync(root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    log.info("snapshot %s: %d passages", target.name, found.passages)
    if shared is not None:
        legs = shared.legs(library, model, dimension, built.forward)
        return Snapshot(target, found, *legs, built.lexicon, built.forward, shared)
    assert built.dense is not None  # written, since nobody else has the legs
    sparse = SparseIndex(target / build.SPARSE)
    return Snapshot(target, found, built.dense, sparse, built.lexicon, built.forward)
