"""How fast one person may ask, so that nobody's haste slows the others down."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_SECONDS = 60.0
REMEMBERED = 10_000  # people; one who is forgotten may begin a new minute


class Pace:
    """Counts the questions of each person in the last minute."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute = a_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, user_id: str) -> bool:
        """Count a question; False when it is one too many, and then it is not counted."""
        now = self._clock()
        with self._lock:
            asked = self._asked.setdefault(user_id, deque())
            self._asked.move_to_end(user_id)
            while len(self._asked) > REMEMBERED:
                self._asked.popitem(last=False)
            while asked and now - asked[0] >= WINDOW_SECONDS:
                asked.popleft()
            if len(asked) >= self._a_minute:
                return False
            asked.append(now)
            return True

    def wait(self, user_id: str) -> int:
        """Return after how many seconds a person may ask again."""
        with self._lock:
            asked = self._asked.get(user_id)
            oldest = asked[0] if asked else self._clock() - WINDOW_SECONDS
        return max(1, round(oldest + WINDOW_SECONDS - self._clock()))
