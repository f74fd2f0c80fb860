"""Questions and pieces as token ids in flat arrays, and which of them are held out."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoders.bundled.weights import BEGIN_TOKEN, END_TOKEN
from retrieval.cross_encoder.inputs import CONTEXT_TOKENS, QUESTION_TOKENS, TEXT_TOKENS
from scripts._reader.passages import Asked, Piece, Span
from scripts._reader.rows import Text, plain

HELD_OUT = 25  # one text in so many measures and is never learned from
HELD_OUT_WRITTEN = 8  # of texts with questions of ours or of a committee, which are few

_UNKNOWN = 3
_WORD = re.compile(r"\S+")
_VERDICTS = {None: -1, "neither": 0, "yes": 1, "no": 2}

Tokenise = Callable[[Sequence[str]], Sequence[Sequence[int]]]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of different lengths: row i is ``values[bounds[i]:bounds[i + 1]]``."""

    values: NDArray[np.int32]
    bounds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __getitem__(self, row: int) -> NDArray[np.int32]:
        return self.values[self.bounds[row] : self.bounds[row + 1]]

    @classmethod
    def of(cls, rows: Iterable[Sequence[int] | NDArray[np.int32]]) -> "Ragged":
        """Put rows one behind the other."""
        kept = [np.asarray(row, np.int32) for row in rows]
        bounds = np.zeros(len(kept) + 1, np.int64)
        bounds[1:] = np.cumsum([len(row) for row in kept])
        return cls(np.concatenate([*kept, np.empty(0, np.int32)]), bounds)


@dataclass(frozen=True, slots=True)
class Arrays:
    """All that training reads.

    Token ids count within ``vocabulary``, the tokens that occur. A piece is "context </s> text";
    ``text_starts`` tells where its text begins. Every question has ``variants`` rows in
    ``questions``, the first as it is written. ``answers`` holds its pieces that answer as rows of
    (piece, first token, last token), with -1 for unknown words, ``own`` the other pieces of its
    text, ``pool`` pieces like it. Pieces from ``real`` on were made for one question each.
    """

    vocabulary: NDArray[np.int64]
    pieces: Ragged
    text_starts: NDArray[np.int64]
    real: int
    questions: Ragged
    variants: int
    answers: NDArray[np.int32]
    answer_bounds: NDArray[np.int64]
    own: Ragged
    cut: NDArray[np.int32]
    pool: NDArray[np.int32]
    sources: tuple[str, ...]
    source: NDArray[np.int32]
    held_out: NDArray[np.bool_]
    held_out_pieces: NDArray[np.bool_]
    verdicts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.source)

    def answers_of(self, question: int) -> NDArray[np.int32]:
        """Return the pieces that answer a question, with the tokens that do."""
        return self.answers[self.answer_bounds[question] : self.answer_bounds[question + 1]]

    def first_answers(self) -> NDArray[np.int32]:
        """Return the first answer of every question; (-1, -1, -1) without any."""
        found = np.full((len(self), 3), -1, np.int32)
        answered = np.flatnonzero(np.diff(self.answer_bounds) > 0)
        found[answered] = self.answers[self.answer_bounds[answered]]
        return found

    def digest(self) -> str:
        """Return what tells these arrays from others."""
        found = hashlib.sha256()
        for one in fields(self):
            value = getattr(self, one.name)
            parts = (value.values, value.bounds) if isinstance(value, Ragged) else (value,)
            for part in parts:
                found.update(
                    part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode()
                )
        return found.hexdigest()[:16]


