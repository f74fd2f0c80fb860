"""The service and the container file say what the code does."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.channels.telegram.app import STOP_SECONDS
from bot.settings import NAMES
from documents.formats.sandbox import Limits

ROOT = Path(__file__).parent.parent
SERVICE = ROOT / "deploy" / "tracuu.service"
EXPOSURE = 30  # of 100, by the measure of systemd: 3.0 at most
CONTAINER = ROOT / "deploy" / "Containerfile"


def service() -> configparser.SectionProxy:
    # One key a line, as systemd reads them; a key that comes twice would be refused here.
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(SERVICE.read_text())
    return parser["Service"]


def test_the_service_gives_the_bot_time_to_finish_what_it_accepted() -> None:
    assert int(service()["TimeoutStopSec"]) > 2 * STOP_SECONDS
    assert service()["ExecStart"].endswith("python -m bot")


def test_the_service_leaves_the_bot_little_to_do_harm_with() -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd on this machine")
    command = [program, "security", "--offline=true", f"--threshold={EXPOSURE}", str(SERVICE)]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout.splitlines()[-1:]


def test_the_service_bounds_memory_above_what_reading_a_file_may_take() -> None:
    limit = re.fullmatch(r"(\d+)G", service()["MemoryMax"])
    assert limit
    assert int(limit[1]) * 2**30 > Limits().memory
    assert int(service()["TasksMax"]) <= 512
    # one process that takes too much is ended, not the bot with it
    assert service()["OOMPolicy"] == "continue"


def test_the_service_lets_files_be_read_without_a_network() -> None:
    assert set(service()["RestrictNamespaces"].split()) == {"user", "net"}


def test_settings_named_in_deploy_exist() -> None:
    named = set(re.findall(r"TRACUU_[A-Z_]+", SERVICE.read_text() + CONTAINER.read_text()))
    assert named <= set(NAMES)


def test_what_the_container_copies_is_there_and_is_all_that_is_imported() -> None:
    copied = re.findall(r"(?m)^COPY (.+) \S+$", CONTAINER.read_text())
    names = " ".join(copied).split()
    assert [name for name in names if not (ROOT / name).exists()] == []
    layers = {"bot", "documents", "index", "retrieval", "scripts"}
    assert layers <= set(names)


def test_every_pinned_package_but_torch_has_the_hashes_of_its_files() -> None:
    pins = re.findall(r"(?m)^([\w.-]+==\S+)$", (ROOT / "constraints.txt").read_text())
    locked = (ROOT / "constraints-hashes.txt").read_text()
    hashed = re.findall(r"(?m)^([\w.-]+==\S+) \\\n    --hash=sha256:[0-9a-f]{64}", locked)
    assert {canonical(one) for one in pins if not one.startswith("torch==")} == {
        canonical(one) for one in hashed
    }


def canonical(pin: str) -> str:
    name, _, version = pin.partition("==")
    return f"{re.sub('[-_.]+', '-', name).lower()}=={version}"
