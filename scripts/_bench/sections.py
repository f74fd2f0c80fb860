"""The tables of the benchmark: which figures, in which words, and what follows from them."""

from dataclasses import dataclass, replace

from scripts._bench.measurements import Row
from scripts._evaluation.words import number

WORDS = {
    "passages_a_second": ("đoạn/giây", 0),
    "rows_a_second": ("nạp, đoạn/giây", 1),
    "encode_p50": ("mã hóa câu hỏi p50, ms", 1),
    "encode_p95": ("mã hóa câu hỏi p95, ms", 1),
    "build": ("dựng chỉ mục, giây", 1),
    "added": ("thêm văn bản 30 đoạn, giây", 2),
    "visible": ("rồi hỏi câu đầu tiên, giây", 2),
    "ready": ("khởi động, giây", 2),
    "ask_p50": ("câu hỏi p50, ms", 1),
    "ask_p95": ("câu hỏi p95, ms", 1),
    "questions_a_second": ("câu/giây, mọi nhân", 0),
    "command": ("lệnh ask, giây", 1),
    "memory_own": ("bộ nhớ riêng, MB", 0),
    "memory": ("cả bộ nhớ, MB", 0),
    "build_memory": ("bộ nhớ nhiều nhất khi dựng, MB", 0),
    "library_disk": ("library.db, MB", 0),
    "index_disk": ("chỉ mục, MB", 0),
    "disk": ("ổ đĩa, MB", 1),
    "recall": ("độ phủ@50, %", 1),
    "hit": ("hit@1, %", 1),
    "hit_stripped": ("hit@1 không dấu, %", 1),
}
_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the benchmark; ``note`` says what is compared and what is not.

    A figure is a line and a row a column; with ``upright`` the other way round. ``remarks`` stand
    below.
    """

    title: str
    note: str
    rows: tuple[Row, ...]
    upright: bool = False
    remarks: tuple[str, ...] = ()

    def with_row(self, row: Row) -> "Section":
        """Return the table with one more row."""
        return replace(self, rows=(*self.rows, row))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the figures that any row has, in the order of WORDS."""
        return tuple(
            name for name in WORDS if any(row.value(name) is not None for row in self.rows)
        )

    def heads(self) -> tuple[str, ...]:
        """Return the heads of all columns but the first, whose head is empty."""
        if self.upright:
            return tuple(WORDS[name][0] for name in self.names)
        return tuple(row.title for row in self.rows)

    def lines(self) -> tuple[tuple[str, ...], ...]:
        """Return every line: what it is of, then its values."""
        if self.upright:
            return tuple(
                (row.title, *(_written(name, row.value(name)) for name in self.names))
                for row in self.rows
            )
        return tuple(
            (WORDS[name][0], *(_written(name, row.value(name)) for row in self.rows))
            for name in self.names
        )

    @property
    def below(self) -> tuple[str, ...]:
        """Return the remarks, and why rows have no figures, or not all."""
        missing = tuple(
            f"{row.title}: không đo được: {row.missing}" for row in self.rows if row.missing
        )
        return self.remarks + missing


def _written(name: str, value: float | None) -> str:
    return _NOTHING if value is None else number(value, WORDS[name][1])


def compared(section: Section) -> Section:
    """Say of every row what it returns and how it stands to the first, who wins by what."""
    first = section.rows[0]
    remarks = (f"{row.title}: {_of(row, first)}." for row in section.rows if row.remark)
    return replace(section, upright=True, remarks=tuple(remarks))


def _of(row: Row, first: Row) -> str:
    said = [row.remark]
    mine, its = first.value("ask_p50"), row.value("ask_p50")
    if row is not first and mine and its:
        times = number(max(mine, its) / min(mine, its), 1)
        said.append(f"so với {first.title} {'chậm' if its > mine else 'nhanh'} hơn {times} lần")
        said += _points(row, first)
    return "; ".join(said)


def _points(row: Row, first: Row) -> list[str]:
    said = []
    for name, word in (("hit", "hit@1"), ("hit_stripped", "không dấu")):
        mine, its = first.value(name), row.value(name)
        if mine is not None and its is not None:
            points = number(abs(its - mine), 1)
            better = "cao hơn" if its > mine else "thấp hơn"
            said.append(f"{word} {better} {points} điểm" if its != mine else f"{word} bằng nhau")
    return said
