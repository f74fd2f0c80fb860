"""Hard-wrapped lines -> paragraphs: which line goes on, which begins, which is page furniture."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from documents.layout.numbering import Marker, Rank, markers_of
from documents.layout.outline import is_capitals
from documents.layout.secrecy import may_be_stamp
from documents.vietnamese.normalize import normalize

_SLACK = 0.015  # of the line's width: what justified lines differ by
_FEWEST_LINES = 10  # a page with fewer says nothing about where its lines are wrapped
_STOPS = (".", ";", ":", "!", "?", "…", "/.", ".”", '."', ")")
_BROKEN_WORD = re.compile("[\u0002\ufffe\u00ad]$")  # what PDF readers leave of a hyphen at a break
_PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(?:trang\s+)?(?P<number>\d{1,4})(?:\s*/\s*\d{1,4})?(?:\s*[-–—])?", re.I
)
_JOIN = "\u00ad"
_NOTE = re.compile(r"\d{1,3}\s|\d{1,3}(?=\D)|\*")
_RULE = re.compile(r"[\W_]+")
# after these a number belongs to the sentence: "khoản" / "1. Các …", "ngày" / "30. …"
_EXPECTS_NUMBER = frozenset(
    ("khoản", "điểm", "mục", "điều", "phần", "chương", "tiết", "số", "ngày", "tháng", "năm")
    + ("lần", "quý", "và", "hoặc", "đến", "từ", "khóa", "thứ")
)
_OPENINGS = re.compile(r"Nơi nhận\s*(?::|$)|Căn cứ\b|Kính gửi\b|(?:T/M|TM|K/T|KT|T/L|TL)[. ]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands on its page; ``left`` and ``right`` in points, or in characters.

    ``is_row`` marks a finished table row, which no other line joins; ``is_note`` a footnote's line.
    """

    text: str
    left: float
    right: float
    is_row: bool = False
    is_note: bool = False

    @property
    def first_word_width(self) -> float:
        """The room its first word, with a space, would have needed on the line before."""
        word = len(self.text.split(" ", 1)[0]) + 1
        return word * (self.right - self.left) / max(1, len(self.text))


def without_furniture(pages: Sequence[Sequence[Line]]) -> tuple[tuple[Line, ...], ...]:
    """Drop page numbers, and headers and footers that the pages repeat, but for a stamp."""
    repeated = _repeated_edges(pages)
    offsets = Counter(
        value - place
        for place, page in enumerate(pages)
        for value in {_page_number(line) for line in (*page[:2], *page[-2:])}  # under a header too
        if value is not None
    )
    cleaned = []
    stamps: list[Line] = []
    for place, page in enumerate(pages):
        lines = list(page)
        for edge in (0, -1):
            while lines and (
                _masked(lines[edge]) in repeated or _numbers_page(lines[edge], place, offsets)
            ):
                dropped = lines.pop(edge)
                if not stamps and may_be_stamp(normalize(dropped.text)):
                    stamps.append(dropped)
        cleaned.append(tuple(lines))
    if stamps and cleaned:
        cleaned[0] = (*stamps, *cleaned[0])
    return tuple(cleaned)


def _edges(page: Sequence[Line]) -> tuple[Line, ...]:
    return (*page[:1], *page[-1:])


def _page_number(line: Line) -> int | None:
    match = _PAGE_NUMBER.fullmatch(line.text)
    return int(match["number"]) if match else None


def _numbers_page(line: Line, place: int, offsets: Counter[int]) -> bool:
    number = _page_number(line)
    return number is not None and (number == place + 1 or offsets[number - place] > 1)


def _masked(line: Line) -> str:
    return re.sub(r"\d+", "0", line.text)


