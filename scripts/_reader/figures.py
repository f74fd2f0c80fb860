"""How well a reader reads the texts that were held out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from scripts._reader.arrays import Arrays
from scripts._reader.groups import Batch, Sampler
from scripts._reader.losses import read
from scripts._reader.network import NO_PLACE, Packed, Packer, Reader, Said

LONGEST_ANSWER = 80  # tokens

_BATCH = 16  # questions read together: 64 take 4 GB with 8 pieces each
_SEED = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures over questions; None where no question has them.

    ``first``: the piece that answers comes first. ``auroc``: the best piece of a question with an
    answer scores higher than that of one without. ``f1`` and ``exact``: the marked tokens.
    ``verdict``: yes and no told apart. ``sure`` and ``false``: questions with and without an answer
    whose best piece has log-odds above 0.
    """

    questions: int
    first: float | None
    auroc: float | None
    f1: float | None
    exact: float | None
    verdict: float | None
    sure: float | None
    false: float | None

    def as_json(self) -> dict[str, float | int | None]:
        """Return the figures to three places."""
        return {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


@dataclass(slots=True)
class _Outcomes:
    first: list[bool] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    unanswered: list[float] = field(default_factory=list)
    overlaps: list[float] = field(default_factory=list)
    verdicts: list[bool] = field(default_factory=list)

    def figures(self) -> Figures:
        return Figures(
            questions=len(self.answered) + len(self.unanswered),
            first=_mean(self.first),
            auroc=_auroc(self.answered, self.unanswered),
            f1=_mean(self.overlaps),
            exact=_mean(overlap == 1 for overlap in self.overlaps),
            verdict=_mean(self.verdicts),
            sure=_mean(score > 0 for score in self.answered),
            false=_mean(score > 0 for score in self.unanswered),
        )


@torch.no_grad()
def measure(
    reader: Reader, arrays: Arrays, sampler: Sampler, packer: Packer, most: int
) -> tuple[Figures, dict[str, Figures]]:
    """Ask the held-out questions, ``most`` of them at most; figures of all, and by source."""
    was_training = reader.training
    reader.eval()
    random = np.random.default_rng(_SEED)
    questions = np.flatnonzero(arrays.held_out)
    if len(questions) > most:
        questions = random.choice(questions, most, replace=False)
    everything, by_source = _Outcomes(), defaultdict[str, _Outcomes](_Outcomes)
    for first in range(0, len(questions), _BATCH):
        batch = sampler.batch(questions[first : first + _BATCH], random)
        packed, said = read(reader, packer, batch)
        for place, question in enumerate(batch.questions):
            source = arrays.sources[arrays.source[question]]
            verdict = int(arrays.verdicts[question])
            for outcomes in (everything, by_source[source]):
                _note(outcomes, batch, place, packed, said, verdict)
    reader.train(was_training)
    return everything.figures(), {name: one.figures() for name, one in sorted(by_source.items())}


def _note(
    outcomes: _Outcomes, batch: Batch, place: int, packed: Packed, said: Said, verdict: int
) -> None:
    """Note what became of one question; its first piece answers, if one does."""
    count = len(batch.pieces) // len(batch.questions)
    row = place * count
    scores = said.relevance[row : row + count]
    best = float(scores.max())
    first, last, answers = batch.labels[row].tolist()
    if not answers:
        outcomes.unanswered.append(best)
        return
    outcomes.answered.append(best)
    outcomes.first.append(int(scores.argmax()) == 0)
    if first >= 0:
        offset = int(packed.offsets[row])
        found = best_span(said.spans[row])
        outcomes.overlaps.append(_overlap(found, (first + offset, last + offset)))
    if verdict > 0:
        outcomes.verdicts.append(int(said.verdicts[row, 1:].argmax()) + 1 == verdict)


def best_span(logits: Tensor) -> tuple[int, int]:
    """Return the likeliest first and last token of an answer, "no answer" left aside."""
    starts, ends = logits.unbind(-1)
    sums = starts[:, None] + ends[None]
    allowed = torch.ones_like(sums, dtype=torch.bool)
    allowed = allowed.triu() & ~allowed.triu(LONGEST_ANSWER)
    allowed[0] = False
    place = int(sums.masked_fill(~allowed, 3 * NO_PLACE).argmax())
    return divmod(place, len(starts))


def _overlap(found: tuple[int, int], wanted: tuple[int, int]) -> float:
    shared = max(0, min(found[1], wanted[1]) - max(found[0], wanted[0]) + 1)
    return 2 * shared / (found[1] - found[0] + 1 + wanted[1] - wanted[0] + 1)


def _auroc(above: list[float], below: list[float]) -> float | None:
    """Return how often a score of the first kind is above one of the second."""
    if not above or not below:
        return None
    scores: NDArray[np.float64] = np.array(above + below)
    ranks = scores.argsort().argsort() + 1
    least = len(above) * (len(above) + 1) / 2
    return float((ranks[: len(above)].sum() - least) / len(above) / len(below))


def _mean(values: Iterable[float]) -> float | None:
    kept = list(values)
    return float(np.mean(kept)) if kept else None
