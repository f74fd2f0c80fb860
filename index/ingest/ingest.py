"""Files into the library and out of it: read, describe, split, encode, then one transaction."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from documents import errors
from documents.document import Document, Passage
from documents.errors import DocumentError, OtherVersionError, StateSecretError
from documents.formats import zip_file
from documents.formats.find_files import gather
from documents.formats.ocr import REMEDY
from documents.formats.read import MAX_BYTES, Reading
from documents.formats.sandbox import FileReader, ReadingProcess
from documents.formats.zip_file import Member
from documents.layout.secrecy import Finding, judge
from documents.metadata.extract import describe
from documents.splitting.passages import indexed_text, split
from documents.store import originals
from documents.store.library import Library
from documents.store.source_files import path_key, stamp
from documents.vietnamese.normalize import fold, normalize
from index.ingest.encoding import encode_lacking
from index.ingest.results import OnProgress, Options, Outcome, Overrides
from index.ingest.versions import ID_CHARACTERS, Source, Standing

if TYPE_CHECKING:
    from index.encoders.base import Encoder  # not at run time: it takes seconds to import

T = TypeVar("T")
MOST_PASSAGES = 20_000  # of a document, some four thousand pages: minutes of encoding
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
    ``reader`` is given. The caller holds the lock, but for a dry run. Raises LibraryError or
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
class _Inside:
    """How many documents are inside a file, and whether it has no text but theirs."""

    count: int = 0
    is_all: bool = False


class Adding:
    """One run over files; the caller has the lock, but for a dry run."""

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
        self.standing = Standing(library, options)
        self._notes: dict[str, tuple[str, ...]] = {}  # on what was not read, by sha256
        self._stamps: dict[str, Finding] = {}  # what may make a document a state secret, by sha256
        self._inside = _Inside()  # of the file in hand
        self._lacking: frozenset[str] | None = None
        if not options.dry_run:
            originals.sweep_drafts(data)

    def add(self, path: Path) -> Iterator[Outcome]:
        """Add one file, or every document of an archive."""
        if path.suffix.lower() == zip_file.SUFFIX:
            yield from self._add_archive(path)
        else:
            yield from self._add_whole(path, path, path)

    def _add_archive(self, path: Path) -> Iterator[Outcome]:
        place = None if self.options.dry_run else originals.draft_place(self.data)
        with TemporaryDirectory(dir=place, prefix=originals.DRAFT) as folder:
            members: list[Member] = []

            def unpack() -> Outcome | None:
                members.extend(self.reader.unpack(path, Path(folder)))
                if not members:
                    raise DocumentError(path, "tệp ZIP không có văn bản nào đọc được.")
                return None

            if refused := self._guarded(path, unpack):
                yield refused
                return
            self.standing.miss(path, [path / member.name for member in members])
            for member in members:
                inside = path / member.name
                if member.reason:
                    yield _refused(inside, member)
                else:
                    yield from self._add_whole(member.file, inside, path)

    def _add_whole(self, file: Path, path: Path, stamped: Path) -> Iterator[Outcome]:
        """Add a file known by a path, and the documents that are attached to it or embedded."""
        overrides = self.options.overrides
        outcome = self._guarded(
            path, lambda: self._add(Source(file, path, stamp(stamped)), overrides)
        )
        yield outcome
        inside, self._inside = self._inside, _Inside()
        if inside.count and (not outcome.is_kept_out or inside.is_all):
            yield from self._add_attached(file, path, stamped, outcome.document)

    def _add_attached(
        self, file: Path, path: Path, stamped: Path, owner: Document | None
    ) -> Iterator[Outcome]:
        """Add what is inside a document, each on its own and no less secret than the whole."""
        place = None if self.options.dry_run else originals.draft_place(self.data)
        inherited = Overrides(secrecy=owner.secrecy if owner else None)
        with TemporaryDirectory(dir=place, prefix=originals.DRAFT) as folder:
            members: list[Member] = []

            def unpack() -> Outcome | None:
                members.extend(self.reader.unpack(file, Path(folder)))
                return None

            if refused := self._guarded(path, unpack):
                yield refused
                return
            self.standing.miss(path, [path / member.name for member in members])
            for member in members:
                inside = path / member.name
                if member.reason:
                    yield _refused(inside, member)
                    continue
                source = Source(member.file, inside, stamp(stamped))
                yield self._guarded(inside, partial(self._add, source, inherited))

    def _guarded(self, path: Path, work: Callable[[], T]) -> T | Outcome:
        """Do some work; what is wrong with the file becomes its refusal."""
        try:
            return work()
        except StateSecretError as error:
            status = "refused" if error.is_certain else "held"
            return Outcome(path, status, reason=str(error.under(path)), secrecy=error.level)
        except DocumentError as error:
            reason = str(error.under(path))
            if isinstance(error, OtherVersionError):
                return Outcome(
                    path, "refused", reason=reason, is_other_version=True, other=error.number
                )
            return Outcome(path, "refused", reason=reason)
        except OSError as error:  # of the file, or of the place in DATA_DIR, which is then named
            reason = f"{path}: {errors.reason_for(error, path)}"
            return Outcome(path, "refused", reason=reason)

    def _add(self, source: Source, overrides: Overrides) -> Outcome:
        key = path_key(source.path)
        known = self.library.arrivals.at(key)
        if known and self.options.folder:
            # until a usable file takes its place
            self.standing.bring(key, known.document_id)
        is_same = known is not None and source.seen.is_of(known)
        sha256 = known.sha256 if known and is_same else _digest(source)
        if known and known.sha256 == sha256 and (older := self.standing.kept_version(known)):
            note = "là bản cũ, không dùng để trả lời"
            return Outcome(source.path, "unchanged", older, note=note)
        present = self.standing.present(sha256)
        self.standing.refuse_hidden(source.path, [present] if present else [])
        document = overrides.apply(present or self._read(source, sha256))
        if document == present:
            outcome = self._unchanged(source, present, is_same)
        else:
            self._refuse_secret(source.path, document)
            old = None if present else self.standing.former(source.path, document, known)
            if old and old.secrecy and not document.secrecy:
                # staff may have said so of the older version; only staff take it back
                document = replace(document, secrecy=old.secrecy)
                self._refuse_secret(source.path, document)
            outcome = self._take(source, document, present, old)
        self.standing.bring(key, document.document_id)
        return outcome

    def _read(self, source: Source, sha256: str) -> Document:
        reading = self.reader.read(source.file)
        self._notes[sha256] = _unread(reading)
        self._inside = _Inside(reading.attached, is_all=not reading.text)
        if self._inside.is_all and reading.attached:
            raise DocumentError(
                source.path,
                f"tệp chỉ là bìa của {reading.attached} tệp đính kèm; các tệp đó được thêm riêng.",
            )
        document = document_of(reading, file_name(source.path), sha256)
        stamp_found = judge(
            reading.text, reading.page_starts, reading.marks, recognised=reading.recognised
        ).finding
        if stamp_found is None:
            return document
        self._stamps[sha256] = stamp_found
        return replace(document, secrecy=stamp_found.level)

    def _unchanged(self, source: Source, document: Document, is_same_file: bool) -> Outcome:
        """Leave a document as it is, but mend its original and the vectors of a changed model."""
        path, document_id = source.path, document.document_id
        if self.options.dry_run:
            planned = self.standing.planned.get(document)
            count = len(planned) if planned else len(self.library.keys_of([document_id]))
            return Outcome(path, "unchanged", document, count)
        name = file_name(path)
        if name != document.source:
            self.library.remember_name(document_id, name)
        if not (self.options.folder and is_same_file and _is_kept(self.data, document)):
            originals.keep(self.data, source.file, document)
        self.library.arrivals.note(self.standing.arrival(source, document, is_new=False))
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

    def _refuse_secret(self, path: Path, document: Document) -> None:
        """Refuse a state secret, and hold what may be one, unless that very file is allowed."""
        level = document.secrecy or ""
        if fold(normalize(level)).strip() not in STATE_SECRETS:
            return
        if path.resolve() in self.options.allow_secret:
            return
        found = self._stamps.get(document.sha256)
        told = found.told if found else f"dấu độ mật {level}"
        if found and not found.is_certain:
            raise StateSecretError(
                path,
                f"có thể có {told} nên chưa thêm; hãy xem lại văn bản. Nếu không phải bí mật nhà "
                "nước, hoặc người có thẩm quyền cho phép, hãy ghi đích danh tệp này bằng "
                "--allow-secret.",
                level,
                is_certain=False,
            )
        raise StateSecretError(
            path,
            f"văn bản có {told}; bí mật nhà nước không được đưa lên máy chủ Telegram. Nếu người "
            "có thẩm quyền cho phép, hãy ghi đích danh tệp này bằng --allow-secret.",
            level,
            is_certain=True,
        )

    def _take(
        self,
        source: Source,
        document: Document,
        present: Document | None,
        old: Document | None,
    ) -> Outcome:
        path = source.path
        passages = _passages(path, document)
        note = self._note(document, present)
        similar: tuple[str, ...] = ()
        if self.options.dry_run:
            self.standing.plan(document, passages, [gone for gone in (old, present) if gone])
        else:
            originals.keep(self.data, source.file, document)
            self._encode(path, [indexed_text(document.title, passage) for passage in passages])
            arrival = self.standing.arrival(source, document, is_new=present is None)
            if old:
                self.library.replace(old.document_id, document, passages, arrival)
            else:
                self.library.add(document, passages, arrival)
            similar, likely = self._similar(document)
            if likely and not self.library.with_same_text(document):
                note = f"{note}; {likely}" if note else likely
        status = "replaced" if old or present else "added"
        return Outcome(path, status, document, len(passages), note=note, similar=similar)

    def _note(self, document: Document, present: Document | None) -> str | None:
        if present:
            return "đã sửa thông tin theo tùy chọn của lệnh"
        notes = [*self._notes.get(document.sha256, ())]
        if document.is_doubtful:
            notes.append("chữ có thể hỏng; hãy đối chiếu với bản gốc")
        twins = self.library.with_same_text(document)
        shown = [one for one in twins if one.document_id not in self.options.hidden]
        notes += [
            f"nội dung giống hệt văn bản {twin.number or twin.title} ({twin.document_id})"
            for twin in shown[:1]
        ]
        return "; ".join(notes) or None

    def _similar(self, document: Document) -> tuple[tuple[str, ...], str | None]:
        """Return the near-duplicates of a document that was added, and a note of the nearest."""
        alike = self.library.likenesses.of(document.document_id)
        found = [one for one in alike if one.document_id not in self.options.hidden]
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


def document_of(reading: Reading, name: str, sha256: str) -> Document:
    """Return the document that a file was read as, described by itself; ``name`` is the file's."""
    description = describe(reading.text, name, recognised=reading.recognised)
    return Document(
        document_id=sha256[:ID_CHARACTERS],
        source=name,
        sha256=sha256,
        text=reading.text,
        page_starts=reading.page_starts,
        **{field.name: getattr(description, field.name) for field in fields(description)},
    )


