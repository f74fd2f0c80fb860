"""A copy of a data folder that can be taken while it is in use, and put back."""

import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from documents.errors import BackupError, LibraryError
from documents.store import originals
from documents.store.backup_archive import (
    FORMAT,
    OWN_QUESTIONS,
    SUFFIX,
    Copied,
    FolderSink,
    Manifest,
    Sink,
    ZipSink,
    opened,
)
from documents.store.backup_cipher import Cipher
from documents.store.database import copy_database
from documents.store.library import FILE_NAME, Library
from documents.store.salvage import ASIDE, faults_of, set_aside

DRAFT = ".draft-"  # in the names of what is being written
_RESTORED = f"{DRAFT}restore-"
_TRIES = 3  # copies of a library from which documents are being removed meanwhile
LOG_KEY = "log.key"  # the key of the hashes in the log of questions
_LEFT_OUT = ("-wal", "-shm", "-journal", ".log", SUFFIX)

OnProgress = Callable[[str, int, int], None]


def back_up(
    data: Path,
    target: Path,
    on_progress: OnProgress = lambda _name, _done, _total: None,
    key: str | None = None,
) -> tuple[Path, Manifest]:
    """Copy a data folder to a new ZIP file or folder; into a folder that is there, as a ZIP file.

    The index and the models are left out: they are made again from the rest. ``on_progress`` is
    told the file and the bytes. Returns the place and what is there. Raises BackupError and
    OSError; what was begun is then taken back.
    """
    if target.is_dir():
        target /= f"tra-cuu-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}{SUFFIX}"
    if target.exists():
        raise BackupError(f"{target}: đã có; hãy chọn tên khác.")
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".{target.name}{DRAFT}*"):
        discard(left)
    draft = target.parent / f".{target.name}{DRAFT}{os.getpid()}"
    try:
        cipher = Cipher(key) if key else None
        as_file = target.suffix.lower() == SUFFIX
        sink = ZipSink(draft, cipher) if as_file else FolderSink(draft, cipher)
        try:
            with TemporaryDirectory(dir=target.parent, prefix=f"{draft.name}-") as folder:
                names = [path for path in _beside(data) if key or path.name != LOG_KEY]
                manifest = _copy_all(data, Path(folder), names, sink, on_progress)
            sink.finish(manifest)
        finally:
            sink.close()
        draft.rename(target)
    finally:
        discard(draft)
    return target, manifest


@contextmanager
def unpacked(
    source: Path,
    data: Path,
    on_progress: OnProgress = lambda _name, _done, _total: None,
    key: str | None = None,
) -> Iterator[tuple[Path, Manifest]]:
    """Give a backup's files in a folder beside their place, all compared with their checksums.

    Raises BackupError where the backup or the library in it cannot be used.
    """
    data.mkdir(parents=True, exist_ok=True)
    for left in data.glob(f"{_RESTORED}*"):
        discard(left)
    with (
        opened(source, key) as held,
        TemporaryDirectory(dir=data, prefix=_RESTORED, ignore_cleanup_errors=True) as name,
    ):
        folder, manifest = Path(name), held.manifest()
        (folder / originals.FOLDER).mkdir()
        total, done = sum(file.size for file in manifest.files), 0
        for file in manifest.files:
            held.unpack(file, folder)
            done += file.size
            on_progress(file.name, done, total)
        _check(source, folder)
        yield folder, manifest


def verify(folder: Path) -> Iterator[str]:
    """Name whatever in an unpacked backup is not as it was stored: every row, every original."""
    with Library(folder / FILE_NAME) as library:
        yield from library.faults()
        for document_id in library.damaged_texts():
            yield f"nội dung của văn bản {document_id} không còn như đã lưu"
        for document_id in library.damaged_documents():
            yield f"thông tin của văn bản {document_id} không còn như đã lưu"
        for document_id in library.miscounted_documents():
            yield f"văn bản {document_id} không đủ các đoạn đã lưu"
        for passage_id in library.all_damaged_passages():
            yield f"đoạn {passage_id} không còn như đã lưu"
        if count := library.damaged_vectors():
            yield f"{count} vectơ không còn như đã lưu"
    for path in sorted((folder / originals.FOLDER).iterdir()):
        if originals.digest(path) != path.name.partition(".")[0]:
            yield f"tệp gốc {path.name} không còn như đã nhận"
    for path in sorted(folder.glob("*.db")):
        if path.name != FILE_NAME:
            yield from (f"{path.name}: {fault}" for fault in faults_of(path))


