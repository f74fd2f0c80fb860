"""The folders of snapshots: their order, who may write them, and which are no longer needed."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from documents.store.library import Library
from index.errors import SnapshotError
from index.snapshot import manifest
from index.snapshot.manifest import Manifest

DRAFTS = ".draft-"


@contextmanager
def building(root: Path) -> Iterator[None]:
    """Let one process at a time build; the others wait and then find the work done."""
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def of(root: Path) -> list[Path]:
    """Return the snapshots' folders, the newest first."""
    return sorted(root.glob("generation-*"), reverse=True)


def of_model(folders: list[Path], model: str) -> tuple[Path, Manifest]:
    """Return the newest folder of a model, else the newest of all."""
    for folder in folders:
        try:
            found = manifest.read(folder)
        except SnapshotError:
            break
        if found.model == model:
            return folder, found
    return folders[0], manifest.read(folders[0])


def sweep_drafts(root: Path) -> None:
    """Remove the drafts of processes that were ended; nobody else builds under the lock."""
    for draft in root.glob(f"{DRAFTS}*"):
        shutil.rmtree(draft, ignore_errors=True)


def sweep(root: Path, library: Library, keep: Path, model: str) -> None:
    """Remove older snapshots; open readers keep theirs, and a model in use keeps its newest."""
    in_use = library.models.in_use
    live = in_use.fingerprint if in_use else model
    for folder in of(root):
        if folder == keep:
            continue
        try:
            other = manifest.read(folder).model
        except SnapshotError:
            other = None
        if other == live != model:
            live = model  # the newest of the model in use stays, the older ones go
            continue
        shutil.rmtree(folder, ignore_errors=True)


def fsync(path: Path) -> None:
    """Have the disk keep a file or folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
