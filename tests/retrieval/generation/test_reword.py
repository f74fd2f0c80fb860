import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.reply_layout import answer_screen
from documents.splitting.passages import split
from retrieval.answer import Answer, Citation
from retrieval.generation.openai_endpoint import Endpoint
from retrieval.generation.reword import checked
from retrieval.generation.statements import numbers_of
from retrieval.pipeline import Searcher
from tests.support.builders import make_document
from tests.support.model_server import (
    Behave,
    endless,
    hanging_up,
    raw,
    saying,
    serving,
    silent,
    trickling,
)
from tests.support.sample_library import DOCUMENTS, open_searcher

TIMEOUT = 0.6
QUESTION = "Giấy mời gửi trước mấy ngày làm việc?"
GOOD = "Giấy mời gửi trước ba ngày làm việc [1]. Cuộc họp chuyên đề không quá nửa ngày [1]."

ARTICLE = make_document(
    "Toàn tỉnh có 588/756 thôn trưởng là đảng viên, đạt 77,78%, kết nạp 1.090 đảng viên.", title="A"
)
REGULATION = make_document(
    "Đảng viên báo cáo chi bộ trước 05 ngày làm việc, từ ngày 01/9/2024.", title="B"
)


def whole(marker: int, document: object) -> Citation:
    assert isinstance(document, type(ARTICLE))
    (passage,) = split(document)
    return Citation.of(marker, document, passage, (0, len(passage.text)))


SOURCES = (whole(1, ARTICLE), whole(2, REGULATION))
EXTRACTED = Answer("hỏi", SOURCES[0].quote, None, SOURCES[:1], 0.8)


@pytest.mark.parametrize(
    "text",
    [
        "Toàn tỉnh có 588/756 thôn trưởng là đảng viên, đạt 77,78% [1].",
        "Toàn tỉnh có 588/756 thôn trưởng là đảng viên. [1] Đảng viên báo cáo chi bộ trước 5 ngày "
        "làm việc [2].",
        "Toàn tỉnh kết nạp 1.090 đảng viên [1, 2].",
        "- Đảng viên báo cáo chi bộ từ ngày 01 tháng 9 năm 2024 [2].",
        "**Thôn trưởng** là đảng viên đạt 77,78 % [1].",
    ],
)
def test_sentences_that_their_passages_hold_are_shown(text: str) -> None:
    answer = checked(EXTRACTED, text, SOURCES)
    assert answer is not None
    assert answer.is_generated
    assert [one.marker for one in answer.citations] == list(range(1, len(answer.citations) + 1))


@pytest.mark.parametrize(
    "text",
    [
        "Toàn tỉnh có 588/756 thôn trưởng là đảng viên.",
        "Toàn tỉnh có 588/756 thôn trưởng là đảng viên [1]. Đạt 77,78%.",
        "Toàn tỉnh có 588/756 thôn trưởng là đảng viên [3].",
        "Toàn tỉnh có 588/756 thôn trưởng là đảng viên [0].",
        "Toàn tỉnh có 588/756 thôn trưởng là đảng viên [2].",
        "Toàn tỉnh có 589/756 thôn trưởng là đảng viên [1].",
        "Toàn tỉnh có 756/588 thôn trưởng là đảng viên [1].",
        "Thôn trưởng là đảng viên đạt 78% [1].",
        "Thôn trưởng là đảng viên đạt 756% [1].",
        "Thôn trưởng là đảng viên đạt 7.778% [1].",
        "Toàn tỉnh kết nạp 1,090 đảng viên [1].",
        "Đảng viên báo cáo chi bộ trước ba ngày làm việc [2].",
        "Đảng viên báo cáo chi bộ từ ngày 09/01/2024 [2].",
        "Đảng viên không báo cáo chi bộ trước 05 ngày làm việc [2].",
        "Đảng viên nộp đảng phí hằng quý tại trụ sở [2].",
        "Toàn tỉnh có 588/756 thôn trưởng là đảng viên [1]. Xem https://example.org [1].",
        "KHÔNG",
        "[1]",
        "",
        "Toàn tỉnh có 588/756 thôn trưởng là đảng viên [1]. " * 20,
    ],
)
def test_text_with_anything_that_cannot_be_checked_is_not_shown(text: str) -> None:
    assert checked(EXTRACTED, text, SOURCES) is None


RULES = make_document(
    "Giấy mời gửi trước ba ngày làm việc. Đại biểu không được ghi âm. Cuộc họp không quá nửa ngày, "
    "nghỉ 15 phút. Chi bộ họp hằng tháng tại nhà văn hóa thôn. Hồ sơ gửi về huyện ủy Đăk Hà.",
    title="C",
)


