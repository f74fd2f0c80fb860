"""How what became of files is shown: a row a file, a bar with the time left, and JSON."""

import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.access import follow_limits
from bot.conversation.uploads import held, short_name
from bot.texts import people
from bot.texts.file_results import DONE, labels, row
from index.ingest.results import Outcome

__all__ = [
    "as_json",
    "byte_progress",
    "counts_of",
    "limited_rows",
    "log_outcome",
    "progress",
    "row",
    "summary",
]


def log_outcome(log: logging.Logger, outcome: Outcome) -> None:
    """Log what became of a file, but for what did not change."""
    if outcome.status != "unchanged":
        level = logging.WARNING if outcome.is_kept_out else logging.INFO
        log.log(level, "%s", " ".join(row(outcome, dry_run=False).split()))


def summary(outcomes: Sequence[Outcome], ignored: int, *, dry_run: bool) -> str:
    """Return the counts in one line."""
    counts = Counter(outcome.status for outcome in outcomes)
    parts = ", ".join(
        f"{label} {counts[status]}"
        for status, label in labels(dry_run=dry_run).items()
        if counts[status] or status != "held"  # seldom enough to be left out where there is none
    )
    passed = f" Bỏ qua {ignored} tệp không thuộc định dạng được hỗ trợ." if ignored else ""
    return f"Tổng cộng {len(outcomes)}: {parts}.{passed}"


def limited_rows(data: Path, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Say of which files that came in not everybody gets to see the document, and why."""
    limits = follow_limits(data)
    documents = (one.document for one in outcomes if one.status in ("added", "replaced"))
    pairs = ((one, limits.get(one.document_id)) for one in documents if one)
    return tuple(
        held(document, limited)
        if limited.like
        else people.limited(short_name(document), limited.role)
        for document, limited in pairs
        if limited
    )


def counts_of(outcomes: Sequence[Outcome], ignored: int) -> dict[str, int]:
    """Return the counts for JSON."""
    counts = Counter(outcome.status for outcome in outcomes)
    return {status: counts[status] for status in DONE} | {"ignored": ignored}


def as_json(outcome: Outcome) -> dict[str, object]:
    """Return a file's JSON."""
    document = outcome.document
    return {
        "path": str(outcome.path),
        "status": outcome.status,
        "document_id": document.document_id if document else None,
        "number": document.number if document else None,
        "title": document.title if document else None,
        "passages": outcome.passages,
        "reason": outcome.reason,
        "note": outcome.note,
        "similar_to": list(outcome.similar),
    }


def _bar() -> Progress:
    """Return a bar on a terminal, nothing elsewhere; rows that are printed go above it."""
    shown = sys.stderr.isatty()
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        TextColumn("còn lại"),
        console=Console(stderr=True),
        disable=not shown,
        transient=True,
        redirect_stdout=shown and sys.stdout.isatty(),
        redirect_stderr=shown,
    )


@contextmanager
def progress(files: Sequence[Path]) -> Iterator[Callable[[Path, int, int], None]]:
    """Show a bar on a terminal; the work of a file is taken to be as its bytes."""
    sizes = {path: path.stat().st_size if path.is_file() else 0 for path in files}
    with _bar() as bar:
        task = bar.add_task("", total=max(1, sum(sizes.values())))
        done: dict[Path, float] = {}

        def advance(path: Path, encoded: int, total: int) -> None:
            file = next((one for one in (path, *path.parents) if one in sizes), path)
            done[file] = sizes.get(file, 0) * encoded / max(1, total)  # of an archive, its last
            bar.update(task, completed=sum(done.values()), description=path.name)

        yield advance


@contextmanager
def byte_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar of bytes on a terminal, with the time left."""
    with _bar() as bar:
        task = bar.add_task("", total=None)

        def advance(name: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=max(1, total), description=name)

        yield advance
