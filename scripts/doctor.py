"""Check every invariant of the stores; exit 1 naming each fault; mend them with --repair."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import read_config
from documents.errors import LibraryError
from documents.formats.isolation import can_cut_network
from documents.formats.sandbox import FileReader, ReadingProcess
from documents.store.library import Library
from documents.store.lock import writing
from index.errors import SnapshotError
from scripts._cli import stores
from scripts._cli.command import (
    OK,
    REFUSED,
    CommandError,
    LazyEncoder,
    Parser,
    complain,
    existing_library,
    guarded,
    print_json,
    run,
    say,
    shared_index,
)
from scripts._cli.journal import journal

if TYPE_CHECKING:
    from index.encoders.base import Encoder
    from index.postgres.index import Shared

_WITH_NETWORK = (
    "Máy này không cho tách tiến trình đọc tệp khỏi mạng (user namespace bị tắt); "
    "tệp vẫn được đọc trong tiến trình riêng, không có khóa và mật khẩu của bot (vô hại)."
)


def main(
    argv: Sequence[str] | None = None,
    *,
    encoder: "Encoder | None" = None,
    reader: FileReader | None = None,
) -> int:
    """Check the stores that the arguments name, for the configured encoder or the given one."""
    parser = Parser("doctor", "Kiểm tra mọi tệp của thư mục dữ liệu, và sửa lỗi nếu được yêu cầu.")
    parser.choices.add_argument(
        "--repair", action="store_true", help="sửa các lỗi từ những gì đã lưu, rồi kiểm tra lại"
    )
    arguments = parser.parse(argv)
    with ReadingProcess() as process:
        return guarded(lambda: _examine(arguments, reader or process, encoder))


def _examine(arguments: argparse.Namespace, reader: FileReader, encoder: "Encoder | None") -> int:
    from index.maintenance.doctor import examine  # here, with the index's libraries, for --help

    config = read_config(arguments.data)
    encoder = encoder or LazyEncoder(config.model, config.data)
    repaired: list[str] = []
    if arguments.repair and config.data.is_dir():
        with journal(config.data, "doctor") as log:
            for line in stores.repair(config.data):
                log.info("%s", line)
                repaired.append(line)
    beside = tuple(stores.faults(config.data))
    try:
        with existing_library(config.data) as library, shared_index(config) as shared:
            if arguments.repair:
                repaired += _repair(config.data, library, encoder, reader, shared)
            model, dimension = encoder.fingerprint, encoder.dimension
            found = examine(config.data, library, model, dimension, shared)
    except (CommandError, LibraryError):
        for line in (*repaired, *beside):
            complain(line)
        raise
    found = replace(
        found,
        faults=(*found.faults, *beside),
        notes=(*found.notes, *stores.notes(config.data)),
    )
    cut_off = can_cut_network()
    if arguments.json:
        print_json(
            {
                "ok": not found.faults,
                "repaired": repaired,
                "generation": found.generation,
                "documents": found.documents,
                "passages": found.passages,
                "faults": list(found.faults),
                "notes": list(found.notes),
                "network_cut_off": cut_off,
            }
        )
    else:
        for line in (*repaired, *found.faults, *found.notes):
            say(line)
        if not cut_off:
            say(_WITH_NETWORK)
        verdict = f"{len(found.faults)} lỗi" if found.faults else "không có lỗi"
        if found.faults and not arguments.repair:
            verdict += "; để sửa, hãy chạy: python -m scripts.doctor --repair"
        print(f"Đã kiểm tra {found.documents} văn bản, {found.passages} đoạn: {verdict}.")
    return REFUSED if found.faults else OK


def _repair(
    data: Path,
    library: Library,
    encoder: "Encoder",
    reader: FileReader,
    shared: "Shared | None",
) -> list[str]:
    from index.maintenance.repair import repair

    if library.integrity_faults():
        with writing(data):
            library.reindex()
    damaged = library.integrity_faults()
    if damaged:
        raise CommandError(
            f"{library.path}: tệp đã hỏng ({damaged[0]}); "
            "hãy phục hồi từ bản sao lưu bằng python -m scripts.restore."
        )
    try:
        with writing(data), journal(data, "doctor") as log:
            repaired = []
            for line in repair(data, library, encoder, reader, shared):
                log.info("%s", line)
                repaired.append(line)
            return repaired
    except SnapshotError as error:
        raise CommandError(str(error)) from error


if __name__ == "__main__":
    run(main)
