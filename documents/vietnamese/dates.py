"""Days and years as questions write them."""

import re
from datetime import date

_DAY = r"(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY_IN_WORDS = (
    r"(?P<day2>\d{1,2})\s+thang\s+(?P<month2>\d{1,2})\s+nam\s+(?P<year2>(?:19|20)\d\d)(?!\d)"
)
ISSUED = re.compile(
    r"\s*,?\s*(?:(?:duoc )?(?:ban hanh|ky)(?: ban hanh)?\s+)?(?:vao\s+)?"
    rf"(?:(?:ngay\s+)?(?:{_DAY}|{_DAY_IN_WORDS})|nam\s+(?P<only>(?:19|20)\d\d)"
    r"(?!\d|\s*(?:[-–]|den)\s*(?:nam\s+)?(?:19|20)\d\d))"
)


def day_of(match: re.Match[str]) -> date | None:
    """Return the day a match of ISSUED names; None when it names a year or no day there is."""
    groups = match.groupdict()
    numbers = tuple(groups[name] or groups[f"{name}2"] for name in ("year", "month", "day"))
    if None in numbers:
        return None
    year, month, day = (int(number or 0) for number in numbers)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def year_of(match: re.Match[str]) -> int:
    """Return the year a match of ISSUED names."""
    return int(match["only"] or match["year"] or match["year2"])
