"""The questions: a list by filters, one in full beside its answer today, and the verdicts."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from urllib.parse import urlencode

from bot.channels.terminal import layout
from bot.conversation.reply_layout import answer_screen
from bot.desk.desk import Call, Desk, Page, Redirect
from bot.errors import ReviewError
from bot.review import verdicts
from bot.review.filters import STATUSES, THUMBS, Filter
from bot.review.one import document_name, facts
from bot.review.reader import Entry
from bot.texts import desk as texts
from bot.texts.review import NOT_KEPT, VERDICT, no_such_question

ADDRESS = "/cau-hoi"
ROWS = 50  # of a page
_LARGEST = 2**63 - 1  # id that SQLite knows
_YEARS = range(2000, 3000)  # a day outside them is a slip
_REVIEWED = {"roi": True, "chua": False}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The fields of the filter form, as they stand in an address."""

    tu: str = ""
    den: str = ""
    ket_qua: str = ""
    tim: str = ""
    van_ban: str = ""
    xem: str = ""

    @classmethod
    def of(cls, call: Call) -> "Chosen":
        """Return the fields that an address gives."""
        return cls(**{one.name: call.query.get(one.name, "").strip() for one in fields(cls)})

    def address(self, **others: object) -> str:
        """Return the address of the list under this filter."""
        given = {one.name: getattr(self, one.name) for one in fields(self)} | others
        query = urlencode({name: value for name, value in given.items() if value not in ("", None)})
        return f"{ADDRESS}?{query}" if query else ADDRESS


def listed(desk: Desk, call: Call) -> Page:
    """Show the questions of a filter, the newest first."""
    chosen = Chosen.of(call)
    meant = _filter(desk, chosen)
    before = _number(call.query.get("truoc", ""))
    ids = desk.reader.ids(meant, ROWS + 1, before)
    entries = tuple(desk.reader.entries(ids[:ROWS]))
    older = chosen.address(truoc=ids[ROWS - 1]) if len(ids) > ROWS else None
    values = {
        "chosen": chosen,
        "entries": entries,
        "count": desk.reader.count(meant),
        "older": older,
        "newest": chosen.address() if before is not None else None,
        "kinds": texts.KINDS,
    }
    return Page("questions", values, rows=len(entries))


def shown(desk: Desk, call: Call) -> Page:
    """Show one question in full, as it was answered and as it would be today."""
    entry = _entry(desk, call.number)
    hits = desk.reader.hits(entry.question_id)
    following = desk.reader.ids(Filter(reviewed=False), 1, entry.question_id)
    values = {
        "entry": entry,
        "facts": facts(entry),
        "then": entry.shown or NOT_KEPT,
        "now": _today(desk, entry),
        "hits": tuple((hit, document_name(desk.library, hit)) for hit in hits),
        "verdicts": tuple(enumerate(((one, VERDICT[one]) for one in verdicts.VERDICTS), start=1)),
        "next": following[0] if following else None,
        "longest": verdicts.NOTE_LENGTH,
    }
    return Page("question", values, rows=1)


def judge(desk: Desk, call: Call) -> Redirect:
    """Write a verdict on a question down."""
    verdict = call.form.get("ket_luan", "")
    if verdict not in verdicts.VERDICTS:
        raise ReviewError(texts.NO_SUCH_VERDICT)
    entry = _entry(desk, call.number)
    verdicts.mark(desk.reader, (entry.question_id,), verdict=verdict)
    return Redirect(f"{ADDRESS}/{entry.question_id}")


def note(desk: Desk, call: Call) -> Redirect:
    """Write a note on a question down; an empty one changes nothing."""
    entry = _entry(desk, call.number)
    # A browser sends a line's end as two characters, of which one counts.
    written = call.form.get("ghi_chu", "").replace("\r\n", "\n").strip()
    if written:
        verdicts.mark(desk.reader, (entry.question_id,), note=written)
    return Redirect(f"{ADDRESS}/{entry.question_id}")


def undo(desk: Desk, call: Call) -> Redirect:
    """Take back what was said of a question."""
    entry = _entry(desk, call.number)
    verdicts.undo(desk.reader, (entry.question_id,))
    return Redirect(f"{ADDRESS}/{entry.question_id}")


def _entry(desk: Desk, number: int) -> Entry:
    if number > _LARGEST:
        raise ReviewError(no_such_question(number))
    return desk.reader.entry(number)


def _today(desk: Desk, entry: Entry) -> str:
    """Return the reply of today's library, or why there is none."""
    asked = entry.reading
    if asked is None:
        return texts.NO_WORDS
    if desk.ask is None:
        return texts.NO_LIBRARY
    return layout(answer_screen(desk.ask(asked)), fancy=False, width=None)


def _filter(desk: Desk, chosen: Chosen) -> Filter:
    return Filter(
        since=_day(chosen.tu),
        until=_day(chosen.den),
        status=chosen.ket_qua if chosen.ket_qua in {*STATUSES, *THUMBS} else None,
        search=chosen.tim or None,
        documents=_documents(desk, chosen.van_ban) if chosen.van_ban else None,
        reviewed=_REVIEWED.get(chosen.xem),
    )


def _documents(desk: Desk, reference: str) -> tuple[str, ...]:
    """Return the ids of the documents meant; one that is gone is meant by its id."""
    found = desk.library.find(reference) if desk.library else ()
    return tuple(one.document_id for one in found) or (reference,)


def _day(text: str) -> date | None:
    """Return the day of a date field, also where a browser without one let it be typed."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
        return found if found.year in _YEARS else None
    return None


def _number(text: str) -> int | None:
    is_one = text.isascii() and text.isdecimal() and len(text) < len(str(_LARGEST))
    return int(text) if is_one else None
