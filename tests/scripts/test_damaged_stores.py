"""Every file of a data folder is looked at by the doctor, and what can be read of it is saved."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.access import Access, Role
from bot.outbox.instance_lock import serving
from bot.outbox.models import OutgoingMessage, QueuedUpdate
from bot.outbox.store import Mailbox
from bot.query_log.log import Exchange, QueryLog
from bot.turn import Person
from documents.errors import LibraryError
from documents.store.library import Library
from tests.support.builders import resolution_text
from tests.support.commands import Shell, one_line

ASKED = 400


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Commands over a data folder with a document, people, a log and mail under way."""
    shell = Shell(tmp_path, capsys)
    shell.add(shell.write("a.txt", resolution_text()))
    with closing(QueryLog(shell.data)) as log:
        for place in range(ASKED):
            log.record(Exchange("5", "5", f"Câu hỏi thứ {place} về đảng phí?", None, "", 1.0))
    with closing(Access(shell.data)) as access:
        access.give(Person("1", "Quản trị"), Role.ADMIN, by=None)
        access.give(Person("6", "Đã thu hồi"), Role.REVOKED, by="1")
        access.limit("0123456789ab", Role.ADMIN)
    with closing(Mailbox(shell.data)) as mailbox:
        mailbox.accept([QueuedUpdate(7, "5", "{}", 1.0)])
        mailbox.post([("5", OutgoingMessage(text="Một")), ("5", OutgoingMessage(text="Hai"))])
    assert shell.doctor("--json").json["faults"] == []
    return shell


def write(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)
        connection.commit()


def test_what_can_be_read_of_a_damaged_log_is_saved_and_the_rest_kept_aside(shell: Shell) -> None:
    log = shell.data / "queries.db"
    size = log.stat().st_size
    for place in range(3, size // 4096 - 1):  # the first page of the table itself, and so on
        with log.open("r+b") as file:
            file.seek(place * 4096)
            kind = file.read(1)
            if kind == b"\x0d" and file.read(4096).count("Câu hỏi".encode()) > 5:
                file.seek(place * 4096)
                file.write(b"\0" * 4096)
                break
    found = shell.doctor("--json")
    assert found.code == 1
    assert any(fault.startswith("queries.db: ") for fault in found.json["faults"])
    said = shell.doctor("--repair", "--json")
    assert (said.code, said.json["faults"]) == (0, [])
    (line,) = [one for one in said.json["repaired"] if one.startswith("queries.db")]
    (aside,) = shell.data.glob("hong-*-queries.db")
    assert aside.name in line
    assert any(aside.name in note for note in said.json["notes"])
    with closing(QueryLog(shell.data)) as opened:
        kept = len(opened.history("5", 1000))
        assert ASKED // 2 < kept < ASKED
        ((found_by_words,),) = opened.database.rows(
            "SELECT count(*) FROM questions_fts WHERE plain MATCH 'dang'"
        )
        assert found_by_words == kept
        assert opened.record(Exchange("5", "5", "Còn gì nữa?", None, "", 1.0)) > ASKED


def test_a_log_that_is_no_database_any_more_is_begun_anew(shell: Shell) -> None:
    (shell.data / "queries.db").write_bytes(b"x" * 8192)
    with pytest.raises(LibraryError, match=r"queries\.db: .*scripts\.doctor --repair"):
        QueryLog(shell.data)
    assert shell.doctor("--json").code == 1
    assert shell.doctor("--repair").code == 0
    with closing(QueryLog(shell.data)) as log:
        assert log.history("5", 5) == ()


def test_a_moment_that_is_none_is_named_and_taken_out(shell: Shell) -> None:
    write(shell.data / "queries.db", "UPDATE questions SET asked_at = '2026-13-01' WHERE id = 400")
    with closing(QueryLog(shell.data)) as log:
        log.record(Exchange("5", "5", "Vẫn hỏi được?", None, "", 1.0))
    (fault,) = shell.doctor("--json").json["faults"]
    assert fault == "queries.db: bảng questions, 1 dòng có thời điểm không đọc được."
    assert shell.doctor("--repair").code == 0


BIT = "UPDATE users SET role = 'revokee' WHERE role = 'revoked'"  # d is 0x64, e 0x65


def test_one_bit_of_who_may_ask_is_turned_back(shell: Shell) -> None:
    write(shell.data / "access.db", BIT)
    with pytest.raises(LibraryError, match=r"access\.db: .*scripts\.doctor --repair"):
        Access(shell.data)
    (fault,) = shell.doctor("--json").json["faults"]
    assert fault.startswith("access.db: ")
    said = shell.doctor("--repair", "--json")
    assert said.code == 0
    with closing(Access(shell.data)) as access:
        assert access.role("6") is Role.REVOKED
        assert access.hidden_from(Role.CADRE) == {"0123456789ab"}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM limits",
        "UPDATE users SET role = 'admin' WHERE user_id = '6'",
        "INSERT INTO users VALUES ('9', 'X', 'admin', '', NULL, '')",
    ],
)
def test_a_list_of_people_that_cannot_be_made_whole_is_left_to_the_backup(
    shell: Shell, statement: str
) -> None:
    write(shell.data / "access.db", statement)
    before = (shell.data / "access.db").read_bytes()
    said = shell.doctor("--repair", "--json")
    assert said.code == 1
    assert any("bản sao lưu" in one for one in said.json["repaired"])
    assert (shell.data / "access.db").read_bytes() == before
    with pytest.raises(LibraryError):
        Access(shell.data)


