"""Put a backup back into the data folder; never over a library without --overwrite."""

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import access
from bot.access import follow_limits
from bot.config import Config, read_config
from documents.errors import BackupError, LibraryError
from documents.store.backup import put_back, unpacked, verify
from documents.store.library import FILE_NAME, Library
from documents.store.lock import writing
from scripts._cli.command import (
    OK,
    CommandError,
    LazyEncoder,
    Parser,
    complain,
    guarded,
    print_json,
    run,
    say,
    update_index,
)
from scripts._cli.file_results import byte_progress
from scripts._cli.journal import journal


def main(argv: Sequence[str] | None = None) -> int:
    """Restore the backup that the arguments name."""
    parser = Parser("restore", "Phục hồi thư mục dữ liệu từ bản sao lưu.")
    parser.inputs.add_argument(
        "source", type=Path, metavar="BẢN_SAO_LƯU", help="tệp .zip hoặc thư mục do backup tạo ra"
    )
    parser.choices.add_argument(
        "--overwrite", action="store_true", help="thay cả thư viện đang có bằng thư viện đã lưu"
    )
    parser.choices.add_argument(
        "--verify",
        action="store_true",
        help="trước khi thay, đọc lại từng dòng, từng tệp gốc và đối chiếu với mã kiểm đã lưu",
    )
    parser.choices.add_argument(
        "--dry-run", action="store_true", help="chỉ kiểm tra bản sao lưu, không phục hồi"
    )
    arguments = parser.parse(argv)
    return guarded(lambda: _restore(arguments))


def _restore(arguments: argparse.Namespace) -> int:
    config = read_config(arguments.data)
    if not arguments.source.exists():
        raise CommandError(f"{arguments.source}: không tìm thấy; hãy kiểm tra lại đường dẫn.")
    if arguments.dry_run:
        return _check(arguments, config.backup_key)
    if not arguments.overwrite:
        _refuse_over_a_library(config.data)
    is_new = not config.data.exists()
    try:
        with writing(config.data), byte_progress() as advance:
            _learn_limits(config.data)
            opened = unpacked(arguments.source, config.data, advance, config.backup_key)
            with opened as (folder, manifest):
                if arguments.verify:
                    _verify(arguments.source, folder)
                kept, aside = put_back(folder, config.data, (access.FILE,))
                with journal(config.data, "restore") as log:
                    log.info(
                        "đã phục hồi từ %s, sao lưu lúc %s", arguments.source, manifest.made_at
                    )
            _index(config)
    finally:
        if is_new:
            _take_back(config.data)
    if arguments.json:
        print_json(
            {
                "documents": manifest.documents,
                "made_at": manifest.made_at,
                "files": len(manifest.files),
                "kept": list(kept),
                "set_aside": list(aside),
                "missing_originals": list(manifest.missing),
            }
        )
        return OK
    print(f"Đã phục hồi {manifest.documents} văn bản từ bản sao lưu ngày {manifest.made_at[:10]}.")
    if kept:
        say(f"Giữ nguyên các tệp đang có: {', '.join(kept)}.")
    if aside:
        say(f"Các tệp hỏng đã được thay và giữ lại ở: {', '.join(aside)}.")
    return OK


def _check(arguments: argparse.Namespace, key: str | None) -> int:
    """Read a backup back without touching the data folder."""
    with (
        TemporaryDirectory() as nowhere,
        byte_progress() as advance,
        unpacked(arguments.source, Path(nowhere), advance, key) as (folder, manifest),
    ):
        _verify(arguments.source, folder)
    if arguments.json:
        print_json({"documents": manifest.documents, "made_at": manifest.made_at, "ok": True})
    else:
        print(
            f"Bản sao lưu ngày {manifest.made_at[:10]} còn nguyên vẹn: {manifest.documents} văn "
            f"bản, {len(manifest.files)} tệp."
        )
    return OK


def _verify(source: Path, folder: Path) -> None:
    """Refuse a backup in which anything is not as it was stored."""
    damaged = tuple(islice(verify(folder), 1))
    if damaged:
        raise BackupError(
            f"{source}: bản sao lưu có nội dung hỏng ({damaged[0]}); hãy dùng bản khác, hoặc phục "
            "hồi không kèm --verify rồi chạy: python -m scripts.doctor --repair."
        )


def _learn_limits(data: Path) -> None:
    """Keep what limited documents are known by; a damaged folder is what a backup is for."""
    try:
        if (data / FILE_NAME).exists():
            follow_limits(data)
    except LibraryError as error:
        complain(str(error))


def _refuse_over_a_library(data: Path) -> None:
    if not (data / FILE_NAME).exists():
        return
    try:
        with Library(data / FILE_NAME) as library:
            count = sum(1 for _ in library.entries())
    except LibraryError as error:
        raise CommandError(
            f"{error} Để thay bằng thư viện đã lưu, hãy chạy lại với --overwrite."
        ) from error
    if count:
        raise CommandError(
            f"{data}: đã có thư viện với {count} văn bản; để thay toàn bộ bằng thư viện đã lưu, "
            "hãy chạy lại với --overwrite."
        )


def _index(config: Config) -> None:
    """Build the index at once where the model is known; else it is built when it is needed."""
    with Library(config.data / FILE_NAME) as library:
        models = library.models
        if models.known(config.model) if config.model else models.in_use or models.known(""):
            update_index(config, library, LazyEncoder(config.model, config.data))


def _take_back(data: Path) -> None:
    """Leave no data folder behind where nothing could be restored into it."""
    if not (data / FILE_NAME).exists():
        for path in data.iterdir():
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
        data.rmdir()


if __name__ == "__main__":
    run(main)
