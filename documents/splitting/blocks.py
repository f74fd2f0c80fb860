"""The blocks passages are built of, and how neighbours are packed to the target length."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from documents.layout.numbering import Rank
from documents.layout.outline import Item, ancestors
from documents.vietnamese.sentences import sentences

LONG = 1.3  # a paragraph, an article or a passage may run over the target by this
PIECE_COST = 0.15  # of one more passage, so that two short ones are joined where they fit
ANNOUNCED_COST = 0.5  # of parting "gồm:" from what it announces
DEPTH_COST = 0.1  # of cutting one level deeper: between points rather than between clauses


@dataclass(frozen=True, slots=True)
class Block:
    """What is never cut: a paragraph or a part of a long one, with the headings right before it.

    ``item`` is the paragraph's place in the outline, ``first`` that of the first heading;
    ``scope`` the division no passage of the block may leave, -1 for the whole document.
    """

    start: int
    end: int
    words: int
    first: int
    item: int
    scope: int
    is_row: bool


def blocks_of(text: str, items: Sequence[Item], target: int) -> tuple[Block, ...]:
    """Return each provision with the headings above it; a long one in parts cut at sentences."""
    scopes = _scopes(text, items, target)
    blocks = []
    first = 0
    for place, item in enumerate(items):
        if item.is_title:
            continue
        start = _after_hashes(text, items[first : place + 1])
        lead = _count(text, start, item.start)
        for begin, end, words in _parts(text, max(item.start, start), item, target):
            opening = begin == max(item.start, start)
            blocks.append(
                Block(
                    start=start if opening else begin,
                    end=end,
                    words=words + lead if opening else words,
                    first=first if opening else place,
                    item=place,
                    scope=scopes[place],
                    is_row=item.is_row,
                )
            )
        first = place + 1
    return tuple(blocks)


def packed(
    items: Sequence[Item], blocks: Sequence[Block], target: int
) -> Iterator[tuple[Block, ...]]:
    """Yield the blocks in groups, one a passage: neighbours of one division, rows with rows."""
    for _, run in groupby(blocks, key=lambda block: (block.scope, block.is_row)):
        yield from _grouped(items, tuple(run), target)


def _grouped(
    items: Sequence[Item], run: tuple[Block, ...], target: int
) -> Iterator[tuple[Block, ...]]:
    """Cut a run where the lengths come nearest to the target and the cuts stay shallow."""
    entry = [_cut_cost(items, run, place) for place in range(len(run))]
    costs = [0.0]
    cuts = [0]
    for end in range(1, len(run) + 1):
        words, best, cut = 0, float("inf"), end - 1
        for start in range(end - 1, -1, -1):
            words += run[start].words
            if words > LONG * target and start < end - 1:
                break
            cost = costs[start] + entry[start] + (words / target - 1) ** 2 + PIECE_COST
            if cost < best:
                best, cut = cost, start
        costs.append(best)
        cuts.append(cut)
    ends = [len(run)]
    while ends[-1]:
        ends.append(cuts[ends[-1]])
    ends.reverse()
    for start, end in zip(ends, ends[1:], strict=False):
        yield run[start:end]


def _cut_cost(items: Sequence[Item], run: Sequence[Block], place: int) -> float:
    """Return what cutting before a block costs; nothing at the start of the run."""
    if place == 0:
        return 0
    announced = items[run[place - 1].item].title.endswith(":")
    return DEPTH_COST * _depth(items, run[place]) + ANNOUNCED_COST * announced


def _depth(items: Sequence[Item], block: Block) -> int:
    """Return how many levels under its division a block begins."""
    path = ancestors(items, block.first)
    return len(path) - 1 - (path.index(block.scope) + 1 if block.scope in path[:-1] else 0)


def _count(text: str, start: int, end: int) -> int:
    return len(text[start:end].split()) if start < end else 0


def _after_hashes(text: str, items: Sequence[Item]) -> int:
    """Return where a passage of these lines starts, so that no Markdown sign is quoted."""
    for item in reversed(items):
        if item.hashes and (signs := re.compile(r"#+\s+").match(text, item.start)):
            return signs.end()
    return items[0].start


def _parts(text: str, start: int, item: Item, target: int) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and words of the parts of a paragraph, nearly equal when it is long."""
    total = _count(text, start, item.end)
    if total <= LONG * target or item.is_row:
        yield start, item.end, total
        return
    wanted = total / max(2, round(total / target))
    begin, end, words = start, start, 0
    for left, right in _pieces(text[start : item.end], target):
        length = _count(text, start + left, start + right)
        if words and words + length / 2 > wanted:
            yield begin, end, words
            begin, words = start + left, 0
        end, words = start + right, words + length
    yield begin, end, words


def _pieces(paragraph: str, target: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences; an overlong one in pieces cut at ";" or ",", else at a word."""
    for sentence, end in sentences(paragraph):
        words = list(re.finditer(r"\S+", paragraph[sentence:end]))
        first = 0
        while len(words) - first > LONG * target:
            reach = range(first + target // 3, first + target)
            cut = next((at for at in reversed(reach) if _pauses(words[at])), reach[-1])
            yield sentence + words[first].start(), sentence + words[cut].end()
            first = cut + 1
        yield sentence + words[first].start(), end


def _pauses(word: re.Match[str]) -> bool:
    return word.group().endswith((";", ","))


def _scopes(text: str, items: Sequence[Item], target: int) -> list[int]:
    """Return for each item the division no passage of it may leave; -1 is the whole document."""
    sizes = [_count(text, item.start, item.end) for item in items]
    for place in range(len(items) - 1, -1, -1):
        if items[place].parent >= 0:
            sizes[items[place].parent] += sizes[place]
    scopes: list[int] = []
    whole: list[bool] = []  # inside an article short enough to be one passage
    for place, item in enumerate(items):
        above = item.parent
        inside = above >= 0 and whole[above]
        scopes.append(
            place if not inside and _divides(item) else scopes[above] if above >= 0 else -1
        )
        whole.append(inside or (item.rank == Rank.ARTICLE and sizes[place] <= LONG * target))
    return scopes


def _divides(item: Item) -> bool:
    """Whether no passage may straddle an item: an article or a heading of the upper levels."""
    if item.rank <= Rank.ARTICLE:
        return True
    return item.rank < Rank.POINT and item.is_title and not item.title.endswith(":")
