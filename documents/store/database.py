"""One SQLite file used by several threads and processes. Home of sqlite3 and sqlite-utils."""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import sqlite_utils

from documents import errors
from documents.errors import LibraryError
from documents.store import seals

Connection = sqlite_utils.Database
Step = (
    str | Callable[[sqlite3.Connection], None]
)  # of a migration: a statement, or what writes rows anew

ANY_OF = "IN (SELECT value FROM json_each(?))"  # any number of values in one parameter
CLOSING_SECONDS = 10.0  # for the queries of other threads
WAIT_SECONDS = 30.0  # for another process's transaction, which takes milliseconds

_NO_RIGHT = "không có quyền đọc, ghi; hãy cấp quyền cho tài khoản đang chạy lệnh"
_MEND = "hãy chạy: python -m scripts.doctor --repair, hoặc phục hồi từ bản sao lưu"
_DAMAGED = f"tệp đã hỏng hoặc không phải cơ sở dữ liệu; {_MEND}"
_UNREADABLE = "có dữ liệu không còn như đã lưu; hãy chạy: python -m scripts.doctor"
_FROZEN = "ổ đĩa không ghi được; hãy kiểm tra dung lượng còn trống và quyền ghi"
_REASONS = {
    sqlite3.SQLITE_FULL: "ổ đĩa đã hết chỗ; hãy giải phóng dung lượng rồi chạy lại",
    sqlite3.SQLITE_READONLY: _NO_RIGHT,
    sqlite3.SQLITE_PERM: _NO_RIGHT,
    sqlite3.SQLITE_AUTH: _NO_RIGHT,
    sqlite3.SQLITE_CANTOPEN: "không mở được; hãy kiểm tra đường dẫn và quyền ghi của thư mục",
    sqlite3.SQLITE_BUSY: "một tiến trình khác đang ghi; hãy đợi tiến trình đó xong rồi chạy lại",
    sqlite3.SQLITE_LOCKED: "một tiến trình khác đang ghi; hãy đợi tiến trình đó xong rồi chạy lại",
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_IOERR: "ổ đĩa báo lỗi đọc ghi; hãy kiểm tra ổ đĩa và dung lượng còn trống",
}
_UNWRITABLE = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR}
)


