"""A question as typed, and as it is understood: language, marks, abbreviations, numbers, place."""

import re
from dataclasses import dataclass

from documents.normalize import fold, normalize
from index.tokens import tokens
from retrieval.abbreviations import Abbreviations
from retrieval.diacritics import Restorer
from retrieval.language import is_english
from retrieval.numbers import DocumentNumber, Place, numbers_in, place_in

MAX_CHARACTERS = 2_000  # more than any question; the rest would only slow the encoder

_SPACES = re.compile(r"\s+")
# What asks for a verdict says nothing about the topic and is in no document.
_VERDICT = re.compile(
    r"[\s,.;:-]*(?:(?:điều này |như vậy |câu này |phát biểu này )?(?:là )?"
    r"(?:đúng hay sai|(?:có )?đúng (?:hay )?không|(?:có )?phải không))\s*[?.!]*\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """``typed`` as it came; ``understood`` with abbreviations written out and marks restored.

    ``topic`` is what is encoded; ``terms`` what the sparse leg looks up, folded.
    """

    typed: str
    understood: str
    topic: str
    terms: tuple[str, ...]
    is_english: bool
    numbers: tuple[DocumentNumber, ...]
    place: Place | None

    @property
    def reading_differs(self) -> bool:
        """Tell whether the reader should be shown how the question was understood."""
        return normalize(self.typed).strip().lower() != self.understood.lower()


def understand(typed: str, restorer: Restorer, abbreviations: Abbreviations) -> Question:
    """Read a question; an empty one has no terms."""
    text = _SPACES.sub(" ", normalize(typed)).strip()[:MAX_CHARACTERS]
    english = is_english(text)
    understood = text if english else restorer.restore(abbreviations.expand(text))
    topic = _VERDICT.sub("", understood) or understood
    terms = tokens(topic)
    if fold(understood) != fold(text):  # the documents may use the abbreviation itself
        terms += tuple(term for term in tokens(text) if "_" not in term)
    return Question(
        typed=typed,
        understood=understood,
        topic=topic,
        terms=tuple(dict.fromkeys(terms)),
        is_english=english,
        numbers=numbers_in(text),
        place=place_in(text),
    )