def _refused(path: Path, member: Member) -> Outcome:
    return Outcome(path, "refused", reason=f"{path}: {member.reason}.")


def _unread(reading: Reading) -> tuple[str, ...]:
    """Return what is to be told of a file that was not read whole."""
    pages = ", ".join(map(str, reading.unread))
    pictures = (f"trang {pages} là ảnh, chưa đọc được chữ; {REMEDY}",) if pages else ()
    return (*pictures, *reading.notes)


def file_name(path: Path) -> str:
    """Return a file's name in NFC, its undecodable bytes replaced."""
    return unicodedata.normalize("NFC", path.name.encode(errors="replace").decode())


def _is_kept(data: Path, document: Document) -> bool:
    """Say whether there is an original; doctor compares every byte."""
    kept = originals.place(data, document)
    return kept.is_file() and kept.stat().st_size > 0


def _digest(source: Source) -> str:
    """Return the sha256 of an ordinary file; "" of one so large that reading will refuse it."""
    if source.file.stat().st_size > MAX_BYTES:
        return ""
    if not source.file.is_file():
        raise DocumentError(source.path, "không phải tệp thông thường; hãy chỉ đến tệp văn bản.")
    return originals.digest(source.file)


def _passages(path: Path, document: Document) -> tuple[Passage, ...]:
    passages = split(document)
    if not passages:
        raise DocumentError(path, "không có nội dung để trích dẫn; hãy kiểm tra lại tệp.")
    if len(passages) > MOST_PASSAGES:
        raise DocumentError(
            path,
            f"văn bản dài quá {MOST_PASSAGES} đoạn (có {len(passages)}); "
            "hãy tách thành các tệp nhỏ hơn.",
        )
    return passages
