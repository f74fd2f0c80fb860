"""Correct what is known of documents, by a table of corrections."""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.access import follow_limits
from bot.config import read_config
from documents.store.library import FILE_NAME, Library
from documents.store.lock import writing
from index.ingest.corrections import Corrected, correct, read_corrections
from scripts._cli.command import (
    OK,
    REFUSED,
    LazyEncoder,
    Parser,
    existing_library,
    guarded,
    print_json,
    run,
    say,
    update_index,
)

if TYPE_CHECKING:
    from index.encoders.base import Encoder

DONE = {"corrected": "đã sửa", "unchanged": "không đổi", "refused": "bị từ chối"}


def main(argv: Sequence[str] | None = None, *, encoder: "Encoder | None" = None) -> int:
    """Apply the table that the arguments name."""
    parser = Parser("correct_documents", "Sửa thông tin của văn bản theo một bảng CSV.")
    parser.inputs.add_argument(
        "table",
        type=Path,
        metavar="BẢNG",
        help="tệp CSV; lấy bảng mẫu bằng list_documents --review --csv TỆP, ô trống là giữ nguyên, "
        "“-” là để trống, cột “Đã xem” có dấu bất kỳ là không cần xem lại nữa",
    )
    arguments = parser.parse(argv)
    return guarded(lambda: _correct(arguments, encoder))


def _correct(arguments: argparse.Namespace, encoder: "Encoder | None") -> int:
    config = read_config(arguments.data)
    rows = read_corrections(arguments.table)
    existing_library(config.data).close()
    encoder = encoder or LazyEncoder(config.model, config.data)
    done: list[Corrected] = []
    with writing(config.data), Library(config.data / FILE_NAME) as library:
        follow_limits(config.data)
        for one in correct(library, encoder, rows):
            done.append(one)
            if not arguments.json:
                say(_row(arguments.table, one))
        if any(one.status == "corrected" for one in done):
            update_index(config, library, encoder)
    counts = Counter(one.status for one in done)
    if arguments.json:
        summary = {status: counts[status] for status in DONE}
        print_json({"rows": [_as_json(one) for one in done], "summary": summary})
    else:
        parts = ", ".join(f"{label} {counts[status]}" for status, label in DONE.items())
        print(f"Tổng cộng {len(done)} dòng: {parts}.")
    return REFUSED if counts["refused"] else OK


def _row(table: Path, one: Corrected) -> str:
    label = f"{DONE[one.status]:<11}"
    if one.document is None:
        return f"{label} {table}, dòng {one.line}: {one.reason}."
    number = one.document.number or "không rõ số"
    return f"{label} dòng {one.line}: {number}, {one.document.title}"


def _as_json(one: Corrected) -> dict[str, object]:
    return {
        "line": one.line,
        "status": one.status,
        "document_id": one.document.document_id if one.document else None,
        "reason": one.reason,
    }


if __name__ == "__main__":
    run(main)
