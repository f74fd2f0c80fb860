"""How long each stage of a question took, for the query log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Adds up the milliseconds of one question's stages; what no stage claims is "compose"."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._spent: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the block for a stage, which may come more than once."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, (time.perf_counter() - started) * 1000)

    def add(self, stage: str, milliseconds: float) -> None:
        """Count time for a stage."""
        self._spent[stage] = self._spent.get(stage, 0.0) + milliseconds

    def elapsed(self) -> float:
        """Return the milliseconds since the question came."""
        return (time.perf_counter() - self._began) * 1000

    def stages(self, total: float) -> tuple[tuple[str, float], ...]:
        """Return (stage, milliseconds) in the order they came, the rest of ``total`` last."""
        rest = max(0.0, total - sum(self._spent.values()))
        return (*self._spent.items(), ("compose", rest))
