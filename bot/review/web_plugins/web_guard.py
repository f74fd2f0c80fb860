"""Datasette on the query log: nothing leads back to a person, and every look is written down."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from datasette import handle_exception, hookimpl
from datasette.actor_auth_cookie import actor_from_request
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request, Response

from bot.errors import LookNotKeptError
from bot.query_log.log import QueryLog, folded
from bot.review import overview
from bot.review.reader import record_access
from bot.review.web_headers import content_type, secured
from bot.texts.review import ADDRESS_TOO_LONG, LOOK_NOT_KEPT, NOT_LOGGED_IN, OVERVIEW
from documents.csv_file import GuardedStream
from documents.errors import LibraryError

handle_exception.rich = None  # it would print every local of a mistyped query to the terminal
for _installed, _ in pm.list_plugin_distinfo():
    pm.unregister(_installed)  # pages and scripts of other packages are not looked through here

PLUGIN = "tracuu"
PRIVATE = "people"  # the one table that leads from pseudonyms to ids
LONGEST = 4000  # characters of an address, all of which are kept
LOGIN = "/-/auth-token"  # the one page for who is not logged in yet
_FURNITURE = ("text/css", "text/javascript", "application/javascript", "image/png", "image/x-icon")

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Show nothing of the private table, open no other file, and fold searches as the log does."""
    conn.set_authorizer(_authorize)
    conn.create_function("bo_dau", 1, _matching, deterministic=True)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Any]]]:
    """Add the overview to Datasette's own pages."""

    async def page(request: Request) -> Response:
        arguments, now = request.args, datetime.now(UTC)
        chosen = overview.period(arguments.get("tu_ngay"), arguments.get("den_ngay"), now)
        figures = await asyncio.to_thread(overview.gather, log, chosen, now)
        return Response.html(
            await datasette.render_template("overview.html", figures, request=request)
        )

    log = _log(datasette)
    return [(r"^/-/tong-quan$", page)]


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Datasette) -> list[dict[str, str]]:
    """Name the overview in the menu."""
    return [{"href": datasette.urls.path("/-/tong-quan"), "label": OVERVIEW}]


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Answer only who is logged in, and only what has been written down before."""
    log, who = _log(datasette), str((datasette.plugin_config(PLUGIN) or {})["who"])

    def wrap(application: Application) -> Application:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await application(scope, receive, send)
                return
            look = _Look(log, who, scope, send)
            if len(look.address) > LONGEST:
                await look.refuse(414, ADDRESS_TOO_LONG)
            elif scope["path"] != LOGIN and not _logged_in(datasette, scope, receive):
                await look.refuse(403, NOT_LOGGED_IN)
            else:
                # Ended where the look could not be kept: Datasette must not go on answering.
                with suppress(LookNotKeptError):
                    await application(scope, receive, look.answer)

        return guarded

    return wrap


class _Look:
    """One request: written down by what Datasette answers, before any of it is sent.

    What is answered decides, not the address: the same page has many of them.
    """

    def __init__(self, log: QueryLog, who: str, scope: Scope, send: Send) -> None:
        self._log = log
        self._who = who
        self._send = send
        self._csv: GuardedStream | None = None
        self._path = tilde_decode(scope["path"])
        self.address = self._path
        if scope["query_string"]:
            self.address += "?" + scope["query_string"].decode("latin-1")

    async def answer(self, message: Message) -> None:
        """Pass a message of the response on; CSV leaves as no spreadsheet would run it."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._csv and message["type"] == "http.response.body":
            last = not message.get("more_body", False)
            text = self._csv.add(message.get("body", b"").decode("utf-8"), last)
            await self._send({**message, "body": text.encode("utf-8")})
        else:
            await self._send(message)

    async def refuse(self, status: int, text: str) -> None:
        """Answer with one line in the place of the page."""
        headers = secured([(b"content-type", b"text/plain; charset=utf-8")])
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": text.encode()})

    async def _begin(self, message: Message) -> None:
        status, headers = message["status"], message.get("headers", [])
        kind = content_type(headers)
        as_file = kind != "text/html" or self._path.endswith(".csv")
        shows_nothing = 300 <= status < 400 or status == 403
        if kind not in _FURNITURE and not shows_nothing:
            try:
                await asyncio.to_thread(self._note, "web export" if as_file else "web")
            except LibraryError as error:
                await self.refuse(503, LOOK_NOT_KEPT)
                raise LookNotKeptError(LOOK_NOT_KEPT) from error
        if status == 200 and self._path.endswith(".csv") and kind in ("text/csv", "text/plain"):
            self._csv = GuardedStream()
            headers = [(b"content-type", b"text/csv; charset=utf-8")] + [
                one for one in headers if one[0].lower() not in (b"content-type", b"content-length")
            ]
        await self._send({**message, "headers": secured(map(tuple, headers))})

    def _note(self, action: str) -> None:
        record_access(self._log.database, self._who, action, self.address)


def _log(datasette: Datasette) -> QueryLog:
    return _opened(Path((datasette.plugin_config(PLUGIN) or {})["data"]))


@cache
def _opened(data: Path) -> QueryLog:
    return QueryLog(data)


def _logged_in(datasette: Datasette, scope: Scope, receive: Receive) -> bool:
    actor = actor_from_request(datasette, Request(scope, receive))
    return isinstance(actor, dict) and actor.get("id") == "root"


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
