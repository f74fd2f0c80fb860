"""Whether fewer questions are answered than before, or no fewer than chance would have it."""

import math
from dataclasses import dataclass

Z = 1.96  # 95% of the weeks whose true rate is that of before lie within the band


@dataclass(frozen=True, slots=True)
class Band:
    """The rates between which a period's own lies by chance, as shares of 1."""

    low: float
    high: float


def band(answered: int, asked: int, asked_now: int) -> Band | None:
    """Return where the rate of ``asked_now`` questions lies if nothing has changed.

    The score interval of prediction (Krishnamoorthy and Peng 2011, "joint sampling"): the rates
    that a test of two shares, pooled, does not tell from the one before. Never outside 0 to 1,
    and wide where either period holds few questions. None where one of them is empty.
    """
    if not asked or not asked_now:
        return None
    rate = answered / asked
    both = asked + asked_now
    now, before = asked_now / both, asked * rate / both
    chance = Z * Z * (1 / asked + 1 / asked_now)
    # (x - rate)^2 = chance * pooled * (1 - pooled), where pooled = now * x + before
    second = 1 + chance * now * now
    first = 2 * rate + chance * now * (1 - 2 * before)
    zeroth = rate * rate - chance * before * (1 - before)
    root = math.sqrt(max(first * first - 4 * second * zeroth, 0.0))
    low, high = (first - root) / (2 * second), (first + root) / (2 * second)
    return Band(max(low, 0.0), min(high, 1.0))
