"""A strict local Telegram Bot API server, for driving the real bot library over loopback.

Use it as ``async with BotApiServer() as server`` and point the Application at ``server.base_url``
and ``server.base_file_url``. ``server.rejected`` lists every call that Telegram would have refused
because of what the bot sent; a scenario ends by asserting that it is empty.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType

from tests.bot_api_account import AccountMethods
from tests.bot_api_http import HttpError, Incoming, Request, render, render_json
from tests.bot_api_messages import MessageMethods
from tests.bot_api_parameters import Parameters
from tests.bot_api_people import People
from tests.bot_api_types import (
    ApiError,
    Button,
    Call,
    CallbackAnswer,
    Entity,
    Fault,
    Person,
    Rejection,
    SentMessage,
    Wire,
)
from tests.bot_api_world import World

__all__ = [
    "BotApiServer",
    "Button",
    "Call",
    "CallbackAnswer",
    "Entity",
    "Rejection",
    "SentMessage",
]

TOKEN = "12345:TEST"
DESCRIPTIONS = {
    400: "Bad Request: message is not modified",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
Handler = Callable[[Parameters], Awaitable[object]]


class BotApiServer(People):
    """The server, the people who write to the bot, and the record of what the bot did."""

    def __init__(
        self, token: str = TOKEN, *, strict_rate: bool = False, username: str = "tracuu_test_bot"
    ) -> None:
        bot = Person(int(token.split(":")[0]), "Tra Cứu", username, is_bot=True)
        super().__init__(World(bot))
        self.token = token
        self.calls: list[Call] = []
        self.rejected: list[Rejection] = []
        self._messages = MessageMethods(self.world, strict_rate=strict_rate)
        self._account = AccountMethods(self.world)
        self._handlers = _handlers(self._messages, self._account)
        self._faults: list[Fault] = []
        self._activity = asyncio.Condition()
        self._busy = 0
        self._last_call = time.monotonic()
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.url = ""

    async def __aenter__(self) -> "BotApiServer":
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()[:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._account.webhook.stop()
        if self._server:
            self._server.close()
        for task in self._connections:
            task.cancel()
        if self._connections:
            await asyncio.wait(self._connections)
        if self._server:
            await self._server.wait_closed()

    @property
    def base_url(self) -> str:
        """What ``ApplicationBuilder.base_url`` wants."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What ``ApplicationBuilder.base_file_url`` wants."""
        return f"{self.url}/file/bot"

    @property
    def sent(self) -> list[SentMessage]:
        """What the bot sent, in order; an edit is one more entry, with its method."""
        return self._messages.sent

    @property
    def answers(self) -> list[CallbackAnswer]:
        """The bot's answers to pressed buttons."""
        return self._messages.answers

    @property
    def inline_answers(self) -> list[tuple[str, tuple[str, ...]]]:
        """The bot's answers to inline queries: the query's id and the ids of the results."""
        return self._messages.inline_answers

    @property
    def actions(self) -> list[tuple[int, str]]:
        """The chat actions shown, with their chats."""
        return self._messages.actions

    @property
    def rate_breaches(self) -> list[tuple[int, float]]:
        """The messages that came faster than 1 a second in a chat or 30 a second overall."""
        return self.world.rate.breaches

    def screen(self, chat_id: int) -> tuple[SentMessage, ...]:
        """Return the chat as a person sees it now: edits applied, deleted messages gone."""
        return tuple(m for m in self.world.messages.values() if m.chat_id == chat_id)

    def calls_to(self, method: str) -> tuple[Call, ...]:
        """Return the calls of one method."""
        return tuple(call for call in self.calls if call.method == method)

    def fail_next(
        self,
        method: str = "*",
        *,
        status: int | None = None,
        description: str | None = None,
        retry_after: int = 1,
        migrate_to: int | None = None,
        drop: str | None = None,
        delay: float = 0.0,
        times: int = 1,
    ) -> None:
        """Arrange a fault for the next calls of a method; "*" is any but getUpdates.

        ``drop`` is "before" (nothing happened) or "after" (it did, the bot is not told).
        """
        error = None
        if migrate_to is not None:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            error = ApiError(400, description, migrate_to=migrate_to)
        elif status is not None:
            text = description or DESCRIPTIONS[status].format(retry_after=retry_after)
            error = ApiError(status, text, retry_after=retry_after if status == 429 else None)
        self._faults.extend([Fault(method, error, drop, delay)] * times)

    async def wait_for(
        self, until: int | Callable[[SentMessage], bool], timeout: float = 5.0
    ) -> tuple[SentMessage, ...]:
        """Wait for so many sent messages, or for one that fits; those sent, or those that fit."""

        def found() -> tuple[SentMessage, ...]:
            if isinstance(until, int):
                return tuple(self.sent) if len(self.sent) >= until else ()
            return tuple(message for message in self.sent if until(message))

        try:
            async with asyncio.timeout(timeout), self._activity:
                await self._activity.wait_for(lambda: until == 0 or bool(found()))
        except TimeoutError:
            texts = [(m.method, m.chat_id, m.text[:60]) for m in self.sent]
            raise AssertionError(f"not sent in {timeout} s; {texts=} {self.rejected=}") from None
        return found()

    async def ask(self, user_id: int, text: str, timeout: float = 5.0) -> SentMessage:
        """Type a text in a private chat and return the bot's next message there."""
        before = len(self.sent)
        await self.send_text(user_id, user_id, text)
        await self.wait_for(
            lambda m: m.chat_id == user_id and any(m is s for s in self.sent[before:]), timeout
        )
        return next(m for m in self.sent[before:] if m.chat_id == user_id)

    async def idle(self, quiet: float = 0.1, timeout: float = 5.0) -> None:
        """Wait until the bot took every update and has made no call for a while."""
        async with asyncio.timeout(timeout):
            await self.world.updates.emptied()
            while self._busy or time.monotonic() - self._last_call < quiet:
                await asyncio.sleep(quiet / 4)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(Incoming(reader), writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, incoming: Incoming, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError):
                while request := await incoming.request():
                    answer = await self._answer_while_connected(incoming, request)
                    if answer is None:
                        writer.transport.abort()
                        return
                    writer.write(answer)
                    await writer.drain()
                    if not request.keep_alive:
                        return
        except HttpError as error:
            body: Wire = {"ok": False, "error_code": error.status, "description": str(error)}
            writer.write(render_json(error.status, body, keep_alive=False))
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer_while_connected(self, incoming: Incoming, request: Request) -> bytes | None:
        """Answer; a long poll whose client left ends at once, any other call takes effect."""
        work = asyncio.create_task(self._answer(request))
        watch = asyncio.create_task(incoming.gone())
        try:
            await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and request.path.endswith("/getUpdates"):
                return None
            return await work
        finally:
            work.cancel()
            watch.cancel()
            await asyncio.wait({work, watch})

    async def _answer(self, request: Request) -> bytes | None:
        area, _, rest = request.path.removeprefix("/").partition("/")
        if area == "file":
            return self._download(rest, request.keep_alive)
        status, body = 404, Wire(ok=False, error_code=404, description="Not Found")
        if area.startswith("bot") and ":" in area:
            if area != f"bot{self.token}":
                status, body = 401, Wire(ok=False, error_code=401, description="Unauthorized")
                self._reject(rest, request, ApiError(401, "Unauthorized"))
            elif answer := await self._call(rest, request):
                status, body = answer
            else:
                return None
        return render_json(status, body, keep_alive=request.keep_alive)

    def _download(self, path: str, keep_alive: bool) -> bytes:
        prefix = f"bot{self.token}/documents/"
        stored = self.world.files.get(path.removeprefix(prefix))
        if stored is None or not path.startswith(prefix):
            body: Wire = {"ok": False, "error_code": 404, "description": "Not Found"}
            return render_json(404, body, keep_alive=keep_alive)
        return render(200, stored.content, "application/octet-stream", keep_alive=keep_alive)

    async def _call(self, method: str, request: Request) -> tuple[int, Wire] | None:
        fault = self._next_fault(method)
        record = Call(
            method,
            request.fields,
            tuple(request.files),
            time.monotonic(),
            str(fault) if fault else None,
        )
        self.calls.append(record)
        counted = method != "getUpdates"
        self._busy += counted
        try:
            if fault and fault.delay:
                await asyncio.sleep(fault.delay)
            if fault and fault.drop == "before":
                return None
            if fault and fault.error:
                return _error_body(fault.error)
            answer = await self._perform(method, request)
            return None if fault and fault.drop == "after" else answer
        finally:
            self._busy -= counted
            if counted:
                self._last_call = time.monotonic()
            async with self._activity:
                self._activity.notify_all()

    async def _perform(self, method: str, request: Request) -> tuple[int, Wire]:
        try:
            handler = self._handlers.get(method.lower(), _unknown)
            result = await handler(Parameters(request.fields, request.files))
        except ApiError as error:
            self._reject(method, request, error)
            return _error_body(error)
        return 200, {"ok": True, "result": result}

    def _reject(self, method: str, request: Request, error: ApiError) -> None:
        """Record a refusal, unless people caused it (blocked, removed, group upgraded)."""
        if error.status != 403 and error.migrate_to is None:
            rejection = Rejection(method, request.fields, error.status, error.description)
            self.rejected.append(rejection)

    def _next_fault(self, method: str) -> Fault | None:
        for fault in self._faults:
            if fault.method == method or (fault.method == "*" and method != "getUpdates"):
                self._faults.remove(fault)
                return fault
        return None


async def _unknown(call: Parameters) -> object:
    raise ApiError(404, "Not Found: method not found")


def _error_body(error: ApiError) -> tuple[int, Wire]:
    body: Wire = {"ok": False, "error_code": error.status, "description": error.description}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
    if error.migrate_to is not None:
        body["parameters"] = {"migrate_to_chat_id": error.migrate_to}
    return error.status, body


def _handlers(*owners: object) -> dict[str, Handler]:
    """Map every method's name, which Telegram reads without regard to case, to what serves it."""
    return {
        name.replace("_", ""): getattr(owner, name)
        for owner in owners
        for name in vars(type(owner))
        if not name.startswith("_")
    }
