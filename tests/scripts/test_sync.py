import os
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from documents.formats.read import read
from documents.formats.sandbox import ReadingProcess
from documents.store.library import Library
from index.encoders import load as encoders
from index.ingest import ingest
from scripts import add_documents, sync
from tests.support.builders import long_articles, resolution_text
from tests.support.commands import Shell, one_line
from tests.support.encoders import HashingEncoder


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def resolution(place: int, version: str = "") -> str:
    articles = long_articles(2, f"{place} {version}")
    return resolution_text(f"{place:02}-NQ/TU", f"về việc {place}", articles)


def filled(shell: Shell, count: int = 3) -> list[Path]:
    """Write some resolutions and bring the library in step with them."""
    paths = [shell.write(f"{place}.txt", resolution(place)) for place in range(1, count + 1)]
    assert shell.sync(shell.inbox).code == 0
    return paths


def statuses(shell: Shell) -> dict[str, str]:
    return {one["source"]: one["status"] for one in shell.listing("--json").json["documents"]}


def settled(path: Path, seconds_ago: int = 60) -> None:
    """Make a file as old as files usually are when they are looked at."""
    then = time.time() - seconds_ago
    os.utime(path, (then, then))


def test_sync_adds_replaces_and_removes_to_match_the_folder(shell: Shell) -> None:
    first, second, third = filled(shell)
    second.write_text(resolution(2, "đã sửa"), "utf-8")
    third.unlink()
    shell.write("4.txt", resolution(4))
    said = shell.sync(shell.inbox, "--yes", "--json")
    assert said.code == 0
    assert said.json["summary"] == {
        "added": 1,
        "unchanged": 1,
        "replaced": 1,
        "refused": 0,
        "held": 0,
        "ignored": 0,
        "removed": 1,
        "leaving": 1,
    }
    assert [one["number"] for one in said.json["leaving"]] == ["03-NQ/TU"]
    kinds = sorted(one["status"] for one in shell.listing("--json").json["documents"])
    assert kinds == ["current", "current", "current", "superseded"]
    assert shell.doctor().code == 0
    assert first.exists()


def test_a_second_sync_changes_and_encodes_nothing(shell: Shell) -> None:
    filled(shell)
    encoded = len(shell.encoder.encoded)
    generation = shell.listing("--json").json["generation"]
    said = shell.sync(shell.inbox, "--json")
    assert (said.code, said.json["summary"]["unchanged"]) == (0, 3)
    assert len(shell.encoder.encoded) == encoded
    assert shell.listing("--json").json["generation"] == generation


@pytest.mark.parametrize("command", [sync, add_documents])
def test_what_did_not_change_is_neither_read_nor_loads_the_model(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, command: object
) -> None:
    loaded: list[str | None] = []

    def load(model: str | None, _data: Path) -> HashingEncoder:
        loaded.append(model)
        return HashingEncoder()

    monkeypatch.setattr(encoders, "load_encoder", load)
    for place in (1, 2):
        settled(shell.write(f"{place}.txt", resolution(place)))
    run = command.main  # type: ignore[attr-defined]
    arguments = [str(shell.inbox), "--data", str(shell.data)]
    assert run(arguments) == 0
    assert loaded == [None]
    monkeypatch.setattr(ingest, "_digest", _never)
    monkeypatch.setattr(ReadingProcess, "read", _never)
    assert run(arguments) == 0
    assert loaded == [None]


def _never(*_arguments: object) -> str:
    pytest.fail("the file was read again")


