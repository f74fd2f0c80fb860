"""Whether a document still holds, what it replaces and what replaces it, each with its evidence."""

import re
from collections.abc import Sequence

from bot.texts import answers
from documents.document import Document, Passage
from documents.store.library import Library
from documents.vietnamese.document_number import number_key, numbers_in
from documents.vietnamese.normalize import fold
from documents.vietnamese.sentences import sentences
from retrieval.answer import Answer, Citation, NoAnswer, Reason, Reply
from retrieval.question.document_request import Wish

Evidence = tuple[Document, Passage, tuple[int, int]]

_TAKES_EFFECT = re.compile(r"(?:hieu luc|thi hanh|ap dung) (?:ke )?tu|co hieu luc")
_REPLACES = re.compile(r"thay the|bai bo|het hieu luc")


class Standing:
    """Answers from what documents say of each other; ``hidden`` are those not to be told of."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def reply(self, question: str, wish: Wish, document: Document, hidden: frozenset[str]) -> Reply:
        """Return the answer about a document, or that its text does not say."""
        name = _name(document)
        if wish is Wish.REPLACES:
            evidence = self._naming(document, document.replaces) if document.replaces else None
            if evidence is None:
                return NoAnswer(question, Reason.LOW_CONFIDENCE)
            text = answers.replaces(name, document.replaces)
            return _answer(question, text, [evidence])
        newer = self._library.replaced_by(document.document_id, hidden)
        if newer:
            text = answers.was_replaced(name, [_name(one) for one in newer])
            own = (document.number,) if document.number else ()
            return _answer(question, text, [self._naming(one, own) for one in newer])
        return _answer(question, answers.not_replaced(name), [self._taking_effect(document)])

    def _naming(self, document: Document, numbers: Sequence[str]) -> Evidence | None:
        """Return where a document names one of the numbers, best where it speaks of replacing."""
        wanted = {number_key(number) for number in numbers}
        named = [one for number in numbers for one in numbers_in(number)]
        found: Evidence | None = None
        passages = self._library.passages_of(document.document_id)
        for passage in passages:
            for start, end in sentences(passage.text):
                sentence = passage.text[start:end]
                if any(
                    number_key(one.written) in wanted or any(one.matches(other) for other in named)
                    for one in numbers_in(sentence)
                ):
                    found = found or (document, passage, (start, end))
                    if _REPLACES.search(fold(sentence)):
                        return document, passage, (start, end)
        return found or _first(document, passages)

    def _taking_effect(self, document: Document) -> Evidence | None:
        """Return where a document says from when it holds, else how it begins."""
        passages = self._library.passages_of(document.document_id)
        for passage in reversed(passages):  # it stands at the end
            for start, end in sentences(passage.text):
                if _TAKES_EFFECT.search(fold(passage.text[start:end])):
                    return document, passage, (start, end)
        return _first(document, passages)


def _first(document: Document, passages: Sequence[Passage]) -> Evidence | None:
    if not passages:
        return None
    start, end = (sentences(passages[0].text) or ((0, len(passages[0].text)),))[0]
    return document, passages[0], (start, end)


def _answer(question: str, text: str, evidence: Sequence[Evidence | None]) -> Reply:
    citations = [Citation.of(marker, *one) for marker, one in enumerate(filter(None, evidence), 1)]
    if not citations:
        return NoAnswer(question, Reason.LOW_CONFIDENCE)
    return Answer(question, text, None, tuple(citations), 1.0, ((0, len(text)),))


def _name(document: Document) -> str:
    return answers.document_name(document.kind, document.number) or f"“{document.title}”"
