"""Files into the library and out of it: read, describe, split, encode, then one transaction."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from documents import archives, faults, originals
from documents.apart import FileReader, ReadingProcess
from documents.archives import Member
from documents.arrivals import Arrival, Stamp, path_key, stamp
from documents.document import Document, DocumentError, Passage
from documents.folders import gather
from documents.identity import same_document
from documents.library import Library, LibraryError
from documents.metadata import describe
from documents.normalize import fold, normalize
from documents.reading import MAX_BYTES
from documents.scans import REMEDY
from documents.splitting import indexed_text, split
from index.encoding import BATCH, encode_lacking
from index.outcome import OnProgress, Options, Outcome, Overrides

if TYPE_CHECKING:
    from index.encoder import Encoder  # not at run time: it takes seconds to import

__all__ = ["BATCH", "Adding", "Options", "Outcome", "Overrides", "add_files", "remove_document"]

ID_CHARACTERS = 12  # of the sha256: 48 bits, a collision is out of reach of any library
T = TypeVar("T")
STATE_SECRETS = ("mat", "toi mat", "tuyet mat")  # folded


def add_files(
    data: Path,
    library: Library,
    encoder: "Encoder",
    paths: Sequence[Path],
    options: Options,
    on_progress: OnProgress = lambda _path, _done, _total: None,
    reader: FileReader | None = None,
) -> Iterator[Outcome]:
    """Add files and folders one after the other, yielding what became of each.

    A file that cannot be used is refused and the others go on. ``on_progress`` is told the
    passages encoded of the file in hand. Files are read in a process of their own unless a
    ``reader`` is given. The caller holds the lock, but for a dry run. Raises DocumentError or
    OSError when the library or the disk fails.
    """
    gathered = gather(paths, without=data)
    yield from (Outcome(path, "refused", reason=reason) for path, reason in gathered.refused)
    with ReadingProcess() as process:
        adding = Adding(data, library, encoder, options, reader or process, on_progress)
        for path in gathered.files:
            yield from adding.add(path)


def remove_document(data: Path, library: Library, document: Document) -> None:
    """Remove a document and its older versions, then their originals."""
    gone = (document, *library.older_versions(document.document_id))
    library.remove(document.document_id)
    for version in gone:
        originals.discard(data, version)


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to add: where its bytes are, and the path it is known by, inside an archive or not."""

    file: Path
    path: Path
    seen: Stamp


