"""A small library of real-looking documents, searched with a fast encoder."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from documents.document import Document
from documents.splitting.passages import indexed_text, split
from documents.store.library import Library
from retrieval.pipeline import Searcher
from tests.support.builders import make_document
from tests.support.encoders import HashingEncoder

REGULATION = make_document(
    "Điều 5. Thủ tục sinh hoạt đảng\n"
    "1. Đảng viên đi từ 01 tháng đến dưới 03 tháng báo cáo chi bộ trước 07 ngày làm việc.\n"
    "2. Đảng viên đi từ 03 tháng trở lên làm thủ tục giới thiệu sinh hoạt đảng tạm thời.\n"
    "Điều 6. Trách nhiệm của chi bộ\n"
    "1. Chi bộ phân công đảng viên giữ liên hệ ít nhất ba tháng một lần.",
    number="15-QĐ/TU",
    kind="Quy định",
    issuer="Tỉnh ủy Sơn Lĩnh",
    issued_on=date(2024, 8, 2),
    title="Về quản lý đảng viên đi làm việc xa nơi cư trú",
    replaces=("22-QĐ/TU",),
)
OLDER = make_document(
    "Điều 2. Trách nhiệm của đảng viên đi làm ăn xa\n"
    "1. Làm đơn báo cáo chi bộ ít nhất 15 ngày trước khi đi làm ăn xa.",
    number="22-QĐ/TU",
    kind="Quy định",
    issuer="Tỉnh ủy Sơn Lĩnh",
    issued_on=date(2017, 4, 17),
    title="Về quản lý đảng viên đi làm ăn xa",
)
ARTICLE = make_document(
    "Đến nay, có 588/756 thôn trưởng, tổ trưởng tổ dân phố là đảng viên, đạt 77,78%, tăng 38,15% "
    "so với thời điểm ban hành Nghị quyết và vượt 7,78% so với mục tiêu Nghị quyết.\n"
    "Hiện có 280/756 bí thư chi bộ kiêm thôn trưởng, đạt 37,04%.",
    number=None,
    kind="Bài báo",
    issuer=None,
    issued_on=date(2021, 10, 25),
    title="Kon Tum sau năm năm thực hiện Nghị quyết số 03-NQ/TU",
)
DIRECTIVE = make_document(
    "1. Cuộc họp chuyên đề không quá nửa ngày.\n2. Giấy mời gửi trước ba ngày làm việc.",
    number="09-CT/TU",
    kind="Chỉ thị",
    issuer="Tỉnh ủy Sơn Lĩnh",
    title="Về chấn chỉnh công tác hội họp",
)
DOCUMENTS = (REGULATION, OLDER, ARTICLE, DIRECTIVE)


def shelve(library: Library, encoder: HashingEncoder, documents: Sequence[Document]) -> None:
    """Add documents with the vectors of their passages."""
    for document in documents:
        passages = split(document)
        texts = [indexed_text(document.title, passage) for passage in passages]
        lacking = library.lacking_vectors(encoder.fingerprint, texts)
        if lacking:
            vectors = encoder.encode_passages(lacking)
            library.store_vectors(encoder.fingerprint, lacking, vectors)
        library.add(document, passages)


def open_searcher(folder: Path, documents: Sequence[Document] = DOCUMENTS) -> Searcher:
    """Open a searcher over these documents; ``strictness`` 0 answers whatever comes first."""
    encoder = HashingEncoder(256)
    library = Library(folder / "library.db")
    shelve(library, encoder, documents)
    return Searcher.open(folder, library, encoder, strictness=0.0)
