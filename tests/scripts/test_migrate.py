"""The index moves into the shared database and back, without encoding, through kills as well."""

import os
import random
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest

from documents.store.encoder_models import Model
from documents.store.library import FILE_NAME, Library
from index.errors import SnapshotError
from index.postgres.open import open_shared
from index.snapshot.snapshot import Snapshot, is_current
from index.snapshot.verify import verify
from scripts import ask, doctor, migrate
from tests.index.postgres.test_index import many
from tests.support.commands import one_line
from tests.support.encoders import HashingEncoder
from tests.support.sample_library import DIRECTIVE, DOCUMENTS, shelve

pytest.importorskip("psycopg")

ROOT = Path(__file__).parents[2]
KILLS = 4
ENCODER = HashingEncoder(256)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Library(tmp_path / FILE_NAME) as library:
        shelve(library, ENCODER, (*DOCUMENTS, *many(20)))
        library.use_model(Model("", ENCODER.fingerprint, ENCODER.dimension))
    return tmp_path


def run(data: Path, to: str, *more: str) -> int:
    return migrate.main(["--to", to, "--data", str(data), *more])


def test_the_index_moves_there_and_back_and_both_are_whole(
    data: Path, postgres: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model, dimension = ENCODER.fingerprint, ENCODER.dimension
    shared = open_shared(postgres)
    assert shared is not None
    assert run(data, postgres) == 0
    assert "đặt TRACUU_INDEX" in capsys.readouterr().out
    with Library(data / FILE_NAME) as library:
        assert is_current(data / "index", library, model, shared)
        assert verify(data / "index", library, model, dimension, shared) == ()
        assert not is_current(data / "index", library, model)
        passages = len(library.passage_keys())
        assert run(data, "local", "--json") == 0
        printed = capsys.readouterr().out
        assert f'"passages": {passages}' in printed
        assert "postgresql" not in printed
        assert verify(data / "index", library, model, dimension) == ()
        snapshot = Snapshot.open(data / "index", library, model, dimension)
        assert snapshot.shared is None
    shared.database.close()


def test_a_library_that_left_the_history_takes_the_index_over(
    data: Path, postgres: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model, dimension = ENCODER.fingerprint, ENCODER.dimension
    kept = (data / FILE_NAME).read_bytes()
    with Library(data / FILE_NAME) as library:
        library.remove(DIRECTIVE.document_id)
    assert run(data, postgres) == 0
    (data / FILE_NAME).write_bytes(kept)
    for rest in data.glob(f"{FILE_NAME}-*"):
        rest.unlink()
    assert run(data, postgres) == 0
    capsys.readouterr()
    shared = open_shared(postgres)
    assert shared is not None
    with Library(data / FILE_NAME) as library:
        assert verify(data / "index", library, model, dimension, shared) == ()
    shared.database.close()


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("milvus:cache", "--to cần là địa chỉ bắt đầu bằng postgresql://."),
        ("postgresql://u@127.0.0.1:9/d", "Không kết nối được"),
        ("postgresql://u:bimat/@127.0.0.1:9/d", "--to không đọc được địa chỉ"),
    ],
)
def test_what_cannot_be_reached_is_one_line(
    data: Path, capsys: pytest.CaptureFixture[str], to: str, said: str
) -> None:
    assert run(data, to) == 1
    line = one_line(capsys.readouterr().err)
    assert line.startswith(said)
    assert "bimat" not in line


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://u:bimat@127.0.0.1:9/d", "Không kết nối được"),
        ("postgresql://u:bimat%zz@127.0.0.1:9/d", "--to-env không đọc được địa chỉ"),
        ("postgresql://u:bimat@127.0.0.1:9/d?bimat=1", "Cơ sở dữ liệu chỉ mục"),
        ("", "--to-env NOI_MOI: biến môi trường này chưa được đặt"),
    ],
)
def test_an_address_with_a_password_is_named_by_its_variable_and_never_said(
    data: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    said: str,
) -> None:
    monkeypatch.setenv("NOI_MOI", address)
    assert migrate.main(["--to-env", "NOI_MOI", "--data", str(data)]) == 1
    line = one_line(capsys.readouterr().err)
    assert line.startswith(said)
    assert "bimat" not in line


@pytest.mark.parametrize(
    "address", ["postgresql://u:bimat@db/tracuu", "postgresql://u@db/tracuu?password=bimat"]
)
def test_a_password_on_the_command_line_is_refused(
    capsys: pytest.CaptureFixture[str], address: str
) -> None:
    with pytest.raises(SystemExit) as end:
        migrate.main(["--to", address])
    assert end.value.code == 2
    line = one_line(capsys.readouterr().err)
    assert "--to-env TRACUU_INDEX" in line
    assert "bimat" not in line


def test_no_traceback_tells_the_password() -> None:
    secret = "bí mật/1"
    address = f"postgresql://u:{quote(secret, '')}@127.0.0.1:9/d?{quote(secret, '')}=1"
    with pytest.raises(SnapshotError) as raised:
        open_shared(address)
    told = "".join(traceback.format_exception(raised.value))
    assert secret not in told
    assert quote(secret, "") not in told


def test_without_a_place_it_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        migrate.main([])
    assert end.value.code == 2
    assert "--to" in one_line(capsys.readouterr().err)


def test_kills_at_random_leave_an_index_that_the_next_run_makes_whole(
    data: Path, postgres: str
) -> None:
    rng = random.Random(5)
    command = [sys.executable, "-m", "scripts.migrate", "--data", str(data), "--to", postgres]
    model, dimension = ENCODER.fingerprint, ENCODER.dimension
    began = time.monotonic()
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    whole = time.monotonic() - began
    shared = open_shared(postgres)
    assert shared is not None
    with Library(data / FILE_NAME) as library:
        for _kill in range(KILLS):
            for schema in shared.schemas(library):
                if rng.random() < 0.5:
                    shared.drop(schema)
            process = subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            time.sleep(whole * rng.uniform(0.4, 1.0))
            os.kill(process.pid, signal.SIGKILL)  # not waited for yet, so the id is still its own
            process.wait()
            if is_current(data / "index", library, model, shared):
                assert verify(data / "index", library, model, dimension, shared) == ()
        assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
        assert verify(data / "index", library, model, dimension, shared) == ()
        assert len(shared.schemas(library)) == 1
    shared.database.close()


def test_doctor_and_ask_take_the_setting(
    data: Path,
    postgres: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert run(data, postgres) == 0
    monkeypatch.setenv("TRACUU_INDEX", postgres)
    capsys.readouterr()
    arguments = ["--data", str(data)]
    doctor.main(arguments, encoder=ENCODER)
    assert "Chỉ mục" not in capsys.readouterr().out
    shared = open_shared(postgres)
    assert shared is not None
    with Library(data / FILE_NAME) as library:
        (schema,) = shared.schemas(library)
        with shared.database.writing(schema) as statements:
            statements.run("DELETE FROM passages WHERE key = 1")
    shared.database.close()
    assert doctor.main(arguments, encoder=ENCODER) == 1
    assert "Chỉ mục dùng chung không khớp các đoạn" in capsys.readouterr().out
    doctor.main([*arguments, "--repair"], encoder=ENCODER)
    assert "Đã dựng lại chỉ mục." in capsys.readouterr().out
    monkeypatch.setenv("TRACUU_INDEX", "postgresql://127.0.0.1:9/d")
    assert ask.main(["đảng phí", *arguments]) == 1
    assert "Không kết nối được" in one_line(capsys.readouterr().err)
