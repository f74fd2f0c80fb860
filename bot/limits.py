"""From which role upwards a document is shown. A limit is of the văn bản, not of one file's bytes.

What a limit is known by is kept beside it: every version's head and a sketch of its words. So it
holds for each later version, also after the document was removed, corrected or restored.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from bot.limit_matching import Limit, Limited, Matching, Tie, Version, resolve
from bot.roles import RANKS, Role
from documents.store.database import Connection, Database
from documents.store.library import Library
from documents.store.records import Traits

MIGRATION = (
    "ALTER TABLE limits RENAME TO limits_1",
    # AUTOINCREMENT: what was learned of one limit must never come to be another's.
    "CREATE TABLE limits (limit_id INTEGER PRIMARY KEY AUTOINCREMENT, role TEXT NOT NULL)",
    # Earlier limits knew an id alone; the rest is learned from the library.
    """
    CREATE TABLE limited_versions (
        limit_id INTEGER NOT NULL REFERENCES limits (limit_id) ON DELETE CASCADE,
        document_id TEXT NOT NULL,
        tie TEXT NOT NULL CHECK (tie IN ('decided', 'same', 'like')),
        title TEXT NOT NULL DEFAULT '',
        number TEXT NOT NULL DEFAULT '',
        kind TEXT NOT NULL DEFAULT '',
        issuer TEXT NOT NULL DEFAULT '',
        issued_on TEXT NOT NULL DEFAULT '',
        source TEXT NOT NULL DEFAULT '',
        sketch BLOB NOT NULL DEFAULT x'',
        UNIQUE (limit_id, document_id, title, number, kind, issuer, issued_on, source)
    )
    """,
    "INSERT INTO limits SELECT rowid, role FROM limits_1",
    "INSERT INTO limited_versions (limit_id, document_id, tie) "
    "SELECT rowid, document_id, 'decided' FROM limits_1",
    "DROP TABLE limits_1",
    # Of which documents in doubt the administrators have heard.
    "CREATE TABLE held_told (document_id TEXT PRIMARY KEY NOT NULL)",
)


class Limits:
    """The limits of one data folder, applied to the library that lies there now."""

    def __init__(self, database: Database, library: Path) -> None:
        self._database = database
        self._path = library
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._seen: tuple[object, ...] | None = None
        self._found: Mapping[str, Limited] = {}

    def close(self) -> None:
        """Close the library, where it was opened."""
        if self._library:
            self._library.close()

    def set(self, document_id: str, role: Role) -> None:
        """Show a document, and every version of it, from a role upwards."""
        documents = {one.document_id: one for one in self._documents()}
        own = documents.setdefault(document_id, Traits(document_id))
        matching = Matching(tuple(documents.values()))
        with self._database.writing() as database:
            limits = _read(self._database)
            ids = [one.limit_id for one in limits if document_id in matching.bound(one)]
            if not ids:
                made = database.execute("INSERT INTO limits (role) VALUES (?)", (role,))
                ids = [int(made.lastrowid or 0)]
            database.execute(
                "DELETE FROM limited_versions WHERE document_id = ? AND tie = ?",
                (document_id, Tie.LIKE),
            )
            database.execute("DELETE FROM held_told WHERE document_id = ?", (document_id,))
            for limit_id in ids:
                database.execute("UPDATE limits SET role = ? WHERE limit_id = ?", (role, limit_id))
                _keep(database, limit_id, Version(Tie.DECIDED, own))

    def hidden_from(self, role: Role | None) -> frozenset[str]:
        """Return the ids of the documents that a role does not get to see."""
        rank = RANKS.get(role, 1) if role else 1
        return frozenset(one.document_id for one in self.all().values() if one.rank > rank)

    def of(self, document_id: str) -> Limited | None:
        """Return how a document is limited; None where everybody let in sees it."""
        return self.all().get(document_id)

    def all(self) -> Mapping[str, Limited]:
        """Return every limited document by its id, as the library and the limits are now.

        What is learned of a limited document is kept, for the time when it will have gone.
        """
        with self._lock:
            state = self._state()
            if state != self._seen:
                self._found = self._resolve()
                self._seen = state if state == self._state() else None
            return self._found

    def untold(self) -> tuple[Limited, ...]:
        """Return the documents in doubt of which the administrators have not heard."""
        told = {row[0] for row in self._database.rows("SELECT document_id FROM held_told")}
        return tuple(one for key, one in sorted(self.all().items()) if one.like and key not in told)

    def told(self, document_ids: Iterable[str]) -> None:
        """Note that the administrators hear of documents in doubt."""
        with self._database.writing() as database:
            for one in document_ids:
                database.execute("INSERT OR IGNORE INTO held_told VALUES (?)", (one,))

    def _resolve(self) -> Mapping[str, Limited]:
        limits = _read(self._database)
        if not limits:
            return {}
        found = resolve(limits, self._documents())
        learned = [
            (limit.limit_id, version)
            for limit in limits
            for version in found.versions.get(limit.limit_id, ())
        ]
        if learned:
            with self._database.writing() as database:
                for limit_id, version in learned:
                    _keep(database, limit_id, version)
        return found.limited

    def _state(self) -> tuple[object, ...]:
        """Return what tells whether anything has changed; the library is not asked in vain."""
        roles = self._database.rows("SELECT limit_id, role FROM limits ORDER BY limit_id")
        decided = self._database.rows(
            "SELECT limit_id, document_id FROM limited_versions WHERE tie = ?"
            " ORDER BY limit_id, document_id",
            (Tie.DECIDED,),
        )
        library = self._opened() if roles else None
        return tuple(roles), tuple(decided), (library.generation if library else None)

    def _documents(self) -> tuple[Traits, ...]:
        library = self._opened()
        return library.traits() if library else ()

    def _opened(self) -> Library | None:
        if self._library is None and self._path.exists():
            self._library = Library(self._path)
        return self._library


def _read(database: Database) -> tuple[Limit, ...]:
    roles = database.rows("SELECT limit_id, role FROM limits ORDER BY limit_id")
    versions: defaultdict[int, list[Version]] = defaultdict(list)
    for limit_id, tie, day, sketch, *texts in database.rows(
        "SELECT limit_id, tie, issued_on, sketch, document_id, title, number, kind, issuer, source"
        " FROM limited_versions ORDER BY rowid"
    ):
        document_id, title, number, kind, issuer, source = texts
        issued_on = date.fromisoformat(day) if day else None
        traits = Traits(
            document_id,
            title,
            number or None,
            kind or None,
            issuer or None,
            issued_on,
            source,
            None,
            bytes(sketch),
        )
        versions[limit_id].append(Version(Tie(tie), traits))
    return tuple(Limit(number, Role(role), tuple(versions[number])) for number, role in roles)


def _keep(database: Connection, limit_id: int, version: Version) -> None:
    """Write what a limit is known by; what is surer than before takes its place."""
    traits = version.traits
    database.execute(
        "INSERT INTO limited_versions (limit_id, document_id, tie, title, number, kind, issuer,"
        " issued_on, source, sketch)"
        " SELECT limit_id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM limits WHERE limit_id = ?"
        " ON CONFLICT DO UPDATE SET sketch = excluded.sketch,"
        " tie = iif(tie = 'decided' OR excluded.tie = 'like', tie, excluded.tie)",
        (
            traits.document_id,
            version.tie,
            traits.title,
            traits.number or "",
            traits.kind or "",
            traits.issuer or "",
            traits.issued_on.isoformat() if traits.issued_on else "",
            traits.source,
            traits.sketch,
            limit_id,
        ),
    )
