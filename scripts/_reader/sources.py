"""What is known of each source of questions: how much it weighs and what its terms are."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True)
class Source:
    """A source of questions.

    ``weight`` is that of one row in the draw, against 1 for ordinary encyclopedia questions; rules
    and laws weigh more, machine translations less. One row in ``one_in`` is kept, none at 0.
    ``near`` tells that only its own passage answers a question, so that near ones are negatives.
    """

    name: str
    weight: float = 1.0
    one_in: int = 1
    near: bool = True
    terms: str = "unknown"


@cache
def known() -> dict[str, Source]:
    """Return the sources of the table."""
    found = {}
    for line in lines_of("sources.tsv"):
        name, weight, one_in, candidates, terms, _why = line.split("\t")
        found[name] = Source(name, float(weight), int(one_in), candidates == "near", terms)
    return found


def source(name: str) -> Source:
    """Return what is known of a source; one that is not in the table counts as ordinary."""
    return known().get(name) or Source(name)


def lines_of(table: str) -> tuple[str, ...]:
    """Return the lines of a table but for its comments."""
    lines = (TABLES / table).read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
