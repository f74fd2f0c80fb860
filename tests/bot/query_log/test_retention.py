"""The log keeps what it must and forgets what it must, whoever else has it open."""

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query_log import log as query_log
from bot.query_log import retention
from bot.query_log.log import FILE, Exchange, QueryLog
from bot.query_log.schema import MIGRATIONS
from bot.review.reader import record_access
from bot.texts.review import SECRET_SHOWN
from documents.store.database import Database
from retrieval.answer import NoAnswer
from tests.support.scripted_bot import DOCUMENT, answer, citation, passage, response

CHAT, USER = "501", "502"
EXCHANGE = Exchange(CHAT, USER, "Tuổi đời?", response(answer("Tuổi đời?")), "đã trả lời", 34.5)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[QueryLog]:
    with closing(QueryLog(tmp_path)) as opened:
        yield opened


def rows(data: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / FILE)) as connection:
        return connection.execute(sql).fetchall()


def found(log: QueryLog, words: str) -> list[int]:
    matching = "SELECT rowid FROM questions_fts WHERE questions_fts MATCH ? ORDER BY rowid"
    return [row[0] for row in log.database.rows(matching, (words,))]


def bytes_on_disk(data: Path) -> bytes:
    files = (data / FILE, data / f"{FILE}-wal")
    return b"".join(path.read_bytes() for path in files if path.exists())


def test_a_question_is_kept_with_its_stages_model_generation_and_kind_of_chat(
    tmp_path: Path, log: QueryLog
) -> None:
    searched = replace(
        response(answer("Tuổi đời?")),
        stages=(("encode", 5.123), ("compose", 2.0)),
        model="e5",
        generation=7,
    )
    log.record(replace(EXCHANGE, response=searched, chat_kind="group"))
    columns = "stages, model, generation, chat_kind"
    ((stages, *rest),) = rows(tmp_path, f"SELECT {columns} FROM questions")
    assert json.loads(str(stages)) == {"encode": 5.12, "compose": 2.0}
    assert rest == ["e5", 7, "group"]


def test_a_reply_from_a_document_with_a_secrecy_stamp_is_not_kept(
    tmp_path: Path, log: QueryLog
) -> None:
    log.record(replace(EXCHANGE, shown="điều mật", secret=frozenset({DOCUMENT.document_id})))
    assert rows(tmp_path, "SELECT shown FROM questions") == [(SECRET_SHOWN,)]
    assert rows(tmp_path, "SELECT * FROM sources") == []
    assert "điều mật".encode() not in bytes_on_disk(tmp_path)


def test_the_documents_shown_are_named_once_and_by_their_latest_title(
    tmp_path: Path, log: QueryLog
) -> None:
    log.record(EXCHANGE)
    log.record(EXCHANGE)
    name = f"{DOCUMENT.number} – {DOCUMENT.title}"
    assert rows(tmp_path, "SELECT * FROM sources") == [(DOCUMENT.document_id, name)]
    retitled = replace(citation(2), title="Tên mới")
    reply = NoAnswer("Tuổi đời?", "low_confidence", (retitled,))
    log.record(replace(EXCHANGE, response=response(reply)))
    assert rows(tmp_path, "SELECT name FROM sources") == [(f"{DOCUMENT.number} – Tên mới",)]


