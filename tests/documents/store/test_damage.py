"""What is not as it was stored is not given out, and is named."""

import gzip
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from documents.errors import LibraryError
from documents.store.database import Database
from documents.store.library import FILE_NAME, Library
from documents.store.salvage import salvage
from tests.support.builders import make_document, make_passages

ONE = make_document("Điều 1. Tỷ lệ đạt 70% mục tiêu.\nĐiều 2. Hiệu lực.", number="01-NQ/TU")
TWO = make_document("Điều 1. Khác.", number="02-NQ/TU", replaces=("01-NQ/TU",))
MADE_BEFORE = Path(__file__).parents[2] / "support" / "library_v1.db.gz"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Library(tmp_path / FILE_NAME) as library:
        library.add_all([(one, make_passages(one)) for one in (ONE, TWO)])
    return tmp_path / FILE_NAME


def write(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()


PASSAGE = {
    "a figure": "UPDATE passages SET text = replace(text, '70%', '30%')",
    "bytes that are no text": "UPDATE passages SET text = CAST(x'ff3730' AS TEXT)",
    "a number for a text": "UPDATE passages SET text = 7",
    "a text for a number": "UPDATE passages SET start_offset = 'x'",
    "a page": "UPDATE passages SET page = 9",
    "a label": "UPDATE passages SET article = 'Điều 7'",
    "the place in the order": "UPDATE passages SET ordinal = ordinal + 8",
    "another's key": "UPDATE passages SET key = key + 100",
    "the checksum": "UPDATE passages SET checksum = x'00'",
    "no checksum": "UPDATE passages SET checksum = NULL",
}


@pytest.mark.parametrize("kind", PASSAGE)
def test_a_damaged_passage_is_not_given_out_and_names_itself(path: Path, kind: str) -> None:
    first, second = make_passages(ONE)
    write(path, f"{PASSAGE[kind]} WHERE passage_id = ?", first.passage_id)
    with Library(path) as library:
        assert library.passage(first.passage_id) is None
        assert library.passages_of(ONE.document_id) == (second,)
        assert first not in library.passages_at(library.passage_keys().tolist())
        indexed = library.indexed_passages(library.passage_keys().tolist())
        assert all(text or not passage.text for passage, text in indexed)
        assert not any("70%" in text or "30%" in text for _, text in indexed)
        assert any(first.passage_id in line for line in library.damage.lines)
        assert library.passages_of(TWO.document_id) == make_passages(TWO)


DOCUMENT = {
    "a month 13": "UPDATE documents SET issued_on = '2021-13-15'",
    "a number for a date": "UPDATE documents SET issued_on = 7",
    "another day": "UPDATE documents SET issued_on = '2021-06-16'",
    "its number": "UPDATE documents SET number = '81-NQ/TU'",
    "its title": "UPDATE documents SET title = title || '.'",
    "its issuer": "UPDATE documents SET issuer = NULL",
    "where pages begin": "UPDATE documents SET page_starts = '[7]'",
    "no list of pages": "UPDATE documents SET page_starts = 'x'",
    "a status that there is none of": "UPDATE documents SET status = 'curren4'",
}
REST = {
    "its stamp": "UPDATE documents SET secrecy = 'MẬT'",
    "its signer": "UPDATE documents SET signer = 'X'",
    "the day it takes effect": "UPDATE documents SET effective_on = '2021-02-30'",
    "its original": "UPDATE documents SET sha256 = 'x'",
}


@pytest.mark.parametrize("kind", DOCUMENT | REST)
def test_a_document_whose_row_is_damaged_is_as_if_it_were_not_there(path: Path, kind: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(f"{(DOCUMENT | REST)[kind]} WHERE document_id = ?", [ONE.document_id])
        connection.commit()
    with Library(path) as library:
        assert library.document(ONE.document_id) is None
        assert [one.number for one in library.documents()] == ["02-NQ/TU"]
        assert [entry.document.number for entry in library.entries()] == ["02-NQ/TU"]
        assert any(ONE.document_id in line for line in library.damage.lines)
        assert library.damaged_documents() == (ONE.document_id,)
        if kind in DOCUMENT:
            assert library.heads_of([ONE.document_id]) == ()
            assert {one.document_id for one in library.passages_at(library.passage_keys())} == {
                TWO.document_id
            }
        library.add(ONE, make_passages(ONE))  # the file, added again
        assert library.document(ONE.document_id) is not None
        assert library.damaged_documents() == ()


def test_what_a_document_says_of_others_is_part_of_what_is_compared(path: Path) -> None:
    write(path, "UPDATE relations SET number = '09-NQ/TU'")
    with Library(path) as library:
        assert library.damaged_documents() == (TWO.document_id,)


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM replacements", "UPDATE documents SET status = 'current'"],
    ids=["a pair is gone", "a status is another"],
)
def test_nothing_is_cited_of_which_it_is_not_known_whether_it_was_replaced(
    path: Path, statement: str
) -> None:
    write(path, statement)
    with Library(path) as library, pytest.raises(LibraryError, match="quan hệ thay thế"):
        library.successors([ONE.document_id])


def test_keys_that_the_file_does_not_find_any_more_are_an_error(path: Path) -> None:
    write(path, "DELETE FROM passages WHERE article = 'Điều 2'")
    with Library(path) as library:
        with pytest.raises(LibraryError, match="bảng passages"):
            library.keys_of([ONE.document_id])
        assert len(library.passages_of(ONE.document_id)) == 1
        assert any("số đoạn" in line for line in library.damage.lines)
        assert library.miscounted_documents() == (ONE.document_id,)


@pytest.mark.parametrize("value", ["'x'", "NULL", "x'00'"])
def test_a_counter_that_is_no_number_is_named(path: Path, value: str) -> None:
    write(path, "DROP TABLE meta")
    write(path, "CREATE TABLE meta (name, value)")
    write(path, f"INSERT INTO meta VALUES ('generation', {value})")
    with Library(path) as library, pytest.raises(LibraryError, match="bảng meta"):
        _ = library.generation


def test_a_text_whose_words_are_not_those_that_were_read_is_left_out(path: Path) -> None:
    write(path, "UPDATE documents SET text = 'x' || text WHERE number = '01-NQ/TU'")
    with Library(path) as library:
        ids = [ONE.document_id, TWO.document_id]
        assert [one for one, _text in library.texts_of(ids)] == [TWO.document_id]
        assert library.damage.lines != ()


def test_each_thing_is_named_once_in_the_log(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(path, "UPDATE passages SET page = 9 WHERE article = 'Điều 2'")
    with Library(path) as library:
        for _ in range(3):
            library.passages_of(ONE.document_id)
    (said,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert f"{ONE.document_id}/dieu-2/1" in said
    assert "scripts.doctor --repair" in said


def earlier(folder: Path, *statements: str) -> Path:
    path = folder / FILE_NAME
    path.write_bytes(gzip.decompress(MADE_BEFORE.read_bytes()))
    for statement in statements:
        write(path, statement)
    return path


def test_an_earlier_library_is_sealed_when_it_is_opened(tmp_path: Path) -> None:
    path = earlier(tmp_path)
    with Library(path) as library:
        ids = library.document_ids()
        counts = [len(library.passages_of(one)) for one in ids]
        keys = library.passage_keys()
        assert (counts, len(library.passages_at(keys.tolist()))) == ([17, 9], 26)
        assert len(library.keys_of(ids)) == 26
        assert library.damage.lines == ()
        in_use = library.models.in_use
        assert in_use is None or len(library.vectors(in_use.fingerprint, keys)) == 26
    write(path, "UPDATE passages SET text = text || '.' WHERE ordinal = 3")
    with Library(path) as library:
        assert [len(library.passages_of(one)) for one in ids] == [16, 8]


def test_what_was_damaged_before_there_were_checksums_is_not_sealed(tmp_path: Path) -> None:
    path = earlier(
        tmp_path,
        "UPDATE passages SET text = text || '.' WHERE ordinal = 3",
        "UPDATE documents SET issued_on = '2017-13-17' WHERE number = '22-QĐi/TU'",
    )
    with Library(path) as library:
        assert [len(library.passages_of(one)) for one in library.document_ids()] == [16, 8]
        assert [one.number for one in library.documents()] == ["15-QĐ/TU"]


def test_comparing_takes_microseconds_a_passage(tmp_path: Path) -> None:
    document = make_document(
        "\n".join("Cấp ủy triển khai nhiệm vụ theo kế hoạch. " * 15 for _ in range(400)),
        number=None,
    )
    with Library(tmp_path / FILE_NAME) as library:
        library.add(document, make_passages(document))
        keys = library.passage_keys()[:20].tolist()
        library.passages_by_key(keys)
        best = min(_seconds(lambda: library.passages_by_key(keys)) for _ in range(50))
    assert best < 0.005  # of a question's tens of milliseconds; it is about 0.0005


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


SMALL = (
    (
        "CREATE TABLE people (user_id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, age INTEGER)",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    ),
)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small store whose people are sealed, whose notes are not."""
    path = tmp_path / "small.db"
    with closing(Database(path, SMALL, unsealed=("notes",))) as database:
        with database.writing() as connection:
            for name in ("An", "Bình", "Châu"):
                connection.execute("INSERT INTO people VALUES (?, ?, 40)", [name.lower(), name])
            connection.execute("UPDATE people SET age = 41 WHERE name = 'An'")
            connection.execute("DELETE FROM people WHERE name = 'Châu'")
            connection.execute("INSERT OR REPLACE INTO people VALUES ('bình', 'Bình', 50)")
            connection.execute("INSERT INTO notes VALUES (1, 'x')")
        assert database.damaged_rows() == ()
    return path


def opened(path: Path) -> Database:
    return Database(path, SMALL, unsealed=("notes",))


def test_a_sealed_store_opens_as_it_was_written_and_not_otherwise(small: Path) -> None:
    opened(small).close()
    write(small, "UPDATE notes SET text = 'y'")
    opened(small).close()
    for statement in (
        "UPDATE people SET name = 'Anh' WHERE name = 'An'",
        "DELETE FROM people WHERE name = 'Anh'",
    ):
        write(small, statement)
        with pytest.raises(LibraryError, match=r"small\.db: bảng people, dòng 1 không còn"):
            opened(small)


def test_a_store_without_seals_is_sealed_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "small.db"
    Database(path, SMALL).close()
    write(path, "INSERT INTO people VALUES ('an', 'An', 40)")
    opened(path).close()
    write(path, "UPDATE people SET age = 7")
    with pytest.raises(LibraryError, match="dòng 1"):
        opened(path)


def test_a_later_form_of_a_sealed_store_is_sealed_anew(small: Path) -> None:
    later = (*SMALL, ("ALTER TABLE people ADD COLUMN post TEXT NOT NULL DEFAULT ''",))
    with closing(Database(small, later, unsealed=("notes",))) as database:
        assert database.damaged_rows() == ()


def test_one_bit_of_a_sealed_row_is_turned_back(small: Path) -> None:
    write(small, "UPDATE people SET name = 'Bảo' WHERE name = 'Bình'")  # more than a bit
    write(small, "UPDATE people SET name = 'Ao', age = 41 WHERE name = 'An'")
    assert salvage(small, SMALL, ("notes",), whole=True) is None
    done = salvage(small, SMALL, ("notes",))
    assert done is not None
    assert (done.kept, done.lost) == (2, 1)
    assert done.aside.exists()
    with closing(opened(small)) as database:
        assert database.rows("SELECT name, age FROM people") == [("An", 41)]
