"""The process in which files are parsed: a line of JSON asks, a line of JSON answers.

sandbox.py starts it and ends it when it hangs; the system bounds its memory and its time, and those
of the programs it runs, and where it can, cuts them off from the network.
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
from documents.formats.isolation import cut_network, renounce_rights
from documents.formats.read import SUFFIXES, read
from documents.formats.zip_file import unpack

ALIVE: Mapping[str, object] = {"alive": True}
_STATM = Path("/proc/self/statm")  # the first figure: pages of memory addressed


def main() -> None:
    """Serve on standard input and output, which libraries that print must not reach."""
    memory = int(sys.argv[1])
    renounce_rights()
    cut_network()  # doctor says where that cannot be
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # a system that knows no such limit, or set a lower one
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    serve(sys.stdin, answers)


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer requests until there are no more; each says what memory and time it may take."""

    def say(answer: Mapping[str, object]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    for line in requests:
        request = json.loads(line)
        _allow_time(request["seconds"])
        _allow_memory(request["memory"])
        say(_answer(Path(request["path"]), request["folder"], lambda: say(ALIVE)))


def _answer(path: Path, folder: str | None, on_page: Callable[[], None]) -> Mapping[str, object]:
    """Read a file, or unpack an archive where a folder is given for it."""
    try:
        if folder is None:
            return {"reading": asdict(read(path, on_page))}
        members = unpack(path, Path(folder), lambda name: name.lower().endswith(SUFFIXES))
        return {"members": [(member.name, str(member.file), member.reason) for member in members]}
    except DocumentError as error:
        return {"refused": error.reason}
    except OSError as error:
        return {"refused": errors.reason_for(error, path)}
    except MemoryError:
        return {"refused": "cần quá nhiều bộ nhớ để đọc; hãy tách thành các tệp nhỏ hơn."}
    except RecursionError:
        return {"refused": "cấu trúc lồng quá sâu; hãy lưu lại dưới dạng PDF."}


def _allow_time(seconds: int) -> None:
    """Let the next file have its seconds: also where nobody is left to end the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _allow_memory(memory: int) -> None:
    """Let the next file have its bytes beside those that this process already holds."""
    if not _STATM.exists():  # a system that does not say what it holds: the hard limit is left
        return
    held = int(_STATM.read_text().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = held + memory if hard == resource.RLIM_INFINITY else min(held + memory, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
