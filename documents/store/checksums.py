"""Whether what is read from library.db is what was stored: a checksum of every passage, of what is
known of every document, and of every vector. What does not agree is never shown.
"""

import hashlib
import json
import logging
import sqlite3
import threading
from collections.abc import Sequence
from typing import Any

from documents.store.records import (
    HEAD_COLUMNS,
    PASSAGE_COLUMNS,
    Row,
)

log = logging.getLogger(__name__)

BYTES = 8  # 64 bits: chance agrees with none of a library's rows
STATUSES = frozenset(("current", "replaced", "superseded"))
# What a passage's row is sealed by, then the checksum; the text that is indexed has text_hash.
SEALED_PASSAGE = f"key, ordinal, text_hash, {PASSAGE_COLUMNS}, checksum"
_PASSAGE = tuple(SEALED_PASSAGE.split(", ")[:-1])
_TEXT = _PASSAGE.index("text")  # then its span
# With what a document says of others.
SEALED_REST = "source, sha256, text_hash, secrecy, effective_on, signer, signer_role, review"
MEND = "hãy chạy: python -m scripts.doctor --repair"

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=repr).encode


def of(values: Sequence[object]) -> bytes:
    """Return the checksum of a row's values."""
    content = _encode(values).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=BYTES).digest()


def of_vector(model: str, text_hash: str, vector: bytes) -> bytes:
    """Return the checksum of a text's vector."""
    content = f"{model}\n{text_hash}\n".encode() + vector
    return hashlib.blake2b(content, digest_size=BYTES).digest()


class Damage:
    """What was found damaged since a library was opened; each thing is told once in the log."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: dict[str, None] = {}

    def note(self, what: str) -> None:
        """Take down a damaged row, named in Vietnamese."""
        with self._lock:
            if what in self._lines:
                return
            self._lines[what] = None
        log.error("%s; %s", what, MEND)

    @property
    def lines(self) -> tuple[str, ...]:
        """Name every damaged row that was met, in the order of their discovery."""
        with self._lock:
            return tuple(self._lines)


def sound_passage(row: Row) -> bool:
    """Say whether a row of SEALED_PASSAGE is as it was stored."""
    return bool(of(row[:-1]) == row[-1])


def seal_document(connection: sqlite3.Connection, document_id: str) -> None:
    """Keep the checksums of what is known of a document, within the transaction that writes it."""
    one = [document_id]
    (head,) = connection.execute(
        f"SELECT {HEAD_COLUMNS} FROM documents WHERE document_id = ?", one
    ).fetchall()
    ((pages, *rest),) = connection.execute(
        f"SELECT page_starts, {SEALED_REST} FROM documents WHERE document_id = ?", one
    ).fetchall()
    said = connection.execute(
        "SELECT kind, number FROM relations WHERE document_id = ? ORDER BY kind, ordinal", one
    ).fetchall()
    connection.execute(
        "INSERT INTO checksums (document_id, head, pages, rest) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (document_id) DO UPDATE SET head = excluded.head, pages = excluded.pages, "
        "rest = excluded.rest",
        [document_id, of(head), of([pages]), of([*rest, said])],
    )


def stored(connection: sqlite3.Connection, document_id: str) -> tuple[bytes, ...]:
    """Return the checksums kept of a document, within a transaction."""
    rows = connection.execute(
        "SELECT head, pages, rest FROM checksums WHERE document_id = ?", [document_id]
    ).fetchall()
    return tuple(rows[0]) if rows else ()


def seal_passage(row: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a passage, its key among them, with their checksum."""
    return row | {"checksum": of([row[name] for name in _PASSAGE])}


def next_key(connection: sqlite3.Connection) -> int:
    """Return the key of the next passage, which none has had, within the transaction it is for."""
    ((key,),) = connection.execute(
        "SELECT 1 + max((SELECT ifnull(max(CAST(seq AS INTEGER)), 0) FROM sqlite_sequence "
        "WHERE name = 'passages'), (SELECT ifnull(max(key), 0) FROM passages))"
    ).fetchall()
    return int(key)


def count_passages(connection: sqlite3.Connection, document_id: str, keys: Sequence[int]) -> None:
    """Keep how many passages a document has, and the sum of their keys."""
    connection.execute(
        "UPDATE checksums SET passages = ?, keys = ? WHERE document_id = ?",
        [len(keys), sum(keys), document_id],
    )


def seal_all(connection: sqlite3.Connection) -> None:
    """Seal a library that was written without checksums; what disagrees with itself is left out.

    A passage must be the span of its document's text that it says it is.
    """
    ids = [row[0] for row in connection.execute("SELECT document_id FROM documents").fetchall()]
    for document_id in ids:
        seal_document(connection, document_id)
        ((text,),) = connection.execute(
            "SELECT text FROM documents WHERE document_id = ?", [document_id]
        ).fetchall()
        rows = connection.execute(
            f"SELECT {', '.join(_PASSAGE)} FROM passages WHERE document_id = ?", [document_id]
        ).fetchall()
        connection.executemany(
            "UPDATE passages SET checksum = ? WHERE key = ?",
            [(of(row), row[0]) for row in rows if _is_span(text, *row[_TEXT : _TEXT + 3])],
        )
    counts = connection.execute(  # not by an index, which may be what is damaged
        "SELECT document_id, count(*), sum(key) FROM passages NOT INDEXED GROUP BY document_id"
    ).fetchall()
    connection.executemany(
        "UPDATE checksums SET passages = ?2, keys = ?3 WHERE document_id = ?1", counts
    )
    _seal_vectors(connection)


def _seal_vectors(connection: sqlite3.Connection) -> None:
    while True:
        rows = connection.execute(
            "SELECT rowid, model, text_hash, vector FROM vectors WHERE checksum IS NULL "
            "AND typeof(vector) = 'blob' LIMIT 2000"
        ).fetchall()
        if not rows:
            return
        connection.executemany(
            "UPDATE vectors SET checksum = ? WHERE rowid = ?",
            [(of_vector(str(row[1]), str(row[2]), row[3]), row[0]) for row in rows],
        )


def _is_span(text: object, passage: object, start: object, end: object) -> bool:
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(text, str)):
        return False
    return passage == text[start:end]


def damaged_passage(row: Sequence[Any]) -> str:
    """Name the damaged passage of a row of SEALED_PASSAGE."""
    return f"Đoạn {row[3]} của văn bản {row[4]} không còn như đã lưu"


def damaged_document(document_id: object) -> str:
    """Name a document whose row is damaged."""
    return f"Thông tin của văn bản {document_id} không còn như đã lưu"


def miscounted(document_id: object) -> str:
    """Name a document some of whose passages cannot be reached."""
    return f"Văn bản {document_id}: số đoạn đọc được không như đã lưu"
