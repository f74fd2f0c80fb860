"""Removing questions for good: also from the search index and from the file, a little at a time.

No step holds the file for longer than a moment, so that the bot can log while a purge goes on.
"""

import logging
import time
from collections.abc import Sequence

from documents.errors import LibraryError
from documents.store.database import Database

log = logging.getLogger(__name__)

AT_ONCE = 200  # questions deleted in one transaction: some 50 ms of half a million
PAGES_AT_ONCE = 500  # of 4 KB, given back to the system in one transaction
PAUSE_SECONDS = 0.03  # between two steps: who waits for SQLite is in no queue
CHECKPOINTS = 30  # tries, while somebody reads
_INCREMENTAL = 2  # of PRAGMA auto_vacuum
FTS_PAGES = 100  # of the search index, merged in one transaction


def remove(database: Database, where: str, parameters: Sequence[object]) -> int:
    """Delete the questions that a condition names, with all that hangs on them; return how many."""
    database.rows("PRAGMA secure_delete = ON")
    removed = 0
    while True:
        with database.writing() as connection:
            step = connection.execute(
                "DELETE FROM questions WHERE id IN"
                f" (SELECT id FROM questions WHERE {where} LIMIT {AT_ONCE})",
                parameters,
            ).rowcount
        removed += step
        if step < AT_ONCE:
            return removed
        time.sleep(PAUSE_SECONDS)


def shrink(database: Database) -> None:
    """Drop the removed words from the search index and give the free pages back."""
    database.rows("PRAGMA secure_delete = ON")
    # FTS5 keeps a deleted word until its segments are merged; a negative count merges all of them.
    step = -FTS_PAGES
    while True:
        with database.writing() as connection:
            before = connection.conn.total_changes
            connection.execute(
                "INSERT INTO questions_fts (questions_fts, rank) VALUES ('merge', ?)", (step,)
            )
            done = connection.conn.total_changes - before < 2  # SQLite's own sign: nothing merged
        if done:
            break
        step = FTS_PAGES
        time.sleep(PAUSE_SECONDS)
    free, left = -1, _free_pages(database)
    while left and left != free:
        database.rows(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})")
        free, left = left, _free_pages(database)
    scrub(database)


def scrub(database: Database) -> None:
    """Empty SQLite's own log, in which removed words stand until it is written over."""
    for _ in range(CHECKPOINTS):
        if database.truncate_log():
            return
        time.sleep(PAUSE_SECONDS)
    log.warning("the query log is being read; what was removed leaves it with the next purge")


def prepare(database: Database) -> None:
    """Let the file give pages back step by step; one that was made without that is copied once.

    Where it cannot be copied now, because it is being read or the disk is full, it stays as it is
    until the next start: removed words are overwritten all the same.
    """
    if int(database.rows("PRAGMA auto_vacuum")[0][0]) == _INCREMENTAL:
        return
    try:
        database.rows("PRAGMA auto_vacuum = INCREMENTAL")
        database.rows("VACUUM")
    except LibraryError as error:
        log.warning("the query log cannot give room back yet: %s", error)


def _free_pages(database: Database) -> int:
    return int(database.rows("PRAGMA freelist_count")[0][0])
