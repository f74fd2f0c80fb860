"""An answer worded by a language model: shown only where every sentence of it can be checked.

Each sentence must cite the passages it was given, hold no number, negation or matter that these
do not hold; else the extractive answer stands.
"""

import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from documents.store.library import Library
from documents.vietnamese.normalize import normalize
from index.tokens import syllables
from retrieval.answer import Answer, Citation, Response
from retrieval.errors import GenerationError
from retrieval.generation.statements import counted_in, denies_alike, numbers_of, quantities_of

PASSAGES = 5  # sent with a question: what a small model reads in seconds
MOST_CHARACTERS = 1_500
MOST_SENTENCES = 8
_COVERED = 0.7  # of a sentence's syllables that its cited passages must hold
_PAIRS_COVERED = 0.35  # of its pairs of syllables: words may be put in another order
_MARKER = re.compile(r"\[\s*(\d{1,2}(?:\s*[,;]\s*\d{1,2})*)\s*\]")
_MARKERS_BEHIND = re.compile(rf"([.!?…]+)((?:\s*{_MARKER.pattern})+)")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_LIST_MARK = re.compile(r"^\s*(?:[-+*•]|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*|__|`")
_NEVER = re.compile(r"[<>@]|://|\bhttps?:|\bwww\.", re.IGNORECASE)
# A web or mail address, or what a reader's program makes a link of: only as the passages have it.
_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?:/\S*)?")

log = logging.getLogger(__name__)


class Generator(Protocol):
    """Words an answer from numbered passages; within a time of its own."""

    def generate(self, question: str, passages: Sequence[str]) -> str:
        """Return a text that cites the passages as [1], [2], …; raises GenerationError."""


@dataclass(frozen=True)
class Worder:
    """Lets a model word what passages answer, and takes its text only where it can be checked."""

    library: Library
    generator: Generator

    def worded(self, response: Response, hidden: frozenset[str] = frozenset()) -> Response:
        """Return the response with the model's wording, or as it was.

        A place, a fact of a document's head or a computed figure needs no other words. Of a
        document stamped secret nothing is sent, and none of the ``hidden`` ones is named.
        """
        answer = response.reply
        if not isinstance(answer, Answer) or answer.derivation or answer.confidence >= 1:
            return response
        sources = self._sources(response, answer, hidden)
        if not sources:
            return response
        try:
            text = self.generator.generate(
                response.understood_as, [source.quote for source in sources]
            )
        except GenerationError as error:
            log.warning("no generated answer: %s", error)
            return response
        generated = checked(answer, text, sources)
        log.info("generated answer %s", "shown" if generated else "rejected")
        return response if generated is None else replace(response, reply=generated)

    def _sources(
        self, response: Response, answer: Answer, hidden: frozenset[str]
    ) -> tuple[Citation, ...]:
        """Cite the passages of an answer and the best hits whole, but none that is secret."""
        first = {citation.passage_id for citation in answer.citations}
        hits = sorted(response.hits, key=lambda hit: hit.passage.passage_id not in first)
        sources: list[Citation] = []
        for hit in hits[:PASSAGES]:
            document = self.library.document(hit.passage.document_id)
            newer = self.library.replaced_by(hit.passage.document_id, hidden)
            if document is None or document.secrecy:
                continue
            successor = (newer[0].number or newer[0].title) if newer else None
            span = (0, len(hit.passage.text))
            marker = len(sources) + 1
            sources.append(Citation.of(marker, document, hit.passage, span, successor))
        return tuple(sources)


def checked(answer: Answer, text: str, sources: Sequence[Citation]) -> Answer | None:
    """Return the answer worded by ``text``; None when any of it cannot be checked.

    ``sources[n - 1]`` is the whole passage that the text cites as [n]. The citations of the result
    are numbered anew in the order they come.
    """
    sentences = _sentences(text)
    if not sentences or len(sentences) > MOST_SENTENCES or len(text) > MOST_CHARACTERS:
        return None
    if _NEVER.search(text) or not all(map(_is_plain, text)):
        return None
    order: list[int] = []
    for sentence in sentences:
        cited = _cited(sentence)
        if not cited or not all(1 <= number <= len(sources) for number in cited):
            return None
        if not _holds(_MARKER.sub(" ", sentence), [sources[n - 1].quote for n in cited]):
            return None
        order += [number for number in cited if number not in order]
    citations = tuple(
        replace(sources[number - 1], marker=marker) for marker, number in enumerate(order, 1)
    )
    return replace(
        answer,
        text=_renumbered("\n".join(sentences), order),
        citations=citations,
        highlights=(),
        is_generated=True,
    )


def _sentences(text: str) -> tuple[str, ...]:
    """Part a text into sentences, each with the markers that stand behind its full stop."""
    plain = _EMPHASIS.sub("", normalize(text))
    joined = _MARKERS_BEHIND.sub(lambda match: f"{match[2]}{match[1]}", plain)
    parts = (_LIST_MARK.sub("", part).strip() for part in _SENTENCE_END.split(joined))
    return tuple(part for part in parts if any(letter.isalnum() for letter in part))


def _cited(sentence: str) -> tuple[int, ...]:
    numbers = (int(n) for match in _MARKER.finditer(sentence) for n in re.findall(r"\d+", match[1]))
    return tuple(dict.fromkeys(numbers))


def _renumbered(text: str, order: Sequence[int]) -> str:
    def renumber(match: re.Match[str]) -> str:
        numbers = (order.index(int(n)) + 1 for n in re.findall(r"\d+", match[1]))
        return "[" + ", ".join(map(str, numbers)) + "]"

    return _MARKER.sub(renumber, text)


def _holds(sentence: str, passages: Sequence[str]) -> bool:
    """Tell whether passages hold what a sentence says, as far as words can show."""
    together = "\n".join(passages)
    if not numbers_of(sentence) <= numbers_of(together):
        return False
    known = syllables(together)
    said = syllables(sentence)
    words = [word for word in said if not word.isdigit()]
    if not words or not _states_alike(sentence, together):
        return False
    covered = sum(word in set(known) for word in words) / len(words)
    pairs = list(zip(said, said[1:], strict=False))
    known_pairs = set(zip(known, known[1:], strict=False))
    pairs_covered = sum(pair in known_pairs for pair in pairs) / len(pairs) if pairs else 1.0
    return covered >= _COVERED and pairs_covered >= _PAIRS_COVERED


def _states_alike(sentence: str, passages: str) -> bool:
    """Tell whether a sentence denies, counts, names and refers to nothing that passages do not."""
    units = counted_in(passages)
    addresses = {one.casefold() for one in _ADDRESS.findall(passages)}
    return (
        denies_alike(sentence, passages)
        and quantities_of(sentence, units) <= quantities_of(passages, units)
        and {one.casefold() for one in _ADDRESS.findall(sentence)} <= addresses
        and _same_names(sentence, passages)
    )


def _same_names(sentence: str, passages: str) -> bool:
    """Tell whether the names of a sentence stand in the passages, with their own marks."""
    words = re.findall(r"[^\W\d_]+", sentence)
    known = {word.lower() for word in re.findall(r"[^\W\d_]+", passages)}
    return all(word.lower() in known for word in words[1:] if word[0].isupper())


def _is_plain(character: str) -> bool:
    """Whether a character shows as itself: no mark of direction, nothing unseen, no letter that
    only looks like one of the Latin alphabet.
    """
    if character.isalpha():
        return unicodedata.name(character, "").startswith("LATIN ")
    return character in "\n\t" or unicodedata.category(character)[0] != "C"
