"""How the lines of a body nest: which line heads which, and where each stands in the document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from documents.document import Locator
from documents.layout.numbering import Marker, Rank, markers_of
from documents.vietnamese import kinds

TITLE_WORDS = 40  # a longer line is a provision, not the heading of what follows
HEADING_RANK = -1  # an unnumbered heading is ended by another heading, not by a number
HEADLINE_WORDS = 25
SUBHEADING_WORDS = 14
SUBHEADING_RANK = 85
CAPITALS_RANK = 5  # a heading in capitals ends chapters, not parts
PLAIN_RANK = 1000
# "Nghị quyết này có hiệu lực …" after the last clause belongs to the document, not to the clause
CLOSING = re.compile(
    rf"(?:{kinds.words(ending=True)}) này\b.*"
    r"\b(?:hiệu lực|thi hành|thay thế|phổ biến|ban hành|thực hiện)\b"
    r"|Trong quá trình (?:triển khai |tổ chức )?thực hiện\b"
)
_HASHES = re.compile(r"(#{1,6})\s+")
ROW_SIGN = " | "


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the body: its span, its numbering, the item it stands under, what it does.

    ``parent`` is an index into the outline, -1 at the top. ``heads`` holds where the next item
    stands under this one; ``title`` is the text without numbering.
    """

    start: int
    end: int
    rank: int
    label: str | None
    number: int
    title: str
    parent: int
    hashes: int = 0
    heads: bool = False
    is_row: bool = False

    @property
    def is_title(self) -> bool:
        """Whether the line is the heading of what follows rather than a provision."""
        return self.heads and len(self.title.split()) <= TITLE_WORDS


def outline(text: str, lines: Sequence[tuple[int, int]]) -> tuple[Item, ...]:
    """Nest the lines, given as spans of the text in order, by their numbering and headings."""
    builder = _Builder(text, lines)
    for place in range(len(lines)):
        builder.add(place)
    parents = [item.parent for item in builder.items]
    return tuple(
        replace(item, heads=place in parents[place + 1 : place + 2])
        for place, item in enumerate(builder.items)
    )


def ancestors(items: Sequence[Item], place: int) -> tuple[int, ...]:
    """Return the places from the outermost division down to and including ``place``."""
    path = []
    while place >= 0:
        path.append(place)
        place = items[place].parent
    return tuple(reversed(path))


def locator_of(items: Sequence[Item], path: Sequence[int], heading: str | None) -> Locator:
    """Name the place a path of items leads to, in the labels a clerk would cite."""
    labels = {items[place].rank: items[place].label for place in path if items[place].label}
    divisions = [label for rank, label in labels.items() if Rank.CHAPTER <= rank < Rank.ARTICLE]
    article = labels.get(Rank.ARTICLE)
    clauses = [label for rank, label in labels.items() if Rank.CLAUSE <= rank < Rank.STEP]
    steps = [label for rank, label in labels.items() if Rank.STEP <= rank < Rank.NESTED]
    noun = "khoản" if article else "mục"
    return Locator(
        part=labels.get(Rank.PART),
        chapter=", ".join(label for label in divisions if label) or None,
        article=article,
        clause=f"{noun} {clauses[-1]}" if clauses else None,
        point=", ".join(label for label in steps if label) or None,
        heading=heading,
    )


