"""What became of one judged question, and the figures that many of them come to."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.evaluation import metrics

RECALL = 0.8  # at which the precision of refusing is given


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question's result; None where a thing was not judged.

    ``key`` is the question's digest, by which runs are paired. ``rank`` is that of the first
    relevant document among ten, None where ``gain`` (nDCG) is given and none was found. ``quoted``
    tells whether a known answer stands in the quote, ``right`` whether the reply holds it, from a
    relevant document, or refuses what is unanswerable. ``confidence`` is the probability given to
    the first source.
    """

    key: str
    kind: str
    unanswerable: bool
    rank: int | None
    gain: float | None
    quoted: bool | None
    right: bool | None
    confidence: float | None
    refused: bool | None
    milliseconds: float

    def within(self, k: int) -> float | None:
        """Return 1 where a relevant document is among the first k, else 0; None if not judged."""
        return None if self.gain is None else float(self.rank is not None and self.rank <= k)

    @property
    def reciprocal(self) -> float | None:
        """1 / rank; None if not judged."""
        if self.gain is None:
            return None
        return 1 / self.rank if self.rank else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one run: shares and scores 0 to 1, times in milliseconds; None where not judged.

    hit@k, MRR and nDCG are over questions with a relevant row, by the document of each passage.
    ``answer_in_quote`` is over questions with known answers: one of them stands in the first 60
    words of the first source's quote. ``right`` is the share of replies that hold a known answer
    or refuse what is unanswerable, over the ``judged_replies`` where one of the two is known.
    Refusal is judged where some questions are unanswerable: the AUROC of the confidence, the
    precision of refusing at a recall of 0.80, and precision and recall of the refusals really made.
    """

    questions: int
    hit_at_1: float | None
    hit_at_5: float | None
    hit_at_10: float | None
    mrr_at_10: float | None
    ndcg_at_10: float | None
    answer_in_quote: float | None
    judged_replies: int
    right: float | None
    refusal_auroc: float | None
    refusal_precision_at_recall_80: float | None
    refusal_precision: float | None
    refusal_recall: float | None
    p50_ms: float
    p95_ms: float


def summed(outcomes: Sequence[Outcome]) -> Report:
    """Sum up a run."""
    # the positive class is "must be refused": its score is the doubt
    absent = [
        -one.confidence for one in outcomes if one.unanswerable and one.confidence is not None
    ]
    present = [
        -one.confidence for one in outcomes if not one.unanswerable and one.confidence is not None
    ]
    unanswerable = [one for one in outcomes if one.unanswerable and one.refused is not None]
    refused = [one for one in outcomes if one.refused]
    rightly = sum(bool(one.refused) for one in unanswerable)
    times = [one.milliseconds for one in outcomes]
    return Report(
        questions=len(outcomes),
        hit_at_1=_mean([one.within(1) for one in outcomes]),
        hit_at_5=_mean([one.within(5) for one in outcomes]),
        hit_at_10=_mean([one.within(10) for one in outcomes]),
        mrr_at_10=_mean([one.reciprocal for one in outcomes]),
        ndcg_at_10=_mean([one.gain for one in outcomes]),
        answer_in_quote=_mean([one.quoted for one in outcomes]),
        judged_replies=sum(one.right is not None for one in outcomes),
        right=_mean([one.right for one in outcomes]),
        refusal_auroc=metrics.auroc(absent, present),
        refusal_precision_at_recall_80=(
            metrics.precision_at_recall(absent, present, RECALL) if present else None
        ),
        refusal_precision=rightly / len(refused) if unanswerable and refused else None,
        refusal_recall=rightly / len(unanswerable) if unanswerable else None,
        p50_ms=metrics.percentile(times, 0.5),
        p95_ms=metrics.percentile(times, 0.95),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    judged = [float(value) for value in values if value is not None]
    return sum(judged) / len(judged) if judged else None
