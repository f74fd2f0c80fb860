"""Keep the library in step with a folder: add, replace and remove; plan first with --dry-run."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Config, read_config
from documents import errors
from documents.errors import LibraryInUseError, TraCuuError
from documents.formats.find_files import gather
from documents.formats.sandbox import FileReader, ReadingProcess
from documents.store.source_files import path_key
from index.ingest.folder_sync import Leaving, Sync
from index.ingest.results import Options, Outcome
from scripts._cli.command import (
    OK,
    REFUSED,
    CommandError,
    LazyEncoder,
    Parser,
    complain,
    guarded,
    library_to_change,
    print_json,
    run,
    say,
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

SECONDS = 30  # between two looks at a folder that is watched: shared drives send no notices


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every pass works with."""

    config: Config
    arguments: argparse.Namespace
    reader: FileReader
    encoder: "Encoder"


@dataclass(frozen=True, slots=True)
class _Pass:
    """What one pass over the folder did, or would do."""

    outcomes: tuple[Outcome, ...]
    ignored: int
    leaving: tuple[Leaving, ...]
    removed: bool

    @property
    def is_whole(self) -> bool:
        """Whether the library now is what the folder holds."""
        refused = any(outcome.is_kept_out for outcome in self.outcomes)
        return not refused and (self.removed or not self.leaving)


def main(
    argv: Sequence[str] | None = None,
    *,
    encoder: "Encoder | None" = None,
    reader: FileReader | None = None,
) -> int:
    """Bring the library in step; the encoder is the configured one unless it is given."""
    parser = _parser()
    arguments = parser.parse(argv)
    if arguments.watch and (arguments.dry_run or arguments.json):
        parser.error("--watch không dùng cùng --dry-run hay --json")
    with ReadingProcess() as process:
        return guarded(lambda: _run(arguments, reader or process, encoder))


def _parser() -> Parser:
    parser = Parser("sync", "Giữ thư viện khớp với một thư mục: thêm, thay và xóa văn bản.")
    parser.inputs.add_argument(
        "folder", type=Path, metavar="THƯ_MỤC_VĂN_BẢN", help="thư mục văn bản, kể cả thư mục con"
    )
    add = parser.choices.add_argument
    add("--dry-run", action="store_true", help="chỉ cho biết sẽ làm gì, không ghi gì")
    add("--yes", action="store_true", help="xóa mà không hỏi các văn bản không còn trong thư mục")
    add("--replace", action="store_true", help="cho phép bản mới thay bản cũ của cùng văn bản")
    add("--watch", action="store_true", help="tiếp tục theo dõi thư mục cho đến khi bấm Ctrl+C")
    add(
        "--interval",
        type=_seconds,
        default=SECONDS,
        metavar="GIÂY",
        help=f"khi theo dõi, số giây giữa hai lần xem thư mục ({SECONDS})",
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


def _seconds(text: str) -> float:
    try:
        seconds = float(text.replace(",", "."))
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"“{text}” không phải số giây")
    return seconds


def _run(arguments: argparse.Namespace, reader: FileReader, encoder: "Encoder | None") -> int:
    config = read_config(arguments.data)
    desk = _Desk(config, arguments, reader, encoder or LazyEncoder(config.model, config.data))
    done = _pass(desk)
    if arguments.json:
        print_json(_as_json(done, dry_run=arguments.dry_run))
    if arguments.watch:
        _watch(desk)
        return OK
    return OK if done.is_whole or arguments.dry_run and not _refused(done) else REFUSED


def _refused(done: _Pass) -> bool:
    return any(outcome.is_kept_out for outcome in done.outcomes)