@pytest.mark.parametrize(
    "text",
    [
        "Giấy mời gửi trước 3 ngày làm việc [1].",
        "Đại biểu không được ghi âm, cuộc họp không quá nửa ngày [1].",
        "Chi bộ họp hằng tháng tại nhà văn hóa thôn [1].",
        "Nghỉ 15 phút [1].",
        "Hồ sơ gửi về huyện ủy Đăk Hà [1].",
    ],
)
def test_a_sentence_that_states_what_its_passage_states_is_shown(text: str) -> None:
    assert checked(EXTRACTED, text, (whole(1, RULES),)) is not None


@pytest.mark.parametrize(
    "text",
    [
        # a denial that is added, left out or put elsewhere
        "Giấy mời không gửi trước ba ngày làm việc [1].",
        "Giấy mời khong gửi trước ba ngày làm việc [1].",
        "Giấy mời chưa gửi trước ba ngày làm việc [1].",
        "Cấm chi bộ họp hằng tháng tại nhà văn hóa thôn [1].",
        "Đại biểu được ghi âm [1].",
        "Cuộc họp quá nửa ngày [1].",
        "Chi bộ họp hằng tháng tại nhà văn hóa thôn không [1].",
        # another span of time
        "Giấy mời gửi trước ba tháng làm việc [1].",
        "Giấy mời gửi trước 3 giờ làm việc [1].",
        "Cuộc họp không quá một ngày [1].",
        "Cuộc họp không quá nửa tháng [1].",
        "Chi bộ họp hằng quý tại nhà văn hóa thôn [1].",
        "Nghỉ 15 ngày [1].",
        "Nghỉ 15 phút rưỡi [1].",
        # another place
        "Hồ sơ gửi về huyện ủy Đăk Tô [1].",
        "Chi bộ họp hằng tháng tại nhà văn hóa thôn Kon Rẫy [1].",
        # a way out of the reply
        "Hồ sơ gửi về huyện ủy Đăk Hà @tracuu_bot [1].",
        "Hồ sơ gửi về huyện ủy Đăk Hà qua ai@example.org [1].",
        "Hồ sơ gửi về huyện ủy Đăk Hà qua example.org [1].",
        "Hồ sơ gửi về huyện ủy Đăk Hà qua t.me/abc [1].",
        "Hồ sơ gửi về huyện ủy Đăk Hà qua tg://resolve [1].",
        "Hồ sơ gửi về huyện ủy Đăk Hà qua HTTPS:example [1].",
        # what does not show as it is
        "Hồ sơ gửi về \u202ehuyện ủy Đăk Hà [1].",
        "Hồ sơ gửi về \u2066huyện ủy\u2069 Đăk Hà [1].",
        "Hồ sơ gửi về huyện\u200b ủy Đăk Hà [1].",
        "Hồ sơ gửi về huyện ủy Đăk H\u0430 [1].",
    ],
)
def test_a_sentence_that_states_what_its_passage_does_not_is_rejected(text: str) -> None:
    assert checked(EXTRACTED, text, (whole(1, RULES),)) is None


def test_citations_are_numbered_in_the_order_they_come() -> None:
    text = "Đảng viên báo cáo chi bộ [2]. Toàn tỉnh có 756 thôn trưởng [1]."
    answer = checked(EXTRACTED, text, SOURCES)
    assert answer is not None
    assert answer.text == "Đảng viên báo cáo chi bộ [1].\nToàn tỉnh có 756 thôn trưởng [2]."
    assert [one.quote for one in answer.citations] == [SOURCES[1].quote, SOURCES[0].quote]


words = st.sampled_from(
    "Đảng viên báo cáo chi bộ trước 05 ngày 588/756 77,78% 12 [1] [2] [3] . , không ba trăm".split()
)


@given(st.lists(words, max_size=20).map(" ".join))
def test_no_number_is_ever_shown_that_the_passages_do_not_hold(text: str) -> None:
    answer = checked(EXTRACTED, text, SOURCES)
    if answer is not None:
        cited = "\n".join(one.quote for one in answer.citations)
        plain = answer.text
        for marker in range(1, 4):
            plain = plain.replace(f"[{marker}]", " ")
        assert numbers_of(plain) <= numbers_of(cited)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.090 đảng viên", {"1090"}),
        ("77,78%", {"77.78", "77.78%"}),
        ("70 phần trăm", {"70", "70%"}),
        ("588/756", {"588", "756", "588/756"}),
        ("ngày 26 tháng 5 năm 2025", {"26", "5", "2025", "26/5/2025"}),
        ("hai phần ba, sau đó, năm nay", {"2", "3"}),
        ("3.960.000.000 đồng", {"3960000000"}),
        ("mục 1.1.2", {"1.1.2"}),
        ("05 ngày", {"5"}),
        ("", set()),
    ],
)
def test_numbers_are_read_as_vietnamese_writes_them(text: str, numbers: set[str]) -> None:
    assert numbers_of(text) == numbers


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    open_one = make_document(
        "Giấy mời của cuộc họp mật gửi trước chín ngày làm việc.",
        number="99-QĐ/TU",
        title="Về giấy mời họp mật",
    )
    secret = replace(open_one, secrecy="MẬT")
    searcher = open_searcher(tmp_path_factory.mktemp("data"), (*DOCUMENTS, secret))
    yield searcher
    searcher.library.close()


