import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from documents.store.library import Library
from documents.store.lock import writing
from index.legs.dense import DenseIndex
from scripts import add_documents, doctor
from tests.support.builders import long_articles, resolution_text
from tests.support.commands import Shell, one_line
from tests.support.encoders import HashingEncoder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def test_adding_prints_a_row_a_file_and_a_summary(shell: Shell) -> None:
    path = shell.write("nq.txt", resolution_text())
    said = shell.add(path)
    row, summary = said.out.splitlines()
    assert (said.code, said.err) == (0, "")
    assert row.startswith("đã thêm")
    assert "nq.txt" in row
    assert "03-NQ/TU" in row
    assert summary.startswith("Tổng cộng 1: đã thêm 1, không đổi 0, đã thay 0, bị từ chối 0.")
    assert shell.add(path).out.startswith("không đổi")


def test_adding_tells_machines_every_file_and_the_counts(shell: Shell) -> None:
    shell.write("a.txt", resolution_text())
    shell.write("b.txt", resolution_text(articles=("Bản khác.",)))
    shell.write("anh.xyz", "")
    said = shell.add(shell.inbox, "--json")
    assert said.code == 1
    added, refused = said.json["files"]
    assert set(added) >= {
        "path",
        "status",
        "document_id",
        "number",
        "title",
        "passages",
        "reason",
    }
    assert (added["status"], added["number"], added["reason"]) == ("added", "03-NQ/TU", None)
    assert added["path"] == str(shell.inbox / "a.txt")
    assert (refused["status"], refused["document_id"], refused["passages"]) == ("refused", None, 0)
    assert "--replace" in refused["reason"]
    assert said.json["summary"] == {
        "added": 1,
        "unchanged": 0,
        "replaced": 0,
        "refused": 1,
        "held": 0,
        "ignored": 1,
    }


def test_a_file_that_may_be_secret_is_held_with_its_reason_in_row_count_and_journal(
    shell: Shell,
) -> None:
    file = shell.write("ngo.txt", resolution_text(stamp="Mật"))
    said = shell.add(file)
    held, summary = said.out.splitlines()
    assert said.code == 1
    assert one_line(held).startswith("tạm giữ")
    assert "có thể có dấu “MẬT” ở dòng 4 (viết chữ thường)" in held
    assert summary.endswith("bị từ chối 0, tạm giữ 1.")
    assert shell.add(file, "--json").json["summary"]["held"] == 1
    assert shell.add(file, "--allow-secret", file).code == 0


def test_a_replacement_is_asked_for_and_told(shell: Shell) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    new = shell.write("b.txt", resolution_text(articles=("Bản khác.",)))
    assert one_line(shell.add(new).out.splitlines()[0]).startswith("bị từ chối")
    said = shell.add(new, "--replace")
    assert said.code == 0
    assert said.out.startswith("đã thay")
    assert shell.doctor().code == 0


def test_a_dry_run_tells_what_would_be_done(shell: Shell) -> None:
    said = shell.add(shell.write("a.txt", resolution_text()), "--dry-run")
    assert said.code == 0
    assert said.out.startswith("sẽ thêm")
    assert not shell.data.exists()
    assert shell.encoder.encoded == []


def test_the_operator_describes_one_file(shell: Shell) -> None:
    path = shell.write("a.txt", "Nội dung không có phần đầu văn bản.\n")
    options = ["--number", "07-NQ/TU", "--title", "Nghị quyết mẫu", "--issued-on", "5/1/2024"]
    options += ["--issuer", "Tỉnh ủy Kon Tum", "--replaces", "01-NQ/TU", "--replaces", "02-NQ/TU"]
    assert shell.add(path, *options).code == 0
    (listed,) = shell.listing("--json").json["documents"]
    assert listed["number"] == "07-NQ/TU"
    assert listed["title"] == "Nghị quyết mẫu"
    assert listed["issued_on"] == "2024-01-05"
    assert listed["issuer"] == "Tỉnh ủy Kon Tum"
    assert listed["replaces"] == ["01-NQ/TU", "02-NQ/TU"]
    assert "number" not in listed["needs_review"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--sai", "a.txt"],
        ["a.txt", "--issued-on", "31/2/2024"],
        ["a.txt", "--number"],
        ["a.txt", "b.txt", "--number", "07-NQ/TU"],
    ],
)
def test_misuse_of_adding_is_one_line_and_exit_code_2(shell: Shell, arguments: list[str]) -> None:
    for name in ("a.txt", "b.txt"):
        shell.write(name, resolution_text())
    paths = [shell.inbox / one if one.endswith(".txt") else one for one in arguments]
    said = shell.add(*paths)
    assert said.code == 2
    assert one_line(said.err).startswith("Lệnh chưa đúng")
    assert not shell.data.exists()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def corrupt(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 8)


