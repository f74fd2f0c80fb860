"""The documents of library.db, as they are read."""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from documents.document import Document, page_at
from documents.metadata.same_document import is_meant, number_key, same_document
from documents.store.database import Database
from documents.store.records import DOCUMENT_COLUMNS, document_of, text_hash
from documents.vietnamese.normalize import fold, normalize

_HEAD_COLUMNS = "document_id, title, number, kind, issuer, issued_on"
_ALL_OF = "IN (SELECT value FROM json_each(?))"  # any number of keys in one parameter

_READ_AT_ONCE = 100  # texts of documents


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as the list shows it; ``replaced_by`` and ``superseded_by`` are document ids."""

    document: Document
    added_at: datetime
    passages: int
    replaced_by: tuple[str, ...]
    superseded_by: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """A document without its text; ``page_starts`` only where it is to be cited."""

    document_id: str
    title: str
    number: str | None
    kind: str | None
    issuer: str | None
    issued_on: date | None
    page_starts: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Return the 1-based page that holds a character offset; None where there are no pages."""
        return page_at(self.page_starts, offset)


class StoredDocuments:
    """The half of the library that tells of documents."""

    _database: Database

    def reading(self) -> AbstractContextManager[None]:
        """Let this thread read one generation for as long as the block lasts."""
        return self._database.reading()

    def documents(self) -> tuple[Document, ...]:
        """Return every document that can be answered from, in order of arrival."""
        return self._documents("WHERE status != 'superseded' ORDER BY added_at, document_id")

    def document(self, document_id: str) -> Document | None:
        """Return a document of any status."""
        found = self._documents("WHERE document_id = ?", document_id)
        return found[0] if found else None

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

    def replaced_by(self, document_id: str) -> tuple[Document, ...]:
        """Return the documents that say they replace this one."""
        return self._documents(
            "WHERE document_id IN (SELECT newer FROM replacements WHERE older = ?) "
            "ORDER BY issued_on, document_id",
            document_id,
        )

    def replacements(self) -> tuple[tuple[str, str], ...]:
        """Return pairs of ids: a document, and one that says it replaces it."""
        return tuple(self._rows("SELECT older, newer FROM replacements ORDER BY older, newer"))

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
                    added_at=datetime.fromisoformat(added_at),
                    passages=passages,
                    replaced_by=tuple(newer for older, newer in pairs if older == document_id),
                    superseded_by=superseded_by,
                )

    def texts_of(self, document_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield (document id, text) of these documents, in their order; absent ones are left out.

        A few are read at a time: all texts of a large library are more than fit into memory.
        """
        for start in range(0, len(document_ids), _READ_AT_ONCE):
            ids = list(document_ids[start : start + _READ_AT_ONCE])
            rows = dict(
                self._rows(
                    f"SELECT document_id, text FROM documents WHERE document_id {_ALL_OF}",
                    json.dumps(ids),
                )
            )
            yield from ((one, rows[one]) for one in ids if one in rows)

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

    def heads_of(self, document_ids: Sequence[str]) -> tuple[Head, ...]:
        """Return the heads of these documents, of any status, as far as they are here."""
        where = f"WHERE document_id {_ALL_OF}"
        return self._heads(where, json.dumps(list(document_ids)), pages="page_starts")

    def _heads(self, where: str, *parameters: Any, pages: str = "'[]'") -> tuple[Head, ...]:
        rows = self._rows(f"SELECT {_HEAD_COLUMNS}, {pages} FROM documents {where}", *parameters)
        return tuple(
            Head(
                document_id=row[0],
                title=row[1],
                number=row[2],
                kind=row[3],
                issuer=row[4],
                issued_on=date.fromisoformat(row[5]) if row[5] else None,
                page_starts=tuple(json.loads(row[6])),
            )
            for row in rows
        )

    def successors(self, document_ids: Sequence[str]) -> dict[str, str]:
        """Return, for those that others say they replace, the number or title of the first."""
        rows = self._rows(
            "SELECT older, number, title FROM replacements JOIN documents ON document_id = newer "
            f"WHERE older {_ALL_OF} ORDER BY issued_on DESC, document_id DESC",
            json.dumps(list(document_ids)),
        )
        return {older: number or title for older, number, title in rows}

    def stamped(self) -> frozenset[str]:
        """Return the ids of the documents answered from that bear a secrecy stamp."""
        rows = self._rows(
            "SELECT document_id FROM documents WHERE status != 'superseded' AND secrecy != ''"
        )
        return frozenset(row[0] for row in rows)

    def _documents(self, where: str, *parameters: Any) -> tuple[Document, ...]:
        with self.reading():
            rows = self._rows(f"SELECT {DOCUMENT_COLUMNS} FROM documents {where}", *parameters)
            relations = self._rows(
                f"SELECT document_id, kind, number FROM relations WHERE document_id {_ALL_OF} "
                "ORDER BY document_id, kind, ordinal",
                json.dumps([row[0] for row in rows]),
            )
        said: dict[str, list[tuple[str, str]]] = {}
        for document_id, kind, number in relations:
            said.setdefault(document_id, []).append((kind, number))
        return tuple(document_of(row, said.get(row[0], ())) for row in rows)

    def _rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self._database.rows(sql, parameters)
