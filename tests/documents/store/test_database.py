import threading
from pathlib import Path

import pytest

from documents.store import database
from documents.store.database import Database

SLOW = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
    "SELECT max(i) FROM n"
)


def test_a_file_is_closed_when_the_queries_of_other_threads_have_ended(tmp_path: Path) -> None:
    opened = Database(tmp_path / "a.db", (("CREATE TABLE a (b)",),))
    begun, found = threading.Event(), []

    def ask() -> None:
        with opened.reading():
            begun.set()
            found.extend(opened.rows(SLOW.format(1_000_000)))

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(10)
    opened.close()
    assert found == [(1_000_000,)]
    asking.join()
    assert opened.rows("SELECT count(*) FROM a") == [(0,)], "it is opened again by whoever asks"
    opened.close()


def test_a_query_that_does_not_end_keeps_its_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "CLOSING_SECONDS", 0.05)
    opened = Database(tmp_path / "a.db", ())
    begun, ended, found = threading.Event(), threading.Event(), []

    def ask() -> None:
        with opened.reading():
            begun.set()
            assert ended.wait(10)
            found.extend(opened.rows("SELECT 1"))

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(10)
    opened.close()
    ended.set()
    asking.join()
    assert found == [(1,)]
    opened.close()
