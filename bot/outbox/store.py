"""mail.db: what was accepted and is not answered yet, and what was said and is not taken yet.

An update is written here before Telegram is told that it arrived, and leaves in the transaction
that writes its reply; a reply leaves when Telegram has taken it. A process killed in between goes
on where it was. Where several instances of the bot share a data folder, each goes on with its own;
which updates came, announcements and what buttons stand for are common to all.
"""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.outbox.models import (
    CHAT,
    UPLOAD,
    Announcement,
    OutgoingMessage,
    QueuedMessage,
    QueuedUpdate,
)
from documents.store.database import Connection, Database

FILE = "mail.db"
UNSEALED = ("seen",)  # ids alone, many of them
REMEMBERED = 10_000  # update ids: Telegram repeats only the newest, those it was not told about

# Into its INTEGER columns SQLite writes an id that is a number as one, any other as it is.
MIGRATIONS = (
    (
        """
        CREATE TABLE inbox (
            update_id INTEGER PRIMARY KEY,
            chat_id INTEGER NOT NULL,
            lane TEXT NOT NULL,
            body TEXT NOT NULL,
            received_at REAL NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0
        )
        """,
        "CREATE TABLE seen (place INTEGER PRIMARY KEY, update_id INTEGER NOT NULL UNIQUE)",
        # AUTOINCREMENT: the order in which things were said, also across restarts.
        """
        CREATE TABLE outbox (
            parcel_id INTEGER PRIMARY KEY AUTOINCREMENT,
            chat_id INTEGER NOT NULL,
            body TEXT NOT NULL,
            announcement INTEGER
        )
        """,
        """
        CREATE TABLE announcements (
            announcement_id INTEGER PRIMARY KEY AUTOINCREMENT,
            body TEXT NOT NULL,
            by INTEGER NOT NULL,
            begun_at TEXT,
            total INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0
        )
        """,
        # What a button's short number stands for.
        "CREATE TABLE shortcuts (shortcut_id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
    ),
    (
        "ALTER TABLE inbox ADD COLUMN instance TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE outbox ADD COLUMN instance TEXT NOT NULL DEFAULT ''",
    ),
)


