"""Connections to the database that several machines share. Home of psycopg and pgvector.

Every transaction names the schema it works in, so that the statements themselves need not.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import numpy as np
import psycopg
from numpy.typing import NDArray
from pgvector import HalfVector, SparseVector
from pgvector.psycopg import register_vector
from psycopg import errors, sql
from psycopg_pool import ConnectionPool, PoolTimeout

from index.errors import MovedError, SnapshotError

TERMS = 1_000_000_000  # the longest sparse vector pgvector has; terms are numbered from 1
MOST_TERMS = 1_000  # of one passage: what pgvector's index takes
WIDTH = 200  # candidates kept along a graph: recall@50 0.996 sparse, 1.0 dense, on 4,252 passages

_CONNECTIONS = 16  # of one process: as many questions are searched for at a time
_PATIENCE = 10  # seconds until a database that does not answer is given up
_LEAST = (0, 8)  # pgvector's version: the first that goes on looking behind removed rows

Row = tuple[Any, ...]
Parameters = Mapping[str, object] | Sequence[object] | None


class Postgres:
    """A pool of connections to one database; one instance serves many threads."""

    def __init__(self, address: str) -> None:
        """Connect; raises SnapshotError in one line where that cannot be."""
        self.place = _place(address)
        self._secrets = _secrets(address)
        self._pinned = threading.local()
        with self._told():
            with psycopg.connect(address, autocommit=True, connect_timeout=_PATIENCE) as first:
                self._extension = _install(first)
            self._pool = ConnectionPool(
                address,
                min_size=0,
                max_size=_CONNECTIONS,
                timeout=_PATIENCE,
                kwargs={"connect_timeout": _PATIENCE},
                configure=_configure,
                check=ConnectionPool.check_connection,
                open=True,
            )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def reading(self, schema: str) -> Iterator["Statements"]:
        """Show this thread one state of a schema for as long as the block lasts.

        Raises MovedError where there is no such schema.
        """
        pinned: tuple[str, Statements] | None = getattr(self._pinned, "reading", None)
        if pinned is not None and pinned[0] == schema:
            yield pinned[1]
            return
        with self._transaction(schema, "ISOLATION LEVEL REPEATABLE READ READ ONLY") as statements:
            if not statements.has_schema(schema):
                raise MovedError
            self._pinned.reading = schema, statements
            try:
                yield statements
            finally:
                self._pinned.reading = pinned

    @contextmanager
    def writing(self, schema: str) -> Iterator["Statements"]:
        """Change a schema in one transaction."""
        with self._transaction(schema, "ISOLATION LEVEL READ COMMITTED") as statements:
            yield statements

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Let one process at a time, on whatever machine, do what ``name`` stands for.

        The database takes the right back when a process ends, however it ends.
        """
        with self._told(), self._pool.connection() as connection:
            connection.autocommit = True
            try:
                connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (name,))
                yield
            finally:
                if not connection.closed:
                    connection.execute("SELECT pg_advisory_unlock_all()")
                    connection.autocommit = False

    @contextmanager
    def _transaction(self, schema: str, kind: str) -> Iterator["Statements"]:
        with (
            self._told(),
            self._pool.connection() as connection,
            connection.transaction(),
            connection.cursor(binary=True) as cursor,
        ):
            cursor.execute(f"SET TRANSACTION {kind}".encode())
            path = f'"{schema}", "{self._extension}"'
            cursor.execute("SELECT set_config('search_path', %s, true)", (path,))
            yield Statements(cursor)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Put what goes wrong into one line."""
        try:
            yield
        except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
            raise MovedError from error
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
            raise SnapshotError(
                f"Không kết nối được cơ sở dữ liệu chỉ mục {self.place}; hãy kiểm tra TRACUU_INDEX "
                "và máy chủ PostgreSQL."
            ) from self._speakable(error)
        except psycopg.Error as error:
            said = self._hidden(str(error).partition("\n")[0])
            raise SnapshotError(
                f"Cơ sở dữ liệu chỉ mục {self.place} báo lỗi: {said}. Hãy kiểm tra quyền của tài "
                "khoản và dung lượng ổ đĩa, rồi chạy lại."
            ) from self._speakable(error)

    def _hidden(self, said: str) -> str:
        for secret in self._secrets:
            said = said.replace(secret, "…")
        return said

    def _speakable(self, error: Exception) -> Exception | None:
        """Return an error to be told of in a traceback; None for one that repeats the password."""
        return None if self._hidden(str(error)) != str(error) else error


class Statements:
    """The statements of one transaction."""

    def __init__(self, cursor: psycopg.Cursor[Row]) -> None:
        self._cursor = cursor
        self.first: list[Row] | None = None  # of a reading: what it began with stays as it is

    def rows(self, statement: str, parameters: Parameters = None) -> list[Row]:
        """Run a statement and return its rows."""
        self._cursor.execute(statement.encode(), parameters)
        return self._cursor.fetchall()

    def run(self, statement: str, parameters: Parameters = None) -> None:
        """Run a statement that returns nothing."""
        self._cursor.execute(statement.encode(), parameters)

    def copy(self, target: str, types: Sequence[str], rows: Iterable[Row]) -> None:
        """Write rows into "table (columns)"; ``types`` are those of the columns."""
        with self._cursor.copy(f"COPY {target} FROM STDIN (FORMAT BINARY)".encode()) as copy:
            copy.set_types(list(types))
            for row in rows:
                copy.write_row(row)

    def has_schema(self, name: str) -> bool:
        """Say whether there is a schema of this name."""
        ((oid,),) = self.rows("SELECT to_regnamespace(%s::text)::oid", (f'"{name}"',))
        return oid is not None

    def has_table(self, schema: str, name: str) -> bool:
        """Say whether a schema has a table of this name."""
        ((oid,),) = self.rows("SELECT to_regclass(%s::text)::oid", (f'"{schema}"."{name}"',))
        return oid is not None

    def on_schema(self, statement: str, *names: str) -> None:
        """Run a statement on schemas, whose names stand for its {}."""
        self._cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def dense(row: NDArray[np.float32]) -> HalfVector:
    """Return a vector as the database takes it: two bytes a number."""
    return HalfVector(row)


def sparse(weights: Mapping[int, float]) -> SparseVector:
    """Return weights under numbers of terms as the database takes them."""
    return SparseVector({number - 1: weight for number, weight in weights.items()}, TERMS)


def dense_rows(vectors: Sequence[HalfVector], dimension: int) -> NDArray[np.float32]:
    """Return vectors of the database as rows, shape (len(vectors), dimension)."""
    if not vectors:
        return np.empty((0, dimension), np.float32)
    return np.stack([one.to_numpy() for one in vectors]).astype(np.float32)


def _install(connection: psycopg.Connection[Row]) -> str:
    """Create pgvector's extension where it is not, and return the schema it is in."""
    try:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except (errors.UndefinedFile, errors.FeatureNotSupported) as error:
        raise SnapshotError(
            "Máy chủ PostgreSQL chưa có phần mở rộng pgvector; hãy cài pgvector từ bản 0.8."
        ) from error
    except errors.UniqueViolation:  # another process was as quick
        pass
    found = connection.execute(
        "SELECT extversion, extnamespace::regnamespace::text FROM pg_extension "
        "WHERE extname = 'vector'"
    ).fetchone()
    version, schema = map(str, found or ("0", ""))
    if tuple(int(part) for part in version.split(".")[:2]) < _LEAST:
        raise SnapshotError(
            f"pgvector trên máy chủ là bản {version}; hãy nâng lên bản 0.8 trở lên, rồi chạy trong "
            "cơ sở dữ liệu: ALTER EXTENSION vector UPDATE."
        )
    return schema


def _configure(connection: psycopg.Connection[Row]) -> None:
    register_vector(connection)
    connection.execute(f"SET hnsw.ef_search = {WIDTH}")
    connection.execute("SET hnsw.iterative_scan = strict_order")
    connection.execute("SET hnsw.max_scan_tuples = 200000")
    # The planner does not know what reading long vectors costs: 25 ms, against 4 by the index.
    connection.execute("SET enable_seqscan = off")
    # A plan for a few keys must not be taken for many.
    connection.execute("SET plan_cache_mode = force_custom_plan")
    # A bot whose machine is gone must not keep what the others wait for.
    connection.execute("SET idle_in_transaction_session_timeout = '60s'")
    connection.commit()


def _place(address: str) -> str:
    """Return what may be shown of an address: never the password."""
    parts = urlsplit(address)
    host = parts.hostname or "localhost"
    return f"{host}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _secrets(address: str) -> tuple[str, ...]:
    """Return the password of an address in every form in which an error may repeat it."""
    parts = urlsplit(address)
    given = [parts.password or "", *parse_qs(parts.query).get("password", ())]
    forms = {form for one in given for form in (one, unquote(one), quote(one, "")) if form}
    return tuple(sorted(forms, key=len, reverse=True))
