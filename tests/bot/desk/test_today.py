"""Today's page: its counts, and the alarm where fewer questions are answered than by chance."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.rates import Band, band
from bot.query_log.log import QueryLog
from bot.review.filters import VIETNAM
from bot.texts import desk as texts
from tests.support.desk_browser import browser
from tests.support.log_generator import fill
from tests.support.review_log import ANSWERED, REFUSED, open_committee


@pytest.fixture
def log(tmp_path: Path) -> Iterator[QueryLog]:
    with closing(QueryLog(tmp_path)) as opened:
        fill(opened, 2000, datetime.now(UTC), days=40)
        yield opened


async def page(log: QueryLog) -> str:
    shown = browser(log)
    await shown.enter()
    return await shown.page("/")


def set_status_of_this_week(log: QueryLog, status: str) -> None:
    first = (datetime.now(UTC).astimezone(VIETNAM).date() - timedelta(days=6)).isoformat()
    with log.database.writing() as database:
        database.execute("UPDATE questions SET status = ? WHERE day >= ?", (status, first))


async def test_a_week_like_those_before_raises_no_alarm(log: QueryLog) -> None:
    shown = await page(log)
    assert "Tỷ lệ trả lời giảm" not in shown
    assert "(khoảng dự báo 95%)" in shown


async def test_a_week_below_the_band_raises_an_alarm_with_both_rates(log: QueryLog) -> None:
    set_status_of_this_week(log, "refused")
    assert "Tỷ lệ trả lời giảm: 0% so với" in await page(log)


async def test_a_week_above_the_band_raises_no_alarm(log: QueryLog) -> None:
    set_status_of_this_week(log, "answered")
    assert "Tỷ lệ trả lời giảm" not in await page(log)


async def test_the_newest_unanswered_and_disliked_questions_and_documents_are_shown(
    tmp_path: Path,
) -> None:
    with open_committee(tmp_path) as committee:
        committee.ask(REFUSED)
        disliked = committee.ask(ANSWERED)
        committee.log.rate(disliked, -1, "Thiếu thời gian")
        shown = browser(committee.log, committee.searcher)
        await shown.enter()
        text = await shown.page("/")
    assert REFUSED in text
    assert f'<a href="/cau-hoi/{disliked}">{ANSWERED}</a>' in text
    assert "👎 Thiếu thời gian" in text
    assert "Văn bản thêm trong 7 ngày qua (4)" in text
    assert "09-CT/TU" in text


async def test_a_document_of_an_earlier_month_is_not_called_new(tmp_path: Path) -> None:
    with open_committee(tmp_path) as committee:
        shown = browser(committee.log, committee.searcher)
        shown.clock[0] += timedelta(days=30)
        await shown.enter()
        assert "Văn bản thêm trong 7 ngày qua (0)" in await shown.page("/")


counts = st.integers(1, 5000)


@given(asked=counts, now=counts, part=st.floats(0, 1))
def test_a_band_holds_the_rate_of_before_and_no_impossible_one(
    asked: int, now: int, part: float
) -> None:
    answered = round(part * asked)
    found = band(answered, asked, now)
    assert found is not None
    assert 0 <= found.low <= answered / asked + 1e-9
    assert answered / asked - 1e-9 <= found.high <= 1


@given(asked=counts, now=counts, answered=st.integers(0, 5000), x=st.integers(0, 5000))
def test_a_rate_is_outside_the_band_where_the_test_of_two_shares_tells_them_apart(
    asked: int, now: int, answered: int, x: int
) -> None:
    answered, x = answered % (asked + 1), x % (now + 1)
    found = band(answered, asked, now)
    assert found is not None
    pooled = (answered + x) / (asked + now)
    error = (pooled * (1 - pooled) * (1 / asked + 1 / now)) ** 0.5
    distance = abs(x / now - answered / asked)
    if abs(distance - 1.96 * error) > 1e-9:
        assert (found.low <= x / now <= found.high) == (distance < 1.96 * error)


def test_few_questions_make_a_wide_band_and_none_make_no_band() -> None:
    few, many = band(78, 100, 5), band(7800, 10_000, 500)
    assert few
    assert many
    assert few.low < 0.45
    assert many.low > 0.74
    assert band(0, 0, 5) is None
    assert band(78, 100, 0) is None


@pytest.mark.parametrize(
    ("now", "low", "high", "said"),
    [
        (0.614, 0.738, 0.824, "61% so với 74–82%"),
        (0.7399, 0.7401, 0.824, "73% so với 75–82%"),  # never a rate below written as within
        (0.5, 0.98, 0.985, "50% so với 98%"),
    ],
)
def test_the_alarm_says_both_rates_as_whole_percents(
    now: float, low: float, high: float, said: str
) -> None:
    assert texts.rate_fell(now, low, high) == f"Tỷ lệ trả lời giảm: {said} của 4 tuần trước"
    assert Band(low, high).low > now
