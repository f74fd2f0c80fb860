"""The mailbox for the event loop: every call runs in one thread of its own, in order."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from bot.outbox.models import Announcement, Draft, Letter, Parcel
from bot.outbox.store import Mailbox

P = ParamSpec("P")
T = TypeVar("T")


class MailRoom:
    """Awaits the mailbox, so that a slow disk does not hold the event loop up."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self._thread = ThreadPoolExecutor(1, "mailbox")

    async def accept(self, letters: Sequence[Letter]) -> tuple[Letter, ...]:
        """Keep updates; return those that are new."""
        return await self._call(self.mailbox.accept, letters)

    async def left_over(self) -> tuple[tuple[Letter, ...], tuple[Parcel, ...]]:
        """Return what an earlier run left unanswered and unsent."""
        return await self._call(self.mailbox.waiting), await self._call(self.mailbox.unsent)

    async def settle(
        self, update_id: int, drafts: Sequence[tuple[int, Draft]]
    ) -> tuple[Parcel, ...] | None:
        """Put the reply to an update in its place."""
        return await self._call(self.mailbox.settle, update_id, drafts)

    async def defer(
        self, update_id: int, drafts: Sequence[tuple[int, Draft]]
    ) -> tuple[Parcel, ...] | None:
        """Say something first, and keep the update for long work."""
        return await self._call(self.mailbox.defer, update_id, drafts)

    async def post(self, drafts: Sequence[tuple[int, Draft]]) -> tuple[Parcel, ...]:
        """Put something on its way that no update asked for."""
        return await self._call(self.mailbox.post, drafts)

    async def taken(self, parcel: Parcel, refused: bool = False) -> None:
        """Forget what Telegram has taken, or will never take."""
        await self._call(self.mailbox.taken, parcel, refused)

    async def move(self, old: int, new: int) -> None:
        """Follow a group that became a supergroup."""
        await self._call(self.mailbox.move, old, new)

    async def announcement(self, announcement_id: int) -> Announcement | None:
        """Return an announcement with how far it has come."""
        return await self._call(self.mailbox.announcement, announcement_id)

    async def announce(
        self, announcement_id: int, chats: Sequence[int], draft: Draft
    ) -> tuple[Parcel, ...]:
        """Send an announcement out, once however often it is confirmed."""
        return await self._call(self.mailbox.announce, announcement_id, chats, draft)

    def close(self) -> None:
        """End the thread, when nobody calls any more."""
        self._thread.shutdown()

    async def _call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        # Shielded: what has begun is done, also when who asked for it is cancelled at the stop.
        return await asyncio.shield(
            loop.run_in_executor(self._thread, lambda: work(*args, **kwargs))
        )
