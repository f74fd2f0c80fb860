"""mail.db: what was accepted and is not answered yet, and what was said and is not taken yet.

An update is written here before Telegram is told that it arrived, and leaves in the transaction
that writes its reply; a reply leaves when Telegram has taken it. A process killed in between goes
on where it was. What will never be taken is set aside, so that nothing waits behind it; of that
only the reason is kept. Where several instances of the bot share a data folder, each goes on with
its own; which updates came, announcements and what buttons stand for are common to all.
"""

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.outbox.models import (
    CHAT,
    UPLOAD,
    Announcement,
    OutgoingMessage,
    QueuedMessage,
    QueuedUpdate,
    SetAside,
)
from bot.texts import people
from documents.errors import LibraryError
from documents.store.database import Connection, Database

FILE = "mail.db"
UNSEALED = ("seen",)  # ids alone, many of them
REMEMBERED = 10_000  # update ids: Telegram repeats only the newest, those it was not told about
FAULTS_REMEMBERED = 1_000  # of which administrators have been told
UNWRITTEN = 10**15  # from here on shortcuts that could not be written count, until the next start

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
    (
        "ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0",
        """
        CREATE TABLE set_aside (
            place INTEGER PRIMARY KEY,
            fault TEXT NOT NULL,
            subject TEXT NOT NULL,
            UNIQUE (fault, subject)
        )
        """,
    ),
)


class Mailbox:
    """The inbox and the outbox of one instance of the bot in a data folder."""

    def __init__(self, data: Path, instance: str = "") -> None:
        self._instance = instance
        self._database = Database(data / FILE, MIGRATIONS, unsealed=UNSEALED)
        self._unwritten: dict[str, int] = {}

    def close(self) -> None:
        """Close the file; what was answered is not to be found in it."""
        with suppress(LibraryError):  # a full disk, which is no reason to end with an error
            self.scrub()
        self._database.close()

    def scrub(self) -> None:
        """Leave nothing of what was answered in the files, also not in SQLite's own log."""
        self._database.truncate_log()

    def probe(self) -> None:
        """Write something and take it back; raises LibraryError while the disk takes nothing."""
        with self._writing() as database:
            database.execute("INSERT INTO set_aside (fault, subject) VALUES ('', '')")
            database.execute("DELETE FROM set_aside WHERE fault = ''")

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
        # By the place at which they came: the clock may have gone back meanwhile.
        rows = self._database.rows(
            "SELECT update_id, chat_id, body, received_at, lane, tries FROM inbox"
            " LEFT JOIN seen USING (update_id)"
            " WHERE instance = ? ORDER BY place, received_at, update_id",
            (self._instance,),
        )
        return tuple(
            QueuedUpdate(update_id, str(chat_id), *rest) for update_id, chat_id, *rest in rows
        )

    def unsent(self) -> tuple[QueuedMessage, ...]:
        """Return what an earlier run left unsent, in order."""
        rows = self._database.rows(
            "SELECT parcel_id, chat_id, body, announcement, tries FROM outbox WHERE instance = ?"
            " ORDER BY parcel_id",
            (self._instance,),
        )
        return tuple(
            QueuedMessage(queue_id, str(chat_id), OutgoingMessage.from_json(body), *rest)
            for queue_id, chat_id, body, *rest in rows
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

    def remember(self, update_ids: Iterable[int]) -> None:
        """Note updates that were worked on without being kept."""
        with self._writing() as database:
            for update_id in update_ids:
                database.execute("INSERT OR IGNORE INTO seen (update_id) VALUES (?)", (update_id,))

    def remembers(self, update_id: int) -> bool:
        """Whether an update came before."""
        return bool(self._database.rows("SELECT 1 FROM seen WHERE update_id = ?", (update_id,)))

    def sending(self, queued: QueuedMessage, begun: bool = True) -> None:
        """Note that a message is about to be sent, or that it certainly did not arrive."""
        # It has to outlive this process, not a power cut: answers need not wait for the disk.
        self._database.rows("PRAGMA synchronous = NORMAL")
        try:
            with self._writing() as database:
                database.execute(
                    "UPDATE outbox SET tries = max(0, tries + ?) WHERE parcel_id = ?",
                    (1 if begun else -1, queued.queue_id),
                )
        finally:
            self._database.rows("PRAGMA synchronous = FULL")

    def taken(self, queued: QueuedMessage) -> tuple[QueuedMessage, ...]:
        """Forget what Telegram has taken; return what its author is told after the last one."""
        with self._writing() as database:
            return self._end(database, queued)

    def set_aside(
        self,
        queued: QueuedMessage,
        why: SetAside,
        instead: Sequence[tuple[str, OutgoingMessage]] = (),
    ) -> tuple[tuple[QueuedMessage, ...], bool]:
        """Forget what Telegram will never take, and say something else in its place.

        Returns what is on its way now, and whether this fault is heard of for the first time.
        """
        with self._writing() as database:
            if queued.announcement is not None:
                database.execute(
                    "UPDATE announcements SET failed = failed + 1 WHERE announcement_id = ?",
                    (queued.announcement,),
                )
            queue = self._post(database, instead) + self._end(database, queued)
            return queue, _note(database, why)

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
        known = self._numbered(text)
        if known is not None:
            return known
        try:
            with self._writing() as database:
                database.execute("INSERT OR IGNORE INTO shortcuts (text) VALUES (?)", (text,))
        except LibraryError:
            return self._unwritten.setdefault(text, UNWRITTEN + len(self._unwritten))
        return self._numbered(text) or 0

    def behind(self, shortcut_id: int) -> str | None:
        """Return the text that a button's number stands for."""
        if shortcut_id >= UNWRITTEN:
            return next((text for text, n in self._unwritten.items() if n == shortcut_id), None)
        rows = self._database.rows(
            "SELECT text FROM shortcuts WHERE shortcut_id = ?", (shortcut_id,)
        )
        return str(rows[0][0]) if rows else None

    def _numbered(self, text: str) -> int | None:
        rows = self._database.rows("SELECT shortcut_id FROM shortcuts WHERE text = ?", (text,))
        return int(rows[0][0]) if rows else None

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

    def _end(self, database: Connection, queued: QueuedMessage) -> tuple[QueuedMessage, ...]:
        """Take a message out; after the last of an announcement, its author is told."""
        gone = database.execute("DELETE FROM outbox WHERE parcel_id = ?", (queued.queue_id,))
        if queued.announcement is None or not gone.rowcount:
            return ()
        row = database.execute(
            "SELECT by, total, failed FROM announcements WHERE announcement_id = ?"
            " AND NOT EXISTS (SELECT 1 FROM outbox WHERE announcement = announcement_id)",
            (queued.announcement,),
        ).fetchone()
        if row is None:
            return ()
        told = OutgoingMessage(text=people.announced(row[1], row[2]))
        return self._post(database, [(str(row[0]), told)])

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


def _note(database: Connection, why: SetAside) -> bool:
    noted = database.execute(
        "INSERT OR IGNORE INTO set_aside (fault, subject) VALUES (?, ?)", (why.fault, why.subject)
    )
    database.execute(
        "DELETE FROM set_aside WHERE place <= (SELECT max(place) FROM set_aside) - ?",
        (FAULTS_REMEMBERED,),
    )
    return bool(noted.rowcount)
