"""Who is let in to the desk, what is written down, and what its pages may do in a browser."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.login import STAYS
from bot.desk.site import LARGEST, LOGIN
from bot.query_log.log import QueryLog
from bot.texts.desk import NOT_FROM_HERE, NOT_LOGGED_IN
from bot.texts.review import LOOK_NOT_KEPT
from tests.support.desk_browser import WHO, Browser, browser
from tests.support.review_log import ANSWERED, REFUSED, Committee, open_committee

SCRIPT = "<script>alert(1)</script> mức phụ cấp?"
PAGES = ("/", "/cau-hoi", "/cau-hoi/1", "/thieu-van-ban", "/van-ban", "/bao-cao")


@pytest.fixture
def committee(tmp_path: Path) -> Iterator[Committee]:
    with open_committee(tmp_path, mode="full") as opened:
        opened.ask(ANSWERED, "987654321")
        opened.ask(REFUSED, "987654321")
        opened.ask(SCRIPT, "987654321")
        yield opened


@pytest.fixture
def outside(committee: Committee) -> Browser:
    return browser(committee.log, committee.searcher)


@pytest.fixture
async def inside(outside: Browser) -> Browser:
    await outside.enter()
    return outside


def looks(log: QueryLog) -> list[tuple[str, str, str]]:
    return log.database.rows("SELECT who, action, detail FROM accesses ORDER BY id")


@pytest.mark.parametrize("path", PAGES)
async def test_without_a_login_nothing_is_shown(
    outside: Browser, committee: Committee, path: str
) -> None:
    answer = await outside.get(path)
    assert (answer.status_code, answer.text) == (403, NOT_LOGGED_IN)
    assert looks(committee.log) == []


async def test_the_address_logs_in_once_and_only_by_its_button(outside: Browser) -> None:
    for _ in range(2):  # whoever previews the address does not use it up
        assert (await outside.get(f"{LOGIN}?ma={outside.login.key}")).status_code == 200
    assert (await outside.enter("another key")).status_code == 403
    entered = await outside.enter()
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert (await outside.get("/")).status_code == 200
    outside.client.cookies.clear()
    assert (await outside.enter()).status_code == 403
    assert (await outside.get(f"{LOGIN}?ma={outside.login.key}")).status_code == 403


async def test_no_script_reads_the_cookie_and_no_other_site_sends_it(outside: Browser) -> None:
    cookie = (await outside.enter()).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_a_login_ends_after_a_working_day(inside: Browser) -> None:
    inside.clock[0] += STAYS - timedelta(minutes=1)
    assert (await inside.get("/")).status_code == 200
    inside.clock[0] += timedelta(minutes=2)
    assert (await inside.get("/")).status_code == 403


@pytest.mark.parametrize("path", [*PAGES, "/desk.css", "/khong-co", LOGIN])
async def test_every_answer_runs_no_script_and_asks_nobody_else(inside: Browser, path: str) -> None:
    answer = await inside.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "script" not in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text
    assert not re.findall(r"\son\w+=|style=|https?://", answer.text)


async def test_a_question_of_html_is_shown_as_it_was_typed(inside: Browser) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in (await inside.get("/cau-hoi")).text
    assert SCRIPT in await inside.page("/cau-hoi/3")


@pytest.mark.parametrize("path", [*PAGES, "/cau-hoi?tim=ph%E1%BB%A5+c%E1%BA%A5p"])
async def test_a_look_is_written_down_with_its_address(
    inside: Browser, committee: Committee, path: str
) -> None:
    await inside.page(path)
    assert looks(committee.log) == [(WHO, "desk", path)]


async def test_a_look_that_cannot_be_written_down_is_refused(
    inside: Browser, committee: Committee
) -> None:
    with committee.log.database.writing() as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON accesses BEGIN SELECT raise(ABORT, 'full'); END"
        )
    answer = await inside.get("/cau-hoi/1")
    assert (answer.status_code, answer.text) == (503, LOOK_NOT_KEPT)


async def test_no_page_shows_a_telegram_id(inside: Browser, committee: Committee) -> None:
    assert committee.log.database.rows("SELECT user_id FROM people") == [(987654321,)]
    for path in PAGES:
        assert "987654321" not in await inside.page(path)


async def test_a_form_that_no_page_from_here_held_changes_nothing(
    inside: Browser, committee: Committee
) -> None:
    for token in ({}, {"ma_bieu_mau": "đoán"}):
        answer = await inside.client.post("/cau-hoi/1/ket-luan", data={"ket_luan": "right"} | token)
        assert (answer.status_code, answer.text) == (403, NOT_FROM_HERE)
    assert committee.log.database.rows("SELECT * FROM reviews") == []


async def test_a_form_larger_than_any_of_ours_is_not_read_to_its_end(inside: Browser) -> None:
    answer = await inside.client.post("/cau-hoi/1/ghi-chu", data={"ghi_chu": "a" * LARGEST})
    assert answer.status_code == 413


async def test_another_sites_name_for_this_machine_is_refused(inside: Browser) -> None:
    answer = await inside.client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert ANSWERED not in answer.text


async def test_an_address_longer_than_is_kept_is_refused(inside: Browser) -> None:
    assert (await inside.get("/cau-hoi?tim=" + "a" * 5000)).status_code == 414


async def test_a_log_without_a_library_is_shown(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path)) as log:
        alone = browser(log)
        await alone.enter()
        assert "Không có câu hỏi nào" in await alone.page("/")
