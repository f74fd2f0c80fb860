"""Review the query log: filters and grouped views, one question in full, verdicts, exports."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import read_config
from bot.review.export import FORMATS, export
from bot.review.filters import STATUSES, THUMBS, Filter
from bot.review.web import serve
from scripts._cli.command import OK, Parser, day, guarded, run
from scripts._review import groups, one, rows
from scripts._review.session import FILTERS, Desk, opened

if TYPE_CHECKING:
    from index.encoders.base import Encoder

ACTIONS = ("show", "mark", "promote", "web")
LIMIT = 50
_FILTERS_OF = {
    "unanswered": ("since", "until", "reviewed"),
    "disliked": tuple(name for name in FILTERS if name not in ("status", "identified")),
    "words": (),
    "accesses": (),
}


def main(argv: Sequence[str] | None = None, *, encoder: "Encoder | None" = None) -> int:
    """Review the log of the data folder that the arguments name."""
    parser = _parser()
    arguments = parser.parse(argv)
    _check(parser, arguments)
    if arguments.limit is None:
        arguments.limit = -1 if arguments.export else LIMIT
    return guarded(lambda: _review(arguments, encoder))


def _parser() -> Parser:
    parser = Parser(
        "review_queries", "Xem nhật ký câu hỏi: lọc, gộp nhóm, xem lại, kết luận, xuất."
    )
    parser.inputs.add_argument(
        "action",
        nargs="?",
        choices=ACTIONS,
        metavar="VIỆC",
        help="show: xem một câu hỏi, lúc đó và hôm nay; mark: ghi đã xem xét; promote: đưa vào bộ "
        "đánh giá; web: mở trên trình duyệt; để trống: liệt kê",
    )
    parser.inputs.add_argument("ids", nargs="*", type=_id, metavar="MÃ", help="mã câu hỏi")
    add = parser.choices.add_argument
    add("--since", type=day, metavar="NGÀY", help="từ ngày, ví dụ 01/11/2026")
    add("--until", type=day, metavar="NGÀY", help="đến hết ngày")
    add("--user", metavar="NGƯỜI", help="mã băm hoặc ID Telegram của người hỏi")
    add(
        "--status",
        choices=(*STATUSES, *THUMBS),
        help="answered: đã trả lời; unanswered: chưa trả lời được (nearest: chỉ có đoạn gần nhất, "
        "refused: không tìm thấy); failed: lỗi; liked: 👍; disliked: 👎",
    )
    add("--search", metavar="CHỮ", help="các chữ có trong câu hỏi, có dấu hoặc không dấu")
    add("--document", metavar="MÃ|SỐ", help="câu trả lời có dẫn văn bản này")
    add("--reviewed", choices=("yes", "no"), help="đã hoặc chưa xem xét")
    add(
        "--by",
        choices=groups.VIEWS,
        help="gộp: unanswered: chưa trả lời được, theo ý; missing: văn bản được hỏi mà chưa có; "
        "disliked: bị 👎; documents: văn bản được dẫn nhiều và chưa được dẫn; slow: chậm nhất; "
        "words: chữ không văn bản nào có; "
        "days: theo ngày; accesses: ai đã xem nhật ký",
    )
    add(
        "--limit", type=_count, metavar="N", help=f"số dòng ({LIMIT}; khi xuất tệp: không giới hạn)"
    )
    add(
        "--export",
        nargs=2,
        metavar=("csv|jsonl", "TỆP"),
        help="xuất ra tệp mới, không kèm danh tính người hỏi",
    )
    add("--identified", action="store_true", help="kèm ID Telegram, nếu nhật ký có ghi")
    add("--note", metavar="GHI_CHÚ", help="với mark: ghi chú")
    add(
        "--answered-by",
        metavar="SỐ",
        help="với mark: văn bản giải đáp; khi có văn bản đó, bot báo cho người đã hỏi",
    )
    add("--undo", action="store_true", help="với mark: bỏ kết luận đã ghi")
    add("--passage", metavar="MÃ|HẠNG", help="với promote: đoạn đúng, theo mã hoặc thứ hạng")
    add("--answer", metavar="CHỮ", help="với promote: phần nguyên văn trả lời, trong đoạn đúng")
    add("--unanswerable", action="store_true", help="với promote: không văn bản nào trả lời")
    add("--port", type=_count, default=8001, metavar="CỔNG", help="với web: cổng (8001)")
    return parser


def _check(parser: Parser, arguments: argparse.Namespace) -> None:
    """End the command where options do not go together."""
    action, ids = arguments.action, arguments.ids
    if action in ("show", "promote") and len(ids) != 1:
        parser.error(f"{action} cần đúng một MÃ câu hỏi")
    if action == "mark" and not ids:
        parser.error("mark cần ít nhất một MÃ câu hỏi")
    if arguments.answered_by is not None and not arguments.answered_by.strip():
        parser.error("--answered-by cần số hoặc mã của văn bản giải đáp")
    if arguments.undo and (action != "mark" or arguments.note or arguments.answered_by):
        parser.error("--undo chỉ dùng với mark, không kèm --note hay --answered-by")
    if action == "promote" and bool(arguments.passage) == arguments.unanswerable:
        parser.error("promote cần --passage hoặc --unanswerable")
    if arguments.export and arguments.export[0] not in FORMATS:
        parser.error(f"--export: “{arguments.export[0]}” không phải csv hay jsonl")
    if arguments.since and arguments.until and arguments.since > arguments.until:
        parser.error("--since phải trước --until")
    if arguments.by:
        _check_view(parser, arguments)


def _check_view(parser: Parser, arguments: argparse.Namespace) -> None:
    """End the command where a view would leave a filter out of account."""
    possible = _FILTERS_OF.get(arguments.by, ("since", "until"))
    unused = [name for name in FILTERS if getattr(arguments, name) and name not in possible]
    if unused:
        parser.error(f"--by {arguments.by} không dùng được với --{unused[0]}")
    if arguments.action or arguments.export:
        parser.error("--by không dùng được cùng một VIỆC khác hoặc --export")


def _review(arguments: argparse.Namespace, encoder: "Encoder | None") -> int:
    config = read_config(arguments.data)
    with opened(config, arguments, encoder) as desk:
        if arguments.action == "web":
            desk.reader.note_access("web", f"cổng {arguments.port}")
            print("Mở địa chỉ dưới đây để đăng nhập, dùng một lần; Ctrl+C để dừng.", flush=True)
            return serve(config.data, arguments.port, desk.reader.who)
        if arguments.action:
            return _ONE[arguments.action](desk)
        if arguments.by:
            return groups.print_view(desk)
        return _list(desk)


_ONE: dict[str, Callable[[Desk], int]] = {
    "show": one.show,
    "mark": one.mark,
    "promote": one.promote,
}


def _list(desk: Desk) -> int:
    chosen, arguments = desk.chosen, desk.arguments
    count = desk.reader.count(chosen)
    if not count and not arguments.json:
        print("Không có câu hỏi nào khớp với bộ lọc.")
        return OK
    if arguments.export:
        return _export(desk, chosen)
    ids = desk.reader.ids(chosen, arguments.limit)
    desk.reader.note_access("list", desk.said, len(ids))
    rows.print_entries(tuple(desk.reader.entries(ids)), count, arguments.json, arguments.identified)
    return OK


def _export(desk: Desk, chosen: Filter) -> int:
    kind, path = desk.arguments.export[0], Path(desk.arguments.export[1])
    ids = desk.reader.ids(chosen, desk.arguments.limit)
    desk.reader.note_access("export", f"{desk.said} → {path}", len(ids))
    count = export(desk.reader.entries(ids), kind, path, desk.arguments.identified)
    print(f"Đã xuất {count} câu hỏi ra {path}.")
    return OK


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise argparse.ArgumentTypeError(f"“{text}” không phải mã câu hỏi")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"“{text}” không phải số từ 1 đến 65535")
    return int(text)


if __name__ == "__main__":
    run(main)
