"""Word's automatic list numbers, which stand in no paragraph's text: "1.", "1.1.", "a)", "-"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{_W}val"
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list writes its number: the format, "%1.%2." and the first number."""

    form: str
    pattern: str
    start: int


@dataclass(slots=True)
class ListNumbers:
    """Counts the numbered paragraphs of a document in order and gives each its label."""

    levels: Mapping[tuple[str, int], _Level]
    lists: Mapping[str, str]
    restarts: dict[tuple[str, int], int]
    counts: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: _Element | None) -> "ListNumbers":
        """Read the definitions of a document's lists; None where it has none."""
        levels: dict[tuple[str, int], _Level] = {}
        lists: dict[str, str] = {}
        restarts: dict[tuple[str, int], int] = {}
        for abstract in () if numbering is None else numbering.findall(f"{_W}abstractNum"):
            for level in abstract.findall(f"{_W}lvl"):
                key = (abstract.get(f"{_W}abstractNumId", ""), _number(level.get(f"{_W}ilvl"), 0))
                levels[key] = _Level(
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", ""),
                    _number(_value(level, "start", "1"), 1),
                )
        for instance in () if numbering is None else numbering.findall(f"{_W}num"):
            number = instance.get(f"{_W}numId", "")
            lists[number] = _value(instance, "abstractNumId", "")
            for override in instance.findall(f"{_W}lvlOverride"):
                if start := _value(override, "startOverride", ""):
                    restarts[number, _number(override.get(f"{_W}ilvl"), 0)] = _number(start, 1)
        return cls(levels, lists, restarts)

    def label(self, properties: _Element | None) -> str:
        """Count a paragraph with these list properties (w:numPr) and return its label or ""."""
        if properties is None:
            return ""
        number = _value(properties, "numId", "0")
        depth = _number(_value(properties, "ilvl", "0"), 0)
        abstract = self.lists.get(number, "")
        level = self.levels.get((abstract, depth))
        if level is None or level.form == "none":
            return ""
        if level.form == "bullet":
            return "+" if level.pattern in ("+", "o") else "-"
        if (start := self.restarts.pop((number, depth), None)) is not None:
            self.counts[abstract, depth] = start - 1
        self.counts[abstract, depth] = self._count(abstract, depth) + 1
        for deeper in range(depth + 1, 9):
            self.counts.pop((abstract, deeper), None)
        return _PLACE.sub(lambda match: self._written(abstract, int(match[1]) - 1), level.pattern)

    def _count(self, abstract: str, depth: int) -> int:
        return self.counts.get((abstract, depth), self._start(abstract, depth) - 1)

    def _start(self, abstract: str, depth: int) -> int:
        level = self.levels.get((abstract, depth))
        return level.start if level else 1

    def _written(self, abstract: str, depth: int) -> str:
        level = self.levels.get((abstract, depth))
        count = self.counts.get((abstract, depth), self._start(abstract, depth))
        return _written(count, level.form if level else "decimal")


def _value(parent: _Element, name: str, default: str) -> str:
    child = parent.find(f"{_W}{name}")
    value = None if child is None else child.get(_VAL)
    return default if value is None else str(value)


def _number(written: str | None, default: int) -> int:
    """Read a number of the file; the default where a damaged file holds something else."""
    return int(written) if written and written.isdecimal() and len(written) < 6 else default


def _written(number: int, form: str) -> str:
    """Write a number in one of Word's formats; the rarer ones as decimals."""
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        numeral = _roman(number)
        return numeral if form == "upperRoman" else numeral.lower()
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _roman(number: int) -> str:
    numeral = ""
    for value, letters in ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX")):
        numeral += letters * (number // value)
        number %= value
    return numeral + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII")[number]
