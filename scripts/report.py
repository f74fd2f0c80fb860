"""Write a report of a week, a month or any period: one page to read, print and present."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import read_config
from bot.review.filters import last_days
from bot.review.page import render
from bot.review.pdf import print_pdf
from bot.review.period import Figures, first_day, gather
from documents import errors
from scripts._cli.command import OK, CommandError, Parser, day, guarded, print_json, run
from scripts._review.session import Desk, limited, opened

if TYPE_CHECKING:
    from index.encoders.base import Encoder

WEEK, MONTH = 7, 30  # days


def main(argv: Sequence[str] | None = None, *, encoder: "Encoder | None" = None) -> int:
    """Write the report that the arguments describe."""
    parser = Parser("report", "Lập báo cáo tra cứu: một trang HTML để đọc, in và trình cuộc họp.")
    parser.inputs.add_argument(
        "--out", type=Path, required=True, metavar="TỆP", help="tệp HTML sẽ ghi"
    )
    add = parser.choices.add_argument
    add("--week", action="store_true", help=f"{WEEK} ngày gần đây")
    add("--month", action="store_true", help=f"{MONTH} ngày gần đây (mặc định)")
    add("--since", type=day, metavar="NGÀY", help="từ ngày, ví dụ 01/11/2026")
    add("--until", type=day, metavar="NGÀY", help="đến hết ngày (mặc định: hôm nay)")
    add("--pdf", type=Path, metavar="TỆP", help="in thêm ra PDF, nếu máy có Chromium")
    add("--replace", action="store_true", help="ghi đè tệp đã có")
    arguments = parser.parse(argv)
    if arguments.week + arguments.month + bool(arguments.since or arguments.until) > 1:
        parser.error("chỉ chọn một trong --week, --month và --since/--until")
    if arguments.since and arguments.since > (
        arguments.until or last_days(1, datetime.now(UTC))[1]
    ):
        parser.error("--since phải trước --until, hoặc trước hôm nay khi không có --until")
    if arguments.pdf and arguments.pdf.absolute() == arguments.out.absolute():
        parser.error("--pdf phải là tệp khác với --out")
    return guarded(lambda: _report(arguments, encoder))


def _report(arguments: argparse.Namespace, encoder: "Encoder | None") -> int:
    for path in (arguments.out, arguments.pdf):
        if path and path.exists() and not arguments.replace:
            raise CommandError(
                f"{path}: đã có tệp này; hãy chọn tên khác, hoặc thêm --replace để ghi đè."
            )
    config = read_config(arguments.data)
    with opened(config, arguments, encoder) as desk:
        now = datetime.now(UTC)
        since, until = _period(arguments, desk, now)
        figures = gather(desk.reader.log, desk.library, desk.encoder, since, until, limited(desk))
        desk.reader.note_access(
            "report", f"{since} – {until} → {arguments.out}", figures.total.asked
        )
    _write(arguments.out, render(figures, now))
    if arguments.pdf:
        print_pdf(arguments.out, arguments.pdf)
    if arguments.json:
        print_json(_as_json(figures))
    else:
        print(f"Đã lập báo cáo {since:%d/%m/%Y} – {until:%d/%m/%Y}: {arguments.out}.")
    return OK


def _period(arguments: argparse.Namespace, desk: Desk, now: datetime) -> tuple[date, date]:
    first, today = last_days(WEEK if arguments.week else MONTH, now)
    if not (arguments.since or arguments.until):
        return first, today
    until = arguments.until or today
    since = arguments.since or min(first_day(desk.reader.log) or until, until)
    return since, until


def _write(path: Path, text: str) -> None:
    """Put the page in its place whole."""
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    except OSError as error:
        raise CommandError(errors.line(error)) from error


def _as_json(figures: Figures) -> dict[str, object]:
    total = figures.total
    return {
        "since": figures.since.isoformat(),
        "until": figures.until.isoformat(),
        "asked": total.asked,
        "answered": total.answered,
        "unanswered": total.unanswered,
        "failed": total.failed,
        "liked": total.liked,
        "disliked": total.disliked,
        "askers": len(total.users),
        "p50_ms": total.percentile(0.5),
        "p95_ms": total.percentile(0.95),
        "topics": [{"question": one.question, "times": one.times} for one in figures.topics],
        "unanswered_groups": [
            {"question": one.question, "times": one.times} for one in figures.unanswered
        ],
        "topics_not_grouped": figures.topics_left,
        "unanswered_not_grouped": figures.unanswered_left,
        "cited": [asdict(one) for one in figures.cited],
        "never_cited": figures.never_cited_count,
    }


if __name__ == "__main__":
    run(main)
