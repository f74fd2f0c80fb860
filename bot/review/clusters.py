"""Questions grouped by what they ask for, whatever their words.

Complete-linkage clustering by the odds that two questions ask for the same: a question joins a
group when it may be one with each of its questions, so that none chains two topics together.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.query_log.log import QueryLog
from bot.review.views import Repeated
from index.lexicon import Lexicon
from retrieval.question import alike
from retrieval.question.abbreviations import Abbreviations
from retrieval.question.spelling import Restorer

EVEN = 0.0  # log odds from which two questions are one
MOST = 2000  # distinct questions grouped at once; 3,000 took 23 s on a busy machine
_READ = ", marks restored"  # the vector is of the question as it is read here
_BATCH = 32


class QueryEncoder(Protocol):
    """What is needed of an encoder here."""

    @property
    def fingerprint(self) -> str:
        """The identity of the model."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row a query."""
        ...


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions that ask for the same, the one asked most first; one of them stands for all."""

    members: tuple[Repeated, ...]
    question: str

    @property
    def times(self) -> int:
        """How often any of them was asked."""
        return sum(member.times for member in self.members)


def cluster(
    log: QueryLog, encoder: QueryEncoder, questions: Sequence[Repeated], least: float = EVEN
) -> tuple[Cluster, ...]:
    """Group questions by what they ask for, the group asked most often first.

    ``least`` are the log odds from which two may be one.
    """
    if not questions:
        return ()
    abbreviations = Abbreviations.load()
    wanted = [alike.read(one.question, abbreviations) for one in questions]
    vectors = _vectors(log, encoder, questions)
    odds = alike.log_odds(wanted, vectors @ vectors.T)
    groups = linked(odds, least)
    clusters = (_named(questions, group, odds) for group in groups)
    return tuple(sorted(clusters, key=lambda one: (-one.times, one.question)))


def linked(odds: NDArray[np.float32], least: float) -> tuple[tuple[int, ...], ...]:
    """Return the rows of each group: those two are joined whose least likely pair is the likeliest,
    as long as it is ``least``. The row that is nearest to each is kept: of thousands, few change.
    """
    odds = odds.copy()
    np.fill_diagonal(odds, -np.inf)
    groups: dict[int, tuple[int, ...]] = {row: (row,) for row in range(len(odds))}
    nearest = odds.argmax(axis=1)
    best = odds[np.arange(len(odds)), nearest]
    while True:
        one = int(best.argmax())
        other = int(nearest[one])
        if best[one] < least or best[one] == -np.inf:
            return tuple(groups.values())
        odds[one] = odds[:, one] = np.minimum(odds[one], odds[other])
        odds[other] = odds[:, other] = -np.inf
        odds[one, one] = best[other] = -np.inf
        changed = np.flatnonzero(np.isin(nearest, (one, other)) & (best > -np.inf))
        for row in {one, *changed.tolist()}:
            nearest[row] = odds[row].argmax()
            best[row] = odds[row, nearest[row]]
        groups[one] = tuple(sorted((*groups[one], *groups.pop(other))))


def _named(
    questions: Sequence[Repeated], group: Sequence[int], odds: NDArray[np.float32]
) -> Cluster:
    """Name a group by the question asked most of those typed with marks, else of all."""
    likeness = {row: float(odds[row, list(group)].sum()) for row in group}

    def rank(row: int) -> tuple[bool, int, float]:
        return questions[row].typed_with_marks, questions[row].times, likeness[row]

    ordered = sorted(group, key=lambda row: (questions[row].times, likeness[row]), reverse=True)
    name = questions[max(ordered, key=rank)].question
    return Cluster(tuple(questions[row] for row in ordered), name)


def _vectors(
    log: QueryLog, encoder: QueryEncoder, questions: Sequence[Repeated]
) -> NDArray[np.float32]:
    """Return a vector a question; each is encoded once and kept as long as the question is.

    Whoever asks in the same words again is found by the words.
    """
    model = encoder.fingerprint + _READ
    rows = log.database.rows(
        "SELECT plain, vector FROM vectors JOIN questions ON id = question_id"
        " WHERE vectors.model = ? AND plain IN (SELECT value FROM json_each(?))",
        (model, json.dumps([one.plain for one in questions])),
    )
    known = {plain: np.frombuffer(vector, np.float32) for plain, vector in rows}
    lacking = [one for one in questions if one.plain not in known]
    for start in range(0, len(lacking), _BATCH):
        batch = lacking[start : start + _BATCH]
        encoded = encoder.encode_queries(_readings(batch))
        fresh = list(zip(batch, encoded, strict=True))
        known.update((one.plain, row) for one, row in fresh)
        with log.database.writing() as database:
            database.conn.executemany(
                "INSERT OR REPLACE INTO vectors SELECT id, ?, ? FROM questions WHERE id = ?",
                [(model, row.tobytes(), one.question_id) for one, row in fresh],
            )
    return np.stack([known[one.plain] for one in questions])


def _readings(questions: Sequence[Repeated]) -> list[str]:
    """Write abbreviations out and restore marks where the bot did not, by general Vietnamese."""
    restorer, abbreviations = Restorer.over(Lexicon()), Abbreviations.load()
    return [
        restorer.restore_around_numbers(abbreviations.expand(one.question)) for one in questions
    ]
