"""The command that trains a reader: what it refuses, and that what it writes is opened."""

import json
from pathlib import Path

import pytest

from scripts.train_reader import main
from tests.support.commands import one_line
from tests.support.reader_data import write_folder


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    return one_line(printed.err)


def test_a_model_that_is_there_is_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "reader.json").write_text("{}")
    assert "đã có mô hình" in refused(["--out", str(tmp_path)], capsys)


def test_a_training_under_way_is_gone_on_with_or_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"")
    assert "hãy thêm --resume" in refused(["--out", str(tmp_path)], capsys)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--steps", "9", "--minutes", "9"], "chỉ chọn một trong --steps và --minutes"),
        (["--minutes", "0"], "“0” không phải số dương"),
        (["--candidates", "1"], "“1” quá ít"),
        (["--dropout", "1"], "“1” không phải số từ 0 đến dưới 1"),
    ],
)
def test_values_that_make_no_sense_are_told(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--out", str(tmp_path), *arguments])
    assert end.value.code == 2
    assert told in one_line(capsys.readouterr().err)


@pytest.mark.slow
def test_a_trained_reader_is_opened_and_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    from retrieval.cross_encoder.model import CrossEncoder

    folder, out = write_folder(tmp_path / "data"), tmp_path / "reader"
    options = "--steps 2 --groups 2 --candidates 2 --freeze 11 --without written --json".split()
    assert main([str(folder), "--out", str(out), *options]) == 0
    card = json.loads(capsys.readouterr().out)
    reader = CrossEncoder(out, tmp_path / "models")
    assert reader.fingerprint == card["fingerprint"]
    text = "Đảng bộ có 121 đảng viên."
    (reading,) = reader.read("mấy đảng viên", [("Báo cáo", text)])
    assert 0 <= reading.span[0] < reading.span[1] <= len(text)
