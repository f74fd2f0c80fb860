"""Files are read in a process of their own: a bad one is refused, and the next one is read."""

import os
import signal
import time
from pathlib import Path

import pytest

from documents.errors import DocumentError
from documents.formats.read import read
from documents.formats.sandbox import Limits, ReadingProcess
from tests.golden.passages import samples

SENTENCE = "Cấp ủy, chi bộ thực hiện đúng quy định về kết nạp đảng viên."


def children() -> list[int]:
    """Return the processes that this one has started."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in listed.read_text().split()]


def small(folder: Path) -> Path:
    file = folder / "nhỏ.txt"
    file.write_text(SENTENCE, encoding="utf-8")
    return file


def large(folder: Path) -> Path:
    file = folder / "lớn.txt"
    file.write_text(f"{SENTENCE}\n" * 400_000, encoding="utf-8")
    return file


def test_every_sample_reads_the_same_in_the_process_as_here() -> None:
    with ReadingProcess() as reader:
        for path in samples():
            assert reader.read(path) == read(path)


def test_a_refusal_is_the_same_line_in_the_process_as_here(tmp_path: Path) -> None:
    file = tmp_path / "hỏng.pdf"
    file.write_bytes(b"%PDF-1.7 and no more")
    with pytest.raises(DocumentError) as here:
        read(file)
    with ReadingProcess() as reader, pytest.raises(DocumentError) as there:
        reader.read(file)
    assert str(there.value) == str(here.value)


def test_a_refusal_names_the_file_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.docx").write_bytes(b"no archive")
    with ReadingProcess() as reader:
        for name in ("a.docx", "không-có.txt"):
            with pytest.raises(DocumentError, match=f"^{name}: "):
                reader.read(Path(name))


def test_one_process_serves_file_after_file_and_ends_with_its_reader(tmp_path: Path) -> None:
    before = children()
    with ReadingProcess() as reader:
        assert children() == before, "nothing is started before a file is read"
        started = []
        for _ in range(3):
            reader.read(small(tmp_path))
            started.append([pid for pid in children() if pid not in before])
        assert len(started[0]) == 1
        assert started[0] == started[1] == started[2]
    assert children() == before


def test_a_file_over_the_time_is_refused_and_the_next_one_is_read(tmp_path: Path) -> None:
    with ReadingProcess(Limits(silent_seconds=1.5)) as reader:
        assert reader.read(small(tmp_path)).text == SENTENCE
        begun = time.monotonic()
        with pytest.raises(DocumentError, match=r"lớn\.txt: đọc quá lâu"):
            reader.read(large(tmp_path))
        assert time.monotonic() - begun < 5
        assert reader.read(small(tmp_path)).text == SENTENCE


def test_a_file_over_the_memory_is_refused_and_the_next_one_is_read(tmp_path: Path) -> None:
    with ReadingProcess(Limits(memory=160 * 2**20)) as reader:
        with pytest.raises(DocumentError, match=r"lớn\.txt: .*quá nhiều bộ nhớ"):
            reader.read(large(tmp_path))
        assert reader.read(small(tmp_path)).text == SENTENCE


def test_a_file_that_ends_the_process_is_refused_and_the_next_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = children()
    with ReadingProcess() as reader:
        reader.read(small(tmp_path))
        (pid,) = (pid for pid in children() if pid not in before)
        os.kill(pid, signal.SIGSTOP)  # so that it is asked before it is gone
        resume = ReadingProcess._line

        def die(self: ReadingProcess, path: Path, end: float) -> bytes:
            os.kill(pid, signal.SIGKILL)
            return resume(self, path, end)

        monkeypatch.setattr(ReadingProcess, "_line", die)
        with pytest.raises(DocumentError, match=r"nhỏ\.txt: tệp làm chương trình đọc dừng"):
            reader.read(small(tmp_path))
        monkeypatch.setattr(ReadingProcess, "_line", resume)
        assert reader.read(small(tmp_path)).text == SENTENCE
