"""Whether the rows of a small store are as they were written: a checksum of each, kept by triggers.

Who reads who may ask, or what goes to whom, has no second look at it: one flipped bit would let
somebody in. The triggers are of the connection, so that the file stays an ordinary database.
"""

import sqlite3
from collections.abc import Collection, Iterator
from typing import Any

from documents.store import checksums

TABLE = "seals"
_FUNCTION = "tracuu_checksum"


def exist(connection: sqlite3.Connection) -> bool:
    """Say whether the rows of a file are sealed."""
    found = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", [TABLE]).fetchall()
    return bool(found)


def tables(connection: sqlite3.Connection, unsealed: Collection[str]) -> tuple[str, ...]:
    """Return the tables whose rows are sealed."""
    rows = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    return tuple(str(row[0]) for row in rows if row[0] != TABLE and row[0] not in unsealed)


def keep(connection: sqlite3.Connection, unsealed: Collection[str]) -> None:
    """Have this connection seal every row that it writes."""
    connection.create_function(
        _FUNCTION, -1, lambda *values: checksums.of(values), deterministic=True
    )
    connection.execute("PRAGMA recursive_triggers = ON")  # so that REPLACE is heard of, too
    for table in tables(connection, unsealed):
        columns = ", ".join(_columns(connection, table))
        seal = (
            f"INSERT OR REPLACE INTO {TABLE} SELECT '{table}', rowid, {_FUNCTION}({columns}) "
            f"FROM {table} WHERE rowid = new.rowid;"
        )
        unseal = f"DELETE FROM {TABLE} WHERE name = '{table}' AND row = old.rowid;"
        for event, does in (("INSERT", seal), ("UPDATE", unseal + seal), ("DELETE", unseal)):
            connection.execute(
                f"CREATE TEMP TRIGGER seal_{table}_{event.lower()} AFTER {event} "
                f"ON main.{table} BEGIN {does} END"
            )


def renew(connection: sqlite3.Connection, unsealed: Collection[str]) -> None:
    """Seal every row as it is, within a transaction."""
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {TABLE} (name TEXT NOT NULL, row INTEGER NOT NULL, "
        "checksum BLOB NOT NULL, PRIMARY KEY (name, row)) WITHOUT ROWID"
    )
    connection.execute(f"DELETE FROM {TABLE}")
    for table in tables(connection, unsealed):
        connection.executemany(
            f"INSERT INTO {TABLE} VALUES (?, ?, ?)",
            [(table, rowid, checksums.of(row)) for rowid, *row in _rows(connection, table)],
        )


def faults(connection: sqlite3.Connection, unsealed: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Yield the table and rowid of every row that is not as it was written, or is gone."""
    kept = {
        (name, row): checksum
        for name, row, checksum in connection.execute(f"SELECT name, row, checksum FROM {TABLE}")
    }
    for table in tables(connection, unsealed):
        for rowid, *row in _rows(connection, table):
            if kept.pop((table, rowid), None) != checksums.of(row):
                yield table, rowid
    yield from kept


def checksum_of(connection: sqlite3.Connection, table: str, rowid: int) -> bytes | None:
    """Return the checksum kept of a row."""
    rows = connection.execute(
        f"SELECT checksum FROM {TABLE} WHERE name = ? AND row = ?", [table, rowid]
    ).fetchall()
    return rows[0][0] if rows else None


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    columns = ", ".join(_columns(connection, table))
    yield from connection.execute(f"SELECT rowid, {columns} FROM {table} NOT INDEXED")


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    rows = connection.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchall()
    return tuple(f'"{row[0]}"' for row in rows)
