"""access.db: who may ask, and who may see what. Nobody is answered before being let in."""

import secrets
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bot import clock, limits
from bot.limit_matching import Limited
from bot.limits import Limits
from bot.roles import ASKING, RANKS, Role
from bot.turn import Person
from documents.store.database import Connection, Database
from documents.store.library import FILE_NAME

__all__ = [
    "ASKING",
    "FILE",
    "INVITATION_DAYS",
    "MIGRATIONS",
    "RANKS",
    "Access",
    "Role",
    "follow_limits",
]

FILE = "access.db"
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
    limits.MIGRATION,
    (
        # When somebody's rights were last taken or cut: what they sent before is done no more.
        "ALTER TABLE users ADD COLUMN cut_at TEXT NOT NULL DEFAULT ''",
        "UPDATE users SET cut_at = changed_at WHERE role IN ('pending', 'revoked')",
        "DELETE FROM invitations"
        " WHERE made_by NOT IN (SELECT user_id FROM users WHERE role = 'admin')",
        # Who was shut out or declined and asks again: still out, until an administrator decides.
        """
        CREATE TABLE readmissions (
            user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
            asked_at TEXT NOT NULL,
            invited_by TEXT NOT NULL
        )
        """,
    ),
)


class Access:
    """The people of one data folder; ``seeds`` are administrators by the settings."""

    def __init__(self, data: Path, seeds: Iterable[str] = ()) -> None:
        self.seeds = frozenset(seeds)
        self._database = Database(data / FILE, MIGRATIONS, unsealed=())
        self.limits = Limits(self._database, data / FILE_NAME)
        for user_id in self.seeds:
            if self.role(user_id) is not Role.ADMIN:
                self.give(Person(user_id, user_id), Role.ADMIN, by=None)

    def close(self) -> None:
        """Close the file."""
        self.limits.close()
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
                "INSERT OR IGNORE INTO users (user_id, name, role, changed_at) VALUES (?, ?, ?, ?)",
                (person.user_id, person.name, Role.PENDING, _now()),
            )
            return bool(added.rowcount)

    def decide(self, user_id: str, role: Role, by: str) -> bool:
        """Answer a request once; False when somebody has answered it, or ``by`` may not."""
        with self._database.writing() as database:
            asked = database.execute(
                "SELECT name FROM users WHERE user_id = ? AND (role = ?"
                " OR user_id IN (SELECT user_id FROM readmissions))",
                (user_id, Role.PENDING),
            ).fetchone()
            if asked is None or not _is_admin(database, by):
                return False
            _give(database, Person(user_id, asked[0]), role, by)
            return True

    def appoint(self, person: Person, role: Role, by: str) -> bool:
        """Give someone a role, or take it; False when ``by`` is no administrator by now."""
        with self._database.writing() as database:
            if not _is_admin(database, by):
                return False
            _give(database, person, role, by)
            return True

    def give(self, person: Person, role: Role, by: str | None) -> None:
        """Give someone a role, whatever they had."""
        with self._database.writing() as database:
            _give(database, person, role, by)

    def was_cut_since(self, user_id: str, moment: datetime) -> bool:
        """Whether somebody's rights were taken or cut at a moment or after it."""
        rows = self._database.rows("SELECT cut_at FROM users WHERE user_id = ?", (user_id,))
        return bool(rows) and rows[0][0] >= _stamp(moment)

    def is_waiting(self, user_id: str) -> bool:
        """Whether a request of this person waits for an administrator."""
        return bool(
            self._database.rows(
                "SELECT 1 FROM users WHERE user_id = ? AND (role = ?"
                " OR user_id IN (SELECT user_id FROM readmissions))",
                (user_id, Role.PENDING),
            )
        )

    def readmissions(self) -> tuple[tuple[Person, Person], ...]:
        """Return who was shut out and asks again, each with who invited them, longest first."""
        rows = self._database.rows(
            "SELECT own.user_id, own.name, invited_by, ifnull(host.name, invited_by)"
            " FROM readmissions JOIN users AS own USING (user_id)"
            " LEFT JOIN users AS host ON host.user_id = invited_by ORDER BY asked_at, own.user_id"
        )
        return tuple((Person(*row[:2]), Person(*row[2:])) for row in rows)

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
        expires = clock.now() + timedelta(days=INVITATION_DAYS)
        with self._database.writing() as database:
            database.execute("DELETE FROM invitations WHERE expires_at < ?", (_now(),))
            database.execute(
                "INSERT INTO invitations VALUES (?, ?, ?, ?)",
                (_hash(code), role, by, expires.isoformat(timespec="seconds")),
            )
        return code

    def accept(self, person: Person, code: str) -> bool:
        """Let a newcomer in by an invitation, which is then used up; False when it is not valid.

        Who made it must be an administrator still, and nobody who was shut out comes in by it.
        """
        with self._database.writing() as database:
            before = _role(database, person.user_id)
            if before in ASKING or before is Role.REVOKED:
                return False
            found = _used(database, code)
            if found is None:
                return False
            role, made_by = found
            _give(database, person, role, made_by)
            return True

    def ask_again(self, person: Person, code: str) -> bool:
        """Put the case of somebody shut out before the administrators, by an invitation.

        The invitation is used up. False when it is not valid, or they have asked already.
        """
        with self._database.writing() as database:
            if _role(database, person.user_id) is not Role.REVOKED or _is_asking(database, person):
                return False
            found = _used(database, code)
            if found is None:
                return False
            database.execute(
                "INSERT INTO readmissions VALUES (?, ?, ?)", (person.user_id, _now(), found[1])
            )
            return True

    def forget_expired(self) -> None:
        """Delete invitations past their days, so that no clock makes them valid again."""
        with self._database.writing() as database:
            database.execute("DELETE FROM invitations WHERE expires_at < ?", (_now(),))

    def limit(self, document_id: str, role: Role | None) -> None:
        """Show a document only from a role upwards; to everybody who was let in with None."""
        self.limits.set(document_id, role or Role.CADRE)

    def hidden_from(self, role: Role | None) -> frozenset[str]:
        """Return the ids of the documents that a role does not get to see."""
        return self.limits.hidden_from(role)


