"""What a question asks for, told once from its words; the words are in data/intents.tsv."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from documents.vietnamese.normalize import fold
from retrieval.question.phrases import phrases_in


class AnswerType(StrEnum):
    """The kind of answer that would satisfy a question."""

    PERCENTAGE = "percentage"
    DURATION = "duration"
    COUNT = "count"
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    WHY = "why"
    STEPS = "steps"
    CONDITION = "condition"
    LIST = "list"
    DEFINITION = "definition"
    VERDICT = "verdict"
    ANYTHING = "anything"


class Quantity(StrEnum):
    """The quantity of an indicator that a question asks for."""

    TARGET = "target"
    GAP = "gap"
    EARLIER = "earlier"
    CHANGE = "change"
    REMAINING = "remaining"
    TOTAL = "total"
    LEVEL = "level"
    COUNT = "count"


class Fact(StrEnum):
    """What can be asked of any document."""

    SIGNER = "signer"
    ISSUED_ON = "issued on"
    ISSUER = "issuer"
    RECEIVERS = "receivers"
    BASIS = "basis"


_IN_TABLES = (Quantity.COUNT, Quantity.LEVEL, Quantity.TOTAL)
NUMBERS = frozenset((AnswerType.PERCENTAGE, AnswerType.COUNT, AnswerType.DURATION))
SHORT_ANSWERS = NUMBERS | {AnswerType.WHEN, AnswerType.WHO, AnswerType.WHERE}


@dataclass(frozen=True, slots=True)
class Intent:
    """What a question asks for.

    ``quantity`` is asked of an indicator and ``fact`` of a document itself, None where it is not.
    ``unit`` are the folded syllables of what "bao nhiêu" counts, at most two: "dang vien".
    ``defined`` is the folded name of the thing to be defined. ``years`` are those named, of a
    period the first, and ``single_years`` those that are of no period. ``wants_percentage`` where
    a share is asked for, ``wants_results`` where a figure or day of what was done is. ``asks``
    names what may answer it, in the table of readers.
    """

    answer: AnswerType = AnswerType.ANYTHING
    quantity: Quantity | None = None
    fact: Fact | None = None
    unit: tuple[str, ...] = ()
    defined: str = ""
    years: frozenset[str] = frozenset()
    single_years: frozenset[str] = frozenset()
    wants_percentage: bool = False
    wants_results: bool = False
    asks: tuple[str, ...] = ("sentence",)


def intent_of(question: str) -> Intent:
    """Read what a question asks for, whichever marks it has."""
    folded = fold(question)
    answer, quantity = _answer_type(folded), quantity_of(folded)
    is_figure = quantity is not None or answer is AnswerType.WHEN
    is_definition = answer is AnswerType.DEFINITION
    figures = ("figure", *(("cell",) if quantity in _IN_TABLES else ())) if quantity else ()
    return Intent(
        answer=answer,
        quantity=quantity,
        fact=fact_of(folded),
        unit=_unit(folded),
        defined=_defined_thing(folded) if is_definition else "",
        years=frozenset(YEAR.findall(folded)),
        single_years=frozenset(SINGLE_YEAR.findall(folded)),
        wants_percentage=speaks_of_share(folded),
        wants_results=is_figure and _says("about", "results", folded),
        asks=(answer.value, *figures, "sentence"),
    )


def quantity_of(question: str) -> Quantity | None:
    """Return the quantity of an indicator that a folded question asks for."""
    told = _told("figure", question)
    return Quantity(told) if told else None


def fact_of(question: str) -> Fact | None:
    """Return what a folded question asks of a document itself."""
    told = _told("fact", question)
    return Fact(told) if told else None


def speaks_of_share(folded: str) -> bool:
    """Tell whether a folded question or header of a column is about a percentage."""
    return _says("about", "percentage", folded)


def _answer_type(folded: str) -> AnswerType:
    which = _WHICH.match(folded)
    if which and which["noun"] in _TIMES:
        return AnswerType.WHEN
    if which and which["noun"] not in _NO_BODIES and "bao nhieu" not in folded:
        return AnswerType.WHO
    return AnswerType(_told("answer", folded) or AnswerType.ANYTHING)


def _unit(folded: str) -> tuple[str, ...]:
    """Return the syllables behind "bao nhiêu", at most two: "tuoi", "dang vien"."""
    match = _UNIT.search(folded)
    if match is None:
        return ()
    first, *rest = match["unit"].split()
    if first in _NO_UNITS:
        return ()
    return (first, *(word for word in rest if word not in _NO_UNITS))


def _defined_thing(folded: str) -> str:
    return " ".join(_DEFINING.sub(" ", folded.strip(" ?.!")).split())


def _told(what: str, folded: str) -> str | None:
    """Return the first value of a part of the table that a phrase tells."""
    return next((value for value, phrases in _PHRASES[what] if phrases.search(folded)), None)


def _says(what: str, value: str, folded: str) -> bool:
    return any(name == value and phrases.search(folded) for name, phrases in _PHRASES[what])


def _read_phrases() -> Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    """Read the table: each part's values in order, each with a pattern of all of its phrases."""
    parts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for part, name, phrase in phrases_in("intents.tsv"):
        parts[part][name].append(phrase)
    return {
        part: tuple((name, _pattern(part, phrases)) for name, phrases in values.items())
        for part, values in parts.items()
    }


def _pattern(part: str, phrases: list[str]) -> re.Pattern[str]:
    either = f"(?:{'|'.join(phrases)})"
    return re.compile(rf"(?<!\w){either}(?!\w)" if part == "answer" else either)


_PHRASES = _read_phrases()

# "Đảng bộ nào có tỷ lệ cao nhất?" asks for the Đảng bộ, not for the rate
_WHICH = re.compile(
    r"^(?:trong \w+(?: \w+){0,4},? |hien nay,? )?(?:nhung |cac )?(?P<noun>[a-z]+)(?: [a-z]+){0,3}"
    r" nao (?:co|dat|chua|bi|duoc|dan dau|dung dau|phai|khong|thuc hien)(?!\w)"
)
_TIMES = frozenset("ngay thang nam dot".split())
_NO_BODIES = frozenset("khi luc ngay thang nam thoi dip dot noi the truong dieu muc khoan".split())
_UNIT = re.compile(r"(?:bao nhieu|may)\s+(?P<unit>[a-z]{2,}(?:\s+[a-z]{2,})?)")
_NO_UNITS = frozenset("la thi phan khi trong va de den tai o duoc cua moi mot".split())
_DEFINING = re.compile(
    r"(?:^|\s)(?:khai niem|dinh nghia|thuat ngu|cum tu|tu|the nao|duoc hieu|hieu|nghia|la|gi|nhu"
    r"|what|is|are|does|mean)(?=\s|$)"
)
YEAR = re.compile(r"(?<![\d./-])(?:19|20)\d\d(?![\d%])")
SINGLE_YEAR = re.compile(r"(?<![\d./-])(?:19|20)\d\d(?![\d/-])")
