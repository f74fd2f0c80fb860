"""The READMEs tell the truth about commands, settings, formats and the log."""

import importlib.util
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.query_log.log import FILE, QueryLog
from bot.settings import SETTINGS
from bot.texts.welcome import ADMIN_HELP
from documents.formats.read import SUFFIXES
from tests.golden.readme import READMES, ROOT, SCRIPTS, generated, language_of, shown_in

SECTIONS = {
    "en": [
        "The two commands",
        "Ask",
        "Add documents",
        "Run on Telegram",
        "Review the log",
        "Speed and size",
        "Past one machine",
        "Settings",
        "A language model",
    ],
    "vi": [
        "Hai lệnh",
        "Hỏi",
        "Thêm văn bản",
        "Chạy trên Telegram",
        "Xem nhật ký",
        "Tốc độ và quy mô",
        "Khi một máy không đủ",
        "Thiết lập",
        "Mô hình ngôn ngữ",
    ],
}
each_readme = pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    QueryLog(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        yield connection


@each_readme
def test_generated_blocks_are_what_the_code_says(readme: Path) -> None:
    text = readme.read_text("utf-8")
    assert generated(text, language_of(readme)) == text, "run: python -m tests.golden.readme"


@each_readme
def test_sections_stand_in_the_agreed_order(readme: Path) -> None:
    headings = re.findall(r"(?m)^## (.+)$", readme.read_text("utf-8"))
    assert headings == SECTIONS[language_of(readme)]


def test_both_readmes_are_built_alike() -> None:
    # Headings, code blocks, list items, table rows and markers: a paragraph may wrap differently.
    marks = r"(?m)^(#+ |```\w*|- |\d\. |\| |<!-- .+ -->|</?details>)"
    assert re.findall(marks, READMES[0].read_text("utf-8")) == re.findall(
        marks, READMES[1].read_text("utf-8")
    )


@each_readme
def test_every_script_setting_format_and_admins_command_is_documented(readme: Path) -> None:
    text = readme.read_text("utf-8")
    wanted = (
        *(f"`scripts.{name}`" for name in SCRIPTS),
        *(f"`{one.name}`" for one in SETTINGS),
        *(f"`{suffix}`" for suffix in SUFFIXES),
        *re.findall(r"/[a-z]+", ADMIN_HELP),
    )
    assert [one for one in wanted if one not in text] == []


@each_readme
def test_every_module_target_and_link_shown_exists(readme: Path) -> None:
    text = readme.read_text("utf-8")
    modules = set(re.findall(r"python -m ([a-z_.]+)", text))
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))
    assert {name for name in re.findall(r"\bmake ([a-z]+)\b", _code(text))} <= targets
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [link for link in links if not (ROOT / link).exists()] == []


@each_readme
def test_every_column_of_the_log_is_documented(readme: Path, log: sqlite3.Connection) -> None:
    section = readme.read_text("utf-8").split("\n## ")[5]
    columns = [
        name
        for table in ("questions", "hits", "reviews", "accesses")
        for (name,) in log.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))
    ]
    assert len(columns) == 45
    assert [name for name in columns if f"`{name}`" not in section] == []


@each_readme
def test_every_query_shown_runs_on_a_log(readme: Path, log: sqlite3.Connection) -> None:
    queries = shown_in(readme.read_text("utf-8"), "sql")
    assert len(queries) == 2
    for query in queries:
        assert log.execute(query).description


def _code(text: str) -> str:
    """Return what stands in code: blocks, and words between backticks."""
    return "\n".join(re.findall(r"(?ms)^```\w*\n.*?^```$|`[^`\n]+`", text))
