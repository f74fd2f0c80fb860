"""What nobody waits for is sent a little at a time, and never before what somebody waits for."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable

from bot.outbox.models import QueuedMessage


class SlowLane:
    """Hands messages on one by one, each when its chat has nothing else to get.

    ``pause`` gives the seconds between two; after a silence ``burst`` of them go without one.
    """

    def __init__(
        self,
        hand_on: Callable[[QueuedMessage], None],
        is_busy: Callable[[str], bool],
        pause: Callable[[], float],
        burst: int = 0,
    ) -> None:
        self._hand_on = hand_on
        self._is_busy = is_busy
        self._pause = pause
        self._burst = burst
        self._free_at = 0.0
        self._queue: deque[QueuedMessage] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def extend(self, queue: Iterable[QueuedMessage]) -> None:
        """Put messages at the end."""
        self._queue.extend(queue)

    def clear(self) -> None:
        """Forget what has not been handed on."""
        self._queue.clear()

    async def run(self) -> None:
        """Hand on what there is."""
        while self._queue:
            is_handed_on = self._hand_on_one()
            await asyncio.sleep(self._spent() if is_handed_on else self._pause())

    def _hand_on_one(self) -> bool:
        passed_over: set[str] = set()  # so that the messages of one chat keep their order
        for place, queued in enumerate(self._queue):
            if queued.chat_id not in passed_over and not self._is_busy(queued.chat_id):
                del self._queue[place]
                self._hand_on(queued)
                return True
            passed_over.add(queued.chat_id)
        return False

    def _spent(self) -> float:
        """Count one message; return how long the next has to wait."""
        now, pause = time.monotonic(), self._pause()
        self._free_at = max(self._free_at, now - self._burst * pause) + pause
        return max(0.0, self._free_at - now)
