"""Reads the cell that a question asks for: the row by its label or year, the column by its header.

Tables are stored row by row as "Header: value | Header: value", see documents.formats.tables.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.document import Passage
from documents.vietnamese.normalize import fold
from index.tokens import syllables, tokens
from retrieval.question.asking_words import asking_words
from retrieval.question.intent import SINGLE_YEAR, speaks_of_share
from retrieval.question.question import Question
from retrieval.ranking.ranking import Idf
from retrieval.readers.base import Case, Draft, Strength
from retrieval.readers.figure import names_of

_CELL = re.compile(r"(?P<header>[^|:\n]{1,80}):\s+(?P<value>[^|\n]+?)\s*(?=\||$)")
_ORDINAL_HEADERS = frozenset(("tt", "stt", "so tt", "so thu tu"))
_NUMBER = re.compile(r"\d[\d.]*(?:,\d+)?\s*%?")
_WHOLE_ROW = re.compile(r"(?:tổng(?: cộng| số)?|cộng|toàn)(?!\w)", re.IGNORECASE)
_WHOLE = frozenset("tong cong toan ca".split())  # how a question asks for that row
_UNITS = frozenset(  # "Huyện ủy Nậm Hà" is asked for as "Nậm Hà"
    "huyen thi thanh tinh dang uy bo chi xa phuong tran quan pho thon ban lang khu".split()
)
_WHOLE_COLUMNS = re.compile(r"tong(?: so)?(?: cong)?|cong|so luong|(?:tong )?so \w+(?: \w+)?")
_ASKING = asking_words("cell")
_LABEL_HELD = 0.7  # of the label's IDF mass that the question must hold
_TOPIC_HELD = 0.5  # of the question's own that row, headers, headings and title must hold


@dataclass(frozen=True, slots=True)
class _Cell:
    header: str
    value: str
    span: tuple[int, int]

    @property
    def is_number(self) -> bool:
        return bool(_NUMBER.fullmatch(self.value))


@dataclass(frozen=True, slots=True)
class _Row:
    span: tuple[int, int]
    label: _Cell
    cells: tuple[_Cell, ...]


def read(case: Case) -> Draft | None:
    """Return the cell that a question with a number for an answer asks for, if a row has it."""
    return cell_asked(case.question, case.passages, names_of(case), case.ranking.idf)


def cell_asked(
    question: Question, passages: Sequence[Passage], names: Sequence[str], idf: Idf
) -> Draft | None:
    """Find the cell in the rows of passages; ``names`` are those of their documents."""
    intent = question.intent
    words, years = frozenset(syllables(question.understood)), intent.single_years
    subject = [word for word in words if word not in _ASKING and word not in years]
    mass = sum(map(idf, subject))
    best: Draft | None = None
    for passage, name in zip(passages, names, strict=True):
        around = {*syllables(name), *syllables(passage.locator.heading or "")}
        for row in _rows(passage.text):
            if not _is_meant(row, words, years, idf):
                continue
            cell = _column(row, intent.wants_percentage, words, idf)
            if cell is None:
                continue
            held = {*around, *syllables(row.label.value), *syllables(cell.header)}
            if not held.issuperset(intent.unit):
                continue
            share = sum(idf(word) for word in subject if word in held) / mass if mass else 0.0
            if share >= _TOPIC_HELD and (best is None or share > best.covered):
                best = Draft(
                    passage, row.span, row.span, Strength.FIGURE, marks=(cell.span,), covered=share
                )
    return best


def _rows(text: str) -> tuple[_Row, ...]:
    rows = []
    for line in re.finditer(r"[^\n]+", text):
        if " | " not in line[0]:
            continue
        cells = tuple(
            _Cell(match["header"].strip(), match["value"].strip(), match.span("value"))
            for match in _CELL.finditer(text, *line.span())
        )
        named = [cell for cell in cells if fold(cell.header) not in _ORDINAL_HEADERS]
        if len(named) >= 2:
            label = next((cell for cell in named if not cell.is_number), named[0])
            rest = tuple(cell for cell in named if cell is not label)
            rows.append(_Row(line.span(), label, rest))
    return tuple(rows)


def _is_meant(row: _Row, asked: frozenset[str], years: frozenset[str], idf: Idf) -> bool:
    """Tell whether a question names a row, by its year or by most of its label's weight."""
    of_row = frozenset(SINGLE_YEAR.findall(row.label.value))
    if of_row:
        return bool(of_row & years)
    if _WHOLE_ROW.match(row.label.value):
        return not years and bool(asked & _WHOLE)
    words = frozenset(syllables(re.sub(r"\([^)]*\)", "", row.label.value)))
    label = words - _UNITS or words
    mass = sum(map(idf, label))
    held = sum(idf(word) for word in label if word in asked)
    return mass > 0 and held >= _LABEL_HELD * mass


def _column(row: _Row, wants_percentage: bool, asked: frozenset[str], idf: Idf) -> _Cell | None:
    """Return the number whose header a question names, else that of the whole."""
    numbers = [
        cell for cell in row.cells if cell.is_number and (wants_percentage == _is_percentage(cell))
    ]
    scored = []
    for cell in numbers:
        words = {word for word in tokens(cell.header) if not _WHOLE & set(word.split("_"))}
        held = {word for word in words if _holds(asked, word)}
        mass = sum(map(idf, words))
        share = sum(map(idf, held)) / mass if mass else 0.0
        scored.append((share, cell))
    named = [one for one in scored if one[0] >= _TOPIC_HELD]
    if named:
        return max(named, key=lambda one: one[0])[1]
    if wants_percentage and len(numbers) == 1:
        return numbers[0]
    whole = [cell for cell in numbers if _WHOLE_COLUMNS.fullmatch(fold(cell.header))]
    return whole[0] if len(whole) == 1 else None


def _is_percentage(cell: _Cell) -> bool:
    return cell.value.endswith("%") or speaks_of_share(fold(cell.header))


def _holds(asked: frozenset[str], term: str) -> bool:
    return all(word in asked for word in term.split("_"))
