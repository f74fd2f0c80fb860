"""Files into the library and out of it: read, describe, split, encode, then one transaction."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from documents import faults, originals
from documents.document import Document, DocumentError, Passage
from documents.folders import gather
from documents.identity import same_document
from documents.library import Library, LibraryError
from documents.metadata import describe
from documents.normalize import fold, normalize
from documents.reading import MAX_BYTES, read
from documents.splitting import indexed_text, split

if TYPE_CHECKING:
    from index.encoder import Encoder  # not at run time: it takes seconds to import

ID_CHARACTERS = 12  # of the sha256: 48 bits, a collision is out of reach of any library
BATCH = 32  # texts between two stores of their vectors: a few seconds of work lost at most
STATE_SECRETS = ("mat", "toi mat", "tuyet mat")  # folded

OnProgress = Callable[[Path, int, int], None]


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the operator says of a document, in place of what its text says; None says nothing."""

    number: str | None = None
    title: str | None = None
    issued_on: date | None = None
    issuer: str | None = None
    replaces: tuple[str, ...] | None = None

    def apply(self, document: Document) -> Document:
        """Return the document as the operator describes it."""
        return replace(
            document,
            number=document.number if self.number is None else self.number,
            title=document.title if self.title is None else self.title,
            issued_on=document.issued_on if self.issued_on is None else self.issued_on,
            issuer=document.issuer if self.issuer is None else self.issuer,
            replaces=document.replaces if self.replaces is None else self.replaces,
        )


