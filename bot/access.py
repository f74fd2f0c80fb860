"""access.db: who may ask. Nobody is answered before an administrator lets them in."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from bot.turn import Person
from documents.database import Database

FILE = "access.db"


class Role(StrEnum):
    """What a person may do; a cadre asks, staff add documents, an admin lets people in."""

    ADMIN = "admin"
    STAFF = "staff"
    CADRE = "cadre"
    PENDING = "pending"
    REVOKED = "revoked"


ASKING = frozenset({Role.ADMIN, Role.STAFF, Role.CADRE})

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
)


class Access:
    """The people of one data folder; ``seeds`` are administrators by the settings."""

    def __init__(self, data: Path, seeds: Iterable[int] = ()) -> None:
        self.seeds = frozenset(seeds)
        self._database = Database(data / FILE, MIGRATIONS)
        for user_id in self.seeds:
            if self.role(user_id) is not Role.ADMIN:
                self.give(Person(user_id, str(user_id)), Role.ADMIN, by=None)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def role(self, user_id: int) -> Role | None:
        """Return someone's role; None for someone never heard of."""
        rows = self._database.rows("SELECT role FROM users WHERE user_id = ?", (user_id,))
        return Role(rows[0][0]) if rows else None

    def may_ask(self, user_id: int) -> bool:
        """Whether this person's questions are answered."""
        return self.role(user_id) in ASKING

    def find(self, user_id: int) -> Person | None:
        """Return a person by their id, with the name they asked in under."""
        rows = self._database.rows("SELECT name FROM users WHERE user_id = ?", (user_id,))
        return Person(user_id, rows[0][0]) if rows else None

    def having(self, role: Role) -> tuple[Person, ...]:
        """Return everyone who has a role, longest first."""
        rows = self._database.rows(
            "SELECT user_id, name FROM users WHERE role = ? ORDER BY changed_at, user_id", (role,)
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

    def decide(self, user_id: int, role: Role, by: int) -> bool:
        """Answer a request once; False when somebody has answered it already."""
        with self._database.writing() as database:
            changed = database.execute(
                "UPDATE users SET role = ?, changed_at = ?, changed_by = ?"
                " WHERE user_id = ? AND role = ?",
                (role, _now(), by, user_id, Role.PENDING),
            )
            return bool(changed.rowcount)

    def give(self, person: Person, role: Role, by: int | None) -> None:
        """Give someone a role, whatever they had."""
        with self._database.writing() as database:
            database.execute(
                "INSERT INTO users VALUES (?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET"
                " role = excluded.role, changed_at = excluded.changed_at,"
                " changed_by = excluded.changed_by",
                (person.user_id, person.name, role, _now(), by),
            )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
