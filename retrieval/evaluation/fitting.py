"""Fits the three small models of retrieval on judged questions: ranking, quote, confidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from documents.vietnamese.normalize import normalize
from retrieval.confidence import signals
from retrieval.evaluation.datasets import JudgedQuestion
from retrieval.pipeline import Searcher
from retrieval.question.question import Question
from retrieval.ranking.ranking import Ranked
from retrieval.readers.sentence import QuoteModel, sentence_features, units

Rows = NDArray[np.float64]
ANSWERABLE = 0.5  # even odds: a wrong answer costs a cadre more than an honest "not found"
_PENALTY = 1.0  # inverse strength, on standardised features; flat between 0.1 and 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with the ranking it got."""

    question: JudgedQuestion
    asked: Question
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


def fit_quote(judged: Sequence[Judged]) -> Rows:
    """Return the weights that put sentences holding a known answer above the others beside them."""
    pairs = []
    for one in judged:
        answers = [normalize(answer) for answer in one.question.answers]
        group = one.ranked.group()
        texts = [candidate.passage.text for candidate in group]
        spans = [units(text) for text in texts]
        right = np.array(
            [
                any(answer in text[start:end] for answer in answers)
                for text, own in zip(texts, spans, strict=True)
                for start, end in own
            ],
            bool,
        )
        if right.any() and not right.all():
            cosines = [candidate.dense for candidate in group]
            rows = sentence_features(texts, spans, cosines, one.asked, one.ranked.idf)
            pairs.append((rows[right], rows[~right]))
    return _fit_pairs(pairs)


def confidence_rows(quotes: QuoteModel, judged: Sequence[Judged]) -> tuple[Rows, list[bool]]:
    """Return the signals of each first passage and whether it answers.

    Answerable questions whose first passage is wrong belong to neither side and are left out.
    """
    rows, labels = [], []
    for one in judged:
        if not one.ranked.order:
            continue
        answered = one.ranked.best.passage.document_id in one.question.relevant
        if not answered and one.question.relevant:
            continue
        quote = quotes.best(one.ranked.group(), one.asked, one.ranked.idf)
        rows.append(signals(one.asked, one.ranked, quote))
        labels.append(answered)
    return np.array(rows, np.float64), labels


def fit_confidence(rows: Rows, labels: Sequence[bool]) -> tuple[Rows, float]:
    """Return weights and intercept of the probability that the first passage answers."""
    right = np.array(labels, bool)
    mean, scale = rows.mean(0), rows.std(0) + 1e-9
    weight = np.where(right, ANSWERABLE / right.mean(), (1 - ANSWERABLE) / (1 - right.mean()))
    model = LogisticRegression(C=_PENALTY, max_iter=2_000)
    model.fit((rows - mean) / scale, right, sample_weight=weight)
    weights = model.coef_[0] / scale
    return weights, float(model.intercept_[0] - weights @ mean)


def fit_logistic(
    rows: Rows, labels: Sequence[bool], sample_weights: Sequence[float]
) -> tuple[Rows, float]:
    """Return weights and intercept of the probability of a label, not balanced: it calibrates."""
    mean, scale = rows.mean(0), rows.std(0) + 1e-9
    model = LogisticRegression(C=_PENALTY, max_iter=2_000)
    model.fit((rows - mean) / scale, np.array(labels, bool), sample_weight=np.array(sample_weights))
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
