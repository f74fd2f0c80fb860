"""Runs add_documents with a fast encoder in processes of its own, to be ended at any instruction.

Started once. Each line on standard input is JSON: the arguments, and the seconds after which the
child that runs the command is killed, or null. What is printed is the child's exit code. A fork
costs no import, so that the moment of the kill is a moment of the work.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

import index.snapshot  # noqa: F401  # imported before the fork
from scripts import add_documents
from tests.fakes import HashingEncoder

BATCH_SECONDS = 0.02


class SlowEncoder(HashingEncoder):
    """Takes its time over a batch, as a real model does."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        time.sleep(BATCH_SECONDS)
        return super().encode_passages(texts)


def main() -> None:
    for line in sys.stdin:
        arguments, seconds = json.loads(line)
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            os._exit(add_documents.main(arguments, encoder=SlowEncoder()))
        if seconds is not None:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)  # not waited for yet, so the id is still the child's
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
