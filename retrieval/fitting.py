"""Fits the three small models of retrieval on judged questions: ranking, quote, confidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from documents.normalize import normalize
from index.corpus import JudgedQuestion
from retrieval.confidence import question_mass, signals
from retrieval.question import Question
from retrieval.quote import sentence_features, units
from retrieval.ranked import Ranked
from retrieval.search import Searcher
from retrieval.wanted import wanted_by

Rows = NDArray[np.float64]
_PENALTY = 1.0  # inverse strength, on standardised features; flat between 0.1 and 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with the ranking it got."""

    question: JudgedQuestion
    understood: Question
    ranked: Ranked


def rank_all(searcher: Searcher, questions: Iterable[JudgedQuestion]) -> tuple[Judged, ...]:
    """Rank every question over the whole library."""
    judged = []
    for question in questions:
        understood = searcher.understand(question.question)
        judged.append(Judged(question, understood, searcher.rank(understood)))
    return tuple(judged)


def fit_ranking(judged: Sequence[Judged]) -> Rows:
    """Return the weights that put right candidates above wrong ones of the same question."""
    pairs = []
    for one in judged:
        right = np.array(
            [
                candidate.passage.document_id in one.question.relevant
                for candidate in one.ranked.pool.candidates
            ],
            bool,
        )
        if right.any() and not right.all():
            pairs.append((one.ranked.rows[right][:3], one.ranked.rows[~right]))
    return _fit_pairs(pairs)


def fit_quote(searcher: Searcher, judged: Sequence[Judged]) -> Rows:
    """Return the weights that put sentences holding a known answer above the passage's others."""
    pairs = []
    for one in judged:
        wanted = wanted_by(one.understood.understood)
        answers = [normalize(answer) for answer in one.question.answers]
        for document_id in one.question.relevant:
            for passage in searcher.library.passages_of(document_id):
                spans = units(passage.text)
                right = np.array(
                    [any(a in passage.text[start:end] for a in answers) for start, end in spans]
                )
                if right.any() and not right.all():
                    rows = sentence_features(
                        passage.text,
                        spans,
                        one.understood.understood,
                        one.understood.terms,
                        one.ranked.idf,
                        wanted,
                    )
                    pairs.append((rows[right], rows[~right]))
    return _fit_pairs(pairs)


def fit_confidence(searcher: Searcher, judged: Sequence[Judged]) -> tuple[Rows, float]:
    """Return weights and intercept that tell a right first passage from an unanswerable question.

    Answerable questions whose first passage is wrong belong to neither side and are left out.
    Both sides weigh the same, so that 0.5 is even odds.
    """
    rows, labels = [], []
    for one in judged:
        if not one.ranked.order:
            continue
        wanted = wanted_by(one.understood.understood)
        first = one.ranked.pool.candidates[one.ranked.order[0]].passage
        answered = first.document_id in one.question.relevant
        if not answered and one.question.relevant:
            continue
        quote = searcher.composer.quotes.best(
            first.text, one.understood.understood, one.understood.terms, one.ranked.idf, wanted
        )
        mass = question_mass(one.understood.terms, one.ranked)
        rows.append(signals(one.ranked, quote, wanted, mass))
        labels.append(answered)
    matrix = np.array(rows)
    mean, scale = matrix.mean(0), matrix.std(0) + 1e-9
    model = LogisticRegression(C=_PENALTY, class_weight="balanced", max_iter=2_000)
    model.fit((matrix - mean) / scale, np.array(labels))
    weights = model.coef_[0] / scale
    return weights, float(model.intercept_[0] - weights @ mean)


def _fit_pairs(pairs: Sequence[tuple[Rows, Rows]]) -> Rows:
    """Return the weights of a logistic regression on right - wrong, without an intercept."""
    differences = np.concatenate(
        [one - wrong for right, wrong in pairs for one in right], dtype=np.float64
    )
    scale = differences.std(0) + 1e-9
    rows = differences / scale
    labels = np.concatenate([np.ones(len(rows)), np.zeros(len(rows))])
    model = LogisticRegression(C=_PENALTY, fit_intercept=False, max_iter=2_000)
    model.fit(np.concatenate([rows, -rows]), labels)
    return np.asarray(model.coef_[0] / scale, np.float64)