def put_back(
    folder: Path, data: Path, untouched: Collection[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Put an unpacked backup in place.

    Returns the files that were there and are left as they are, and where damaged ones were set
    aside. The library is changed in one step, which a running bot follows. Who may ask, and the log
    of questions, are only put back where there are none that can be read: nobody who was shut out
    comes in again. ``untouched`` are never replaced. The caller holds the lock.
    """
    (data / originals.FOLDER).mkdir(exist_ok=True)
    for path in sorted((folder / originals.FOLDER).iterdir()):
        path.replace(data / originals.FOLDER / path.name)
    _put_library(folder / FILE_NAME, data / FILE_NAME)
    kept, aside = [], []
    own = folder / OWN_QUESTIONS
    files = [path for path in folder.iterdir() if path.is_file()]
    files += [path for path in own.glob("*") if path.is_file()]
    for path in sorted(files):
        name = path.relative_to(folder).as_posix()
        target = data / name
        if target.exists() and name not in untouched and _is_damaged(target):
            aside.append(set_aside(target).name)
        if target.exists():
            kept.append(name)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    return tuple(kept), tuple(aside)


def _is_damaged(path: Path) -> bool:
    """Say whether a database cannot be used any more."""
    if path.suffix != ".db":
        return False
    try:
        return bool(faults_of(path))
    except LibraryError:
        return True


def discard(draft: Path) -> None:
    """Delete what was begun."""
    if draft.is_dir():
        shutil.rmtree(draft, ignore_errors=True)
    else:
        draft.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Library:
    """A copied library, and the originals it needs."""

    generation: int
    documents: int
    originals: tuple[Path, ...]
    missing: tuple[str, ...]


def _copy_all(
    data: Path, folder: Path, beside: Sequence[Path], sink: Sink, on_progress: OnProgress
) -> Manifest:
    """Copy the library first, then what the copied library needs."""
    library = _copy_library(data, folder)
    for _ in range(_TRIES - 1):
        if not library.missing:
            break
        library = _copy_library(data, folder)  # a document may have been removed since the copy
    places = {FILE_NAME: folder / FILE_NAME}
    for path in beside:
        places[path.name] = path
        if path.suffix == ".db":
            places[path.name] = folder / path.name
            copy_database(path, folder / path.name)
    own = sorted(path for path in (data / OWN_QUESTIONS).glob("*") if path.is_file())
    places |= {f"{OWN_QUESTIONS}/{path.name}": path for path in own if path.name[0] != "."}
    places |= {f"{originals.FOLDER}/{path.name}": path for path in library.originals}
    total, done = sum(path.stat().st_size for path in places.values()), 0
    files = []
    for name, path in places.items():
        size = path.stat().st_size
        files.append(Copied(name, size, sink.add(name, path)))
        done += size
        on_progress(name, done, total)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(
        FORMAT, made_at, library.generation, library.documents, tuple(files), library.missing
    )


def _copy_library(data: Path, folder: Path) -> _Library:
    copy = folder / FILE_NAME
    copy.unlink(missing_ok=True)
    copy_database(data / FILE_NAME, copy)
    with Library(copy) as library:
        documents = [entry.document for entry in library.entries()]
        places = [originals.place(data, document) for document in documents]
        for document_id in library.damaged_documents():  # which may yet be read again from it
            places += sorted((data / originals.FOLDER).glob(f"{document_id}*"))
        return _Library(
            generation=library.generation,
            documents=sum(document.status != "superseded" for document in documents),
            originals=tuple(path for path in places if path.is_file()),
            missing=tuple(path.name for path in places if not path.is_file()),
        )


def _beside(data: Path) -> list[Path]:
    """Return the files that stand in the data folder itself, but for the library."""
    return [
        path
        for path in sorted(data.iterdir())
        if path.is_file()
        and not path.is_symlink()
        and path.name != FILE_NAME
        and not path.name.startswith((".", ASIDE))
        and not path.name.endswith(_LEFT_OUT)
    ]


def _check(source: Path, folder: Path) -> None:
    if not (folder / FILE_NAME).is_file():
        raise BackupError(f"{source}: bản sao lưu không có thư viện.")
    try:
        with Library(folder / FILE_NAME) as library:
            faults = library.faults()
    except LibraryError as error:
        raise BackupError(str(error).replace(str(folder), str(source))) from error
    if faults:
        raise BackupError(f"{source}: thư viện trong bản sao lưu bị hỏng ({faults[0]}).")


def _put_library(copy: Path, live: Path) -> None:
    """Write over the library in one transaction, as the next generation; set a broken one aside."""
    try:
        with Library(live) as present:
            generation, broken = present.generation, bool(present.integrity_faults())
    except LibraryError:
        generation, broken = 0, True
    with Library(copy) as restored:
        restored.go_on_after(generation)
    if not broken:
        copy_database(copy, live)
        copy.unlink()
        return
    set_aside(live)
    copy.replace(live)