def arrays_of(
    pieces: Sequence[Piece],
    real: int,
    asked: Sequence[Asked],
    variants: Sequence[Sequence[str]],
    pool: NDArray[np.int32],
    held_out_texts: frozenset[str],
    tokenise: Tokenise,
) -> Arrays:
    """Turn everything into token ids; ``variants`` has a row for each question."""
    words = _WordIds(tokenise)
    words.learn(text for piece in pieces for text in (piece.context, piece.text))
    words.learn(text for row in variants for text in row)
    placed = [_Placed.of(piece, words) for piece in pieces]
    questions = [words.of(text)[:QUESTION_TOKENS] for row in variants for text in row]
    used = {0, 1, 2, 3}.union(*(one.ids for one in placed), *questions)
    vocabulary = np.array(sorted(used), np.int64)
    sources = tuple(sorted({one.source for one in asked}))
    answers = [
        (number, *placed[number].tokens(span))
        for one in asked
        for number, span in one.positives.items()
    ]
    return Arrays(
        vocabulary=vocabulary,
        pieces=_within(vocabulary, [one.ids for one in placed]),
        text_starts=np.array([one.first for one in placed], np.int64),
        real=real,
        questions=_within(vocabulary, questions),
        variants=len(variants[0]),
        answers=np.array(answers, np.int32).reshape(-1, 3),
        answer_bounds=np.cumsum([0, *(len(one.positives) for one in asked)], dtype=np.int64),
        own=Ragged.of([n for n in one.own if n not in one.positives] for one in asked),
        cut=np.array([-1 if one.cut is None else one.cut for one in asked], np.int32),
        pool=pool,
        sources=sources,
        source=np.array([sources.index(one.source) for one in asked], np.int32),
        held_out=np.array(
            [
                one.text_id in held_out_texts
                or (one.text_id is None and _parted(one.question, HELD_OUT))
                for one in asked
            ]
        ),
        held_out_pieces=np.array([piece.text_id in held_out_texts for piece in pieces]),
        verdicts=np.array([_VERDICTS[one.verdict] for one in asked], np.int64),
    )


class OfText(Protocol):
    """A question about a text."""

    @property
    def source(self) -> str:
        """Where it comes from."""
        ...

    @property
    def text_id(self) -> str | None:
        """The text; None where none answers."""
        ...


def held_out(texts: Mapping[str, Text], asked: Sequence[OfText]) -> frozenset[str]:
    """Return the texts that measure: by text, so that no question on them is learned.

    Two copies of a text, which sources share, go together.
    """
    first: dict[str, str] = {}
    keys = {one: first.setdefault(plain(text.text), one) for one, text in texts.items()}
    written = {
        keys[one.text_id] for one in asked if one.source in ("written", "own") and one.text_id
    }
    return frozenset(
        text_id
        for text_id, key in keys.items()
        if _parted(key, HELD_OUT_WRITTEN if key in written else HELD_OUT)
    )


def _parted(key: str, one_in: int) -> bool:
    return int(hashlib.sha256(f"dev{key}".encode()).hexdigest()[:6], 16) % one_in == 0


class _WordIds:
    """The token ids of words, each word by itself, as the reader is asked."""

    def __init__(self, tokenise: Tokenise) -> None:
        self._tokenise = tokenise
        self._ids: dict[str, Sequence[int]] = {}

    def learn(self, texts: Iterable[str]) -> None:
        words = sorted({word for text in texts for word in text.split()} - self._ids.keys())
        for word, ids in zip(words, self._tokenise(words), strict=True):
            self._ids[word] = ids or [_UNKNOWN]

    def of(self, text: str) -> list[int]:
        return [one for word in text.split() for one in self._ids[word]]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A piece's token ids, and for every word of its text its characters and tokens."""

    ids: list[int]
    first: int
    words: list[tuple[int, int, int, int]]

    @classmethod
    def of(cls, piece: Piece, words: _WordIds) -> "_Placed":
        ids = [*words.of(piece.context)[:CONTEXT_TOKENS], END_TOKEN]
        first = len(ids)
        placed = []
        for match in _WORD.finditer(piece.text):
            more = words.of(match.group())
            if len(ids) - first + len(more) > TEXT_TOKENS:
                break
            placed.append((*match.span(), len(ids), len(ids) + len(more) - 1))
            ids += more
        return cls(ids, first, placed)

    def tokens(self, span: Span | None) -> tuple[int, int]:
        """Return the first and last token of a span of characters; -1 where it was cut off."""
        if span is None:
            return -1, -1
        inside = [one for one in self.words if one[0] < span[1] and one[1] > span[0]]
        return (inside[0][2], inside[-1][3]) if inside else (-1, -1)


def _within(vocabulary: NDArray[np.int64], rows: Sequence[Sequence[int]]) -> Ragged:
    ragged = Ragged.of(rows)
    assert vocabulary[BEGIN_TOKEN] == BEGIN_TOKEN  # the first tokens keep their ids
    return Ragged(np.searchsorted(vocabulary, ragged.values).astype(np.int32), ragged.bounds)
