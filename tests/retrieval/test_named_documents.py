"""Documents named by number, date, year or issuer: narrowed to, or said not to be there."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.reply_layout import answer_screen
from documents.store.library import Library
from documents.vietnamese.document_number import codes_in, numbers_in
from index.ingest.ingest import add_files
from index.ingest.results import Options
from retrieval.answer import Answer, NoAnswer, Response
from retrieval.pipeline import Searcher
from retrieval.question.question import Description, description_in
from tests.support.builders import make_document
from tests.support.encoders import HashingEncoder
from tests.support.sample_library import DOCUMENTS, open_searcher

NEWER = make_document(
    "1. Chi bộ phân công đảng viên giữ liên hệ.\n2. Thời gian sinh hoạt chi bộ là 90 phút.",
    number="06-NQ/TU",
    kind="Nghị quyết",
    issuer="Tỉnh ủy Sơn Lĩnh",
    issued_on=date(2021, 3, 10),
    title="Về chi bộ",
)
CENTRAL = make_document(
    "1. Chi bộ phân công đảng viên giữ liên hệ.\n2. Thời gian sinh hoạt chi bộ là 60 phút.",
    number="06-NQ/TW",
    kind="Nghị quyết",
    issuer="Ban Chấp hành Trung ương",
    issued_on=date(2019, 5, 2),
    title="Về chi bộ cơ sở",
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    searcher = open_searcher(tmp_path_factory.mktemp("data"), (*DOCUMENTS, NEWER, CENTRAL, REPORT))
    yield searcher
    searcher.library.close()


REPORT = make_document(
    "I. KẾT QUẢ\n1. Sau 3 năm thực hiện Nghị quyết số 06-NQ/TU, chi bộ phân công đảng viên liên hệ "
    "tốt.\n2. Nghị quyết số 06-NQ/TU nêu thời gian sinh hoạt chi bộ; chi bộ sinh hoạt 90 phút.",
    number="318-BC/TU",
    kind="Báo cáo",
    issuer="Tỉnh ủy Sơn Lĩnh",
    issued_on=date(2024, 6, 20),
    title="Kết quả 3 năm thực hiện Nghị quyết số 06-NQ/TU",
)


def numbers_of(response: Response) -> set[str | None]:
    return {source.number for source in response.sources}


@pytest.mark.parametrize("typed", ["QĐ 15 và NQ 77 nói gì về chi bộ?", "quy dinh 15 va nq 77"])
def test_number_that_is_absent_beside_one_that_is_there_is_told(
    searcher: Searcher, typed: str
) -> None:
    response = searcher.ask(typed)
    assert isinstance(response.reply, Answer)
    assert [one.upper() for one in response.reply.missing] == ["NQ 77"]
    assert numbers_of(response) == {"15-QĐ/TU"}
    shown = "".join(span.text for span in answer_screen(response)).lower()
    assert "kho văn bản không có nq 77" in shown


def test_several_absent_numbers_are_refused_together(searcher: Searcher) -> None:
    reply = searcher.ask("NQ 77 và QĐ 88, 89 nói gì?").reply
    assert isinstance(reply, NoAnswer)
    assert (reply.reason, reply.subject) == ("no_such_document", "NQ 77, QĐ 88, 89")


@pytest.mark.parametrize(
    "typed",
    ["quyet dinh so 15 ngay 3/2/2021 noi gi", "QĐ 15, ngày 03 tháng 02 năm 2021 quy định gì?"],
)
def test_number_of_another_date_is_another_document(searcher: Searcher, typed: str) -> None:
    reply = searcher.ask(typed).reply
    assert isinstance(reply, NoAnswer)
    assert reply.reason == "no_such_document"
    assert "2021" in str(reply.subject)


def test_number_of_another_provinces_committee_is_another_document(searcher: Searcher) -> None:
    assert numbers_of(searcher.ask("Quy định 15 của Tỉnh ủy Sơn Lĩnh nói gì?")) == {"15-QĐ/TU"}
    reply = searcher.ask("Quy định 15 của Tỉnh ủy Kon Tum nói gì?").reply
    assert isinstance(reply, NoAnswer)
    assert reply.reason == "no_such_document"


def test_year_beside_a_number_chooses_among_several_but_refuses_none(searcher: Searcher) -> None:
    asked = "{} thời gian sinh hoạt chi bộ là bao lâu?"
    assert numbers_of(searcher.ask(asked.format("NQ 06 năm 2019:"))) == {"06-NQ/TW"}
    assert numbers_of(searcher.ask(asked.format("NQ 06 năm 2021:"))) == {"06-NQ/TU"}
    both = numbers_of(searcher.ask(asked.format("Theo NQ 06, năm 2023")))
    assert both == {"06-NQ/TU", "06-NQ/TW"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("nghị quyết năm 2021 của tỉnh ủy về chi bộ", "06-NQ/TU"),
        ("nghi quyet nam 2019 noi gi ve thoi gian sinh hoat chi bo", "06-NQ/TW"),
        ("văn bản ban hành ngày 2/8/2024 quy định gì về chi bộ", "15-QĐ/TU"),
        ("chỉ thị của Tỉnh ủy về cuộc họp chuyên đề", "09-CT/TU"),
    ],
)
def test_document_is_narrowed_to_by_kind_date_and_issuer(
    searcher: Searcher, typed: str, number: str
) -> None:
    assert numbers_of(searcher.ask(typed)) == {number}


def test_what_fits_no_document_narrows_nothing(searcher: Searcher) -> None:
    typed = "nghị quyết năm 1999 về thời gian sinh hoạt chi bộ"
    assert len(numbers_of(searcher.ask(typed))) > 1


@pytest.mark.parametrize(
    ("typed", "description"),
    [
        ("nghị quyết năm 2021 của tỉnh ủy", Description("nq", "tu", year=2021)),
        (
            "QĐ của BCH TW ban hành ngày 26/5/2025",
            Description("qd", "tw", None, date(2025, 5, 26), 2025),
        ),
        ("báo cáo của Tỉnh ủy Sơn Lĩnh", Description("bc", "tu", "son linh")),
        ("kế hoạch giai đoạn 2021 - 2025", None),
        ("nghị quyết năm 2021 - 2025", None),
        ("văn bản của Tỉnh ủy", None),
        ("đảng viên của Tỉnh ủy", None),
        ("ngày 31/2/2025 có gì", None),
        ("", None),
    ],
)
def test_description_is_read(typed: str, description: Description | None) -> None:
    assert description_in(typed) == description


@pytest.mark.parametrize(
    ("typed", "locator"),
    [
        ("Điều 5 khoản 2 của quy định 15", "Điều 5, khoản 2"),
        ("dieu 5 khoan 1 quy dinh 15", "Điều 5, khoản 1"),
        ("Điều 5 quy định 15", "Điều 5"),
        ("Điều 6 khoản 1 quy định 15", "Điều 6, khoản 1"),
    ],
)
def test_place_asked_for_is_the_place_cited(searcher: Searcher, typed: str, locator: str) -> None:
    reply = searcher.ask(typed).reply
    assert isinstance(reply, Answer)
    assert reply.citations[0].locator == locator


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("bc 318-bc tu do ai ky", "báo cáo 318-bc tu do ai ký"),
        ("03 nq tu noi gi ve chi bo", "03 nq tu nói gì về chi bộ"),
        ("15_qd_tu noi gi", "15_qd_tu nói gì"),
        ("3 ĐV của chi bộ", "3 đảng viên của chi bộ"),
    ],
)
def test_codes_within_a_number_get_no_marks(
    searcher: Searcher, typed: str, understood: str
) -> None:
    assert searcher.understand(typed).understood == understood


def test_codes_are_where_the_number_has_them() -> None:
    text = "theo NQ 03-NQ/TU và bc 318"
    assert [text[start:end] for start, end in codes_in(text)] == ["NQ", "TU"]


def test_english_question_about_vietnamese_words_is_english(searcher: Searcher) -> None:
    question = searcher.understand("What does QĐ 15 say about đảng viên?")
    assert question.is_english
    assert {"dang_vien", "dang", "vien"} <= set(question.terms)
    assert [one.sequence for one in numbers_in(question.typed)] == [15]


@pytest.mark.parametrize(
    ("typed", "locator", "begins"),
    [
        ("Điều 5 khoản 2 của quy định 294", "mục 4.2 (Điều 5, khoản 2)", "4.2. (Khoản 2): Thời"),
        ("khoan 2 dieu 13 qd 294", "mục 16.2 (Điều 13, khoản 2)", "16.2. (Khoản 2, Điều 13)"),
        ("294-QĐ/TW Điều 24 khoản 4", "mục 23 (Điều 24, khoản 4)", "23. Điều 24 (Khoản 3"),
        ("Điều 45 của quy định 294", None, "Điều 45"),
        ("khoản 5 điều 10 của quy định 294", None, "Điều 10, khoản 5"),
    ],
)
def test_places_of_a_regulation_that_explains_a_statute_are_found(
    explaining: Searcher, typed: str, locator: str | None, begins: str
) -> None:
    reply = explaining.ask(typed).reply
    if isinstance(reply, NoAnswer):
        assert (locator, reply.reason, reply.subject) == (None, "no_such_place", begins)
    else:
        assert reply.citations[0].locator == locator
        assert reply.text.startswith(begins)


@pytest.fixture(scope="module")
def explaining(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    data, encoder = tmp_path_factory.mktemp("data"), HashingEncoder(256)
    (regulation,) = (path for path in (shared_data / "party").glob("*.pdf") if "294" in path.name)
    with Library(data / "library.db") as library:
        list(add_files(data, library, encoder, [regulation], Options()))
        yield Searcher.open(data, library, encoder, 0.0)


@pytest.mark.parametrize(
    "typed",
    [
        "Theo nghị quyết 06-NQ/TU, thời gian sinh hoạt chi bộ là bao lâu?",
        "nghị quyết số 06 do tỉnh ủy ban hành quy định gì về thời gian sinh hoạt chi bộ",
        "What does Resolution 06-NQ/TU say about sinh hoạt chi bộ?",
    ],
)
def test_what_a_document_says_is_answered_from_it_and_not_from_a_report_on_it(
    searcher: Searcher, typed: str
) -> None:
    assert numbers_of(searcher.ask(typed)) == {"06-NQ/TU"}
