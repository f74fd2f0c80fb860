"""The form of a backup: a ZIP file or a folder, with a manifest of every file's checksum."""

import hashlib
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Protocol

from documents.errors import BackupError
from documents.store.backup_cipher import Cipher, salt_of

FORMAT = 2  # 1 had no questions of the committee's own
_READ = (1, FORMAT)
OWN_QUESTIONS = "evaluation/own"  # what no other file of the data folder could give again
SUFFIX = ".zip"
_MANIFEST = "backup.json"
_PIECE = 1 << 20
# Nothing else is written back: a name in a backup decides no path outside the data folder.
_NAME = re.compile(rf"(?:originals/|{OWN_QUESTIONS}/)?[^./\\\0][^/\\\0]*")
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,  # a place before the beginning, a name that is no text
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Copied:
    """A file of a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds; ``missing`` names originals that were not there to be copied."""

    format: int
    made_at: str
    generation: int
    documents: int
    files: tuple[Copied, ...]
    missing: tuple[str, ...]


class Sink(Protocol):
    """Where a backup is written."""

    def add(self, name: str, path: Path) -> str:
        """Copy a file; return the sha256 of what was copied."""

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest last: without it, it is no backup."""

    def close(self) -> None:
        """Let go of what is open, finished or not."""


class FolderSink:
    """Writes a backup as a folder."""

    def __init__(self, draft: Path, cipher: Cipher | None = None) -> None:
        draft.mkdir(mode=0o700)
        self._draft = draft
        self._cipher = cipher

    def add(self, name: str, path: Path) -> str:
        """Copy a file."""
        target = self._draft / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if self._cipher is None:
            with path.open("rb") as stream:
                return write(stream, target)
        sha256 = hashlib.sha256()
        with path.open("rb") as stream:
            self._write(target, self._cipher.encrypted(_pieces(stream, sha256.update)))
        return sha256.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest."""
        text = iter([_as_json(manifest).encode()])
        self._write(self._draft / _MANIFEST, self._cipher.encrypted(text) if self._cipher else text)

    def _write(self, target: Path, pieces: Iterator[bytes]) -> None:
        target.touch(mode=0o600)
        with target.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Nothing is open."""


class ZipSink:
    """Writes a backup as a ZIP file."""

    def __init__(self, draft: Path, cipher: Cipher | None = None) -> None:
        draft.touch(mode=0o600)  # it may hold the log of questions
        # what is encrypted cannot be packed any more
        packing = zipfile.ZIP_STORED if cipher else zipfile.ZIP_DEFLATED
        self._archive = zipfile.ZipFile(draft, "w", packing)
        self._cipher = cipher

    def add(self, name: str, path: Path) -> str:
        """Copy a file."""
        sha256 = hashlib.sha256()
        with path.open("rb") as stream:
            self._write(name, _pieces(stream, sha256.update))
        return sha256.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest."""
        self._write(_MANIFEST, iter([_as_json(manifest).encode()]))

    def _write(self, name: str, pieces: Iterator[bytes]) -> None:
        with self._archive.open(name, "w", force_zip64=True) as packed:
            for piece in self._cipher.encrypted(pieces) if self._cipher else pieces:
                packed.write(piece)

    def close(self) -> None:
        """End the file."""
        self._archive.close()


@dataclass(frozen=True, slots=True)
class Held:
    """A backup that is open for reading; ``open`` gives a file of it by its name."""

    source: Path
    open: Callable[[str], IO[bytes]]

    def manifest(self) -> Manifest:
        """Return what the backup holds; raises BackupError."""
        try:
            with self.open(_MANIFEST) as stream:
                values = json.load(stream)
            files = tuple(Copied(**file) for file in values.pop("files"))
            manifest = Manifest(files=files, missing=tuple(values.pop("missing")), **values)
        except (KeyError, ValueError, TypeError, AttributeError, OSError) as error:
            raise BackupError(
                f"{self.source}: không phải bản sao lưu của Tra Cứu, hoặc bản sao lưu dở dang."
            ) from error
        if manifest.format not in _READ:
            raise BackupError(
                f"{self.source}: do phiên bản phần mềm khác tạo ra; hãy nâng cấp Tra Cứu."
            )
        if not all(_NAME.fullmatch(file.name) for file in manifest.files):
            raise BackupError(f"{self.source}: bản sao lưu có tên tệp không hợp lệ.")
        return manifest

    def unpack(self, file: Copied, folder: Path) -> None:
        """Write a file below a folder; raises BackupError where it is not as it was copied."""
        try:
            with self.open(file.name) as stream:
                sha256 = write(stream, folder / file.name, file.size)
        except (KeyError, FileNotFoundError) as error:
            raise self.damaged(file.name) from error
        if sha256 != file.sha256:
            raise self.damaged(file.name)

    def damaged(self, what: str) -> BackupError:
        """Return the error of a damaged backup."""
        return BackupError(f"{self.source}: bản sao lưu bị hỏng ({what}); hãy dùng bản khác.")


@contextmanager
def opened(source: Path, key: str | None = None) -> Iterator[Held]:
    """Open a backup; raises BackupError when it is none, also while it is being read.

    ``key`` is that of an encrypted one; one that is not encrypted needs none.
    """
    if source.is_dir():
        yield _held(source, lambda name: (source / name).open("rb"), key)
        return
    try:
        with zipfile.ZipFile(source) as archive:
            yield _held(source, archive.open, key)
    except _UNREADABLE as error:
        raise BackupError(
            f"{source}: không phải bản sao lưu của Tra Cứu, hoặc bản sao lưu bị hỏng."
        ) from error


def _held(source: Path, open_raw: Callable[[str], IO[bytes]], key: str | None) -> Held:
    """Return a backup by its manifest: as it lies there, or what is under its key."""
    try:
        with open_raw(_MANIFEST) as stream:
            salt = salt_of(stream)
    except (KeyError, OSError):  # said by who reads the manifest
        salt = None
    if salt is None:
        return Held(source, open_raw)
    if not key:
        raise BackupError(
            f"{source}: bản sao lưu đã mã hóa; hãy đặt TRACUU_BACKUP_KEY đúng như khi sao lưu."
        )
    cipher = Cipher(key, salt, source)
    return Held(source, lambda name: cipher.reader(open_raw(name)))


def _pieces(stream: IO[bytes], seen: Callable[[bytes], object]) -> Iterator[bytes]:
    """Yield a stream in pieces, each shown to ``seen`` first."""
    while piece := stream.read(_PIECE):
        seen(piece)
        yield piece


def write(stream: IO[bytes], target: Path, most: int | None = None) -> str:
    """Write a stream through to a file; return its sha256, or "" when it has too many bytes."""
    sha256 = hashlib.sha256()
    written = 0
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    with target.open("wb") as file:
        while piece := stream.read(_PIECE):
            written += len(piece)
            if most is not None and written > most:
                return ""
            sha256.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return sha256.hexdigest()


def _as_json(manifest: Manifest) -> str:
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
