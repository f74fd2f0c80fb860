"""Mends what the doctor names, from what is stored: texts, passages, vectors, originals, index."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from documents.document import Document
from documents.errors import DocumentError
from documents.formats.sandbox import FileReader
from documents.splitting.passages import split
from documents.store import originals
from documents.store.library import Library
from documents.store.records import Entry
from index.ingest.encoding import encode_lacking
from index.ingest.ingest import document_of
from index.maintenance.doctor import is_sound, original_is_sound, passage_faults, status_faults
from index.snapshot import snapshot, verify

if TYPE_CHECKING:
    from index.encoders.base import Encoder  # not at run time: it takes seconds to import
    from index.postgres.index import Shared


def repair(
    data: Path,
    library: Library,
    encoder: "Encoder",
    reader: FileReader,
    shared: "Shared | None" = None,
) -> Iterator[str]:
    """Mend what can be mended, telling each thing in a Vietnamese line; the caller has the lock.

    The rest is what the doctor names afterwards. Raises LibraryError, SnapshotError or OSError
    where the disk or the library itself fails.
    """
    mending = _Mending(data, library, encoder, reader, shared)
    if library.faults() or any(any(status_faults(one)) for one in library.entries()):
        mended = library.mend_relations()
        yield f"Đã sửa {mended} dòng không khớp về quan hệ hoặc trạng thái."
    works = (mending.documents, mending.originals, mending.texts, mending.passages)
    for work in (*works, mending.vectors):
        yield from work()
    yield from mending.leftovers()
    yield from mending.index()


@dataclass(frozen=True, slots=True)
class _Mending:
    """The stores to mend, and what they are mended with."""

    data: Path
    library: Library
    encoder: "Encoder"
    reader: FileReader
    shared: "Shared | None"

    def documents(self) -> Iterator[str]:
        """Describe again, from their originals, the documents whose row is damaged."""
        for document_id in self.library.damaged_documents():
            document = self._described(document_id)
            if document is None:
                continue
            is_whole = self.library.restore_document(document)
            yield f"Văn bản {document_id}: đã đọc lại thông tin từ tệp gốc" + (
                "." if is_whole else "; có thông tin khác trước, hãy xem lại bằng list_documents."
            )

    def _described(self, document_id: str) -> Document | None:
        """Read the original that a document's id is made of; None where it is not there."""
        source, _ = self.library.original_of(document_id) or ("", "")
        for path in sorted((self.data / originals.FOLDER).glob(f"{document_id}*")):
            sha256 = originals.digest(path)
            if sha256.startswith(document_id) and path.name.startswith(sha256):
                name = source if Path(source).suffix.lower() == path.suffix else path.name
                return document_of(self.reader.read(path), name, sha256)
        return None

    def originals(self) -> Iterator[str]:
        """Fetch lost originals from the files that brought them, if these are as they were."""
        for entry in self.library.entries():
            document = entry.document
            if not original_is_sound(self.data, document) and self._fetch(document):
                yield f"Văn bản {document.document_id}: đã lấy lại tệp gốc từ nơi đã nạp."

    def _fetch(self, document: Document) -> bool:
        for arrival in self.library.arrivals.of(document.document_id):
            path = Path(os.fsdecode(arrival.path.encode()))
            try:
                if path.is_file() and originals.digest(path) == document.sha256:
                    originals.keep(self.data, path, document)
                    return True
            except DocumentError:  # it changed under the hand: it is not what it was
                continue
        return False

    def texts(self) -> Iterator[str]:
        """Read damaged texts again from their originals."""
        for document_id in self.library.damaged_texts():
            document = self.library.document(document_id)
            if document is None or not original_is_sound(self.data, document):
                continue
            reading = self.reader.read(originals.place(self.data, document))
            mended = replace(document, text=reading.text, page_starts=reading.page_starts)
            self.library.restore_text(mended)
            yield f"Văn bản {document_id}: đã đọc lại nội dung từ tệp gốc."

    def passages(self) -> Iterator[str]:
        """Split again the documents whose passages do not fit them."""
        damaged = frozenset(self.library.damaged_texts())
        miscounted = frozenset(self.library.miscounted_documents())
        for entry in tuple(self.library.entries()):
            if entry.document.document_id in damaged:
                continue  # its text is not what was read: no passages from that
            is_kept = entry.document.status == "superseded"
            is_miscounted = entry.document.document_id in miscounted
            is_faulty = any(passage_faults(self.library, entry))
            if is_faulty or is_miscounted or (is_kept and entry.passages):
                yield self._split(entry)

    def _split(self, entry: Entry) -> str:
        document = entry.document
        passages = () if document.status == "superseded" else split(document)
        self.library.restore_passages(document, passages)
        return f"Văn bản {document.document_id}: đã chia lại thành {len(passages)} đoạn."

    def vectors(self) -> Iterator[str]:
        """Encode again what has no vector, or none that can be right."""
        model, dimension = self.encoder.fingerprint, self.encoder.dimension
        texts: list[str] = []
        for document in self.library.documents():
            own = self.library.indexed_texts_of(document.document_id)
            stored = self.library.vectors_of(model, document.document_id)
            self.library.forget_vectors(model, _unsound(own, stored, dimension))
            texts.extend(own)
        encoded = encode_lacking(self.library, self.encoder, texts)
        if encoded:
            yield f"Đã mã hóa lại {encoded} đoạn."

    def leftovers(self) -> Iterator[str]:
        """Delete what belongs to nothing, and sketch what has no sketch."""
        pruned = self.library.prune_vectors()
        if pruned:
            yield f"Đã bỏ {pruned} vectơ không thuộc đoạn nào."
        known = frozenset(entry.document.sha256 for entry in self.library.entries())
        originals.sweep_drafts(self.data)
        is_all_known = not self.library.damaged_documents()
        for path in originals.leftovers(self.data, known) if is_all_known else ():
            path.unlink()
            yield f"Đã bỏ tệp {originals.FOLDER}/{path.name} không thuộc văn bản nào."
        for document_id in self.library.likenesses.lacking():
            document = self.library.document(document_id)
            if document:
                self.library.likenesses.sketch(document_id, document.text)

    def index(self) -> Iterator[str]:
        """Build the index anew where it is not sound, else bring it up to date."""
        root = self.data / "index"
        model, dimension = self.encoder.fingerprint, self.encoder.dimension
        is_faulty = bool(verify.verify(root, self.library, model, dimension, self.shared))
        snapshot.Snapshot.open(
            root, self.library, model, dimension, anew=is_faulty, shared=self.shared
        )
        if is_faulty:
            yield "Đã dựng lại chỉ mục."


def _unsound(
    texts: Sequence[str], stored: Sequence[NDArray[np.float32] | None], dimension: int
) -> tuple[str, ...]:
    return tuple(
        text
        for text, vector in zip(texts, stored, strict=True)
        if vector is not None and not is_sound(vector, dimension)
    )