def _pass(desk: _Desk, *, quiet: bool = False) -> _Pass:
    """Go through the folder once and print what becomes of each file."""
    config, arguments, encoder = desk.config, desk.arguments, desk.encoder
    dry_run = arguments.dry_run
    options = Options(
        replace=arguments.replace,
        dry_run=dry_run,
        allow_secret=frozenset(path.resolve() for path in arguments.allow_secret),
    )
    outcomes: list[Outcome] = []
    with (
        library_to_change(config.data, dry_run=dry_run) as library,
        journal(config.data, "sync", dry_run=dry_run) as log,
    ):
        files = gather([arguments.folder], without=config.data).files
        with progress(files) as advance:
            sync = Sync(
                config.data, library, encoder, arguments.folder, options, desk.reader, advance
            )
            for outcome in sync.outcomes():
                outcomes.append(outcome)
                advance(outcome.path, 1, 1)
                log_outcome(log, outcome)
                if not arguments.json and not (quiet and outcome.status == "unchanged"):
                    print(row(outcome, dry_run=dry_run), flush=True)
        leaving = sync.leaving()
        removed = bool(leaving) and not dry_run and _may_remove(leaving, arguments)
        for one in leaving:
            if removed:
                sync.remove(one)
                log.info("đã xóa %s", _named(one))
            if not arguments.json:
                say(_leaving_row(one, removed=removed, dry_run=dry_run))
        if not dry_run:
            sync.finish()
            if removed or any(not outcome.is_kept_out for outcome in outcomes):
                update_index(config, library, encoder)
    done = _Pass(tuple(outcomes), sync.ignored, leaving, removed)
    if not arguments.json:
        print(_summary(done, dry_run=dry_run))
        for line in limited_rows(config.data, outcomes) if not dry_run else ():
            print(line)
    return done


def _may_remove(leaving: Sequence[Leaving], arguments: argparse.Namespace) -> bool:
    """Ask at a terminal; elsewhere nothing is removed without --yes."""
    if arguments.yes:
        return True
    if arguments.json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    for one in leaving:
        complain(f"không còn trong thư mục: {_named(one)}")
    complain(f"Xóa {len(leaving)} văn bản trên khỏi thư viện? Gõ “có” để xóa:")
    return sys.stdin.readline().strip().lower() in ("có", "co", "c", "y", "yes")


def _leaving_row(one: Leaving, *, removed: bool, dry_run: bool) -> str:
    label = "đã xóa" if removed else "sẽ xóa" if dry_run else "chưa xóa"
    return f"{label:<11} {_named(one)}"


def _named(one: Leaving) -> str:
    return f"{one.path}: {one.document.number or 'không rõ số'}, {one.document.title}"


def _summary(done: _Pass, *, dry_run: bool) -> str:
    counts = summary(done.outcomes, done.ignored, dry_run=dry_run)
    if not done.leaving:
        return counts
    if done.removed:
        return f"{counts} Đã xóa {len(done.leaving)} văn bản không còn trong thư mục."
    if dry_run:
        return f"{counts} Sẽ xóa {len(done.leaving)} văn bản không còn trong thư mục, nếu đồng ý."
    return (
        f"{counts} Còn {len(done.leaving)} văn bản không có trong thư mục nữa; "
        "hãy chạy lại với --yes để xóa."
    )


def _as_json(done: _Pass, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "files": [as_json(outcome) for outcome in done.outcomes],
        "leaving": [
            {
                "document_id": one.document.document_id,
                "number": one.document.number,
                "title": one.document.title,
                "path": one.path,
                "removed": done.removed,
            }
            for one in done.leaving
        ],
        "summary": counts_of(done.outcomes, done.ignored)
        | {"removed": len(done.leaving) if done.removed else 0, "leaving": len(done.leaving)},
    }


def _watch(desk: _Desk) -> None:
    """Run a pass whenever the folder has changed and come to rest."""
    config, arguments = desk.config, desk.arguments
    done = before = _look(arguments.folder, config.data)
    print(f"Đang theo dõi {arguments.folder}; bấm Ctrl+C để dừng.", flush=True)
    try:
        while True:
            time.sleep(arguments.interval)
            now = _look(arguments.folder, config.data)
            if now == before and now != done:
                done = now if _try(desk) else done
            before = now
    except KeyboardInterrupt:
        print("Đã dừng theo dõi.")


def _look(folder: Path, data: Path) -> frozenset[tuple[str, int, int]]:
    """Return every file with its size and time."""
    seen = set()
    for path in gather([folder], without=data).files:
        try:
            status = path.stat()
        except OSError:  # gone between the listing and the look: the next look tells
            continue
        seen.add((path_key(path), status.st_size, status.st_mtime_ns))
    return frozenset(seen)


def _try(desk: _Desk) -> bool:
    """Run a pass and say what went wrong; False when it has to be tried again."""
    try:
        _pass(desk, quiet=True)
    except LibraryInUseError as error:
        complain(str(error))
        return False
    except (CommandError, TraCuuError) as error:
        complain(str(error))
    except OSError as error:
        complain(errors.line(error))
    return True


if __name__ == "__main__":
    run(main)
