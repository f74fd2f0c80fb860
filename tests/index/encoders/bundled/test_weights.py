import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.encoders.bundled import weights


@pytest.mark.parametrize("is_whole", [True, False])
def test_drafts_of_ended_processes_are_swept_and_those_of_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_whole: bool
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = {pid: tmp_path / f".model.{pid}" for pid in (ended.pid, os.getppid(), "khác")}
    for draft in names.values():
        draft.mkdir()
        (draft / "model.bin").write_text("dở dang")
    source = tmp_path / "weights.bin"
    source.write_bytes(b"w")
    monkeypatch.setattr(weights, "weights_path", lambda: source)
    monkeypatch.setattr(weights, "WeightFile", lambda _path: None)
    target = tmp_path / "model"
    if is_whole:
        weights.derive_folder(target, 1, lambda _file, folder: None)
        names[ended.pid].mkdir(exist_ok=True)
    weights.derive_folder(target, 1, lambda _file, folder: None)
    assert not names[ended.pid].exists()
    assert names[os.getppid()].exists()
    assert names["khác"].exists()
    assert target.is_dir()