def without_text_layer(path: Path) -> None:
    pdf = pypdfium2.PdfDocument.new()
    pdf.new_page(595, 842).close()
    pdf.save(path)
    pdf.close()


def large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200 << 20)  # sparse: takes no room on the disk


def not_text(path: Path) -> None:
    path.write_bytes(bytes((place * 167 + 13) % 256 for place in range(5000)))


def a_folder_without_documents(path: Path) -> None:
    path.mkdir()
    (path / "anh.xyz").write_bytes(b"\x89")


def nothing(_path: Path) -> None:
    pass


BAD_INPUTS = [
    (empty, "rong.txt"),
    (empty, "rong.docx"),
    (empty, "rong.pdf"),
    (corrupt, "hong.docx"),
    (corrupt, "hong.pdf"),
    (without_text_layer, "quet.pdf"),
    (large, "lon.txt"),
    (large, "lon.pdf"),
    (not_text, "nhi-phan.txt"),
    (not_text, "nhi-phan.html"),
    (not_text, "chuong-trinh.exe"),
    (a_folder_without_documents, "trong"),
    (nothing, "khong-co.txt"),
]


@pytest.mark.parametrize(
    ("make", "name"), BAD_INPUTS, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_bad_input_is_one_line_naming_it_and_the_others_go_on(
    shell: Shell, make: Callable[[Path], None], name: str
) -> None:
    bad = shell.inbox / name
    make(bad)
    good = shell.write("tot.txt", resolution_text())
    said = shell.add(bad, good)
    assert said.code == 1
    rows = [row for row in said.out.splitlines() if not row.startswith("bỏ qua")]
    assert len(rows) == 3
    refused = next(row for row in rows if row.startswith("bị từ chối"))
    assert name in refused
    assert refused.rstrip().endswith(".")
    assert any(row.startswith("đã thêm") and "tot.txt" in row for row in rows)
    assert said.err == ""
    assert shell.doctor().code == 0


def test_a_file_in_the_place_of_the_data_folder_is_one_line(shell: Shell) -> None:
    shell.data.write_text("")
    path = shell.write("a.txt", resolution_text())
    for said in (shell.add(path), shell.add(path, "--json")):
        assert (said.code, said.out) == (1, "")
        assert str(shell.data) in one_line(said.err)


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_folder_without_write_permission_is_one_line(shell: Shell) -> None:
    shell.data.mkdir()
    shell.data.chmod(0o500)
    try:
        said = shell.add(shell.write("a.txt", resolution_text()))
    finally:
        shell.data.chmod(0o700)
    assert (said.code, said.out) == (1, "")
    assert "quyền" in one_line(said.err)


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_file_without_read_permission_is_refused(shell: Shell) -> None:
    path = shell.write("a.txt", resolution_text())
    path.chmod(0)
    said = shell.add(path)
    assert said.code == 1
    assert "quyền" in said.out.splitlines()[0]


def test_originals_that_cannot_be_written_refuse_the_file_and_leave_nothing(shell: Shell) -> None:
    shell.data.mkdir()
    (shell.data / "originals").write_text("không phải thư mục")
    said = shell.add(shell.write("a.txt", resolution_text()))
    assert said.code == 1
    refused = said.out.splitlines()[0]
    assert refused.startswith("bị từ chối")
    assert "a.txt" in refused
    assert "originals" in refused
    assert shell.listing("--json").json == {"documents": [], "generation": 0}


def test_a_damaged_library_is_one_line(shell: Shell) -> None:
    shell.data.mkdir()
    (shell.data / "library.db").write_text("không phải cơ sở dữ liệu" * 200)
    for said in (shell.add(shell.write("a.txt", resolution_text())), shell.listing()):
        assert said.code == 1
        assert "sao lưu" in one_line(said.err)


def test_a_second_process_adding_is_refused_at_once(shell: Shell) -> None:
    path = shell.write("a.txt", resolution_text())
    shell.add(path)
    with writing(shell.data):
        for said in (shell.add(path), shell.remove("03-NQ/TU")):
            assert (said.code, said.out) == (1, "")
            assert "tiến trình khác" in one_line(said.err)
    assert shell.add(path).code == 0


def test_a_misspelt_setting_is_misuse(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACUU_DATE", "x")
    said = shell.listing()
    assert said.code == 2
    assert "TRACUU_DATE" in one_line(said.err)


@pytest.mark.parametrize("reference", [["nq 03 tu"], ["nq", "03", "tu"], ["03-NQ/TU"], ["a.txt"]])
def test_a_document_is_removed_by_any_name_it_has(shell: Shell, reference: list[str]) -> None:
    path = shell.write("a.txt", resolution_text())
    shell.add(path)
    said = shell.remove(*reference)
    assert said.code == 0
    assert said.out.startswith("đã xóa")
    assert "03-NQ/TU" in said.out
    assert shell.listing("--json").json["documents"] == []
    assert list((shell.data / "originals").iterdir()) == []
    assert shell.remove(*reference).code == 1
    assert shell.add(path).code == 0
    assert shell.doctor().code == 0


def test_removing_tells_machines_what_is_gone(shell: Shell) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    (listed,) = shell.listing("--json").json["documents"]
    said = shell.remove(listed["document_id"], "--json")
    assert said.json["removed"]["document_id"] == listed["document_id"]


def test_removing_what_is_not_there_or_is_not_one_is_refused(shell: Shell) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    other = resolution_text().replace("KON TUM", "GIA LAI").replace("Kon Tum", "Gia Lai")
    shell.add(shell.write("b.txt", other))
    missing, two = shell.remove("99-NQ/TU"), shell.remove("03-NQ/TU")
    assert (missing.code, two.code) == (1, 1)
    assert "list_documents" in one_line(missing.err)
    assert "có 2 văn bản" in one_line(two.err)
    assert len(shell.listing("--json").json["documents"]) == 2


@pytest.mark.parametrize("command", ["listing", "doctor"])
def test_no_library_is_said_and_none_is_created(shell: Shell, command: str) -> None:
    said = getattr(shell, command)()
    assert (said.code, said.out) == (1, "")
    assert "add_documents" in one_line(said.err)
    assert not shell.data.exists()


def test_the_list_has_every_field_and_names_what_needs_review(shell: Shell) -> None:
    shell.add(shell.write("a.txt", resolution_text("02-NQ/TU", "về đất đai")))
    shell.add(shell.write("b.txt", resolution_text("03-NQ/TU")), "--replaces", "02-NQ/TU")
    shell.add(shell.write("c.txt", "Ghi chép không đầu không cuối.\n"))
    older, newer, unknown = shell.listing("--json").json["documents"]
    assert set(older) == {
        "document_id",
        "title",
        "number",
        "kind",
        "issuer",
        "issued_on",
        "secrecy",
        "status",
        "replaces",
        "replaced_by",
        "superseded_by",
        "passages",
        "pages",
        "source",
        "sha256",
        "added_at",
        "similar_to",
        "effective_on",
        "signer",
        "signer_role",
        "amends",
        "based_on",
        "number_left_blank",
        "needs_review",
    }
    assert (older["status"], older["replaced_by"]) == ("replaced", [newer["document_id"]])
    assert (newer["status"], newer["replaces"]) == ("current", ["02-NQ/TU"])
    assert {"number", "kind", "issuer", "issued_on"} <= set(unknown["needs_review"])
    said = shell.listing()
    assert said.out.splitlines()[-1] == "Tổng cộng 3 văn bản."
    assert "đã bị thay thế" in said.out.splitlines()[0]
    assert "cần xem lại: " in said.out.splitlines()[2]


def sql(statement: str) -> Callable[[Path], None]:
    def damage(data: Path) -> None:
        connection = sqlite3.connect(data / "library.db")
        connection.execute(statement)
        connection.commit()
        connection.close()

    return damage


def each_original(change: Callable[[Path], None]) -> Callable[[Path], None]:
    def damage(data: Path) -> None:
        for path in (data / "originals").iterdir():
            change(path)

    return damage


def truncate_index(data: Path) -> None:
    (path,) = (data / "index").glob("generation-*/*.faiss")
    os.truncate(path, path.stat().st_size // 2)


def stale_index(data: Path) -> None:
    """Put a file of another time in place."""
    (path,) = (data / "index").glob("generation-*/dense.faiss")
    DenseIndex(64).save(path)


def truncate_terms(data: Path) -> None:
    path = max((data / "index").glob("generation-*/sparse/*"), key=lambda one: one.stat().st_size)
    os.truncate(path, path.stat().st_size // 2)


def drop_lexicon(data: Path) -> None:
    (path,) = (data / "index").glob("generation-*/lexicon.tsv")
    path.unlink()


def drop_manifest(data: Path) -> None:
    (path,) = (data / "index").glob("generation-*/manifest.json")
    path.unlink()


DAMAGES = {
    "a passage's text": (sql("UPDATE passages SET text = text || '.'"), "không khớp với văn bản"),
    "an offset": (sql("UPDATE passages SET end_offset = end_offset - 1"), "không khớp"),
    "the document's text": (sql("UPDATE documents SET text = 'x' || text"), "không khớp"),
    "no passages": (sql("DELETE FROM passages"), "không có đoạn nào"),
    "a passage id": (sql("UPDATE passages SET passage_id = 'x' || passage_id"), "không thuộc"),
    "a page": (sql("UPDATE passages SET page = 7"), "số trang"),
    "a locator": (sql("UPDATE passages SET article = ' '"), "để trống"),
    "the order": (sql("UPDATE passages SET ordinal = -ordinal"), "thứ tự"),
    "an owner": (sql("UPDATE passages SET document_id = 'x'"), "bảng passages"),
    "the status": (sql("UPDATE documents SET status = 'replaced'"), "quan hệ thay thế"),
    "superseded": (sql("UPDATE documents SET status = 'superseded'"), "bản cũ"),
    "no vectors": (sql("DELETE FROM vectors"), "chưa được mã hóa"),
    "a short vector": (sql("UPDATE vectors SET vector = x'0000803f'"), "không còn như đã lưu"),
    "a zero vector": (sql("UPDATE vectors SET vector = zeroblob(256)"), "không còn như đã lưu"),
    "another model": (sql("UPDATE vectors SET model = 'x'"), "chưa được mã hóa"),
    "an old library": (sql("UPDATE meta SET value = 0"), "mới hơn"),
    "no original": (each_original(Path.unlink), "thiếu tệp gốc"),
    "another original": (each_original(lambda path: None if path.write_text("x") else None), "đổi"),
    "a short index file": (truncate_index, "Chỉ mục"),
    "no manifest": (drop_manifest, "Chỉ mục"),
    "a stale index file": (stale_index, "dense.faiss thiếu hoặc đã bị đổi"),
    "a short file of terms": (truncate_terms, "sparse/"),
    "no lexicon": (drop_lexicon, "lexicon.tsv thiếu"),
    "another history": (sql("UPDATE generations SET token = 'x'"), "thư viện khác"),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one document, to be copied and damaged."""
    folder = tmp_path_factory.mktemp("sound")
    path = folder / "a.txt"
    path.write_text(resolution_text(articles=long_articles(3)), encoding="utf-8")
    data = folder / "data"
    assert add_documents.main([str(path), "--data", str(data)], encoder=HashingEncoder()) == 0
    assert doctor.main(["--data", str(data)], encoder=HashingEncoder()) == 0
    return data


@pytest.mark.parametrize("kind", DAMAGES)
def test_the_doctor_names_the_damage(shell: Shell, sound: Path, kind: str) -> None:
    damage, expected = DAMAGES[kind]
    shutil.copytree(sound, shell.data)
    damage(shell.data)
    found = shell.doctor("--json")
    assert found.code == 1
    assert found.json["ok"] is False
    assert any(expected in fault for fault in found.json["faults"])
    said = shell.doctor()
    assert said.code == 1
    assert all(fault in said.out.splitlines() for fault in found.json["faults"])


CANNOT_BE_MENDED = {"no original", "another original"}


@pytest.mark.parametrize("kind", sorted(DAMAGES.keys() - CANNOT_BE_MENDED))
def test_the_repair_mends_the_damage_from_what_is_stored(
    shell: Shell, sound: Path, kind: str
) -> None:
    before, _ = state(sound)
    shutil.copytree(sound, shell.data)
    DAMAGES[kind][0](shell.data)
    said = shell.doctor("--repair", "--json")
    assert (said.code, said.json["faults"]) == (0, [])
    assert said.json["repaired"]
    assert state(shell.data)[0] == before
    assert shell.doctor("--json").json["notes"] == []
    again = shell.doctor("--repair", "--json")
    assert (again.code, again.json["repaired"]) == (0, [])


def state(data: Path) -> tuple[object, list[str]]:
    """Give what is answered from, and the originals."""
    with Library(data / "library.db") as library:
        documents = library.documents()
        passages = [library.passages_of(one.document_id) for one in documents]
        library.vectors(HashingEncoder().fingerprint, library.passage_keys())
    return (documents, passages), sorted(path.name for path in (data / "originals").iterdir())


def test_passages_of_an_older_version_are_taken_out_again(shell: Shell) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    shell.add(shell.write("b.txt", resolution_text(articles=("Bản khác.",))), "--replace")
    (old,) = [
        one["document_id"]
        for one in shell.listing("--json").json["documents"]
        if one["status"] == "superseded"
    ]
    sql(f"UPDATE passages SET document_id = '{old}'")(shell.data)
    assert any("bản cũ" in fault for fault in shell.doctor("--json").json["faults"])
    assert shell.doctor("--repair").code == 0
    with Library(shell.data / "library.db") as library:
        assert library.passages_of(old) == ()
        (document,) = library.documents()
        assert "Bản khác." in library.passages_of(document.document_id)[-1].text


@pytest.mark.parametrize("kind", sorted(CANNOT_BE_MENDED))
def test_a_lost_original_is_fetched_from_its_file_or_told_what_to_do(
    shell: Shell, kind: str
) -> None:
    path = shell.write("a.txt", resolution_text())
    shell.add(path)
    DAMAGES[kind][0](shell.data)
    assert shell.doctor("--repair", "--json").json["repaired"] != []
    assert shell.doctor().code == 0
    DAMAGES[kind][0](shell.data)
    path.unlink()
    said = shell.doctor("--repair", "--json")
    assert said.code == 1
    (fault,) = said.json["faults"]
    assert "add_documents" in fault
    assert shell.add(shell.write("b.txt", resolution_text())).code == 0
    assert shell.doctor().code == 0


def test_the_repair_deletes_what_belongs_to_nothing(shell: Shell) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    (shell.data / "originals" / ".draft-1").write_text("dở dang")
    (shell.data / "originals" / f"{'0' * 64}.txt").write_text("thừa")
    (shell.data / "index" / ".draft-1").mkdir()
    sql("INSERT INTO vectors VALUES ('x', 'x', x'0000803f', NULL)")(shell.data)
    assert shell.doctor("--repair").code == 0
    assert shell.doctor("--json").json["notes"] == []
    assert len(list((shell.data / "originals").iterdir())) == 1
    assert not (shell.data / "index" / ".draft-1").exists()


def test_an_index_that_is_behind_is_noted_and_caught_up(shell: Shell) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    shell.add(shell.write("b.txt", resolution_text("04-NQ/TU", articles=("Nội dung riêng.",))))
    shell.remove("04-NQ/TU")
    found = shell.doctor("--json")
    assert (found.code, found.json["faults"]) == (0, [])
    assert any("chưa theo kịp" in note for note in found.json["notes"])
    assert shell.doctor("--repair").code == 0
    assert shell.doctor("--json").json["notes"] == []


def test_an_index_of_another_model_is_named_and_repaired(shell: Shell) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    shell.encoder = HashingEncoder(32, name="another")
    found = shell.doctor("--json")
    assert found.code == 1
    assert any("mô hình khác" in fault for fault in found.json["faults"])
    assert shell.doctor("--repair").code == 0
    assert shell.doctor("--json").json["faults"] == []
    assert len(shell.encoder.encoded) > 0


def test_the_repair_waits_for_nobody_who_is_changing_the_library(shell: Shell) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    with writing(shell.data):
        said = shell.doctor("--repair")
    assert (said.code, said.out) == (1, "")
    assert "tiến trình khác" in one_line(said.err)


def test_the_doctor_counts_and_does_not_mind_what_is_harmless(shell: Shell) -> None:
    shell.add(shell.write("a.txt", resolution_text()))
    shell.add(shell.write("b.txt", resolution_text("04-NQ/TU", articles=("Nội dung riêng.",))))
    shell.remove("04-NQ/TU")
    (shell.data / "originals" / ".draft-1").write_text("dở dang")
    sql("INSERT INTO vectors VALUES ('x', 'x', x'0000803f', NULL)")(shell.data)
    found = shell.doctor("--json")
    assert found.code == 0
    assert (found.json["ok"], found.json["documents"], found.json["faults"]) == (True, 1, [])
    assert found.json["generation"] == 3
    assert any("vectơ" in note for note in found.json["notes"])
    assert any(".draft-1" in note for note in found.json["notes"])


@pytest.fixture
def nothing_configured() -> dict[str, str]:
    kept = ("PATH", "HOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ}  # noqa: TID251


@pytest.mark.parametrize("name", ["add_documents", "remove_document", "list_documents", "doctor"])
def test_help_is_vietnamese_and_quick_in_any_locale(
    name: str, nothing_configured: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"scripts.{name}", "--help"],
        cwd=ROOT,
        env=nothing_configured | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode("utf-8")
    assert text.startswith(f"Cách dùng: python -m scripts.{name}")
    assert "--json" in text
    assert done.stderr == b""


def test_a_reader_that_goes_away_ends_a_command_without_a_word(
    sound: Path, nothing_configured: dict[str, str]
) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as unread:
        done = subprocess.run(
            [sys.executable, "-m", "scripts.list_documents", "--data", sound],
            cwd=ROOT,
            env=nothing_configured,
            stdout=unread,
            stderr=subprocess.PIPE,
            timeout=30,
        )
    assert (done.returncode, done.stderr) == (141, b"")


def test_every_change_is_in_the_log_and_nothing_else(shell: Shell) -> None:
    path = shell.write("a.txt", resolution_text())
    shell.write("rong.txt", "")
    shell.add(path, "--dry-run")
    assert not shell.data.exists()
    shell.sync(shell.inbox)
    shell.sync(shell.inbox)
    shell.remove("03-NQ/TU")
    shell.listing()
    lines = (shell.data / "staff.log").read_text("utf-8").splitlines()
    told = [line.split(" ", 2)[2] for line in lines if "snapshot" not in line]
    assert [line.split(" ")[:4] for line in told] == [
        ["INFO", "sync:", "đã", "thêm"],
        ["WARNING", "sync:", "bị", "từ"],
        ["WARNING", "sync:", "bị", "từ"],
        ["INFO", "remove_document:", "đã", "xóa"],
    ]
    assert "03-NQ/TU" in told[0]
    assert "rong.txt" in told[1]


def test_a_removed_document_that_still_lies_in_a_followed_folder_is_told(shell: Shell) -> None:
    path = shell.write("a.txt", resolution_text())
    shell.sync(shell.inbox)
    said = shell.remove("03-NQ/TU")
    assert str(path) in said.out.splitlines()[1]
    assert shell.sync(shell.inbox, "--json").json["summary"]["added"] == 1
    path.unlink()
    assert len(shell.remove("03-NQ/TU").out.splitlines()) == 1


def test_every_file_of_a_folder_has_a_row_and_one_left_out_is_no_success(shell: Shell) -> None:
    shell.write("a.txt", resolution_text())
    shell.write("phim.mp4", "x")
    said = shell.add(shell.inbox)
    assert said.code == 1
    passed = [row for row in said.out.splitlines() if row.startswith("bỏ qua")]
    assert len(passed) == 1
    assert "phim.mp4" in passed[0]
    assert shell.add(shell.inbox, "--json").json["ignored"] == [str(shell.inbox / "phim.mp4")]


def test_damaged_letters_are_named_in_the_list_until_somebody_has_looked(shell: Shell) -> None:
    text = resolution_text().encode("latin-1", errors="replace").decode("latin-1")
    assert "chữ có thể hỏng" in shell.add(shell.write("a.txt", text)).out
    assert "chữ có thể hỏng" in shell.listing("--review").out
    assert "text" in shell.listing("--json").json["documents"][0]["needs_review"]
