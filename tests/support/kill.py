"""Runs commands of the staff with a fast encoder in processes that can be ended at any instruction.

Started once. Each line on standard input is JSON: the command, its arguments, and the seconds after
which the child that runs it is killed, or null. What is printed is the child's exit code, and how
many texts it has encoded. A fork costs no import, so that the moment of the kill is a moment of the
work.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

import index.snapshot.snapshot  # noqa: F401  # imported before the fork
from documents.formats.sandbox import FileReader
from scripts import add_documents, sync
from tests.support.encoders import DirectReader, HashingEncoder

BATCH_SECONDS = 0.02
# add_documents reads in a process of its own, as it does for the staff
COMMANDS: dict[str, tuple[Callable[..., int], FileReader | None]] = {
    "add_documents": (add_documents.main, None),
    "sync": (sync.main, DirectReader()),
}


class SlowEncoder(HashingEncoder):
    """Takes its time over a batch, as a real model does."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        time.sleep(BATCH_SECONDS)
        return super().encode_passages(texts)


def work(name: str, arguments: list[str], report: int) -> int:
    """Run a command in the child and write what it encoded to a pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    command, reader = COMMANDS[name]
    encoder = SlowEncoder()
    code = command(arguments, encoder=encoder, reader=reader)
    os.write(report, str(len(encoder.encoded)).encode())
    return code


def main() -> None:
    for line in sys.stdin:
        name, arguments, seconds = json.loads(line)
        told, report = os.pipe()
        child = os.fork()
        if child == 0:
            os._exit(work(name, arguments, report))
        os.close(report)
        if seconds is not None:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)  # not waited for yet, so the id is still the child's
        _, status = os.waitpid(child, 0)
        encoded = os.read(told, 20).decode() or "-"
        os.close(told)
        print(os.waitstatus_to_exitcode(status), encoded, flush=True)


if __name__ == "__main__":
    main()
