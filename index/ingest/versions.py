"""Which document a file stands for, in the library and within a run that is still going on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from documents.document import Document, Passage
from documents.errors import DocumentError, OtherVersionError
from documents.metadata.same_document import same_document
from documents.store.library import Library
from documents.store.source_files import Arrival, Stamp, path_key
from index.ingest.results import Options

ID_CHARACTERS = 12  # of the sha256: 48 bits, a collision is out of reach of any library


@dataclass(frozen=True, slots=True)
class Source:
    """A file to add: where its bytes are, and the path it is known by, inside an archive or not."""

    file: Path
    path: Path
    seen: Stamp


class Standing:
    """What is known of files and documents; ``plan`` notes what a dry run would have done.

    ``vanished`` are the paths of the folder that are gone.
    """

    def __init__(self, library: Library, options: Options) -> None:
        self.library = library
        self.options = options
        self.planned: dict[Document, tuple[Passage, ...]] = {}
        self.retired: set[str] = set()
        self.vanished = set(options.vanished)
        self._brought: dict[str, str] = {}  # path -> document, as far as the run has come
        self._paths: defaultdict[str, set[str]] = defaultdict(set)  # the other way round

    def bring(self, key: str, document_id: str) -> None:
        """Note which document stands behind a path that was come by."""
        before = self._brought.get(key)
        if before is not None:
            self._paths[before].discard(key)
        self._brought[key] = document_id
        self._paths[document_id].add(key)

    def plan(
        self, document: Document, passages: tuple[Passage, ...], gone: Sequence[Document]
    ) -> None:
        """Note what would be added, and which documents it would take the place of."""
        self.planned[document] = passages
        self.retired.update(one.document_id for one in gone)

    def miss(self, archive: Path, paths: Sequence[Path]) -> None:
        """Note what an archive of the folder holds no more."""
        if self.options.folder:
            inside, present = f"{path_key(archive)}/", {path_key(path) for path in paths}
            before = self.library.arrivals.of_folder(self.options.folder)
            self.vanished |= {one.path for one in before if one.path.startswith(inside)} - present

    def present(self, sha256: str) -> Document | None:
        """Return the live document of these bytes."""
        for document in self.planned:
            if document.sha256 == sha256:
                return document
        document_id = sha256[:ID_CHARACTERS]
        stored = self.library.document(document_id)
        live = stored and stored.status != "superseded" and document_id not in self.retired
        return stored if live else None

    def kept_version(self, known: Arrival) -> Document | None:
        """Return the older version that a file of a folder in step still holds."""
        document = self.library.document(known.document_id) if self.options.folder else None
        return document if document and document.status == "superseded" else None

    def arrival(self, source: Source, document: Document, is_new: bool) -> Arrival:
        """Return a file's row; a folder owns what it brought, and no more than that."""
        key, folder, seen = path_key(source.path), self.options.folder, source.seen
        known = self.library.arrivals.at(key)
        if known and (folder is None or known.document_id == document.document_id):
            folder = known.folder
        elif not is_new:
            others = self.library.arrivals.of(document.document_id)
            if not others or any(one.folder is None for one in others):
                folder = None
        return Arrival(key, folder, seen.size, seen.modified, document.sha256, document.document_id)

    def former(self, path: Path, document: Document, known: Arrival | None) -> Document | None:
        """Return the version whose place this document takes; refuse when that was not asked."""
        if self.options.folder and known and (former := self._at_path(known)):
            return former
        versions = [
            version
            for version in (*self.library.versions_of(document), *self.planned)
            if same_document(document, version) and version.document_id not in self.retired
        ]
        if not versions:
            return None
        self.refuse_hidden(path, versions)
        if len(versions) > 1:
            raise DocumentError(
                path,
                f"có thể là bản mới của {len(versions)} văn bản cùng số {document.number}; "
                "hãy ghi rõ --issuer, --issued-on.",
            )
        old = versions[0]
        if not (self.options.replace or self._is_left(old)):
            raise OtherVersionError(
                path,
                f"trùng số, loại và cơ quan ban hành với văn bản đã có {old.number} "
                f"({old.document_id}) nhưng nội dung khác; nếu đây là bản thay cho bản đó, "
                "hãy chạy lại với --replace.",
                old.number,
            )
        return old

    def refuse_hidden(self, path: Path, documents: Sequence[Document]) -> None:
        """Refuse a file that stands for one of the hidden documents; raises DocumentError."""
        if not self.options.hidden.isdisjoint(one.document_id for one in documents):
            raise DocumentError(path, "chưa thêm được; hãy chuyển tệp này cho quản trị viên.")

    def _at_path(self, known: Arrival) -> Document | None:
        """Return the live document that this path brought and no other file holds."""
        document = self.library.document(known.document_id)
        if not document or document.status == "superseded" or known.document_id in self.retired:
            return None
        return None if self.holders(known.document_id, but=known.path) else document

    def _is_left(self, document: Document) -> bool:
        """Say whether the folder brought a document and holds it no more."""
        arrivals = self.library.arrivals.of(document.document_id)
        return (
            self.options.folder is not None
            and any(one.folder == self.options.folder for one in arrivals)
            and not self.holders(document.document_id)
        )

    def holders(self, document_id: str, but: str | None = None) -> tuple[str, ...]:
        """Return the paths at which a document still lies, as far as the run has come."""
        paths = {one.path for one in self.library.arrivals.of(document_id)}
        paths |= self._paths.get(document_id, set())
        return tuple(
            path
            for path in sorted(paths - self.vanished)
            if path != but and self._brought.get(path, document_id) == document_id
        )
