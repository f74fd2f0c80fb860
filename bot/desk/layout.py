"""Pages as HTML: the templates, escaped, with numbers and moments as Vietnamese writes them."""

from collections.abc import Mapping

import jinja2

from bot.review.filters import local_time
from bot.texts import desk as texts
from bot.texts.numbers import day, share, thousands
from bot.texts.review import NOT_KEPT, STATUS, THUMB, VERDICT

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("bot.desk", "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _moment(asked_at: str) -> str:
    return f"{local_time(asked_at):%H:%M %d/%m/%Y}"


_ENVIRONMENT.filters |= {"thousands": thousands, "share": share, "moment": _moment, "day": day}
_ENVIRONMENT.globals |= {
    "pages": texts.PAGES,
    "status_names": STATUS,
    "thumbs": THUMB,
    "verdict_names": VERDICT,
    "not_kept": NOT_KEPT,
}


def render(template: str, values: Mapping[str, object], form_token: str, here: str) -> str:
    """Return a page; ``here`` is the address of the page of the menu that it belongs to."""
    made = _ENVIRONMENT.get_template(f"{template}.html")
    return made.render(values, form_token=form_token, here=here)


def style() -> str:
    """Return the one style sheet."""
    return _ENVIRONMENT.get_template("desk.css").render()
