"""Add files and folders to the library; a row a file, and a summary."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import read_config
from documents.formats import zip_file
from documents.formats.find_files import Gathered, gather
from documents.formats.sandbox import FileReader, ReadingProcess
from index.ingest.ingest import add_files
from index.ingest.results import Options, Outcome, Overrides
from scripts._cli.command import (
    OK,
    REFUSED,
    LazyEncoder,
    Parser,
    day,
    guarded,
    library_to_change,
    print_json,
    run,
    update_index,
)
from scripts._cli.file_results import (
    as_json,
    counts_of,
    limited_rows,
    log_outcome,
    progress,
    row,
    summary,
)
from scripts._cli.journal import journal

if TYPE_CHECKING:
    from index.encoders.base import Encoder


def main(
    argv: Sequence[str] | None = None,
    *,
    encoder: "Encoder | None" = None,
    reader: FileReader | None = None,
) -> int:
    """Add what the arguments name; the encoder is the configured one unless it is given."""
    parser = _parser()
    arguments = parser.parse(argv)
    gathered = gather(arguments.paths)
    overrides = _overrides(arguments)
    packed = [path for path in gathered.files if path.suffix.lower() == zip_file.SUFFIX]
    if overrides != Overrides() and (packed or len(gathered.files) > 1):
        here = f"{packed[0].name} là tệp ZIP" if packed else f"ở đây có {len(gathered.files)} tệp"
        parser.error(
            "các tùy chọn nói về một văn bản (--number, --title, …) chỉ dùng khi thêm một tệp; "
            f"{here}"
        )
    options = Options(
        overrides=overrides,
        replace=arguments.replace,
        dry_run=arguments.dry_run,
        allow_secret=frozenset(path.resolve() for path in arguments.allow_secret),
    )
    with ReadingProcess() as process:
        return guarded(lambda: _add(arguments, gathered, options, reader or process, encoder))


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
    add("--kind", metavar="LOẠI", help="loại văn bản, ví dụ Nghị quyết")
    add("--signer", metavar="NGƯỜI_KÝ", help="họ tên người ký")
    add("--signer-role", metavar="CHỨC_VỤ", help="chức vụ của người ký")
    add("--effective-on", type=day, metavar="NGÀY", help="ngày có hiệu lực")
    add(
        "--replaces",
        action="append",
        metavar="SỐ",
        help="số của văn bản được văn bản này thay thế (có thể ghi nhiều lần)",
    )
    add("--amends", action="append", metavar="SỐ", help="số của văn bản được sửa đổi, bổ sung")
    add("--based-on", action="append", metavar="SỐ", help="số của văn bản làm căn cứ")
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
        kind=arguments.kind,
        signer=arguments.signer,
        signer_role=arguments.signer_role,
        effective_on=arguments.effective_on,
        amends=tuple(arguments.amends) if arguments.amends else None,
        based_on=tuple(arguments.based_on) if arguments.based_on else None,
        replaces=tuple(arguments.replaces) if arguments.replaces else None,
    )


def _add(
    arguments: argparse.Namespace,
    gathered: Gathered,
    options: Options,
    reader: FileReader,
    encoder: "Encoder | None",
) -> int:
    config = read_config(arguments.data)
    encoder = encoder or LazyEncoder(config.model, config.data)
    outcomes: list[Outcome] = []
    dry_run = options.dry_run
    with (
        library_to_change(config.data, dry_run=dry_run) as library,
        journal(config.data, "add_documents", dry_run=dry_run) as log,
    ):
        with progress(gathered.files) as advance:
            for outcome in add_files(
                config.data, library, encoder, arguments.paths, options, advance, reader
            ):
                outcomes.append(outcome)
                advance(outcome.path, 1, 1)
                log_outcome(log, outcome)
                if not arguments.json:
                    print(row(outcome, dry_run=options.dry_run), flush=True)
        _print_summary(arguments, outcomes, gathered.ignored)
        for line in limited_rows(config.data, outcomes) if not (arguments.json or dry_run) else ():
            print(line)
        if not options.dry_run and any(not outcome.is_kept_out for outcome in outcomes):
            update_index(config, library, encoder)
    return REFUSED if any(outcome.is_kept_out for outcome in outcomes) else OK


def _print_summary(
    arguments: argparse.Namespace, outcomes: Sequence[Outcome], ignored: int
) -> None:
    if arguments.json:
        files = [as_json(outcome) for outcome in outcomes]
        print_json({"files": files, "summary": counts_of(outcomes, ignored)})
    else:
        print(summary(outcomes, ignored, dry_run=arguments.dry_run))


if __name__ == "__main__":
    run(main)
