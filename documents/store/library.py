"""The library: documents, their passages and the vectors of those. The only truth; all else is
derived from it. Every change is one transaction that also raises ``generation``.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from documents.document import Document, Locator, Passage
from documents.errors import LibraryError
from documents.metadata.same_document import is_meant, same_document
from documents.store import checksums, near_duplicates, source_files, vectors
from documents.store.checksums import SEALED_PASSAGE, SEALED_REST, Damage
from documents.store.database import ANY_OF, Connection, Database, decoding
from documents.store.encoder_models import Model, Models
from documents.store.near_duplicates import Likenesses
from documents.store.records import (
    DOCUMENT_COLUMNS,
    HEAD_COLUMNS,
    Entry,
    Head,
    Row,
    Traits,
    document_of,
    document_row,
    head_of,
    is_passage,
    passage_of,
    passage_row,
    relation_rows,
    text_hash,
)
from documents.store.replacements import settle
from documents.store.schema import MIGRATIONS
from documents.store.source_files import Arrival, Arrivals
from documents.vietnamese.document_number import number_key
from documents.vietnamese.normalize import fold, normalize

T = TypeVar("T")

FILE_NAME = "library.db"

_REMEMBERED = 10_000  # generations; an index that is further behind is built anew
_READ_AT_ONCE = 100  # texts of documents
_ROWS_AT_ONCE = 2_000  # passages, about 5 MB
_DOCUMENT = len(DOCUMENT_COLUMNS.split(","))


class Library:
    """The store at ``path``, opened or created; usable from several threads and processes.

    A document's status is "current", "replaced" (another document says so; it stays searchable)
    or "superseded" (an earlier version of the same văn bản; kept without passages). What is not as
    it was stored is not given out: ``damage`` names it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path, MIGRATIONS)
        self.damage = Damage()
        self.arrivals = Arrivals(self._database)
        self.likenesses = Likenesses(self._database)
        self.models = Models(self._database)

    def __enter__(self) -> Self:
        """Give the open library."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file for all threads."""
        self.close()

    def close(self) -> None:
        """Close the file for all threads."""
        self._database.close()

    def reading(self) -> AbstractContextManager[None]:
        """Let this thread read one generation for as long as the block lasts."""
        return self._database.reading()

    @property
    def generation(self) -> int:
        """How many changes the library has been through."""
        with decoding(self.path, "bảng meta"):
            return int(self._rows("SELECT value FROM meta WHERE name = 'generation'")[0][0])

    @property
    def token(self) -> str:
        """Tell this generation from one that another history counts alike."""
        return self.token_of(self.generation) or ""

    @property
    def identity(self) -> int:
        """Tell this library, with its copies and backups, from every other one."""
        with decoding(self.path, "bảng meta"):
            return int(self._rows("SELECT value FROM meta WHERE name = 'identity'")[0][0])

    def token_of(self, generation: int) -> str | None:
        """Return the token of a generation that this library has been through, if it has."""
        rows = self._rows("SELECT token FROM generations WHERE generation = ?", generation)
        return str(rows[0][0]) if rows else None

    def go_on_after(self, generation: int) -> None:
        """Begin a generation that comes after this one of another history, too."""
        with self._changing() as database:
            database.execute(
                "UPDATE meta SET value = max(value, ?) WHERE name = 'generation'", [generation]
            )

    def document(self, document_id: str) -> Document | None:
        """Return a document of any status."""
        found = self._documents("WHERE document_id = ?", document_id)
        return found[0] if found else None

    def documents(self) -> tuple[Document, ...]:
        """Return every document that can be answered from, in order of arrival."""
        return self._documents("WHERE status != 'superseded' ORDER BY added_at, document_id")

    def document_ids(self) -> tuple[str, ...]:
        """Return the id of every document answered from, in order of arrival."""
        rows = self._rows(
            "SELECT document_id FROM documents WHERE status != 'superseded' "
            "ORDER BY added_at, document_id"
        )
        return tuple(row[0] for row in rows)

    def heads(self) -> tuple[Head, ...]:
        """Return what the head of every document answered from states, without its text."""
        return self._heads("WHERE status != 'superseded' ORDER BY added_at, document_id")

    def heads_since(self, moment: datetime) -> tuple[Head, ...]:
        """Return the heads of what was added from a moment on, the latest first."""
        where = "WHERE status != 'superseded' AND added_at >= ? ORDER BY added_at DESC, document_id"
        return self._heads(where, moment.astimezone(UTC).isoformat())

    def heads_of(self, document_ids: Sequence[str]) -> tuple[Head, ...]:
        """Return the heads of these documents, of any status, as far as they are here."""
        where = f"WHERE document_id {ANY_OF}"
        return self._heads(where, json.dumps(list(document_ids)), is_cited=True)

    def traits(self) -> tuple[Traits, ...]:
        """Return what tells each document, of any status, from the others."""
        with self.reading():
            rows = self._rows(
                "SELECT document_id, title, number, kind, issuer, issued_on, source, "
                "superseded_by, sketch FROM documents "
                "LEFT JOIN sketches USING (document_id) ORDER BY document_id"
            )
            texts = dict(self.texts_of([row[0] for row in rows if row[-1] is None]))
        return tuple(
            Traits(
                document_id=document_id,
                title=title,
                number=number,
                kind=kind,
                issuer=issuer,
                issued_on=date.fromisoformat(issued_on) if issued_on else None,
                source=source,
                superseded_by=newer,
                sketch=kept or near_duplicates.packed(near_duplicates.sketch(texts[document_id])),
            )
            for document_id, title, number, kind, issuer, issued_on, source, newer, kept in rows
        )

    def entries(self) -> Iterator[Entry]:
        """Yield every document of any status with what the library knows of it."""
        with self.reading():
            rows = self._rows(
                "SELECT document_id, added_at, superseded_by, (SELECT count(*) FROM passages "
                "WHERE passages.document_id = documents.document_id) "
                "FROM documents ORDER BY added_at, document_id"
            )
            pairs = self._rows("SELECT older, newer FROM replacements ORDER BY newer")
        for document_id, added_at, superseded_by, passages in rows:
            document = self.document(document_id)
            if document:
                yield Entry(
                    document=document,
                    added_at=_moment(added_at),
                    passages=passages,
                    replaced_by=tuple(newer for older, newer in pairs if older == document_id),
                    superseded_by=superseded_by,
                )

    def texts_of(self, document_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield (document id, text) of these documents, in their order; absent ones are left out.

        So are those whose text is damaged. A few are read at a time: all texts of a large library
        are more than fit into memory.
        """
        for start in range(0, len(document_ids), _READ_AT_ONCE):
            ids = list(document_ids[start : start + _READ_AT_ONCE])
            rows = {
                row[0]: row[1:]
                for row in self._rows(
                    f"SELECT document_id, text, text_hash FROM documents "
                    f"WHERE document_id {ANY_OF}",
                    json.dumps(ids),
                )
            }
            yield from ((one, rows[one][0]) for one in ids if self._has_its_text(one, rows))

    def find(self, reference: str) -> tuple[Document, ...]:
        """Return the documents meant by an id, a number in any spelling, or a file name.

        "nq 03 tu" and "Nghị quyết 03-NQ/TU" both find 03-NQ/TU. Superseded versions are found by
        their id alone.
        """
        exact = self.document(reference.strip())
        if exact:
            return (exact,)
        rows = self._rows(
            "SELECT document_id, number, kind, source FROM documents "
            "WHERE status != 'superseded' ORDER BY added_at, document_id"
        )
        names = [(row[0], row[3]) for row in rows] + self._rows(
            "SELECT document_id, name FROM aliases ORDER BY document_id, name"
        )
        wanted = fold(normalize(reference)).strip()
        with decoding(self.path, "bảng documents"):
            ids = [row[0] for row in rows if is_meant(reference, row[1], row[2])] or dict.fromkeys(
                document_id for document_id, name in names if fold(name) == wanted
            )
        found = (self.document(document_id) for document_id in ids)
        return tuple(document for document in found if document)

    def versions_of(self, document: Document) -> tuple[Document, ...]:
        """Return the documents that are the same văn bản as this one in other bytes."""
        if document.number is None:
            return ()
        bearing = self._documents(
            "WHERE number_key = ? AND status != 'superseded' AND document_id != ?",
            number_key(document.number),
            document.document_id,
        )
        return tuple(other for other in bearing if same_document(document, other))

    def older_versions(self, document_id: str) -> tuple[Document, ...]:
        """Return the superseded versions kept behind a document; they go when it goes."""
        older = self._documents("WHERE superseded_by = ?", document_id)
        return older + tuple(
            oldest for version in older for oldest in self.older_versions(version.document_id)
        )

    def with_same_text(self, document: Document) -> tuple[Document, ...]:
        """Return the other documents whose text is exactly this one's."""
        return self._documents(
            "WHERE text_hash = ? AND document_id != ? AND status != 'superseded'",
            text_hash(document.text),
            document.document_id,
        )

    def replaced_by(
        self, document_id: str, hidden: frozenset[str] = frozenset()
    ) -> tuple[Document, ...]:
        """Return the documents that say they replace this one, without the hidden ones."""
        self._settled([document_id])
        newer = self._documents(
            "WHERE document_id IN (SELECT newer FROM replacements WHERE older = ?) "
            "ORDER BY issued_on, document_id",
            document_id,
        )
        return tuple(one for one in newer if one.document_id not in hidden)

    def replacements(self) -> tuple[tuple[str, str], ...]:
        """Return pairs of ids: a document, and one that says it replaces it."""
        return tuple(self._rows("SELECT older, newer FROM replacements ORDER BY older, newer"))

    def successors(
        self, document_ids: Sequence[str], hidden: frozenset[str] = frozenset()
    ) -> dict[str, str]:
        """Return, for those that others say they replace, the number or title of the first.

        A ``hidden`` document takes nobody's place. Raises LibraryError where it can no longer be
        told whether one was replaced.
        """
        pairs = [pair for pair in self._settled(document_ids) if pair[1] not in hidden]
        heads = {head.document_id: head for head in self.heads_of([newer for _, newer in pairs])}
        newest: dict[str, Head] = {}
        for older, newer in pairs:
            head = heads.get(newer)
            if head is None:
                raise self._unsettled(older)
            before = newest.get(older)
            if before is None or _by_date(head) > _by_date(before):
                newest[older] = head
        return {older: head.number or head.title for older, head in newest.items()}

    def stamped(self) -> frozenset[str]:
        """Return the ids of the documents answered from that bear a secrecy stamp."""
        rows = self._rows(
            "SELECT document_id FROM documents WHERE status != 'superseded' AND secrecy != ''"
        )
        return frozenset(row[0] for row in rows)

    def passage(self, passage_id: str) -> Passage | None:
        """Return a passage by its id; None when it is gone or damaged."""
        rows = self._rows(f"SELECT {SEALED_PASSAGE} FROM passages WHERE passage_id = ?", passage_id)
        found = self._sound(rows)
        return found[0][1] if found and found[0][1].passage_id == passage_id else None

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        """Return a document's passages in reading order, without damaged ones."""
        rows = self._passage_rows(document_id)
        ((count,),) = self._rows(
            "SELECT ifnull((SELECT passages FROM checksums WHERE document_id = ?), 0)", document_id
        )
        if count != len(rows):
            self.damage.note(checksums.miscounted(document_id))
        return tuple(passage for _key, passage in self._sound(rows))

    def damaged_passages(self, document_id: str) -> tuple[str, ...]:
        """Return the ids of a document's passages that are not as they were stored."""
        rows = self._passage_rows(document_id)
        return tuple(str(row[3]) for row in rows if not checksums.sound_passage(row))

    def all_damaged_passages(self) -> tuple[str, ...]:
        """Return the ids of all passages that are not as they were stored."""
        found: list[str] = []
        keys = self.passage_keys().tolist()
        for start in range(0, len(keys), _ROWS_AT_ONCE):
            rows = self._rows(
                f"SELECT {SEALED_PASSAGE} FROM passages WHERE key {ANY_OF}",
                json.dumps(keys[start : start + _ROWS_AT_ONCE]),
            )
            found += [str(row[3]) for row in rows if not checksums.sound_passage(row)]
        return tuple(found)

    def damaged_vectors(self) -> int:
        """Count the vectors that are not as they were stored."""
        return vectors.damaged(self._database)

    def stored_passages(self, document_id: str) -> tuple[Passage, ...]:
        """Return a document's passages as they lie there, sound or not, as far as they are any."""
        rows = self._passage_rows(document_id)
        return tuple(passage_of(row[3:-1]) for row in rows if is_passage(row[3:-1]))

    def passage_keys(self) -> NDArray[np.int64]:
        """Return the keys of all passages, ascending; a key is never given twice."""
        rows = self._rows("SELECT key FROM passages ORDER BY key")
        return np.array([row[0] for row in rows], np.int64)

    def passage_keys_after(self, key: int) -> NDArray[np.int64]:
        """Return the keys above one, ascending: those of passages that came after it."""
        rows = self._rows("SELECT key FROM passages WHERE key > ? ORDER BY key", key)
        return np.array([row[0] for row in rows], np.int64)

    def passage_count(self) -> int:
        """Return how many passages there are."""
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    def keys_of(self, document_ids: Sequence[str]) -> NDArray[np.int64]:
        """Return the keys of these documents' passages, ascending.

        Raises LibraryError where they are not those that were stored.
        """
        ids = json.dumps(list(document_ids))
        rows = self._rows(f"SELECT key FROM passages WHERE document_id {ANY_OF} ORDER BY key", ids)
        with decoding(self.path, "bảng passages"):
            keys = np.array([row[0] for row in rows], np.int64)
            (stored,) = self._rows(
                "SELECT ifnull(sum(passages), 0), ifnull(sum(keys), 0) FROM checksums "
                f"WHERE document_id {ANY_OF}",
                ids,
            )
            if stored != (len(keys), int(keys.sum())):
                raise ValueError(f"{len(keys)} keys are not the {stored[0]} that were stored")
        return keys

    def passages_at(self, keys: Sequence[int]) -> tuple[Passage, ...]:
        """Return the passages of these keys in their order, without damaged ones.

        Raises LibraryError if one is gone.
        """
        return tuple(self.passages_by_key(keys).values())

    def passages_by_key(self, keys: Sequence[int]) -> dict[int, Passage]:
        """Return the passages of these keys in their order, without damaged ones.

        Nor are there those of a document that cannot be cited. Raises LibraryError if one is gone.
        """
        found = dict(self._sound(self._in_order(keys, SEALED_PASSAGE, lambda row: row)))
        ids = list(dict.fromkeys(one.document_id for one in found.values()))
        citable = {head.document_id for head in self.heads_of(ids)}
        for document_id in ids:
            if document_id not in citable:  # also where the file's own index does not find it
                self.damage.note(checksums.damaged_document(document_id))
        return {key: one for key, one in found.items() if one.document_id in citable}

    def indexed_texts(self, keys: Sequence[int]) -> tuple[str, ...]:
        """Return what is encoded and tokenised of these passages, in order."""
        return self._in_order(keys, "indexed_text", lambda row: str(row[0]))

    def indexed_passages(self, keys: Sequence[int]) -> tuple[tuple[Passage, str], ...]:
        """Return these passages, each with what is encoded and tokenised of it, in order.

        A damaged one is empty: its words are not what the document says.
        """
        rows = self._in_order(keys, f"indexed_text, {SEALED_PASSAGE}", lambda row: row)
        sound = dict(self._sound([row[1:] for row in rows]))
        found = []
        for key, row in zip(keys, rows, strict=True):
            passage, indexed = sound.get(key), row[0]
            if passage and text_hash(str(indexed)) != row[3]:
                self.damage.note(checksums.damaged_passage(row[1:]))
                passage = None
            if passage is None:
                empty = Passage(str(row[4]), str(row[5]), "", Locator(), 0, 0)
                found.append((empty, ""))
            else:
                found.append((passage, str(indexed)))
        return tuple(found)

    def indexed_texts_of(self, document_id: str) -> tuple[str, ...]:
        """Return what is encoded and tokenised of a document's passages, in reading order."""
        rows = self._rows(
            "SELECT indexed_text FROM passages WHERE document_id = ? ORDER BY ordinal", document_id
        )
        return tuple(row[0] for row in rows)

    def document_ids_at(self, keys: Sequence[int]) -> tuple[str, ...]:
        """Return the id of the document of each of these passages, in order."""
        return self._in_order(keys, "document_id", lambda row: str(row[0]))

    def vectors(self, model: str, keys: Sequence[int]) -> NDArray[np.float32]:
        """Return the model's vectors of these passages, shape (len(keys), dimension), in order.

        Raises LibraryError when one is missing.
        """
        hashes = self._in_order(keys, "text_hash", lambda row: str(row[0]))
        stored = vectors.stored(self._database, model, hashes)
        missing = sum(1 for one in hashes if one not in stored)
        if missing:
            raise LibraryError(
                f"{self.path}: {missing} đoạn chưa được mã hóa bằng mô hình đang dùng "
                f"({model}), hoặc vectơ đã hỏng; {checksums.MEND}."
            )
        return np.stack([stored[one] for one in hashes]) if hashes else np.empty((0, 0), np.float32)

    def vectors_of(self, model: str, document_id: str) -> tuple[NDArray[np.float32] | None, ...]:
        """Return the model's vector of each of a document's passages; None where it is missing."""
        rows = self._rows(
            "SELECT text_hash FROM passages WHERE document_id = ? ORDER BY ordinal", document_id
        )
        stored = vectors.stored(self._database, model, [row[0] for row in rows])
        return tuple(stored.get(row[0]) for row in rows)

    def lacking_vectors(self, model: str, texts: Sequence[str]) -> tuple[str, ...]:
        """Return those indexed texts, each once, that have no vector of this model yet."""
        return vectors.lacking(self._database, model, texts)

    def lacking_documents(self, model: str) -> frozenset[str]:
        """Return the ids of the documents some of whose passages have no vector of this model."""
        return vectors.lacking_documents(self._database, model)

    def store_vectors(self, model: str, texts: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Keep a batch of vectors, so that an interrupted run encodes nothing twice."""
        vectors.store(self._database, model, texts, rows)

    def forget_vectors(self, model: str, texts: Sequence[str]) -> None:
        """Delete a model's vectors of these texts."""
        vectors.forget(self._database, model, texts)

    def orphan_vectors(self) -> int:
        """Count the vectors of texts that no passage has; they are harmless."""
        return vectors.orphans(self._database)

    def prune_vectors(self) -> int:
        """Delete the vectors of texts that no passage has; return how many there were."""
        return vectors.prune(self._database)

    def add(
        self, document: Document, passages: Sequence[Passage], arrival: Arrival | None = None
    ) -> None:
        """Add a document, or bring back a superseded version of one; ``arrival`` is its file."""
        with self._changing() as database:
            self._insert(database, document, passages)
            self._note(database, document, arrival)

    def add_all(self, documents: Iterable[tuple[Document, Sequence[Passage]]]) -> None:
        """Add several documents with their passages in one transaction."""
        with self._changing() as database:
            for document, passages in documents:
                self._insert(database, document, passages)

    def replace(
        self,
        old_document_id: str,
        document: Document,
        passages: Sequence[Passage],
        arrival: Arrival | None = None,
    ) -> None:
        """Put a new version in the place of an old one, which is kept without passages."""
        if old_document_id == document.document_id:
            raise ValueError(f"{old_document_id} cannot take its own place")
        with self._changing() as database:
            gone = vectors.hashes_of(database, old_document_id)
            self._insert(database, document, passages)
            database.table("passages").delete_where("document_id = ?", [old_document_id])
            checksums.count_passages(database.conn, old_document_id, ())
            vectors.drop(database, gone)
            database.execute(
                "UPDATE documents SET status = 'superseded', superseded_by = ? "
                "WHERE document_id = ?",
                [document.document_id, old_document_id],
            )
            self._note(database, document, arrival)

    def remove(self, document_id: str) -> bool:
        """Remove a document with its passages and older versions; False when there is none."""
        if not self._rows("SELECT 1 FROM documents WHERE document_id = ?", document_id):
            return False
        with self._changing() as database:
            gone = vectors.hashes_of(database, document_id)
            database.table("documents").delete_where("document_id = ?", [document_id])
            vectors.drop(database, gone)
        return True

    def remember_name(self, document_id: str, name: str) -> None:
        """Note another file name under which the same bytes have come."""
        with self._database.writing() as database:
            database.table("aliases").insert(
                {"document_id": document_id, "name": name}, ignore=True
            )

    def use_model(self, model: Model) -> None:
        """Answer with another model from the next generation on."""
        with self._changing() as database:
            database.execute("UPDATE models SET in_use = 0")
            database.table("models").upsert(
                {
                    "setting": model.setting,
                    "fingerprint": model.fingerprint,
                    "dimension": model.dimension,
                    "in_use": 1,
                },
                pk="setting",
            )

    def faults(self) -> tuple[str, ...]:
        """Name what SQLite itself finds wrong with the file."""
        dangling = [
            f"bảng {row[0]}, dòng {row[1]}: trỏ tới dòng không có trong bảng {row[2]}"
            for row in self._rows("PRAGMA foreign_key_check")
        ]
        return (*self.integrity_faults(), *dangling)

    def integrity_faults(self) -> tuple[str, ...]:
        """Name what no command can mend in the file."""
        return tuple(row[0] for row in self._rows("PRAGMA integrity_check") if row[0] != "ok")

    def reindex(self) -> None:
        """Write the file's own indexes anew from its tables."""
        with self._database.writing() as database:
            database.execute("REINDEX")

    def damaged_texts(self) -> tuple[str, ...]:
        """Return the ids of the documents whose text is not the one that was stored."""
        rows = self._rows("SELECT document_id, text, text_hash FROM documents ORDER BY document_id")
        return tuple(str(row[0]) for row in rows if text_hash(row[1]) != row[2])

    def damaged_documents(self) -> tuple[str, ...]:
        """Return the ids of the documents what is known of which is not what was stored."""
        with self.reading():
            rows = self._rows("SELECT document_id FROM documents ORDER BY document_id")
            return tuple(str(row[0]) for row in rows if self.document(str(row[0])) is None)

    def miscounted_documents(self) -> tuple[str, ...]:
        """Return the ids of the documents that have not the passages that were stored."""
        rows = self._rows(
            "SELECT document_id FROM documents LEFT JOIN checksums USING (document_id) "
            "LEFT JOIN (SELECT document_id, count(*) AS counted, sum(key) AS added FROM passages "
            "GROUP BY document_id) USING (document_id) WHERE passages IS NOT ifnull(counted, 0) "
            "OR keys IS NOT ifnull(added, 0) ORDER BY document_id"
        )
        return tuple(str(row[0]) for row in rows)

    def original_of(self, document_id: str) -> tuple[str, str] | None:
        """Return the source and sha256 of a document whose row is damaged, as they lie there."""
        rows = self._rows("SELECT source, sha256 FROM documents WHERE document_id = ?", document_id)
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def restore_document(self, document: Document) -> bool:
        """Put what is known of a document in the place of a damaged row.

        Returns whether it agrees with the checksums, so that nothing was lost.
        """
        with self._changing() as database:
            stored = checksums.stored(database.conn, document.document_id)
            row = document_row(document, "")
            for name in ("status", "superseded_by", "added_at"):
                del row[name]
            database.table("documents").update(document.document_id, row)
            database.table("relations").delete_where("document_id = ?", [document.document_id])
            database.table("relations").insert_all(relation_rows(document))
            checksums.seal_document(database.conn, document.document_id)
            database.execute(
                "UPDATE documents SET status = iif(superseded_by IS NULL, 'current', 'superseded') "
                "WHERE document_id = ? AND status NOT IN ('current', 'replaced', 'superseded')",
                [document.document_id],
            )
            return checksums.stored(database.conn, document.document_id) == stored

    def restore_text(self, document: Document) -> None:
        """Put a document's text back as it was read."""
        with self._changing() as database:
            row = document_row(document, "")
            columns = {name: row[name] for name in ("text", "text_hash", "page_starts")}
            database.table("documents").update(document.document_id, columns)
            checksums.seal_document(database.conn, document.document_id)

    def restore_passages(self, document: Document, passages: Sequence[Passage]) -> None:
        """Put a document's passages in the place of those it has."""
        with self._changing() as database:
            self._insert_passages(database, document, passages)

    def mend_relations(self) -> int:
        """Delete rows that belong to no document and settle every status; return how many."""
        before = self._statuses()
        with self._changing() as database:
            rows = database.execute("PRAGMA foreign_key_check").fetchall()
            for table, rowid in {(str(row[0]), int(row[1])) for row in rows}:
                if table == "documents":
                    database.execute(
                        "UPDATE documents SET superseded_by = NULL WHERE rowid = ?", [rowid]
                    )
                else:
                    database.table(table).delete_where("rowid = ?", [rowid])
            # an older version has no passages, and a document that has them is none
            database.execute(
                "UPDATE documents SET status = 'current' WHERE status = 'superseded' "
                "AND superseded_by IS NULL "
                "AND document_id IN (SELECT document_id FROM passages)"
            )
        return len(rows) + len(before ^ self._statuses())

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with self._database.writing() as database:
            yield database
            settle(self._database, database)
            database.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")
            database.execute(
                "INSERT OR REPLACE INTO generations "
                "SELECT value, lower(hex(randomblob(8))) FROM meta WHERE name = 'generation'"
            )
            database.execute(
                "DELETE FROM generations WHERE generation <= "
                f"(SELECT value - {_REMEMBERED} FROM meta WHERE name = 'generation')"
            )

    def _insert(
        self, database: Connection, document: Document, passages: Sequence[Passage]
    ) -> None:
        row = document_row(document, datetime.now(UTC).isoformat(timespec="microseconds"))
        database.table("documents").upsert(row, pk="document_id")
        database.table("relations").delete_where("document_id = ?", [document.document_id])
        database.table("relations").insert_all(relation_rows(document))
        checksums.seal_document(database.conn, document.document_id)
        self._insert_passages(database, document, passages)

    def _insert_passages(
        self, database: Connection, document: Document, passages: Sequence[Passage]
    ) -> None:
        database.table("passages").delete_where("document_id = ?", [document.document_id])
        # The key by hand: it is sealed with the passage, so that none stands under another's.
        first = checksums.next_key(database.conn)
        database.table("passages").insert_all(
            checksums.seal_passage(
                {"key": first + ordinal, **passage_row(document, ordinal, passage)}
            )
            for ordinal, passage in enumerate(passages)
        )
        keys = range(first, first + len(passages))
        checksums.count_passages(database.conn, document.document_id, keys)

    def _note(self, database: Connection, document: Document, arrival: Arrival | None) -> None:
        near_duplicates.write(database, document.document_id, document.text)
        if arrival:
            source_files.write(database, arrival)

    def _documents(self, where: str, *parameters: Any) -> tuple[Document, ...]:
        with self.reading():
            rows = self._rows(
                f"SELECT {DOCUMENT_COLUMNS}, {SEALED_REST}, head, pages, rest FROM documents "
                f"LEFT JOIN checksums USING (document_id) {where}",
                *parameters,
            )
            relations = self._rows(
                f"SELECT document_id, kind, number FROM relations WHERE document_id {ANY_OF} "
                "ORDER BY document_id, kind, ordinal",
                json.dumps([row[0] for row in rows]),
            )
        said: dict[str, list[tuple[str, str]]] = {}
        for document_id, kind, number in relations:
            said.setdefault(document_id, []).append((kind, number))
        found = (self._document_of(row, said.get(row[0], [])) for row in rows)
        return tuple(document for document in found if document)

    def _document_of(self, row: Row, said: list[tuple[str, str]]) -> Document | None:
        """Return a document that is as it was stored, and name one that is not."""
        *rest, head, pages, sealed = row[_DOCUMENT:]
        is_sound = (
            checksums.of((*row[:6], row[_DOCUMENT - 1])) == head  # HEAD_COLUMNS: review is last
            and checksums.of([row[9]]) == pages
            and checksums.of([*rest, said]) == sealed
            and row[11] in checksums.STATUSES
        )
        try:
            if is_sound:
                return document_of(row[:_DOCUMENT], said)
        except (ValueError, TypeError, AttributeError):  # it was damaged before it was sealed
            pass
        self.damage.note(checksums.damaged_document(row[0]))
        return None

    def _heads(self, where: str, *parameters: Any, is_cited: bool = False) -> tuple[Head, ...]:
        starts = "page_starts" if is_cited else "'[]'"
        rows = self._rows(
            f"SELECT {HEAD_COLUMNS}, {starts}, status, head, pages FROM documents "
            f"LEFT JOIN checksums USING (document_id) {where}",
            *parameters,
        )
        found = (self._head_of(row, is_cited) for row in rows)
        return tuple(head for head in found if head)

    def _head_of(self, row: Row, is_cited: bool) -> Head | None:
        """Return the head of a document that is as it was stored, and name one that is not."""
        *sealed, starts, status, head, pages = row
        try:
            if (
                checksums.of(sealed) == head
                and (not is_cited or checksums.of([starts]) == pages)
                and status in checksums.STATUSES
            ):
                return head_of((*sealed, starts))
        except (ValueError, TypeError, AttributeError):  # it was damaged before it was sealed
            pass
        self.damage.note(checksums.damaged_document(row[0]))
        return None

    def _passage_rows(self, document_id: str) -> list[Row]:
        return self._rows(
            f"SELECT {SEALED_PASSAGE} FROM passages WHERE document_id = ? ORDER BY ordinal",
            document_id,
        )

    def _sound(self, rows: Sequence[Row]) -> list[tuple[int, Passage]]:
        """Return the passages that are as they were stored, each with its key; name the others."""
        found = []
        for row in rows:
            if checksums.sound_passage(row):
                found.append((int(row[0]), passage_of(row[3:-1])))
            else:
                self.damage.note(checksums.damaged_passage(row))
        return found

    def _has_its_text(self, document_id: str, rows: dict[str, Row]) -> bool:
        if document_id not in rows:
            return False
        text, hash_ = rows[document_id]
        is_so = isinstance(text, str) and text_hash(text) == hash_
        if not is_so:
            self.damage.note(checksums.damaged_document(document_id))
        return is_so

    def _settled(self, document_ids: Sequence[str]) -> list[tuple[str, str]]:
        """Return pairs of these and those that replace them; each must be what its status says."""
        ids = json.dumps(list(document_ids))
        pairs = self._rows(f"SELECT older, newer FROM replacements WHERE older {ANY_OF}", ids)
        older = {pair[0] for pair in pairs}
        for document_id, status in self._rows(
            f"SELECT document_id, status FROM documents WHERE document_id {ANY_OF}", ids
        ):
            if status != "superseded" and (status == "replaced") != (document_id in older):
                raise self._unsettled(document_id)
        return [(str(one), str(other)) for one, other in pairs]

    def _unsettled(self, document_id: str) -> LibraryError:
        what = f"trạng thái của văn bản {document_id} không khớp với quan hệ thay thế"
        return LibraryError(f"{self.path}: {what}; {checksums.MEND}.")

    def _in_order(
        self, keys: Sequence[int], columns: str, make: Callable[[tuple[Any, ...]], T]
    ) -> tuple[T, ...]:
        wanted = [int(key) for key in keys]
        rows = self._rows(
            f"SELECT key, {columns} FROM passages WHERE key {ANY_OF}", json.dumps(wanted)
        )
        found = {row[0]: make(row[1:]) for row in rows}
        gone = [key for key in wanted if key not in found]
        if gone:
            raise LibraryError(
                f"{self.path}: {len(gone)} đoạn không còn trong thư viện "
                f"(khóa {gone[0]}…); chỉ mục cần được cập nhật theo thư viện."
            )
        return tuple(found[key] for key in wanted)

    def _statuses(self) -> frozenset[tuple[str, str]]:
        return frozenset(self._rows("SELECT document_id, status FROM documents"))

    def _rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self._database.rows(sql, parameters)


def _moment(stored: object) -> datetime:
    """Read a moment; one that is damaged is the beginning of time, which sorts as no other."""
    try:
        return datetime.fromisoformat(str(stored))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _by_date(head: Head) -> tuple[str, str]:
    return (head.issued_on.isoformat() if head.issued_on else "", head.document_id)
