"""Encode what the configured model has not encoded yet, and build the index anew."""

import argparse
from collections.abc import Sequence

from bot.config import read_config
from documents import lock
from scripts._terminal import (
    OK,
    LazyEncoder,
    Parser,
    existing_library,
    guarded,
    print_json,
    run,
    update_index,
)

_BATCH = 64  # texts between two commits, so that an interrupted run goes on where it stopped


def main(argv: Sequence[str] | None = None) -> int:
    """Rebuild the index of the data folder that the arguments name."""
    parser = Parser("rebuild", "Mã hóa lại thư viện bằng mô hình đang đặt và dựng lại chỉ mục.")
    arguments = parser.parse(argv)
    return guarded(lambda: _rebuild(arguments))


def _rebuild(arguments: argparse.Namespace) -> int:
    config = read_config(arguments.data)
    encoder = LazyEncoder(config.model, config.data)
    with existing_library(config.data) as library, lock.writing(config.data):
        keys = library.passage_keys().tolist()
        lacking = sorted(
            library.lacking_vectors(encoder.fingerprint, library.indexed_texts(keys)), key=len
        )
        for start in range(0, len(lacking), _BATCH):
            batch = lacking[start : start + _BATCH]
            library.store_vectors(encoder.fingerprint, batch, encoder.encode_passages(batch))
        update_index(config.data, library, encoder)
    if arguments.json:
        print_json({"passages": len(keys), "encoded": len(lacking), "model": encoder.fingerprint})
    else:
        print(f"Đã dựng lại chỉ mục: {len(keys)} đoạn, mã hóa thêm {len(lacking)} đoạn.")
    return OK


if __name__ == "__main__":
    run(main)
