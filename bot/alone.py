"""One bot at a time serves a data folder: two would send every reply that is left over twice."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import messages

NAME = ".serving.lock"


class ServedAlreadyError(Exception):
    """Another bot serves the folder; the message is one Vietnamese line."""


@contextmanager
def serving(data: Path) -> Iterator[None]:
    """Hold the folder; raises ServedAlreadyError at once when another process has it.

    The system takes the lock back when a process ends, however it ends.
    """
    with (data / NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServedAlreadyError(messages.SERVED_ALREADY.format(data=data)) from error
        yield
