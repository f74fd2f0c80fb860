"""Datasette on the query log: nothing leads back to a person, and every look is written down."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from datasette import handle_exception, hookimpl
from datasette.app import Datasette

from bot.query_log.log import FILE, folded
from bot.query_log.schema import MIGRATIONS
from bot.review.reader import record_access
from bot.texts.review import LOOK_NOT_KEPT
from documents.errors import LibraryError
from documents.store.database import Database

handle_exception.rich = None  # it would print every local of a mistyped query to the terminal

PLUGIN = "tracuu"
PRIVATE = "people"  # the one table that leads from pseudonyms to ids
DETAIL = 500  # characters of an address that are kept

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Show nothing of the private table, open no other file, and fold searches as the log does."""
    conn.set_authorizer(_authorize)
    conn.create_function("bo_dau", 1, _matching, deterministic=True)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Write every look at the data down before it is answered."""
    settings = datasette.plugin_config(PLUGIN) or {}

    def wrap(application: Application) -> Application:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and _is_a_look(scope["path"]):
                try:
                    await asyncio.to_thread(_note, settings, scope)
                except LibraryError:
                    await _refuse(send)
                    return
            await application(scope, receive, send)

        return guarded

    return wrap


def _authorize(
    action: int, table: str | None, _column: str | None, _database: str | None, _by: str | None
) -> int:
    if action == sqlite3.SQLITE_ATTACH:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_READ and table == PRIVATE:
        return sqlite3.SQLITE_IGNORE  # read as NULL
    return sqlite3.SQLITE_OK


def _matching(words: str | None) -> str:
    """Return typed words as a query of the search index; no word matches nothing."""
    return " ".join(f'"{word}"' for word in folded(words or "").split()) or '""'


def _is_a_look(path: str) -> bool:
    return path.startswith(("/queries", "/-/dashboards/"))


def _note(settings: MutableMapping[str, Any], scope: Scope) -> None:
    address = scope["path"]
    if scope["query_string"]:
        address += "?" + scope["query_string"].decode("latin-1")
    exporting = any(kind in address for kind in (".csv", ".json", "_stream"))
    database = Database(Path(settings["data"]) / FILE, MIGRATIONS, wait_seconds=1.0, durable=False)
    try:
        action = "web export" if exporting else "web"
        record_access(database, str(settings["who"]), action, address[:DETAIL])
    finally:
        database.close()


async def _refuse(send: Send) -> None:
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": 503, "headers": [kind]})
    await send({"type": "http.response.body", "body": LOOK_NOT_KEPT.encode()})
