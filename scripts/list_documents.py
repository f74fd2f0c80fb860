"""List every document of the library with what is known of it."""

import argparse
from collections.abc import Sequence

from bot.config import read_config
from documents.document import Document
from documents.library import Entry
from documents.likeness import Likeness
from scripts._terminal import OK, Parser, existing_library, guarded, print_json, run

STATUSES = {"current": "hiện hành", "replaced": "đã bị thay thế", "superseded": "bản cũ"}
REVIEWED = {
    "title": "trích yếu",
    "number": "số",
    "kind": "loại",
    "issuer": "cơ quan ban hành",
    "issued_on": "ngày ban hành",
}


def main(argv: Sequence[str] | None = None) -> int:
    """List the library that the arguments name."""
    parser = Parser("list_documents", "Liệt kê các văn bản trong thư viện.")
    arguments = parser.parse(argv)
    return guarded(lambda: _list(arguments))


def _list(arguments: argparse.Namespace) -> int:
    config = read_config(arguments.data)
    with existing_library(config.data) as library:
        if arguments.json:
            documents = [
                _as_json(entry, library.likenesses.of(entry.document.document_id))
                for entry in library.entries()
            ]
            print_json({"documents": documents, "generation": library.generation})
            return OK
        count = 0
        for entry in library.entries():
            print(_row(entry))
            count += 1
        print(f"Tổng cộng {count} văn bản.")
    return OK


def needs_review(document: Document) -> tuple[str, ...]:
    """Return the fields that the text did not state for certain."""
    return tuple(field for field in REVIEWED if not getattr(document, field))


def _row(entry: Entry) -> str:
    document = entry.document
    issued_on = document.issued_on.strftime("%d/%m/%Y") if document.issued_on else "không rõ ngày"
    row = (
        f"{document.document_id}  {document.number or 'không rõ số'}  {issued_on}  "
        f"{STATUSES[document.status]}  {entry.passages} đoạn  {document.title}"
    )
    missing = ", ".join(REVIEWED[field] for field in needs_review(document))
    return f"{row}  [cần xem lại: {missing}]" if missing else row


def _as_json(entry: Entry, similar: Sequence[Likeness]) -> dict[str, object]:
    document = entry.document
    return {
        "document_id": document.document_id,
        "title": document.title,
        "number": document.number,
        "kind": document.kind,
        "issuer": document.issuer,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "secrecy": document.secrecy,
        "status": document.status,
        "replaces": list(document.replaces),
        "replaced_by": list(entry.replaced_by),
        "superseded_by": entry.superseded_by,
        "passages": entry.passages,
        "pages": len(document.page_starts) or None,
        "source": document.source,
        "sha256": document.sha256,
        "added_at": entry.added_at.isoformat(timespec="seconds"),
        "similar_to": [
            {"document_id": one.document_id, "share": round(one.share, 2)} for one in similar
        ],
        "needs_review": list(needs_review(document)),
    }


if __name__ == "__main__":
    run(main)
