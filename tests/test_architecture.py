"""The papers that tell where things are stay short and lead to what is there."""

import re

import pytest

from tests.golden.readme import READMES, ROOT

ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
DECISIONS = (ROOT / "DECISIONS.md").read_text("utf-8")
ENTRIES = re.split(r"(?m)^(?=## )", DECISIONS)[1:]
STATUS = re.compile(r"in force(, see \d+)?|not taken|replaced by \d+")


@pytest.mark.parametrize(
    ("name", "most"), [("ARCHITECTURE.md", 100), *((path.name, 220) for path in READMES)]
)
def test_a_paper_that_is_read_first_stays_short(name: str, most: int) -> None:
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= most


def test_every_path_named_exists() -> None:
    paths = re.findall(r"`([a-z_]+/[\w./-]*)`", ARCHITECTURE)
    assert len(paths) > 50
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_name_given_with_a_path_stands_in_that_file() -> None:
    named = re.findall(r"`([\w./]+\.py)`\s+`([\w.]+)`", ARCHITECTURE)
    assert len(named) > 8
    for path, name in named:
        text = (ROOT / path).read_text("utf-8")
        for part in name.split("."):
            assert re.search(rf"(?m)^\s*(class |def )?{part}\b", text), f"{path} has no {name}"


def test_every_layer_and_every_folder_of_it_is_named() -> None:
    folders = {
        f"{layer}/{path.name}/"
        for layer in ("documents", "index", "retrieval", "bot")
        for path in (ROOT / layer).iterdir()
        if (path / "__init__.py").exists()
    }
    assert {folder for folder in folders if f"`{folder}" not in ARCHITECTURE} == set()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.split(".")[0])
def test_a_decision_has_at_most_twelve_lines(entry: str) -> None:
    assert len(entry.strip().splitlines()) <= 12


def test_the_index_has_every_decision_once_in_order() -> None:
    rows = re.findall(r"(?m)^\| \[(\d+)\]\(#([^)]+)\) \| .+ \| .+ \| (.+) \|$", DECISIONS)
    titles = [entry.splitlines()[0].removeprefix("## ") for entry in ENTRIES]
    assert [number for number, _, _ in rows] == [title.split(".")[0] for title in titles]
    assert [anchor for _, anchor, _ in rows] == [
        re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles
    ]
    assert [status for *_, status in rows if not STATUS.fullmatch(status)] == []


def test_what_a_decision_refers_to_is_there() -> None:
    numbers = {entry.split(".")[0].removeprefix("## ") for entry in ENTRIES}
    assert set(re.findall(r"(?:see|replaced by|decision) (\d+)", DECISIONS)) <= numbers
