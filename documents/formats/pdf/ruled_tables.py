"""Tables with ruled lines on a PDF page: the rules make cells, and the cells rows with headers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from documents.formats.tables import header_depth, is_layout, numbers_columns, table_lines

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points

_THIN = 3.0  # points; a thicker bar is no rule
_SHORTEST = 8.0  # points; a rule along the smallest cell
_NEAR = 3.0  # points between rules that are one, or that meet
_MOST_RULES = 4_000  # on a page; more is a drawing
_NARROWEST = 12.0  # points a column on average
_FEWEST = 3  # rules each way: two rows of two columns


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as its rules show it: where it stands and its cells' texts, by row and column.

    A cell over several rows or columns says its text in each of them. ``edges`` are the rules
    between the columns, by which a table is known again on the next page.
    """

    box: Box
    rows: tuple[tuple[str, ...], ...]
    edges: tuple[float, ...]

    def goes_on_from(self, before: "Grid") -> bool:
        """Whether this is the rest of a table on the page before: the same columns."""
        return len(self.edges) == len(before.edges) and all(
            abs(one - other) <= 2 * _NEAR
            for one, other in zip(self.edges, before.edges, strict=True)
        )


def grids(boxes: Sequence[Box], text_in: Callable[[Box], str]) -> tuple[Grid, ...]:
    """Return the tables whose rules are among the boxes of a page's drawn shapes."""
    if len(boxes) > _MOST_RULES:
        return ()
    rules = [rule for box in boxes for rule in _rules(box)]
    found = (_grid(group, text_in) for group in _groups(rules))
    return tuple(grid for grid in found if grid)


def is_rule(box: Box) -> bool:
    """Whether a box is a line across or down."""
    left, bottom, right, top = box
    width, height = right - left, top - bottom
    return min(width, height) <= _THIN and max(width, height) >= _SHORTEST


def _rules(box: Box) -> tuple[Box, ...]:
    """Return a box that is a rule, or the four sides of one that is a cell's frame."""
    left, bottom, right, top = box
    width, height = right - left, top - bottom
    if is_rule(box):
        return (box,)
    if min(width, height) < _SHORTEST:
        return ()
    return (
        (left, top, right, top),
        (left, bottom, right, bottom),
        (left, bottom, left, top),
        (right, bottom, right, top),
    )


def _groups(rules: Sequence[Box]) -> list[list[Box]]:
    """Part the rules into those that meet, directly or by way of others."""
    groups: list[tuple[Box, list[Box]]] = []
    for rule in sorted(rules, key=lambda box: -box[3]):
        box, members = rule, [rule]
        apart = []
        for other, rest in groups:
            if _meet(box, other):
                box = _around(box, other)
                members += rest
            else:
                apart.append((other, rest))
        groups = [*apart, (box, members)]
    return [members for _, members in groups]


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] - _NEAR <= other[2]
        and other[0] - _NEAR <= one[2]
        and one[1] - _NEAR <= other[3]
        and other[1] - _NEAR <= one[3]
    )


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _grid(rules: Sequence[Box], text_in: Callable[[Box], str]) -> Grid | None:
    across = [rule for rule in rules if rule[3] - rule[1] <= _THIN]
    down = [rule for rule in rules if rule[2] - rule[0] <= _THIN]
    xs = _places([(rule[0] + rule[2]) / 2 for rule in down])
    ys = _places([(rule[1] + rule[3]) / 2 for rule in across])[::-1]
    if len(xs) < _FEWEST or len(ys) < _FEWEST or xs[-1] - xs[0] < _NARROWEST * (len(xs) - 1):
        return None
    owners = _owners(xs, ys, across, down)
    texts = {owner: text_in(_cell_box(owner, owners, xs, ys)) for owner in set(owners.values())}
    rows = tuple(
        tuple(texts[owners[row, column]] for column in range(len(xs) - 1))
        for row in range(len(ys) - 1)
    )
    filled = {text for text in texts.values() if text}
    if len(filled) < _FEWEST:  # a frame around a picture or a paragraph
        return None
    return Grid((xs[0], ys[-1], xs[-1], ys[0]), rows, tuple(xs))


def _places(values: Sequence[float]) -> list[float]:
    """Return where rules stand, those of one line once, ascending."""
    places: list[list[float]] = []
    for value in sorted(values):
        if places and value - places[-1][-1] <= _NEAR:
            places[-1].append(value)
        else:
            places.append([value])
    return [sum(place) / len(place) for place in places]


def _owners(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[Box], down: Sequence[Box]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for each place of the grid the first place of its cell: no rule parts the two."""
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            x, y = (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2
            owner = (row, column)
            if column and not _is_ruled_down(down, xs[column], y):
                owner = owners[row, column - 1]
            elif row and not _is_ruled_across(across, x, ys[row]):
                owner = owners[row - 1, column]
            owners[row, column] = owner
    return owners


def _is_ruled_down(down: Sequence[Box], x: float, y: float) -> bool:
    return any(
        abs((left + right) / 2 - x) <= _NEAR and bottom <= y <= top
        for left, bottom, right, top in down
    )


def _is_ruled_across(across: Sequence[Box], x: float, y: float) -> bool:
    return any(
        abs((bottom + top) / 2 - y) <= _NEAR and left <= x <= right
        for left, bottom, right, top in across
    )


def _cell_box(
    owner: tuple[int, int],
    owners: dict[tuple[int, int], tuple[int, int]],
    xs: Sequence[float],
    ys: Sequence[float],
) -> Box:
    places = [place for place, one in owners.items() if one == owner]
    rows, columns = [row for row, _ in places], [column for _, column in places]
    return (xs[min(columns)], ys[max(rows) + 1], xs[max(columns) + 1], ys[min(rows)])


def grid_lines(
    grid: Grid, header: Sequence[Sequence[str]]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return a table's lines and its header; ``header`` is of the table this one goes on from."""
    rows = [row for row in grid.rows if any(row)]
    if is_layout(rows):
        return table_lines(rows), ()
    depth = header_depth(rows)
    own = tuple(rows[:depth])
    if header and own != tuple(header) and not (depth and _repeats(own, header)):
        rows, own = [*map(tuple, header), *rows], tuple(map(tuple, header))
    kept = [row for place, row in enumerate(rows) if place < len(own) or not numbers_columns(row)]
    return table_lines(kept, len(own) or 1), own


def _repeats(own: Sequence[Sequence[str]], header: Sequence[Sequence[str]]) -> bool:
    return [" ".join(row).split() for row in own] == [" ".join(row).split() for row in header]
