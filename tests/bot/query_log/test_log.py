import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.query_log.log import Exchange, QueryLog, logged_hits
from documents.errors import LibraryError
from retrieval.answer import Answer, NoAnswer, Response
from tests.support.scripted_bot import AGE, DOCUMENT, SENTENCES, answer, citation, passage, response

CHAT, USER = "501", "502"


@pytest.fixture
def query_log(tmp_path: Path) -> Iterator[QueryLog]:
    with closing(QueryLog(tmp_path)) as opened:
        yield opened


def exchange(found: Response | None) -> Exchange:
    return Exchange(CHAT, USER, "Tuổi đời?", found, "đã trả lời", 34.5)


def column(data: Path, sql: str) -> list[object]:
    with closing(sqlite3.connect(data / "queries.db")) as connection:
        return [row[0] for row in connection.execute(sql)]


def test_a_question_is_kept_with_what_was_found_and_shown(
    tmp_path: Path, query_log: QueryLog
) -> None:
    query_log.record(exchange(response(answer("Tuổi đời?"), "tuổi đời")))
    with closing(sqlite3.connect(tmp_path / "queries.db")) as connection:
        row = connection.execute(
            "SELECT question, understood_as, status, reason, confidence, shown, elapsed_ms, thumb"
            " FROM questions"
        ).fetchone()
        hits = connection.execute("SELECT * FROM hits ORDER BY rank").fetchall()
    assert row == ("Tuổi đời?", "tuổi đời", "answered", None, 0.9, "đã trả lời", 34.5, None)
    assert len(hits) == len(SENTENCES)
    start = passage(0).text.index(AGE)
    found = (1, 1, passage(0).passage_id, DOCUMENT.document_id, "hybrid", 1.0)
    assert hits[0] == (*found, start, start + len(AGE), 1)
    assert [hit[-1] for hit in hits[1:]] == [None] * (len(SENTENCES) - 1)


def test_an_unanswered_and_a_failed_question_are_kept_as_such(
    tmp_path: Path, query_log: QueryLog
) -> None:
    query_log.record(exchange(response(NoAnswer("Tuổi đời?", "low_confidence", (citation(2),)))))
    query_log.record(exchange(response(NoAnswer("Tuổi đời?", "no_such_document"))))
    query_log.record(exchange(None))
    assert column(tmp_path, "SELECT status FROM questions ORDER BY id") == [
        "nearest",
        "refused",
        "failed",
    ]
    reasons = column(tmp_path, "SELECT reason FROM questions ORDER BY id")
    assert reasons == ["low_confidence", "no_such_document", None]
    assert column(tmp_path, "SELECT passage_id FROM hits WHERE place = 1") == [
        passage(2).passage_id
    ]


def test_by_default_neither_user_nor_chat_can_be_read_from_the_log(
    tmp_path: Path, query_log: QueryLog
) -> None:
    query_log.record(exchange(response(answer("Tuổi đời?"))))
    query_log.record(exchange(None))
    users, chats = (column(tmp_path, f"SELECT {name} FROM questions") for name in ("user", "chat"))
    assert len(set(users)) == len(set(chats)) == 1
    assert not {USER, CHAT} & {str(value) for value in users + chats}
    assert (tmp_path / "log.key").stat().st_mode & 0o777 == 0o600


def test_the_same_user_keeps_one_pseudonym_after_a_restart_and_has_another_elsewhere(
    tmp_path: Path, query_log: QueryLog
) -> None:
    with closing(QueryLog(tmp_path)) as again, closing(QueryLog(tmp_path / "other")) as other:
        assert query_log.pseudonym("user", USER) == again.pseudonym("user", USER)
        assert query_log.pseudonym("user", USER) != other.pseudonym("user", USER)


def test_in_full_mode_one_table_leads_back_to_the_user(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path, "full")) as query_log:
        query_log.record(exchange(None))
        hashed = query_log.pseudonym("user", USER)
    assert column(tmp_path, "SELECT user FROM questions") == [hashed]
    known = column(tmp_path, "SELECT user_id FROM people WHERE user = '" + hashed + "'")
    assert known == [int(USER)]


