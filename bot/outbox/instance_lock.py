"""Which bots may serve a data folder together: one, or several that have names.

Two of one name would send every reply that is left over twice.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot.errors import ServedAlreadyError
from bot.texts import starting

NAME = ".serving.lock"
OF_AN_INSTANCE = ".serving-{}.lock"
NEWS = ".news.lock"


@contextmanager
def serving(data: Path, instance: str | None = None) -> Iterator[None]:
    """Hold the folder; raises ServedAlreadyError at once when another process has it.

    Instances of different names hold it together, one without a name alone. The system takes the
    lock back when a process ends, however it ends.
    """
    with (
        _held(data / NAME, fcntl.LOCK_SH if instance else fcntl.LOCK_EX) as is_free,
        _held(data / OF_AN_INSTANCE.format(instance or ""), fcntl.LOCK_EX) as is_own,
    ):
        if not (is_free and is_own):
            raise ServedAlreadyError(starting.SERVED_ALREADY.format(data=data))
        yield


@contextmanager
def telling_news(data: Path) -> Iterator[bool]:
    """Let one instance at a time tell people what is new; False while another does."""
    with _held(data / NEWS, fcntl.LOCK_EX) as is_free:
        yield is_free


@contextmanager
def _held(path: Path, kind: int) -> Iterator[bool]:
    with _opened(path) as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _opened(path: Path) -> TextIO:
    """Open a file to be held; one that is there can be held on a disk that only reads, too."""
    try:
        return path.open("a+")
    except OSError:
        if not path.is_file():
            raise
        return path.open()
