"""The questions of the desk: found by filters, shown beside today's answer, and judged."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pytest

from bot.desk.questions import ROWS
from bot.query_log.log import FILE, QueryLog
from bot.query_log.schema import MIGRATIONS
from bot.review.verdicts import NOTE_LENGTH, VERDICTS
from bot.texts.review import VERDICT
from documents.store.database import Database
from tests.support.desk_browser import WHO, Browser, browser
from tests.support.log_generator import fill
from tests.support.review_log import ANSWERED, REFUSED, Committee, open_committee


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


@pytest.mark.parametrize(
    ("query", "found", "left_out"),
    [
        ("ket_qua=unanswered", REFUSED, ANSWERED),
        ("ket_qua=answered", ANSWERED, REFUSED),
        ("tim=cuoc+hop", ANSWERED, REFUSED),
        ("van_ban=09-CT/TU", ANSWERED, REFUSED),
        ("tu=2020-01-01&ket_qua=nearest", REFUSED, ANSWERED),
    ],
)
async def test_a_filter_leaves_what_it_says(
    desk: Browser, query: str, found: str, left_out: str
) -> None:
    shown = await desk.page(f"/cau-hoi?{query}")
    assert found in shown
    assert left_out not in shown
    assert "1 câu hỏi." in shown


async def test_the_filter_form_keeps_what_was_chosen(desk: Browser) -> None:
    shown = await desk.page('/cau-hoi?tim="họp"&ket_qua=liked&xem=chua')
    assert 'value=""họp""' in shown
    assert '<option value="liked" selected>' in shown
    assert '<option value="chua" selected>' in shown
    assert "Không có câu hỏi nào khớp" in shown


@pytest.mark.parametrize("query", ["tu=hôm qua", "truoc=x", "truoc=-1", "ket_qua=', '", "xem=9"])
async def test_a_field_that_means_nothing_sets_no_bound(desk: Browser, query: str) -> None:
    assert "2 câu hỏi." in await desk.page(f"/cau-hoi?{query}")


async def test_the_pages_hold_every_question_once(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path)) as log:
        count = 2 * ROWS + 7
        fill(log, count, datetime.now(UTC))
        desk = browser(log)
        await desk.enter()
        for query in ("", "?ket_qua=answered", "?tim=quy+dinh"):
            address, seen = f"/cau-hoi{query}", list[str]()
            while address:
                text = await desk.page(address)
                seen += [part.split('"')[0] for part in text.split('<td><a href="/cau-hoi/')[1:]]
                links = text.split('rel="next"')[0].rpartition('<a href="')
                address = links[2].split('"')[0] if 'rel="next"' in text else ""
            assert len(seen) == len(set(seen))
            assert seen == sorted(seen, key=int, reverse=True)
            assert f"{len(seen)} câu hỏi." in text


async def test_a_question_is_shown_as_then_and_as_today(
    desk: Browser, committee: Committee
) -> None:
    with committee.log.database.writing() as database:
        database.execute("UPDATE questions SET shown = 'Trả lời cũ.' WHERE id = 1")
    shown = await desk.page("/cau-hoi/1")
    then, today = shown.split("Trả lời hôm nay")
    assert "Trả lời cũ." in then
    assert "không quá nửa ngày" in today
    assert "09-CT/TU" in today


@pytest.mark.parametrize("number", ["999", str(2**63), "9" * 300])
async def test_a_question_that_is_not_there_is_said(desk: Browser, number: str) -> None:
    answer = await desk.get(f"/cau-hoi/{number}")
    assert answer.status_code == 400
    assert "không có câu hỏi" in answer.text


@pytest.mark.parametrize(("place", "verdict"), list(enumerate(VERDICTS, start=1)))
async def test_one_button_with_a_key_judges_and_one_takes_it_back(
    desk: Browser, committee: Committee, place: int, verdict: str
) -> None:
    page = "/cau-hoi/1"
    button = f'<button name="ket_luan" value="{verdict}" accesskey="{place}">'
    assert button in await desk.page(page)
    answer = await desk.send(page, f"{page}/ket-luan", ket_luan=verdict)
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    rows = "SELECT question_id, reviewer, verdict FROM reviews"
    assert committee.log.database.rows(rows) == [(1, WHO, verdict)]
    assert f"Kết luận: {VERDICT[verdict]}" in await desk.page("/cau-hoi?xem=roi")
    await desk.send(page, f"{page}/bo")
    assert committee.log.database.rows(rows) == []
    assert button in await desk.page(page)


async def test_a_note_and_a_verdict_stand_side_by_side(desk: Browser, committee: Committee) -> None:
    await desk.send("/cau-hoi/2", "/cau-hoi/2/ket-luan", ket_luan="not_in_library")
    await desk.send("/cau-hoi/2", "/cau-hoi/2/ghi-chu", ghi_chu="Chờ văn bản\r\nmới")
    await desk.send("/cau-hoi/2", "/cau-hoi/2/ket-luan", ket_luan="wrong")
    await desk.send("/cau-hoi/2", "/cau-hoi/2/ghi-chu", ghi_chu=" ")
    rows = committee.log.database.rows("SELECT verdict, note FROM reviews")
    assert rows == [("wrong", "Chờ văn bản\nmới")]
    assert "Chờ văn bản" in await desk.page("/cau-hoi/2")


async def test_what_cannot_be_written_is_said_and_changes_nothing(
    desk: Browser, committee: Committee
) -> None:
    page = "/cau-hoi/1"
    for path, fields in (
        ("ket-luan", {"ket_luan": "maybe"}),
        ("ghi-chu", {"ghi_chu": "a" * (NOTE_LENGTH + 1)}),
    ):
        assert (await desk.send(page, f"{page}/{path}", **fields)).status_code == 400
    assert committee.log.database.rows("SELECT * FROM reviews") == []


async def test_a_change_is_written_down_before_it_is_made(
    desk: Browser, committee: Committee
) -> None:
    await desk.send("/cau-hoi/1", "/cau-hoi/1/ket-luan", ket_luan="right")
    looks = committee.log.database.rows("SELECT who, action, detail FROM accesses ORDER BY id")
    assert looks[-1] == (WHO, "desk change", "/cau-hoi/1/ket-luan")
    with committee.log.database.writing() as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON accesses WHEN new.action = 'desk change'"
            " BEGIN SELECT raise(ABORT, 'full'); END"
        )
    answer = await desk.send("/cau-hoi/2", "/cau-hoi/2/ket-luan", ket_luan="right")
    assert answer.status_code == 503
    assert committee.log.database.rows("SELECT question_id FROM reviews") == [(1,)]


async def test_a_review_of_an_earlier_log_has_no_verdict_and_takes_one(tmp_path: Path) -> None:
    before = next(n for n, step in enumerate(MIGRATIONS) if "verdict" in str(step))
    with closing(Database(tmp_path / FILE, MIGRATIONS[:before])) as old, old.writing() as database:
        database.execute(
            "INSERT INTO questions (id, asked_at, chat, status, question, plain)"
            " VALUES (1, '2026-11-01T01:00:00.000+00:00', 'c', 'refused', 'Đảng phí?', 'dang phi')"
        )
        database.execute(
            "INSERT INTO reviews (question_id, reviewed_at, reviewer, note)"
            " VALUES (1, '2026-11-02T01:00:00.000+00:00', 'ai đó', 'Ghi chú cũ')"
        )
    with closing(QueryLog(tmp_path)) as log:
        desk = browser(log)
        await desk.enter()
        assert "Ghi chú cũ" in await desk.page("/cau-hoi/1")
        await desk.send("/cau-hoi/1", "/cau-hoi/1/ket-luan", ket_luan="incomplete")
        rows = log.database.rows("SELECT verdict, note FROM reviews")
    assert rows == [("incomplete", "Ghi chú cũ")]


async def test_every_list_of_a_long_log_is_there_at_once(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path)) as log:
        fill(log, 20_000, datetime.now(UTC))
        desk = browser(log)
        await desk.enter()
        for path in ("/", "/cau-hoi", "/cau-hoi?ket_qua=unanswered", "/cau-hoi?truoc=100"):
            begun = perf_counter()
            await desk.page(path)
            assert perf_counter() - begun < 2  # 0.5 s on a machine that does nothing else