def test_with_the_log_off_buttons_resolve_and_nothing_said_is_kept(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path, "off")) as query_log:
        question_id = query_log.record(exchange(response(answer("Tuổi đời?"), "tuổi đời")))
        logged = query_log.find(question_id, CHAT)
    assert logged is not None
    assert logged.shown[0].passage_id == passage(0).passage_id
    with closing(sqlite3.connect(tmp_path / "queries.db")) as connection:
        row = connection.execute(
            "SELECT user, question, understood_as, shown, elapsed_ms FROM questions"
        ).fetchone()
    assert row == (None,) * 5


def test_a_question_is_found_only_from_its_own_chat(query_log: QueryLog) -> None:
    question_id = query_log.record(exchange(None))
    assert query_log.find(question_id, CHAT) is not None
    assert query_log.find(question_id, "502") is None
    assert query_log.find(question_id + 1, CHAT) is None


def test_a_later_thumb_replaces_the_earlier_one(query_log: QueryLog) -> None:
    question_id = query_log.record(exchange(None))
    for thumb in (1, -1):
        query_log.rate(question_id, thumb)
        logged = query_log.find(question_id, CHAT)
        assert logged is not None
        assert logged.thumb == thumb


def test_questions_older_than_the_retention_are_purged_with_their_passages(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path, days=30)) as query_log:
        question_id = query_log.record(exchange(response(answer("Tuổi đời?"))))
        assert query_log.purge(datetime.now(UTC) + timedelta(days=29)) == 0
        assert query_log.find(question_id, CHAT) is not None
        assert query_log.purge(datetime.now(UTC) + timedelta(days=31)) == 1
        assert query_log.find(question_id, CHAT) is None
        assert column(tmp_path, "SELECT count(*) FROM hits") == [0]
        other = replace(exchange(None), question="Câu khác?")
        assert query_log.record(other) == question_id + 1
    assert "Tuổi đời".encode() not in (tmp_path / "queries.db").read_bytes()


def test_without_a_retention_nothing_is_purged(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path, days=0)) as query_log:
        query_log.record(exchange(None))
        assert query_log.purge(datetime.now(UTC) + timedelta(days=10_000)) == 0


def test_a_full_disk_is_reported_in_one_line_naming_the_file(
    tmp_path: Path, query_log: QueryLog
) -> None:
    query_log._database.rows("PRAGMA max_page_count = 1")
    long = replace(exchange(None), shown="dài " * 10_000)
    with pytest.raises(LibraryError, match=r"queries\.db: ổ đĩa đã hết chỗ"):
        query_log.record(long)
    assert column(tmp_path, "SELECT count(*) FROM questions") == [0]


def test_a_damaged_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "queries.db").write_bytes(b"not a database " * 100)
    with pytest.raises(LibraryError, match=r"queries\.db"):
        QueryLog(tmp_path)


def test_a_cited_passage_that_was_not_among_the_hits_is_listed_after_them() -> None:
    reply = Answer("?", AGE, None, (citation(5, 1), citation(6, 2)), 0.9)
    hits = logged_hits(response(reply, found=2))
    assert [(hit.rank, hit.passage_id, hit.leg, hit.place) for hit in hits] == [
        (1, passage(0).passage_id, "hybrid", None),
        (2, passage(1).passage_id, "hybrid", None),
        (3, passage(5).passage_id, "cited", 1),
        (4, passage(6).passage_id, "cited", 2),
    ]


def test_of_two_quotes_of_one_passage_the_first_counts() -> None:
    second = replace(citation(0, 2), quote="Hết đoạn 0.", quote_start=90)
    reply = Answer("?", AGE, None, (citation(0, 1), second), 0.9)
    (hit,) = logged_hits(response(reply, found=1))
    assert (hit.place, hit.quote_start) == (1, citation(0).quote_start)
