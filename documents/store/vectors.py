"""The vectors of library.db: one for each indexed text and model, as little-endian float32."""

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from documents.store import checksums
from documents.store.database import ANY_OF, Connection, Database
from documents.store.records import text_hash

_AT_ONCE = 2_000  # vectors, 3 MB


def stored(database: Database, model: str, hashes: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    """Return the vectors there are for these text hashes, without those that are damaged."""
    rows = database.rows(
        f"SELECT text_hash, vector, checksum FROM vectors WHERE model = ? AND text_hash {ANY_OF}",
        (model, json.dumps(list(dict.fromkeys(hashes)))),
    )
    return {
        row[0]: np.frombuffer(row[1], "<f4")
        for row in rows
        if isinstance(row[1], bytes) and checksums.of_vector(model, row[0], row[1]) == row[2]
    }


def lacking(database: Database, model: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Return those texts, each once, that have no vector of this model."""
    by_hash = {text_hash(text): text for text in texts}
    present = stored(database, model, list(by_hash))
    return tuple(text for key, text in by_hash.items() if key not in present)


def store(
    database: Database, model: str, texts: Sequence[str], vectors: NDArray[np.float32]
) -> None:
    """Keep one vector a text, all or none of them."""
    if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
        raise ValueError(f"{len(texts)} texts need finite vectors, not shape {vectors.shape}")
    rows = vectors.astype("<f4")
    with database.writing() as connection:
        connection.table("vectors").insert_all(
            (
                _row(model, text_hash(text), row.tobytes())
                for text, row in zip(texts, rows, strict=True)
            ),
            replace=True,
        )


def damaged(database: Database) -> int:
    """Count the vectors that are not as they were stored, of any model."""
    found, last = 0, -1
    while True:
        rows = database.rows(
            "SELECT rowid, model, text_hash, vector, checksum FROM vectors WHERE rowid > ? "
            f"ORDER BY rowid LIMIT {_AT_ONCE}",
            (last,),
        )
        if not rows:
            return found
        last = rows[-1][0]
        found += sum(
            not isinstance(row[3], bytes)
            or checksums.of_vector(str(row[1]), str(row[2]), row[3]) != row[4]
            for row in rows
        )


def _row(model: str, hash_: str, vector: bytes) -> dict[str, object]:
    checksum = checksums.of_vector(model, hash_, vector)
    return {"model": model, "text_hash": hash_, "vector": vector, "checksum": checksum}


def orphans(database: Database) -> int:
    """Count the vectors of texts that no passage has; they are harmless."""
    return int(
        database.rows(
            "SELECT count(*) FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM passages)"
        )[0][0]
    )


def hashes_of(connection: Connection, document_id: str) -> tuple[str, ...]:
    """Return the text hashes of a document's passages within a transaction."""
    rows = connection.execute(
        "SELECT DISTINCT text_hash FROM passages WHERE document_id = ?", [document_id]
    )
    return tuple(str(row[0]) for row in rows)


def drop(connection: Connection, hashes: Sequence[str]) -> None:
    """Delete the vectors of these texts, but for those that a passage still has."""
    connection.execute(  # model by model, as the primary key goes
        "DELETE FROM vectors WHERE model IN (SELECT DISTINCT model FROM vectors) "
        f"AND text_hash {ANY_OF} "
        "AND NOT EXISTS (SELECT 1 FROM passages WHERE passages.text_hash = vectors.text_hash)",
        [json.dumps(list(hashes))],
    )


def forget(database: Database, model: str, texts: Sequence[str]) -> None:
    """Delete a model's vectors of these texts."""
    if texts:
        with database.writing() as connection:
            connection.execute(
                f"DELETE FROM vectors WHERE model = ? AND text_hash {ANY_OF}",
                [model, json.dumps([text_hash(text) for text in texts])],
            )


def prune(database: Database) -> int:
    """Delete the vectors of texts that no passage has; return how many there were."""
    with database.writing() as connection:
        return int(
            connection.execute(
                "DELETE FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM passages)"
            ).rowcount
        )


def lacking_documents(database: Database, model: str) -> frozenset[str]:
    """Return the documents some of whose passages have no vector of this model."""
    rows = database.rows(
        "SELECT DISTINCT document_id FROM passages WHERE NOT EXISTS (SELECT 1 FROM vectors "
        "WHERE vectors.model = ? AND vectors.text_hash = passages.text_hash)",
        (model,),
    )
    return frozenset(str(row[0]) for row in rows)
