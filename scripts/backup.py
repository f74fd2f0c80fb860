"""Copy the data folder to a ZIP file or a folder while the bot runs."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bot.config import read_config
from documents.store.backup import LOG_KEY, back_up
from scripts._cli.command import OK, Parser, complain, existing_library, guarded, print_json, run
from scripts._cli.file_results import byte_progress
from scripts._cli.journal import journal


def main(argv: Sequence[str] | None = None) -> int:
    """Back up the data folder that the arguments name."""
    parser = Parser("backup", "Sao lưu thư mục dữ liệu, kể cả khi bot đang chạy.")
    parser.inputs.add_argument(
        "target",
        type=Path,
        metavar="NƠI_LƯU",
        help="tệp .zip hoặc thư mục mới; nếu là thư mục đã có thì tạo tệp .zip trong đó",
    )
    arguments = parser.parse(argv)
    return guarded(lambda: _back_up(arguments))


def _back_up(arguments: argparse.Namespace) -> int:
    config = read_config(arguments.data)
    existing_library(config.data).close()
    with byte_progress() as advance, journal(config.data, "backup") as log:
        target, manifest = back_up(config.data, arguments.target, advance, config.backup_key)
        log.info("đã sao lưu %d văn bản vào %s", manifest.documents, target)
    size = sum(file.size for file in manifest.files)
    if arguments.json:
        print_json(
            {
                "path": str(target),
                "documents": manifest.documents,
                "generation": manifest.generation,
                "files": len(manifest.files),
                "bytes": size,
                "missing_originals": list(manifest.missing),
                "encrypted": config.backup_key is not None,
            }
        )
        return OK
    for name in manifest.missing:
        complain(f"Thiếu tệp gốc {name}; hãy chạy: python -m scripts.doctor --repair")
    print(
        f"Đã sao lưu {manifest.documents} văn bản, {len(manifest.files)} tệp, "
        f"{size / 2**20:.1f} MB vào {target}."
    )
    if config.backup_key is None and (config.data / LOG_KEY).exists():
        print(
            "Bản sao lưu không mã hóa nên không kèm khóa băm của nhật ký; "
            "để mã hóa và kèm cả khóa, hãy đặt TRACUU_BACKUP_KEY."
        )
    return OK


if __name__ == "__main__":
    run(main)