def test_a_model_that_is_not_what_it_was_is_named_with_the_remedy(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    models: list[HashingEncoder] = [HashingEncoder(), HashingEncoder(name="another")]
    monkeypatch.setattr(encoders, "load_encoder", lambda _model, _data: models.pop(0))
    shell.write("1.txt", resolution(1))
    arguments = [str(shell.inbox), "--data", str(shell.data)]
    assert sync.main(arguments) == 0
    shell.write("2.txt", resolution(2))
    capsys.readouterr()
    assert sync.main(arguments) == 1
    assert "scripts.rebuild" in one_line(capsys.readouterr().err)


def test_a_file_is_known_again_by_its_stamp_only_when_it_had_come_to_rest(shell: Shell) -> None:
    path = shell.write("1.txt", resolution(1, "bản 1"))
    shell.sync(shell.inbox)
    status = path.stat()
    path.write_text(resolution(1, "bản 2"), "utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert shell.sync(shell.inbox, "--json").json["summary"]["replaced"] == 1


def test_a_corrected_file_is_a_new_version_even_without_a_number(shell: Shell) -> None:
    path = shell.write("ghi-chep.txt", "Chi bộ họp ngày mùng năm hằng tháng.\n")
    shell.sync(shell.inbox)
    path.write_text("Chi bộ họp ngày mùng bảy hằng tháng.\n", "utf-8")
    assert shell.sync(shell.inbox, "--json").json["summary"]["replaced"] == 1
    old, new = shell.listing("--json").json["documents"]
    assert (old["status"], old["passages"]) == ("superseded", 0)
    assert (new["status"], old["superseded_by"]) == ("current", new["document_id"])
    with Library(shell.data / "library.db") as library:
        assert [one.text for one in library.documents()] == [read(path).text]


def test_nothing_is_removed_unasked(shell: Shell) -> None:
    _, second, _ = filled(shell)
    second.unlink()
    said = shell.sync(shell.inbox)
    assert said.code == 1
    assert "--yes" in said.out.splitlines()[-1]
    assert any(line.startswith("chưa xóa") and "02-NQ/TU" in line for line in said.out.splitlines())
    assert statuses(shell)["2.txt"] == "current"
    assert shell.sync(shell.inbox, "--yes").code == 0
    assert "2.txt" not in statuses(shell)


@pytest.mark.parametrize(("answer", "kept"), [("có\n", False), ("không\n", True), ("\n", True)])
def test_at_a_terminal_removing_is_asked_for(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, answer: str, kept: bool
) -> None:
    _, second, _ = filled(shell)
    second.unlink()

    class Terminal:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return answer

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    said = shell.sync(shell.inbox)
    assert said.code == int(kept)
    assert "02-NQ/TU" in said.err
    assert ("2.txt" in statuses(shell)) is kept


def test_a_dry_run_foretells_the_sync_and_changes_nothing(shell: Shell) -> None:
    _, second, third = filled(shell)
    second.write_text(resolution(2, "đã sửa"), "utf-8")
    third.unlink()
    shell.write("4.txt", resolution(4))
    shell.write("rong.txt", "")
    before = shell.listing("--json").out
    planned = shell.sync(shell.inbox, "--dry-run", "--json").json
    assert shell.listing("--json").out == before
    done = shell.sync(shell.inbox, "--yes", "--json").json
    assert [one["status"] for one in planned["files"]] == [one["status"] for one in done["files"]]
    assert [one["path"] for one in planned["leaving"]] == [one["path"] for one in done["leaving"]]
    assert planned["summary"] | {"removed": 1} == done["summary"]


def test_a_dry_run_of_a_new_library_creates_nothing(shell: Shell) -> None:
    shell.write("1.txt", resolution(1))
    said = shell.sync(shell.inbox, "--dry-run")
    assert said.code == 0
    assert said.out.startswith("sẽ thêm")
    assert not shell.data.exists()
    assert shell.encoder.encoded == []


def test_only_what_the_folder_brought_is_removed(shell: Shell, tmp_path: Path) -> None:
    by_hand = tmp_path / "tay.txt"
    by_hand.write_text(resolution(8), "utf-8")
    in_both = shell.write("9.txt", resolution(9))
    shell.add(by_hand, in_both)
    filled(shell)
    for path in (by_hand, in_both, shell.inbox / "1.txt"):
        path.unlink()
    assert shell.sync(shell.inbox, "--yes").code == 0
    assert sorted(statuses(shell)) == ["2.txt", "3.txt", "9.txt", "tay.txt"]


def test_a_folder_is_the_same_by_whatever_path_it_is_named(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = filled(shell)
    (tmp_path / "lối tắt").symlink_to(shell.inbox)
    (shell.inbox / "con").mkdir()
    monkeypatch.chdir(shell.inbox / "con")
    for path, gone in (("..", first), (tmp_path / "lối tắt", second)):
        gone.unlink()
        said = shell.sync(path, "--yes", "--json")
        assert (said.code, said.json["summary"]["removed"]) == (0, 1)
    assert list(statuses(shell)) == [third.name]


def test_a_copy_of_what_was_added_by_hand_does_not_make_it_the_folders(
    shell: Shell, tmp_path: Path
) -> None:
    by_hand = tmp_path / "tay.txt"
    by_hand.write_text(resolution(8), "utf-8")
    shell.add(by_hand)
    copy = shell.write("8.txt", resolution(8))
    filled(shell)
    copy.unlink()
    assert shell.sync(shell.inbox, "--yes").code == 0
    assert "tay.txt" in statuses(shell)


def test_a_file_that_is_moved_stays_the_same_document(shell: Shell) -> None:
    first, *_ = filled(shell)
    encoded = len(shell.encoder.encoded)
    (shell.inbox / "năm 2021").mkdir()
    first.rename(shell.inbox / "năm 2021" / "nghị quyết 1.txt")
    said = shell.sync(shell.inbox, "--json")
    assert (said.code, said.json["leaving"]) == (0, [])
    assert said.json["summary"]["unchanged"] == 3
    assert len(shell.encoder.encoded) == encoded
    (shell.inbox / "năm 2021" / "nghị quyết 1.txt").unlink()
    assert shell.sync(shell.inbox, "--yes", "--json").json["summary"]["removed"] == 1


def test_a_copy_keeps_the_document_when_the_other_file_goes_or_changes(shell: Shell) -> None:
    first, second, _ = filled(shell)
    copy = shell.write("bản sao.txt", resolution(1))
    shell.write("bản sao 2.txt", resolution(2))
    shell.sync(shell.inbox)
    first.unlink()
    second.write_text("Nội dung khác hẳn, không có số.\n", "utf-8")
    said = shell.sync(shell.inbox, "--yes", "--json")
    assert said.json["summary"]["removed"] == 0
    assert said.json["summary"]["added"] == 1
    assert len(shell.listing("--json").json["documents"]) == 4
    copy.unlink()
    assert shell.sync(shell.inbox, "--yes", "--json").json["summary"]["removed"] == 1


def test_a_new_version_under_another_name_takes_the_place_of_the_file_that_is_gone(
    shell: Shell,
) -> None:
    first, *_ = filled(shell)
    newer = shell.write("1 (sửa).txt", resolution(1, "đã sửa"))
    refused = shell.sync(shell.inbox, "--json")
    assert refused.code == 1
    (row,) = [one for one in refused.json["files"] if one["status"] == "refused"]
    assert row["path"] == str(newer)
    first.unlink()
    said = shell.sync(shell.inbox, "--json")
    assert (said.code, said.json["summary"]["replaced"], said.json["leaving"]) == (0, 1, [])
    assert shell.sync(shell.inbox, "--json").json["summary"]["unchanged"] == 3


def test_two_versions_side_by_side_do_not_take_turns(shell: Shell) -> None:
    filled(shell)
    shell.write("1 (sửa).txt", resolution(1, "đã sửa"))
    assert shell.sync(shell.inbox, "--replace").code == 0
    before = statuses(shell)
    said = shell.sync(shell.inbox, "--replace", "--json")
    assert (said.code, said.json["summary"]["unchanged"]) == (0, 4)
    assert statuses(shell) == before


def test_a_file_that_cannot_be_read_any_more_loses_nothing(shell: Shell) -> None:
    first, *_ = filled(shell)
    first.write_bytes(b"")
    said = shell.sync(shell.inbox, "--yes", "--json")
    assert said.code == 1
    assert said.json["summary"]["refused"] == 1
    assert statuses(shell)["1.txt"] == "current"


def test_an_empty_or_missing_folder_removes_nothing_even_when_asked(shell: Shell) -> None:
    for path in filled(shell):
        path.unlink()
    said = shell.sync(shell.inbox, "--yes")
    assert (said.code, said.out) == (1, "")
    assert "ổ chia sẻ" in one_line(said.err)
    shell.inbox.rmdir()
    assert str(shell.inbox) in one_line(shell.sync(shell.inbox, "--yes").err)
    assert len(statuses(shell)) == 3


def test_a_subfolder_that_cannot_be_listed_removes_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = shell.inbox / "khóa"
    inner.mkdir()
    shell.write("khóa/8.txt", resolution(8))
    filled(shell)
    listed = os.scandir

    def refusing(path: str) -> object:
        if Path(path) == inner:
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr("os.scandir", refusing)
    said = shell.sync(shell.inbox, "--yes", "--json")
    assert said.code == 1
    assert said.json["summary"]["removed"] == 0
    assert "8.txt" in statuses(shell)


def test_the_data_folder_inside_the_folder_is_no_document(shell: Shell) -> None:
    shell.data = shell.inbox / "data"
    filled(shell)
    said = shell.sync(shell.inbox, "--json")
    assert (said.code, len(said.json["files"])) == (0, 3)


class Interrupted(HashingEncoder):
    """Gives out after one batch."""

    def encode_passages(self, texts: Sequence[str]) -> "object":  # type: ignore[override]
        if self.encoded:
            raise KeyboardInterrupt
        return super().encode_passages(texts)


def test_an_interrupted_sync_goes_on_where_it_stopped(shell: Shell) -> None:
    for place in range(1, 4):
        shell.write(f"{place}.txt", resolution(place))
    shell.encoder = Interrupted()
    assert shell.sync(shell.inbox).code == 130
    encoded = list(shell.encoder.encoded)
    shell.encoder = HashingEncoder()
    assert shell.sync(shell.inbox).code == 0
    assert not set(encoded) & set(shell.encoder.encoded)
    assert len(statuses(shell)) == 3


def test_near_duplicates_are_both_kept_and_reported(shell: Shell) -> None:
    shell.write("1.txt", resolution_text("01-NQ/TU", articles=long_articles(20)))
    shell.sync(shell.inbox)
    shell.write("2.txt", resolution_text("02-NQ/TU", articles=long_articles(20)))
    (row,) = [one for one in shell.sync(shell.inbox, "--json").json["files"] if one["similar_to"]]
    assert (row["status"], "gần giống" in row["note"]) == ("added", True)
    one, other = shell.listing("--json").json["documents"]
    assert [like["document_id"] for like in one["similar_to"]] == [other["document_id"]]
    assert [like["document_id"] for like in other["similar_to"]] == [one["document_id"]]
    assert 0.8 <= one["similar_to"][0]["share"] <= 1


def watched(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, steps: list[Callable[[], object]]
) -> str:
    """Watch the folder while the steps are taken, one at each look, and give what was printed."""

    def sleep(_seconds: float) -> None:
        if not steps:
            raise KeyboardInterrupt
        steps.pop(0)()

    monkeypatch.setattr("scripts.sync.time.sleep", sleep)
    said = shell.sync(shell.inbox, "--watch", "--yes")
    assert said.code == 0
    return said.out


def test_a_watched_folder_is_followed_once_it_has_come_to_rest(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = filled(shell)
    printed = watched(
        shell,
        monkeypatch,
        [
            lambda: shell.write("4.txt", "đang ghi dở"),
            lambda: shell.write("4.txt", resolution(4)),
            lambda: None,
            first.unlink,
            lambda: None,
            lambda: None,
        ],
    )
    rows = [line.split()[:2] for line in printed.splitlines()]
    assert rows.count(["đã", "thêm"]) == 1
    assert rows.count(["đã", "xóa"]) == 1
    assert rows.count(["không", "đổi"]) == 3
    assert sorted(statuses(shell)) == ["2.txt", "3.txt", "4.txt"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a", "b"],
        ["a", "--watch", "--json"],
        ["a", "--watch", "--dry-run"],
        ["a", "--interval", "0"],
    ],
)
def test_misuse_of_sync_is_one_line_and_exit_code_2(shell: Shell, arguments: list[str]) -> None:
    said = shell.sync(*arguments)
    assert (said.code, said.out) == (2, "")
    assert one_line(said.err).startswith("Lệnh chưa đúng")
    assert not shell.data.exists()


def pack(shell: Shell, files: dict[str, str]) -> Path:
    path = shell.inbox / "gói.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_the_documents_of_an_archive_are_followed_one_by_one(shell: Shell) -> None:
    pack(shell, {"a/1.txt": resolution(1), "2.txt": resolution(2), "3.txt": "", "x.exe": "x"})
    said = shell.sync(shell.inbox, "--json")
    assert said.code == 1
    assert [(Path(one["path"]).name, one["status"]) for one in said.json["files"]] == [
        ("1.txt", "added"),
        ("2.txt", "added"),
        ("3.txt", "refused"),
    ]
    assert str(shell.inbox / "gói.zip" / "3.txt") in said.json["files"][2]["reason"]
    encoded = len(shell.encoder.encoded)
    pack(shell, {"a/1.txt": resolution(1), "2.txt": resolution(2)})
    assert shell.sync(shell.inbox, "--json").json["summary"]["unchanged"] == 2
    assert len(shell.encoder.encoded) == encoded
    pack(shell, {"1.txt": resolution(1), "2.txt": resolution(2, "đã sửa"), "4.txt": resolution(4)})
    said = shell.sync(shell.inbox, "--json")
    assert said.code == 0
    assert [one["status"] for one in said.json["files"]] == ["unchanged", "replaced", "added"]
    pack(shell, {"4.txt": resolution(4)})
    planned = shell.sync(shell.inbox, "--dry-run", "--json").json["leaving"]
    said = shell.sync(shell.inbox, "--yes", "--json")
    assert [one["path"] for one in said.json["leaving"]] == [one["path"] for one in planned]
    assert statuses(shell) == {"4.txt": "current"}
    assert shell.doctor().code == 0


def test_an_archive_that_is_damaged_or_empty_loses_nothing(shell: Shell) -> None:
    path = pack(shell, {"1.txt": resolution(1)})
    filled(shell)
    for content in (b"PK\x03\x04" + bytes(100), b""):
        path.write_bytes(content)
        said = shell.sync(shell.inbox, "--yes", "--json")
        assert (said.code, said.json["leaving"]) == (1, [])
        assert "gói.zip" in said.json["files"][-1]["reason"]
    assert len(statuses(shell)) == 3
    assert not [one for one in (shell.data / "originals").iterdir() if one.name[0] == "."]


def test_an_archive_added_by_hand_keeps_the_originals_of_its_documents(shell: Shell) -> None:
    path = pack(shell, {"1.txt": resolution(1), "2.txt": resolution(2)})
    said = shell.add(path, "--json")
    assert (said.code, said.json["summary"]["added"]) == (0, 2)
    kept = {one.read_text("utf-8") for one in (shell.data / "originals").iterdir()}
    assert kept == {resolution(1), resolution(2)}
    assert shell.add(path, "--json").json["summary"]["unchanged"] == 2
