"""The real commands in processes of their own, with the real model and the real documents."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KILLS = 10


def command(name: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", f"scripts.{name}", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(name: str, *arguments: object) -> tuple[int, Any]:
    """Run a command to its end and return its exit code and its JSON."""
    process = command(name, *arguments, "--json")
    out, err = process.communicate(timeout=600)
    assert err == "", err
    return process.returncode, json.loads(out)


def passages(data: Path) -> dict[str, int]:
    code, listed = told("list_documents", "--data", data)
    assert code == 0
    return {one["source"]: one["passages"] for one in listed["documents"]}


def test_the_party_files_are_added_in_two_minutes_whole_and_searchable(
    shared_data: Path, tmp_path: Path
) -> None:
    begun = time.monotonic()
    code, said = told("add_documents", shared_data / "party", "--data", tmp_path)
    seconds = time.monotonic() - begun
    assert code == 0
    assert said["summary"]["added"] == 5
    assert seconds < 120
    assert told("doctor", "--data", tmp_path)[1]["faults"] == []
    code, said = told("add_documents", shared_data / "party", "--data", tmp_path)
    assert (code, said["summary"]["unchanged"]) == (0, 5)


def test_ten_kills_over_the_party_files_lose_and_double_nothing(
    shared_data: Path, tmp_path: Path
) -> None:
    party, data = shared_data / "party", tmp_path / "data"
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    for _ in range(KILLS):
        process = command("add_documents", party, "--data", data)
        try:
            process.communicate(timeout=moments.uniform(2, 20))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            assert process.returncode == -signal.SIGKILL
        if (data / "library.db").exists():
            code, found = told("doctor", "--data", data)
            assert (code, found["faults"]) == (0, []), f"seed {seed}"
    assert told("add_documents", party, "--data", data)[0] == 0
    assert told("add_documents", party, "--data", tmp_path / "undisturbed")[0] == 0
    assert passages(data) == passages(tmp_path / "undisturbed")
    assert told("doctor", "--data", data)[0] == 0
