"""One question of the log: shown then and today, judged, promoted into the evaluation set."""

from contextlib import closing

from rich.markup import escape
from rich.table import Table

from bot.channels.terminal import layout
from bot.conversation.reply_layout import answer_screen
from bot.query_log.models import LoggedHit
from bot.review import promotion, verdicts
from bot.review.one import Replay, document_name, facts
from bot.review.reader import Entry
from bot.texts.numbers import decimal
from bot.texts.review import NOT_KEPT
from retrieval.answer import Answer, Response
from scripts._cli.command import OK, CommandError, print_json
from scripts._review.rows import as_row, console, table
from scripts._review.session import Desk


def show(desk: Desk) -> int:
    """Print a question as it was answered, beside its answer on today's library."""
    entry = desk.reader.entry(desk.arguments.ids[0])
    hits = desk.reader.hits(entry.question_id)
    response = _replay(desk, entry)
    desk.reader.note_access("show", str(entry.question_id), 1)
    if desk.arguments.json:
        print_json(_as_json(desk, entry, hits, response))
        return OK
    out = console()
    out.print(_facts(entry, desk.arguments.identified))
    both = Table(expand=True, show_lines=False)
    both.add_column("Trả lời khi đó", ratio=1)
    both.add_column("Trả lời hôm nay", ratio=1)
    today = layout(answer_screen(response), fancy=False, width=None) if response else "(không có)"
    both.add_row(escape(entry.shown or NOT_KEPT), escape(today))
    out.print(both)
    found = table("Hạng", "Nhánh", "Điểm", "Vị trí", "Mã đoạn", "Văn bản", right=("Hạng", "Điểm"))
    for hit in hits:
        found.add_row(
            str(hit.rank),
            hit.leg,
            decimal(hit.score, 3),
            f"[{hit.place}]" if hit.place else "",
            hit.passage_id,
            escape(document_name(desk.library, hit)),
        )
    out.print(found)
    return OK


def mark(desk: Desk) -> int:
    """Write down what the reviewer says of questions, or take it back."""
    arguments = desk.arguments
    if arguments.undo:
        return _undo(desk)
    marked = verdicts.mark(desk.reader, tuple(arguments.ids), arguments.note, arguments.answered_by)
    desk.reader.note_access("mark", " ".join(map(str, marked[:20])), len(marked))
    if arguments.json:
        print_json({"marked": list(marked)})
        return OK
    print(f"Đã ghi kết luận cho {len(marked)} câu hỏi.")
    if arguments.answered_by:
        there = bool(desk.library and desk.library.find(arguments.answered_by))
        when = "trong ít phút, khi bot đang chạy" if there else "khi thư viện có văn bản đó"
        print(f"Người hỏi sẽ được báo {when}, nếu câu hỏi trả lời được từ {arguments.answered_by}.")
    return OK


def _undo(desk: Desk) -> int:
    undone = verdicts.undo(desk.reader, tuple(desk.arguments.ids))
    desk.reader.note_access("undo", " ".join(map(str, undone[:20])), len(undone))
    if desk.arguments.json:
        print_json({"undone": list(undone)})
    else:
        print(f"Đã bỏ kết luận của {len(undone)} câu hỏi.")
    return OK


def promote(desk: Desk) -> int:
    """Put a judged question into the committee's own evaluation set."""
    arguments, (question_id,) = desk.arguments, desk.arguments.ids
    if desk.library is None:
        raise CommandError("Chưa có thư viện nào; hãy thêm văn bản trước khi lập bộ đánh giá.")
    folder = desk.config.data / promotion.FOLDER
    passage_id = _passage_id(desk, question_id) if arguments.passage else None
    promoted = promotion.promote(
        desk.reader, desk.library, folder, question_id, passage_id, arguments.answer
    )
    desk.reader.note_access("promote", str(question_id), 1)
    if arguments.json:
        print_json({"id": question_id, "passage": passage_id, "folder": str(folder)})
        return OK
    where = promoted.passage.passage_id if promoted.passage else "không có đoạn nào trả lời"
    print(f"Đã đưa câu hỏi {question_id} vào bộ đánh giá ({where}).")
    data = f"--data {desk.config.data} " if desk.arguments.data else ""
    print(f"Đo: python -m scripts.evaluate {data}--questions {folder / promotion.QUESTIONS}")
    return OK


def _passage_id(desk: Desk, question_id: int) -> str:
    """Return the passage meant by its id or by its rank among the hits of the question."""
    wanted = str(desk.arguments.passage)
    ranked = {str(hit.rank): hit.passage_id for hit in desk.reader.hits(question_id)}
    if wanted.isdecimal() and wanted not in ranked:
        raise CommandError(f"Câu hỏi {question_id} không có đoạn hạng {wanted}.")
    return ranked.get(wanted, wanted)


def _replay(desk: Desk, entry: Entry) -> Response | None:
    """Ask the question again; None where it was not kept or there is no library."""
    if entry.question is None or desk.library is None:
        return None
    with closing(Replay(desk.config, desk.library, desk.encoder)) as replay:
        return replay.ask(entry.reading or entry.question)


def _facts(entry: Entry, identified: bool) -> Table:
    made = Table(box=None, show_header=False, pad_edge=False)
    for label, value in facts(entry, identified):
        made.add_row(f"[bold]{label}[/]", escape(value))
    return made


def _as_json(
    desk: Desk, entry: Entry, hits: tuple[LoggedHit, ...], response: Response | None
) -> dict[str, object]:
    today: dict[str, object] | None = None
    if response:
        reply = response.reply
        today = {
            "status": "answered" if isinstance(reply, Answer) else "not_found",
            "shown": layout(answer_screen(response), fancy=False, width=None),
            "passages": [hit.passage.passage_id for hit in response.hits],
        }
    return {
        **as_row(entry, desk.arguments.identified),
        "hits": [
            {
                "rank": hit.rank,
                "passage_id": hit.passage_id,
                "leg": hit.leg,
                "score": hit.score,
                "place": hit.place,
            }
            for hit in hits
        ],
        "today": today,
    }
