"""kill -9 of add_documents and sync at random moments: the old state or the new, never a mix."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from documents.store.library import Library
from scripts import doctor
from tests.support.builders import long_articles, resolution_text
from tests.support.encoders import HashingEncoder

ROOT = Path(__file__).parents[2]
KILLS = 10
DOCUMENTS = 3


class Runner:
    """The process that runs commands in children."""

    def __init__(self) -> None:
        self.encoded = ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.kill"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, arguments: list[str], seconds: float | None = None) -> int:
        """Run add_documents, end it after some seconds, and return its exit code."""
        return self.command("add_documents", arguments, seconds)

    def command(self, name: str, arguments: list[str], seconds: float | None = None) -> int:
        """Run a command; ``encoded`` then tells how many texts, if it came to its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, arguments, seconds]) + "\n")
        self._process.stdin.flush()
        code, self.encoded = self._process.stdout.readline().split()
        return int(code)

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


@dataclass(frozen=True, slots=True)
class Drive:
    """A folder of resolutions, some of which are then corrected, removed, moved and added."""

    folder: Path
    documents: int

    def fill(self) -> None:
        self.folder.mkdir()
        for place in range(self.documents):
            self._write(place)

    def change(self) -> None:
        for place in range(0, self.documents, 5):
            self._write(place, "đã sửa")
        for place in range(1, self.documents, 10):
            self._path(place).unlink()
        for place in range(2, self.documents, 10):
            path = self._path(place)
            path.rename(path.with_stem(f"{path.stem} (chuyển)"))
        for place in range(self.documents, self.documents + self.documents // 10 + 1):
            self._write(place)

    def _path(self, place: int) -> Path:
        return self.folder / f"{place:04}.txt"

    def _write(self, place: int, version: str = "") -> None:
        articles = long_articles(6, f"{place} {version}")
        text = resolution_text(f"{place + 1}-NQ/TU", f"về việc {place}", articles)
        self._path(place).write_text(text, "utf-8")
        os.utime(self._path(place), (10**9, 10**9))


def all_of(data: Path) -> tuple[object, ...]:
    """Everything that two libraries in step with one folder must have in common."""
    with Library(data / "library.db") as library:
        library.vectors(HashingEncoder().fingerprint, library.passage_keys())
        assert library.orphan_vectors() == 0
        entries = sorted(library.entries(), key=lambda entry: entry.document.document_id)
        return (
            [
                (
                    entry.document,
                    entry.superseded_by,
                    entry.replaced_by,
                    library.passages_of(entry.document.document_id),
                    library.arrivals.of(entry.document.document_id),
                    library.likenesses.of(entry.document.document_id),
                )
                for entry in entries
            ],
            sorted(path.name for path in (data / "originals").iterdir()),
        )


def hold_to_the_undisturbed_run(
    runner: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str], documents: int, kills: int
) -> None:
    """End sync at random moments, first of filling a library, then of following a change."""
    drive = Drive(tmp_path / "drive", documents)
    calm, data = tmp_path / "calm", tmp_path / "data"
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    for step in (drive.fill, drive.change):
        step()
        begun = time.monotonic()
        assert runner.command("sync", [str(drive.folder), "--yes", "--data", str(calm)]) == 0
        longest = time.monotonic() - begun
        killed = 0
        while killed < kills // 2:
            seconds = moments.uniform(0, longest / 3)  # so that it takes several runs
            arguments = [str(drive.folder), "--yes", "--data", str(data)]
            code = runner.command("sync", arguments, seconds)
            if code == -signal.SIGKILL:
                killed += 1
            else:
                longest *= 0.8
            if (data / "library.db").exists():
                code = doctor.main(["--data", str(data)], encoder=HashingEncoder())
                assert code == 0, f"seed {seed}: {capsys.readouterr().out}"
        assert runner.command("sync", [str(drive.folder), "--yes", "--data", str(data)]) == 0
        assert all_of(data) == all_of(calm), f"seed {seed}"
        assert not [path for path in data.rglob(".draft-*") if path.exists()]


def test_a_sync_that_is_ended_at_any_moment_comes_to_the_same_end(
    runner: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hold_to_the_undisturbed_run(runner, tmp_path, capsys, documents=20, kills=6)


@pytest.mark.slow
def test_thirty_kills_over_a_thousand_documents_come_to_the_same_end(
    runner: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hold_to_the_undisturbed_run(runner, tmp_path, capsys, documents=1000, kills=30)


@pytest.mark.slow
def test_a_second_sync_of_a_thousand_documents_encodes_nothing_in_ten_seconds(
    runner: Runner, tmp_path: Path
) -> None:
    drive = Drive(tmp_path / "drive", 1000)
    drive.fill()
    arguments = [str(drive.folder), "--data", str(tmp_path / "data")]
    assert runner.command("sync", arguments) == 0
    assert int(runner.encoded) >= 1000
    begun = time.monotonic()
    assert runner.command("sync", arguments) == 0
    assert time.monotonic() - begun < 10
    assert runner.encoded == "0"
