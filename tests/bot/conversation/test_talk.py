"""Talk is answered as talk: in a line, without a search, and counted as no question."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.query_log.log import QueryLog
from bot.review import views
from bot.review.days import days, total
from bot.review.filters import Filter
from bot.texts.talk import REPLIES
from retrieval.question.talk import Talk
from tests.bot.conversation.test_router import CHAT, PERSON, Bench, a_bench

PHONE_LINE = 90  # characters: two lines of a phone at most


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("typed", ["cảm ơn", "Chào đồng chí!", "ok", "bot ngu", "👍", "alo"])
def test_talk_is_answered_in_one_line_without_a_search(bench: Bench, typed: str) -> None:
    message = bench.ask(typed)
    assert message.text in REPLIES.values()
    assert message.buttons == ()
    assert bench.desk.asked == []


def test_every_kind_of_talk_has_a_line_that_a_phone_shows() -> None:
    assert set(REPLIES) == set(Talk)
    assert all(len(line) <= PHONE_LINE and "\n" not in line for line in REPLIES.values())


def test_talk_is_in_no_list_of_questions_and_in_no_count(bench: Bench) -> None:
    for typed in ("cảm ơn", "cảm ơn", "alo"):
        bench.ask(typed)
    chosen = Filter()
    statuses = ("nearest", "refused", "failed")
    assert views.repeated(bench.query_log, chosen, statuses, 10) == ()
    assert total(days(bench.query_log, chosen)).asked == 0
    assert bench.query_log.history(PERSON.user_id, 10) == ()
    kinds = bench.query_log.database.rows("SELECT kind FROM talk ORDER BY id")
    assert [kind for (kind,) in kinds] == ["thanks", "thanks", "presence"]


def test_talk_between_two_questions_does_not_part_them(bench: Bench) -> None:
    bench.ask()
    bench.ask("cảm ơn")
    bench.ask("Còn năm 2019?")
    assert bench.desk.earlier[-1] is not None


def test_talk_goes_with_the_questions_of_who_forgets_them_and_with_time(bench: Bench) -> None:
    def kept() -> int:
        return int(bench.query_log.database.rows("SELECT count(*) FROM talk")[0][0])

    bench.ask("ok")
    bench.query_log.forget(PERSON.user_id)
    assert kept() == 0
    bench.ask("ok")
    bench.query_log.purge(datetime.now(UTC) + timedelta(days=366))
    assert kept() == 0


def test_with_the_log_off_no_talk_is_kept(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path, "off")) as off:
        off.note_talk(CHAT.chat_id, PERSON.user_id, Talk.THANKS)
        assert off.database.rows("SELECT * FROM talk") == []
