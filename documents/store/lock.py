"""One process at a time changes the library of a data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from documents import errors
from documents.errors import LibraryError, LibraryInUseError

NAME = ".writing.lock"


@contextmanager
def writing(data: Path) -> Iterator[None]:
    """Hold the right to change; raises LibraryInUseError at once when another process has it.

    The system takes the lock back when a process ends, however it ends.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        file = (data / NAME).open("a+")
    except OSError as error:
        raise LibraryError(errors.line(error)) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip()
            raise LibraryInUseError(
                f"{data}: một tiến trình khác ({holder or 'không rõ số'}) đang cập nhật thư viện; "
                "hãy chạy lại khi tiến trình đó xong."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
