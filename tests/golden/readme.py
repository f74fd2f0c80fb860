"""Writes what is generated of the READMEs and of docs/: ``python -m tests.golden.readme``."""

import contextlib
import importlib
import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

from bot.channels.terminal import ANSI, CHAT, OPERATOR, Console
from bot.conversation.router import Conversation
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.settings import SETTINGS
from bot.turn import Message
from documents.store.library import Library
from index.ingest.ingest import add_files
from index.ingest.results import Options
from retrieval.evaluation.baseline import Baseline, KeptRun
from retrieval.pipeline import Searcher
from tests.golden.chat_svg import chat_svg
from tests.support.encoders import HashingEncoder

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
READMES = (ROOT / "README.md", ROOT / "README.vi.md")
PAPERS = (*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md")))
PICTURE = DOCS / "chat.svg"
BASELINE = ROOT / "retrieval" / "evaluation" / "baseline.json"
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


@contextmanager
def _conversation() -> Iterator[Conversation]:
    """Open the conversation over the article alone."""
    with tempfile.TemporaryDirectory() as folder:
        data, encoder = Path(folder), HashingEncoder(256)
        with (
            Library(data / "library.db") as library,
            closing(QueryLog(data)) as query_log,
            closing(Mailbox(data)) as mailbox,
        ):
            list(add_files(data, library, encoder, [ARTICLE], Options()))
            ask = Searcher.open(data, library, encoder, strictness=0.0).ask
            yield Conversation(ask, library, query_log, mailbox)


def example_block(language: str) -> str:
    """Return what the terminal chat makes of the example question."""
    question, screen = EXAMPLES[language], _Terminal()
    with _conversation() as conversation, _plain_terminal():
        Console(conversation, io.StringIO(question), screen).run()
    shown = ANSI.sub("", screen.getvalue()).rstrip()
    return f'```text\n$ echo "{question}" | make run\n{shown}\n```'


def picture() -> str:
    """Return the chat in which the example question is asked, drawn."""
    question = EXAMPLES["vi"]
    with _conversation() as conversation:
        (answer,) = conversation.say(CHAT, OPERATOR, question).messages
    assert isinstance(answer, Message)
    return chat_svg("Tra Cứu", question, answer)


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


def commands_table(_language: str) -> str:
    """Return the table of commands."""
    rows = ((f"`scripts.{one}`", summary(one, "en"), summary(one, "vi")) for one in SCRIPTS)
    return _table([("Command", "What it does", "Tác dụng"), *rows])


def help_block(_language: str) -> str:
    """Return the help of every command."""
    return "\n\n".join(f"### {script}\n\n```text\n{help_text(script)}\n```" for script in SCRIPTS)


def settings_table(_language: str) -> str:
    """Return the table of settings."""
    rows = (
        (
            f"`{one.name}`",
            f"`{one.default}`" if one.default else "",
            one.english,
            one.vietnamese,
        )
        for one in SETTINGS
    )
    return _table([("Name", "Default", "Meaning", "Ý nghĩa"), *rows])


def evaluation_table(_language: str) -> str:
    """Return what the committed baseline holds of the whole search, as counts."""
    head = ("Questions", "All", "Right document first", "Answer in the quote", "Replied right")
    return _table(
        [
            head,
            *(
                (kept.name + (", without marks" if run.stripped else ""), *_counts(run))
                for kept in Baseline.read(BASELINE).sets
                for run in kept.runs
                if run.legs == "hybrid"
            ),
        ]
    )


def _counts(run: KeptRun) -> tuple[str, ...]:
    return (str(len(run.ranks)), str(run.ranks.count("1")), _share(run.quoted), _share(run.right))


def _share(flags: str) -> str:
    """Return how many were right of those that could be judged."""
    return f"{flags.count('1')} of {len(flags) - flags.count('-')}"


def _table(rows: list[tuple[str, ...]]) -> str:
    ruled = [rows[0], ("---",) * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in ruled)


BLOCKS = {
    "example": example_block,
    "commands": commands_table,
    "help": help_block,
    "settings": settings_table,
    "evaluation": evaluation_table,
}


def generated(text: str, language: str) -> str:
    """Return a paper with those generated blocks that it has as the code has them now."""
    for name, block in BLOCKS.items():
        if f"<!-- {name} -->\n" not in text:
            continue
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
    for paper in PAPERS:
        paper.write_text(generated(paper.read_text("utf-8"), language_of(paper)), "utf-8")
    PICTURE.write_text(picture(), "utf-8")
