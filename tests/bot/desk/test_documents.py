"""The documents of the desk: found by words and by what became of the replies that show them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk.documents import OFTEN
from documents.csv_file import MARK
from tests.support.desk_browser import Browser, browser
from tests.support.review_log import ANSWERED, Committee, open_committee
from tests.support.sample_library import DIRECTIVE, DOCUMENTS, REGULATION


@pytest.fixture
def committee(tmp_path: Path) -> Iterator[Committee]:
    with open_committee(tmp_path) as opened:
        for number in range(OFTEN):
            asked = opened.ask(ANSWERED)
            opened.log.rate(asked, -1 if number else 1)
        yield opened


@pytest.fixture
async def desk(committee: Committee) -> Browser:
    opened = browser(committee.log, committee.searcher)
    await opened.enter()
    return opened


@pytest.mark.parametrize("words", ["09-ct/tu", "chan chinh hoi hop", DIRECTIVE.document_id])
async def test_a_document_is_found_by_words_with_and_without_marks(
    desk: Browser, words: str
) -> None:
    shown = await desk.page(f"/van-ban?tim={words}")
    assert "1 văn bản." in shown
    assert DIRECTIVE.title in shown
    assert REGULATION.title not in shown


async def test_what_replies_showed_and_what_was_disliked_is_counted(desk: Browser) -> None:
    shown = await desk.page("/van-ban?tim=09-CT")
    row = shown.split("<tbody>")[1].split("</tbody>")[0]
    assert f'<td class="number">{OFTEN}</td>' in row
    assert f'<td class="number">{OFTEN - 1}</td>' in row


async def test_documents_never_cited_are_listed_alone(desk: Browser) -> None:
    shown = await desk.page("/van-ban?loai=chua_dan")
    assert REGULATION.title in shown
    assert DIRECTIVE.title not in shown


async def test_documents_often_disliked_are_listed_alone(
    desk: Browser, committee: Committee
) -> None:
    assert "0 văn bản." in await desk.page("/van-ban?loai=khong_thich")
    committee.log.rate(committee.ask(ANSWERED), -1)
    shown = await desk.page("/van-ban?loai=khong_thich")
    assert "1 văn bản." in shown
    assert DIRECTIVE.title in shown


async def test_the_table_of_what_is_known_is_downloaded(desk: Browser) -> None:
    answer = await desk.get("/van-ban/tai?tim=")
    assert "van-ban-" in answer.headers["content-disposition"]
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix(MARK)))
    assert head[:3] == ["Mã", "Số", "Trích yếu"]
    assert {row[0] for row in rows} == {one.document_id for one in DOCUMENTS}
    assert [*(row for row in rows if row[1] == "09-CT/TU")][0][-2:] == [str(OFTEN), str(OFTEN - 1)]


@pytest.mark.parametrize("page", ["0", "x", "99999999999", "7"])
async def test_a_page_that_is_not_there_is_no_fault(desk: Browser, page: str) -> None:
    assert "4 văn bản." in await desk.page(f"/van-ban?trang={page}")
