"""Remove a document from the library, with its older versions and its original."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bot.access import follow_limits
from bot.config import read_config
from documents.document import Document
from documents.store.library import Library
from documents.store.lock import writing
from index.ingest.ingest import remove_document
from scripts._cli.command import (
    OK,
    CommandError,
    Parser,
    existing_library,
    guarded,
    print_json,
    run,
    say,
)
from scripts._cli.journal import journal


def main(argv: Sequence[str] | None = None) -> int:
    """Remove the one document that the arguments mean."""
    parser = Parser("remove_document", "Xóa một văn bản khỏi thư viện.")
    parser.inputs.add_argument(
        "reference",
        nargs="+",
        metavar="MÃ|SỐ",
        help="mã văn bản, số văn bản (viết cách nào cũng được) hoặc tên tệp",
    )
    arguments = parser.parse(argv)
    return guarded(lambda: _remove(arguments))


def _remove(arguments: argparse.Namespace) -> int:
    config = read_config(arguments.data)
    reference = " ".join(arguments.reference)
    with (
        existing_library(config.data) as library,
        writing(config.data),
        journal(config.data, "remove_document") as log,
    ):
        document = _the_one(reference, library.find(reference))
        back = _coming_back(library, document)
        follow_limits(config.data)
        remove_document(config.data, library, document)
        log.info("đã xóa %s", _named(document))
    if arguments.json:
        print_json(
            {
                "removed": {
                    "document_id": document.document_id,
                    "number": document.number,
                    "title": document.title,
                },
                "still_in_folder": list(back),
            }
        )
    else:
        say(f"đã xóa {_named(document)}")
        for path in back:
            say(
                f"{path}: tệp vẫn còn trong thư mục đồng bộ; lần sync sau sẽ thêm lại, trừ khi tệp "
                "được xóa hoặc chuyển đi."
            )
    return OK


def _coming_back(library: Library, document: Document) -> tuple[str, ...]:
    """Return the files of a document that still lie in a folder that is kept in step."""
    arrivals = library.arrivals.of(document.document_id)
    return tuple(one.path for one in arrivals if one.folder and Path(one.path).exists())


def _the_one(reference: str, found: tuple[Document, ...]) -> Document:
    if not found:
        raise CommandError(
            f"{reference}: không có văn bản nào như vậy; "
            "hãy xem mã và số bằng python -m scripts.list_documents."
        )
    if len(found) > 1:
        names = "; ".join(_named(document) for document in found)
        raise CommandError(f"{reference}: có {len(found)} văn bản, hãy ghi rõ mã: {names}.")
    return found[0]


def _named(document: Document) -> str:
    return f"{document.document_id} ({document.number or 'không rõ số'}, {document.title})"


if __name__ == "__main__":
    run(main)
