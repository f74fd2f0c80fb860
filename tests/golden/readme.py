"""Writes the generated parts of both READMEs: ``python -m tests.golden.readme``."""

import contextlib
import importlib
import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

from bot.channels.terminal import ANSI, Console
from bot.conversation.router import Conversation
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.settings import SETTINGS
from documents.store.library import Library
from index.ingest.ingest import add_files
from index.ingest.results import Options
from retrieval.pipeline import Searcher
from tests.support.encoders import HashingEncoder

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.vi.md")
SCRIPTS = tuple(
    sorted(path.stem for path in (ROOT / "scripts").glob("*.py") if not path.stem.startswith("_"))
)
# The article alone, so that no model is needed to find it; test_samples finds it among all samples.
ARTICLE = ROOT / "documents" / "samples" / "tin-kon-tum-nghi-quyet-03.html"
EXAMPLES = {
    "en": "what was the target ratio of village heads who are party members",
    "vi": "muc tieu ty le thon truong la dang vien",
}


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@contextmanager
def _plain_terminal() -> Iterator[None]:
    """Lay out for a terminal of 100 columns without colours, whatever this one is."""
    with mock.patch.dict("os.environ", {"COLUMNS": "100", "NO_COLOR": "1"}):
        yield


def example_block(language: str) -> str:
    """Return what the terminal chat makes of the example question."""
    question = EXAMPLES[language]
    with tempfile.TemporaryDirectory() as folder, _plain_terminal():
        data, encoder, screen = Path(folder), HashingEncoder(256), _Terminal()
        with (
            Library(data / "library.db") as library,
            closing(QueryLog(data)) as query_log,
            closing(Mailbox(data)) as mailbox,
        ):
            list(add_files(data, library, encoder, [ARTICLE], Options()))
            ask = Searcher.open(data, library, encoder, strictness=0.0).ask
            conversation = Conversation(ask, library, query_log, mailbox)
            Console(conversation, io.StringIO(question), screen).run()
    shown = ANSI.sub("", screen.getvalue()).rstrip()
    return f'```text\n$ echo "{question}" | make run\n{shown}\n```'


def help_text(script: str) -> str:
    """Return what ``--help`` prints, wrapped for 100 columns."""
    module = importlib.import_module(f"scripts.{script}")
    printed = io.StringIO()
    with _plain_terminal(), contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        module.main(["--help"])
    return printed.getvalue().rstrip()


def summary(script: str, language: str) -> str:
    """Return one line on a command: its module's in English, its parser's in Vietnamese."""
    module = importlib.import_module(f"scripts.{script}")
    text = (module.__doc__ or "") if language == "en" else help_text(script).split("\n\n")[1]
    return " ".join(text.split())


def commands_table(language: str) -> str:
    """Return the table of commands."""
    head = {"en": ("Command", "What it does"), "vi": ("Lệnh", "Tác dụng")}[language]
    return _table([head, *((f"`scripts.{one}`", summary(one, language)) for one in SCRIPTS)])


def help_block(_language: str) -> str:
    """Return the help of every command."""
    return "\n\n".join(f"```text\n{help_text(script)}\n```" for script in SCRIPTS)


def settings_table(language: str) -> str:
    """Return the table of settings."""
    head = {"en": ("Name", "Default", "Meaning"), "vi": ("Tên", "Mặc định", "Ý nghĩa")}[language]
    rows = (
        (
            f"`{one.name}`",
            f"`{one.default}`" if one.default else "",
            one.english if language == "en" else one.vietnamese,
        )
        for one in SETTINGS
    )
    return _table([head, *rows])


def _table(rows: list[tuple[str, ...]]) -> str:
    ruled = [rows[0], ("---",) * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in ruled)


BLOCKS = {
    "example": example_block,
    "commands": commands_table,
    "help": help_block,
    "settings": settings_table,
}


def generated(text: str, language: str) -> str:
    """Return a README with its generated blocks as the code has them now."""
    for name, block in BLOCKS.items():
        before, rest = text.split(f"<!-- {name} -->\n")
        _, after = rest.split(f"\n<!-- end {name} -->")
        text = f"{before}<!-- {name} -->\n{block(language)}\n<!-- end {name} -->{after}"
    return text


def language_of(path: Path) -> str:
    """Return the language a README is written in."""
    return "vi" if path.name.endswith(".vi.md") else "en"


def shown_in(text: str, fence: str) -> tuple[str, ...]:
    """Return the contents of the code blocks of one kind."""
    return tuple(re.findall(rf"(?ms)^```{fence}\n(.*?)^```$", text))


if __name__ == "__main__":
    for readme in READMES:
        readme.write_text(generated(readme.read_text("utf-8"), language_of(readme)), "utf-8")
