"""One question of the log: shown then and today, judged, promoted into the evaluation set."""

from rich.markup import escape
from rich.table import Table

from bot.channels.terminal import layout
from bot.conversation.reply_layout import answer_screen
from bot.query_log.models import LoggedHit
from bot.review import promotion, verdicts
from bot.review.filters import local_time
from bot.review.reader import Entry
from bot.texts.numbers import decimal
from bot.texts.review import CHAT_KIND, NOT_KEPT, REASON, STAGE, STATUS, THUMB
from documents.store.library import Library
from index.errors import SnapshotError
from retrieval.answer import Answer, Response
from scripts._cli.command import OK, CommandError, print_json, shared_index
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
            escape(_document_name(desk.library, hit)),
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
    from retrieval.cross_encoder.load import open_reader
    from retrieval.errors import AbbreviationError
    from retrieval.pipeline import Searcher

    config = desk.config
    try:
        with shared_index(config) as shared:
            searcher = Searcher.open(
                config.data,
                desk.library,
                desk.encoder,
                config.strictness,
                shared=shared,
                passage_reader=open_reader(config.reader, config.data),
            )
            return searcher.ask(entry.reading or entry.question)
    except (SnapshotError, AbbreviationError) as error:
        raise CommandError(str(error)) from error


def _facts(entry: Entry, identified: bool) -> Table:
    made = Table(box=None, show_header=False, pad_edge=False)
    asker = entry.user_id if identified and entry.user_id is not None else entry.user
    times = ", ".join(f"{STAGE.get(name, name)} {decimal(ms)}" for name, ms in entry.milliseconds)
    lines = (
        ("Câu hỏi", entry.question or NOT_KEPT),
        ("Hiểu là", None if entry.understood_as == entry.question else entry.understood_as),
        ("Lúc", f"{local_time(entry.asked_at):%d/%m/%Y %H:%M:%S}"),
        ("Người hỏi", asker),
        ("Nơi hỏi", CHAT_KIND.get(entry.chat_kind or "")),
        ("Kết quả", STATUS[entry.status]),
        ("Lý do", REASON.get(entry.reason or "", entry.reason)),
        ("Độ tin cậy", None if entry.confidence is None else decimal(entry.confidence, 3)),
        ("Thời gian", None if entry.elapsed_ms is None else f"{decimal(entry.elapsed_ms)} ms"),
        ("Từng bước", times and f"{times} ms"),
        ("Mô hình", entry.model),
        ("Phiên bản kho", entry.generation),
        ("Đánh giá", THUMB.get(entry.thumb or 0)),
        ("Lý do đánh giá", entry.thumb_reason),
        ("Đã xem xét", _day(entry.reviewed_at) and f"{entry.reviewer}, {_day(entry.reviewed_at)}"),
        ("Ghi chú", entry.note),
        ("Văn bản giải đáp", entry.answered_by),
        ("Đã báo người hỏi", _day(entry.told_at)),
        ("Trong bộ đánh giá", _day(entry.promoted_at)),
    )
    for label, value in lines:
        if value not in (None, ""):
            made.add_row(f"[bold]{label}[/]", escape(str(value)))
    return made


def _day(moment: str | None) -> str | None:
    return f"{local_time(moment):%d/%m/%Y}" if moment else None


def _document_name(library: Library | None, hit: LoggedHit) -> str:
    passage = library.passage(hit.passage_id) if library else None
    document = library.document(passage.document_id) if library and passage else None
    if document is None:
        return "không còn trong thư viện"
    return document.number or document.title


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
