"""The kinds of documents (loại văn bản) there are: the rows of data/kinds.tsv."""

import csv
from dataclasses import dataclass
from importlib.resources import files

from documents.vietnamese.normalize import fold


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its name as a clerk writes it, what numbers call it, what English questions call it.

    ``ends`` marks a kind that speaks of itself in its last line: "Nghị quyết này có hiệu lực …".
    """

    name: str
    codes: tuple[str, ...]
    english: tuple[str, ...]
    ends: bool

    @property
    def folded(self) -> str:
        """The name as a question may write it, without marks."""
        return fold(self.name)


def rows_of(table: str) -> list[dict[str, str]]:
    """Return the rows of a table of data/ by the names of its columns."""
    with (files("documents.vietnamese") / "data" / table).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def listed(cell: str) -> tuple[str, ...]:
    """Return the parts of a cell that holds several."""
    return tuple(part.strip() for part in cell.split(",") if part.strip())


KINDS = tuple(
    Kind(row["name"], listed(row["codes"]), listed(row["english"]), row["ends"] == "x")
    for row in rows_of("kinds.tsv")
)


def words(*, ending: bool = False, folded: bool = False) -> str:
    """Return the names as one pattern, the longest first: of the kinds that ``ends`` alone, or as
    questions may write them, without marks.
    """
    names = [kind.folded if folded else kind.name for kind in KINDS if kind.ends or not ending]
    return "|".join(sorted(names, key=len, reverse=True))
