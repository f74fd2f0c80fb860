"""The READMEs tell the truth about commands and settings."""

import importlib.util
import re
from pathlib import Path

import pytest

from bot.config import SETTINGS
from tests.readme import READMES, ROOT, SCRIPTS, generated, language_of


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_generated_blocks_are_what_the_code_says(readme: Path) -> None:
    text = readme.read_text("utf-8")
    assert generated(text, language_of(readme)) == text, "run: COLUMNS=100 python -m tests.readme"


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_script_and_setting_is_documented(readme: Path) -> None:
    text = readme.read_text("utf-8")
    assert [name for name in SCRIPTS if f"scripts.{name}" not in text] == []
    assert [one.name for one in SETTINGS if one.name not in text] == []


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_module_and_link_shown_exists(readme: Path) -> None:
    text = readme.read_text("utf-8")
    modules = set(re.findall(r"python -m ([a-z_.]+)", text))
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_readmes_have_the_same_sections() -> None:
    levels = [
        [len(marks) for marks in re.findall(r"(?m)^(#+) ", readme.read_text("utf-8"))]
        for readme in READMES
    ]
    assert levels[0] == levels[1]
