"""Archives are unpacked within bounds, and no name in them decides where a file is written."""

import io
import stat
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.errors import DocumentError
from documents.formats import zip_file
from documents.formats.zip_file import unpack


def packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def unpacked(folder: Path, content: bytes) -> dict[str, bytes | str]:
    """Return each member's bytes, or the reason why it was refused."""
    file, target = folder / "a.zip", folder / "out"
    file.write_bytes(content)
    target.mkdir(exist_ok=True)
    members = unpack(file, target, lambda name: name.endswith((".txt", ".docx")))
    return {member.name: member.reason or member.file.read_bytes() for member in members}


def test_the_documents_of_an_archive_and_of_those_inside_it_come_out(tmp_path: Path) -> None:
    inner = packed({"b.txt": b"two"})
    found = unpacked(
        tmp_path,
        packed({"a.txt": b"one", "năm 2020/c.zip": inner, "x.exe": b"no", "__MACOSX/a.txt": b"no"}),
    )
    assert found == {"a.txt": b"one", "năm 2020/c.zip/b.txt": b"two"}


@pytest.mark.parametrize("name", ["../../b.txt", "/etc/b.txt", "..\\..\\b.txt", "C:/x/../b.txt"])
def test_no_path_in_an_archive_escapes_the_folder(tmp_path: Path, name: str) -> None:
    found = unpacked(tmp_path, packed({name: b"one"}))
    assert list(found.values()) == [b"one"]
    assert not any(part == ".." for key in found for part in key.split("/"))
    written = {file for file in tmp_path.rglob("*") if file.is_file()}
    assert {file.parts[len(tmp_path.parts)] for file in written} == {"a.zip", "out"}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_name_is_written_inside_the_folder(tmp_path: Path, name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}.txt"), b"one")
    with tempfile.TemporaryDirectory(dir=tmp_path) as place:
        unpacked(Path(place), buffer.getvalue())
        top = {file.name for file in Path(place).iterdir()}
        assert top == {"a.zip", "out"}
        assert [file.name for file in tmp_path.iterdir()] == [Path(place).name]


def test_a_link_in_an_archive_is_passed_over(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert unpacked(tmp_path, buffer.getvalue()) == {}


def test_a_member_that_unpacks_beyond_all_measure_is_refused_and_the_others_are_not(
    tmp_path: Path,
) -> None:
    found = unpacked(tmp_path, packed({"bom.txt": bytes(20 * 2**20), "a.txt": b"one"}))
    assert found["a.txt"] == b"one"
    assert "nén bất thường" in str(found["bom.txt"])


def test_archives_too_deep_inside_each_other_are_refused_by_name(tmp_path: Path) -> None:
    content = packed({"a.txt": b"one"})
    for depth in range(zip_file.DEEPEST):
        content = packed({f"{depth}.zip": content, f"{depth}.txt": b"kept"})
    found = unpacked(tmp_path, content)
    kept = {name for name, content_ in found.items() if content_ == b"kept"}
    assert kept == {"2.txt", "2.zip/1.txt", "2.zip/1.zip/0.txt"}
    assert "lồng sâu" in str(found["2.zip/1.zip/0.zip"])


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path) -> None:
    files = {f"{place}.txt": b"" for place in range(zip_file.MOST_FILES + 1)}
    with pytest.raises(DocumentError, match=r"a\.zip: tệp ZIP có hơn"):
        unpacked(tmp_path, packed(files, zipfile.ZIP_STORED))


def test_what_an_archive_unpacks_to_in_all_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_file, "MOST_BYTES", 1000)
    files = {f"{place}.txt": bytes(400) for place in range(4)}
    found = unpacked(tmp_path, packed(files))
    assert [isinstance(content, bytes) for content in found.values()] == [True, True, False, False]


def test_a_damaged_archive_is_refused_and_a_damaged_member_alone_where_it_is_one(
    tmp_path: Path,
) -> None:
    with pytest.raises(DocumentError, match=r"a\.zip: tệp ZIP hỏng"):
        unpacked(tmp_path, b"PK\x03\x04 and no more")
    whole = packed({"a.txt": b"first of two", "b.txt": b"the other"}, zipfile.ZIP_STORED)
    found = unpacked(tmp_path, whole.replace(b"first of two", b"first 0f two"))
    assert found["b.txt"] == b"the other"
    assert "hỏng" in str(found["a.txt"])


def test_a_member_behind_a_password_is_refused_by_name(tmp_path: Path) -> None:
    content = bytearray(packed({"a.txt": b"one"}, zipfile.ZIP_STORED))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    assert "có mật khẩu" in str(unpacked(tmp_path, bytes(content))["a.txt"])


@pytest.mark.parametrize("encoding", ["utf-8", "cp1258"])
def test_names_in_another_code_page_are_spelled_right(tmp_path: Path, encoding: str) -> None:
    # as Windows keeps them: the circumflex in the letter, the tone after it
    written = "Quy \u0111i\u0323nh v\u00ea\u0300 ho\u0323p.txt".encode(encoding).decode("cp437")
    assert list(unpacked(tmp_path, packed({written: b"one"}))) == ["Quy định về họp.txt"]
