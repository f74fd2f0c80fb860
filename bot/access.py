"""access.db: who may ask, and who may see what. Nobody is answered before being let in."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from bot.turn import Person
from documents.store.database import Connection, Database

FILE = "access.db"


class Role(StrEnum):
    """What a person may do; a cadre asks, staff add documents, an admin lets people in."""

    ADMIN = "admin"
    STAFF = "staff"
    CADRE = "cadre"
    PENDING = "pending"
    REVOKED = "revoked"


ASKING = frozenset({Role.ADMIN, Role.STAFF, Role.CADRE})
RANKS = {Role.CADRE: 1, Role.STAFF: 2, Role.ADMIN: 3}
INVITATION_BYTES = 16  # 128 bits: nobody guesses one
INVITATION_DAYS = 3

MIGRATIONS = (
    (
        """
        CREATE TABLE users (
            user_id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            role TEXT NOT NULL
                CHECK (role IN ('admin', 'staff', 'cadre', 'pending', 'revoked')),
            changed_at TEXT NOT NULL,
            changed_by INTEGER
        )
        """,
    ),
    (
        """
        CREATE TABLE groups (
            chat_id INTEGER PRIMARY KEY, title TEXT NOT NULL, allowed_by INTEGER NOT NULL
        )
        """,
        # The hash alone: who reads a copy of this file cannot come in with it.
        """
        CREATE TABLE invitations (
            code_hash TEXT PRIMARY KEY,
            role TEXT NOT NULL,
            made_by INTEGER NOT NULL,
            expires_at TEXT NOT NULL
        )
        """,
        "CREATE TABLE limits (document_id TEXT PRIMARY KEY, role TEXT NOT NULL)",
    ),
    # Ids as text: not every channel has numbers.
    (
        "ALTER TABLE users RENAME TO users_1",
        """
        CREATE TABLE users (
            user_id TEXT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            role TEXT NOT NULL
                CHECK (role IN ('admin', 'staff', 'cadre', 'pending', 'revoked')),
            changed_at TEXT NOT NULL,
            changed_by TEXT
        )
        """,
        "INSERT INTO users SELECT * FROM users_1",
        "DROP TABLE users_1",
        "ALTER TABLE groups RENAME TO groups_1",
        """
        CREATE TABLE groups (
            chat_id TEXT PRIMARY KEY NOT NULL, title TEXT NOT NULL, allowed_by TEXT NOT NULL
        )
        """,
        "INSERT INTO groups SELECT * FROM groups_1",
        "DROP TABLE groups_1",
        "ALTER TABLE invitations RENAME TO invitations_1",
        """
        CREATE TABLE invitations (
            code_hash TEXT PRIMARY KEY,
            role TEXT NOT NULL,
            made_by TEXT NOT NULL,
            expires_at TEXT NOT NULL
        )
        """,
        "INSERT INTO invitations SELECT * FROM invitations_1",
        "DROP TABLE invitations_1",
    ),
)


class Access:
    """The people of one data folder; ``seeds`` are administrators by the settings."""

    def __init__(self, data: Path, seeds: Iterable[str] = ()) -> None:
        self.seeds = frozenset(seeds)
        self._database = Database(data / FILE, MIGRATIONS, unsealed=())
        for user_id in self.seeds:
            if self.role(user_id) is not Role.ADMIN:
                self.give(Person(user_id, user_id), Role.ADMIN, by=None)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def role(self, user_id: str) -> Role | None:
        """Return someone's role; None for someone never heard of."""
        rows = self._database.rows("SELECT role FROM users WHERE user_id = ?", (user_id,))
        return Role(rows[0][0]) if rows else None

    def may_ask(self, user_id: str) -> bool:
        """Whether this person's questions are answered."""
        return self.role(user_id) in ASKING

    def find(self, user_id: str) -> Person | None:
        """Return a person by their id, with the name they asked in under."""
        rows = self._database.rows("SELECT name FROM users WHERE user_id = ?", (user_id,))
        return Person(user_id, rows[0][0]) if rows else None

    def having(self, role: Role) -> tuple[Person, ...]:
        """Return everyone who has a role, longest first."""
        rows = self._database.rows(
            "SELECT user_id, name FROM users WHERE role = ?"
            " ORDER BY changed_at, length(user_id), user_id",
            (role,),
        )
        return tuple(Person(*row) for row in rows)

    def request(self, person: Person) -> bool:
        """Note that someone asks to be let in; False when they are known already."""
        with self._database.writing() as database:
            added = database.execute(
                "INSERT OR IGNORE INTO users VALUES (?, ?, ?, ?, NULL)",
                (person.user_id, person.name, Role.PENDING, _now()),
            )
            return bool(added.rowcount)

    def decide(self, user_id: str, role: Role, by: str) -> bool:
        """Answer a request once; False when somebody has answered it already."""
        with self._database.writing() as database:
            changed = database.execute(
                "UPDATE users SET role = ?, changed_at = ?, changed_by = ?"
                " WHERE user_id = ? AND role = ?",
                (role, _now(), by, user_id, Role.PENDING),
            )
            return bool(changed.rowcount)

    def give(self, person: Person, role: Role, by: str | None) -> None:
        """Give someone a role, whatever they had."""
        with self._database.writing() as database:
            _give(database, person, role, by)

    def know(self, person: Person) -> None:
        """Name somebody who was let in by their number alone."""
        with self._database.writing() as database:
            database.execute(
                "UPDATE users SET name = ? WHERE user_id = ? AND name = user_id",
                (person.name, person.user_id),
            )

    def people(self, role: Role | None = None) -> tuple[tuple[Person, Role], ...]:
        """Return everyone who was ever let in or asked to be, administrators first."""
        rows = self._database.rows(
            "SELECT user_id, name, role FROM users WHERE ? IS NULL OR role = ? ORDER BY"
            " CASE role WHEN 'admin' THEN 1 WHEN 'staff' THEN 2 WHEN 'cadre' THEN 3"
            " WHEN 'pending' THEN 4 ELSE 5 END, name, length(user_id), user_id",
            (role, role),
        )
        return tuple((Person(user_id, name), Role(own)) for user_id, name, own in rows)

    def allow_group(self, chat_id: str, title: str, by: str) -> None:
        """Let everybody in a group ask there."""
        with self._database.writing() as database:
            database.execute("INSERT OR REPLACE INTO groups VALUES (?, ?, ?)", (chat_id, title, by))

    def leave_group(self, chat_id: str) -> bool:
        """Let only those ask there who were let in themselves; False when it was so already."""
        with self._database.writing() as database:
            gone = database.execute("DELETE FROM groups WHERE chat_id = ?", (chat_id,))
            return bool(gone.rowcount)

    def group_allowed(self, chat_id: str) -> bool:
        """Whether a whole group may ask."""
        return bool(self._database.rows("SELECT 1 FROM groups WHERE chat_id = ?", (chat_id,)))

    def move_group(self, old: str, new: str) -> None:
        """Follow a group that became a supergroup."""
        with self._database.writing() as database:
            database.execute(
                "UPDATE OR REPLACE groups SET chat_id = ? WHERE chat_id = ?", (new, old)
            )

    def invite(self, role: Role, by: str) -> str:
        """Return the code of an invitation that lets one person in."""
        code = secrets.token_urlsafe(INVITATION_BYTES)
        expires = datetime.now(UTC) + timedelta(days=INVITATION_DAYS)
        with self._database.writing() as database:
            database.execute("DELETE FROM invitations WHERE expires_at < ?", (_now(),))
            database.execute(
                "INSERT INTO invitations VALUES (?, ?, ?, ?)",
                (_hash(code), role, by, expires.isoformat(timespec="seconds")),
            )
        return code

    def accept(self, person: Person, code: str) -> bool:
        """Let a person in by an invitation, which is then used up; False when it is not valid."""
        with self._database.writing() as database:
            found = database.execute(
                "DELETE FROM invitations WHERE code_hash = ? RETURNING role, made_by, expires_at",
                (_hash(code),),
            ).fetchone()
            if found is None or found[2] < _now():
                return False
            _give(database, person, Role(found[0]), found[1])
            return True

    def limit(self, document_id: str, role: Role | None) -> None:
        """Show a document only from a role upwards; to everybody who was let in with None."""
        with self._database.writing() as database:
            database.execute("DELETE FROM limits WHERE document_id = ?", (document_id,))
            if role:
                database.execute("INSERT INTO limits VALUES (?, ?)", (document_id, role))

    def hidden_from(self, role: Role | None) -> frozenset[str]:
        """Return the ids of the documents that a role does not get to see."""
        rank = RANKS.get(role, 1) if role else 1
        rows = self._database.rows("SELECT document_id, role FROM limits")
        return frozenset(document_id for document_id, least in rows if RANKS[Role(least)] > rank)


def _give(database: Connection, person: Person, role: Role, by: str | None) -> None:
    database.execute(
        "INSERT INTO users VALUES (?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET"
        " role = excluded.role, changed_at = excluded.changed_at,"
        " changed_by = excluded.changed_by",
        (person.user_id, person.name, role, _now(), by),
    )


def _hash(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