def test_questions_without_a_long_pause_in_one_chat_are_one_conversation(
    tmp_path: Path, log: QueryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = log.record(EXCHANGE)
    log.record(EXCHANGE)
    other = log.record(replace(EXCHANGE, chat_id="502"))
    monkeypatch.setattr(query_log, "PAUSE", timedelta(0))
    time.sleep(0.002)
    later = log.record(EXCHANGE)
    kept = rows(tmp_path, "SELECT conversation FROM questions ORDER BY id")
    assert kept == [(first,), (first,), (other,), (later,)]


@pytest.mark.parametrize("words", ["tuoi doi", "TUOI", "doi"])
def test_a_question_is_found_by_its_words_without_marks(log: QueryLog, words: str) -> None:
    question_id = log.record(EXCHANGE)
    log.record(replace(EXCHANGE, question="Đảng phí bao nhiêu?"))
    assert found(log, words) == [question_id]


def test_a_reason_for_a_thumb_is_kept_and_none_with_the_log_off(tmp_path: Path) -> None:
    for mode, kept in (("full", "Sai văn bản"), ("off", None)):
        with closing(QueryLog(tmp_path / mode, mode)) as log:
            question_id = log.record(EXCHANGE)
            log.rate(question_id, -1)
            log.give_reason(question_id, "Sai văn bản")
        assert rows(tmp_path / mode, "SELECT thumb, thumb_reason FROM questions") == [(-1, kept)]


def test_people_see_their_own_latest_questions_only(log: QueryLog) -> None:
    for question in ("Một?", "Hai?", "Ba?"):
        log.record(replace(EXCHANGE, question=question))
    log.record(replace(EXCHANGE, user_id="503", question="Của người khác?"))
    assert [one.question for one in log.history(USER, 2)] == ["Ba?", "Hai?"]


def test_what_someone_asked_to_forget_is_gone_from_the_file_and_the_rest_stays(
    tmp_path: Path,
) -> None:
    with closing(QueryLog(tmp_path, "full")) as log:
        for number in range(40):
            log.record(replace(EXCHANGE, question=f"Bí thư kiêm nhiệm thứ {number} xyzzy?"))
        other = log.record(replace(EXCHANGE, chat_id="9", user_id="9", question="Đảng phí?"))
        assert b"xyzzy" in bytes_on_disk(tmp_path)
        assert log.forget(USER) == 40
        assert log.history(USER, 10) == ()
        assert found(log, "dang phi") == [other]
        assert found(log, "xyzzy") == []
        assert b"xyzzy" not in bytes_on_disk(tmp_path)
    assert rows(tmp_path, "SELECT user_id FROM people") == [(9,)]
    assert rows(tmp_path, "SELECT DISTINCT question_id FROM hits") == [(other,)]


def test_a_new_log_is_readable_by_its_account_alone(tmp_path: Path, log: QueryLog) -> None:
    log.record(EXCHANGE)
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.glob(f"{FILE}*")}
    assert modes == {0o600}


def test_a_purge_gives_the_room_back(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path, days=30)) as log:
        log.record(EXCHANGE)
        log.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        small = (tmp_path / FILE).stat().st_size
        for _ in range(retention.AT_ONCE + 100):
            log.record(replace(EXCHANGE, shown="dài " * 500))
        log.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        assert (tmp_path / FILE).stat().st_size > 4 * small
        assert log.purge(datetime.now(UTC) + timedelta(days=31)) == retention.AT_ONCE + 101
        assert (tmp_path / FILE).stat().st_size <= small


def test_looks_and_ids_go_with_the_questions_they_are_of(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path, "full", days=30)) as log:
        log.record(EXCHANGE)
        record_access(log.database, "thư ký", "list", "tất cả")
        log.purge(datetime.now(UTC) + timedelta(days=29))
        assert rows(tmp_path, "SELECT who FROM accesses") == [("thư ký",)]
        assert rows(tmp_path, "SELECT user_id FROM people") == [(int(USER),)]
        log.purge(datetime.now(UTC) + timedelta(days=31))
    assert rows(tmp_path, "SELECT * FROM accesses") == rows(tmp_path, "SELECT * FROM people") == []


def test_looks_of_an_earlier_version_come_to_hold_no_id(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path)) as log:
        record_access(log.database, "Telegram 987654321", "/chuatraloi", "")
        record_access(log.database, "thư ký", "list", "since=2026-01-01 user=987654321")
        hashed = log.pseudonym("user", "987654321")
    with closing(QueryLog(tmp_path)):
        looks = rows(tmp_path, "SELECT who, detail FROM accesses ORDER BY id")
    assert looks == [
        (f"Telegram {hashed}", ""),
        ("thư ký", f"since=2026-01-01 user={hashed}"),
    ]


