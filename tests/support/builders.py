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


def resolution_text(
    number: str = "03-NQ/TU",
    subject: str = "về chuyển đổi số",
    articles: tuple[str, ...] = ("Đến năm 2025, 80% hồ sơ được xử lý trên môi trường mạng.",),
    stamp: str = "",
    ending: str = "",
) -> str:
    """Write a resolution of one province as such documents look."""
    head = f"""TỈNH ỦY KON TUM
*
Số {number}
{stamp}
ĐẢNG CỘNG SẢN VIỆT NAM
Kon Tum, ngày 15 tháng 6 năm 2021

NGHỊ QUYẾT
{subject}
-----
"""
    body = "\n\n".join(
        f"Điều {place}. Nội dung thứ {place}\n{text}"
        for place, text in enumerate(articles, start=1)
    )
    return f"{head}\n{body}\n\n{ending}\n"


def long_articles(count: int, salt: str = "") -> tuple[str, ...]:
    """Write articles of a passage's length, all different."""
    return tuple(
        f"Cấp ủy {salt} số {place} triển khai nhiệm vụ {place * 7} theo kế hoạch. " * 8
        for place in range(1, count + 1)
    )