class _Builder:
    """Adds lines one after another, keeping the divisions that are open."""

    def __init__(self, text: str, lines: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self.lines = lines
        self.items: list[Item] = []
        self.open: list[int] = []
        self.letter_rank = Rank.LETTER
        self.untitled: int | None = None

    def add(self, place: int) -> None:
        """Place the next line under the divisions that it leaves open."""
        line = self.text[slice(*self.lines[place])]
        hashes = _HASHES.match(line)
        depth = len(hashes.group(1)) if hashes else 0
        body = line[hashes.end() :] if hashes else line
        marker = self._reading(body)
        if marker is None:
            self._add_plain(place, body, depth)
            return
        before = self._interrupted(marker, body)
        if before is not None and len(marker.label.split()[-1]) == 1:
            self.open = list(ancestors(self.items, before))
        self._close(marker.rank, depth)
        title = body[marker.end :].strip()
        label = None if marker.rank >= Rank.NESTED else marker.label
        self._push(place, marker.rank, label, marker.number, title, depth)
        self.untitled = None if title else len(self.items) - 1

    def _add_plain(self, place: int, body: str, depth: int) -> None:
        untitled, self.untitled = self.untitled, None
        if untitled is not None and looks_like_heading(body, TITLE_WORDS):
            # the title of the numbering that stood alone on the line before
            named = self.items[untitled]
            self.items[untitled] = replace(named, end=self.lines[place][1], title=body)
            return
        if self._goes_on_in_capitals(body, depth):
            named = self.items[-1]
            title = f"{named.title} {body}"
            self.items[-1] = replace(named, end=self.lines[place][1], title=title)
            return
        if CLOSING.match(body) and not self._is_headed():
            self.open = []
        rank = self._rank_of_plain(place, body, depth)
        self._close(Rank.BULLET if rank == PLAIN_RANK else rank, depth)
        self._push(place, rank, None, 0, body, depth or int(rank == HEADING_RANK))
        if rank == PLAIN_RANK:
            self.open.pop()

    def _is_headed(self) -> bool:
        """Whether the line before is a numbered heading, so that this line is what it heads."""
        last = self.items[-1] if self.items else None
        return bool(last and last.label and looks_like_heading(last.title or "-", TITLE_WORDS))

    def _goes_on_in_capitals(self, body: str, depth: int) -> bool:
        """Whether a line in capitals is the rest of a heading in capitals on the line before."""
        if depth or not is_capitals(body) or not self.items:
            return False
        last = self.items[-1]
        heading = last.rank < Rank.CLAUSE and last.rank != HEADING_RANK
        return heading and is_capitals(last.title.rstrip(","))

    def _rank_of_plain(self, place: int, body: str, depth: int) -> int:
        if depth or self._is_headline(place, body):
            return HEADING_RANK
        if is_capitals(body):
            return CAPITALS_RANK
        if body.endswith(":"):
            return Rank.INTRO
        return SUBHEADING_RANK if self._is_subheading(place, body) else PLAIN_RANK

    def _is_headline(self, place: int, body: str) -> bool:
        """Whether the first line names what follows: "Giải thích từ ngữ" above a law's clauses."""
        follows = place + 1 < len(self.lines)
        return place == 0 and follows and looks_like_heading(body, HEADLINE_WORDS)

    def _is_subheading(self, place: int, body: str) -> bool:
        """Whether a short line without a stop heads the long paragraph after it."""
        if place + 1 >= len(self.lines) or not looks_like_heading(body, SUBHEADING_WORDS):
            return False
        start, end = self.lines[place + 1]
        following = self.text[start:end]
        ended = place == 0 or self.text[self.lines[place - 1][1] - 1] in '.!?;:…”")'
        return ended and len(following.split()) > HEADLINE_WORDS and not markers_of(following)

    def _reading(self, body: str) -> Marker | None:
        """Choose the reading of a line's numbering that continues what came before."""
        for marker in markers_of(body):
            if marker.rank == Rank.ROMAN and self._continues_numerals(marker, body):
                return marker
            if marker.rank == Rank.LETTER and self._continues_letters(marker):
                return replace(marker, rank=self._rank_of_letters())
            if marker.rank == Rank.CLAUSE and self._restarts_inside(marker):
                return replace(marker, rank=Rank.NESTED)
            if marker.rank not in (Rank.ROMAN, Rank.LETTER):
                return marker
        return None

    def _continues_numerals(self, marker: Marker, body: str) -> bool:
        """Whether "V." is a numeral here: a longer one always is, "I." unless "H." came before."""
        if marker.number == 1:
            return self._last(Rank.LETTER, Rank.INNER_LETTER) != 8
        last = self._last(Rank.ROMAN)
        if len(marker.label.split()[-1]) > 1 or last == marker.number - 1:
            return True
        if self._interrupted(marker, body) is not None:
            return True
        return last is not None and last < marker.number and is_capitals(body[marker.end :])

    def _interrupted(self, marker: Marker, body: str) -> int | None:
        """Return "IV." before a drawing whose words in capitals ended it, where "V." goes on."""
        if marker.rank != Rank.ROMAN or not is_capitals(body[marker.end :]):
            return None
        for place in range(len(self.items) - 1, -1, -1):
            if self.items[place].rank == Rank.ROMAN:
                is_next = self.items[place].number == marker.number - 1
                return place if is_next and place not in self.open else None
        return None

    def _continues_letters(self, marker: Marker) -> bool:
        """Whether "C." numbers a division; without "B." before it is a name, as in "C. Mác"."""
        last = self._last(Rank.LETTER, Rank.INNER_LETTER)
        return marker.number == 1 or (last is not None and marker.number - 1 <= last + 1 > 1)

    def _rank_of_letters(self) -> Rank:
        """Rank A., B. above I., II. or under them, as the document first nests them."""
        if any(self.items[place].rank == Rank.INNER_LETTER for place in self.open):
            return Rank.INNER_LETTER
        outer = any(self.items[place].rank == Rank.LETTER for place in self.open)
        inside = any(self.items[place].rank == Rank.ROMAN for place in self.open)
        return Rank.INNER_LETTER if inside and not outer else Rank.LETTER

    def _restarts_inside(self, marker: Marker) -> bool:
        """Whether "1." begins, or goes on with, a list inside a clause rather than a new clause."""
        nested, clause = self._last(Rank.NESTED), self._last(Rank.CLAUSE)
        if nested is not None and nested == marker.number - 1:
            return True
        if marker.number != 1 or clause is None or not self.items:
            return False
        last = self.items[-1]
        return last.rank > Rank.CLAUSE and self.text[last.start : last.end].endswith(":")

    def _last(self, *ranks: int) -> int | None:
        """Return the number of the open division of one of the ranks."""
        for place in reversed(self.open):
            if self.items[place].rank in ranks:
                return self.items[place].number
        return None

    def _close(self, rank: int, hashes: int) -> None:
        """End the open divisions that a line of this rank, or this depth of ``#``, ends."""
        while self.open:
            last = self.items[self.open[-1]]
            if hashes:
                ends = last.hashes == 0 or last.hashes >= hashes
            else:
                ends = last.rank >= rank and last.rank != HEADING_RANK
            if not ends:
                return
            self.open.pop()

    def _push(
        self, place: int, rank: int, label: str | None, number: int, title: str, hashes: int
    ) -> None:
        start, end = self.lines[place]
        parent = self.open[-1] if self.open else -1
        self.open.append(len(self.items))
        is_row = rank == PLAIN_RANK and ROW_SIGN in title
        self.items.append(
            Item(start, end, rank, label, number, title, parent, hashes, False, is_row)
        )


def is_capitals(line: str) -> bool:
    """Whether a line is a heading written in capitals."""
    words = line.split()
    return 2 <= len(words) <= TITLE_WORDS and line.isupper() and not line.endswith((";", ","))


def looks_like_heading(line: str, words: int) -> bool:
    """Whether a line is short, begins with a capital and ends without a stop."""
    stopped = line.endswith((".", ";", ":", ",", "!", "?", "…", "/"))
    begins = line[0].isupper() or line[0].isdigit()
    return begins and not stopped and ROW_SIGN not in line and len(line.split()) <= words
