"""Documents and passages for tests, made without reading a file."""

import hashlib
from datetime import date

from documents.document import Document, Locator, Passage


def make_document(
    text: str = "Điều 1. Phạm vi\nQuy định này quy định về đảng phí.",
    number: str | None = "03-NQ/TU",
    kind: str | None = "Nghị quyết",
    issuer: str | None = "Tỉnh ủy Kon Tum",
    issued_on: date | None = date(2021, 6, 15),
    title: str = "Nghị quyết về chuyển đổi số",
    replaces: tuple[str, ...] = (),
    salt: str = "",
) -> Document:
    """Make a document whose bytes are its text, number and salt."""
    sha256 = hashlib.sha256(f"{text}{number}{issuer}{issued_on}{salt}".encode()).hexdigest()
    return Document(
        document_id=sha256[:12],
        title=title,
        number=number,
        kind=kind,
        issuer=issuer,
        issued_on=issued_on,
        source=f"{sha256[:6]}.txt",
        sha256=sha256,
        text=text,
        replaces=replaces,
    )


def make_passages(document: Document) -> tuple[Passage, ...]:
    """Make a passage of every line."""
    passages = []
    start = 0
    for place, line in enumerate(document.text.split("\n"), start=1):
        end = start + len(line)
        passages.append(
            Passage(
                passage_id=f"{document.document_id}/dieu-{place}/1",
                document_id=document.document_id,
                text=line,
                locator=Locator(article=f"Điều {place}", heading="Phạm vi"),
                start=start,
                end=end,
                page=document.page_at(start),
            )
        )
        start = end + 1
    return tuple(passages)