def an_older_log(data: Path) -> None:
    """Write a log of the first version, as an installation of before has it."""
    with closing(Database(data / FILE, MIGRATIONS[:1])) as old, old.writing() as database:
        database.conn.executemany(
            "INSERT INTO questions (id, asked_at, chat, user, question, status)"
            " VALUES (?, '2026-01-02T18:00:00.000+00:00', 'c', ?, ?, ?)",
            [
                (3, "502", "Đảng phí?", "unanswered"),
                (4, "0123456789abcdef", "Tuổi đời?", "unanswered"),
                (5, None, None, "answered"),
                (9, "502", "Lỗi?", "failed"),
            ],
        )
        database.execute(
            "INSERT INTO hits VALUES (4, 1, ?, 'dense', 0.5, 0, 9, 1)", (passage(2).passage_id,)
        )
        database.execute("DELETE FROM questions WHERE id = 9")


def test_a_log_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    an_older_log(tmp_path)
    with closing(QueryLog(tmp_path)) as log:
        hashed = log.pseudonym("user", "502")
        assert log.record(EXCHANGE) == 10  # the id of a removed question is never given again
        assert found(log, "dang phi") == [3]
        assert log.hits(4)[0].passage_id == passage(2).passage_id
    kept = rows(tmp_path, "SELECT id, user, status, day FROM questions WHERE id < 10 ORDER BY id")
    assert kept == [
        (3, hashed, "refused", "2026-01-03"),
        (4, "0123456789abcdef", "nearest", "2026-01-03"),
        (5, None, "answered", "2026-01-03"),
    ]
    assert rows(tmp_path, "SELECT document_id FROM hits WHERE question_id = 4") == [
        (DOCUMENT.document_id,)
    ]
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(tmp_path, "PRAGMA foreign_key_check") == []
    assert rows(tmp_path, "PRAGMA auto_vacuum") == [(2,)]


def test_a_log_that_another_process_is_writing_is_made_ready_for_shrinking_later(
    tmp_path: Path,
) -> None:
    an_older_log(tmp_path)
    with (
        closing(Database(tmp_path / FILE, MIGRATIONS, wait_seconds=0.05)) as log,
        closing(sqlite3.connect(tmp_path / FILE)) as writer,
    ):
        writer.execute("BEGIN IMMEDIATE")
        retention.prepare(log)
        writer.rollback()
        assert log.rows("PRAGMA auto_vacuum") == [(0,)]
        assert retention.remove(log, "question = ?", ("Đảng phí?",)) == 1
        retention.shrink(log)
        assert "Đảng phí?".encode() not in bytes_on_disk(tmp_path)
        retention.prepare(log)
        assert log.rows("PRAGMA auto_vacuum") == [(2,)]


def test_two_readers_a_reviewer_and_a_purge_never_keep_the_bot_from_logging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 20)
    failures: list[BaseException] = []
    done = threading.Event()

    def guarded(work: object) -> threading.Thread:
        def run() -> None:
            try:
                while not done.is_set():
                    work()  # type: ignore[operator]
                    time.sleep(0.005)
            except BaseException as error:  # noqa: BLE001  # reported by the test
                failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    with closing(QueryLog(tmp_path, days=30)) as log, closing(QueryLog(tmp_path)) as reviewer:
        slow = "SELECT count(*) FROM questions a, questions b, questions c WHERE a.id < 9"

        def review() -> None:
            with reviewer.database.writing() as database:
                database.execute(
                    "INSERT INTO accesses (at, who, action, detail) VALUES ('x', 'y', 'z', '')"
                )

        workers = [
            guarded(lambda: log.database.rows(slow)),
            guarded(lambda: reviewer.database.rows(slow)),
            guarded(review),
            guarded(lambda: log.purge(datetime.now(UTC) + timedelta(days=31))),
        ]
        slowest = 0.0
        for _ in range(150):
            began = time.perf_counter()
            log.record(EXCHANGE)
            slowest = max(slowest, time.perf_counter() - began)
        done.set()
        for worker in workers:
            worker.join()
    assert failures == []
    assert slowest < query_log.WAIT_SECONDS


