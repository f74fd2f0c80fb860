"""The mailbox for the event loop: every call runs in one thread of its own, in order."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from bot.outbox.fallback import FallbackMailbox, LeftOver
from bot.outbox.models import OutgoingMessage, QueuedMessage, QueuedUpdate, SetAside
from bot.outbox.store import Mailbox

P = ParamSpec("P")
T = TypeVar("T")


class AsyncMailbox:
    """Awaits the mailbox, so that a slow disk does not hold the event loop up."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = FallbackMailbox(mailbox)
        self._thread = ThreadPoolExecutor(1, "mailbox")

    async def accept(self, updates: Sequence[QueuedUpdate]) -> tuple[QueuedUpdate, ...]:
        """Keep updates; return those that are new."""
        return await self._call(self._mailbox.accept, updates)

    async def left_over(self) -> LeftOver:
        """Return what an earlier run left unanswered and unsent."""
        return await self._call(self._mailbox.left_over)

    async def recover(self) -> LeftOver:
        """Try the disk again after trouble; return what had to wait for it."""
        return await self._call(self._mailbox.recover)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be written at present; None where it can."""
        return self._mailbox.trouble

    async def settle(
        self, update_id: int, messages: Sequence[tuple[str, OutgoingMessage]]
    ) -> tuple[QueuedMessage, ...] | None:
        """Put the reply to an update in its place."""
        return await self._call(self._mailbox.settle, update_id, messages)

    async def defer(
        self, update_id: int, messages: Sequence[tuple[str, OutgoingMessage]]
    ) -> tuple[QueuedMessage, ...] | None:
        """Say something first, and keep the update for long work."""
        return await self._call(self._mailbox.defer, update_id, messages)

    async def post(
        self, messages: Sequence[tuple[str, OutgoingMessage]]
    ) -> tuple[QueuedMessage, ...]:
        """Put something on its way that no update asked for."""
        return await self._call(self._mailbox.post, messages)

    async def sending(self, queued: QueuedMessage, begun: bool = True) -> bool:
        """Note that a message is about to be sent, or did not arrive; False where it cannot be."""
        return await self._call(self._mailbox.sending, queued, begun)

    async def taken(self, queued: QueuedMessage) -> tuple[QueuedMessage, ...]:
        """Forget what Telegram has taken; return what is on its way for that."""
        return await self._call(self._mailbox.taken, queued)

    async def set_aside(
        self,
        queued: QueuedMessage,
        why: SetAside,
        instead: Sequence[tuple[str, OutgoingMessage]] = (),
    ) -> tuple[tuple[QueuedMessage, ...], bool]:
        """Forget what Telegram will never take; return what is said instead, and if it is news."""
        return await self._call(self._mailbox.set_aside, queued, why, instead)

    async def move(self, old: str, new: str) -> None:
        """Follow a group that became a supergroup."""
        await self._call(self._mailbox.move, old, new)

    async def announce(
        self, announcement_id: int, chats: Sequence[str], message: OutgoingMessage
    ) -> tuple[QueuedMessage, ...]:
        """Send an announcement out, once however often it is confirmed."""
        return await self._call(self._mailbox.announce, announcement_id, chats, message)

    def close(self) -> None:
        """End the thread, when nobody calls any more."""
        self._thread.shutdown()

    async def _call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        # Shielded: what has begun is done, also when who asked for it is cancelled at the stop.
        return await asyncio.shield(
            loop.run_in_executor(self._thread, lambda: work(*args, **kwargs))
        )
