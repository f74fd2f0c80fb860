"""Every spelling of a number finds its document, or is told that there is none."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from retrieval.answer import NoAnswer
from retrieval.pipeline import Searcher
from tests.support.builders import make_document
from tests.support.number_spellings import Numbered, questions
from tests.support.sample_library import open_searcher

TU, TW = "Tỉnh ủy", "Ban Chấp hành Trung ương"
BORNE = (
    Numbered(3, "NQ", "TU", "Nghị quyết", "Resolution", TU, date(2016, 8, 8)),
    Numbered(15, "QĐ", "TU", "Quy định", "Regulation", TU, date(2024, 8, 2)),
    Numbered(294, "QĐ", "TW", "Quy định", "Regulation", TW, date(2025, 5, 26)),
    Numbered(9, "CT", "TU", "Chỉ thị", "Directive", "Ban Thường vụ Tỉnh ủy", date(2023, 2, 1)),
    Numbered(5, "HD", "BTCTU", "Hướng dẫn", "Guidance", "Ban Tổ chức Tỉnh ủy", date(2024, 1, 15)),
    Numbered(318, "BC", "TU", "Báo cáo", "Report", TU, date(2024, 5, 20)),
    Numbered(142, "KH", "TU", "Kế hoạch", "Plan", TU, date(2025, 1, 9)),
    Numbered(867, "TB", "TU", "Thông báo", "Notice", TU, date(2024, 7, 1)),
    Numbered(1204, "CV", "BTCTU", "Công văn", None, "Ban Tổ chức Tỉnh ủy", date(2024, 9, 5)),
    Numbered(7, "BB", "CB", "Biên bản", None, None, date(2024, 7, 5)),
    Numbered(12, "CTr", "TU", "Chương trình", None, TU, date(2022, 3, 3)),
)
ABSENT = (
    *(replace(one, sequence=one.sequence + 61) for one in BORNE),
    replace(BORNE[0], code="CT", kind="Chỉ thị", english="Directive"),
    replace(BORNE[1], code="NQ", kind="Nghị quyết", english="Resolution"),
    replace(BORNE[4], code="BC", kind="Báo cáo", english="Report"),
)


ABSENCES = ("no_such_document", "no_such_place")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    documents = [
        make_document(
            f"{one.kind} về việc thứ {place}\n1. Thời hạn báo cáo của chi bộ là {place + 2} ngày.\n"
            f"2. Đảng viên thực hiện.\nNơi nhận: như trên.",
            number=one.number,
            kind=one.kind,
            issuer=f"{one.of} Sơn Lĩnh" if one.issuer == "TU" else one.of,
            issued_on=one.issued_on,
            title=f"Về việc thứ {place}",
        )
        for place, one in enumerate(BORNE)
    ]
    searcher = open_searcher(tmp_path_factory.mktemp("data"), documents)
    yield searcher
    searcher.library.close()


EVERY = (1, pytest.param(None, marks=pytest.mark.slow))  # a part of them, or all


def asked_about(one: Numbered, part: int | None) -> tuple[str, ...]:
    """Return the questions about a number; a part is every fifth, from another for each number."""
    asked = tuple(questions(one))
    assert len(asked) > 200
    return asked if part is None else asked[one.sequence % 5 :: 5]


@pytest.mark.parametrize("part", EVERY)
@pytest.mark.parametrize("one", BORNE, ids=lambda one: one.number)
def test_every_spelling_of_a_number_is_answered_from_its_document(
    searcher: Searcher, one: Numbered, part: int | None
) -> None:
    wrong = []
    for question in asked_about(one, part):
        response = searcher.ask(question)
        found = {source.number for source in response.sources}
        if found - {one.number} or getattr(response.reply, "reason", "") in ABSENCES:
            wrong.append(question)
    assert wrong == []


@pytest.mark.parametrize("part", EVERY)
@pytest.mark.parametrize("one", ABSENT, ids=lambda one: one.number)
def test_every_spelling_of_a_number_that_no_document_bears_is_refused_by_it(
    searcher: Searcher, one: Numbered, part: int | None
) -> None:
    wrong = []
    for question in asked_about(one, part):
        reply = searcher.ask(question).reply
        refused = isinstance(reply, NoAnswer) and reply.reason == "no_such_document"
        if not refused or str(one.sequence) not in str(reply):
            wrong.append(question)
    assert wrong == []
