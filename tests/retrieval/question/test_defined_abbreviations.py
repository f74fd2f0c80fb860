import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.store.library import Library
from documents.vietnamese.normalize import fold
from retrieval.errors import AbbreviationError
from retrieval.pipeline import Searcher
from retrieval.question.abbreviations import Abbreviation, Abbreviations
from retrieval.question.defined_abbreviations import (
    Definition,
    Definitions,
    definitions_in,
    with_defined,
)
from tests.support.builders import make_document
from tests.support.sample_library import DOCUMENTS, open_searcher


def defined(text: str) -> dict[str, str]:
    return {one.short: one.full for one in definitions_in("d", text)}


@pytest.mark.parametrize(
    ("text", "short", "full"),
    [
        ("Các tổ chức cơ sở đảng (TCCSĐ) trực thuộc", "TCCSĐ", "tổ chức cơ sở đảng"),
        ("Ban Thường vụ (sau đây gọi tắt là BTV) họp", "BTV", "Ban Thường vụ"),
        ("do Ủy ban Kiểm tra (viết tắt: “UBKT”)", "UBKT", "Ủy ban Kiểm tra"),
        ("tổ chức chính trị - xã hội (CT-XH)", "CT-XH", "chính trị - xã hội"),
        ("công nghiệp hóa và hiện đại hóa (CNHHĐH)", "CNHHĐH", "công nghiệp hóa và hiện đại hóa"),
        ("PCTN (phòng, chống tham nhũng)", "PCTN", "phòng, chống tham nhũng"),
        ("Danh mục chữ viết tắt\n- TDP: tổ dân phố", "TDP", "tổ dân phố"),
        ("Viết tắt: SHCB | Viết đầy đủ: sinh hoạt chi bộ", "SHCB", "sinh hoạt chi bộ"),
    ],
)  # fmt: skip
def test_abbreviation_is_read_where_a_document_defines_it(text: str, short: str, full: str) -> None:
    assert defined(text) == {short: full}


@pytest.mark.parametrize(
    "text",
    [
        "Liên hợp quốc (UN)",
        "tổ chức cơ sở (TCCSĐ)",
        "tổ chức cơ sở Đảng bộ (TCCSD)",
        "Nghị quyết số 03-NQ/TU (ban hành năm 2016)",
        "cơ sở. Đảng (CSĐ)",
        "TDP: tổ dân phố",
        "(TCCSĐ)",
        "",
    ],
)
def test_what_is_no_definition_defines_nothing(text: str) -> None:
    assert defined(text) == {}


@given(st.text(alphabet="TCSĐĐtổchứcơsđảng ()|:-\n“,vàlà", max_size=80))
def test_initials_of_what_is_defined_agree(text: str) -> None:
    for one in definitions_in("d", text):
        assert fold(one.full)[0] == fold(one.short)[0]
        assert one.full in text


def test_tables_come_before_what_documents_define() -> None:
    table = Abbreviations((Abbreviation("ĐV", "đảng viên"),))
    rows = [
        Definition("a", "ĐV", "đơn vị", False),
        Definition("a", "TTHC", "thủ tục hành chính", True),
        Definition("a", "KHE", "kế hoạch Khe", False),
        Definition("b", "TTX", "thông tấn xã", False),
        Definition("c", "TTX", "tổ trưởng xóm", False),
    ]
    merged = with_defined(table, rows)
    assert merged.expand("ĐV, TTHC, khe, KHE") == "đảng viên, thủ tục hành chính, khe, kế hoạch Khe"
    assert merged.expand("TTX") == "TTX"
    assert merged.shorts_in("thủ tục hành chính là gì") == ("tthc",)
    assert merged.shorts_in("thông tấn xã") == ()


