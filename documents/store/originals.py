"""The files as they were received, kept under DATA_DIR/originals by the sha256 of their bytes."""

import hashlib
import os
import shutil
from pathlib import Path

from documents.document import Document
from documents.errors import DocumentError

FOLDER = "originals"
_CHUNK = 1 << 20
DRAFT = ".draft-"  # what is being written; a run that is ended leaves it to the next to sweep


def digest(path: Path) -> str:
    """Return the sha256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(data: Path, document: Document) -> Path:
    """Return where a document's original lies; the suffix lets it be opened by a double click."""
    return data / FOLDER / (document.sha256 + Path(document.source).suffix.lower())


def keep(data: Path, path: Path, document: Document) -> None:
    """Copy a file to its place, complete or not at all; raises DocumentError if it has changed."""
    target = place(data, document)
    if target.is_file() and digest(target) == document.sha256:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.parent / f"{DRAFT}{os.getpid()}"
    try:
        copied = _copy(path, draft)
        if copied != document.sha256:
            raise DocumentError(
                path, "tệp bị thay đổi trong khi đang đọc; hãy đợi ghi xong rồi chạy lại."
            )
        draft.replace(target)
        _sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def discard(data: Path, document: Document) -> None:
    """Delete a document's original."""
    place(data, document).unlink(missing_ok=True)


def leftovers(data: Path, known: frozenset[str]) -> tuple[Path, ...]:
    """Return the files of no known sha256: of interrupted runs, and harmless."""
    folder = data / FOLDER
    if not folder.is_dir():
        return ()
    return tuple(path for path in sorted(folder.iterdir()) if path.name.split(".")[0] not in known)


def sweep_drafts(data: Path) -> None:
    """Delete the drafts of runs that were ended; only for the process that holds the lock."""
    for draft in (data / FOLDER).glob(f"{DRAFT}*"):
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)


def draft_place(data: Path) -> Path:
    """Return the folder in which drafts are written and swept, made where it is missing."""
    place = data / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    return place


def _copy(path: Path, draft: Path) -> str:
    """Copy through to the disk; return the sha256 of what was copied."""
    sha256 = hashlib.sha256()
    with path.open("rb") as received, draft.open("wb") as kept:
        while chunk := received.read(_CHUNK):
            sha256.update(chunk)
            kept.write(chunk)
        kept.flush()
        os.fsync(kept.fileno())
    return sha256.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
