"""On a disk that takes nothing the library is still listed and backed up."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import bot.__main__
from bot.query_log.log import QueryLog
from documents.errors import LibraryError
from documents.store.library import FILE_NAME, Library
from scripts import backup, list_documents
from tests.support.full_disk import full_disk
from tests.support.scripted_bot import DOCUMENT, a_library

NOBODY = 65534
ROOT = Path(__file__).parents[2]


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that everybody may read, with a library in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        folder.mkdir()
        Path(name).chmod(0o755)
        with closing(a_library(folder)), closing(QueryLog(folder)):
            pass
        yield folder


@contextmanager
def read_only(data: Path) -> Iterator[None]:
    """Take from this process the right to write in a folder, also where it is root's."""
    user = os.geteuid()
    for path in data.iterdir():
        path.chmod(0o444)
    data.chmod(0o555)
    os.seteuid(NOBODY if user == 0 else user)
    try:
        yield
    finally:
        os.seteuid(user)
        data.chmod(0o755)


def test_a_library_that_may_only_be_read_is_listed_and_backed_up(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = data.parent / "backups"
    target.mkdir()
    assert backup.main([str(target / "first.zip"), "--data", str(data)]) == 0
    target.chmod(0o777)
    (data / "staff.log").chmod(0o444)
    capsys.readouterr()
    with read_only(data):
        assert list_documents.main(["--data", str(data)]) == 0
        assert backup.main([str(target / "second.zip"), "--data", str(data)]) == 0
    out, error = capsys.readouterr()
    assert str(DOCUMENT.number) in out
    told = f"{data / 'staff.log'}: không ghi được nhật ký lệnh; hãy kiểm tra ổ đĩa.\n"
    assert error.count(told) == 1
    first, second = ((target / f"{name}.zip").stat().st_size for name in ("first", "second"))
    assert second == pytest.approx(first, rel=0.05)


def test_a_library_opened_on_a_full_disk_is_read_and_written_again_later(data: Path) -> None:
    with full_disk(), closing(Library(data / FILE_NAME)):
        pass
    with full_disk():
        library = Library(data / FILE_NAME)
        assert library.document(DOCUMENT.document_id) == DOCUMENT
        with pytest.raises(LibraryError, match="ổ đĩa không ghi được"):
            library.remove(DOCUMENT.document_id)
    with closing(library), closing(Library(data / FILE_NAME)) as other:
        other.remove(DOCUMENT.document_id)
        assert library.document(DOCUMENT.document_id) is None


def test_what_a_command_writes_is_for_its_account_alone(data: Path) -> None:
    command = [sys.executable, "-m", "scripts.backup", str(data.parent / "b"), "--data", str(data)]
    assert subprocess.run(command, cwd=ROOT, umask=0o022, capture_output=True).returncode == 0
    written = (data / "staff.log", *(data.parent / "b").rglob("*"))
    assert not [path for path in written if path.stat().st_mode & 0o077]


def test_what_the_bot_writes_is_for_its_account_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.__main__, "main", lambda: 0)
    before = os.umask(0o022)
    try:
        with pytest.raises(SystemExit):
            bot.__main__.start()
        assert os.umask(0o022) == 0o077
    finally:
        os.umask(before)
