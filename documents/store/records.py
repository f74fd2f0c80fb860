"""What library.db holds of documents and passages: as rows, and as they are read back."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from documents.document import LOCATOR_FIELDS, Document, Locator, Passage, page_at
from documents.splitting.passages import indexed_text
from documents.vietnamese.document_number import number_key

DOCUMENT_COLUMNS = (
    "document_id, title, number, kind, issuer, issued_on, source, sha256, text, page_starts, "
    "secrecy, status, effective_on, signer, signer_role, review"
)
HEAD_COLUMNS = "document_id, title, number, kind, issuer, issued_on"  # then page_starts
RELATIONS = ("replaces", "amends", "based_on")
PASSAGE_COLUMNS = "passage_id, document_id, text, start_offset, end_offset, page, " + ", ".join(
    LOCATOR_FIELDS
)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as the list shows it; ``replaced_by`` and ``superseded_by`` are document ids."""

    document: Document
    added_at: datetime
    passages: int
    replaced_by: tuple[str, ...]
    superseded_by: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """A document without its text; ``page_starts`` only where it is to be cited."""

    document_id: str
    title: str
    number: str | None
    kind: str | None
    issuer: str | None
    issued_on: date | None
    page_starts: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Return the 1-based page that holds a character offset; None where there are no pages."""
        return page_at(self.page_starts, offset)


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells a document of any status from another; ``sketch`` is of its words, as stored."""

    document_id: str
    title: str = ""
    number: str | None = None
    kind: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    source: str = ""
    superseded_by: str | None = None
    sketch: bytes = b""


def text_hash(text: str) -> str:
    """Return the key under which a text's vector is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def document_row(document: Document, added_at: str) -> dict[str, Any]:
    """Return the columns of a document; what it says of others is written as relations."""
    return {
        "document_id": document.document_id,
        "sha256": document.sha256,
        "source": document.source,
        "title": document.title,
        "number": document.number,
        "number_key": number_key(document.number) or None,
        "kind": document.kind,
        "issuer": document.issuer,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "secrecy": document.secrecy,
        "status": "current",
        "superseded_by": None,
        "text": document.text,
        "text_hash": text_hash(document.text),
        "page_starts": json.dumps(document.page_starts),
        "added_at": added_at,
        "effective_on": document.effective_on.isoformat() if document.effective_on else None,
        "signer": document.signer,
        "signer_role": document.signer_role,
        "review": " ".join(document.review),
    }


def relation_rows(document: Document) -> Iterator[dict[str, Any]]:
    """Yield the rows of what a document says of others."""
    for kind in RELATIONS:
        for ordinal, number in enumerate(getattr(document, kind)):
            yield {
                "document_id": document.document_id,
                "kind": kind,
                "ordinal": ordinal,
                "number": number,
                "number_key": number_key(number),
            }


def document_of(row: Row, relations: Sequence[tuple[str, str]]) -> Document:
    """Return the document of a row of DOCUMENT_COLUMNS and its (kind, number) of others."""
    said = {kind: tuple(number for one, number in relations if one == kind) for kind in RELATIONS}
    return Document(
        document_id=row[0],
        title=row[1],
        number=row[2],
        kind=row[3],
        issuer=row[4],
        issued_on=date.fromisoformat(row[5]) if row[5] else None,
        source=row[6],
        sha256=row[7],
        text=row[8],
        page_starts=tuple(json.loads(row[9])),
        secrecy=row[10],
        status=row[11],
        effective_on=date.fromisoformat(row[12]) if row[12] else None,
        signer=row[13],
        signer_role=row[14],
        review=tuple(row[15].split()),
        **said,
    )


def head_of(row: Row) -> Head:
    """Return the head of a row of HEAD_COLUMNS and the starts of pages."""
    return Head(
        document_id=row[0],
        title=row[1],
        number=row[2],
        kind=row[3],
        issuer=row[4],
        issued_on=date.fromisoformat(row[5]) if row[5] else None,
        page_starts=tuple(json.loads(row[6])),
    )


def passage_row(document: Document, ordinal: int, passage: Passage) -> dict[str, Any]:
    """Return the columns of a document's passage."""
    indexed = indexed_text(document.title, passage)
    return {
        "passage_id": passage.passage_id,
        "document_id": passage.document_id,
        "ordinal": ordinal,
        "start_offset": passage.start,
        "end_offset": passage.end,
        "page": passage.page,
        "text": passage.text,
        "indexed_text": indexed,
        "text_hash": text_hash(indexed),
        **{field: getattr(passage.locator, field) for field in LOCATOR_FIELDS},
    }


def is_passage(row: Row) -> bool:
    """Say whether a row of PASSAGE_COLUMNS holds what a passage is made of."""
    ids_and_text, spans, labels = row[:3], row[3:5], row[5:]
    return (
        all(isinstance(one, str) for one in ids_and_text)
        and all(isinstance(one, int) for one in spans)
        and isinstance(labels[0], int | None)
        and all(isinstance(one, str | None) for one in labels[1:])
    )


def passage_of(row: Row) -> Passage:
    """Return the passage of a row of PASSAGE_COLUMNS."""
    return Passage(
        passage_id=row[0],
        document_id=row[1],
        text=row[2],
        locator=Locator(*row[6:]),
        start=row[3],
        end=row[4],
        page=row[5],
    )
