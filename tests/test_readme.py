"""The READMEs and docs/ tell the truth about commands, settings, formats and the log."""

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
from tests.golden.readme import (
    DOCS,
    PAPERS,
    PICTURE,
    READMES,
    ROOT,
    SCRIPTS,
    generated,
    language_of,
    picture,
    shown_in,
)

SECTIONS = {
    "en": [
        "The two commands",
        "Ask",
        "Add documents",
        "Run on Telegram",
        "Review the log",
        "Where to read on",
    ],
    "vi": [
        "Hai lệnh",
        "Hỏi",
        "Thêm văn bản",
        "Chạy trên Telegram",
        "Xem nhật ký",
        "Đọc tiếp",
    ],
}
STAFF, ADMINS = DOCS / "van-thu.md", DOCS / "quan-tri.md"
COMMANDS, SETTINGS_PAGE = DOCS / "commands.md", DOCS / "settings.md"
each_readme = pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
each_paper = pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    QueryLog(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        yield connection


@each_paper
def test_generated_blocks_are_what_the_code_says(paper: Path) -> None:
    text = paper.read_text("utf-8")
    assert generated(text, language_of(paper)) == text, "run: python -m tests.golden.readme"


def test_every_block_is_generated_somewhere() -> None:
    """A marker that nobody generates, or a block that no paper has, would go stale unnoticed."""
    markers = [
        name
        for paper in PAPERS
        for name in re.findall(r"(?m)^<!-- (?!end )(\w+) -->$", paper.read_text("utf-8"))
    ]
    assert sorted(markers) == [
        "commands",
        "evaluation",
        "example",
        "example",
        "help",
        "settings",
    ]


def test_the_picture_shows_what_the_bot_says() -> None:
    drawn = PICTURE.read_text("utf-8")
    assert drawn == picture(), "run: python -m tests.golden.readme"
    assert '<tspan font-weight="bold">70%</tspan> (77,78% − 7,78%)' in drawn


@each_readme
def test_sections_stand_in_the_agreed_order(readme: Path) -> None:
    headings = re.findall(r"(?m)^## (.+)$", readme.read_text("utf-8"))
    assert headings == SECTIONS[language_of(readme)]


def test_both_readmes_are_built_alike() -> None:
    # Headings, code blocks, list items, table rows, pictures and markers: a paragraph may wrap
    # differently.
    marks = r"(?m)^(#+ |```\w*|- |\d\. |\| |<img |<!-- .+ -->)"
    assert re.findall(marks, READMES[0].read_text("utf-8")) == re.findall(
        marks, READMES[1].read_text("utf-8")
    )


@pytest.mark.parametrize(
    ("paper", "wanted"),
    [
        (COMMANDS, [f"`scripts.{name}`" for name in SCRIPTS]),
        (COMMANDS, [f"### {name}\n" for name in SCRIPTS]),
        (SETTINGS_PAGE, [f"`{one.name}`" for one in SETTINGS]),
        *((paper, [f"`{suffix}`" for suffix in SUFFIXES]) for paper in (*READMES, STAFF)),
        *((paper, re.findall(r"/[a-z]+", ADMIN_HELP)) for paper in (*READMES, ADMINS)),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value[0],
)
def test_every_command_setting_format_and_admins_command_is_documented(
    paper: Path, wanted: list[str]
) -> None:
    text = paper.read_text("utf-8")
    assert [one for one in wanted if one not in text] == []


@each_paper
def test_every_module_and_target_shown_exists(paper: Path) -> None:
    text = paper.read_text("utf-8")
    modules = set(re.findall(r"python -m ([a-z_]+(?:\.[a-z_]+)*)", text))
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8")))
    assert set(re.findall(r"\bmake ([a-z-]+)\b", _code(text))) <= targets


@each_paper
def test_no_relative_link_is_broken(paper: Path) -> None:
    text = paper.read_text("utf-8")
    links = re.findall(r'\]\(([^)\s]+)\)|<img src="([^"]+)"', text)
    targets = [link or image for link, image in links]
    assert [one for one in targets if _is_broken(paper, one)] == []


def test_every_page_can_be_reached_from_both_readmes() -> None:
    for readme in READMES:
        text = readme.read_text("utf-8")
        assert [page.name for page in DOCS.glob("*.md") if f"(docs/{page.name})" not in text] == []


def test_every_column_of_the_log_is_documented(log: sqlite3.Connection) -> None:
    section = ADMINS.read_text("utf-8").split("\n## Các bảng của nhật ký\n")[1]
    columns = [
        name
        for table in ("questions", "hits", "reviews", "accesses")
        for (name,) in log.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))
    ]
    assert len(columns) == 46
    assert [name for name in columns if f"`{name}`" not in section] == []


def test_every_query_shown_runs_on_a_log(log: sqlite3.Connection) -> None:
    queries = [query for paper in PAPERS for query in shown_in(paper.read_text("utf-8"), "sql")]
    assert len(queries) == 2
    for query in queries:
        assert log.execute(query).description


def _is_broken(paper: Path, link: str) -> bool:
    """Tell whether a link leads to no file, or to no heading of it."""
    if link.startswith(("http://", "https://")):
        return False
    path, _, fragment = link.partition("#")
    target = (paper.parent / path).resolve() if path else paper
    if not target.exists():
        return True
    return bool(fragment) and fragment not in _anchors(target.read_text("utf-8"))


def _anchors(text: str) -> list[str]:
    """Return what a page's headings are linked by: lower case, hyphens for spaces, no signs."""
    headings = re.findall(r"(?m)^#+ (.+)$", re.sub(r"(?ms)^```.*?^```$", "", text))
    return [re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings]


def _code(text: str) -> str:
    """Return what stands in code: blocks, and words between backticks."""
    return "\n".join(re.findall(r"(?ms)^```\w*\n.*?^```$|`[^`\n]+`", text))
