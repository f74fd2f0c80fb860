"""The documents of the library: found by words, with how replies that show them fared."""

import io
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from bot.desk.desk import Call, Desk, File, Page
from bot.review import views
from bot.review.filters import Filter, last_days
from bot.texts import desk as texts
from documents import csv_file
from documents.store.records import Head
from documents.vietnamese.normalize import fold, normalize

ADDRESS = "/van-ban"
DAYS = 90  # of the log that are counted
ROWS = 100  # of a page
OFTEN = 3  # dislikes from which on a document is often disliked
_LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """A document, with how many replies showed it and how many of those were disliked."""

    head: Head
    cited: int
    disliked: int


def listed(desk: Desk, call: Call) -> Page:
    """Show the documents, those that came last first."""
    search, kind = call.query.get("tim", "").strip(), call.query.get("loai", "")
    rows = _rows(desk, call)
    page = _page(call.query.get("trang", ""))
    start = (page - 1) * ROWS
    values = {
        "days": DAYS,
        "search": search,
        "kind": kind,
        "kinds": texts.DOCUMENT_KINDS,
        "count": len(rows),
        "rows": rows[start : start + ROWS],
        "earlier": _address(search, kind, page - 1) if page > 1 else None,
        "later": _address(search, kind, page + 1) if len(rows) > start + ROWS else None,
        "often": OFTEN,
    }
    return Page("documents", values, rows=len(rows[start : start + ROWS]))


def downloaded(desk: Desk, call: Call) -> File:
    """Give what is known of the documents as a table that a spreadsheet opens."""
    made = io.StringIO(newline="")
    made.write(csv_file.MARK)
    write = csv_file.row_writer(made)
    write(texts.DOCUMENT_COLUMNS)
    rows = _rows(desk, call)
    for row in rows:
        head = row.head
        issued_on = f"{head.issued_on:%d/%m/%Y}" if head.issued_on else ""
        of_document = (head.document_id, head.number, head.title, head.kind, issued_on, head.issuer)
        write((*(one or "" for one in of_document), row.cited, row.disliked))
    until: date = last_days(1, call.now)[1]
    return File(made.getvalue(), "text/csv", f"van-ban-{until.isoformat()}.csv", rows=len(rows))


def _rows(desk: Desk, call: Call) -> tuple[Row, ...]:
    period = Filter(*last_days(DAYS, call.now))
    cited = {one.document_id: one.times for one in views.cited(desk.reader.log, period)}
    disliked = views.disliked_documents(desk.reader.log, period)
    words = fold(normalize(call.query.get("tim", ""))).split()
    kind = call.query.get("loai", "")
    heads = reversed(desk.library.heads()) if desk.library else ()
    rows = (
        Row(head, cited.get(head.document_id, 0), disliked.get(head.document_id, 0))
        for head in heads
        if _holds(head, words)
    )
    return tuple(row for row in rows if _is_of(row, kind))


def _holds(head: Head, words: list[str]) -> bool:
    parts = (head.document_id, head.number, head.title, head.kind, head.issuer)
    text = fold(normalize(" ".join(part for part in parts if part)))
    return all(word in text for word in words)


def _is_of(row: Row, kind: str) -> bool:
    if kind == "chua_dan":
        return row.cited == 0
    return row.disliked >= OFTEN if kind == "khong_thich" else True


def _page(text: str) -> int:
    is_one = text.isascii() and text.isdecimal() and len(text) < len(str(_LAST_PAGE))
    return max(int(text), 1) if is_one else 1


def _address(search: str, kind: str, page: int) -> str:
    given = {"tim": search, "loai": kind, "trang": page}
    return f"{ADDRESS}?{urlencode({name: value for name, value in given.items() if value})}"
