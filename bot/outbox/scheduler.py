"""Who is served next: the updates of one chat in order, many chats at once, each in its turn."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from bot.outbox.models import UPLOAD, QueuedUpdate

log = logging.getLogger(__name__)

UPLOADS = ""  # the lane of files, one after the other; no chat has this id

Work = Callable[[QueuedUpdate], Awaitable[None]]


class FairTurns:
    """Serves at most ``at_once`` updates at a time; a chat that has been served goes to the end.

    However much one chat sends, another's first update waits for one update of it at most.
    """

    def __init__(self, work: Work, at_once: int) -> None:
        self._work = work
        self._at_once = at_once
        self._lanes: dict[str, deque[QueuedUpdate]] = {}
        self._ready: deque[str] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._held = False
        self.waiting = 0

    def add(self, updates: Iterable[QueuedUpdate]) -> None:
        """Put updates at the end of their lanes."""
        for update in updates:
            key = UPLOADS if update.lane == UPLOAD else update.chat_id
            if key not in self._lanes:
                self._lanes[key] = deque()
                self._ready.append(key)
            self._lanes[key].append(update)
            self.waiting += 1
        self._fill()

    async def finish(self, seconds: float) -> None:
        """Serve what is waiting for so many seconds at most, then only what has begun."""
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            log.warning("%d accepted updates wait for the next start", self.waiting)
        self._held = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _fill(self) -> None:
        while self._ready and len(self._tasks) < self._at_once and not self._held:
            task = asyncio.create_task(self._serve(self._ready.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        if self._tasks:
            self._idle.clear()
        else:
            self._idle.set()

    async def _serve(self, key: str) -> None:
        lane = self._lanes[key]
        try:
            await self._work(lane[0])
        finally:
            lane.popleft()
            self.waiting -= 1
            if lane:
                self._ready.append(key)
            else:
                del self._lanes[key]

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("an update could not be worked on: %s", type(error).__name__)
        self._fill()