@dataclass(frozen=True, slots=True)
class Options:
    """How files are added; ``allow_secret`` names the resolved files let in though secret."""

    overrides: Overrides = Overrides()
    replace: bool = False
    dry_run: bool = False
    allow_secret: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: "added", "unchanged", "replaced" or "refused" with the reason.

    ``note`` tells what the operator may want to know of a file that was not refused.
    """

    path: Path
    status: str
    document: Document | None = None
    passages: int = 0
    reason: str | None = None
    note: str | None = None


def add_files(
    data: Path,
    library: Library,
    encoder: "Encoder",
    paths: Sequence[Path],
    options: Options,
    on_progress: OnProgress = lambda _path, _done, _total: None,
) -> Iterator[Outcome]:
    """Add files and folders one after the other, yielding what became of each.

    A file that cannot be used is refused and the others go on. ``on_progress`` is told the
    passages encoded of the file in hand. The caller holds the lock. Raises DocumentError or
    OSError when the library or the disk fails.
    """
    originals.sweep_drafts(data)
    gathered = gather(paths)
    yield from (Outcome(path, "refused", reason=reason) for path, reason in gathered.refused)
    run = _Run(data, library, encoder, options, on_progress)
    for path in gathered.files:
        yield run.add(path)


def remove_document(data: Path, library: Library, document: Document) -> None:
    """Remove a document and its older versions, then their originals."""
    gone = (document, *library.older_versions(document.document_id))
    library.remove(document.document_id)
    for version in gone:
        originals.discard(data, version)


class _Run:
    """One run of add_files; in a dry run ``planned`` and ``retired`` stand for what it would do."""

    def __init__(
        self,
        data: Path,
        library: Library,
        encoder: "Encoder",
        options: Options,
        on_progress: OnProgress,
    ) -> None:
        self.data = data
        self.library = library
        self.encoder = encoder
        self.options = options
        self.on_progress = on_progress
        self.planned: dict[Document, tuple[Passage, ...]] = {}
        self.retired: set[str] = set()

    def add(self, path: Path) -> Outcome:
        """Add one file."""
        try:
            sha256 = _digest(path)
            present = self._present(sha256)
            document = self.options.overrides.apply(present or _read(path, sha256))
            if document == present:
                return self._unchanged(path, present)
            self._refuse_secret(path, document)
            old = self._old_version(path, document)
            return self._take(path, document, _passages(path, document), present, old)
        except LibraryError:
            raise
        except DocumentError as error:
            return Outcome(path, "refused", reason=str(error))
        except OSError as error:
            line = faults.line(error)  # which names the place in DATA_DIR when that is at fault
            return Outcome(path, "refused", reason=line if str(path) in line else f"{path}: {line}")

    def _present(self, sha256: str) -> Document | None:
        """Return the live document of these bytes."""
        for document in self.planned:
            if document.sha256 == sha256:
                return document
        document_id = sha256[:ID_CHARACTERS]
        stored = self.library.document(document_id)
        live = stored and stored.status != "superseded" and document_id not in self.retired
        return stored if live else None

    def _unchanged(self, path: Path, document: Document) -> Outcome:
        """Leave a document as it is, but mend its original and the vectors of a changed model."""
        passages = self.planned.get(document) or self.library.passages_of(document.document_id)
        note = None
        if not self.options.dry_run:
            name = file_name(path)
            if name != document.source:
                self.library.remember_name(document.document_id, name)
            originals.keep(self.data, path, document)
            texts = self.library.indexed_texts_of(document.document_id)
            if self._encode(path, texts):
                note = "đã mã hóa lại bằng mô hình đang dùng"
        return Outcome(path, "unchanged", document, len(passages), note=note)

    def _refuse_secret(self, path: Path, document: Document) -> None:
        if fold(normalize(document.secrecy or "")).strip() not in STATE_SECRETS:
            return
        if path.resolve() not in self.options.allow_secret:
            raise DocumentError(
                f"{path}: văn bản có dấu độ mật {document.secrecy}; bí mật nhà nước không được đưa "
                "lên máy chủ Telegram. Nếu người có thẩm quyền cho phép, hãy ghi đích danh tệp này "
                "bằng --allow-secret."
            )

    def _old_version(self, path: Path, document: Document) -> Document | None:
        """Return the version whose place this document takes; refuse when that was not asked."""
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
        if not self.options.replace:
            raise DocumentError(
                f"{path}: trùng số, loại và cơ quan ban hành với văn bản đã có {old.number} "
                f"({old.document_id}) nhưng nội dung khác; nếu đây là bản thay cho bản đó, "
                "hãy chạy lại với --replace."
            )
        return old

    def _take(
        self,
        path: Path,
        document: Document,
        passages: tuple[Passage, ...],
        present: Document | None,
        old: Document | None,
    ) -> Outcome:
        note = self._note(document, present)
        if self.options.dry_run:
            self.planned[document] = passages
            self.retired.update(gone.document_id for gone in (old, present) if gone)
        else:
            originals.keep(self.data, path, document)
            self._encode(path, [indexed_text(document.title, passage) for passage in passages])
            if old:
                self.library.replace(old.document_id, document, passages)
            else:
                self.library.add(document, passages)
        status = "replaced" if old or present else "added"
        return Outcome(path, status, document, len(passages), note=note)

    def _note(self, document: Document, present: Document | None) -> str | None:
        if present:
            return "đã sửa thông tin theo tùy chọn của lệnh"
        for twin in self.library.with_same_text(document):
            return f"nội dung giống hệt văn bản {twin.number or twin.title} ({twin.document_id})"
        return None

    def _encode(self, path: Path, texts: Sequence[str]) -> int:
        """Encode what has no vector yet and return how much that was."""
        model = self.encoder.fingerprint
        lacking = sorted(self.library.lacking_vectors(model, texts), key=len)  # little padding
        done = len(texts) - len(lacking)
        self.on_progress(path, done, len(texts))
        for start in range(0, len(lacking), BATCH):
            batch = lacking[start : start + BATCH]
            self.library.store_vectors(model, batch, self.encoder.encode_passages(batch))
            done += len(batch)
            self.on_progress(path, done, len(texts))
        return len(lacking)


def file_name(path: Path) -> str:
    """Return a file's name in NFC, its undecodable bytes replaced."""
    return unicodedata.normalize("NFC", path.name.encode(errors="replace").decode())


def _digest(path: Path) -> str:
    """Return the sha256 of an ordinary file; "" of one so large that reading will refuse it."""
    if path.stat().st_size > MAX_BYTES:
        return ""
    if not path.is_file():
        raise DocumentError(f"{path}: không phải tệp thông thường; hãy chỉ đến tệp văn bản.")
    return originals.digest(path)


def _passages(path: Path, document: Document) -> tuple[Passage, ...]:
    passages = split(document)
    if not passages:
        raise DocumentError(f"{path}: không có nội dung để trích dẫn; hãy kiểm tra lại tệp.")
    return passages


def _read(path: Path, sha256: str) -> Document:
    reading = read(path)
    source = file_name(path)
    description = describe(reading.text, source)
    return Document(
        document_id=sha256[:ID_CHARACTERS],
        title=description.title,
        number=description.number,
        kind=description.kind,
        issuer=description.issuer,
        issued_on=description.issued_on,
        source=source,
        sha256=sha256,
        text=reading.text,
        page_starts=reading.page_starts,
        secrecy=description.secrecy,
        replaces=description.replaces,
    )
