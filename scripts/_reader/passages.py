"""Texts as the library would split them, and where in those passages the answers stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.document import Document
from documents.splitting.passages import split
from documents.store.records import Head
from documents.vietnamese.normalize import normalize
from retrieval.cross_encoder.inputs import context_of
from scripts._reader.rows import Answer, Example, Material, Text

MOST_ANSWERS = 3  # of a question; sets with several annotators repeat themselves
LONG_ANSWERS = ("written", "own", "virhe", "alqac")  # sources whose answers may cross passages
LEAST_SHARE = 0.6  # of such an answer that a passage must hold
LEAST_SHARE_OF_WHOLE = 0.9  # of a stretch without known words

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage to read: what surrounds it, its text, and where in which text it starts."""

    context: str
    text: str
    text_id: str
    start: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the pieces that answer it, by number, and the words of each that do.

    ``own`` are all pieces of the text it is about, ``cut`` the piece made of one that answered.
    """

    question: str
    positives: dict[int, Span | None]
    own: tuple[int, ...]
    source: str
    text_id: str | None = None
    verdict: str | None = None
    is_english: bool = False
    cut: int | None = None

    @property
    def answerable(self) -> bool:
        """Whether a piece answers it."""
        return bool(self.positives)


class Pieces:
    """The pieces of all texts that are asked about or distract."""

    def __init__(self, material: Material) -> None:
        asked = {one.text_id for one in material.examples if one.text_id is not None}
        self.all: list[Piece] = []
        self._of_text: dict[str, tuple[int, ...]] = {}
        self._normal: dict[str, str] = {}
        for text_id in sorted(asked | material.distractors):
            self._add(text_id, material.texts[text_id])

    def asked(self, example: Example) -> Asked | None:
        """Return an example over the pieces; None where its answer is not found in them."""
        own = self._of_text[example.text_id] if example.text_id is not None else ()
        positives = self._positives(example, own) if example.answerable else {}
        if example.answerable and not positives:
            return None
        return Asked(
            question=normalize(example.question).strip(),
            positives=positives,
            own=own,
            source=example.source,
            text_id=example.text_id,
            verdict=example.verdict,
            is_english=example.is_english,
        )

    def _add(self, text_id: str, given: Text) -> None:
        text = normalize(given.text)
        title = normalize(given.title).replace("_", " ")
        document = Document(text_id, title, None, None, None, None, text_id, "", text)
        head = Head(text_id, title, None, None, None, None)
        first = len(self.all)
        self.all += [
            Piece(context_of(head, passage), passage.text, text_id, passage.start)
            for passage in split(document)
        ]
        self._of_text[text_id] = tuple(range(first, len(self.all)))
        self._normal[text_id] = text

    def _positives(self, example: Example, own: Sequence[int]) -> dict[int, Span | None]:
        assert example.text_id is not None  # it is answerable
        text = self._normal[example.text_id]
        share = LEAST_SHARE if example.source.startswith(LONG_ANSWERS) else 1.0
        found: dict[int, Span | None] = {}
        for answer in example.answers[:MOST_ANSWERS]:
            span = locate(text, answer)
            if span:
                for number, part in self._parts(own, span, share):
                    found.setdefault(number, part)
        if not found and example.whole is not None:
            span = locate(text, Answer(example.whole))
            if span:
                parts = self._parts(own, span, LEAST_SHARE_OF_WHOLE)
                found = {number: None for number, _ in parts}
        return found

    def _parts(self, own: Sequence[int], span: Span, share: float) -> list[tuple[int, Span]]:
        """Return the pieces that hold at least a share of a span, and their parts of it."""
        found = []
        for number in own:
            piece = self.all[number]
            start = max(span[0] - piece.start, 0)
            end = min(span[1] - piece.start, len(piece.text))
            if end - start >= share * (span[1] - span[0]):
                found.append((number, (start, end)))
        return found


def locate(text: str, answer: Answer) -> Span | None:
    """Return where the words of an answer stand in a normalised text, nearest to their start.

    Starts count the characters of the text before it was normalised, so that they are near only.
    """
    words = normalize(answer.words).strip()
    if not words:
        return None
    places = _places(text, words)
    if not places and len(text.lower()) == len(text):
        places = _places(text.lower(), words.lower())
    if not places:
        return None
    start = min(places, key=lambda place: abs(place - (answer.start or 0)))
    return start, start + len(words)


def _places(text: str, words: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(words), text)]
