"""List every document of the library with what is known of it."""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot.config import read_config
from documents import csv_file
from documents.document import DOUBTFUL, Document
from documents.metadata.description import is_draft
from documents.metadata.extract import number_is_blank
from documents.store.near_duplicates import Likeness
from documents.store.records import Entry
from index.ingest.corrections import COLUMNS
from scripts._cli.command import OK, Parser, existing_library, guarded, print_json, run, say

LABELS = {name: head.lower() for head, name in COLUMNS.items()} | {DOUBTFUL: "chữ có thể hỏng"}
STATUSES = {"current": "hiện hành", "replaced": "đã bị thay thế", "superseded": "bản cũ"}


def main(argv: Sequence[str] | None = None) -> int:
    """List the library that the arguments name."""
    parser = Parser("list_documents", "Liệt kê các văn bản trong thư viện.")
    add = parser.choices.add_argument
    add("--review", action="store_true", help="chỉ liệt kê văn bản có thông tin cần xem lại")
    add(
        "--csv",
        type=Path,
        metavar="TỆP",
        help="ghi bảng CSV để sửa bằng Excel rồi nạp lại bằng correct_documents",
    )
    arguments = parser.parse(argv)
    return guarded(lambda: _list(arguments))


def _list(arguments: argparse.Namespace) -> int:
    config = read_config(arguments.data)
    with existing_library(config.data) as library:
        entries = [
            entry for entry in library.entries() if entry.document.review or not arguments.review
        ]
        if arguments.csv:
            _write_table(arguments.csv, entries)
        if arguments.json:
            documents = [
                _as_json(entry, library.likenesses.of(entry.document.document_id))
                for entry in entries
            ]
            print_json({"documents": documents, "generation": library.generation})
            return OK
        for entry in entries:
            say(_row(entry))
        print(f"Tổng cộng {len(entries)} văn bản.")
    return OK


def _write_table(path: Path, entries: Sequence[Entry]) -> None:
    """Write the table that correct_documents takes back."""
    with path.open("w", encoding=csv_file.ENCODING, newline="") as file:
        write = csv_file.row_writer(file)
        write(list(COLUMNS))
        for entry in entries:
            if entry.document.status != "superseded":
                write([_cell(entry.document, name) for name in COLUMNS.values()])


def _cell(document: Document, name: str) -> str:
    if name == "review":
        return ", ".join(LABELS[field] for field in document.review)
    value = getattr(document, name, None)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "; ".join(value) if isinstance(value, tuple) else value or ""


def _row(entry: Entry) -> str:
    document = entry.document
    issued_on = document.issued_on.strftime("%d/%m/%Y") if document.issued_on else "không rõ ngày"
    row = (
        f"{document.document_id}  {_number(document)}  {issued_on}  "
        f"{_status(document)}  {entry.passages} đoạn  {document.title}"
    )
    if document.secrecy:
        row = f"{row}  [{document.secrecy}]"
    missing = ", ".join(LABELS[field] for field in document.review)
    return f"{row}  [cần xem lại: {missing}]" if missing else row


def _status(document: Document) -> str:
    """Say whether a document holds; a draft never has."""
    is_current = document.status == "current"
    return "dự thảo" if is_current and is_draft(document.kind) else STATUSES[document.status]


def _number(document: Document) -> str:
    if document.number:
        return document.number
    return "số để trống" if _is_left_blank(document) else "không rõ số"


def _is_left_blank(document: Document) -> bool:
    """Whether the text leaves the number blank; a scan, whose title is for review, may hide it."""
    if document.number or "title" in document.review:
        return False
    return number_is_blank(document.text)


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
        "effective_on": document.effective_on.isoformat() if document.effective_on else None,
        "signer": document.signer or None,
        "signer_role": document.signer_role or None,
        "amends": list(document.amends),
        "based_on": list(document.based_on),
        "number_left_blank": _is_left_blank(document),
        "needs_review": list(document.review),
    }


if __name__ == "__main__":
    run(main)
