"""Delivery of updates to the bot's webhook, with its secret, again until it is taken."""

import asyncio
import json
from contextlib import suppress
from urllib.parse import urlsplit

from tests.telegram_server.types import bad_request
from tests.telegram_server.updates import Update, UpdateQueue

RETRY_AFTER = 0.1  # seconds; Telegram waits longer, tests should not
ANSWER_WITHIN = 10.0


class Webhook:
    """Posts one update after another to the address, acknowledging each on a 2xx answer.

    Plain HTTP is allowed, unlike at Telegram: the receiver is on loopback, behind no TLS proxy.
    """

    def __init__(self, updates: UpdateQueue) -> None:
        self.statuses: list[int] = []
        self._updates = updates
        self._secret = ""
        self._task: asyncio.Task[None] | None = None

    async def point_to(self, url: str, secret: str) -> None:
        """Deliver to another address from now on; an empty one ends delivery."""
        if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
            raise bad_request(f"bad webhook: invalid webhook URL specified {url!r}")
        await self.stop()
        self._secret = secret
        self._updates.webhook_url = url
        await self._updates.wake()
        if url:
            self._task = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        """End delivery."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    async def _deliver(self) -> None:
        while True:
            update = await self._updates.first()
            status = 0
            with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
                async with asyncio.timeout(ANSWER_WITHIN):
                    status = await self._post(update)
            self.statuses.append(status)
            if 200 <= status < 300:
                self._updates.acknowledge(update.update_id + 1)
                await self._updates.wake()
            else:
                await asyncio.sleep(RETRY_AFTER)

    async def _post(self, update: Update) -> int:
        target = urlsplit(self._updates.webhook_url)
        body = json.dumps(update.wire(), ensure_ascii=False).encode()
        lines = [
            f"POST {target.path or '/'} HTTP/1.1",
            f"Host: {target.netloc}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        if self._secret:
            lines.append(f"X-Telegram-Bot-Api-Secret-Token: {self._secret}")
        reader, writer = await asyncio.open_connection(target.hostname, target.port or 80)
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            await writer.drain()
            status_line = await reader.readuntil(b"\r\n")
            await reader.read()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        return int(status_line.split()[1])
