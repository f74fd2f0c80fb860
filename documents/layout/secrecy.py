"""The stamp over a document: MẬT, TỐI MẬT, TUYỆT MẬT, or "lưu hành nội bộ"; refused in doubt."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from documents.layout.letterhead import kind_of
from documents.layout.outline import ROW_SIGN
from documents.layout.stamp_form import LEVELS, Form, form_of, is_unlike, parts_of
from documents.vietnamese.normalize import fold

INTERNAL = "Lưu hành nội bộ"
_INTERNAL = re.compile(
    r"(?:(?:tai lieu|van ban)\s+)?luu hanh noi bo(?:\s*,.{0,40})?|tai lieu noi bo"
)
_FRAME = " *-–_.()[]{}#:|\"'“”"
NEAR_TOP = 15  # lines from the top, within which a stamp stands
_EDGE_LINES = 6  # of a page, from its top and from its foot
_LONGEST = 60  # characters of a line that is a stamp for internal use
_SECRET, _DOUBTFUL = 0.8, 0.35  # what a stamp is worth from which it is certain, or in doubt
_INSIDE = (0.5, 0.3)  # the share that a stamp in capitals keeps amid the text, and any other
_IN_ROW = 0.6  # the share that a cell's stamp keeps
_NEAR = 4  # lines: levels that stand so near each other are a list of them
# words that go on with "mật", or with "bí mật nhà nước", on the next line of a title
_BEFORE_SECRET = frozenset(("bi", "bao", "do", "muc", "co"))
_BEFORE_STATE = frozenset(("ve", "muc", "cua", "va", "cac", "thuoc", "pham", "vi", "lo", "trong"))


class Outcome(Enum):
    """What is to be done with a document: take it, hold it until somebody decides, refuse it."""

    OPEN = "open"
    DOUBTFUL = "doubtful"
    SECRET = "secret"  # noqa: S105  # no password


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that stand outside a document's running text, and where, in Vietnamese.

    ``is_apart`` says that they stand where stamps do, not amid the text.
    """

    text: str
    place: str
    is_apart: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """What may be a stamp: its level, what it is worth up to 1, where it stands, and the doubts."""

    level: str
    worth: float
    place: str
    reasons: tuple[str, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Whether nobody need look at it to know it for a stamp."""
        return self.worth >= _SECRET

    @property
    def told(self) -> str:
        """The stamp in one phrase, with its place and the doubts."""
        doubts = f" ({', '.join(self.reasons)})" if self.reasons else ""
        return f"dấu “{self.level.upper()}” ở {self.place}{doubts}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a document is secret, by the gravest finding; None where nothing was found."""

    finding: Finding | None = None

    @property
    def outcome(self) -> Outcome:
        """What is to be done with the document."""
        if self.finding is None:
            return Outcome.OPEN
        return Outcome.SECRET if self.finding.is_certain else Outcome.DOUBTFUL


def judge(
    text: str,
    page_starts: Sequence[int] = (),
    marks: Sequence[Mark] = (),
    *,
    recognised: bool = False,
) -> Verdict:
    """Judge a document by its text, where its pages start, and what stands outside the text."""
    found = [*_in_text(text, page_starts, recognised), *_in_marks(marks, recognised)]
    found = [finding for finding in found if finding.worth >= _DOUBTFUL]
    return Verdict(
        max(
            found,
            key=lambda one: (one.is_certain, LEVELS.index(one.level), one.worth),
            default=None,
        )
    )


def stamp_of(line: str) -> str | None:
    """Return the stamp that a line is: "MẬT", "Độ mật: Tối mật", "Số 12-BC/TU  MẬT"."""
    form = form_of(line)
    if form and form.worth >= _SECRET:
        return form.level
    bare = " ".join(fold(line.strip(_FRAME)).split())
    return INTERNAL if len(bare) <= _LONGEST and _INTERNAL.fullmatch(bare) else None


def may_be_stamp(line: str) -> bool:
    """Whether a line that stands apart from the text has to be looked at as a stamp."""
    return _is_doubtful(line) or stamp_of(line) is not None


def secrecy_of(text: str) -> str | None:
    """Return the gravest stamp that is certain; for internal use, one near the text's top."""
    verdict = judge(text)
    if verdict.finding and verdict.outcome is Outcome.SECRET:
        return verdict.finding.level
    top = text.split("\n", NEAR_TOP)[:NEAR_TOP]
    return next((INTERNAL for line in top if stamp_of(line) == INTERNAL), None)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not empty: its number from 1, its page or 0, whether at the page's edge."""

    text: str
    number: int
    page: int
    at_edge: bool

    @property
    def place(self) -> str:
        return f"trang {self.page}" if self.page else f"dòng {self.number}"

    @property
    def is_head(self) -> bool:
        return self.number <= NEAR_TOP


def _lines(text: str, page_starts: Sequence[int]) -> list[_Line]:
    """Return the lines that are not empty."""
    placed: list[tuple[str, int]] = []
    offset, page = 0, 0
    for line in text.split("\n"):
        while page < len(page_starts) and page_starts[page] <= offset:
            page += 1
        if line.strip():
            placed.append((line, page))
        offset += len(line) + 1
    lines: list[_Line] = []
    for page, group in groupby(placed, key=lambda one: one[1]):
        texts = [text for text, _ in group]
        for place, one in enumerate(texts):
            at_edge = bool(page) and (place < _EDGE_LINES or place >= len(texts) - _EDGE_LINES)
            lines.append(_Line(one, len(lines) + 1, page, at_edge))
    return lines


def _in_text(text: str, page_starts: Sequence[int], recognised: bool) -> Iterator[Finding]:
    lines = _lines(text, page_starts)
    forms = [_form_on(line, recognised) for line in lines]
    yield from _stacked(lines, recognised)
    for place, (line, form) in enumerate(zip(lines, forms, strict=True)):
        if form is None or _goes_on(lines[place - 1].text if place else "", form):
            continue
        apart = line.is_head or line.at_edge
        if not line.is_head and (form.is_several or _is_listed(forms, place)):
            continue
        yield _finding(form, line.text, line.place, is_apart=apart)


def _form_on(line: _Line, recognised: bool) -> Form | None:
    """Return the stamp that a line is, or that one of its columns or cells may be."""
    if ROW_SIGN not in line.text:
        forms = (form_of(part, recognised=recognised) for part in parts_of(line.text))
        return max(filter(None, forms), key=lambda form: form.worth, default=None)
    if not (line.is_head or line.at_edge):
        return None  # a table's column of levels
    cells = [
        form
        for cell in re.split(r" \| |: ", line.text)
        if (form := form_of(cell, recognised=recognised)) and form.in_capitals
    ]
    if len(cells) != 1:
        return None
    form = cells[0]
    return Form(form.level, form.worth * _IN_ROW, (*form.reasons, "nằm trong bảng"))


def _goes_on(before: str, form: Form) -> bool:
    """Whether a line is the rest of a title: "QUY CHẾ BẢO VỆ" / "BÍ MẬT NHÀ NƯỚC"."""
    words = re.findall(r"[^\W\d_]+", fold(before))
    last = words[-1] if words else ""
    if last in _BEFORE_SECRET:
        return True
    return form.is_state and (last in _BEFORE_STATE or kind_of(before) is not None)


def _is_listed(forms: Sequence[Form | None], place: int) -> bool:
    """Whether other levels stand near: a list of them, or the stamps that a regulation shows."""
    own = forms[place]
    near = forms[max(0, place - _NEAR) : place + _NEAR + 1]
    return own is not None and any(one and one.level != own.level for one in near)


def _stacked(lines: Sequence[_Line], recognised: bool) -> Iterator[Finding]:
    """Find a stamp whose letters stand one under the other."""
    for is_letter, group in groupby(lines, key=lambda line: len(line.text.strip(_FRAME)) == 1):
        column = list(group)
        if is_letter and len(column) > 2:
            text = " ".join(line.text for line in column)
            if form := form_of(text, recognised=recognised):
                apart = column[0].is_head or column[0].at_edge
                yield _finding(form, text, column[0].place, is_apart=apart)


def marks_among(
    text: str, place: str, *, is_apart: bool = True, before: str = ""
) -> Iterator[Mark]:
    """Yield what may be a stamp in the text of a box: each line of it, its columns, and the whole.

    The letters of a stamp may stand one under the other; ``before`` is the line above the box.
    """
    whole = " ".join(text.split())
    found = (*stamps_in([whole], before), *stamps_in(text.split("\n"), before))
    yield from (Mark(stamp, place, is_apart) for stamp in dict.fromkeys(found))


def stamps_in(lines: Iterable[str], before: str = "") -> Iterator[str]:
    """Yield the lines, and the columns of lines, that may be stamps, but for the rest of a title.

    Letters that stand one under the other come as one line.
    """
    column: list[str] = []
    for line in (*filter(None, map(str.strip, lines)), ""):
        if len(line.strip(_FRAME)) == 1:
            column.append(line)
        elif column:
            yield from (said for said in (" ".join(column),) if _is_doubtful(said))
            column = []
        for part in parts_of(line):
            if _is_doubtful(part, before):
                yield part
        before = line


def _is_doubtful(line: str, before: str = "") -> bool:
    form = form_of(line)
    return bool(form and form.worth >= _DOUBTFUL and not _goes_on(before, form))


def _in_marks(marks: Sequence[Mark], recognised: bool) -> Iterator[Finding]:
    for mark in marks:
        if form := form_of(mark.text, recognised=recognised):
            yield _finding(form, mark.text, mark.place, is_apart=mark.is_apart)


def _finding(form: Form, text: str, place: str, *, is_apart: bool) -> Finding:
    worth, reasons = form.worth, form.reasons
    if is_unlike(text):
        reasons = (*reasons, "chữ cái lạ")
    if not is_apart:
        worth *= _INSIDE[not form.in_capitals]
        reasons = (*reasons, "không ở đầu văn bản")
    return Finding(form.level, worth, place, reasons)
