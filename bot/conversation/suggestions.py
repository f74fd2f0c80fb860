"""What to try where nothing was found: near titles, another spelling, the question without year."""

import re
from collections.abc import Callable

from bot.conversation.buttons import Code
from bot.conversation.document_list import Catalogue
from bot.texts import answers
from bot.texts import library as texts
from bot.turn import Rows
from documents.store.records import Head
from documents.vietnamese.normalize import fold, normalize
from retrieval.answer import Response
from retrieval.question.asking_words import asking_words

TITLES = 2
LABEL = 60  # characters of a button; Telegram takes 64
RARE = asking_words("title")  # syllables of nearly every title and question make nothing near
WORD = re.compile(r"[^\W\d_]+")
YEAR = re.compile(
    r"\s*(?:\b(?:trong|vào|của|từ|đến|tính đến)\s+)?(?:\bnăm\s+)?"
    r"(?<![\d/.-])(?:19|20)\d\d(?![\d/.-])",
    re.IGNORECASE,
)


Correct = Callable[[str, frozenset[str]], str | None]
"""Offers another spelling of a question, by no word that only hidden documents have."""


class Suggestions:
    """What to try instead; ``corrected`` offers another spelling of a question, if it knows one."""

    def __init__(self, catalogue: Catalogue, corrected: Correct) -> None:
        self._catalogue = catalogue
        self.corrected = corrected

    def rows(self, response: Response, question_id: int | None, hidden: frozenset[str]) -> Rows:
        """Return a row of one button for each thing to try."""
        reply, question = response.reply, response.understood_as
        if not WORD.search(question):
            return ()
        rows = []
        if question_id is not None and self.without_year(question):
            rows.append(Code.WITHOUT_YEAR.button(texts.WITHOUT_YEAR, question_id))
        corrected = self.corrected(question, hidden)
        if question_id is not None and corrected:
            rows.append(Code.CORRECTED.button(_clipped(texts.perhaps(corrected)), question_id))
        cited = {citation.document_id for citation in getattr(reply, "nearest", ())}
        for head in self._near_titles(question, hidden):
            if head.document_id not in cited:
                named = head.number and answers.document_name(head.kind, head.number)
                label = named or head.title
                rows.append(Code.DOCUMENT.button(_clipped(label), head.document_id))
        return tuple((button,) for button in rows)

    def without_year(self, question: str) -> str | None:
        """Return the question without its year; None where that leaves too little."""
        shorter = " ".join(YEAR.sub(" ", question).split()).strip(" ,;")
        has_more = len(WORD.findall(shorter)) >= 2
        return shorter if has_more and shorter != question.strip() else None

    def _near_titles(self, question: str, hidden: frozenset[str]) -> tuple[Head, ...]:
        asked = _content(question)
        counts = self._catalogue.sharing(asked, hidden)
        near = [head for head, count in counts.items() if count >= 2]
        near.sort(key=lambda head: -counts[head])
        return tuple(near[:TITLES])


def _content(text: str) -> frozenset[str]:
    words = map(fold, WORD.findall(normalize(text)))
    return frozenset(word for word in words if word not in RARE)


def _clipped(text: str) -> str:
    return text if len(text) <= LABEL else text[: LABEL - 1] + "…"