class Mailbox:
    """The inbox and the outbox of one instance of the bot in a data folder."""

    def __init__(self, data: Path, instance: str = "") -> None:
        self._instance = instance
        self._database = Database(data / FILE, MIGRATIONS, unsealed=UNSEALED)

    def close(self) -> None:
        """Close the file; what was answered is not to be found in it."""
        self._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        self._database.close()

    def accept(self, updates: Iterable[QueuedUpdate]) -> tuple[QueuedUpdate, ...]:
        """Keep updates; return those that were not accepted before."""
        with self._writing() as database:
            return tuple(update for update in updates if self._keep(database, update))

    def waiting(self) -> tuple[QueuedUpdate, ...]:
        """Return what an earlier run left unanswered, counting one more try for each."""
        with self._writing() as database:
            database.execute(
                "UPDATE inbox SET tries = tries + 1 WHERE instance = ?", (self._instance,)
            )
            database.execute(
                "DELETE FROM seen WHERE place <= (SELECT max(place) FROM seen) - ?", (REMEMBERED,)
            )
        rows = self._database.rows(
            "SELECT update_id, chat_id, body, received_at, lane, tries FROM inbox"
            " WHERE instance = ? ORDER BY received_at, update_id",
            (self._instance,),
        )
        return tuple(
            QueuedUpdate(update_id, str(chat_id), *rest) for update_id, chat_id, *rest in rows
        )

    def unsent(self) -> tuple[QueuedMessage, ...]:
        """Return what an earlier run left unsent, in order."""
        rows = self._database.rows(
            "SELECT parcel_id, chat_id, body, announcement FROM outbox WHERE instance = ?"
            " ORDER BY parcel_id",
            (self._instance,),
        )
        return tuple(
            QueuedMessage(queue_id, str(chat_id), OutgoingMessage.from_json(body), announcement)
            for queue_id, chat_id, body, announcement in rows
        )

    def settle(
        self, update_id: int, messages: Sequence[tuple[str, OutgoingMessage]]
    ) -> tuple[QueuedMessage, ...] | None:
        """Put the reply to an update in its place; None where it has been answered already."""
        with self._writing() as database:
            gone = database.execute("DELETE FROM inbox WHERE update_id = ?", (update_id,))
            if not gone.rowcount:
                return None
            return self._post(database, messages)

    def defer(
        self, update_id: int, messages: Sequence[tuple[str, OutgoingMessage]]
    ) -> tuple[QueuedMessage, ...] | None:
        """Say something first, and keep the update for the lane of long work."""
        with self._writing() as database:
            moved = database.execute(
                "UPDATE inbox SET lane = ? WHERE update_id = ? AND lane = ?",
                (UPLOAD, update_id, CHAT),
            )
            return self._post(database, messages) if moved.rowcount else None

    def post(self, messages: Sequence[tuple[str, OutgoingMessage]]) -> tuple[QueuedMessage, ...]:
        """Put something on its way that no update asked for."""
        with self._writing() as database:
            return self._post(database, messages)

    def taken(self, queued: QueuedMessage, refused: bool = False) -> None:
        """Forget what Telegram has taken, or will never take."""
        with self._writing() as database:
            database.execute("DELETE FROM outbox WHERE parcel_id = ?", (queued.queue_id,))
            if refused and queued.announcement is not None:
                database.execute(
                    "UPDATE announcements SET failed = failed + 1 WHERE announcement_id = ?",
                    (queued.announcement,),
                )

    def move(self, old: str, new: str) -> None:
        """Follow a group that became a supergroup."""
        with self._writing() as database:
            for table in ("inbox", "outbox"):
                database.execute(f"UPDATE {table} SET chat_id = ? WHERE chat_id = ?", (new, old))

    def compose(self, text: str, by: str) -> int:
        """Keep an announcement until its author confirms it."""
        with self._writing() as database:
            table = database.table("announcements").insert({"body": text, "by": by})
            return int(table.last_pk or 0)

    def announcement(self, announcement_id: int) -> Announcement | None:
        """Return an announcement with how far it has come."""
        rows = self._database.rows(
            "SELECT announcement_id, body, by, begun_at IS NOT NULL, total, failed,"
            " (SELECT count(*) FROM outbox WHERE announcement = announcement_id)"
            " FROM announcements WHERE announcement_id = ?",
            (announcement_id,),
        )
        return next((Announcement(r[0], r[1], str(r[2]), bool(r[3]), *r[4:]) for r in rows), None)

    def announce(
        self, announcement_id: int, chats: Sequence[str], message: OutgoingMessage
    ) -> tuple[QueuedMessage, ...]:
        """Send an announcement out, once however often it is confirmed."""
        with self._writing() as database:
            begun = database.execute(
                "UPDATE announcements SET begun_at = datetime(), total = ?"
                " WHERE announcement_id = ? AND begun_at IS NULL",
                (len(chats), announcement_id),
            )
            if not begun.rowcount:
                return ()
            return self._post(database, [(chat, message) for chat in chats], announcement_id)

    def shortcut(self, text: str) -> int:
        """Return the number that stands for a text in a button."""
        with self._writing() as database:
            database.execute("INSERT OR IGNORE INTO shortcuts (text) VALUES (?)", (text,))
        rows = self._database.rows("SELECT shortcut_id FROM shortcuts WHERE text = ?", (text,))
        return int(rows[0][0])

    def behind(self, shortcut_id: int) -> str | None:
        """Return the text that a button's number stands for."""
        rows = self._database.rows(
            "SELECT text FROM shortcuts WHERE shortcut_id = ?", (shortcut_id,)
        )
        return str(rows[0][0]) if rows else None

    def _writing(self) -> Any:
        # Questions are deleted here when they are answered, and then they must be gone.
        self._database.rows("PRAGMA secure_delete = ON")
        return self._database.writing()

    def _keep(self, database: Connection, update: QueuedUpdate) -> bool:
        new = database.execute(
            "INSERT OR IGNORE INTO seen (update_id) VALUES (?)", (update.update_id,)
        )
        if not new.rowcount:
            return False
        database.execute(
            "INSERT INTO inbox (update_id, chat_id, lane, body, received_at, instance)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                update.update_id,
                update.chat_id,
                update.lane,
                update.body,
                update.received_at or time.time(),
                self._instance,
            ),
        )
        return True

    def _post(
        self,
        database: Connection,
        messages: Sequence[tuple[str, OutgoingMessage]],
        announcement: int | None = None,
    ) -> tuple[QueuedMessage, ...]:
        queue = []
        for chat_id, message in messages:
            row = database.execute(
                "INSERT INTO outbox (chat_id, body, announcement, instance) VALUES (?, ?, ?, ?)",
                (chat_id, message.to_json(), announcement, self._instance),
            )
            queue.append(QueuedMessage(int(row.lastrowid or 0), chat_id, message, announcement))
        return tuple(queue)
