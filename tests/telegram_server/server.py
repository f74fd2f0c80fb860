"""A strict local Telegram Bot API server, for driving the real bot library over loopback.

Use it as ``async with BotApiServer() as server`` and point the Application at ``server.base_url``
and ``server.base_file_url``. ``server.rejected`` lists every call that Telegram would have refused
because of what the bot sent; a scenario ends by asserting that it is empty.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import TracebackType

from tests.telegram_server.account import AccountMethods
from tests.telegram_server.faults import Fault, Faults
from tests.telegram_server.http import Request, render, render_json
from tests.telegram_server.listener import Listener
from tests.telegram_server.messages import MessageMethods
from tests.telegram_server.parameters import Parameters
from tests.telegram_server.people import People
from tests.telegram_server.types import (
    ApiError,
    Button,
    Call,
    CallbackAnswer,
    Entity,
    Person,
    Rejection,
    SentMessage,
    Wire,
)
from tests.telegram_server.world import World

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
Handler = Callable[[Parameters], Awaitable[object]]


class BotApiServer(People, Faults):
    """The server, the people who write to the bot, and the record of what the bot did."""

    def __init__(
        self, token: str = TOKEN, *, strict_rate: bool = False, username: str = "tracuu_test_bot"
    ) -> None:
        bot = Person(int(token.split(":")[0]), "Tra Cứu", username, is_bot=True)
        People.__init__(self, World(bot))
        Faults.__init__(self)
        self.token = token
        self.url = ""
        self.calls: list[Call] = []
        self.rejected: list[Rejection] = []
        self._messages = MessageMethods(self.world, strict_rate=strict_rate)
        self._account = AccountMethods(self.world)
        self._handlers = _handlers(self._messages, self._account)
        self._listener = Listener(self._answer)
        self._activity = asyncio.Condition()
        self._busy = 0
        self._last_call = time.monotonic()

    async def __aenter__(self) -> "BotApiServer":
        self.url = await self._listener.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._account.webhook.stop()
        await self._listener.close()
        if self._listener.crashes and error is None:
            raise self._listener.crashes[0]

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
    def commands(self) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
        """The command lists by scope ("default", "chat:501") and language ("" for all)."""
        return self.world.commands

    @property
    def rate_breaches(self) -> list[tuple[int, float]]:
        """The messages that came faster than Telegram promises to take them."""
        return self.world.rate.breaches

    @property
    def webhook_statuses(self) -> list[int]:
        """What the bot's webhook answered to each delivery; 0 where it did not."""
        return self._account.webhook.statuses

    def screen(self, chat_id: int) -> tuple[SentMessage, ...]:
        """Return the chat as a person sees it now: edits applied, deleted messages gone."""
        return tuple(m for m in self.world.messages.values() if m.chat_id == chat_id)

    def calls_to(self, method: str) -> tuple[Call, ...]:
        """Return the calls of one method."""
        return tuple(call for call in self.calls if call.method == method)

    async def wait_for(
        self,
        until: int | Callable[[SentMessage], bool],
        timeout: float = 5.0,
        *,
        after: int = 0,
    ) -> tuple[SentMessage, ...]:
        """Wait until so many messages are sent, or one that fits, from ``sent[after]`` on.

        Returns all of them, or those that fit.
        """

        def found() -> tuple[SentMessage, ...]:
            sent = self.sent[after:]
            return tuple(sent if isinstance(until, int) else filter(until, sent))

        enough = until if isinstance(until, int) else 1
        try:
            async with asyncio.timeout(timeout), self._activity:
                await self._activity.wait_for(lambda: len(found()) >= enough)
        except TimeoutError:
            texts = [(m.method, m.chat_id, m.text[:60]) for m in self.sent[after:]]
            raise AssertionError(
                f"not sent within {timeout} s; {texts=}; {self.rejected=}"
            ) from None
        return found()

    async def ask(self, user_id: int, text: str, timeout: float = 5.0) -> SentMessage:
        """Type a text in a private chat and return the bot's next message there."""
        before = len(self.sent)
        await self.send_text(user_id, user_id, text)
        answers = await self.wait_for(lambda m: m.chat_id == user_id, timeout, after=before)
        return answers[0]

    async def idle(self, quiet: float = 0.1, timeout: float = 5.0) -> None:
        """Wait until the bot took every update and has made no call for a while."""
        async with asyncio.timeout(timeout):
            await self.world.updates.emptied()
            while self._busy or time.monotonic() - self._last_call < quiet:
                await asyncio.sleep(quiet / 4)

    async def _answer(self, request: Request) -> bytes | None:
        area, _, rest = request.path.removeprefix("/").partition("/")
        status, body = 404, ApiError(404, "Not Found").wire()
        if area == "file" and (content := self._file(rest)) is not None:
            kind = "application/octet-stream"
            return render(200, content, kind, keep_alive=request.keep_alive)
        if area.startswith("bot") and ":" in area:
            answer = await self._call(rest, request, authorized=area == f"bot{self.token}")
            if answer is None:
                return None
            status, body = answer
        return render_json(status, body, keep_alive=request.keep_alive)

    def _file(self, path: str) -> bytes | None:
        prefix = f"bot{self.token}/documents/"
        stored = self.world.files.get(path.removeprefix(prefix))
        return stored.content if stored and path.startswith(prefix) else None

    async def _call(
        self, method: str, request: Request, *, authorized: bool
    ) -> tuple[int, Wire] | None:
        fault = self.next_fault(method) if authorized else None
        note = str(fault) if fault else None
        names = tuple(upload.name for upload in request.files.values())
        self.calls.append(Call(method, request.fields, names, time.monotonic(), note))
        counted = method != "getUpdates"
        self._busy += counted
        try:
            return await self._perform(method, request, fault, authorized=authorized)
        finally:
            self._busy -= counted
            if counted:
                self._last_call = time.monotonic()
            async with self._activity:
                self._activity.notify_all()

    async def _perform(
        self, method: str, request: Request, fault: Fault | None, *, authorized: bool
    ) -> tuple[int, Wire] | None:
        fault = fault or Fault(method)
        await asyncio.sleep(fault.delay)
        if fault.drop == "before":
            return None
        if fault.error:
            return fault.error.status, fault.error.wire()
        handler = self._handlers.get(method.lower(), _unknown) if authorized else _unauthorized
        try:
            result = await handler(Parameters(request.fields, request.files))
        except ApiError as error:
            self._reject(method, request, error)
            answer = error.status, error.wire()
        else:
            answer = 200, {"ok": True, "result": result}
        return None if fault.drop == "after" else answer

    def _reject(self, method: str, request: Request, error: ApiError) -> None:
        """Record a refusal, unless people caused it (blocked, removed, group upgraded)."""
        if error.status != 403 and error.migrate_to is None:
            rejection = Rejection(method, request.fields, error.status, error.description)
            self.rejected.append(rejection)


async def _unknown(call: Parameters) -> object:
    raise ApiError(404, "Not Found: method not found")


async def _unauthorized(call: Parameters) -> object:
    raise ApiError(401, "Unauthorized")


def _handlers(*owners: object) -> dict[str, Handler]:
    """Map every method's name, which Telegram reads without regard to case, to what serves it."""
    return {
        name.replace("_", ""): getattr(owner, name)
        for owner in owners
        for name in vars(type(owner))
        if not name.startswith("_")
    }