TEXT = (
    "1. Trung tâm giới thiệu việc làm (TTGTVL) của tỉnh mở cửa hằng ngày.\n"
    "2. TTGTVL thu hồ sơ trước ngày 15.\n3. TTGTVL báo cáo quý. TTGTVL có 12 người."
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    center = make_document(TEXT, number="77-QĐ/TU", title="Về một trung tâm")
    searcher = open_searcher(tmp_path_factory.mktemp("data"), (*DOCUMENTS, center))
    yield searcher
    searcher.library.close()


def test_questions_use_a_documents_own_abbreviation_both_ways(searcher: Searcher) -> None:
    short = searcher.understand("ttgtvl thu hồ sơ trước ngày nào")
    assert short.understood == "Trung tâm giới thiệu việc làm thu hồ sơ trước ngày nào"
    long = searcher.understand("trung tâm giới thiệu việc làm thu hồ sơ trước ngày nào")
    assert "ttgtvl" in long.terms
    assert "TTGTVL thu" in searcher.ask(long.typed).hits[0].passage.text


def test_what_a_hidden_document_defines_is_not_shown(searcher: Searcher) -> None:
    center = searcher.library.find("77-QĐ/TU")[0].document_id
    response = searcher.ask("ttgtvl là gì", hidden=frozenset({center}))
    assert "giới thiệu" not in response.understood_as


def test_definitions_follow_the_library(tmp_path: Path) -> None:
    searcher = open_searcher(tmp_path, DOCUMENTS)
    with searcher.library as library:
        before = Definitions().followed(library)
        assert before.followed(library) == before
        assert before.without(frozenset()) == ()
        assert searcher.understand("TTGTVL").understood == "TTGTVL"


def test_a_later_start_looks_through_new_documents_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_searcher(tmp_path, DOCUMENTS).library as library:
        definitions = Definitions().followed(library)
        path = tmp_path / "definitions.json"
        definitions.save(path)
        read: list[str] = []

        def noted(document_id: str, text: str) -> tuple[Definition, ...]:
            read.append(document_id)
            return definitions_in(document_id, text)

        monkeypatch.setattr("retrieval.question.defined_abbreviations.definitions_in", noted)
        assert Definitions.load(path).followed(library) == definitions
        assert read == []
        gone = library.document_ids()[0]
        library.remove(gone)
        assert gone not in dict(Definitions.load(path).followed(library).documents)


@pytest.mark.parametrize("content", ["", "[]", '{"rules": 0, "documents": {}}', '{"rules": 1}'])
def test_damaged_file_of_definitions_counts_for_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "definitions.json"
    path.write_text(content)
    assert Definitions.load(path) == Definitions()
    Definitions().save(tmp_path / "missing" / "definitions.json")  # is logged, and no more


def test_nineteen_thousand_passages_are_looked_through_in_half_a_second() -> None:
    text = (
        "Chi bộ (gồm đảng viên) họp theo Nghị quyết số 06-NQ/TU, ngày 10/3/2021 của Tỉnh ủy. " * 9
    )
    started = time.process_time()
    for _ in range(1_000):
        definitions_in("d", text * 19)
    assert time.process_time() - started < 2  # 14 MB; measured 0.4 on an idle machine


@pytest.mark.parametrize("content", [b"\xff\xfeT\x00", b"VPTU\nHU\n"])
def test_staffs_file_that_cannot_be_read_is_one_line(tmp_path: Path, content: bytes) -> None:
    own = tmp_path / "abbreviations.tsv"
    own.write_bytes(content)
    with pytest.raises(AbbreviationError, match=r"abbreviations\.tsv") as caught:
        Abbreviations.load(own)
    assert "\n" not in str(caught.value)


def test_staffs_file_saved_on_windows_is_read(tmp_path: Path) -> None:
    own = tmp_path / "abbreviations.tsv"
    own.write_bytes("VPX\tVăn phòng xã\r\n".encode("utf-8-sig"))
    assert Abbreviations.load(own).expand("VPX") == "Văn phòng xã"


def test_library_of_documents_yields_its_texts(searcher: Searcher) -> None:
    library: Library = searcher.library
    assert dict(library.texts_of(library.document_ids())) == {
        one.document_id: one.text for one in library.documents()
    }
