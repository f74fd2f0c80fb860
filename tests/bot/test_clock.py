"""A clock that is set back makes nothing valid again."""

import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot import clock
from bot.access import Access, Role
from bot.turn import Person

DAYS = 24 * 3600.0


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock on the wall, which the test sets."""
    shows = [time.time()]
    monkeypatch.setattr(time, "time", lambda: shows[0])
    monkeypatch.setattr(clock, "_last", (0.0, 0.0), raising=False)
    return shows


def test_the_time_of_day_goes_on_where_it_was_set_back(wall: list[float]) -> None:
    before = clock.now()
    wall[0] -= 30 * DAYS
    assert timedelta(0) <= clock.now() - before < timedelta(minutes=1)
    wall[0] += 60 * DAYS
    assert clock.now() - before > timedelta(days=29)


def test_an_expired_invitation_stays_so_when_the_clock_goes_back(
    tmp_path: Path, wall: list[float]
) -> None:
    with closing(Access(tmp_path, ("1",))) as access:
        code = access.invite(Role.CADRE, by="1")
        wall[0] += 4 * DAYS
        clock.now()
        wall[0] -= 4 * DAYS
        assert not access.accept(Person("11", "Một"), code)


def test_an_invitation_that_expired_is_gone_for_every_later_start(
    tmp_path: Path, wall: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Access(tmp_path, ("1",))) as access:
        code = access.invite(Role.CADRE, by="1")
        wall[0] += 4 * DAYS
        access.forget_expired()
    wall[0] -= 4 * DAYS
    monkeypatch.setattr(clock, "_last", (0.0, 0.0))
    with closing(Access(tmp_path, ("1",))) as access:
        assert not access.accept(Person("11", "Một"), code)
