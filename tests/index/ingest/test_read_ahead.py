"""Files read before the library is locked: what comes of them is the same, and costs it no wait."""

import zipfile
from pathlib import Path

import pytest

from documents.errors import DocumentError, LibraryInUseError
from documents.formats.read import Reading
from documents.formats.zip_file import Member
from documents.store.lock import writing
from index.ingest import ingest
from index.ingest.ingest import add_files
from index.ingest.read_ahead import ReadAhead, add_when_read
from index.ingest.results import Options, Outcome
from tests.index.ingest.test_ingest import Desk, desk
from tests.support.builders import resolution_text
from tests.support.encoders import DirectReader

__all__ = ["desk"]


class CountingReader(DirectReader):
    """Reads, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, path: Path) -> Reading:
        self.asked.append(path.name)
        return super().read(path)

    def unpack(self, path: Path, folder: Path) -> tuple[Member, ...]:
        self.asked.append(path.name)
        return super().unpack(path, folder)


def added_ahead(desk: Desk, path: Path) -> tuple[list[Outcome], list[str]]:
    """Prepare a file, and return what became of it and what was read only then."""
    reader = CountingReader()
    ahead = ReadAhead(reader)
    ahead.prepare(path)
    reader.asked.clear()
    added = add_files(desk.data, desk.library, desk.encoder, [path], Options(), reader=ahead)
    return list(added), reader.asked


def test_a_prepared_file_is_not_read_again(desk: Desk) -> None:
    path = desk.write("nq.txt", resolution_text())
    outcomes, read = added_ahead(desk, path)
    assert ([one.status for one in outcomes], read) == (["added"], [])


def test_the_documents_of_a_prepared_archive_are_not_read_again(desk: Desk) -> None:
    path = desk.inbox / "cả bộ.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/nq.txt", resolution_text("02-NQ/TU", "về đất đai"))
        archive.writestr("b/nq.txt", resolution_text("03-NQ/TU", "về chuyển đổi số"))
        archive.writestr("c/hỏng.docx", "không phải DOCX")
    outcomes, read = added_ahead(desk, path)
    assert [one.status for one in outcomes] == ["added", "added", "refused"]
    assert str(outcomes[2].reason).startswith(f"{path}/c/hỏng.docx: ")
    assert read == []
    assert [one.name for one in desk.inbox.iterdir()] == ["cả bộ.zip"]


@pytest.mark.parametrize("name", ["hỏng.docx", "hỏng.zip"])
def test_a_refusal_is_told_as_it_would_be_without(desk: Desk, name: str) -> None:
    path = desk.write(name, "không phải tệp nén")
    (without,) = desk.add(path)
    outcomes, _ = added_ahead(desk, path)
    assert outcomes == [without]


class LockingReader(DirectReader):
    """Changes the library while a file is read, as a command of the staff may."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.locked = 0

    def read(self, path: Path) -> Reading:
        with writing(self._data):
            self.locked += 1
        return super().read(path)


def test_the_library_may_be_changed_while_a_file_is_read(desk: Desk) -> None:
    path, reader = desk.write("nq.txt", resolution_text()), LockingReader(desk.data)
    (outcome,) = add_when_read(desk.data, desk.library, desk.encoder, path, Options(), reader)
    assert (outcome.status, reader.locked) == ("added", 1)


def test_nothing_is_read_while_another_changes_the_library(desk: Desk) -> None:
    path, reader = desk.write("nq.txt", resolution_text()), CountingReader()
    with writing(desk.data), pytest.raises(LibraryInUseError):
        add_when_read(desk.data, desk.library, desk.encoder, path, Options(), reader)
    assert reader.asked == []


def test_what_was_not_prepared_is_read_when_it_is_asked_for(desk: Desk) -> None:
    path = desk.write("nq.txt", resolution_text())
    assert "03-NQ/TU" in ReadAhead(DirectReader()).read(path).text
    with pytest.raises(DocumentError):
        ReadAhead(DirectReader()).read(desk.inbox / "không-có.txt")


def test_a_document_of_too_many_passages_is_refused_whole(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "MOST_PASSAGES", 1)
    before = desk.state()
    (outcome,) = desk.add(desk.write("nq.txt", resolution_text()))
    assert outcome.status == "refused"
    assert "văn bản dài quá 1 đoạn" in str(outcome.reason)
    assert desk.state() == before
