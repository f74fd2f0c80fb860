"""How what was said gets to Telegram: in order within a chat, at its pace, until it is taken."""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.telegram.outgoing import send
from bot.outbox.async_store import AsyncMailbox
from bot.outbox.metrics import Metrics
from bot.outbox.models import OutgoingMessage, QueuedMessage
from bot.texts import answers, people

log = logging.getLogger(__name__)

SECONDS_A_MESSAGE = 1.0  # of one chat; Telegram's own rule, which AIORateLimiter leaves out
ANNOUNCEMENTS_A_SECOND = 10  # a third of what Telegram takes, so that answers are not held up
_CHAT_GONE = "chat not found"  # how a request that is in order is refused; there is no code for it
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0  # seconds between tries while Telegram cannot be reached
CHANGES = ("edit", "rows", "delete")  # of what a chat shows; a refused one leaves nothing to say
# The request cannot have arrived; after any other trouble it may have been carried out.
NOT_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Delivery:
    """Carries messages to their chats; ``on_move`` hears of groups that became supergroups."""

    def __init__(
        self, bot: Bot, mailbox: AsyncMailbox, metrics: Metrics, on_move: Callable[[str, str], None]
    ) -> None:
        self._bot = bot
        self._mailbox = mailbox
        self._metrics = metrics
        self._chats: dict[str, deque[QueuedMessage]] = {}
        self._last: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._announcing: deque[QueuedMessage] = deque()
        self._announcer: asyncio.Task[None] | None = None
        self._on_move = on_move

    def add(self, queue: Iterable[QueuedMessage]) -> None:
        """Send messages after what their chats are still to get."""
        for queued in queue:
            if queued.chat_id in self._chats:
                self._chats[queued.chat_id].append(queued)
            else:
                self._chats[queued.chat_id] = deque((queued,))
                self._start(self._drain(queued.chat_id))

    def announce(self, queue: Sequence[QueuedMessage]) -> None:
        """Send an announcement, slowly enough to hold no answer up."""
        self._announcing.extend(queue)
        if queue and (self._announcer is None or self._announcer.done()):
            self._announcer = self._start(self._announce())

    def resume(self, queue: Sequence[QueuedMessage]) -> None:
        """Send what an earlier run left; of each chat the first may have been taken already."""
        asked_for = [queued for queued in queue if queued.announcement is None]
        unsure = len({queued.chat_id for queued in asked_for})
        if unsure:
            log.warning("%d messages may have been sent before the last stop", unsure)
        self._metrics.resent(unsure)
        self.add(asked_for)
        self.announce([queued for queued in queue if queued.announcement is not None])

    async def finish(self, seconds: float) -> None:
        """Send what is left for so many seconds at most; the rest waits for the next start."""
        self._announcing.clear()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @property
    def waiting(self) -> int:
        """How many messages are on their way."""
        return sum(len(queue) for queue in self._chats.values()) + len(self._announcing)

    def _start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _announce(self) -> None:
        while self._announcing:
            self.add((self._announcing.popleft(),))
            await asyncio.sleep(1 / ANNOUNCEMENTS_A_SECOND)

    async def _drain(self, chat_id: str) -> None:
        queue = self._chats[chat_id]
        try:
            while queue:
                await self._deliver(queue)
        finally:
            del self._chats[chat_id]

    async def _deliver(self, queue: deque[QueuedMessage]) -> None:
        """Bring the first message to its end: taken, or refused for good."""
        queued = queue[0]
        pause = FIRST_PAUSE
        while True:
            await self._keep_pace(queued)
            try:
                await send(self._bot, int(queued.chat_id), queued.message)
                self._last[queued.chat_id] = time.monotonic()
            except RetryAfter as error:
                self._metrics.trouble("retry_after")
                await asyncio.sleep(_seconds(error) + random.uniform(0.05, 0.2))
            except ChatMigrated as moved:
                await self._move(queue, str(moved.new_chat_id))
                queued = queue[0]
            except (Forbidden, BadRequest) as error:
                if isinstance(error, Forbidden) or _CHAT_GONE in error.message.casefold():
                    self._metrics.trouble("forbidden")
                    log.info("a chat is gone or does not want to hear from the bot")
                    await self._give_up(queue)
                else:
                    await self._refused(queue, error)
                return
            except TelegramError as error:
                self._note_trouble(error)
                await asyncio.sleep(pause * random.uniform(0.8, 1.2))
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self._metrics.sent(queued.message.action)
                await self._end(queue)
                return

    async def _keep_pace(self, queued: QueuedMessage) -> None:
        if queued.message.action in CHANGES:
            return
        wait = self._last.get(queued.chat_id, 0.0) + SECONDS_A_MESSAGE - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        if len(self._last) > 10_000:  # chats that have long been silent need no pace
            self._last.clear()
        self._last[queued.chat_id] = time.monotonic()

    async def _move(self, queue: deque[QueuedMessage], new: str) -> None:
        """Send to the supergroup that a group has become."""
        old = queue[0].chat_id
        await self._mailbox.move(old, new)
        await asyncio.to_thread(self._on_move, old, new)
        moved = [replace(queued, chat_id=new) for queued in queue]
        queue.clear()
        queue.extend(moved)

    async def _give_up(self, queue: deque[QueuedMessage]) -> None:
        while queue:
            await self._end(queue, refused=True)

    async def _end(self, queue: deque[QueuedMessage], refused: bool = False) -> None:
        """Forget the first message; after the last of an announcement, tell its author."""
        queued = queue[0]
        await self._mailbox.taken(queued, refused)
        queue.popleft()
        if queued.announcement is None:
            return
        announcement = await self._mailbox.announcement(queued.announcement)
        if announcement and not announcement.left:
            told = people.announced(announcement.total, announcement.failed)
            self.add(await self._mailbox.post([(announcement.by, OutgoingMessage(text=told))]))

    async def _refused(self, queue: deque[QueuedMessage], error: BadRequest) -> None:
        """Say that an answer could not be shown; a refused edit has nothing left to change."""
        queued = queue[0]
        changes = queued.message.action in CHANGES
        self._metrics.trouble("edit_refused" if changes else "refused")
        (log.info if changes else log.error)(
            "Telegram refused a %s: %s", queued.message.action, error.message
        )
        await self._end(queue, refused=True)
        if queued.message.owed and not changes:
            instead = await self._mailbox.post(
                [(queued.chat_id, OutgoingMessage(text=answers.FAILED))]
            )
            queue.extendleft(reversed(instead))

    def _note_trouble(self, error: TelegramError) -> None:
        unsure = isinstance(error, NetworkError) and not isinstance(error.__cause__, NOT_ARRIVED)
        self._metrics.trouble("unsure" if unsure else "unreachable")
        log.warning("a message is sent again after %s", type(error).__name__)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()
