"""The queue of updates: offsets that acknowledge, one poller at a time, allowed kinds."""

import asyncio
from dataclasses import dataclass

from tests.telegram_server.types import TERMINATED, ApiError, Wire

UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MAX_BATCH = 100
# A client that stops polling closes its connection just before its last, acknowledging call;
# the server needs a moment to see that, or it would report a second poller.
GRACE = 0.02


@dataclass(frozen=True, slots=True)
class Update:
    """An update until the bot acknowledges it."""

    update_id: int
    kind: str
    body: Wire

    def wire(self) -> Wire:
        return {"update_id": self.update_id, self.kind: self.body}


class UpdateQueue:
    """Keeps every update until a later offset, or the webhook's answer, acknowledges it."""

    def __init__(self) -> None:
        self.webhook_url = ""
        self.withheld: list[Update] = []
        self._pending: list[Update] = []
        self._next_id = 700_001
        self._allowed: frozenset[str] | None = None
        self._changed = asyncio.Condition()
        self._poller: object | None = None

    @property
    def pending(self) -> tuple[Update, ...]:
        """The updates nobody has acknowledged yet."""
        return tuple(self._pending)

    def allow(self, kinds: object) -> None:
        """Set the kinds to deliver from now on; None keeps the setting, empty is the default."""
        if isinstance(kinds, list):
            self._allowed = frozenset(map(str, kinds)) or None

    def allows(self, kind: str) -> bool:
        """Say whether updates of a kind are delivered."""
        return kind not in UNASKED if self._allowed is None else kind in self._allowed

    async def put(self, kind: str, body: Wire) -> Update:
        """Append an update; one of a kind that is not allowed is withheld, as Telegram does."""
        update = Update(self._next_id, kind, body)
        self._next_id += 1
        if not self.allows(kind):
            self.withheld.append(update)
            return update
        self._pending.append(update)
        await self.wake()
        return update

    async def wake(self) -> None:
        """Let whoever waits look again."""
        async with self._changed:
            self._changed.notify_all()

    def acknowledge(self, offset: int) -> None:
        """Forget the updates below an offset; a negative one keeps only that many at the end."""
        if offset < 0:
            self._pending = self._pending[offset:]
        else:
            self._pending = [update for update in self._pending if update.update_id >= offset]

    def clear(self) -> None:
        """Drop everything that is pending."""
        self._pending.clear()

    async def first(self) -> Update:
        """Wait for the oldest pending update and leave it in the queue."""
        async with self._changed:
            await self._changed.wait_for(lambda: bool(self._pending))
            return self._pending[0]

    async def emptied(self) -> None:
        """Wait until every update has been acknowledged."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._pending)

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Wire]:
        """Serve getUpdates: acknowledge, then wait for updates up to the timeout."""
        self._refuse_beside_webhook()
        if self._poller is not None:
            await asyncio.sleep(GRACE)
        me = object()
        self._poller = me
        self.acknowledge(offset)
        try:
            await self.wake()
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(lambda: self._poller is not me or self._ready())
        except TimeoutError:
            pass
        finally:
            superseded = self._poller is not me
            if not superseded:
                self._poller = None
        self._refuse_beside_webhook()
        if superseded:
            raise ApiError(409, TERMINATED)
        return [update.wire() for update in self._pending[: limit or MAX_BATCH]]

    def _ready(self) -> bool:
        return bool(self._pending or self.webhook_url)

    def _refuse_beside_webhook(self) -> None:
        if self.webhook_url:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
