"""The library: documents, their passages and the vectors of those. The only truth; all else is
derived from it. Every change is one transaction that also raises ``generation``.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from documents.document import Document, Passage
from documents.store import near_duplicates, source_files, vectors
from documents.store.database import Connection, Database, LibraryError
from documents.store.encoder_models import Model, Models
from documents.store.near_duplicates import Likenesses
from documents.store.records import document_row, passage_row, relation_rows, text_hash
from documents.store.replacements import settle
from documents.store.schema import MIGRATIONS
from documents.store.source_files import Arrival, Arrivals
from documents.store.stored_documents import Entry, Head, StoredDocuments
from documents.store.stored_passages import StoredPassages

__all__ = ["FILE_NAME", "Entry", "Head", "Library", "LibraryError"]

FILE_NAME = "library.db"

_REMEMBERED = 10_000  # generations; an index that is further behind is built anew


class Library(StoredDocuments, StoredPassages):
    """The store at ``path``, opened or created; usable from several threads and processes.

    A document's status is "current", "replaced" (another document says so; it stays searchable)
    or "superseded" (an earlier version of the same văn bản; kept without passages).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path, MIGRATIONS)
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

    @property
    def generation(self) -> int:
        """How many changes the library has been through."""
        return int(self._rows("SELECT value FROM meta WHERE name = 'generation'")[0][0])

    @property
    def token(self) -> str:
        """Tell this generation from one that another history counts alike."""
        return self.token_of(self.generation) or ""

    @property
    def identity(self) -> int:
        """Tell this library, with its copies and backups, from every other one."""
        return int(self._rows("SELECT value FROM meta WHERE name = 'identity'")[0][0])

    def token_of(self, generation: int) -> str | None:
        """Return the token of a generation that this library has been through, if it has."""
        rows = self._rows("SELECT token FROM generations WHERE generation = ?", generation)
        return str(rows[0][0]) if rows else None

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
            vectors.drop(database, gone)
            database.execute(
                "UPDATE documents SET status = 'superseded', superseded_by = ? "
                "WHERE document_id = ?",
                [document.document_id, old_document_id],
            )
            self._note(database, document, arrival)

    def remove(self, document_id: str) -> bool:
        """Remove a document with its passages and older versions; False when there is none."""
        if self.document(document_id) is None:
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

    def restore_text(self, document: Document) -> None:
        """Put a document's text back as it was read."""
        with self._changing() as database:
            row = document_row(document, "")
            columns = {name: row[name] for name in ("text", "text_hash", "page_starts")}
            database.table("documents").update(document.document_id, columns)

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

    def _statuses(self) -> frozenset[tuple[str, str]]:
        return frozenset(self._rows("SELECT document_id, status FROM documents"))

    def go_on_after(self, generation: int) -> None:
        """Begin a generation that comes after this one of another history, too."""
        with self._changing() as database:
            database.execute(
                "UPDATE meta SET value = max(value, ?) WHERE name = 'generation'", [generation]
            )

    def damaged_texts(self) -> tuple[str, ...]:
        """Return the ids of the documents whose text is not the one that was stored."""
        rows = self._rows("SELECT document_id, text, text_hash FROM documents ORDER BY document_id")
        return tuple(str(row[0]) for row in rows if text_hash(row[1]) != row[2])

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
        self._insert_passages(database, document, passages)

    def _insert_passages(
        self, database: Connection, document: Document, passages: Sequence[Passage]
    ) -> None:
        database.table("passages").delete_where("document_id = ?", [document.document_id])
        database.table("passages").insert_all(
            passage_row(document, ordinal, passage) for ordinal, passage in enumerate(passages)
        )

    def _note(self, database: Connection, document: Document, arrival: Arrival | None) -> None:
        near_duplicates.write(database, document.document_id, document.text)
        if arrival:
            source_files.write(database, arrival)

    def _rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self._database.rows(sql, parameters)
