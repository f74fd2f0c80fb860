"""The mailbox for the event loop: every call runs in one thread of its own, in order."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from bot.outbox.models import Announcement, OutgoingMessage, QueuedMessage, QueuedUpdate
from bot.outbox.store import Mailbox

P = ParamSpec("P")
T = TypeVar("T")


class AsyncMailbox:
    """Awaits the mailbox, so that a slow disk does not hold the event loop up."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self._thread = ThreadPoolExecutor(1, "mailbox")

    async def accept(self, updates: Sequence[QueuedUpdate]) -> tuple[QueuedUpdate, ...]:
        """Keep updates; return those that are new."""
        return await self._call(self.mailbox.accept, updates)

    async def left_over(self) -> tuple[tuple[QueuedUpdate, ...], tuple[QueuedMessage, ...]]:
        """Return what an earlier run left unanswered and unsent."""
        return await self._call(self.mailbox.waiting), await self._call(self.mailbox.unsent)

    async def settle(
        self, update_id: int, messages: Sequence[tuple[str, OutgoingMessage]]
    ) -> tuple[QueuedMessage, ...] | None:
        """Put the reply to an update in its place."""
        return await self._call(self.mailbox.settle, update_id, messages)

    async def defer(
        self, update_id: int, messages: Sequence[tuple[str, OutgoingMessage]]
    ) -> tuple[QueuedMessage, ...] | None:
        """Say something first, and keep the update for long work."""
        return await self._call(self.mailbox.defer, update_id, messages)

    async def post(
        self, messages: Sequence[tuple[str, OutgoingMessage]]
    ) -> tuple[QueuedMessage, ...]:
        """Put something on its way that no update asked for."""
        return await self._call(self.mailbox.post, messages)

    async def taken(self, queued: QueuedMessage, refused: bool = False) -> None:
        """Forget what Telegram has taken, or will never take."""
        await self._call(self.mailbox.taken, queued, refused)

    async def move(self, old: str, new: str) -> None:
        """Follow a group that became a supergroup."""
        await self._call(self.mailbox.move, old, new)

    async def announcement(self, announcement_id: int) -> Announcement | None:
        """Return an announcement with how far it has come."""
        return await self._call(self.mailbox.announcement, announcement_id)

    async def announce(
        self, announcement_id: int, chats: Sequence[str], message: OutgoingMessage
    ) -> tuple[QueuedMessage, ...]:
        """Send an announcement out, once however often it is confirmed."""
        return await self._call(self.mailbox.announce, announcement_id, chats, message)

    def close(self) -> None:
        """End the thread, when nobody calls any more."""
        self._thread.shutdown()

    async def _call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        # Shielded: what has begun is done, also when who asked for it is cancelled at the stop.
        return await asyncio.shield(
            loop.run_in_executor(self._thread, lambda: work(*args, **kwargs))
        )
