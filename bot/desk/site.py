"""The desk over HTTP: who is let in, what is written down before it is shown, and where pages are.

Home of Starlette.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.desk import documents, lacking, layout, questions, reports, today
from bot.desk.desk import Call, Desk, File, Handler, Page, Redirect, Reply
from bot.desk.login import STAYS, Login, Session
from bot.errors import ReviewError
from bot.review.web_headers import secured
from bot.texts import desk as texts
from bot.texts.review import ADDRESS_TOO_LONG, LOOK_NOT_KEPT
from documents.errors import LibraryError

HOSTS = ("127.0.0.1", "localhost")
LOGIN = "/dang-nhap"
COOKIE = "tracuu_desk"
LONGEST = 4000  # characters of an address, all of which are kept
LARGEST = 65_536  # bytes of a form
_TOKEN = "ma_bieu_mau"  # the field of a form that only a page from here holds
_PAGES: dict[str, Handler] = {
    "/": today.page,
    "/cau-hoi": questions.listed,
    "/cau-hoi/{number:int}": questions.shown,
    "/thieu-van-ban": lacking.page,
    "/thieu-van-ban/tai": lacking.downloaded,
    "/van-ban": documents.listed,
    "/van-ban/tai": documents.downloaded,
    "/bao-cao": reports.page,
    "/bao-cao/xem": reports.shown,
    "/bao-cao/tai": reports.downloaded,
}
_CHANGES: dict[str, Handler] = {
    "/cau-hoi/{number:int}/ket-luan": questions.judge,
    "/cau-hoi/{number:int}/ghi-chu": questions.note,
    "/cau-hoi/{number:int}/bo": questions.undo,
    "/thieu-van-ban": lacking.answer,
}

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Callable[[], Awaitable[Message]], Send], Any]


def application(
    desk: Desk, login: Login, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Application:
    """Return the desk as an ASGI application that answers only who has logged in."""
    site = _Site(desk, login, clock)
    routes = [
        Route(LOGIN, site.enter, methods=["GET", "POST"]),
        Route("/desk.css", _style),
        *(Route(path, site.showing(page)) for path, page in _PAGES.items()),
        *(Route(path, site.changing(one), methods=["POST"]) for path, one in _CHANGES.items()),
    ]
    inner = Starlette(
        routes=routes,
        # Only by its own names: no other site's name leads a browser here.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS))],
        exception_handlers={HTTPException: _refused},
    )

    async def outer(scope: Any, receive: Any, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": secured(message.get("headers", []))}
            await send(message)

        await inner(scope, receive, told)

    return outer


class _Site:
    def __init__(self, desk: Desk, login: Login, clock: Callable[[], datetime]) -> None:
        self._desk = desk
        self._login = login
        self._clock = clock

    async def enter(self, request: Request) -> Response:
        """Show a button at the one-time address, and log in whoever presses it.

        Not at the first look: what previews an address would use it up.
        """
        if request.method == "POST":
            key = (await _form(request)).get("ma", "")
            cookie = self._login.enter(key, self._clock())
            if cookie is None:
                raise HTTPException(403, texts.NOT_LOGGED_IN)
            answer = RedirectResponse("/", 303)
            answer.set_cookie(
                COOKIE, cookie, max_age=int(STAYS.total_seconds()), httponly=True, samesite="strict"
            )
            return answer
        key = request.query_params.get("ma", "")
        if not self._login.fits(key):
            raise HTTPException(403, texts.NOT_LOGGED_IN)
        return HTMLResponse(layout.render("login", {"key": key}, "", LOGIN))

    def showing(self, page: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers for a page: it is written down before it leaves."""

        async def answer(request: Request) -> Response:
            session = self._session(request)
            call = Call(self._clock(), dict(request.query_params), {}, _number(request))
            return await asyncio.to_thread(self._shown, page, call, session, _address(request))

        return answer

    def changing(self, change: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers for a form: it is written down before anything is changed."""

        async def answer(request: Request) -> Response:
            session = self._session(request)
            form = await _form(request)
            if not hmac.compare_digest(form.get(_TOKEN, "").encode(), session.form_token.encode()):
                raise HTTPException(403, texts.NOT_FROM_HERE)
            call = Call(self._clock(), dict(request.query_params), form, _number(request))
            return await asyncio.to_thread(self._changed, change, call, session, _address(request))

        return answer

    def _session(self, request: Request) -> Session:
        found = self._login.session(request.cookies.get(COOKIE), self._clock())
        if found is None:
            raise HTTPException(403, texts.NOT_LOGGED_IN)
        return found

    def _shown(self, page: Handler, call: Call, session: Session, address: str) -> Response:
        reply = self._tried(page, call)
        action = "desk export" if isinstance(reply, File) and reply.name else "desk"
        rows = reply.rows if isinstance(reply, Page | File) else None
        self._note(action, address, rows)
        return _response(reply, session, address)

    def _changed(self, change: Handler, call: Call, session: Session, address: str) -> Response:
        self._note("desk change", address, None)
        return _response(self._tried(change, call), session, address)

    def _tried(self, handler: Handler, call: Call) -> Reply:
        try:
            return handler(self._desk, call)
        except ReviewError as error:
            raise HTTPException(400, str(error)) from error
        except LibraryError as error:
            raise HTTPException(503, str(error)) from error

    def _note(self, action: str, address: str, rows: int | None) -> None:
        try:
            self._desk.reader.note_access(action, address, rows)
        except LibraryError as error:
            raise HTTPException(503, LOOK_NOT_KEPT) from error


def _response(reply: Reply, session: Session, address: str) -> Response:
    if isinstance(reply, Redirect):
        return RedirectResponse(reply.to, 303)
    if isinstance(reply, File):
        named = {}
        if reply.name:
            named["content-disposition"] = f"attachment; filename*=UTF-8''{quote(reply.name)}"
        return Response(reply.content, media_type=reply.kind, headers=named)
    here = "/" + address.split("?")[0].strip("/").split("/")[0]
    return HTMLResponse(layout.render(reply.template, reply.values, session.form_token, here))


async def _style(_request: Request) -> Response:
    return PlainTextResponse(layout.style(), media_type="text/css")


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = texts.NO_SUCH_PAGE if error.status_code in (404, 405) else error.detail
    return PlainTextResponse(said, error.status_code)


async def _form(request: Request) -> dict[str, str]:
    """Read a plain form; of a field that stands there twice, the last counts."""
    read = b""
    async for piece in request.stream():
        read += piece
        if len(read) > LARGEST:
            raise HTTPException(413, texts.TOO_LONG)
    return dict(parse_qsl(read.decode("utf-8", "replace"), keep_blank_values=True))


def _number(request: Request) -> int:
    return int(request.path_params.get("number", 0))


def _address(request: Request) -> str:
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if len(address) > LONGEST:
        raise HTTPException(414, ADDRESS_TOO_LONG)
    return address
