"""Files read before anybody has to wait for them: the library is locked only once they are read."""

import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from documents import errors
from documents.errors import DocumentError
from documents.formats import zip_file
from documents.formats.read import Reading
from documents.formats.sandbox import FileReader, ReadingProcess
from documents.formats.zip_file import Member
from documents.store import lock
from documents.store.library import Library
from index.ingest.ingest import add_files
from index.ingest.results import Options, Outcome

if TYPE_CHECKING:
    from index.encoders.base import Encoder  # not at run time: it takes seconds to import


def add_when_read(
    data: Path,
    library: Library,
    encoder: "Encoder",
    path: Path,
    options: Options,
    reader: FileReader | None = None,
) -> tuple[Outcome, ...]:
    """Add a file, holding the library's lock only from when it is read: reading may take minutes.

    Raises LibraryInUseError, before anything is read where another process changes the library.
    """
    with lock.writing(data):
        pass
    with ReadingProcess() as process:
        ahead = ReadAhead(reader or process)
        ahead.prepare(path)
        with lock.writing(data):
            return tuple(add_files(data, library, encoder, [path], options, reader=ahead))


class ReadAhead:
    """A reader that already has what it will be asked for; what it has not, it reads then."""

    def __init__(self, reader: FileReader) -> None:
        self._reader = reader
        self._done: dict[Path, Reading | DocumentError] = {}
        self._unpacked: dict[Path, tuple[Path, tuple[Member, ...]] | DocumentError] = {}

    def prepare(self, path: Path) -> None:
        """Read a document, or all those of an archive; a refusal is kept for when it is asked."""
        if path.suffix.lower() != zip_file.SUFFIX:
            self._done[path] = self._tried(path)
            return
        try:
            folder = Path(mkdtemp(dir=path.parent))
        except OSError:  # the disk is full, say: told where the archive is unpacked in earnest
            return
        try:
            members = self._reader.unpack(path, folder)
        except DocumentError as error:
            self._unpacked[path] = error
            return
        self._unpacked[path] = folder, members
        for member in members:
            if not member.reason:
                self._done[member.file] = self._tried(member.file)

    def read(self, path: Path) -> Reading:
        """Return a document's text; raises DocumentError with one line."""
        done = self._done.pop(path, None) or self._tried(path)
        if isinstance(done, DocumentError):
            raise done
        return done

    def unpack(self, path: Path, folder: Path) -> tuple[Member, ...]:
        """Return the documents of an archive, moved into a folder; raises DocumentError."""
        unpacked = self._unpacked.pop(path, None)
        if unpacked is None:
            return self._reader.unpack(path, folder)
        if isinstance(unpacked, DocumentError):
            raise unpacked
        first, members = unpacked
        moved = tuple(
            Member(one.name, folder / one.file.relative_to(first), one.reason) for one in members
        )
        for before, after in zip(members, moved, strict=True):
            if before.file.exists():
                after.file.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(before.file, after.file)
            if before.file in self._done:
                self._done[after.file] = self._done.pop(before.file)
        shutil.rmtree(first)
        return moved

    def _tried(self, path: Path) -> Reading | DocumentError:
        try:
            return self._reader.read(path)
        except DocumentError as error:
            return error
        except OSError as error:
            return DocumentError(path, errors.reason_for(error, path))