def test_good_text_is_shown_with_its_passages_and_named_as_a_models(searcher: Searcher) -> None:
    with serving(saying(GOOD)) as server:
        asking = replace(searcher, generator=Endpoint(server.url, "m", "secret-key", TIMEOUT))
        response = asking.ask(QUESTION)
    assert isinstance(response.reply, Answer)
    assert response.reply.is_generated
    assert response.reply.text == GOOD.replace(". ", ".\n")
    shown = "".join(span.text for span in answer_screen(response))
    assert "[1] Chỉ thị số 09-CT/TU" in shown
    assert "mô hình ngôn ngữ" in shown
    assert server.keys == ["Bearer secret-key"]
    assert "secret-key" not in repr(asking)


def test_nothing_secret_is_sent(searcher: Searcher) -> None:
    with serving(saying(GOOD)) as server:
        endpoint = Endpoint(server.url, "m", None, TIMEOUT)
        response = replace(searcher, generator=endpoint).ask(QUESTION)
    assert "99-QĐ/TU" in {source.number for source in response.sources}
    assert len(server.asked) == 1
    assert "họp mật" not in str(server.asked)
    assert QUESTION in str(server.asked)


BAD: dict[str, Behave] = {
    "silent": silent,
    "trickling": trickling,
    "endless": endless,
    "hanging up": hanging_up,
    "garbage": raw(b"\xff\xfe{{{"),
    "another JSON": raw(b'{"choices": []}'),
    "a list": raw(b"[1, 2]"),
    "deep": raw(b"[" * 100_000),
    "empty": raw(b""),
    "status 500": raw(b"{}", 500),
    "status 401": raw(b"{}", 401),
    "a redirection": raw(b"", 302),
    "no text": saying(None),
    "a number": saying(5),
    "blank": saying("  "),
    "huge": saying("Giấy mời gửi trước ba ngày [1]. " * 20_000),
    "uncited": saying("Giấy mời gửi trước ba ngày làm việc."),
    "invented number": saying("Giấy mời gửi trước 17 ngày làm việc [1]."),
    "invented numeral": saying("Giấy mời gửi trước bảy ngày làm việc [1]."),
    "citation of nothing": saying("Giấy mời gửi trước ba ngày làm việc [9]."),
    "another matter": saying("Thủ đô của nước Pháp là thành phố Paris hoa lệ [1]."),
    "English": saying("Invitations are sent three working days before [1]."),
}


@pytest.mark.parametrize("name", BAD)
def test_whatever_the_endpoint_does_the_extractive_answer_comes_in_time(
    searcher: Searcher, name: str
) -> None:
    expected = searcher.ask(QUESTION).reply
    assert isinstance(expected, Answer)
    with serving(BAD[name]) as server:
        asking = replace(searcher, generator=Endpoint(server.url, "m", None, TIMEOUT))
        started = time.monotonic()
        reply = asking.ask(QUESTION).reply
        took = time.monotonic() - started
    assert reply == expected
    assert took < TIMEOUT + 1.5  # the search itself, on a busy machine
    assert len(server.asked) == 1


def test_endpoint_that_is_not_there_delays_nothing(searcher: Searcher) -> None:
    for url in ("http://127.0.0.1:9/v1", "http://no-such-host.invalid/v1", "http://[::1/v1"):
        asking = replace(searcher, generator=Endpoint(url, "m", None, TIMEOUT))
        reply = asking.ask(QUESTION).reply
        assert isinstance(reply, Answer)
        assert not reply.is_generated


def test_places_and_refusals_are_not_sent(searcher: Searcher) -> None:
    with serving(saying(GOOD)) as server:
        asking = replace(searcher, generator=Endpoint(server.url, "m", None, TIMEOUT))
        for typed in ("Điều 5 khoản 1 quy định 15", "NQ 77 nói gì?", ""):
            assert asking.ask(typed).reply == searcher.ask(typed).reply
        assert server.asked == []


def test_without_an_address_there_is_no_generator() -> None:
    assert Endpoint.of(None, "m", None, 1.0) is None
    assert Endpoint.of("http://127.0.0.1:9/v1", None, None, 1.0) is None
    assert Endpoint.of("http://127.0.0.1:9/v1", "m", None, 1.0) is not None
