"""Files read in a process of their own, so that a bad one ends with its own refusal."""

import json
import logging
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self

from documents.errors import DocumentError
from documents.formats.isolation import clean_environment, hide_memory
from documents.formats.read import Reading
from documents.formats.zip_file import Member
from documents.layout.secrecy import Mark

_LOG = logging.getLogger(__name__)
_ROOT = str(Path(__file__).parents[2])
_START = (
    "import sys; sys.path.insert(0, {root!r}); "
    "from documents.formats.sandbox_child import main; main()"
)
_LEAST_MEMORY = 2**30  # bytes; a page of a large drawing takes a few hundred megabytes
_MEMORY_A_BYTE = 100  # openpyxl takes fifty times what a workbook has on disk
_LEAST_SECONDS = 20
_SECONDS_A_MEGABYTE = 15  # a full workbook takes half of it
_BY_PAGES = frozenset((".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".zip"))
_TOO_LONG = (
    "đọc quá lâu nên đã dừng; hãy tách thành các tệp nhỏ hơn hoặc lưu lại bằng chương trình khác."
)
_PIECE = 2**16
_SHOWN = 2000  # characters of what the process said before it died


class FileReader(Protocol):
    """What turns a file into text, and an archive into files."""

    def read(self, path: Path) -> Reading:
        """Read a document; raises DocumentError with one line."""

    def unpack(self, path: Path, folder: Path) -> tuple[Member, ...]:
        """Unpack the documents of an archive into a folder; raises DocumentError."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: bytes of memory, seconds without a page done, seconds in all.

    Up to these, what a file may cost goes by its size. Files whose pages are read one by one have
    their time a page, for a picture of a few kilobytes takes seconds.
    """

    memory: int = 3 * 2**30
    silent_seconds: float = 180  # more than tesseract is given for a page
    seconds: float = 3600  # a scanned book of several hundred pages

    def memory_for(self, size: int) -> int:
        """Return the bytes of memory that a file of so many bytes may take."""
        return min(self.memory, _LEAST_MEMORY + _MEMORY_A_BYTE * size)

    def seconds_for(self, path: Path, size: int) -> float:
        """Return the seconds of the processor that a file of so many bytes may take."""
        if path.suffix.lower() in _BY_PAGES:
            return self.seconds
        return min(self.seconds, _LEAST_SECONDS + _SECONDS_A_MEGABYTE * size / 2**20)


class ReadingProcess:
    """Reads files one after another in a child process, which is started when first needed.

    A file over the limits, or one that ends the process, is refused and the process replaced.
    """

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._buffer = b""

    def __enter__(self) -> Self:
        """Give the reader."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self.close()

    def read(self, path: Path) -> Reading:
        """Read a document; raises DocumentError with one Vietnamese line that names it."""
        answer = self._ask(path, None)["reading"]
        return Reading(
            text=answer["text"],
            page_starts=tuple(answer["page_starts"]),
            recognised=answer["recognised"],
            unread=tuple(answer["unread"]),
            marks=tuple(Mark(**mark) for mark in answer["marks"]),
        )

    def unpack(self, path: Path, folder: Path) -> tuple[Member, ...]:
        """Unpack the documents of an archive into a folder, within the bounds of zip_file.py."""
        answer = self._ask(path, str(folder))["members"]
        return tuple(Member(name, Path(file), reason) for name, file, reason in answer)

    def close(self) -> None:
        """End the process, with the programs it runs."""
        child, self._child = self._child, None
        if child is not None:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            for pipe in (child.stdin, child.stdout, self._errors):
                if pipe:
                    pipe.close()

    def _ask(self, path: Path, folder: str | None) -> dict[str, Any]:
        size = path.stat().st_size if path.is_file() else 0
        asked = {
            "path": str(path.absolute()),
            "folder": folder,
            "memory": self._limits.memory_for(size),
            "seconds": ceil(self._limits.seconds_for(path, size)),
        }
        request = json.dumps(asked) + "\n"
        with self._lock:
            answered = False
            try:
                answer = self._answer(path, request.encode())
                answered = True
            finally:
                if not answered:  # it hangs, is gone, or has an answer that nobody waits for
                    self.close()
        if refusal := answer.get("refused"):
            raise DocumentError(path, refusal)
        return answer

    def _answer(self, path: Path, request: bytes) -> dict[str, Any]:
        child = self._started()
        assert child.stdin is not None
        try:
            child.stdin.write(request)
            child.stdin.flush()
        except BrokenPipeError:
            raise self._death(path) from None
        end = time.monotonic() + self._limits.seconds
        while True:
            answer: dict[str, Any] = json.loads(self._line(path, end))
            if "alive" not in answer:
                return answer

    def _line(self, path: Path, end: float) -> bytes:
        """Wait for a line, no longer than the limits allow."""
        assert self._child is not None
        assert self._child.stdout is not None
        pipe = self._child.stdout.fileno()
        deadline = min(end, time.monotonic() + self._limits.silent_seconds)
        pieces = [self._buffer]
        while b"\n" not in pieces[-1]:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise DocumentError(path, _TOO_LONG)
            pieces.append(os.read(pipe, _PIECE))
            if not pieces[-1]:
                raise self._death(path)
        line, _, self._buffer = b"".join(pieces).partition(b"\n")
        return line

    def _death(self, path: Path) -> DocumentError:
        """Log what the process said before it ended, and refuse the file that ended it."""
        assert self._child is not None
        assert self._errors is not None
        if self._child.wait() == -signal.SIGXCPU:
            return DocumentError(path, _TOO_LONG)
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace")[-_SHOWN:]
        _LOG.warning("reading %s ended the process: %s", path, said.strip() or "without a word")
        return DocumentError(
            path,
            "tệp làm chương trình đọc dừng đột ngột (hỏng hoặc cần quá nhiều bộ nhớ); "
            "hãy mở và lưu lại tệp, hoặc tách thành các tệp nhỏ hơn.",
        )

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            hide_memory()
            self._buffer = b""
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the process
            self._child = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    _START.format(root=_ROOT),
                    str(self._limits.memory),
                ],
                env=clean_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                start_new_session=True,  # Ctrl+C ends this process, which then ends that one
            )
        return self._child