class Adding:
    """One run; in a dry run ``planned`` and ``retired`` stand for what it would do.

    ``brought`` tells which document stands behind each path that was come by, as known so far,
    and ``vanished`` the paths of the folder that are gone.
    """

    def __init__(
        self,
        data: Path,
        library: Library,
        encoder: "Encoder",
        options: Options,
        reader: FileReader,
        on_progress: OnProgress,
    ) -> None:
        self.data = data
        self.library = library
        self.encoder = encoder
        self.options = options
        self.reader = reader
        self.on_progress = on_progress
        self.planned: dict[Document, tuple[Passage, ...]] = {}
        self.retired: set[str] = set()
        self.brought: dict[str, str] = {}
        self._unread: dict[str, tuple[int, ...]] = {}  # pages that are pictures, by sha256
        self.vanished = set(options.vanished)
        self._lacking: frozenset[str] | None = None
        if not options.dry_run:
            originals.sweep_drafts(data)

    def add(self, path: Path) -> Iterator[Outcome]:
        """Add one file, or every document of an archive."""
        if path.suffix.lower() == archives.SUFFIX:
            yield from self._add_archive(path)
        else:
            yield self._guarded(path, lambda: self._add(_Source(path, path, stamp(path))))

    def _add_archive(self, path: Path) -> Iterator[Outcome]:
        place = None if self.options.dry_run else originals.draft_place(self.data)
        with TemporaryDirectory(dir=place, prefix=originals.DRAFT) as folder:
            members: list[Member] = []

            def unpack() -> Outcome | None:
                members.extend(self.reader.unpack(path, Path(folder)))
                if not members:
                    raise DocumentError(f"{path}: tệp ZIP không có văn bản nào đọc được.")
                return None

            if refused := self._guarded(path, unpack):
                yield refused
                return
            self._miss(path, [path / member.name for member in members])
            for member in members:
                yield self._add_member(path, member)

    def _add_member(self, archive: Path, member: Member) -> Outcome:
        path = archive / member.name
        if member.reason:
            return Outcome(path, "refused", reason=f"{path}: {member.reason}.")
        return self._guarded(path, lambda: self._add(_Source(member.file, path, stamp(archive))))

    def _miss(self, archive: Path, paths: Sequence[Path]) -> None:
        """Note what an archive of the folder holds no more."""
        if self.options.folder:
            inside, present = f"{path_key(archive)}/", {path_key(path) for path in paths}
            before = self.library.arrivals.of_folder(self.options.folder)
            self.vanished |= {one.path for one in before if one.path.startswith(inside)} - present

    def _guarded(self, path: Path, work: Callable[[], T]) -> T | Outcome:
        """Do some work; what is wrong with the file becomes its refusal."""
        try:
            return work()
        except LibraryError:
            raise
        except DocumentError as error:
            return Outcome(path, "refused", reason=str(error))
        except OSError as error:
            line = faults.line(error)  # which names the place in DATA_DIR when that is at fault
            return Outcome(path, "refused", reason=line if str(path) in line else f"{path}: {line}")

    def _add(self, source: _Source) -> Outcome:
        key = path_key(source.path)
        known = self.library.arrivals.at(key)
        if known and self.options.folder:
            self.brought[key] = known.document_id  # until a usable file takes its place
        is_same = known is not None and source.seen.is_of(known)
        sha256 = known.sha256 if known and is_same else _digest(source)
        if known and known.sha256 == sha256 and (older := self._kept_version(known)):
            note = "là bản cũ, không dùng để trả lời"
            return Outcome(source.path, "unchanged", older, note=note)
        present = self._present(sha256)
        document = self.options.overrides.apply(present or self._read(source, sha256))
        if document == present:
            outcome = self._unchanged(source, present, is_same)
        else:
            self._refuse_secret(source.path, document)
            old = None if present else self._former(source.path, document, known)
            outcome = self._take(source, document, present, old)
        self.brought[key] = document.document_id
        return outcome

    def _read(self, source: _Source, sha256: str) -> Document:
        try:
            reading = self.reader.read(source.file)
        except DocumentError as error:
            line = str(error).replace(str(source.file), str(source.path))
            raise DocumentError(line) from error
        if reading.unread:
            self._unread[sha256] = reading.unread
        name = file_name(source.path)
        description = describe(reading.text, name, recognised=reading.recognised)
        return Document(
            document_id=sha256[:ID_CHARACTERS],
            source=name,
            sha256=sha256,
            text=reading.text,
            page_starts=reading.page_starts,
            **{field.name: getattr(description, field.name) for field in fields(description)},
        )

    def _kept_version(self, known: Arrival) -> Document | None:
        """Return the older version that a file of a folder in step still holds."""
        document = self.library.document(known.document_id) if self.options.folder else None
        return document if document and document.status == "superseded" else None

    def _present(self, sha256: str) -> Document | None:
        """Return the live document of these bytes."""
        for document in self.planned:
            if document.sha256 == sha256:
                return document
        document_id = sha256[:ID_CHARACTERS]
        stored = self.library.document(document_id)
        live = stored and stored.status != "superseded" and document_id not in self.retired
        return stored if live else None

    def _unchanged(self, source: _Source, document: Document, is_same_file: bool) -> Outcome:
        """Leave a document as it is, but mend its original and the vectors of a changed model."""
        path, document_id = source.path, document.document_id
        if self.options.dry_run:
            planned = self.planned.get(document)
            count = len(planned) if planned else len(self.library.keys_of([document_id]))
            return Outcome(path, "unchanged", document, count)
        name = file_name(path)
        if name != document.source:
            self.library.remember_name(document_id, name)
        if not (self.options.folder and is_same_file and _is_kept(self.data, document)):
            originals.keep(self.data, source.file, document)
        self.library.arrivals.note(self._arrival(source, document, is_new=False))
        note = None
        if self._lacks_vectors(document_id):
            self._encode(path, self.library.indexed_texts_of(document_id))
            note = "đã mã hóa lại bằng mô hình đang dùng"
        count = len(self.library.keys_of([document_id]))
        return Outcome(path, "unchanged", document, count, note=note)

    def _lacks_vectors(self, document_id: str) -> bool:
        if self._lacking is None:  # asked once: nobody else adds documents during the run
            self._lacking = self.library.lacking_documents(self.encoder.fingerprint)
        return document_id in self._lacking

    def _arrival(self, source: _Source, document: Document, is_new: bool) -> Arrival:
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

    def _refuse_secret(self, path: Path, document: Document) -> None:
        if fold(normalize(document.secrecy or "")).strip() not in STATE_SECRETS:
            return
        if path.resolve() not in self.options.allow_secret:
            raise DocumentError(
                f"{path}: văn bản có dấu độ mật {document.secrecy}; bí mật nhà nước không được đưa "
                "lên máy chủ Telegram. Nếu người có thẩm quyền cho phép, hãy ghi đích danh tệp này "
                "bằng --allow-secret."
            )

    def _former(self, path: Path, document: Document, known: Arrival | None) -> Document | None:
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
        if len(versions) > 1:
            raise DocumentError(
                f"{path}: có thể là bản mới của {len(versions)} văn bản cùng số {document.number}; "
                "hãy ghi rõ --issuer, --issued-on."
            )
        old = versions[0]
        if not (self.options.replace or self._is_left(old)):
            raise DocumentError(
                f"{path}: trùng số, loại và cơ quan ban hành với văn bản đã có {old.number} "
                f"({old.document_id}) nhưng nội dung khác; nếu đây là bản thay cho bản đó, "
                "hãy chạy lại với --replace."
            )
        return old

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
        paths = {one.path for one in self.library.arrivals.of(document_id)} | {
            path for path, brought in self.brought.items() if brought == document_id
        }
        return tuple(
            path
            for path in sorted(paths - self.vanished)
            if path != but and self.brought.get(path, document_id) == document_id
        )

    def _take(
        self,
        source: _Source,
        document: Document,
        present: Document | None,
        old: Document | None,
    ) -> Outcome:
        path = source.path
        passages = _passages(path, document)
        note = self._note(document, present)
        similar: tuple[str, ...] = ()
        if self.options.dry_run:
            self.planned[document] = passages
            self.retired.update(gone.document_id for gone in (old, present) if gone)
        else:
            originals.keep(self.data, source.file, document)
            self._encode(path, [indexed_text(document.title, passage) for passage in passages])
            arrival = self._arrival(source, document, is_new=present is None)
            if old:
                self.library.replace(old.document_id, document, passages, arrival)
            else:
                self.library.add(document, passages, arrival)
            similar, likely = self._similar(document)
            note = note or likely
        status = "replaced" if old or present else "added"
        return Outcome(path, status, document, len(passages), note=note, similar=similar)

    def _note(self, document: Document, present: Document | None) -> str | None:
        if present:
            return "đã sửa thông tin theo tùy chọn của lệnh"
        if unread := self._unread.get(document.sha256):
            pages = ", ".join(map(str, unread))
            return f"trang {pages} là ảnh, chưa đọc được chữ; {REMEDY}"
        for twin in self.library.with_same_text(document):
            return f"nội dung giống hệt văn bản {twin.number or twin.title} ({twin.document_id})"
        return None

    def _similar(self, document: Document) -> tuple[tuple[str, ...], str | None]:
        """Return the near-duplicates of a document that was added, and a note of the nearest."""
        found = self.library.likenesses.of(document.document_id)
        twin = self.library.document(found[0].document_id) if found else None
        if not twin:
            return (), None
        note = (
            f"gần giống văn bản {twin.number or twin.title} ({twin.document_id}), "
            f"khoảng {found[0].share:.0%}"
        )
        return tuple(one.document_id for one in found), note

    def _encode(self, path: Path, texts: Sequence[str]) -> int:
        """Encode what has no vector yet and return how much that was."""
        return encode_lacking(
            self.library,
            self.encoder,
            texts,
            lambda done, total: self.on_progress(path, done, total),
        )


def file_name(path: Path) -> str:
    """Return a file's name in NFC, its undecodable bytes replaced."""
    return unicodedata.normalize("NFC", path.name.encode(errors="replace").decode())


def _is_kept(data: Path, document: Document) -> bool:
    """Say whether there is an original; doctor compares every byte."""
    kept = originals.place(data, document)
    return kept.is_file() and kept.stat().st_size > 0


def _digest(source: _Source) -> str:
    """Return the sha256 of an ordinary file; "" of one so large that reading will refuse it."""
    if source.file.stat().st_size > MAX_BYTES:
        return ""
    if not source.file.is_file():
        raise DocumentError(f"{source.path}: không phải tệp thông thường; hãy chỉ đến tệp văn bản.")
    return originals.digest(source.file)


def _passages(path: Path, document: Document) -> tuple[Passage, ...]:
    passages = split(document)
    if not passages:
        raise DocumentError(f"{path}: không có nội dung để trích dẫn; hãy kiểm tra lại tệp.")
    return passages
