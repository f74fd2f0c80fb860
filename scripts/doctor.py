"""Check every invariant of the stores; exit 1 naming each fault."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.config import read_config
from scripts._terminal import (
    OK,
    REFUSED,
    LazyEncoder,
    Parser,
    existing_library,
    guarded,
    print_json,
    run,
)

if TYPE_CHECKING:
    from index.encoder import Encoder


def main(argv: Sequence[str] | None = None, *, encoder: "Encoder | None" = None) -> int:
    """Check the stores that the arguments name, for the configured encoder or the given one."""
    arguments = Parser("doctor", "Kiểm tra thư viện, tệp gốc và chỉ mục.").parse(argv)
    return guarded(lambda: _examine(arguments, encoder))


def _examine(arguments: argparse.Namespace, encoder: "Encoder | None") -> int:
    from index.doctor import examine  # here, with the index's libraries, for --help

    config = read_config(arguments.data)
    encoder = encoder or LazyEncoder(config.model, config.data)
    with existing_library(config.data) as library:
        found = examine(config.data, library, encoder.fingerprint, encoder.dimension)
    if arguments.json:
        print_json(
            {
                "ok": not found.faults,
                "generation": found.generation,
                "documents": found.documents,
                "passages": found.passages,
                "faults": list(found.faults),
                "notes": list(found.notes),
            }
        )
    else:
        for line in (*found.faults, *found.notes):
            print(line)
        verdict = f"{len(found.faults)} lỗi" if found.faults else "không có lỗi"
        print(f"Đã kiểm tra {found.documents} văn bản, {found.passages} đoạn: {verdict}.")
    return REFUSED if found.faults else OK


if __name__ == "__main__":
    run(main)
