"""What follows from the figures of an indicator by arithmetic."""

from dataclasses import dataclass
from decimal import Decimal

from retrieval.question.intent import Quantity
from retrieval.readers.figure_statements import Figure, Indicator, Role, format_number


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure that answers: ``text`` as shown, with the sum it follows from when it was computed.

    ``spans`` are the places in the sentence it rests on.
    """

    text: str
    derivation: str | None
    spans: tuple[tuple[int, int], ...]


def find(quantity: Quantity, indicator: Indicator) -> Finding | None:
    """Answer from an indicator, by reading or by arithmetic; None when it does not say."""
    return _FINDERS[quantity](indicator)


def percent(value: Decimal) -> str:
    """Write a percentage: "77,78%"."""
    return format_number(value) + "%"


def _read(figure: Figure | None) -> Finding | None:
    if figure is None:
        return None
    return Finding(_written(figure), None, ((figure.start, figure.end),))


def _written(figure: Figure) -> str:
    vague = f"{figure.vague} " if figure.vague else ""
    if figure.unit == "%":
        return vague + percent(abs(figure.value))
    space = "" if figure.unit == "%" else " "
    return vague + format_number(abs(figure.value)) + space + figure.unit


def _target(indicator: Indicator) -> Finding | None:
    stated, gap = indicator.figure(Role.TARGET), indicator.figure(Role.GAP)
    if stated is not None:
        return _read(stated)
    level = _level_figure(indicator)
    if gap is not None and level is not None and level.unit == "%":
        return _computed(level, gap, level.value - gap.value)
    share = indicator.figure(Role.OF_TARGET)
    amount = level or indicator.figure(Role.AMOUNT)
    if share is None or amount is None or not share.value:
        return None
    value = amount.value * 100 / share.value
    unit = "%" if amount.unit == "%" else f" {amount.unit}"
    number = format_number(value)
    return Finding(
        f"khoảng {number}{unit}",
        f"{_written(amount)} : {percent(share.value)} ≈ {number}{unit}",
        ((amount.start, amount.end), (share.start, share.end)),
    )


def _computed(level: Figure, difference: Figure, value: Decimal) -> Finding | None:
    """Show level − difference; an inexact figure gives an inexact result, a senseless one none."""
    if not 0 <= value <= 100:
        return None
    sign, about = ("−", "") if difference.value >= 0 else ("+", "")
    if level.vague or difference.vague:
        about = "khoảng "
    return Finding(
        about + percent(value),
        f"{percent(level.value)} {sign} {percent(abs(difference.value))} = {about}{percent(value)}",
        ((level.start, level.end), (difference.start, difference.end)),
    )


def _earlier(indicator: Indicator) -> Finding | None:
    change = indicator.figure(Role.CHANGE)
    level = _level_figure(indicator)
    if change is None:
        return None
    if level is not None and level.unit == "%":
        return _computed(level, change, level.value - change.value)
    amount = indicator.figure(Role.AMOUNT)
    if amount is None or change.unit != "%" or change.value <= -100:
        return None
    # an amount that grew by so many per cent: division, not subtraction
    number = format_number(amount.value / (1 + change.value / 100), 1)
    sign = "+" if change.value >= 0 else "−"
    return Finding(
        f"khoảng {number} {amount.unit}",
        f"{_written(amount)} : (100% {sign} {percent(abs(change.value))}) ≈ {number} {amount.unit}",
        ((amount.start, amount.end), (change.start, change.end)),
    )


def _change(indicator: Indicator) -> Finding | None:
    change = indicator.figure(Role.CHANGE)
    if change is None:
        return None
    word = "tăng" if change.value >= 0 else "giảm"
    baseline = f" so với {change.baseline}" if change.baseline else ""
    return Finding(f"{word} {_written(change)}{baseline}", None, ((change.start, change.end),))


def _gap(indicator: Indicator) -> Finding | None:
    gap = indicator.figure(Role.GAP)
    if gap is not None:
        word = "vượt" if gap.value >= 0 else "thấp hơn"
        return Finding(f"{word} {_written(gap)} so với mục tiêu", None, ((gap.start, gap.end),))
    level, target = _level_figure(indicator), indicator.figure(Role.TARGET)
    if level is None or target is None or level is target:
        return None
    difference = level.value - target.value
    word = "vượt" if difference >= 0 else "thấp hơn"
    number = format_number(abs(difference))
    return Finding(
        f"{word} {number} điểm % so với mục tiêu",
        f"{percent(level.value)} − {percent(target.value)} = {format_number(difference)} điểm %",
        ((level.start, level.end), (target.start, target.end)),
    )


def _level_figure(indicator: Indicator) -> Figure | None:
    return indicator.figure(Role.LEVEL)


def _level(indicator: Indicator) -> Finding | None:
    level = _level_figure(indicator)
    if level is not None:
        return _read(level)
    if indicator.count is None or not indicator.total or indicator.fraction is None:
        return None
    value = Decimal(100) * indicator.count / indicator.total
    count, total = format_number(Decimal(indicator.count)), format_number(Decimal(indicator.total))
    return Finding(percent(value), f"{count} : {total} = {percent(value)}", (indicator.fraction,))


def _count(indicator: Indicator) -> Finding | None:
    if indicator.count is not None and indicator.fraction is not None:
        start = indicator.fraction[0]
        written = format_number(Decimal(indicator.count))
        return Finding(written, None, ((start, start + len(written)),))
    return _read(indicator.figure(Role.AMOUNT))


def _total(indicator: Indicator) -> Finding | None:
    if indicator.total is None or indicator.fraction is None:
        return _read(indicator.figure(Role.AMOUNT))
    written = format_number(Decimal(indicator.total))
    end = indicator.fraction[1]
    return Finding(written, None, ((end - len(written), end),))


def _remaining(indicator: Indicator) -> Finding | None:
    if indicator.count is None or indicator.total is None or indicator.fraction is None:
        return None
    count, total = format_number(Decimal(indicator.count)), format_number(Decimal(indicator.total))
    rest = format_number(Decimal(indicator.total - indicator.count))
    return Finding(rest, f"{total} − {count} = {rest}", (indicator.fraction,))


_FINDERS = {
    Quantity.TARGET: _target,
    Quantity.GAP: _gap,
    Quantity.EARLIER: _earlier,
    Quantity.CHANGE: _change,
    Quantity.REMAINING: _remaining,
    Quantity.TOTAL: _total,
    Quantity.LEVEL: _level,
    Quantity.COUNT: _count,
}
