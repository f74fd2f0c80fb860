from dataclasses import replace
from pathlib import Path

import pytest

from documents.document import Document
from documents.metadata.extract import describe
from documents.splitting.passages import is_frame, split
from retrieval.question.intent import Fact
from retrieval.readers.document_fact import rest_of, stated
from tests.golden.passages import SAMPLES, document_of
from tests.support.builders import make_document


def sample(name: str) -> Document:
    return document_of(SAMPLES / name)


def answer(fact: Fact, name: str) -> str | None:
    document = sample(name)
    found = stated(fact, document, split(document))
    if found is None:
        return None
    return " / ".join(found.passage.text[start:end] for start, end in found.marks)


@pytest.mark.parametrize(
    ("name", "signer"),
    [
        ("nghi-quyet-06-nq-tu.docx", "Lò Minh Khánh"),
        ("bao-cao-318-bc-tu.pdf", "Đỗ Thị Thanh Hà"),
        ("huong-dan-05-hd-btctu.docx", "Phạm Thu Nguyệt"),
        ("thong-bao-867-tb-tu.pdf", "Vũ Hữu Tâm"),
        ("bien-ban-chi-bo-khe-lanh.md", "Bàn Văn Sinh"),
    ],
)
def test_signer_is_the_name_under_the_position(name: str, signer: str) -> None:
    assert answer(Fact.SIGNER, name) == signer


def test_issue_date_and_issuer_stand_in_the_letterhead() -> None:
    assert answer(Fact.ISSUED_ON, "nghi-quyet-06-nq-tu.docx") == "ngày 15 tháng 5 năm 2019"
    assert answer(Fact.ISSUER, "nghi-quyet-06-nq-tu.docx") == "TỈNH ỦY SƠN LĨNH"
    assert answer(Fact.ISSUER, "huong-dan-05-hd-btctu.docx") == "TỈNH ỦY SƠN LĨNH\nBAN TỔ CHỨC"


def test_receivers_end_where_the_signature_begins() -> None:
    document = sample("cong-van-1204-cv-btctu.txt")
    found = stated(Fact.RECEIVERS, document, split(document))
    assert found is not None
    shown = found.passage.text[slice(*found.span)]
    assert shown.startswith("Nơi nhận:")
    assert shown.endswith("đảng viên.")


def test_day_left_blank_is_no_date(shared_data: Path) -> None:
    document = document_of(shared_data / "party" / "huongdan.pdf")
    assert stated(Fact.ISSUED_ON, document, split(document)) is None


def test_words_that_are_not_the_documents_name_are_left_over() -> None:
    document = sample("nghi-quyet-06-nq-tu.docx")
    passages = split(document)
    assert not rest_of("Ai ký Nghị quyết số 06-NQ/TU của Tỉnh ủy Sơn Lĩnh?", document, passages)
    assert rest_of("Ai ký giấy chứng nhận theo Nghị quyết 06?", document, passages)


def test_every_sample_with_a_letterhead_keeps_it_apart_from_what_it_says() -> None:
    document = sample("quy-dinh-15-qd-tu.pdf")
    framing = [passage for passage in split(document) if is_frame(passage)]
    assert [str(passage.locator) for passage in framing] == ["đầu văn bản", "cuối văn bản"]


TOGETHER = """TỈNH ỦY SƠN LĨNH
*
Số 63-QC/TU
ĐẢNG CỘNG SẢN VIỆT NAM
Sơn Lĩnh, ngày 02 tháng 8 năm 2024
QUY CHẾ
phối hợp công tác
-----
Điều 1. Họp ba tháng một lần.
BAN DÂN VẬN TỈNH ỦY
TRƯỞNG BAN
Nguyễn Văn Một
SỞ NỘI VỤ
GIÁM ĐỐC
Lê Thị Hai
"""


def answer_in(fact: Fact, text: str) -> str | None:
    found_in = describe(text, "x.txt")
    document = replace(
        make_document(text, number=found_in.number, issuer=found_in.issuer),
        signer=found_in.signer,
    )
    found = stated(fact, document, split(document))
    return found and " / ".join(found.passage.text[start:end] for start, end in found.marks)


def test_all_who_sign_together_are_named() -> None:
    assert answer_in(Fact.SIGNER, TOGETHER) == "Nguyễn Văn Một / Lê Thị Hai"


def test_an_issuer_whom_only_the_signature_names_is_shown_there() -> None:
    text = TOGETHER.replace("TỈNH ỦY SƠN LĨNH", "BAN CHẤP HÀNH TRUNG ƯƠNG", 1)
    head, _, _ = text.partition("BAN DÂN VẬN")
    text = f"{head}Nơi nhận:\n- Lưu.\nT/M BAN BÍ THƯ\nNguyễn Văn Một\n"
    assert answer_in(Fact.ISSUER, text) == "BAN BÍ THƯ"
