"""What can still be read of a damaged database, row by row, put into a new one in its place.

The damaged file is kept aside. A row whose checksum no longer fits is taken only where turning one
bit back makes it fit: 64 bits agree with nothing else.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from documents.store import checksums, seals
from documents.store.database import Database, Step, naming

ASIDE = "hong-"  # in the names of what was set aside
SIDE_FILES = ("", "-wal", "-shm")
_PROBED = 1_000_000  # rowids looked at one by one between what can be read from both ends


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What became of a damaged file: ``lost`` rows of those known to have been there."""

    kept: int
    lost: int
    aside: Path


def faults_of(path: Path) -> tuple[str, ...]:
    """Name what SQLite finds wrong with a file; nothing is changed. Raises LibraryError."""
    with naming(path), closing(_open(path)) as connection:
        found = [
            str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"
        ]
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    return (*found, *(f"bảng {row[0]}, dòng {row[1]}: trỏ tới dòng không có" for row in dangling))


def set_aside(path: Path) -> Path:
    """Move a damaged file and what belongs to it out of the way; return where it is now."""
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    for suffix in SIDE_FILES:
        old = path.with_name(path.name + suffix)
        if old.exists():
            old.replace(path.with_name(f"{ASIDE}{stamp}-{old.name}"))
    return path.with_name(f"{ASIDE}{stamp}-{path.name}")


def salvage(
    path: Path,
    migrations: Sequence[Sequence[Step]],
    unsealed: Collection[str] | None = None,
    *,
    whole: bool = False,
) -> Salvaged | None:
    """Put what can be read of a file into a new one in its place.

    None where ``whole`` is asked for and a row is lost; then nothing is changed. The caller makes
    sure that nobody has the file open. Raises LibraryError.
    """
    draft = path.with_name(f".draft-{path.name}")
    for suffix in SIDE_FILES:
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)
    try:
        kept, lost = _copy(path, draft, migrations, unsealed)
        if whole and lost:
            return None
        aside = set_aside(path)
        draft.replace(path)
    finally:
        for suffix in SIDE_FILES:
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)
    return Salvaged(kept, lost, aside)


def _copy(
    path: Path,
    draft: Path,
    migrations: Sequence[Sequence[Step]],
    unsealed: Collection[str] | None,
) -> tuple[int, int]:
    with naming(path), closing(_open(path)) as damaged:
        damaged.text_factory = _Text
        version = _version(damaged, len(migrations))
        Database(draft, migrations[:version]).close()
        with naming(draft), closing(sqlite3.connect(draft, isolation_level=None)) as new:
            new.execute("PRAGMA foreign_keys = OFF")
            counts = [_copy_table(damaged, new, table, unsealed) for table in _tables(new)]
            for table, rowid in {
                (str(row[0]), row[1]) for row in new.execute("PRAGMA foreign_key_check")
            }:
                if rowid is not None:
                    new.execute(f"DELETE FROM {table} WHERE rowid = ?", [rowid])
            new.execute("PRAGMA journal_mode = DELETE")  # one file, to be put in place at once
    Database(draft, migrations, unsealed=unsealed).close()
    return sum(one for one, _ in counts), sum(lost for _, lost in counts)


def _copy_table(
    damaged: sqlite3.Connection,
    new: sqlite3.Connection,
    table: str,
    unsealed: Collection[str] | None,
) -> tuple[int, int]:
    """Copy the rows of a table that can be read; return how many, and how many are lost."""
    columns = [str(row[1]) for row in new.execute(f"PRAGMA table_info({table})")]
    has_rowid = not _is_without_rowid(new, table)
    named = ", ".join(f'"{one}"' for one in columns)
    read = f"rowid, {named}" if has_rowid else named
    sealed = _sealed(damaged, table) if unsealed is not None and table not in unsealed else None
    places = ", ".join("?" * len(columns))
    kept = lost = 0
    for row in _readable(damaged, table, read, has_rowid):
        values = row[1:] if has_rowid else row
        if sealed is None:
            written = _decoded(values, "replace")
        else:
            written = _as_written(values, sealed.pop(row[0], None))
        if written is None:
            lost += 1
            continue
        try:
            new.execute(f"INSERT INTO {table} ({named}) VALUES ({places})", written)
            kept += 1
        except sqlite3.Error:  # it fits no constraint, or stands there twice
            continue
    return kept, lost + len(sealed or {})


