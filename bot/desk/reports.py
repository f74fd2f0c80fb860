"""The reports of the week and of the month, to be read here or downloaded for a meeting."""

from datetime import date

from bot.desk.desk import Call, Desk, File, Page
from bot.errors import ReviewError
from bot.review import page as report
from bot.review.filters import last_days
from bot.review.period import gather
from bot.texts import desk as texts
from bot.texts.numbers import day

_PERIODS = {"tuan": 7, "thang": 30}  # days, of which today is the last


def page(_desk: Desk, call: Call) -> Page:
    """Show which reports there are."""
    periods = []
    for name, length in _PERIODS.items():
        since, until = last_days(length, call.now)
        periods.append((name, texts.REPORTS[name], f"{day(since)} – {day(until)}"))
    return Page("reports", {"periods": tuple(periods)})


def shown(desk: Desk, call: Call) -> File:
    """Show a report as the page that it is."""
    content, asked, _ = _made(desk, call)
    return File(content, "text/html", rows=asked)


def downloaded(desk: Desk, call: Call) -> File:
    """Give a report as a file that needs nothing else."""
    content, asked, until = _made(desk, call)
    name = f"bao-cao-{call.query['ky']}-{until.isoformat()}.html"
    return File(content, "text/html", name, rows=asked)


def _made(desk: Desk, call: Call) -> tuple[str, int, date]:
    length = _PERIODS.get(call.query.get("ky", ""))
    if length is None:
        raise ReviewError(texts.NO_SUCH_REPORT)
    since, until = last_days(length, call.now)
    log, hidden = desk.reader.log, desk.hidden()
    figures = gather(log, desk.library, desk.encoder, since, until, hidden)
    return report.render(figures, call.now), figures.total.asked, until
