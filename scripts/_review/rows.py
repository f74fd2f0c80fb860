"""How questions of the log are listed: a row each, in the terminal or as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.review.filters import local_time
from bot.review.reader import Entry
from bot.texts.numbers import thousands
from bot.texts.review import NOT_KEPT, STATUS, THUMB
from scripts._cli.command import print_json

_WIDE = 140  # columns of a listing that no terminal limits: a file, a pipe
_COLOUR = {"answered": "green", "nearest": "yellow", "refused": "yellow", "failed": "red"}


def console() -> Console:
    """Return a console as wide as the terminal, or of one width where there is none."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=_WIDE)


def table(*columns: str, right: Sequence[str] = ()) -> Table:
    """Make a plain table; the columns named in ``right`` hold numbers."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(
            column, justify="right" if column in right else "left", overflow="fold", no_wrap=False
        )
    return made


def print_entries(
    entries: Sequence[Entry], count: int, as_json: bool, identified: bool = False
) -> None:
    """Print questions, the newest first, and how many more there are."""
    if as_json:
        print_json({"count": count, "questions": [as_row(one, identified) for one in entries]})
        return
    rows = table("Mã", "Lúc", "Kết quả", "", "Câu hỏi", "Người hỏi", right=("Mã",))
    for one in entries:
        question = escape(one.question or NOT_KEPT)
        if one.note or one.answered_by:
            said = "; ".join(part for part in (one.answered_by, one.note) if part)
            question += f" [dim]({escape(said)})[/]"
        asker = str(one.user_id) if identified and one.user_id is not None else one.user
        rows.add_row(
            str(one.question_id),
            f"{local_time(one.asked_at):%d/%m/%Y %H:%M}",
            f"[{_COLOUR[one.status]}]{STATUS[one.status]}[/]",
            THUMB.get(one.thumb or 0, "") + ("✓" if one.reviewed_at else ""),
            question,
            (asker or "")[:16],
        )
    console().print(rows)
    more = f", {thousands(len(entries))} câu mới nhất ở trên" if len(entries) < count else ""
    print(f"Tổng cộng {thousands(count)} câu hỏi{more}.")


def as_row(entry: Entry, identified: bool) -> dict[str, object]:
    """Return the JSON form of a question, with its asker's id only when that is asked for."""
    row = asdict(entry if identified else replace(entry, user_id=None))
    row["stages"] = dict(entry.milliseconds)
    del row["plain"]
    if not identified:
        del row["user_id"]
    return row
