"""kill -9 of add_documents at random moments: the old state or the new one, never a mix."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.library import Library
from scripts import doctor
from tests.fakes import HashingEncoder
from tests.making import long_articles, resolution_text

ROOT = Path(__file__).parent.parent
KILLS = 10
DOCUMENTS = 3


class Runner:
    """The process that runs add_documents in children."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.killable"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, arguments: list[str], seconds: float | None = None) -> int:
        """Run add_documents, end it after some seconds, and return its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([arguments, seconds]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    started = Runner()
    yield started
    started.close()


def state(data: Path) -> dict[str, tuple[object, ...]]:
    """Everything that is kept of each document; raises when a vector is missing."""
    encoder = HashingEncoder()
    with Library(data / "library.db") as library:
        keys = library.passage_keys()
        library.vectors(encoder.fingerprint, keys)
        passages = library.passages_at(keys)
        assert len({passage.passage_id for passage in passages}) == len(passages)
        return {
            document.document_id: (document, library.passages_of(document.document_id))
            for document in library.documents()
        }


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    for place in range(1, DOCUMENTS + 1):
        text = resolution_text(
            f"{place:02}-NQ/TU", f"về việc {place}", long_articles(33, str(place))
        )
        (folder / f"{place}.txt").write_text(text, encoding="utf-8")
    return folder


def test_a_run_that_is_ended_at_any_moment_can_be_run_again(
    runner: Runner, inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    undisturbed, data = tmp_path / "undisturbed", tmp_path / "data"
    begun = time.monotonic()
    assert runner.run([str(inbox), "--data", str(undisturbed)]) == 0
    whole = time.monotonic() - begun
    wanted = state(undisturbed)
    assert len(wanted) == DOCUMENTS

    seed = random.randrange(10**6)
    moments = random.Random(seed)
    killed, seen = 0, set()
    longest = [whole, whole / 2]  # a second run finds vectors of the first
    while killed < KILLS:
        for place in range(len(longest)):
            seconds = moments.uniform(0, longest[place])
            code = runner.run([str(inbox), "--data", str(data)], seconds)
            if code == -signal.SIGKILL:
                killed += 1
            else:  # it had ended before: aim earlier, or a busy machine makes this test long
                longest[place] *= 0.8
            if (data / "library.db").exists():
                code = doctor.main(["--data", str(data)], encoder=HashingEncoder())
                assert code == 0, f"seed {seed}: {capsys.readouterr().out}"
                present = state(data)
                assert present.items() <= wanted.items(), f"seed {seed}"
                seen.add(len(present))
        assert runner.run([str(inbox), "--data", str(data)]) == 0
        assert state(data) == wanted, f"seed {seed}"
        shutil.rmtree(data)
    assert len(seen) > 1, "every kill came at the same stage"


def test_the_lock_of_a_killed_run_does_not_stay(
    runner: Runner, inbox: Path, tmp_path: Path
) -> None:
    assert runner.run([str(inbox), "--data", str(tmp_path)], 0.05) == -signal.SIGKILL
    assert runner.run([str(inbox), "--data", str(tmp_path)]) == 0