def test_mail_that_is_not_as_it_was_written_is_sent_to_nobody(shell: Shell) -> None:
    write(shell.data / "mail.db", "UPDATE outbox SET chat_id = 99 WHERE parcel_id = 1")
    with pytest.raises(LibraryError, match=r"mail\.db: bảng outbox, dòng 1"):
        Mailbox(shell.data)
    said = shell.doctor("--repair", "--json")
    assert said.code == 0
    assert any("mail.db" in one and "mất 1 dòng" in one for one in said.json["repaired"])
    with closing(Mailbox(shell.data)) as mailbox:
        assert [one.message.text for one in mailbox.unsent()] == ["Hai"]
        assert [one.update_id for one in mailbox.waiting()] == [7]


def test_a_store_is_not_put_in_place_under_a_bot_that_has_it_open(shell: Shell) -> None:
    (shell.data / "queries.db").write_bytes(b"x" * 8192)
    with serving(shell.data):
        said = shell.doctor("--repair")
    assert said.code == 1
    assert "một bot khác đang chạy" in one_line(said.err)
    assert (shell.data / "queries.db").read_bytes() == b"x" * 8192


def key(data: Path) -> None:
    os.truncate(data / "log.key", 5)


def own_questions(data: Path) -> None:
    (data / "evaluation" / "own").mkdir(parents=True)
    (data / "evaluation" / "own" / "questions.jsonl").write_text('{"id": 1}\n{"id": \n')


def corpus(data: Path) -> None:
    (data / "evaluation" / "corpus-1").mkdir(parents=True)
    (data / "evaluation" / "corpus-1" / "library.db").write_bytes(b"x" * 8192)


def abbreviations(data: Path) -> None:
    (data / "abbreviations.tsv").write_bytes(b"\xff\xfe\xff")


def model(data: Path) -> None:
    folder = data / "models" / "m"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"abc")
    (folder / "unpacked.txt").write_text("2 100 3 0000")


OTHERS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a short key": (key, "log.key"),
    "a broken row of the own questions": (own_questions, "evaluation/own/questions.jsonl: dòng 2"),
    "a broken library of an evaluation": (corpus, "evaluation/corpus-1"),
    "abbreviations that are no text": (abbreviations, "abbreviations.tsv"),
    "a model": (model, "models/m"),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_the_doctor_names_every_damaged_file(shell: Shell, kind: str) -> None:
    damage, expected = OTHERS[kind]
    damage(shell.data)
    found = shell.doctor("--json")
    assert found.code == 1
    (fault,) = found.json["faults"]
    assert expected in fault


def test_leftovers_are_noted(shell: Shell) -> None:
    (shell.data / "hong-2026-01-01-000000-mail.db").write_text("")
    (shell.data / ".draft-restore-1").mkdir()
    (shell.data / "uploads" / "3").mkdir(parents=True)
    found = shell.doctor("--json")
    assert found.code == 0
    for name in ("hong-2026-01-01-000000-mail.db", ".draft-restore-1", "uploads/3"):
        assert any(name in note for note in found.json["notes"])


def test_the_other_files_are_named_also_where_the_library_cannot_be_opened(shell: Shell) -> None:
    for name in ("library.db", "queries.db"):
        (shell.data / name).write_bytes(b"x" * 8192)
    said = shell.doctor()
    assert said.code == 1
    assert len(said.err.splitlines()) == 2
    assert "Traceback" not in said.err
    assert shell.doctor("--repair").code == 1
    assert list(shell.data.glob("hong-*-queries.db"))


ROWS = {
    "a month 13": "UPDATE documents SET issued_on = '2021-13-15'",
    "its number": "UPDATE documents SET number = '83-NQ/TU'",
    "a number for a title": "UPDATE documents SET title = 7",
    "its stamp": "UPDATE documents SET secrecy = 'MẬT'",
    "its checksums": "UPDATE checksums SET head = x'00'",
    "no checksums": "DELETE FROM checksums",
    "a text for an offset": "UPDATE passages SET start_offset = 'x'",
    "a figure": "UPDATE passages SET text = replace(text, '80%', '30%')",
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_damaged_row_of_the_library_is_named_and_read_again(shell: Shell, kind: str) -> None:
    with Library(shell.data / "library.db") as library:
        before = [(one, library.passages_of(one.document_id)) for one in library.documents()]
    write(shell.data / "library.db", ROWS[kind])
    found = shell.doctor("--json")
    assert found.code == 1
    assert any("như đã lưu" in fault for fault in found.json["faults"])
    said = shell.doctor("--repair", "--json")
    assert (said.code, said.json["faults"]) == (0, [])
    with Library(shell.data / "library.db") as library:
        after = [(one, library.passages_of(one.document_id)) for one in library.documents()]
    assert after == before
    assert len(list((shell.data / "originals").iterdir())) == 1


def test_an_index_of_the_file_that_does_not_fit_its_table_is_written_anew(shell: Shell) -> None:
    path = shell.data / "library.db"
    content = bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        ((page,),) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_documents_1'"
        ).fetchall()
        ((document_id,),) = connection.execute("SELECT document_id FROM documents").fetchall()
    at = content.index(document_id.encode(), (page - 1) * 4096)
    content[at] ^= 1
    path.write_bytes(content)
    assert any("index" in fault for fault in shell.doctor("--json").json["faults"])
    assert shell.doctor("--repair").code == 0