class Database:
    """Connections to one file, one for each thread, with the schema brought up to date.

    ``migrations[i]`` holds the statements that lead from version ``i`` to ``i + 1``. ``durable``
    survives a power cut from the end of a transaction on; without it, only a killed process. On a
    disk that takes nothing the file is read as it stands, until the disk takes something again.
    ``unsealed`` are the tables whose rows are not compared with their checksums when the file is
    opened; None where none are.
    """

    def __init__(
        self,
        path: Path,
        migrations: Sequence[Sequence[Step]],
        *,
        wait_seconds: float = WAIT_SECONDS,
        durable: bool = True,
        unsealed: Collection[str] | None = None,
    ) -> None:
        self.path = path
        self._wait_seconds = wait_seconds
        self._synchronous = "FULL" if durable else "NORMAL"
        self._migrations = migrations
        self._unsealed = unsealed
        self._is_sealing = False
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: list[tuple[threading.Thread, Connection]] = []
        self._idle = threading.Condition()
        self._busy: Counter[threading.Thread] = Counter()  # threads within a query, how deep
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(errors.line(error)) from error
        try:
            self._check_seals()
            self._migrate()
            self._seal()
        except LibraryError:
            self.close()
            raise

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return every row of a query."""
        with self._using() as database:
            return database.execute(sql, parameters).fetchall()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Show this thread one state of the file for as long as the block lasts."""
        with self._using() as database:
            if database.conn.in_transaction:
                yield
                return
            database.execute("BEGIN")
            try:
                yield
            finally:
                database.rollback()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open the one transaction of a change: all of it is kept, or nothing."""
        with self._using() as database:
            if self._local.is_frozen:
                raise LibraryError(f"{self.path}: {_FROZEN}.")
            # IMMEDIATE: what the change reads first must still hold when it writes.
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.commit()
            finally:
                database.rollback()

    def truncate_log(self) -> bool:
        """Empty SQLite's write-ahead log, which keeps what was deleted; False while it is read."""
        busy, _pages, _moved = self.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0]
        return not busy

    def close(self) -> None:
        """Close the connections of all threads, when these are through with their queries.

        SQLite bears no connection closed under a query; one that does not end in time is left open.
        """
        own = threading.current_thread()
        with self._idle:
            self._idle.wait_for(lambda: not set(self._busy) - {own}, CLOSING_SECONDS)
            left = set(self._busy) - {own}
        with self._lock:
            for thread, database in self._open:
                if thread not in left:
                    database.close()
            self._open = [one for one in self._open if one[0] in left]
            self._local = threading.local()

    @property
    def version(self) -> int:
        """The number of migrations the file has been through."""
        return int(self.rows("PRAGMA user_version")[0][0])

    @contextmanager
    def _using(self) -> Iterator[Connection]:
        """Give this thread its connection, which nobody closes as long as the block lasts."""
        thread = threading.current_thread()
        with self._idle:
            self._busy[thread] += 1
        try:
            with self._named():
                yield self._connection()
        finally:
            with self._idle:
                self._busy[thread] -= 1
                if not self._busy[thread]:
                    del self._busy[thread]
                    self._idle.notify_all()

    def _connection(self) -> Connection:
        database: Connection | None = getattr(self._local, "database", None)
        if database is not None and getattr(self._local, "is_frozen", False):
            database = self._thawed(database)
        if database is None:
            connection, is_frozen = self._connected()
            database = Connection(connection, execute_plugins=False)
            with self._lock:
                self._drop_finished_threads()
                self._open.append((threading.current_thread(), database))
            if self._is_sealing and self._unsealed is not None and not is_frozen:
                seals.keep(connection, self._unsealed)
            self._local.database, self._local.is_frozen = database, is_frozen
        return database

    def _connected(self) -> tuple[sqlite3.Connection, bool]:
        """Open the file; frozen, so that it is only read, where the disk takes nothing."""
        try:
            return self._prepared(str(self.path)), False
        except sqlite3.OperationalError as error:
            if not _can_be_frozen(self.path, error):
                raise
            return self._prepared(_frozen(self.path)), True

    def _prepared(self, name: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            name,
            timeout=self._wait_seconds,
            isolation_level=None,  # transactions are opened by reading() and writing() alone
            check_same_thread=False,  # close() closes those of the other threads
            uri=name.startswith("file:"),
        )
        connection.text_factory = _text
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # opens what lies beside
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _thawed(self, database: Connection) -> Connection | None:
        """Return a frozen connection while the disk takes nothing, else None: others may write."""
        if database.conn.in_transaction:
            return database
        try:
            self._prepared(str(self.path)).close()
        except sqlite3.OperationalError:
            return database
        with self._lock:
            self._open = [one for one in self._open if one[1] is not database]
        database.close()
        return None

    def _drop_finished_threads(self) -> None:
        for thread, database in self._open:
            if not thread.is_alive():
                database.close()
        self._open = [(thread, database) for thread, database in self._open if thread.is_alive()]

    def _migrate(self) -> None:
        with self._named():
            database = self._connection()
            if not self._local.is_frozen:
                database.enable_wal()
        if self.version < len(self._migrations):
            with self.writing() as database:
                # Read again: another process may have done it while this one waited.
                for version in range(self.version, len(self._migrations)):
                    for step in self._migrations[version]:
                        if isinstance(step, str):
                            database.execute(step)
                        else:
                            step(database.conn)
                database.execute(f"PRAGMA user_version = {len(self._migrations)}")
                if self._unsealed is not None:
                    seals.renew(database.conn, self._unsealed)
        if self.version > len(self._migrations):
            raise LibraryError(
                f"{self.path}: do phiên bản phần mềm mới hơn tạo ra; hãy nâng cấp Tra Cứu."
            )

    def damaged_rows(self) -> tuple[str, ...]:
        """Name the rows that are not as they were written."""
        with self.reading():
            connection = self._connection().conn
            if self._unsealed is None or not seals.exist(connection):
                return ()
            found = tuple(seals.faults(connection, self._unsealed))
        return tuple(f"bảng {table}, dòng {row} không còn như đã lưu" for table, row in found)

    def _check_seals(self) -> None:
        if self._unsealed is None:
            return
        if self.rows("PRAGMA integrity_check") != [("ok",)]:  # its indexes hold what is sealed, too
            raise LibraryError(f"{self.path}: {_DAMAGED}.")
        damaged = self.damaged_rows()
        if damaged:
            raise LibraryError(f"{self.path}: {damaged[0]}; {_MEND}.")

    def _seal(self) -> None:
        """Have every connection seal what it writes from now on."""
        if self._unsealed is None:
            return
        with self._named():
            connection = self._connection().conn
            is_new, is_frozen = not seals.exist(connection), bool(self._local.is_frozen)
        if is_frozen:
            self._is_sealing = not is_new  # what is written once the disk takes something again
            return
        if is_new:
            with self.writing() as database:
                if not seals.exist(database.conn):
                    seals.renew(database.conn, self._unsealed)
        self._is_sealing = True
        with self._named():
            seals.keep(connection, self._unsealed)

    def _named(self) -> AbstractContextManager[None]:
        return naming(self.path)


def _text(stored: bytes) -> str:
    """Read a text also where its bytes were damaged: it is then another text, and no error."""
    return stored.decode("utf-8", "replace")


@contextmanager
def decoding(path: Path, what: str) -> Iterator[None]:
    """Name the damaged rows that cannot be what was stored: a month 13, a text for a number."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError) as error:
        raise LibraryError(f"{path}: {what} {_UNREADABLE}.") from error


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it stands at one moment, into a new file or over one that is in use.

    Nobody who reads or writes the source waits; readers of the target see the old state or the
    new one. Raises LibraryError.
    """
    with (
        naming(source),
        closing(_to_copy(source)) as read,
        naming(target),
        closing(sqlite3.connect(target, timeout=WAIT_SECONDS)) as written,
    ):
        read.backup(written)


def _to_copy(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if not _can_be_frozen(path, error):
            raise
        return sqlite3.connect(_frozen(path), uri=True)
    return connection


def _can_be_frozen(path: Path, error: sqlite3.Error) -> bool:
    """Whether a file that cannot be opened is whole without what SQLite writes beside it."""
    log = path.with_name(f"{path.name}-wal")
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in _UNWRITABLE and path.is_file() and not (log.exists() and log.stat().st_size)


def _frozen(path: Path) -> str:
    return f"{path.absolute().as_uri()}?immutable=1"


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turn an error of SQLite into one line, by its code."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        reason = _REASONS.get(code) or f"SQLite báo lỗi: {error}"
        raise LibraryError(f"{path}: {reason}.") from error
    except UnicodeDecodeError as error:  # of what SQLite wants to say of a damaged schema
        raise LibraryError(f"{path}: {_DAMAGED}.") from error
