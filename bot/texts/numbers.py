"""Numbers, shares and days as Vietnamese writes them."""

from datetime import date


def thousands(number: int) -> str:
    """Write a whole number with thousands points."""
    return f"{number:,}".replace(",", ".")


def decimal(number: float, places: int = 1) -> str:
    """Write a number with a decimal comma and thousands points."""
    return f"{number:,.{places}f}".translate(str.maketrans(",.", ".,"))


def seconds(milliseconds: float) -> str:
    """Write a length of time in seconds: "0,12 giây", "1,5 giây"."""
    return f"{decimal(milliseconds / 1000, 2 if milliseconds < 1000 else 1)} giây"


def share(part: int, whole: int) -> str:
    """Write a share in percent; a dash where there is nothing to share."""
    return f"{decimal(100 * part / whole)}%" if whole else "–"


def day(one: date) -> str:
    """Write a date as documents must: "26/5/2025", "02/01/2025".

    Days below 10 and months below 3 take a zero (Nghị định 30/2020/NĐ-CP, Phụ lục I).
    """
    month = f"{one.month:02}" if one.month < 3 else str(one.month)
    return f"{one.day:02}/{month}/{one.year}"


def dated(one: date) -> str:
    """Say on which day, within a sentence: "ngày 26/5/2025"."""
    return f"ngày {day(one)}"
