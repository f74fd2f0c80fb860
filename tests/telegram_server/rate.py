"""How fast Telegram promises to take messages, and who came faster."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass

from tests.telegram_server.types import ApiError


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``messages`` in any ``seconds``."""

    messages: int
    seconds: float


# Telegram's published limits. The first is 5 % lenient, for the difference between two clocks.
IN_A_CHAT = Limit(1, 0.95)
IN_A_GROUP = Limit(20, 60.0)
OVERALL = Limit(30, 1.0)


class RateMeter:
    """Counts messages that come faster than Telegram promises to take them."""

    def __init__(self) -> None:
        self.breaches: list[tuple[int, float]] = []
        self._taken: dict[tuple[int | None, Limit], deque[float]] = defaultdict(deque)

    def count(self, chat_id: int, now: float, *, strict: bool) -> None:
        """Count a message at a time in seconds; record one that is too soon, refuse it if strict.

        A refused message does not count; a recorded one that was let through does.
        """
        windows = [(chat_id, IN_A_CHAT), (None, OVERALL)]
        if chat_id < 0:
            windows.append((chat_id, IN_A_GROUP))
        wait = max(self._wait(window, now) for window in windows)
        if wait > 0:
            self.breaches.append((chat_id, now))
            if strict:
                seconds = math.ceil(wait)
                text = f"Too Many Requests: retry after {seconds}"
                raise ApiError(429, text, retry_after=seconds)
        for window in windows:
            self._taken[window].append(now)

    def _wait(self, window: tuple[int | None, Limit], now: float) -> float:
        taken, limit = self._taken[window], window[1]
        while taken and now - taken[0] >= limit.seconds:
            taken.popleft()
        if len(taken) < limit.messages:
            return 0.0
        return taken[-limit.messages] + limit.seconds - now
