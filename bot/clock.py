"""The time of day, which in one run of the bot never goes back.

A machine whose clock is set back must not make valid again what has expired.
"""

import threading
import time
from datetime import UTC, datetime

_lock = threading.Lock()
_last = (0.0, 0.0)  # the time of day that was told last, in seconds of the epoch; the monotonic one


def now() -> datetime:
    """Return the time of day, or where that was set back, what it would be otherwise."""
    global _last
    with _lock:
        told, at = _last
        monotonic = time.monotonic()
        moment = max(time.time(), told + (monotonic - at) if told else 0.0)
        _last = (moment, monotonic)
    return datetime.fromtimestamp(moment, UTC)
