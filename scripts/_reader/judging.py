"""How a reader's outputs are judged: fitted on questions over texts it has not learned from."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.store.library import Library
from index.encoders.base import Encoder
from retrieval.cross_encoder.passage_reader import Judging, PassageReader
from retrieval.cross_encoder.read_ranking import NAMES, ReadRanking
from retrieval.evaluation.datasets import (
    JudgedQuestion,
    corpus_library,
    file_library,
    read_questions,
)
from retrieval.evaluation.fitting import fit_logistic
from retrieval.evaluation.run import plain, stands_in
from retrieval.pipeline import Searcher
from scripts._reader.arrays import held_out
from scripts._reader.rows import read_material

ORDERS = (0.0, 0.25, 0.5, 1.0)  # weights of the order by words that are tried
HEAD = 12  # words of a long answer that must be quoted
# the set, its questions, and how much each counts: the project's own are closest to askers
_SETS = (
    ("alqac/corpus", "alqac/questions", 1.0),
    ("alqac/corpus.refusal", "alqac/questions.refusal", 1.0),
    ("viquad/corpus", "viquad/questions", 1.0),
    ("xquad/corpus", "xquad/questions.vi", 0.5),
    ("xquad/corpus", "xquad/questions.en", 0.3),
)
_WRITTEN = 3.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with what the reader says of its ranking; ``by_words`` is its trust without."""

    question: JudgedQuestion
    read: ReadRanking
    by_words: float
    weight: float

    def first(self, order: float) -> int:
        """Return which of the passages read comes first."""
        return int(np.argmax(self.read.scores(order)[list(self.read.places)]))

    def is_right(self, first: int) -> bool:
        """Tell whether what would be quoted of a passage answers."""
        passage = self.read.candidate(first).passage
        if passage.document_id not in self.question.relevant or self.question.unanswerable:
            return False
        if not self.question.answers:
            return True
        start, end = self.read.quote(first).window
        text = plain(passage.text[start:end])
        heads = (" ".join(answer.split()[:HEAD]) for answer in self.question.answers)
        return any(stands_in(plain(head), text) for head in heads)

    def signals(self, first: int) -> NDArray[np.float64]:
        """Return the values of NAMES."""
        return self.read.signals(first, self.by_words)


def fit_judging(
    reader: PassageReader, sets: Path, home: Path, encoder: Encoder, tell: Tell
) -> Judging:
    """Fit on the sets below a folder and on the project's own held-out texts.

    ``home`` keeps their libraries. The weight of the order by words is the one with most right
    quotes; then a logistic regression tells right first passages from wrong ones.
    """
    read: list[Judged] = []
    for name, questions, weight, library in _libraries(sets, home, encoder):
        searcher = Searcher.open(library.path.parent, library, encoder)
        read += _read_all(searcher, reader, questions, weight)
        tell(f"{name}: {len(questions)}")
    answerable = [one for one in read if not one.question.unanswerable]
    found = {
        order: sum(one.weight * one.is_right(one.first(order)) for one in answerable)
        for order in ORDERS
    }
    order = max(ORDERS, key=found.__getitem__)
    firsts = [one.first(order) for one in read]
    pairs = list(zip(read, firsts, strict=True))
    weights, intercept = fit_logistic(
        np.array([one.signals(first) for one, first in pairs]),
        [one.is_right(first) for one, first in pairs],
        [one.weight for one in read],
    )
    return Judging(order, tuple(weights.tolist()), intercept)


def stored(judging: Judging) -> dict[str, float]:
    """Return what is kept beside a reader's weights."""
    named = dict(zip(NAMES, judging.weights, strict=True))
    values = {"order": judging.order, "intercept": judging.intercept} | named
    return {name: round(value, 5) for name, value in values.items()}


def _read_all(
    searcher: Searcher, reader: PassageReader, questions: Sequence[JudgedQuestion], weight: float
) -> Iterator[Judged]:
    with searcher.views.open() as view:
        for judged in questions:
            asked = view.understand(judged.question)
            ranking = searcher.rank(asked)
            trust = searcher.confidence(asked, ranking)
            if trust is None:
                continue
            yield Judged(judged, reader.read(asked, ranking, view), trust.probability, weight)


_Found = tuple[str, Sequence[JudgedQuestion], float, Library]


def _libraries(sets: Path, home: Path, encoder: Encoder) -> Iterator[_Found]:
    for corpus, questions, weight in _SETS:
        path = sets / f"{questions}.jsonl"
        if path.is_file():
            corpus_path = sets / f"{corpus}.jsonl"
            with corpus_library(corpus_path, home, encoder, _silent) as library:
                yield questions, read_questions(path), weight, library
    with _written(home, encoder) as (library, asked):
        yield "written", asked, _WRITTEN, library


@contextmanager
def _written(home: Path, encoder: Encoder) -> Iterator[tuple[Library, tuple[JudgedQuestion, ...]]]:
    """Open a library of the written texts that were held out, with the questions about them."""
    material = read_material(())
    kept = held_out(material.texts, material.examples)
    examples = [one for one in material.examples if one.text_id in kept]
    with tempfile.TemporaryDirectory() as name:
        folder, files = Path(name), {}
        for text_id in sorted(kept):
            files[text_id] = folder / f"{text_id}.txt"
            files[text_id].write_text(material.texts[text_id].text, "utf-8")
        with file_library(list(files.values()), home, encoder, _silent) as library:
            ids = {Path(one.source).stem: one.document_id for one in library.documents()}
            yield (
                library,
                tuple(
                    JudgedQuestion(
                        question_id=f"{one.text_id}-{number}",
                        question=one.question,
                        relevant=frozenset({ids[str(one.text_id)]} if one.answerable else ()),
                        answers=tuple(answer.words for answer in one.answers),
                        unanswerable=not one.answerable,
                    )
                    for number, one in enumerate(examples)
                ),
            )


def _silent(_done: int, _total: int) -> None:
    return
