"""Who replaces whom among the documents that are here, from what each says of others."""

from dataclasses import dataclass
from datetime import date

from documents.metadata.same_document import may_replace
from documents.store.database import Connection, Database

_CANDIDATES = """
    SELECT DISTINCT older.document_id, newer.document_id,
        older.number, older.kind, older.issuer, older.issued_on,
        newer.number, newer.kind, newer.issuer, newer.issued_on
    FROM relations
    JOIN documents older ON older.number_key = relations.number_key
    JOIN documents newer ON newer.document_id = relations.document_id
    WHERE relations.kind = 'replaces' AND older.document_id != newer.document_id
        AND older.status != 'superseded' AND newer.status != 'superseded'
"""
# Only the rows that change: rewriting a row rewrites the document's text with it.
_STATUSES = (
    "UPDATE documents SET status = 'replaced' "
    "WHERE status = 'current' AND document_id IN (SELECT older FROM replacements)",
    "UPDATE documents SET status = 'current' "
    "WHERE status = 'replaced' AND document_id NOT IN (SELECT older FROM replacements)",
)


@dataclass(frozen=True, slots=True)
class _Head:
    number: str | None
    kind: str | None
    issuer: str | None
    issued_on: date | None


def settle(database: Database, connection: Connection) -> None:
    """Work out all replacements anew, so that the order of arrival does not matter."""
    pairs = {
        (str(row[0]), str(row[1]))
        for row in database.rows(_CANDIDATES)
        if _is_readable(row) and may_replace(_head(*row[6:]), _head(*row[2:6]))
    }
    if pairs != set(database.rows("SELECT older, newer FROM replacements")):
        connection.table("replacements").delete_where()
        connection.table("replacements").insert_all(
            {"older": older, "newer": newer} for older, newer in sorted(pairs)
        )
    for statement in _STATUSES:
        connection.execute(statement)


def _is_readable(row: tuple[object, ...]) -> bool:
    """Say whether a damaged row, which is named where it is read, does not make this a pair."""
    try:
        return all(one is None or date.fromisoformat(str(one)) for one in (row[5], row[9]))
    except ValueError:
        return False


def _head(number: str | None, kind: str | None, issuer: str | None, issued_on: str | None) -> _Head:
    return _Head(number, kind, issuer, date.fromisoformat(issued_on) if issued_on else None)