WRITER = """
import sys
from pathlib import Path
from bot.query_log.log import QueryLog
from tests.bot.query_log.test_retention import EXCHANGE
log = QueryLog(Path(sys.argv[1]))
while True:
    print(log.record(EXCHANGE), flush=True)
"""


@pytest.mark.parametrize("seconds", [0.0, 0.03, 0.11])
def test_a_killed_process_loses_no_question_that_was_logged(tmp_path: Path, seconds: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline())]
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        told += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
    with closing(QueryLog(tmp_path)) as log:
        kept = [row[0] for row in log.database.rows("SELECT id FROM questions ORDER BY id")]
        assert kept[: len(told)] == told
        assert len(kept) <= len(told) + 1
        assert found(log, "tuoi") == kept
        assert log.database.rows("PRAGMA integrity_check") == [("ok",)]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.text(max_size=20)), max_size=12), st.integers(1, 3))
def test_forgetting_removes_a_persons_questions_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[int, str]], person: int
) -> None:
    with closing(QueryLog(tmp_path_factory.mktemp("log"))) as log:
        for user, text in asked:
            log.record(replace(EXCHANGE, chat_id=str(user), user_id=str(user), question=text))
        assert log.forget(str(person)) == sum(user == person for user, _ in asked)
        for user in {1, 2, 3} - {person}:
            mine = [text for who, text in asked if who == user]
            assert [one.question for one in log.history(str(user), 99)] == mine[::-1]
        assert log.history(str(person), 99) == ()
        log.database.rows("INSERT INTO questions_fts (questions_fts) VALUES ('integrity-check')")


def test_what_was_asked_while_the_clock_was_wrong_is_kept_as_long_as_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(QueryLog(tmp_path, days=30)) as log:
        now = datetime.now(UTC)
        stamps = (now - timedelta(days=40), now, datetime(1970, 1, 1, tzinfo=UTC))
        for number, moment in enumerate(stamps):
            question_id = log.record(replace(EXCHANGE, question=f"Câu {number}?"))
            with log.database.writing() as database:
                database.execute(
                    "UPDATE questions SET asked_at = ? WHERE id = ?",
                    (query_log.stamp(moment), question_id),
                )
        assert log.purge(now) == 1
        assert [one.question for one in log.history(USER, 9)] == ["Câu 2?", "Câu 1?"]
        future = now + timedelta(days=3650)  # of one question alone, which must keep no other
        with log.database.writing() as database:
            database.execute("UPDATE questions SET asked_at = ?", (query_log.stamp(future),))
        log.record(EXCHANGE)
        with log.database.writing() as database:
            database.execute(
                "UPDATE questions SET asked_at = ? WHERE id = (SELECT max(id) FROM questions)",
                (query_log.stamp(now),),
            )
        assert log.purge(now + timedelta(days=31)) == 1


def test_what_is_removed_while_somebody_reads_leaves_the_files_too(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path)) as log:
        log.record(replace(EXCHANGE, question="Bí thư kiêm nhiệm xyzzy?"))
        reads = threading.Event()

        def look() -> None:
            with closing(sqlite3.connect(tmp_path / FILE)) as database:
                database.execute("BEGIN")
                database.execute("SELECT count(*) FROM questions").fetchone()
                reads.set()
                time.sleep(0.3)

        reader = threading.Thread(target=look)
        reader.start()
        reads.wait()
        assert log.forget(USER) == 1
        reader.join()
        assert b"xyzzy" not in bytes_on_disk(tmp_path)
