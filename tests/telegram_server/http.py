"""The little of HTTP/1.1 that Bot API clients speak: requests in, keep-alive, forms and files."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

MAX_HEAD = 64 * 1024
MAX_BODY = 64 * 1024 * 1024  # above Telegram's 50 MB upload limit, so that the limit can be tested


class HttpError(Exception):
    """Bytes that are not a request we can read; the connection is closed after the answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Upload:
    """A file part of a form."""

    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, its parameters decoded from the query, the form or the JSON body."""

    verb: str
    path: str
    headers: Mapping[str, str]
    fields: Mapping[str, str]
    files: Mapping[str, Upload]
    body: bytes = field(repr=False)

    @property
    def keep_alive(self) -> bool:
        return self.headers.get("connection", "").lower() != "close"


class Incoming:
    """The reading side of a connection; notices while a call is served that the client left."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._early = b""

    async def request(self) -> Request | None:
        """Read the next request; None when the client is done."""
        try:
            head = self._early + await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            if (self._early + error.partial).strip():
                raise HttpError(400, "the request ends inside its head") from error
            return None
        except asyncio.LimitOverrunError as error:
            raise HttpError(431, "the head is too large") from error
        self._early = b""
        verb, target, headers = _parse_head(head)
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = await self._chunks()
        else:
            body = await self._exactly(_body_length(headers))
        parts = urlsplit(target)
        fields = dict(parse_qsl(parts.query, keep_blank_values=True))
        more, files = parse_body(headers.get("content-type", ""), body)
        return Request(verb, unquote(parts.path), headers, {**fields, **more}, files, body)

    async def gone(self) -> None:
        """Wait until the client closes; one that already sends its next request is still there."""
        byte = await self._reader.read(1)
        if byte:
            self._early += byte
            await asyncio.Event().wait()

    async def _exactly(self, count: int) -> bytes:
        if count > MAX_BODY:
            raise HttpError(413, "Request Entity Too Large")
        try:
            return await self._reader.readexactly(count)
        except asyncio.IncompleteReadError as error:
            raise HttpError(400, "the request ends inside its body") from error

    async def _chunks(self) -> bytes:
        chunks = bytearray()
        while True:
            chunks += await self._exactly(size := await self._chunk_size())
            await self._exactly(2)
            if size == 0:
                return bytes(chunks)
            if len(chunks) > MAX_BODY:
                raise HttpError(413, "Request Entity Too Large")

    async def _chunk_size(self) -> int:
        try:
            return int((await self._reader.readuntil(b"\r\n")).split(b";")[0], 16)
        except (ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise HttpError(400, "not a chunk size") from error


def _parse_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    lines = head.decode("latin-1").split("\r\n")
    start = lines[0].split(" ")
    if len(start) != 3 or not start[2].startswith("HTTP/1."):
        raise HttpError(400, f"not a request line: {lines[0][:80]!r}")
    headers: dict[str, str] = {}
    for line in lines[1:]:
        if not line:
            continue
        name, colon, value = line.partition(":")
        if not colon or name != name.strip():
            raise HttpError(400, f"not a header line: {line[:80]!r}")
        headers[name.lower()] = value.strip()
    return start[0], start[1], headers


def _body_length(headers: Mapping[str, str]) -> int:
    declared = headers.get("content-length", "0")
    if not re.fullmatch(r"[0-9]{1,12}", declared):
        raise HttpError(400, f"not a length: {declared[:80]!r}")
    return int(declared)


def parse_body(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    """Decode a body into text fields and files; an unknown type holds neither."""
    header = Message()
    header["Content-Type"] = content_type
    kind = header.get_content_type()
    try:
        if kind == "application/x-www-form-urlencoded":
            pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
            return dict(pairs), {}
        if kind == "application/json" and body:
            values = json.loads(body)
            if not isinstance(values, dict):
                raise HttpError(400, "the JSON body is not an object")
            return {name: _as_form(value) for name, value in values.items()}, {}
        if kind == "multipart/form-data":
            return _parse_multipart(str(header.get_param("boundary", "")).encode(), body)
    except ValueError as error:
        raise HttpError(400, f"the body cannot be read: {error}") from error
    return {}, {}


def _as_form(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _parse_multipart(boundary: bytes, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if not boundary or len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise HttpError(400, "the form has no closing boundary")
    for piece in pieces[1:-1]:
        head, separator, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        disposition = re.search(rb'(?i)form-data;[^\r]*?\bname="([^"]*)"', head)
        if not separator or disposition is None:
            raise HttpError(400, "a part of the form has no name")
        name = disposition[1].decode()
        filename = re.search(rb'(?i);\s*filename="([^"]*)"', head)
        if filename is None:
            fields[name] = content.decode()
            continue
        mime = re.search(rb"(?im)^content-type:\s*([^\r]+)", head)
        # Browsers and httpx write the quote and line ends of a file name as percent codes.
        readable = re.sub(r"%(22|0A|0D)", lambda code: unquote(code[0]), filename[1].decode())
        kind = mime[1].decode().strip() if mime else "application/octet-stream"
        files[name] = Upload(readable, kind, content)
    return fields, files


def render(status: int, body: bytes, content_type: str, *, keep_alive: bool) -> bytes:
    """Return a whole response."""
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        f"Content-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"Connection: {'keep-alive' if keep_alive else 'close'}\r\n\r\n"
    )
    return head.encode("latin-1") + body


def render_json(status: int, value: object, *, keep_alive: bool) -> bytes:
    """Return a whole JSON response."""
    body = json.dumps(value).encode()  # escaped, so that a lone surrogate can be sent too
    return render(status, body, "application/json", keep_alive=keep_alive)
