"""Every invariant of the stores, checked; nothing is changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from documents.document import LOCATOR_FIELDS, Document, Passage
from documents.store import checksums, originals
from documents.store.library import Library
from documents.store.records import Entry
from index.snapshot import snapshot, verify

if TYPE_CHECKING:
    from index.postgres.index import Shared  # not at run time: its packages are optional

UNIT = 1e-3  # how far from 1 the length of a normalised float32 vector may be


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found: ``faults`` need mending, ``notes`` are harmless leftovers."""

    generation: int
    documents: int
    passages: int
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def examine(
    data: Path, library: Library, model: str, dimension: int, shared: "Shared | None" = None
) -> Examination:
    """Check the library, its originals and the index; one Vietnamese line for each fault."""
    faults = list(library.faults())
    faults.extend(_damaged_text(document_id) for document_id in library.damaged_texts())
    damaged = library.damaged_documents()
    faults.extend(f"{checksums.damaged_document(document_id)}." for document_id in damaged)
    faults.extend(f"{checksums.miscounted(one)}." for one in library.miscounted_documents())
    known = {(library.original_of(one) or ("", ""))[1] for one in damaged}
    documents = passages = 0
    for entry in library.entries():
        documents += 1
        passages += entry.passages
        known.add(entry.document.sha256)
        faults.extend(_entry_faults(data, library, entry))
        faults.extend(_vector_faults(library, entry.document, model, dimension))
    if has_index(data):
        faults.extend(verify.verify(data / "index", library, model, dimension, shared))
    return Examination(
        generation=library.generation,
        documents=documents,
        passages=passages,
        faults=tuple(faults),
        notes=tuple(_notes(data, library, frozenset(known), model, shared)),
    )


def has_index(data: Path) -> bool:
    """Say whether an index was ever built; none is no damage, a run may have ended before it."""
    return any((data / "index").glob("generation-*"))


def original_is_sound(data: Path, document: Document) -> bool:
    """Say whether a document's original is there, byte for byte."""
    kept = originals.place(data, document)
    return kept.is_file() and originals.digest(kept) == document.sha256


def status_faults(entry: Entry) -> Iterator[str]:
    """Name what is wrong with a document's status."""
    document = entry.document
    name = f"Văn bản {document.document_id}"
    if document.status == "superseded":
        if entry.passages:
            yield f"{name}: là bản cũ nhưng vẫn còn {entry.passages} đoạn."
    elif (document.status == "replaced") != bool(entry.replaced_by):
        yield f"{name}: trạng thái “{document.status}” không khớp với quan hệ thay thế."


def passage_faults(library: Library, entry: Entry) -> Iterator[str]:
    """Name what is wrong with the passages of a document."""
    document = entry.document
    name = f"Văn bản {document.document_id}"
    if document.status == "superseded":
        return
    if not entry.passages:
        yield f"{name}: không có đoạn nào."
    previous = 0
    for passage_id in library.damaged_passages(document.document_id):
        yield f"Đoạn {passage_id}: không còn như đã lưu."
    for passage in library.stored_passages(document.document_id):
        yield from _passage_faults(document, passage)
        if passage.start < previous:
            yield f"Đoạn {passage.passage_id}: không đúng thứ tự trong văn bản."
        previous = passage.start


def is_sound(vector: NDArray[np.float32], dimension: int) -> bool:
    """Say whether a vector can be one of a model's."""
    return len(vector) == dimension and abs(float(np.linalg.norm(vector)) - 1) < UNIT


def _damaged_text(document_id: str) -> str:
    return f"Văn bản {document_id}: nội dung đã lưu bị đổi."


def _entry_faults(data: Path, library: Library, entry: Entry) -> Iterator[str]:
    document = entry.document
    name = f"Văn bản {document.document_id}"
    if not document.sha256.startswith(document.document_id):
        yield f"{name}: mã không khớp với mã băm của tệp gốc; hãy xóa rồi thêm lại."
    kept = originals.place(data, document)
    if not kept.is_file():
        yield f"{name}: thiếu tệp gốc {kept.name}; hãy thêm lại tệp bằng add_documents."
    elif not original_is_sound(data, document):
        yield f"{name}: tệp gốc {kept.name} đã bị đổi; hãy thêm lại tệp bằng add_documents."
    yield from status_faults(entry)
    yield from passage_faults(library, entry)


def _passage_faults(document: Document, passage: Passage) -> Iterator[str]:
    name = f"Đoạn {passage.passage_id}"
    if document.text[passage.start : passage.end] != passage.text or not passage.text.strip():
        yield f"{name}: không khớp với văn bản {document.document_id}."
    if not passage.passage_id.startswith(f"{document.document_id}/"):
        yield f"{name}: mã không thuộc văn bản {document.document_id}."
    if passage.page != document.page_at(passage.start):
        yield f"{name}: số trang {passage.page} không đúng."
    labels = [getattr(passage.locator, field) for field in LOCATOR_FIELDS]
    if any(label is not None and not label.strip() for label in labels):
        yield f"{name}: vị trí có phần để trống."


def _vector_faults(
    library: Library, document: Document, model: str, dimension: int
) -> Iterator[str]:
    vectors = library.vectors_of(model, document.document_id)
    missing = sum(1 for vector in vectors if vector is None)
    if missing:
        yield (
            f"Văn bản {document.document_id}: {missing} đoạn chưa được mã hóa bằng mô hình đang "
            "dùng, hoặc vectơ không còn như đã lưu."
        )
    wrong = sum(1 for vector in vectors if vector is not None and not is_sound(vector, dimension))
    if wrong:
        yield f"Văn bản {document.document_id}: {wrong} vectơ sai số chiều hoặc độ dài."


def _notes(
    data: Path,
    library: Library,
    known: frozenset[str],
    model: str,
    shared: "Shared | None",
) -> Iterator[str]:
    if not has_index(data):
        yield "Chưa có chỉ mục; chỉ mục sẽ được dựng từ thư viện khi cần (vô hại)."
    elif not snapshot.is_current(data / "index", library, model, shared):
        yield "Chỉ mục chưa theo kịp thư viện; chỉ mục sẽ được cập nhật khi cần (vô hại)."
    orphans = library.orphan_vectors()
    if orphans:
        yield f"Có {orphans} vectơ không thuộc đoạn nào (vô hại)."
    for path in originals.leftovers(data, known):
        yield f"Tệp {originals.FOLDER}/{path.name} không thuộc văn bản nào (vô hại)."
