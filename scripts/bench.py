"""Measure speed, memory and disk at several sizes, and beside what others use for the same job."""

import argparse
import os
import platform
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from bot.config import read_config
from scripts._cli.command import OK, Parser, guarded, print_json, run

if TYPE_CHECKING:
    from scripts._bench.sections import Section

FOLDER = "bench"  # under DATA_DIR: the libraries that were generated, and the report
SIZES = (1_000, 10_000)
QUESTIONS = 100


def main(argv: Sequence[str] | None = None) -> int:
    """Measure at the sizes in the arguments."""
    parser = Parser(
        "bench", "Đo tốc độ, bộ nhớ và ổ đĩa ở nhiều cỡ thư viện, bên các công cụ khác."
    )
    parser.inputs.add_argument(
        "--sets", type=Path, metavar="THƯ_MỤC", help="thư mục có xquad/, alqac/ hoặc viquad/"
    )
    parser.choices.add_argument(
        "--sizes",
        type=_sizes,
        default=SIZES,
        metavar="N,N",
        help="số đoạn của các thư viện (1000,10000)",
    )
    parser.choices.add_argument(
        "--questions", type=_count, default=QUESTIONS, metavar="N", help=f"số câu hỏi ({QUESTIONS})"
    )
    parser.choices.add_argument(
        "--no-peers", action="store_true", help="không đo các công cụ khác (cần --sets)"
    )
    parser.choices.add_argument(
        "--prepare", action="store_true", help="chỉ sinh các thư viện để đo sau"
    )
    parser.choices.add_argument(
        "--reuse", action="store_true", help="giữ phần đã đo lần trước, chỉ đo phần còn thiếu"
    )
    parser.choices.add_argument(
        "--report", type=Path, metavar="THƯ_MỤC", help="nơi ghi bench.md, bench.html"
    )
    parser.choices.add_argument(
        "--plots", type=Path, metavar="THƯ_MỤC", help="nơi ghi thêm từng biểu đồ thành tệp SVG"
    )
    arguments = parser.parse(argv)
    return guarded(lambda: _bench(arguments))


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted({_count(one) for one in text.split(",")}))


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"“{text}” không phải số dương")
    return int(text)


def _bench(arguments: argparse.Namespace) -> int:
    from scripts._bench.kept import Kept
    from scripts._bench.run import MEASURED, Plan, known_sets

    data = read_config(arguments.data).data
    home = data / FOLDER
    home.mkdir(parents=True, exist_ok=True)
    made = _made()
    if arguments.reuse and (oldest := Kept(home / MEASURED, reuse=True).oldest()):
        made += f" Có phần giữ lại từ lần đo trước, sớm nhất ngày {oldest:%d/%m/%Y}."
    sets = known_sets(arguments.sets)
    peers = bool(sets) and not arguments.no_peers
    plan = Plan(
        data, home, arguments.sizes, arguments.questions, sets, peers, reuse=arguments.reuse
    )
    folder = arguments.report or home
    with _telling() as say:
        if arguments.prepare:
            _material, places = plan.prepare(say)
            print("\n".join(map(str, places)))
            return OK
        sections = plan.run(say, lambda some: _write(folder, arguments.plots, made, some))
    if arguments.json:
        print_json(_as_json(made, sections))
        return OK
    console = Console()
    for section in sections:
        console.print(_table(section))
        for line in section.below:
            console.print(line)
    print(f"Báo cáo: {folder / 'bench.html'}, {folder / 'bench.md'}")
    return OK


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """Show what is being measured; where nobody watches, a line for each part with its time."""
    console = Console(stderr=True)
    if console.is_terminal:
        with console.status("chuẩn bị") as status:
            yield status.update
        return
    began = time.monotonic()
    latest = ""

    def say(doing: str) -> None:
        nonlocal latest
        told = re.sub(r"\d+", "", doing)  # a count that goes on is one part
        if told != latest:
            console.print(f"{time.monotonic() - began:6.0f} s  {doing}")
        latest = told

    yield say


def _write(folder: Path, plotted: Path | None, made: str, sections: "tuple[Section, ...]") -> None:
    """Write the report as far as it goes."""
    from scripts._bench.page import markdown, page
    from scripts._bench.plots import plots

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.md").write_text(markdown(made, sections), "utf-8")
    (folder / "bench.html").write_text(page(made, sections), "utf-8")
    if plotted is not None:
        plotted.mkdir(parents=True, exist_ok=True)
        for plot in (plot for section in sections for plot in plots(section)):
            (plotted / f"{plot.name}.svg").write_text(plot.file(), "utf-8")


def _made() -> str:
    cores = len(os.sched_getaffinity(0))
    load = f"{os.getloadavg()[0]:.1f}".replace(".", ",")
    return (
        f"Đo ngày {datetime.now().astimezone():%d/%m/%Y}, {cores} nhân ({platform.machine()}, "
        f"Python {platform.python_version()}), tải của máy lúc bắt đầu {load}."
    )


def _table(section: "Section") -> Table:
    table = Table(title=section.title, title_justify="left")
    table.add_column("")
    for head in section.heads():
        table.add_column(head, justify="right")
    for line in section.lines():
        table.add_row(*line)
    return table


def _as_json(made: str, sections: "tuple[Section, ...]") -> dict[str, object]:
    return {
        "made": made,
        "sections": [
            {
                "title": section.title,
                "rows": [
                    {
                        "title": row.title,
                        "passages": row.size,
                        "missing": row.missing,
                        "remark": row.remark,
                    }
                    | {figure.name: figure.value for figure in row.figures}
                    for row in section.rows
                ],
            }
            for section in sections
        ],
    }


if __name__ == "__main__":
    run(main)
