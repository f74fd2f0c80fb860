"""A report as one page that needs nothing else: to be read, printed and put before a meeting."""

from datetime import date, datetime
from importlib import resources

import jinja2
from markupsafe import Markup

from bot.review.charts import Series, bars, lines
from bot.review.days import Tally
from bot.review.filters import VIETNAM
from bot.review.period import Figures
from bot.texts import review as texts
from bot.texts.numbers import dated, seconds, share, thousands

TEMPLATE = "report.html"


def render(figures: Figures, made_at: datetime) -> str:
    """Return the HTML of a report."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "thousands": thousands,
        "seconds": seconds,
        "share": share,
        "change": texts.change,
        "not_grouped": texts.not_grouped,
    }
    local = made_at.astimezone(VIETNAM)
    source = (resources.files("bot.review") / TEMPLATE).read_text("utf-8")
    return environment.from_string(source).render(
        figures=figures,
        total=figures.total,
        before=figures.before,
        period=f"{_date(figures.since)} – {_date(figures.until)}",
        made_at=local.strftime("%H:%M, ") + dated(local.date()),
        step=texts.STEP[figures.step_name],
        rate=share(figures.total.answered, figures.total.asked),
        p50=figures.total.percentile(0.5),
        p95=figures.total.percentile(0.95),
        most=max((topic.times for topic in figures.topics), default=1),
        **_plots(figures),
    )


def _plots(figures: Figures) -> dict[str, Markup]:
    """Return the plots by name; they are made of numbers and of labels that are escaped."""
    steps = figures.steps
    form = "%m/%Y" if figures.step_name == "month" else "%d/%m"
    labels = [step.first.strftime(form) for step in steps]
    tallies = [step.tally for step in steps]
    asked = (
        Series(texts.ANSWERED, "good", tuple(float(one.answered) for one in tallies)),
        Series(texts.UNANSWERED, "open", tuple(float(one.unanswered) for one in tallies)),
        Series(texts.FAILED, "bad", tuple(float(one.failed) for one in tallies)),
    )
    rate = Series(texts.ANSWERED_SHARE, "good", tuple(_rate(one) for one in tallies))
    times = (
        Series(texts.HALF, "good", tuple(one.percentile(0.5) for one in tallies)),
        Series(texts.NEARLY_ALL, "open", tuple(one.percentile(0.95) for one in tallies)),
    )
    return {
        "asked_plot": Markup(bars(texts.ASKED_PLOT, labels, asked)),
        "rate_plot": Markup(lines(texts.SHARE_PLOT, labels, (rate,), top=100)),
        "times_plot": Markup(lines(texts.TIMES_PLOT, labels, times)),
    }


def _rate(tally: Tally) -> float | None:
    return 100 * tally.answered / tally.asked if tally.asked else None


def _date(day: date) -> str:
    return day.strftime("%d/%m/%Y")
