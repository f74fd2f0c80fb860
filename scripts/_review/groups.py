"""The grouped views of the review, printed."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from rich.markup import escape

from bot.review import clusters, days, views
from bot.review.filters import local_time
from bot.review.missing import missing
from bot.review.unknown_words import unknown_words
from bot.texts.numbers import share, thousands
from bot.texts.review import NOT_KEPT, STAGE, not_grouped
from scripts._cli.command import OK, print_json
from scripts._review.rows import console, table
from scripts._review.session import Desk

if TYPE_CHECKING:
    from rich.table import Table

NOTHING = "Không có gì trong khoảng thời gian này."
_UNANSWERED = ("nearest", "refused")
SHOWN_MEMBERS = 3  # questions of a group that are listed under it


def print_view(desk: Desk) -> int:
    """Print the view that the arguments name."""
    view = desk.arguments.by
    rows, made = VIEWS[view](desk)
    desk.reader.note_access(f"by {view}", desk.said, len(rows))
    if desk.arguments.json:
        said: dict[str, object] = {view: rows}
        if view == "unanswered":
            said["not_grouped"] = _left(desk)
        print_json(said)
    elif rows:
        console().print(made)
    else:
        print(NOTHING)
    return OK


Printed = tuple[list[dict[str, object]], "Table"]


def _unanswered(desk: Desk) -> Printed:
    questions = views.repeated(desk.reader.log, desk.chosen, _UNANSWERED, clusters.MOST)
    groups = clusters.cluster(desk.reader.log, desk.encoder, questions)[: desk.arguments.limit]
    made = table("Lượt", "Câu hỏi (mã)", right=("Lượt",))
    if left := _left(desk):
        made.caption = not_grouped(left)
    rows: list[dict[str, object]] = []
    for group in groups:
        lines = [
            f"{escape(one.question)} [dim]({one.question_id}"
            f"{f', {one.times} lượt' if one.times > 1 else ''})[/]"
            for one in group.members[:SHOWN_MEMBERS]
        ]
        if len(group.members) > SHOWN_MEMBERS:
            lines.append(f"[dim]… và {len(group.members) - SHOWN_MEMBERS} cách hỏi khác[/]")
        made.add_row(thousands(group.times), "\n".join(lines))
        rows.append(
            {
                "times": group.times,
                "question": group.question,
                "ids": [one.question_id for one in group.members],
            }
        )
    return rows, made


def _left(desk: Desk) -> int:
    """Return how many distinct questions there are beyond those that are grouped."""
    asked = views.distinct(desk.reader.log, desk.chosen, _UNANSWERED)
    return max(0, asked - clusters.MOST)


def _missing(desk: Desk) -> Printed:
    library = desk.library
    found = missing(
        desk.reader.log, desk.chosen, lambda number: bool(library and library.find(number))
    )
    made = table("Lượt", "Người hỏi", "Văn bản", "Câu gần nhất (mã)", right=("Lượt", "Người hỏi"))
    rows: list[dict[str, object]] = []
    for one in found[: desk.arguments.limit]:
        latest = f"{escape(one.question)} [dim]({one.question_id})[/]"
        made.add_row(thousands(one.times), thousands(one.askers), escape(one.number), latest)
        rows.append(
            {
                "number": one.number,
                "times": one.times,
                "askers": one.askers,
                "question": one.question,
                "id": one.question_id,
            }
        )
    return rows, made


def _disliked(desk: Desk) -> Printed:
    reader = desk.reader
    ids = reader.ids(desk.with_status("disliked"), desk.arguments.limit)
    made = table("Mã", "Lúc", "Câu hỏi", "Lý do", "Đã trả lời", right=("Mã",))
    rows: list[dict[str, object]] = []
    for one in reader.entries(ids):
        made.add_row(
            str(one.question_id),
            f"{local_time(one.asked_at):%d/%m/%Y}",
            escape(one.question or NOT_KEPT),
            escape(one.thumb_reason or ""),
            escape((one.shown or "")[:300]),
        )
        rows.append(
            {
                "id": one.question_id,
                "question": one.question,
                "reason": one.thumb_reason,
                "shown": one.shown,
            }
        )
    return rows, made


def _documents(desk: Desk) -> Printed:
    cited = views.cited(desk.reader.log, desk.chosen)
    made = table("Lượt dẫn", "Văn bản", "Mã", right=("Lượt dẫn",))
    rows: list[dict[str, object]] = []
    listed = [(one.document_id, one.name, one.times) for one in cited[: desk.arguments.limit]]
    listed += [(one, name, 0) for one, name in views.never_cited(desk.library, cited)]
    for document_id, name, times in listed:
        made.add_row(thousands(times) if times else "chưa lần nào", escape(name), document_id)
        rows.append({"document_id": document_id, "name": name, "times": times})
    return rows, made


def _slow(desk: Desk) -> Printed:
    reader = desk.reader
    ids = views.slowest(reader.log, desk.chosen, desk.arguments.limit)
    made = table("Mã", "ms", "Từng bước", "Câu hỏi", right=("Mã", "ms"))
    rows: list[dict[str, object]] = []
    for one in reader.entries(ids):
        steps = ", ".join(f"{STAGE.get(name, name)} {ms:.0f}" for name, ms in one.milliseconds)
        made.add_row(
            str(one.question_id),
            f"{one.elapsed_ms or 0:.0f}",
            steps,
            escape(one.question or NOT_KEPT),
        )
        rows.append(
            {
                "id": one.question_id,
                "elapsed_ms": one.elapsed_ms,
                "stages": dict(one.milliseconds),
                "question": one.question,
            }
        )
    return rows, made


def _words(desk: Desk) -> Printed:
    found = unknown_words(desk.reader.log, desk.config.data / "index")[: desk.arguments.limit]
    made = table("Câu hỏi", "Chữ (bỏ dấu)", "Ví dụ (mã)", right=("Câu hỏi",))
    for one in found:
        example = f"{escape(one.example)} [dim]({one.question_id})[/]"
        made.add_row(thousands(one.questions), escape(one.word), example)
    rows: list[dict[str, object]] = [
        {"word": one.word, "questions": one.questions, "example": one.question_id} for one in found
    ]
    return rows, made


def _days(desk: Desk) -> Printed:
    heads = ("Hỏi", "Trả lời được", "Chưa", "Lỗi", "👍", "👎", "Người hỏi", "p50 ms", "p95 ms")
    made = table("Ngày", *heads, right=heads)
    rows: list[dict[str, object]] = []
    for one in days.days(desk.reader.log, desk.chosen)[-desk.arguments.limit :]:
        tally = one.tally
        times = (tally.percentile(0.5), tally.percentile(0.95))
        made.add_row(
            f"{date.fromisoformat(one.day):%d/%m/%Y}",
            thousands(tally.asked),
            share(tally.answered, tally.asked),
            thousands(tally.unanswered),
            thousands(tally.failed),
            thousands(tally.liked),
            thousands(tally.disliked),
            thousands(len(tally.users)),
            *("" if time is None else str(time) for time in times),
        )
        rows.append(
            {
                "day": one.day,
                "asked": tally.asked,
                "answered": tally.answered,
                "unanswered": tally.unanswered,
                "failed": tally.failed,
                "liked": tally.liked,
                "disliked": tally.disliked,
                "askers": len(tally.users),
                "p50_ms": times[0],
                "p95_ms": times[1],
            }
        )
    return rows, made


def _accesses(desk: Desk) -> Printed:
    made = table("Lúc", "Tài khoản", "Việc", "Nội dung", "Dòng", right=("Dòng",))
    rows: list[dict[str, object]] = []
    for one in desk.reader.accesses(desk.arguments.limit):
        made.add_row(
            f"{local_time(one.at):%d/%m/%Y %H:%M}",
            escape(one.who),
            one.action,
            escape(one.detail),
            "" if one.rows is None else thousands(one.rows),
        )
        rows.append(
            {
                "at": one.at,
                "who": one.who,
                "action": one.action,
                "detail": one.detail,
                "rows": one.rows,
            }
        )
    return rows, made


VIEWS: dict[str, Callable[[Desk], Printed]] = {
    "unanswered": _unanswered,
    "missing": _missing,
    "disliked": _disliked,
    "documents": _documents,
    "slow": _slow,
    "words": _words,
    "days": _days,
    "accesses": _accesses,
}
