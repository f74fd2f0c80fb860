"""A small library and scripted replies for the tests of the bot: no search, real databases."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

from documents.document import Document, Locator, Passage
from documents.store.library import Library
from retrieval.answer import Answer, Citation, Hit, NoAnswer, Reply, Response
from retrieval.question.followup import Earlier

AGE = "Tuổi đời: Tại thời điểm chi bộ xét kết nạp phải từ đủ 18 tuổi đến đủ 60 tuổi."
SENTENCES = (
    AGE,
    *(f"Khoản {n}: đảng viên dự bị thực hiện nhiệm vụ thứ {n} của mình." for n in range(2, 9)),
)
PASSAGES_TEXT = tuple(f"Đoạn mở đầu {n}. {text} Hết đoạn {n}." for n, text in enumerate(SENTENCES))
TEXT = "\n".join(PASSAGES_TEXT)
ORIGINAL = b"%PDF-1.4"
DOCUMENT = Document(
    document_id="0123456789ab",
    title="Thi hành Điều lệ Đảng",
    number="294-QĐ/TW",
    kind="Quy định",
    issuer="Ban Chấp hành Trung ương",
    issued_on=date(2025, 5, 26),
    source="294.pdf",
    sha256=hashlib.sha256(ORIGINAL).hexdigest(),
    text=TEXT,
    page_starts=(0, 200),
)
SOURCE = (
    "Quy định số 294-QĐ/TW, ngày 26/5/2025, Ban Chấp hành Trung ương – Thi hành Điều lệ Đảng; "
    "mục 1.1, trang 1"
)


def passage(index: int) -> Passage:
    start = TEXT.index(PASSAGES_TEXT[index])
    return Passage(
        passage_id=f"{DOCUMENT.document_id}/1.{index + 1}/0",
        document_id=DOCUMENT.document_id,
        text=PASSAGES_TEXT[index],
        locator=Locator(clause=f"mục 1.{index + 1}"),
        start=start,
        end=start + len(PASSAGES_TEXT[index]),
        page=DOCUMENT.page_at(start),
    )


def citation(index: int = 0, marker: int = 1) -> Citation:
    start = PASSAGES_TEXT[index].index(SENTENCES[index])
    return Citation.of(marker, DOCUMENT, passage(index), (start, start + len(SENTENCES[index])))


def a_library(data: Path) -> Library:
    library = Library(data / "library.db")
    if library.document(DOCUMENT.document_id) is None:
        library.add(DOCUMENT, [passage(index) for index in range(len(SENTENCES))])
    return library


def response(
    reply: Reply, understood_as: str | None = None, found: int = len(SENTENCES)
) -> Response:
    return Response(
        reply=reply,
        understood_as=reply.question if understood_as is None else understood_as,
        hits=tuple(
            Hit(passage(index), 1.0 - index / 10, index + 1, "hybrid") for index in range(found)
        ),
        sources=tuple(citation(index, index + 1) for index in range(found)),
        elapsed_ms=12.5,
    )


def answer(question: str) -> Answer:
    start = AGE.index("từ đủ 18")
    return Answer(question, AGE, None, (citation(),), 0.9, ((start, len(AGE) - 1),))


class Desk:
    """A callable from question to response; "lạ" is not answered, "hỏng" fails, all else is."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.earlier: list[Earlier | None] = []
        self.nearest = True
        self.hidden: list[frozenset[str]] = []

    def __call__(
        self,
        question: str,
        previous: Earlier | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> Response:
        self.asked.append(question)
        self.earlier.append(previous)
        self.hidden.append(hidden)
        if "hỏng" in question:
            raise RuntimeError(question)
        if "lạ" in question:
            nearest = (citation(2), citation(3)) if self.nearest else ()
            return response(NoAnswer(question, "low_confidence", nearest))
        if "tuoi doi" in question:
            return response(answer(question), "tuổi đời của người vào Đảng")
        return response(answer(question))


def newer(number: str) -> Document:
    """A document that says it replaces DOCUMENT."""
    text = "Quy định này thay thế Quy định số 294-QĐ/TW."
    return replace(
        DOCUMENT,
        document_id="ba9876543210",
        sha256="ba9876543210" + "0" * 52,
        number=number,
        issued_on=date(2026, 1, 2),
        text=text,
        page_starts=(),
        replaces=("294-QĐ/TW",),
    )
