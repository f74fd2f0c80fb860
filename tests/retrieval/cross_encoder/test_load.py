from pathlib import Path

import pytest

from retrieval.cross_encoder.load import open_reader
from retrieval.errors import ReaderError


def test_no_reader_is_opened_where_it_is_off(tmp_path: Path) -> None:
    assert open_reader("off", tmp_path) is None


def test_folder_without_a_reader_is_refused_in_one_line(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    with pytest.raises(ReaderError, match="không có mô hình đọc") as caught:
        open_reader(str(tmp_path), tmp_path)
    assert "\n" not in str(caught.value)
