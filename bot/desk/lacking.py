"""What the library lacks: documents asked for in vain, and questions of one topic unanswered."""

import io
from urllib.parse import urlencode

from bot.desk.desk import Call, Desk, File, Page, Redirect
from bot.errors import ReviewError
from bot.review import clusters, verdicts, views
from bot.review.clusters import Cluster
from bot.review.filters import Filter, last_days
from bot.review.missing import Missing, missing
from bot.texts import desk as texts
from documents import csv_file

ADDRESS = "/thieu-van-ban"
DAYS = 90  # that are looked through
ROWS = 100  # of each table; the file holds all
_LONGEST = 200  # characters of a document's number or id


def page(desk: Desk, call: Call) -> Page:
    """Show the documents and the topics that are lacking, the most asked for first."""
    numbers, topics = _numbers(desk, call), _topics(desk, call)
    values = {
        "days": DAYS,
        "numbers": numbers[:ROWS],
        "topics": topics[:ROWS],
        "marked": call.query.get("da_ghi", ""),
    }
    return Page("lacking", values, rows=len(numbers) + len(topics))


def downloaded(desk: Desk, call: Call) -> File:
    """Give both tables as one that a spreadsheet opens."""
    made = io.StringIO(newline="")
    made.write(csv_file.MARK)
    write = csv_file.row_writer(made)
    write(texts.LACKING_COLUMNS)
    numbers, topics = _numbers(desk, call), _topics(desk, call)
    for one in numbers:
        write((one.number, one.times, one.askers, one.question))
    for topic in topics:
        write(("", topic.times, "", topic.question))
    until = last_days(1, call.now)[1]
    name = f"thieu-van-ban-{until.isoformat()}.csv"
    return File(made.getvalue(), "text/csv", name, rows=len(numbers) + len(topics))


def answer(desk: Desk, call: Call) -> Redirect:
    """Write down which document answers a group, so that all who asked are told of it."""
    document = call.form.get("van_ban", "").strip()
    if not document or len(document) > _LONGEST:
        raise ReviewError(texts.NO_DOCUMENT_NAMED)
    group = _group(desk, call)
    if not group:
        raise ReviewError(texts.NO_SUCH_GROUP)
    marked = verdicts.mark(desk.reader, group, answered_by=document)
    return Redirect(f"{ADDRESS}?{urlencode({'da_ghi': len(marked)})}")


def _group(desk: Desk, call: Call) -> tuple[int, ...]:
    """Return the questions of the group that a form means, as the page shows it by now."""
    number, topic = call.form.get("so", ""), call.form.get("nhom", "")
    if number:
        numbers = (one for one in _numbers(desk, call) if one.number == number)
        return next((one.question_ids for one in numbers), ())
    for found in _topics(desk, call):
        ids = tuple(one.question_id for one in found.members)
        if topic in map(str, ids):
            return ids
    return ()


def _numbers(desk: Desk, call: Call) -> tuple[Missing, ...]:
    library = desk.library
    return missing(
        desk.reader.log, _period(call), lambda number: bool(library and library.find(number))
    )


def _topics(desk: Desk, call: Call) -> tuple[Cluster, ...]:
    log = desk.reader.log
    often = views.repeated(log, _period(call), ("nearest", "refused"), clusters.MOST)
    return clusters.cluster(log, desk.encoder, often)


def _period(call: Call) -> Filter:
    return Filter(*last_days(DAYS, call.now))
