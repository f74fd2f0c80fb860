"""The reader's weights are those that its card names, or it is not opened."""

import json
import shutil
from importlib import resources
from pathlib import Path

import pytest

from index.encoders.bundled.weights import weights_path
from retrieval.cross_encoder.load import open_reader
from retrieval.cross_encoder.model import CARD, MODEL
from retrieval.errors import ReaderError

pytest.importorskip("onnxruntime")
pytestmark = pytest.mark.skipif(weights_path() is None, reason="the bundled model is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shipped = Path(str(resources.files("retrieval.cross_encoder") / "weights"))
    return Path(shutil.copytree(shipped, tmp_path / "reader"))


def test_weights_that_were_changed_are_not_opened(folder: Path, tmp_path: Path) -> None:
    content = bytearray((folder / MODEL).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / MODEL).write_bytes(content)
    with pytest.raises(ReaderError, match=r"reader\.onnx: không phải tệp trọng số"):
        open_reader(str(folder), tmp_path)


def test_a_card_without_a_fingerprint_vouches_for_nothing(folder: Path, tmp_path: Path) -> None:
    card = json.loads((folder / CARD).read_text("utf-8")) | {"fingerprint": ""}
    (folder / CARD).write_text(json.dumps(card), "utf-8")
    with pytest.raises(ReaderError, match="không phải tệp trọng số"):
        open_reader(str(folder), tmp_path)
