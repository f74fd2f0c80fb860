import io
import json
import os
import random
import shutil
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access import Access, Role
from bot.query_log.log import Exchange, QueryLog
from bot.query_log.privacy import KEY_FILE
from bot.turn import Person
from documents.document import Document, Passage
from documents.store.backup import LOG_KEY
from documents.store.backup_cipher import PIECE, Cipher, salt_of
from documents.store.encoder_models import Model
from documents.store.library import Library
from index.snapshot.snapshot import is_current
from tests.support.builders import make_document, make_passages, resolution_text
from tests.support.commands import Shell, one_line
from tests.support.encoders import HashingEncoder

KEY = "k" * 32


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


@pytest.fixture
def other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Another data folder."""
    (tmp_path / "other").mkdir()
    return Shell(tmp_path / "other", capsys)


@pytest.fixture
def backup(shell: Shell, tmp_path: Path) -> Path:
    """A backup of a library with a replaced version, beside which lie other stores."""
    shell.add(shell.write("a.txt", resolution_text()))
    shell.add(shell.write("b.txt", resolution_text(articles=("Bản khác.",))), "--replace")
    shell.add(shell.write("c.txt", resolution_text("04-NQ/TU", "về đất đai")))
    let_in(shell.data, "1")
    (shell.data / "log.key").write_text(KEY)
    (shell.data / "abbreviations.tsv").write_text("a\tb\n")
    target = tmp_path / "bản sao.zip"
    assert shell.backup(target).code == 0
    return target


def let_in(data: Path, user_id: str) -> None:
    with closing(Access(data)) as access:
        access.give(Person(user_id, "Quản trị"), Role.ADMIN, by=None)


def content(data: Path) -> tuple[object, ...]:
    """Everything of a library that answers come from, and the originals."""
    with Library(data / "library.db") as library:
        documents: list[tuple[Document, tuple[Passage, ...]]] = [
            (entry.document, library.passages_of(entry.document.document_id))
            for entry in library.entries()
        ]
        library.vectors(HashingEncoder().fingerprint, library.passage_keys())
    kept = {path.name: path.read_bytes() for path in (data / "originals").iterdir()}
    return documents, kept


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if ".draft" in path.name]


def test_a_restored_backup_is_what_was_backed_up(shell: Shell, other: Shell, backup: Path) -> None:
    said = other.restore(backup, "--json")
    assert said.code == 0
    assert (said.json["documents"], said.json["kept"]) == (2, [])
    assert content(other.data) == content(shell.data)
    assert not (other.data / "log.key").exists(), "who finds the backup must not learn who asked"
    assert (other.data / "abbreviations.tsv").exists()
    assert (other.data / "access.db").exists()
    assert other.doctor().code == 0
    assert other.add(shell.inbox / "c.txt", "--json").json["summary"]["unchanged"] == 1
    assert hidden(other.data) == hidden(backup.parent) == []


def test_a_folder_serves_as_well_as_a_file(shell: Shell, other: Shell, tmp_path: Path) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    said = shell.backup(tmp_path / "bản sao", "--json")
    assert said.json["path"] == str(tmp_path / "bản sao")
    assert other.restore(tmp_path / "bản sao").code == 0
    assert content(other.data) == content(shell.data)


def test_a_backup_into_a_folder_that_is_there_gets_a_name_of_its_own(
    shell: Shell, tmp_path: Path
) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    (tmp_path / "kho").mkdir()
    path = Path(shell.backup(tmp_path / "kho", "--json").json["path"])
    assert path.parent == tmp_path / "kho"
    assert zipfile.is_zipfile(path)


def test_a_backup_is_for_its_owner_alone_and_never_over_another(shell: Shell, backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    before = backup.read_bytes()
    said = shell.backup(backup)
    assert (said.code, said.out) == (1, "")
    assert str(backup) in one_line(said.err)
    assert backup.read_bytes() == before


def test_a_backup_holds_neither_index_nor_models_nor_earlier_backups(
    shell: Shell, backup: Path
) -> None:
    (shell.data / "models").mkdir()
    (shell.data / "models" / "x.bin").write_text("x")
    first = shell.backup(shell.data, "--json").json
    second = shell.backup(shell.data.parent / "hai.zip", "--json").json
    assert first["files"] == second["files"]
    names = zipfile.ZipFile(shell.data.parent / "hai.zip").namelist()
    assert {name.split("/")[0] for name in names} == {
        "library.db",
        "originals",
        "access.db",
        "abbreviations.tsv",
        "backup.json",
    }


def test_a_backup_taken_while_documents_are_added_is_one_state(
    shell: Shell, other: Shell, tmp_path: Path
) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    done = threading.Event()

    def work() -> None:
        with Library(shell.data / "library.db") as library:
            for place in range(200):
                document = make_document(f"Văn bản {place}", number=f"{place}-QĐ/TU")
                library.add(document, make_passages(document))
                if done.is_set():
                    break

    thread = threading.Thread(target=work)
    thread.start()
    try:
        said = shell.backup(tmp_path / "sao.zip", "--json")
    finally:
        done.set()
        thread.join()
    assert said.code == 0
    assert other.restore(tmp_path / "sao.zip").code == 0
    with Library(other.data / "library.db") as library:
        assert len(library.documents()) == said.json["documents"]
        assert library.faults() == ()


def test_a_library_is_not_written_over_unless_that_is_said(
    shell: Shell, other: Shell, backup: Path
) -> None:
    other.add(other.write("x.txt", resolution_text("09-NQ/TU", "về việc khác")))
    before = content(other.data)
    said = other.restore(backup)
    assert (said.code, said.out) == (1, "")
    assert "--overwrite" in one_line(said.err)
    assert content(other.data) == before


def test_a_running_bot_follows_a_restored_library(shell: Shell, other: Shell, backup: Path) -> None:
    """Its access list and log stay: nobody who was shut out comes in again."""
    other.add(other.write("x.txt", resolution_text("09-NQ/TU", "về việc khác")))
    let_in(other.data, "2")
    encoder = HashingEncoder()
    with Library(other.data / "library.db") as bot:
        model = Model("", encoder.fingerprint, encoder.dimension)
        bot.models.settle(model)
        before = bot.generation
        with Library(shell.data / "library.db") as backed_up:
            backed_up.models.settle(model)
        again = backup.with_name("hai.zip")
        shell.backup(again)
        said = other.restore(again, "--overwrite", "--json")
        assert (said.code, said.json["kept"]) == (0, ["access.db"])
        assert bot.generation > before
        assert [one.number for one in bot.documents()] == ["03-NQ/TU", "04-NQ/TU"]
        assert is_current(other.data / "index", bot, encoder.fingerprint)
    with closing(Access(other.data)) as access:
        assert (access.role("1"), access.role("2")) == (None, Role.ADMIN)
    found = other.doctor("--json")
    assert (found.code, found.json["faults"]) == (0, [])


def test_a_broken_library_is_set_aside_for_the_restored_one(
    shell: Shell, other: Shell, backup: Path
) -> None:
    other.data.mkdir()
    (other.data / "library.db").write_text("không phải cơ sở dữ liệu" * 200)
    assert "--overwrite" in one_line(other.restore(backup).err)
    assert other.restore(backup, "--overwrite").code == 0
    assert content(other.data) == content(shell.data)
    (aside,) = other.data.glob("hong-*")
    assert aside.read_text().startswith("không phải")


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def altered(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def rewritten(change: Callable[[dict[str, bytes]], None]) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        change(files)
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)

    return damage


def manifest_with(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        files["backup.json"] = json.dumps(json.loads(files["backup.json"]) | values).encode()

    return change


def escaping(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["backup.json"])
    manifest["files"][0]["name"] = "../thoát.db"
    files["backup.json"] = json.dumps(manifest).encode()


DAMAGES = {
    "cut": cut,
    "empty": emptied,
    "altered": altered,
    "another file": lambda path: None if path.write_text("không phải ZIP") else None,
    "no manifest": rewritten(lambda files: files.pop("backup.json") and None),
    "another original": rewritten(
        lambda files: files.update({name: b"x" for name in files if name[:4] == "orig"})
    ),
    "no original": rewritten(
        lambda files: [files.pop(name) for name in list(files) if name[:4] == "orig"] and None
    ),
    "no library": rewritten(manifest_with(files=[])),
    "a newer form": rewritten(manifest_with(format=99)),
    "a path that escapes": rewritten(escaping),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_backup_is_named_and_nothing_is_changed(
    shell: Shell, other: Shell, backup: Path, kind: str
) -> None:
    DAMAGES[kind](backup)
    said = other.restore(backup)
    assert (said.code, said.out) == (1, "")
    assert str(backup) in one_line(said.err)
    assert not other.data.exists()
    before = content(shell.data)
    assert shell.restore(backup, "--overwrite").code == 1
    assert content(shell.data) == before
    assert hidden(shell.data) == []


def test_a_backup_that_cannot_be_written_is_one_line_and_leaves_nothing(
    shell: Shell, tmp_path: Path
) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    (tmp_path / "tệp").write_text("")
    said = shell.backup(tmp_path / "tệp" / "sao.zip")
    assert (said.code, said.out) == (1, "")
    assert "tệp" in one_line(said.err)


def test_a_missing_original_is_told_and_does_not_stop_the_backup(
    shell: Shell, other: Shell, tmp_path: Path
) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    shutil.rmtree(shell.data / "originals")
    said = shell.backup(tmp_path / "sao.zip", "--json")
    assert (said.code, len(said.json["missing_originals"])) == (0, 1)
    assert other.restore(tmp_path / "sao.zip").code == 0
    assert "thiếu tệp gốc" in other.doctor("--json").json["faults"][0]


def test_the_committees_own_questions_are_kept_and_put_back(
    shell: Shell, other: Shell, tmp_path: Path
) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    own = Path("evaluation") / "own" / "questions.jsonl"
    for data, text in ((shell.data, '{"id": 1}'), (other.data, '{"id": 2}')):
        (data / own).parent.mkdir(parents=True)
        (data / own).write_text(text)
    (shell.data / "evaluation" / "corpus-1").mkdir()  # made again from the corpus
    (shell.data / "evaluation" / "corpus-1" / "x").write_text("x")
    assert shell.backup(tmp_path / "sao.zip").code == 0
    assert shell.backup(tmp_path / "sao").code == 0
    names = zipfile.ZipFile(tmp_path / "sao.zip").namelist()
    assert [name for name in names if name.startswith("evaluation")] == [own.as_posix()]
    said = other.restore(tmp_path / "sao.zip", "--json")
    assert (said.code, said.json["kept"]) == (0, [own.as_posix()])
    assert (other.data / own).read_text() == '{"id": 2}'
    shutil.rmtree(other.data)
    assert other.restore(tmp_path / "sao").code == 0
    assert (other.data / own).read_text() == '{"id": 1}'


def test_a_backup_of_the_form_before_is_restored(shell: Shell, other: Shell, backup: Path) -> None:
    rewritten(manifest_with(format=1))(backup)
    assert other.restore(backup, "--verify").code == 0
    assert content(other.data) == content(shell.data)


INSIDE = {
    "a passage": "UPDATE passages SET text = replace(text, '80%', '30%')",
    "a date": "UPDATE documents SET issued_on = '2021-06-16'",
    "a text": "UPDATE documents SET text = text || '.'",
    "a vector": "UPDATE vectors SET vector = zeroblob(256)",
    "a pair": "DELETE FROM passages WHERE ordinal = 1",
}


@pytest.mark.parametrize("kind", INSIDE)
def test_verify_reads_every_row_back_before_anything_is_replaced(
    shell: Shell, other: Shell, tmp_path: Path, kind: str
) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    shell.add(shell.write("c.txt", resolution_text("04-NQ/TU", "về đất đai")))
    sound, damaged = tmp_path / "tốt.zip", tmp_path / "hỏng.zip"
    shell.backup(sound)
    with closing(sqlite3.connect(shell.data / "library.db")) as connection:
        connection.execute(INSIDE[kind])
        connection.commit()
    shell.backup(damaged)
    assert other.restore(sound, "--dry-run", "--json").json["ok"] is True
    assert not other.data.exists()
    for choice in ("--dry-run", "--verify"):
        said = other.restore(damaged, choice)
        assert (said.code, said.out) == (1, "")
        assert "như đã lưu" in one_line(said.err) or "các đoạn" in one_line(said.err)
        assert not other.data.exists()
    assert other.restore(sound, "--verify").code == 0
    before = content(other.data)
    assert other.restore(damaged, "--verify", "--overwrite").code == 1
    assert content(other.data) == before


def test_verify_knows_an_original_by_its_name(shell: Shell, other: Shell, tmp_path: Path) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    (original,) = (shell.data / "originals").iterdir()
    original.write_text("khác")
    shell.backup(tmp_path / "sao.zip")
    said = other.restore(tmp_path / "sao.zip", "--verify")
    assert original.name in one_line(said.err)
    assert not other.data.exists()


def test_a_damaged_log_is_replaced_and_kept_aside_but_never_who_may_ask(
    shell: Shell, other: Shell, backup: Path
) -> None:
    with closing(QueryLog(shell.data)) as log:
        log.record(Exchange("5", "5", "Ai ký?", None, "", 1.0))
    again = backup.with_name("hai.zip")
    shell.backup(again)
    other.add(other.write("x.txt", resolution_text("09-NQ/TU", "về việc khác")))
    for name in ("queries.db", "access.db"):
        (other.data / name).write_text("hỏng" * 2000)
    said = other.restore(again, "--overwrite", "--json")
    assert (said.code, said.json["kept"]) == (0, ["access.db"])
    (aside,) = said.json["set_aside"]
    assert (other.data / aside).read_text() == "hỏng" * 2000
    with closing(QueryLog(other.data)) as log:
        assert log.database.rows("SELECT question FROM questions") == [("Ai ký?",)]
    assert any("access.db" in fault for fault in other.doctor("--json").json["faults"])


def test_no_flipped_bit_of_a_backup_is_a_trace(other: Shell, backup: Path) -> None:
    chance = random.Random(20)  # noqa: S311  # a sample, no secret
    content = backup.read_bytes()
    for _ in range(60):
        altered = bytearray(content)
        altered[chance.choice((chance.randrange(len(content)), -chance.randrange(1, 600)))] ^= (
            1 << chance.randrange(8)
        )
        backup.write_bytes(altered)
        said = other.restore(backup, "--dry-run")
        assert said.code in (0, 1)
        if said.code:
            assert one_line(said.err).startswith(str(backup))


def test_what_an_ended_restore_left_is_swept(other: Shell, backup: Path) -> None:
    (other.data / ".draft-restore-1").mkdir(parents=True)
    assert other.restore(backup).code == 0
    assert hidden(other.data) == []


def test_backup_and_restore_without_their_input_are_told(shell: Shell, tmp_path: Path) -> None:
    assert "add_documents" in one_line(shell.backup(tmp_path / "sao.zip").err)
    assert "không tìm thấy" in one_line(shell.restore(tmp_path / "không có.zip").err)
    for command in (shell.backup, shell.restore):
        said = command()
        assert (said.code, said.out) == (2, "")
        one_line(said.err)
    assert not shell.data.exists()


# Encrypted


KEY = "một khóa dài để thử"


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACUU_BACKUP_KEY", KEY)


def everything(place: Path) -> bytes:
    """All bytes of a backup, unpacked where it is a ZIP file."""
    if place.is_dir():
        return b"".join(path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file())
    with zipfile.ZipFile(place) as archive:
        return b"".join(map(archive.read, archive.namelist()))


def test_the_key_of_the_logs_hashes_is_known_by_its_name() -> None:
    assert LOG_KEY == KEY_FILE


def test_what_a_backup_without_a_key_leaves_out_is_told(shell: Shell, backup: Path) -> None:
    said = shell.backup(backup.with_name("nữa.zip"))
    assert "không kèm khóa băm của nhật ký" in said.out
    assert b"TRACUU" not in everything(backup)
    with zipfile.ZipFile(backup) as archive:
        assert "log.key" not in archive.namelist()


@pytest.mark.parametrize("name", ["kín.zip", "kín"])
@pytest.mark.usefixtures("keyed")
def test_an_encrypted_backup_shows_nothing_and_restores_everything(
    shell: Shell, other: Shell, backup: Path, tmp_path: Path, name: str
) -> None:
    shell.write("d.txt", resolution_text("05-NQ/TU", "về nông thôn", articles=("Dòng dài. " * 9,)))
    shell.add(shell.inbox / "d.txt")
    said = shell.backup(tmp_path / name, "--json")
    assert (said.code, said.json["encrypted"]) == (0, True)
    kept = everything(tmp_path / name)
    for secret in ("khóa", "Nghị quyết", "NGHỊ QUYẾT", "SQLite format", '"sha256"'):
        assert secret.encode() not in kept
    assert other.restore(tmp_path / name).code == 0
    assert content(other.data) == content(shell.data)
    assert (other.data / "log.key").read_text() == KEY


def test_an_encrypted_backup_without_its_key_changes_nothing(
    shell: Shell, other: Shell, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACUU_BACKUP_KEY", KEY)
    target = tmp_path / "kín.zip"
    assert shell.backup(target).code == 0
    for key, told in ((f"{KEY}!", "TRACUU_BACKUP_KEY không đúng"), ("", "đã mã hóa; hãy đặt")):
        monkeypatch.setenv("TRACUU_BACKUP_KEY", key)
        line = one_line(other.restore(target).err)
        assert line.startswith(f"{target}: ")
        assert told in line
        assert not other.data.exists()
    assert other.restore(backup).code == 0, "one that is not encrypted needs no key"


@pytest.mark.usefixtures("keyed")
@pytest.mark.parametrize("part", ["backup.json", "library.db", "log.key"])
def test_an_encrypted_backup_that_was_changed_is_named(
    shell: Shell, other: Shell, backup: Path, tmp_path: Path, part: str
) -> None:
    target = tmp_path / "kín"
    assert shell.backup(target).code == 0
    altered(target / part)
    line = one_line(other.restore(target).err)
    assert line.startswith(f"{target}: ")
    assert "hỏng" in line
    assert not other.data.exists()


@pytest.mark.usefixtures("keyed")
def test_parts_of_encrypted_backups_cannot_change_places(
    shell: Shell, other: Shell, backup: Path, tmp_path: Path
) -> None:
    target = tmp_path / "kín"
    assert shell.backup(target).code == 0
    (target / "log.key").write_bytes((target / "abbreviations.tsv").read_bytes())
    assert "log.key" in one_line(other.restore(target).err)


@given(st.binary(max_size=3 * 100), st.integers(1, 90))
@settings(max_examples=20, deadline=None)
def test_what_was_encrypted_piece_by_piece_is_read_back(data: bytes, size: int) -> None:
    pieces = (data[start : start + size] for start in range(0, len(data), size))
    made = b"".join(CIPHER.encrypted(pieces))
    salt = salt_of(io.BytesIO(made))
    assert salt is not None
    assert CIPHER.reader(io.BytesIO(made)).read() == data


def test_a_piece_longer_than_any_is_parted() -> None:
    data = os.urandom(2 * PIECE + 5)
    assert CIPHER.reader(io.BytesIO(b"".join(CIPHER.encrypted(iter([data]))))).read() == data


CIPHER = Cipher(KEY)