def follow_limits(data: Path) -> Mapping[str, Limited]:
    """Learn what the limited documents of a data folder are known by, while they are there.

    Returns the limited documents by id.
    """
    if not (data / FILE).exists():
        return {}
    with closing(Access(data)) as access:
        return access.limits.all()


def _give(database: Connection, person: Person, role: Role, by: str | None) -> None:
    """Give a role; with one that is less than before, all that the person has begun ends."""
    before = _role(database, person.user_id)
    database.execute(
        "INSERT INTO users (user_id, name, role, changed_at, changed_by) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (user_id) DO UPDATE SET role = excluded.role,"
        " changed_at = excluded.changed_at, changed_by = excluded.changed_by",
        (person.user_id, person.name, role, _now(), by),
    )
    database.execute("DELETE FROM readmissions WHERE user_id = ?", (person.user_id,))
    if before is not None and RANKS.get(role, 0) < RANKS.get(before, 0):
        database.execute("UPDATE users SET cut_at = ? WHERE user_id = ?", (_now(), person.user_id))
    if role is not Role.ADMIN:
        database.execute("DELETE FROM invitations WHERE made_by = ?", (person.user_id,))


def _used(database: Connection, code: str) -> tuple[Role, str] | None:
    """Use an invitation up; return its role and who made it, None when it is not valid."""
    found = database.execute(
        "DELETE FROM invitations WHERE code_hash = ? RETURNING role, made_by, expires_at",
        (_hash(code),),
    ).fetchone()
    if found is None or found[2] < _now() or not _is_admin(database, found[1]):
        return None
    return Role(found[0]), str(found[1])


def _role(database: Connection, user_id: str) -> Role | None:
    found = database.execute("SELECT role FROM users WHERE user_id = ?", (user_id,)).fetchone()
    return Role(found[0]) if found else None


def _is_admin(database: Connection, user_id: str) -> bool:
    return _role(database, user_id) is Role.ADMIN


def _is_asking(database: Connection, person: Person) -> bool:
    found = database.execute("SELECT 1 FROM readmissions WHERE user_id = ?", (person.user_id,))
    return found.fetchone() is not None


def _hash(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def _now() -> str:
    return _stamp(clock.now())


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