def _repeated_edges(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Return the lines, digits aside, that head or foot at least half of three or more pages."""
    counts = Counter(_masked(line) for page in pages for line in set(_edges(page)))
    return frozenset(line for line, count in counts.items() if count >= max(3, len(pages) / 2))


def paragraphs(
    pages: Sequence[Sequence[Line]], margin: float | None = None
) -> tuple[str, tuple[int, ...]]:
    """Join the lines of the pages: one paragraph a line, and the offset at which each page starts.

    A paragraph that runs over a page's end is joined, and the page then starts inside it.
    ``margin`` is where full lines end; without it, it is read from each page.
    """
    pages = [[cleaned for line in page if (cleaned := _clean(line))] for page in pages]
    usual = margin or right_margin([line for page in pages for line in page])
    joiner = _Joiner()
    starts = []
    for page in pages:
        own = margin is None and len(page) >= _FEWEST_LINES
        joiner.margin = right_margin(page) if own else usual
        ordered = _with_notes_first(joiner, page)
        starts.append(joiner.length_with(ordered[0]) if ordered else joiner.length)
        for line in ordered:
            joiner.add(line)
    return "".join(joiner.parts), tuple(min(start, joiner.length) for start in starts)


def _with_notes_first(joiner: "_Joiner", page: Sequence[Line]) -> Sequence[Line]:
    """Put footnotes before the page's last paragraph, which may go on on the next page."""
    notes = [line for line in page if line.is_note]
    if not notes:
        return page
    body = [line for line in page if not line.is_note]
    last = joiner.last_beginning(body)
    return [*body[:last], *notes, *body[last:]]


def _clean(line: Line) -> Line | None:
    broken = bool(_BROKEN_WORD.search(line.text.rstrip()))
    text = " ".join(normalize(line.text.replace("\ufffe", "")).split())
    if broken:
        text += _JOIN
    if not text or text == line.text:
        return line if text else None
    return replace(line, text=text)


def right_margin(lines: Sequence[Line]) -> float:
    """Return where most full lines end."""
    rights = sorted(line.right for line in lines)
    return rights[int(0.9 * (len(rights) - 1))] if rights else 0


class _Joiner:
    """Adds lines to a text, as new paragraphs or as the rest of the last one."""

    def __init__(self) -> None:
        self.margin = 0.0
        self.parts: list[str] = []
        self.length = 0
        self.last = Line("", 0, 0)
        self.numbers: dict[int, int] = {}

    def length_with(self, line: Line) -> int:
        """Return the offset at which the line would start if it were added now."""
        return self.length + len(self.separator(line))

    def last_beginning(self, lines: Sequence[Line]) -> int:
        """Return the place of the line that would begin the last paragraph of these."""
        trial = _Joiner()
        trial.margin, trial.last, trial.numbers = self.margin, self.last, dict(self.numbers)
        trial.parts = list(self.parts[-1:])
        last = 0
        for place, line in enumerate(lines):
            if trial.separator(line) == "\n":
                last = place
            trial.add(line)
        return last

    def add(self, line: Line) -> None:
        """Add the line after a break, a space or, within a broken word, nothing."""
        separator = self.separator(line)
        if separator == "\n" or not self.parts:
            self._count(line.text)
        text = separator + line.text.removesuffix(_JOIN)
        self.parts.append(text)
        self.length += len(text)
        self.last = line

    def separator(self, line: Line) -> str:
        """Return what parts a line from the text so far."""
        if not self.parts or self.last.text.endswith(_JOIN):
            return ""
        return "\n" if self._begins(line) else " "

    def _count(self, text: str) -> None:
        """Note the numbering of a new paragraph, so that the next number is expected."""
        for marker in markers_of(text)[:1]:
            self.numbers = {
                rank: number for rank, number in self.numbers.items() if rank <= marker.rank
            }
            self.numbers[marker.rank] = marker.number

    def _begins(self, line: Line) -> bool:
        """Whether a line begins a paragraph rather than going on with the last one."""
        before, text = self.last.text, line.text
        if line.is_row or self.last.is_row:
            return True
        if line.is_note or self.last.is_note:
            return line.is_note != self.last.is_note or bool(_NOTE.match(text))
        if _RULE.fullmatch(text) or _RULE.fullmatch(before):
            return True
        if text[0] in ".,;:!?)":
            return False  # what stood after a raised footnote number
        early = self._ended_early(line)
        if is_capitals(before) and not early and not markers_of(text):
            return not text.split()[0].isupper()  # else the rest of a heading in capitals
        if is_capitals(text) or is_capitals(before) or _OPENINGS.match(text):
            return True
        for marker in markers_of(text)[:1]:
            return self._begins_numbered(text, marker, early)
        stopped = before.endswith(_STOPS)
        if text[0].islower():
            return early and stopped and self.last.right < 0.6 * self.margin
        indented = line.left > self.last.left + _SLACK * self.margin
        return early or (stopped and indented)

    def _ended_early(self, line: Line) -> bool:
        """Whether the last line had room for the next word, and so was ended on purpose."""
        room = self.margin - self.last.right
        return room > line.first_word_width + _SLACK * self.margin

    def _begins_numbered(self, text: str, marker: Marker, early: bool) -> bool:
        before = self.last.text
        stopped = before.endswith(_STOPS)
        if marker.rank >= Rank.BULLET:
            # a dash inside a sentence: "kinh tế" / "- xã hội"
            return stopped or early or not text[marker.end : marker.end + 1].islower()
        if marker.rank == Rank.NESTED:
            return early
        if before.rsplit(" ", 1)[-1].lower() in _EXPECTS_NUMBER:
            return False
        return stopped or early or self._is_next(marker)

    def _is_next(self, marker: Marker) -> bool:
        if marker.number == 1 or marker.rank > Rank.CLAUSE:
            return True
        return self.numbers.get(marker.rank) == marker.number - 1
