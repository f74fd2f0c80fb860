"""The process in which files are parsed: a line of JSON asks, a line of JSON answers.

sandbox.py starts it and ends it when it hangs; the system bounds its memory and its time, and those
of the programs it runs.
"""

import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from documents import errors
from documents.errors import DocumentError
from documents.formats.attachments import unpack_file
from documents.formats.read import SUFFIXES, read

ALIVE: Mapping[str, object] = {"alive": True}


def main() -> None:
    """Serve on standard input and output, which libraries that print must not reach."""
    memory, seconds = map(int, sys.argv[1:3])
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # a system that knows no such limit, or set a lower one
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    serve(sys.stdin, answers, seconds)


def serve(requests: TextIO, answers: TextIO, seconds: int) -> None:
    """Answer requests until there are no more; each may use so many seconds of the processor."""

    def say(answer: Mapping[str, object]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    for line in requests:
        request = json.loads(line)
        _allow(seconds)
        say(_answer(Path(request["path"]), request["folder"], lambda: say(ALIVE)))


def _answer(path: Path, folder: str | None, on_page: Callable[[], None]) -> Mapping[str, object]:
    """Read a file, or unpack an archive where a folder is given for it."""
    try:
        if folder is None:
            return {"reading": asdict(read(path, on_page))}
        members = unpack_file(path, Path(folder), lambda name: name.lower().endswith(SUFFIXES))
        return {"members": [(member.name, str(member.file), member.reason) for member in members]}
    except DocumentError as error:
        return {"refused": error.reason}
    except OSError as error:
        return {"refused": errors.reason_for(error, path)}
    except MemoryError:
        return {"refused": "cần quá nhiều bộ nhớ để đọc; hãy tách thành các tệp nhỏ hơn."}
    except RecursionError:
        return {"refused": "cấu trúc lồng quá sâu; hãy lưu lại dưới dạng PDF."}


def _allow(seconds: int) -> None:
    """Let the next file have its seconds: also where nobody is left to end the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))
