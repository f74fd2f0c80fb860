"""How good a ranking and a refusal are: hit@k, MRR, nDCG, AUROC, precision at a recall."""

import math
from collections.abc import Sequence


def first_relevant_rank(ranking: Sequence[str], relevant: frozenset[str]) -> int | None:
    """Return the 1-based rank of the first relevant id; None when there is none."""
    return next((rank for rank, item in enumerate(ranking, 1) if item in relevant), None)


def hit_at(ranking: Sequence[str], relevant: frozenset[str], k: int) -> bool:
    """Tell whether one of the first k ids is relevant."""
    rank = first_relevant_rank(ranking, relevant)
    return rank is not None and rank <= k


def reciprocal_rank(ranking: Sequence[str], relevant: frozenset[str], k: int = 10) -> float:
    """Return 1 / rank of the first relevant id within k; 0 when there is none."""
    rank = first_relevant_rank(ranking[:k], relevant)
    return 1 / rank if rank else 0.0


def ndcg(ranking: Sequence[str], relevant: frozenset[str], k: int = 10) -> float:
    """Return the normalised discounted cumulative gain at k for binary relevance.

    Järvelin and Kekäläinen 2002, with log2(rank + 1) as the discount.
    """
    gain = sum(
        1 / math.log2(rank + 1) for rank, item in enumerate(ranking[:k], 1) if item in relevant
    )
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(relevant), k) + 1))
    return gain / best if best else 0.0


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Return the chance that a positive scores above a negative, ties counting half.

    The Mann-Whitney statistic by ranks; None when a side is empty.
    """
    if not positive or not negative:
        return None
    scores = sorted([(score, True) for score in positive] + [(score, False) for score in negative])
    rank_sum, start = 0.0, 0
    while start < len(scores):
        end = start
        while end < len(scores) and scores[end][0] == scores[start][0]:
            end += 1
        average_rank = (start + end + 1) / 2
        rank_sum += average_rank * sum(is_positive for _score, is_positive in scores[start:end])
        start = end
    count = len(positive)
    return (rank_sum - count * (count + 1) / 2) / (count * len(negative))


def precision_at_recall(
    positive: Sequence[float], negative: Sequence[float], recall: float
) -> float | None:
    """Return the precision at the highest threshold of that recall; None without positives."""
    if not positive:
        return None
    wanted = math.ceil(recall * len(positive))
    threshold = sorted(positive, reverse=True)[wanted - 1]
    true = sum(score >= threshold for score in positive)
    false = sum(score >= threshold for score in negative)
    return true / (true + false)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0 to 1) of the values lie, by the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan
