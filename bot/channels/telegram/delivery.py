"""How what was said gets to Telegram: in order within a chat, at its pace, until it is taken.

What will never be taken is set aside, and administrators hear of it: it stops no chat.
"""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

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

from bot.channels.telegram.outgoing import outgoing_parts, send
from bot.channels.telegram.slow_lane import SlowLane
from bot.outbox.async_store import AsyncMailbox
from bot.outbox.metrics import Metrics
from bot.outbox.models import Fault, OutgoingMessage, QueuedMessage, SetAside
from bot.texts import answers
from bot.texts import library as texts
from bot.turn import Message
from documents import errors

log = logging.getLogger(__name__)

SECONDS_A_MESSAGE = 1.0  # of one chat; Telegram's own rule, which AIORateLimiter leaves out
ANNOUNCEMENTS_A_SECOND = 10  # a third of what Telegram takes, so that answers are not held up
STRANGERS_A_SECOND = 3  # a tenth; with the announcements, members still have most of it
STRANGERS_AT_ONCE = 5  # messages to them that need not wait, after a silence
MAX_SENDINGS = 3  # runs that sent a message and ended without learning what became of it
_CHAT_GONE = "chat not found"  # how a request that is in order is refused; there is no code for it
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0  # seconds between tries while Telegram cannot be reached
CHANGES = ("edit", "rows", "delete")  # of what a chat shows; a refused one leaves nothing to say
# The request cannot have arrived; after any other trouble it may have been carried out.
NOT_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
UNSENDABLE = (OSError, ValueError)  # of what a message is made of; the network's are Telegram's

Alerts = Callable[[SetAside, str], Sequence[tuple[str, Message]]]


class Delivery:
    """Carries messages to their chats; ``on_move`` hears of groups that became supergroups.

    ``alerts`` says whom to tell of a message that was set aside, and what.
    """

    def __init__(
        self,
        bot: Bot,
        mailbox: AsyncMailbox,
        metrics: Metrics,
        on_move: Callable[[str, str], None],
        alerts: Alerts,
    ) -> None:
        self._bot = bot
        self._mailbox = mailbox
        self._metrics = metrics
        self._chats: dict[str, deque[QueuedMessage]] = {}
        self._last: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._announcing = self._lane(lambda: 1 / ANNOUNCEMENTS_A_SECOND)
        self._of_strangers = self._lane(lambda: 1 / STRANGERS_A_SECOND, STRANGERS_AT_ONCE)
        self._running: dict[SlowLane, asyncio.Task[None]] = {}
        self._is_ending = False
        self._on_move = on_move
        self._alerts = alerts

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
        self._slowly(self._announcing, queue)

    def add_of_stranger(self, queue: Sequence[QueuedMessage]) -> None:
        """Send what comes of the words of somebody who was not let in."""
        self._slowly(self._of_strangers, queue)

    def resume(self, queue: Sequence[QueuedMessage]) -> None:
        """Send what an earlier run left, some of which may have been taken already."""
        asked_for = [queued for queued in queue if queued.announcement is None]
        unsure = sum(queued.tries > 0 for queued in queue)
        if unsure:
            log.warning("%d messages may have been sent before the last stop", unsure)
        self._metrics.resent(unsure)
        self.add(asked_for)
        self.announce([queued for queued in queue if queued.announcement is not None])

    async def finish(self, seconds: float) -> None:
        """Send what is left for so many seconds at most; the rest waits for the next start."""
        self._announcing.clear()
        self._of_strangers.clear()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            self._is_ending = True
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @property
    def waiting(self) -> int:
        """How many messages are on their way."""
        slow = len(self._announcing) + len(self._of_strangers)
        return sum(len(queue) for queue in self._chats.values()) + slow

    def _lane(self, pause: Callable[[], float], burst: int = 0) -> SlowLane:
        return SlowLane(lambda queued: self.add((queued,)), self._chats.__contains__, pause, burst)

    def _slowly(self, lane: SlowLane, queue: Sequence[QueuedMessage]) -> None:
        lane.extend(queue)
        running = self._running.get(lane)
        if queue and (running is None or running.done()):
            self._running[lane] = self._start(lane.run())

    def _start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("messages could not be sent: %s", type(error).__name__)

    async def _drain(self, chat_id: str) -> None:
        queue = self._chats[chat_id]
        try:
            while queue:
                await self._deliver(queue)
        finally:
            del self._chats[chat_id]
            if queue and not self._is_ending:
                queue.popleft()  # a fault nobody foresaw: it waits for the next start, alone
                self.add(queue)

    async def _deliver(self, queue: deque[QueuedMessage]) -> None:
        """Bring the first message to its end: taken, or set aside."""
        if queue[0].tries >= MAX_SENDINGS:
            await self._set_aside(queue, SetAside(Fault.UNSURE, str(queue[0].queue_id)))
            return
        course = _Course()
        while True:
            await self._keep_pace(queue[0])
            try:
                if await self._send(queue[0], course):
                    posted = await self._mailbox.taken(queue[0])
                    queue.popleft()
                    self.add(posted)
                    return
            except ChatMigrated as moved:
                await self._move(queue, str(moved.new_chat_id))
            except Forbidden:
                await self._give_up(queue)
                return
            except BadRequest as error:
                if _CHAT_GONE in error.message.casefold():
                    await self._give_up(queue)
                else:
                    await self._refused(queue, error)
                return
            except UNSENDABLE as error:
                await self._unsendable(queue, error)
                return

    async def _send(self, queued: QueuedMessage, course: "_Course") -> bool:
        """Make the call; False after a pause where it has to be made again."""
        course.is_noted = course.is_noted or await self._mailbox.sending(queued)
        if queued.tries and not course.is_noted:  # else a full disk sends it with every start
            await course.wait()
            return False
        try:
            await send(self._bot, int(queued.chat_id), queued.message)
        except RetryAfter as error:
            self._metrics.trouble("retry_after")
            course.is_noted = not await self._mailbox.sending(queued, begun=False)
            await asyncio.sleep(_seconds(error) + random.uniform(0.05, 0.2))
        except (ChatMigrated, Forbidden, BadRequest):
            raise
        except TelegramError as error:
            log.warning("a message is sent again after %s", type(error).__name__)
            if _is_unsure(error):
                self._metrics.trouble("unsure")
            else:
                self._metrics.trouble("unreachable")
                course.is_noted = not await self._mailbox.sending(queued, begun=False)
            await course.wait()
        else:
            if queued.message.action not in CHANGES:
                self._last[queued.chat_id] = time.monotonic()
            self._metrics.sent(queued.message.action)
            return True
        return False

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
        """Go on without a chat that is gone or does not want to hear from the bot."""
        self._metrics.trouble("forbidden")
        log.info("a chat is gone or does not want to hear from the bot")
        while queue:
            await self._set_aside(queue, SetAside(Fault.GONE, queue[0].chat_id))

    async def _refused(self, queue: deque[QueuedMessage], error: BadRequest) -> None:
        """Say that an answer could not be shown; a refused edit has nothing left to change."""
        message = queue[0].message
        if message.action in CHANGES:
            self._metrics.trouble("edit_refused")
            log.info("Telegram refused a %s: %s", message.action, error.message)
            posted = await self._mailbox.taken(queue[0])
            queue.popleft()
            self.add(posted)
            return
        self._metrics.trouble("refused")
        log.error("Telegram refused a %s: %s", message.action, error.message)
        why = SetAside(Fault.REFUSED, f"{message.action}: {error.message}", error.message)
        await self._set_aside(queue, why, answers.FAILED)

    async def _unsendable(self, queue: deque[QueuedMessage], error: OSError | ValueError) -> None:
        """Say that a file is gone; a message that makes no sense otherwise is said to be failed."""
        message = queue[0].message
        self._metrics.trouble("unsendable")
        log.error("a %s cannot be sent: %s", message.action, type(error).__name__)
        if isinstance(error, OSError) and message.path:
            reason = errors.reason_for(error, Path(message.path))
            why = SetAside(Fault.FILE, message.name or Path(message.path).name, reason)
            await self._set_aside(queue, why, texts.NO_ORIGINAL)
        else:
            reason = type(error).__name__
            why = SetAside(Fault.REFUSED, f"{message.action}: {reason}", reason)
            await self._set_aside(queue, why, answers.FAILED)

    async def _set_aside(
        self, queue: deque[QueuedMessage], why: SetAside, instead: str | None = None
    ) -> None:
        """Go on without the first message; who waits for it gets ``instead``."""
        queued = queue[0]
        said = OutgoingMessage(text=instead or "", message_id=queued.message.message_id)
        owed = [(queued.chat_id, said)] if instead and queued.message.owed else []
        posted, is_new = await self._mailbox.set_aside(queued, why, owed)
        if is_new and queued.announcement is None:  # of an announcement the failures are summed up
            told = await asyncio.to_thread(self._alerts, why, queued.chat_id)
            alerts = [(who, part) for who, message in told for part in outgoing_parts(message)]
            self.add(await self._mailbox.post(alerts) if alerts else ())
        queue.popleft()
        queue.extendleft(reversed(posted[: len(owed)]))
        self.add(posted[len(owed) :])


@dataclass(slots=True)
class _Course:
    """How far the sending of one message has come in this run."""

    is_noted: bool = False
    pause: float = field(default_factory=lambda: FIRST_PAUSE)

    async def wait(self) -> None:
        """Wait, longer each time."""
        await asyncio.sleep(self.pause * random.uniform(0.8, 1.2))
        self.pause = min(2 * self.pause, LONGEST_PAUSE)


def _is_unsure(error: TelegramError) -> bool:
    """Whether a call that failed may have been carried out."""
    return isinstance(error, NetworkError) and not isinstance(error.__cause__, NOT_ARRIVED)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()
