"""The socket side: accepts connections on loopback and answers request after request."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tests.telegram_server.http import HttpError, Incoming, Request, render_json
from tests.telegram_server.types import ApiError

Answer = Callable[[Request], Awaitable[bytes | None]]


class Listener:
    """Serves connections until it is closed; ``crashes`` are faults of the server itself."""

    def __init__(self, answer: Answer) -> None:
        self.crashes: list[BaseException] = []
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self) -> str:
        """Listen on a free port of loopback; its URL."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    async def close(self) -> None:
        """Stop listening and end every connection, with what it was serving."""
        if self._server is None:
            return
        self._server.close()
        if self._connections:
            for task in self._connections:
                task.cancel()
            await asyncio.wait(self._connections)
        await self._server.wait_closed()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(Incoming(reader), writer))
        self._connections.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._connections.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.crashes.append(error)

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
            refusal = ApiError(error.status, str(error))
            writer.write(render_json(error.status, refusal.wire(), keep_alive=False))
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer_while_connected(self, incoming: Incoming, request: Request) -> bytes | None:
        """Answer; a long poll whose client left ends at once, any other call takes effect."""
        work = asyncio.ensure_future(self._answer(request))
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
