"""How long each stage of a question took, for the query log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Stopwatch:
    """Adds up the milliseconds of named stages; what no stage claims is "compose"."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}

    def add(self, stage: str, milliseconds: float) -> None:
        """Count time for a stage, which may come more than once."""
        self._spent[stage] = self._spent.get(stage, 0.0) + milliseconds

    def stages(self, total: float) -> tuple[tuple[str, float], ...]:
        """Return (stage, milliseconds) in the order they came, the rest of ``total`` last."""
        rest = max(0.0, total - sum(self._spent.values()))
        return (*self._spent.items(), ("compose", rest))


_running: ContextVar[Stopwatch | None] = ContextVar("stopwatch", default=None)


@contextmanager
def measuring() -> Iterator[Stopwatch]:
    """Give this thread's question a stopwatch of its own."""
    stopwatch = Stopwatch()
    token = _running.set(stopwatch)
    try:
        yield stopwatch
    finally:
        _running.reset(token)


@contextmanager
def timed(stage: str) -> Iterator[None]:
    """Count the block for a stage of the question being measured; free where none is."""
    stopwatch = _running.get()
    started = time.perf_counter()
    try:
        yield
    finally:
        if stopwatch is not None:
            stopwatch.add(stage, (time.perf_counter() - started) * 1000)
