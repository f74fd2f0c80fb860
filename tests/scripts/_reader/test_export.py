import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnx")

from index.encoders.bundled.weights import WeightFile, weights_path  # noqa: E402
from retrieval.cross_encoder.model import _Embeddings  # noqa: E402
from scripts._reader import export  # noqa: E402
from scripts._reader.arrays import Arrays  # noqa: E402
from scripts._reader.network import Packer, Reader, tensors_of, word_rows  # noqa: E402
from scripts._reader.preparation import prepare  # noqa: E402
from scripts._reader.rows import read_material  # noqa: E402
from scripts.train_reader import _tokenise  # noqa: E402
from tests.support.reader_data import write_folder  # noqa: E402

LAYERS = 2
READ = 8


@pytest.fixture(scope="module")
def source() -> WeightFile:
    path = weights_path()
    if path is None:
        pytest.skip("the bundled weights are not installed")
    return WeightFile(path)


@pytest.fixture(scope="module")
def arrays(source: WeightFile, tmp_path_factory: pytest.TempPathFactory) -> Arrays:
    folder = write_folder(tmp_path_factory.mktemp("data"))
    return prepare(read_material([folder], written=None), _tokenise(source)).arrays


@pytest.fixture(scope="module")
def reader(source: WeightFile, arrays: Arrays) -> Reader:
    """The first layers of the bundled model with heads that tell texts apart."""
    made = Reader(source, word_rows(source, arrays.vocabulary), LAYERS).eval()
    with torch.no_grad():
        for head in (made.pool, made.rel, made.yn, made.span):
            head.weight.mul_(10)
    return made


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    one, other = one.ravel() - one.mean(), other.ravel() - other.mean()
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@torch.no_grad()
def test_the_graph_says_what_the_network_says(
    source: WeightFile, arrays: Arrays, reader: Reader, tmp_path: Path
) -> None:
    tuned = export.Tuned(source, LAYERS, tensors_of(reader.state_dict()))
    fingerprint = export.write(tuned, {"steps": 1}, tmp_path)
    session = onnxruntime.InferenceSession(
        str(tmp_path / export.MODEL), providers=["CPUExecutionProvider"]
    )
    packer, embeddings = Packer(arrays, torch.device("cpu")), _Embeddings(source)
    relevance, spans = [], []
    for number in range(READ):
        packed = packer.pack(torch.tensor([number * 4 * arrays.variants]), torch.tensor([number]))
        said = reader(packed)
        body = packed.body.float() / packed.body.sum()
        feeds = {
            "embedded": embeddings.of(arrays.vocabulary[packed.ids.numpy()]),
            "body": body[None].numpy(),
        }
        got, _verdict, got_spans = session.run(("relevance", "verdict", "spans"), feeds)
        relevance.append((got[0, 0], said.relevance[0].item()))
        inside = packed.body.numpy()
        spans.append((got_spans[0][inside], said.spans[0].numpy()[inside]))
    assert cosine(*np.array(relevance).T) > 0.98
    assert cosine(*(np.concatenate(side) for side in zip(*spans, strict=True))) > 0.98
    digest = hashlib.sha256((tmp_path / export.MODEL).read_bytes()).hexdigest()
    assert fingerprint == digest[:16]
    card = json.loads((tmp_path / export.CARD).read_text("utf-8"))
    assert card == {"fingerprint": fingerprint, "steps": 1}
