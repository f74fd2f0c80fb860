"""The passages of library.db and the vectors of their texts."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from documents.document import Passage
from documents.store import vectors
from documents.store.database import Database, LibraryError
from documents.store.records import PASSAGE_COLUMNS, passage_of

T = TypeVar("T")

_ALL_OF = "IN (SELECT value FROM json_each(?))"  # any number of keys in one parameter


class StoredPassages:
    """The half of the library that tells of passages."""

    _database: Database

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        """Return a document's passages in reading order."""
        rows = self._rows(
            f"SELECT {PASSAGE_COLUMNS} FROM passages WHERE document_id = ? ORDER BY ordinal",
            document_id,
        )
        return tuple(passage_of(row) for row in rows)

    def passage(self, passage_id: str) -> Passage | None:
        """Return a passage by its id; None when it is gone."""
        rows = self._rows(
            f"SELECT {PASSAGE_COLUMNS} FROM passages WHERE passage_id = ?", passage_id
        )
        return passage_of(rows[0]) if rows else None

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
        """Return the keys of these documents' passages, ascending."""
        rows = self._rows(
            f"SELECT key FROM passages WHERE document_id {_ALL_OF} ORDER BY key",
            json.dumps(list(document_ids)),
        )
        return np.array([row[0] for row in rows], np.int64)

    def passages_at(self, keys: Sequence[int]) -> tuple[Passage, ...]:
        """Return the passages of these keys in their order; raises LibraryError if one is gone."""
        return self._in_order(keys, PASSAGE_COLUMNS, lambda row: passage_of(row))

    def indexed_texts(self, keys: Sequence[int]) -> tuple[str, ...]:
        """Return what is encoded and tokenised of these passages, in order."""
        return self._in_order(keys, "indexed_text", lambda row: str(row[0]))

    def indexed_passages(self, keys: Sequence[int]) -> tuple[tuple[Passage, str], ...]:
        """Return these passages, each with what is encoded and tokenised of it, in order."""
        return self._in_order(
            keys, f"indexed_text, {PASSAGE_COLUMNS}", lambda row: (passage_of(row[1:]), str(row[0]))
        )

    def document_ids_at(self, keys: Sequence[int]) -> tuple[str, ...]:
        """Return the id of the document of each of these passages, in order."""
        return self._in_order(keys, "document_id", lambda row: str(row[0]))

    def indexed_texts_of(self, document_id: str) -> tuple[str, ...]:
        """Return what is encoded and tokenised of a document's passages, in reading order."""
        rows = self._rows(
            "SELECT indexed_text FROM passages WHERE document_id = ? ORDER BY ordinal", document_id
        )
        return tuple(row[0] for row in rows)

    def vectors(self, model: str, keys: Sequence[int]) -> NDArray[np.float32]:
        """Return the model's vectors of these passages, shape (len(keys), dimension), in order.

        Raises LibraryError when one is missing.
        """
        hashes = self._in_order(keys, "text_hash", lambda row: str(row[0]))
        stored = vectors.stored(self._database, model, hashes)
        missing = sum(1 for one in hashes if one not in stored)
        if missing:
            raise LibraryError(
                f"{self._database.path}: {missing} đoạn chưa được mã hóa bằng mô hình đang dùng "
                f"({model}); hãy chạy lại add_documents với các văn bản đó."
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

    def store_vectors(self, model: str, texts: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Keep a batch of vectors, so that an interrupted run encodes nothing twice."""
        vectors.store(self._database, model, texts, rows)

    def orphan_vectors(self) -> int:
        """Count the vectors of texts that no passage has; they are harmless."""
        return vectors.orphans(self._database)

    def prune_vectors(self) -> int:
        """Delete the vectors of texts that no passage has; return how many there were."""
        return vectors.prune(self._database)

    def lacking_documents(self, model: str) -> frozenset[str]:
        """Return the ids of the documents some of whose passages have no vector of this model."""
        return vectors.lacking_documents(self._database, model)

    def forget_vectors(self, model: str, texts: Sequence[str]) -> None:
        """Delete a model's vectors of these texts."""
        vectors.forget(self._database, model, texts)

    def _in_order(
        self, keys: Sequence[int], columns: str, make: Callable[[tuple[Any, ...]], T]
    ) -> tuple[T, ...]:
        wanted = [int(key) for key in keys]
        rows = self._rows(
            f"SELECT key, {columns} FROM passages WHERE key {_ALL_OF}", json.dumps(wanted)
        )
        found = {row[0]: make(row[1:]) for row in rows}
        gone = [key for key in wanted if key not in found]
        if gone:
            raise LibraryError(
                f"{self._database.path}: {len(gone)} đoạn không còn trong thư viện "
                f"(khóa {gone[0]}…); chỉ mục cần được cập nhật theo thư viện."
            )
        return tuple(found[key] for key in wanted)

    def _rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self._database.rows(sql, parameters)
