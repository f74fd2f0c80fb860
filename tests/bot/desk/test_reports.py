"""The reports of the desk: the very page that the command writes, shown and downloaded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.review.filters import last_days
from bot.review.page import render
from bot.review.period import gather
from tests.support.desk_browser import Browser, browser
from tests.support.encoders import HashingEncoder
from tests.support.review_log import ANSWERED, REFUSED, Committee, open_committee
from tests.support.sample_library import DIRECTIVE


@pytest.fixture
def committee(tmp_path: Path) -> Iterator[Committee]:
    with open_committee(tmp_path) as opened:
        opened.ask(ANSWERED)
        opened.ask(REFUSED)
        yield opened


@pytest.fixture
async def desk(committee: Committee) -> Browser:
    opened = browser(committee.log, committee.searcher)
    await opened.enter()
    return opened


@pytest.mark.parametrize(("name", "days"), [("tuan", 7), ("thang", 30)])
async def test_a_report_is_the_page_of_its_days_and_leaves_as_a_file(
    desk: Browser, committee: Committee, name: str, days: int
) -> None:
    now = desk.clock[0]
    figures = gather(
        committee.log, committee.searcher.library, HashingEncoder(256), *last_days(days, now)
    )
    wanted = render(figures, now)
    shown = await desk.get(f"/bao-cao/xem?ky={name}")
    assert shown.text == wanted
    assert "content-disposition" not in shown.headers
    file = await desk.get(f"/bao-cao/tai?ky={name}")
    assert file.text == wanted
    assert f"bao-cao-{name}-" in file.headers["content-disposition"]
    assert committee.log.database.rows("SELECT action, rows FROM accesses") == [
        ("desk", 2),
        ("desk export", 2),
    ]


async def test_a_report_of_no_period_is_refused(desk: Browser) -> None:
    for query in ("", "?ky=nam"):
        assert (await desk.get(f"/bao-cao/tai{query}")).status_code == 400


async def test_a_report_names_no_hidden_document(committee: Committee) -> None:
    hidden = frozenset((DIRECTIVE.document_id,))
    desk = browser(committee.log, committee.searcher, hidden=hidden)
    await desk.enter()
    assert "09-CT/TU" not in await desk.page("/bao-cao/xem?ky=tuan")
