"""What the library lacks: counted, downloaded, and answered by a document for a whole group."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.csv_file import MARK
from tests.support.desk_browser import Browser, browser
from tests.support.review_log import ALIKE, ANSWERED, OTHER, REFUSED, Committee, open_committee

NUMBER = "88-QĐ/TU"
ASKED = f"Quyết định số {NUMBER} quy định gì?"
SPELT = "quyet dinh 88-qd/tu noi gi?"
PAGE = "/thieu-van-ban"


@pytest.fixture
def committee(tmp_path: Path) -> Iterator[Committee]:
    with open_committee(tmp_path) as opened:
        yield opened


@pytest.fixture
async def desk(committee: Committee) -> Browser:
    opened = browser(committee.log, committee.searcher)
    await opened.enter()
    return opened


def answered(committee: Committee) -> list[tuple[int, str]]:
    rows = committee.log.database.rows(
        "SELECT question_id, answered_by FROM reviews ORDER BY question_id"
    )
    return [(number, document) for number, document in rows]


async def test_a_number_asked_for_in_vain_is_counted_with_its_askers(
    desk: Browser, committee: Committee
) -> None:
    committee.ask(ANSWERED)
    committee.ask(ASKED)
    committee.ask(ASKED)
    committee.ask(SPELT, OTHER)
    shown = await desk.page(PAGE)
    row = shown.split(f"<b>{NUMBER}</b>")[1].split("</tr>")[0]
    assert '<td class="number">3</td><td class="number">2</td>' in row
    assert "09-CT/TU" not in shown


async def test_the_document_that_answers_a_number_is_marked_for_every_spelling_of_it(
    desk: Browser, committee: Committee
) -> None:
    first, second = committee.ask(ASKED), committee.ask(SPELT, OTHER)
    committee.ask(REFUSED)
    done = await desk.send(PAGE, PAGE, so=NUMBER, van_ban=" 15-QĐ/TU ")
    assert done.status_code == 303
    assert answered(committee) == [(first, "15-QĐ/TU"), (second, "15-QĐ/TU")]
    assert "cho 2 câu hỏi" in await desk.page(done.headers["location"])


async def test_the_document_that_answers_a_topic_is_marked_for_all_who_asked_it(
    desk: Browser, committee: Committee
) -> None:
    asked = [committee.ask(REFUSED), committee.ask(ALIKE, OTHER), committee.ask(REFUSED, OTHER)]
    committee.ask(ANSWERED)
    representative = (await desk.page(PAGE)).split('name="nhom" value="')[1].split('"')[0]
    await desk.send(PAGE, PAGE, nhom=representative, van_ban="15-QĐ/TU")
    assert answered(committee) == [(one, "15-QĐ/TU") for one in asked]


@pytest.mark.parametrize(
    "fields",
    [
        {"so": NUMBER, "van_ban": " "},
        {"so": NUMBER, "van_ban": "a" * 201},
        {"so": "99-QĐ/TU", "van_ban": "15-QĐ/TU"},
        {"nhom": "x", "van_ban": "15-QĐ/TU"},
        {"van_ban": "15-QĐ/TU"},
    ],
)
async def test_a_form_that_means_no_group_or_no_document_marks_nothing(
    desk: Browser, committee: Committee, fields: dict[str, str]
) -> None:
    committee.ask(ASKED)
    assert (await desk.send(PAGE, PAGE, **fields)).status_code == 400
    assert answered(committee) == []


async def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(
    desk: Browser, committee: Committee
) -> None:
    committee.ask(ASKED)
    committee.ask("=HYPERLINK(1) phụ cấp thôn bản?")
    answer = await desk.get(f"{PAGE}/tai")
    assert "thieu-van-ban-" in answer.headers["content-disposition"]
    assert answer.text.startswith(MARK)
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix(MARK)))
    assert head == ["Văn bản", "Lượt hỏi", "Người hỏi", "Câu hỏi"]
    assert [NUMBER, "1", "1", ASKED] in rows
    assert any(row[3].startswith("'=") for row in rows)
    looks = committee.log.database.rows("SELECT action, detail FROM accesses")
    assert looks == [("desk export", f"{PAGE}/tai")]
