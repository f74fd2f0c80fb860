"""Which file brought which document, so that a file that is as it was need not be read again."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from documents.store.database import Connection, Database

_COLUMNS = "path, folder, size, modified, sha256, document_id"
# A file may change again within one tick of its clock: FAT counts in steps of two seconds.
_SETTLED_NANOSECONDS = 2_000_000_000
_UNSETTLED = 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that brought a document, as it was then; ``modified`` is in nanoseconds.

    ``folder`` is the folder that is kept in step and brought it; None for a file added by hand.
    """

    path: str
    folder: str | None
    size: int
    modified: int
    sha256: str
    document_id: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells cheaply that a file is as it was."""

    size: int
    modified: int

    def is_of(self, arrival: Arrival) -> bool:
        """Say whether the file is certain to be the one that came."""
        is_settled = self.modified != _UNSETTLED
        return is_settled and (self.size, self.modified) == (arrival.size, arrival.modified)


def path_key(path: Path) -> str:
    """Return a path as it is stored: its folder's true place, undecodable bytes written out."""
    whole = path.parent.resolve() / path.name if path.name else path.resolve()
    return os.fsencode(whole).decode("utf-8", "backslashreplace")


def stamp(path: Path) -> Stamp:
    """Return a file's stamp; one that changed just now gets a time that fits no later look."""
    status = path.stat()
    is_settled = time.time_ns() - status.st_mtime_ns > _SETTLED_NANOSECONDS
    return Stamp(status.st_size, status.st_mtime_ns if is_settled else _UNSETTLED)


class Arrivals:
    """The files of one library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def at(self, key: str) -> Arrival | None:
        """Return what came from a path."""
        found = self._rows("WHERE path = ?", key)
        return found[0] if found else None

    def of(self, document_id: str) -> tuple[Arrival, ...]:
        """Return the files that brought a document."""
        return self._rows("WHERE document_id = ? ORDER BY path", document_id)

    def of_folder(self, folder: str) -> tuple[Arrival, ...]:
        """Return what a folder that is kept in step has brought."""
        return self._rows("WHERE folder = ? ORDER BY path", folder)

    def note(self, arrival: Arrival) -> None:
        """Keep what is known of a file; what brought it first stays on record."""
        if self.at(arrival.path) == arrival:
            return
        with self._database.writing() as connection:
            write(connection, arrival)

    def forget(self, keys: tuple[str, ...]) -> None:
        """Drop files that are gone."""
        if keys:
            with self._database.writing() as connection:
                for key in keys:
                    connection.table("arrivals").delete_where("path = ?", [key])

    def _rows(self, where: str, *parameters: str) -> tuple[Arrival, ...]:
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM arrivals {where}", parameters)
        return tuple(Arrival(*row) for row in rows)


def write(connection: Connection, arrival: Arrival) -> None:
    """Write a file's row within a transaction."""
    connection.execute(
        f"INSERT OR REPLACE INTO arrivals ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        [
            arrival.path,
            arrival.folder,
            arrival.size,
            arrival.modified,
            arrival.sha256,
            arrival.document_id,
        ],
    )
