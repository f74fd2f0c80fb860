"""A ruled table of a PDF becomes rows that say their headers; prose stays as it is."""

from pathlib import Path

from documents.formats.pdf.ruled_tables import Grid, grid_lines
from documents.formats.read import read
from tests.support.office_files import pdf, rule, words

PROSE = [
    words("The party cells of the whole province have held their meetings each month.", 80, 790),
    words("They report to the committee of the district before the fifth day.", 80, 775),
]


def frame(xs: list[float], ys: list[float]) -> list[str]:
    """Draw a grid, its rules in pieces a cell long as word processors draw them."""
    across = [rule(left, y, right, y) for y in ys for left, right in zip(xs, xs[1:], strict=False)]
    down = [rule(x, low, x, high) for x in xs for low, high in zip(ys, ys[1:], strict=False)]
    return across + down


def lines_of(folder: Path, *pages: list[str]) -> list[str]:
    file = folder / "a.pdf"
    file.write_bytes(pdf(["\n".join(page) for page in pages]))
    return read(file).text.split("\n")


def test_a_table_of_two_columns_with_a_header_of_two_lines_says_it_in_each_row(
    tmp_path: Path,
) -> None:
    table = [
        *frame([80, 200, 400], [640, 680, 710, 740]),
        words("Party", 90, 728),
        words("committee", 90, 716),
        words("Number of cells", 210, 722),
        words("Tan Khe", 90, 690),
        words("386", 210, 690),
        words("Khe Lanh and what", 90, 665),
        words("is above it", 90, 652),
        words("248", 210, 665),
    ]
    lines = lines_of(tmp_path, [*PROSE, *table, words("After the table.", 80, 600)])
    assert lines[-3:] == [
        "Party committee: Tan Khe | Number of cells: 386",
        "Party committee: Khe Lanh and what is above it | Number of cells: 248",
        "After the table.",
    ]
    assert not any(" | " in line for line in lines[:-3])


def test_a_header_over_two_columns_is_said_with_each(tmp_path: Path) -> None:
    rules = [
        rule(80, 730, 400, 730),
        rule(200, 700, 400, 700),
        *[rule(80, y, 400, y) for y in (640, 670)],
        *[rule(x, 640, x, 730) for x in (80, 200, 400)],
        rule(300, 640, 300, 700),
    ]
    texts = [
        words("Commune", 90, 700),
        words("Admitted", 270, 712),
        words("2023", 210, 680),
        words("2024", 310, 680),
        words("Tan Khe", 90, 650),
        words("12", 210, 650),
        words("15", 310, 650),
    ]
    assert lines_of(tmp_path, [*PROSE, *rules, *texts])[-1] == (
        "Commune: Tan Khe | Admitted - 2023: 12 | Admitted - 2024: 15"
    )


def test_a_table_that_goes_on_keeps_its_header_on_the_next_page(tmp_path: Path) -> None:
    first = [
        *PROSE,
        *frame([80, 200, 400], [60, 90, 120]),
        words("Commune", 90, 100),
        words("Secretary", 210, 100),
        words("Tan Khe", 90, 70),
        words("Lo Minh Khanh", 210, 70),
    ]
    second = [
        *frame([80, 200, 400], [740, 770, 800]),
        words("Khe Lanh", 90, 780),
        words("Ha Van Loi", 210, 780),
        words("Phu Khe", 90, 750),
        words("Vi Thi Hong", 210, 750),
    ]
    assert lines_of(tmp_path, first, second)[-3:] == [
        "Commune: Tan Khe | Secretary: Lo Minh Khanh",
        "Commune: Khe Lanh | Secretary: Ha Van Loi",
        "Commune: Phu Khe | Secretary: Vi Thi Hong",
    ]


def test_boxes_behind_words_are_no_table(tmp_path: Path) -> None:
    boxes = [
        f"0.9 g {80 + 60 * column} {700 - 14 * row} 58 12 re f"
        for row in range(6)
        for column in range(6)
    ]
    text = [words("one two three four five six", 80, 702 - 14 * row) for row in range(6)]
    assert not any(" | " in line for line in lines_of(tmp_path, [*PROSE, *boxes, *text]))


def test_a_repeated_header_is_not_given_twice() -> None:
    header = (("TT", "Tên"),)
    grid = Grid((0, 0, 1, 1), (("TT", "Tên"), ("2", "Bình")), (0, 1, 2))
    lines, own = grid_lines(grid, header)
    assert lines == ("TT: 2 | Tên: Bình",)
    assert own == header