def _readable(
    damaged: sqlite3.Connection, table: str, columns: str, has_rowid: bool
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows from the first one on, from the last one back, and one by one between."""
    seen: set[Any] = set()
    ends: list[int | None] = []
    order = ("rowid",) if has_rowid else ("1", "2")
    for direction in ("ASC", "DESC"):
        by = ", ".join(f"{one} {direction}" for one in order)
        last = None
        try:
            for row in damaged.execute(f"SELECT {columns} FROM {table} ORDER BY {by}"):
                key = row[0] if has_rowid else row
                if key in seen:
                    return
                seen.add(key)
                last = key
                yield row
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            ends.append(last)
        else:
            return
    if not has_rowid or len(ends) < 2:
        return
    start = 1 if ends[0] is None else ends[0] + 1
    stop = start + _PROBED if ends[1] is None else min(ends[1], start + _PROBED)
    failures = 0
    for rowid in range(start, stop):
        try:
            yield from damaged.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", [rowid])
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            failures += 1
            if failures > 10_000:  # whole branches are gone
                return


def _as_written(values: Sequence[Any], checksum: bytes | None) -> list[Any] | None:
    """Return a row that its checksum fits, with one bit turned back where that makes it fit."""
    if checksum is None:
        return None
    decoded = _decoded(values)
    if decoded is not None and checksums.of(decoded) == checksum:
        return decoded
    for place, value in enumerate(values):
        for other in _one_bit_away(value):
            turned = _decoded([*values[:place], other, *values[place + 1 :]])
            if turned is not None and checksums.of(turned) == checksum:
                return turned
    return None


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as it lies in the file: it may not be UTF-8 any more."""

    content: bytes


def _one_bit_away(value: Any) -> Iterator[Any]:
    if isinstance(value, int):
        yield from (value ^ (1 << bit) for bit in range(63))
    elif isinstance(value, _Text):
        content = bytearray(value.content)
        for at in range(len(content)):
            for bit in range(8):
                content[at] ^= 1 << bit
                yield _Text(bytes(content))
                content[at] ^= 1 << bit


def _decoded(values: Sequence[Any], errors: str = "strict") -> list[Any] | None:
    try:
        return [
            one.content.decode("utf-8", errors) if isinstance(one, _Text) else one for one in values
        ]
    except UnicodeDecodeError:
        return None


def _sealed(damaged: sqlite3.Connection, table: str) -> dict[int, bytes] | None:
    """Return the checksums of a table's rows by rowid; None where there are none to be had."""
    try:
        rows = damaged.execute(
            f"SELECT row, checksum FROM {seals.TABLE} WHERE name = ?", [table]
        ).fetchall()
        return dict(rows)
    except (sqlite3.Error, UnicodeDecodeError, ValueError):
        return {}


def _version(damaged: sqlite3.Connection, newest: int) -> int:
    try:
        ((version,),) = damaged.execute("PRAGMA user_version").fetchall()
    except (sqlite3.Error, UnicodeDecodeError):
        return newest
    return version if 0 < version <= newest else newest


def _tables(new: sqlite3.Connection) -> tuple[str, ...]:
    """Return the tables of a new file in the order in which they were made."""
    kinds = {row[1]: row[2] for row in new.execute("PRAGMA main.table_list")}
    rows = new.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
    return tuple(
        str(row[0])
        for row in rows.fetchall()
        if kinds[row[0]] == "table" and not row[0].startswith("sqlite_")
    )


def _is_without_rowid(new: sqlite3.Connection, table: str) -> bool:
    rows = new.execute("PRAGMA main.table_list").fetchall()
    return any(row[1] == table and row[4] for row in rows)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
    connection.text_factory = lambda stored: stored.decode("utf-8", "replace")
    return connection
