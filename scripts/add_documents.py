"""Add files and folders to the library; a row a file, and a summary."""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.config import read_config
from documents.folders import Gathered, gather
from documents.library import FILE_NAME, Library
from documents.lock import writing
from index.ingest import Options, Outcome, Overrides, add_files
from scripts._terminal import (
    OK,
    REFUSED,
    LazyEncoder,
    Parser,
    day,
    guarded,
    print_json,
    run,
    update_index,
)

if TYPE_CHECKING:
    from index.encoder import Encoder

DONE = {
    "added": "đã thêm",
    "unchanged": "không đổi",
    "replaced": "đã thay",
    "refused": "bị từ chối",
}
PLANNED = DONE | {"added": "sẽ thêm", "replaced": "sẽ thay"}


def main(argv: Sequence[str] | None = None, *, encoder: "Encoder | None" = None) -> int:
    """Add what the arguments name; the encoder is the configured one unless it is given."""
    parser = _parser()
    arguments = parser.parse(argv)
    gathered = gather(arguments.paths)
    overrides = _overrides(arguments)
    if overrides != Overrides() and len(gathered.files) > 1:
        parser.error(
            "--number, --title, --issued-on, --issuer và --replaces chỉ dùng khi thêm một tệp; "
            f"ở đây có {len(gathered.files)} tệp"
        )
    options = Options(
        overrides=overrides,
        replace=arguments.replace,
        dry_run=arguments.dry_run,
        allow_secret=frozenset(path.resolve() for path in arguments.allow_secret),
    )
    return guarded(lambda: _add(arguments, gathered, options, encoder))


def _parser() -> Parser:
    parser = Parser("add_documents", "Thêm văn bản vào thư viện: tệp hoặc cả thư mục.")
    parser.inputs.add_argument(
        "paths", nargs="+", type=Path, metavar="ĐƯỜNG_DẪN", help="tệp hoặc thư mục văn bản"
    )
    add = parser.choices.add_argument
    add("--replace", action="store_true", help="cho phép bản mới thay bản cũ của cùng văn bản")
    add("--dry-run", action="store_true", help="chỉ cho biết sẽ làm gì, không ghi gì")
    add("--number", metavar="SỐ", help="số, ký hiệu, ví dụ 03-NQ/TU")
    add("--title", metavar="TÊN", help="trích yếu, tên văn bản")
    add("--issued-on", type=day, metavar="NGÀY", help="ngày ban hành, ví dụ 26/5/2025")
    add("--issuer", metavar="CƠ_QUAN", help="cơ quan ban hành")
    add(
        "--replaces",
        action="append",
        metavar="SỐ",
        help="số của văn bản được văn bản này thay thế (có thể ghi nhiều lần)",
    )
    add(
        "--allow-secret",
        action="append",
        type=Path,
        default=[],
        metavar="TỆP",
        help="đích danh tệp có dấu độ mật mà người có thẩm quyền cho phép đưa vào",
    )
    return parser


def _overrides(arguments: argparse.Namespace) -> Overrides:
    return Overrides(
        number=arguments.number,
        title=arguments.title,
        issued_on=arguments.issued_on,
        issuer=arguments.issuer,
        replaces=tuple(arguments.replaces) if arguments.replaces else None,
    )


def _add(
    arguments: argparse.Namespace,
    gathered: Gathered,
    options: Options,
    encoder: "Encoder | None",
) -> int:
    config = read_config(arguments.data)
    encoder = encoder or LazyEncoder(config.model, config.data)
    outcomes: list[Outcome] = []
    labels = PLANNED if options.dry_run else DONE
    with writing(config.data), Library(config.data / FILE_NAME) as library:
        with _progress(gathered.files) as advance:
            for outcome in add_files(
                config.data, library, encoder, arguments.paths, options, on_progress=advance
            ):
                outcomes.append(outcome)
                advance(outcome.path, 1, 1)
                if not arguments.json:
                    print(_row(outcome, labels), flush=True)
        _print_summary(arguments, outcomes, gathered.ignored)
        if not options.dry_run and any(outcome.status != "refused" for outcome in outcomes):
            update_index(config.data, library, encoder)
    refused = any(outcome.status == "refused" for outcome in outcomes)
    return REFUSED if refused else OK


def _row(outcome: Outcome, labels: dict[str, str]) -> str:
    label = f"{labels[outcome.status]:<11}"
    document = outcome.document
    if document is None:
        return f"{label} {outcome.reason}"
    number = document.number or "không rõ số"
    note = f" ({outcome.note})" if outcome.note else ""
    return f"{label} {outcome.path}: {number}, {document.title}, {outcome.passages} đoạn{note}"


def _print_summary(
    arguments: argparse.Namespace, outcomes: Sequence[Outcome], ignored: int
) -> None:
    counts = Counter(outcome.status for outcome in outcomes)
    if arguments.json:
        print_json(
            {
                "files": [_as_json(outcome) for outcome in outcomes],
                "summary": {status: counts[status] for status in DONE} | {"ignored": ignored},
            }
        )
        return
    labels = PLANNED if arguments.dry_run else DONE
    parts = ", ".join(f"{label} {counts[status]}" for status, label in labels.items())
    passed = f" Bỏ qua {ignored} tệp không thuộc định dạng được hỗ trợ." if ignored else ""
    print(f"Tổng cộng {len(outcomes)}: {parts}.{passed}")


def _as_json(outcome: Outcome) -> dict[str, object]:
    document = outcome.document
    return {
        "path": str(outcome.path),
        "status": outcome.status,
        "document_id": document.document_id if document else None,
        "number": document.number if document else None,
        "title": document.title if document else None,
        "passages": outcome.passages,
        "reason": outcome.reason,
        "note": outcome.note,
    }


@contextmanager
def _progress(files: Sequence[Path]) -> Iterator[Callable[[Path, int, int], None]]:
    """Show a bar on a terminal; the work of a file is taken to be as its bytes."""
    sizes = {path: path.stat().st_size if path.is_file() else 0 for path in files}
    shown = sys.stderr.isatty()
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        TextColumn("còn lại"),
        console=Console(stderr=True),
        disable=not shown,
        transient=True,
        redirect_stdout=shown and sys.stdout.isatty(),
        redirect_stderr=shown,
    ) as progress:
        task = progress.add_task("", total=max(1, sum(sizes.values())))
        done: dict[Path, float] = {}

        def advance(path: Path, encoded: int, total: int) -> None:
            done[path] = sizes.get(path, 0) * encoded / max(1, total)
            progress.update(task, completed=sum(done.values()), description=path.name)

        yield advance


if __name__ == "__main__":
    run(main)
