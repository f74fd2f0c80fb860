"""A library in step with a folder: what comes, what changes and what goes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from documents.document import Document
from documents.errors import DocumentError
from documents.formats.find_files import gather
from documents.formats.sandbox import FileReader
from documents.store.library import Library
from documents.store.source_files import path_key
from index.ingest.ingest import Adding, remove_document
from index.ingest.results import OnProgress, Options, Outcome

if TYPE_CHECKING:
    from index.encoders.base import Encoder  # not at run time: it takes seconds to import


@dataclass(frozen=True, slots=True)
class Leaving:
    """A document that the folder brought and holds no more, and the path it had there."""

    document: Document
    path: str


class Sync:
    """One pass over a folder: first ``outcomes``, then ``leaving``, ``remove`` and ``finish``.

    Raises DocumentError where the folder holds nothing of all it once brought: a drive that is not
    mounted looks like that. The caller holds the lock, but for a dry run.
    """

    def __init__(
        self,
        data: Path,
        library: Library,
        encoder: "Encoder",
        folder: Path,
        options: Options,
        reader: FileReader,
        on_progress: OnProgress = lambda _path, _done, _total: None,
    ) -> None:
        if not folder.is_dir():
            raise DocumentError(folder, "không có thư mục này; hãy kiểm tra lại đường dẫn.")
        self.data = data
        self.library = library
        self.folder = path_key(folder.resolve())
        self._before = library.arrivals.of_folder(self.folder)
        gathered = gather([folder], without=data)
        self.files, self.ignored = gathered.files, gathered.ignored
        if not self.files and self._before:
            raise DocumentError(
                folder,
                "thư mục không còn văn bản nào, có thể ổ chia sẻ chưa được gắn; không "
                "xóa gì. Nếu thật sự muốn xóa, hãy dùng python -m scripts.remove_document.",
            )
        self._refused = gathered.refused
        options = replace(options, folder=self.folder, vanished=self._vanished())
        self._adding = Adding(data, library, encoder, options, reader, on_progress)
        self._standing = self._adding.standing

    def outcomes(self) -> Iterator[Outcome]:
        """Add what is new or changed, yielding what became of each file."""
        yield from (Outcome(path, "refused", reason=reason) for path, reason in self._refused)
        for path in self.files:
            yield from self._adding.add(path)

    def leaving(self) -> tuple[Leaving, ...]:
        """Return the documents to remove, once all files have been gone through."""
        paths = {one.document_id: one.path for one in reversed(self._before)}
        found = []
        for document_id, path in paths.items():
            document = self.library.document(document_id)
            if document is None or document.status == "superseded":
                continue
            is_retired = document_id in self._standing.retired
            if not is_retired and not self._standing.holders(document_id):
                found.append(Leaving(document, path))
        return tuple(sorted(found, key=lambda one: one.path))

    def remove(self, leaving: Leaving) -> None:
        """Remove a document that has left the folder."""
        remove_document(self.data, self.library, leaving.document)

    def finish(self) -> None:
        """Forget the paths that are gone, but for those of documents that were not removed."""
        kept = {one.document.document_id for one in self.leaving()}
        vanished = self._standing.vanished
        self.library.arrivals.forget(
            tuple(
                one.path
                for one in self._before
                if one.path in vanished and one.document_id not in kept
            )
        )

    def _vanished(self) -> frozenset[str]:
        """Return the keys of the files that are gone, but for what cannot be known from a listing.

        That is what lies in a folder that could not be listed, or in a file that is there: an
        archive, or a document with others attached to it.
        """
        present = {path_key(path) for path in self.files}
        unseen = present | {path_key(path) for path, _reason in self._refused}
        return frozenset(
            one.path
            for one in self._before
            if one.path not in present
            and not unseen.intersection(map(str, PurePath(one.path).parents))
        )
