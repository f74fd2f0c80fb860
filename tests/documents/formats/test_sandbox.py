"""Files are read in a process of their own: a bad one is refused, and the next one is read."""

import io
import os
import re
import signal
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from documents.errors import DocumentError
from documents.formats import read as read_module
from documents.formats.isolation import can_cut_network, memory_is_hidden
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


def large(folder: Path, lines: int = 400_000) -> Path:
    file = folder / "lớn.txt"
    file.write_text(f"{SENTENCE}\n" * lines, encoding="utf-8")
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


def child_of(reader: ReadingProcess) -> Path:
    assert reader._child is not None
    return Path(f"/proc/{reader._child.pid}")


def test_the_process_knows_none_of_the_bots_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACUU_TOKEN", "mã-bí-mật")
    with ReadingProcess() as reader:
        reader.read(small(tmp_path))
        known = (child_of(reader) / "environ").read_bytes().split(b"\0")
    names = {one.partition(b"=")[0] for one in known if one}
    assert names <= {b"PATH", b"LANG", b"LC_CTYPE", b"HOME", b"TMPDIR"}
    assert "mã-bí-mật".encode() not in b"".join(known)


def test_the_process_gains_no_rights_and_has_no_network_where_that_can_be(tmp_path: Path) -> None:
    with ReadingProcess() as reader:
        reader.read(small(tmp_path))
        status = (child_of(reader) / "status").read_text()
        assert re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE)
        is_apart = os.readlink(child_of(reader) / "ns/net") != os.readlink("/proc/self/ns/net")  # noqa: PTH115
    assert is_apart == can_cut_network()


def test_the_process_cannot_read_the_memory_of_the_one_that_started_it(tmp_path: Path) -> None:
    with ReadingProcess() as reader:
        reader.read(small(tmp_path))
    assert memory_is_hidden()


def merged(file: Path, *areas: str) -> Path:
    """Write a workbook whose sheet states these merged areas."""
    book, written = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = SENTENCE
    book.save(written)
    stated = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(
                    b"</sheetData>", f"</sheetData><mergeCells>{stated}</mergeCells>".encode()
                )
            new.writestr(name, content)
    return file


def test_a_small_workbook_that_merges_a_whole_sheet_costs_next_to_nothing(tmp_path: Path) -> None:
    file = merged(tmp_path / "gộp.xlsx", "A1:XFD1048576")
    with ReadingProcess() as reader:
        begun = time.monotonic()
        with pytest.raises(DocumentError, match=r"gộp\.xlsx: trang tính gộp quá nhiều ô"):
            reader.read(file)
        assert time.monotonic() - begun < 15
        status = (child_of(reader) / "status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    assert int(peak.split()[1]) < 300 * 1024


def test_many_small_merged_areas_count_together(tmp_path: Path) -> None:
    file = merged(tmp_path / "gộp.xlsx", *(f"A{row}:XFD{row}" for row in range(2, 60)))
    with ReadingProcess() as reader, pytest.raises(DocumentError, match="gộp quá nhiều ô"):
        reader.read(file)


def test_a_workbook_that_merges_its_title_over_whole_rows_is_read(tmp_path: Path) -> None:
    with ReadingProcess() as reader:
        assert SENTENCE in reader.read(merged(tmp_path / "a.xlsx", "A1:XFD1", "A3:Z3")).text


def test_what_a_file_may_cost_goes_by_its_size(tmp_path: Path) -> None:
    limits, page = Limits(), tmp_path / "a.html"
    assert limits.seconds_for(page, 2**20) < limits.seconds_for(page, 3 * 2**20) < 90
    assert limits.seconds_for(tmp_path / "a.pdf", 2**20) == limits.seconds
    assert limits.memory_for(1500) < limits.memory_for(2**23) < limits.memory_for(2**27)
    assert limits.memory_for(2**27) == limits.memory


def test_a_file_over_its_time_of_the_processor_is_refused(tmp_path: Path) -> None:
    with ReadingProcess(Limits(seconds=3)) as reader:
        with pytest.raises(DocumentError, match=r"lớn\.txt: đọc quá lâu"):
            reader.read(large(tmp_path, 1_200_000))
        assert reader.read(small(tmp_path)).text == SENTENCE


def test_a_text_longer_than_any_document_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_module, "MOST_CHARACTERS", len(SENTENCE))
    file = small(tmp_path)
    assert read(file).text == SENTENCE
    file.write_text(f"{SENTENCE} Hết.", encoding="utf-8")
    with pytest.raises(DocumentError, match="văn bản dài quá"):
        read(file)
