"""The service and the container file say what the code does."""

import configparser
import re
from pathlib import Path

from bot.channels.telegram.app import STOP_SECONDS
from bot.settings import NAMES

ROOT = Path(__file__).parent.parent
SERVICE = ROOT / "deploy" / "tracuu.service"
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


def test_settings_named_in_deploy_exist() -> None:
    named = set(re.findall(r"TRACUU_[A-Z_]+", SERVICE.read_text() + CONTAINER.read_text()))
    assert named <= set(NAMES)


def test_what_the_container_copies_is_there_and_is_all_that_is_imported() -> None:
    copied = re.findall(r"(?m)^COPY (.+) \S+$", CONTAINER.read_text())
    names = " ".join(copied).split()
    assert [name for name in names if not (ROOT / name).exists()] == []
    layers = {"bot", "documents", "index", "retrieval", "scripts"}
    assert layers <= set(names)
