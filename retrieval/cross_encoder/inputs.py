"""A question and a passage as the token ids the reader was trained on."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from documents.document import Passage
from documents.store.records import Head
from documents.vietnamese.normalize import fold

QUESTION_TOKENS = 96  # with the two below; what is longer is cut
CONTEXT_TOKENS = 60
TEXT_TOKENS = 200  # of passages of 110 words, 99 in 100 are shorter

_BEGIN, _END = 0, 2
_WORD = re.compile(r"\S+")

WordIds = Callable[[str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Token ids of "<s> question </s></s> context </s> text </s>".

    ``words`` are the (start, end) characters of the text's words, ``tokens`` the first and last
    token of each, ``body`` the first token of the text and the one behind its last.
    """

    ids: tuple[int, ...]
    words: tuple[tuple[int, int], ...]
    tokens: tuple[tuple[int, int], ...]
    body: tuple[int, int]


def context_of(head: Head, passage: Passage) -> str:
    """Return what a passage does not say itself: its document's name, and its headings."""
    known = (
        head.kind,
        head.number,
        f"ngày {head.issued_on:%d/%m/%Y}" if head.issued_on else None,
        f"của {head.issuer}" if head.issuer else None,
    )
    name = " ".join(part for part in known if part)
    shown = fold(passage.text)
    lines = (head.title, *(passage.locator.heading or "").split(" › "))
    title, *headings = (line if fold(line) not in shown else "" for line in lines)
    around = ": ".join(part for part in (name, title) if part)
    return " › ".join(part for part in (around, *headings) if part)


def inputs_of(question: str, context: str, text: str, ids_of: WordIds) -> Inputs:
    """Tokenise word by word, so that a span of tokens is one of words."""
    asked = [piece for word in question.split() for piece in ids_of(word)][:QUESTION_TOKENS]
    around = [piece for word in context.split() for piece in ids_of(word)][:CONTEXT_TOKENS]
    ids = [_BEGIN, *asked, _END, _END, *around, _END]
    first = len(ids)
    words, tokens = [], []
    for match in _WORD.finditer(text):
        pieces = ids_of(match.group())
        if len(ids) - first + len(pieces) > TEXT_TOKENS:
            break
        words.append(match.span())
        tokens.append((len(ids), len(ids) + len(pieces) - 1))
        ids += pieces
    return Inputs((*ids, _END), tuple(words), tuple(tokens), (first, len(ids)))
