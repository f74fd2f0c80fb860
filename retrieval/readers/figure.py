"""Which indicator of which passage a figure question is about, and what it answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.document import Passage
from documents.vietnamese.sentences import sentences
from index.tokens import syllables, tokens
from retrieval.ranking.features import Idf
from retrieval.readers.figure_arithmetic import Asked, Finding, find, percent
from retrieval.readers.figure_statements import Indicator, indicators
from retrieval.readers.spans import counts, unit_asked

_PASSAGES = 10  # of the ranking that are read for figures
_RARE = 0.8  # of the greatest IDF of the subject: words that must stand around the indicator
_RANK_COST = 0.04  # of the question's mass for each place further down the ranking
_COUNTED = frozenset((Asked.COUNT, Asked.TOTAL, Asked.REMAINING))
_YEAR = re.compile(r"(?<![\d./-])(?:19|20)\d\d(?![\d%])")
# what asks, and so says nothing about which indicator is meant
_ASKING = frozenset(
    "bao nhieu may muc tieu chi tieu ty le ti phan tram dat la gi the nao tang giam vuot so voi "
    "truoc khi thoi diem ban hanh nghi quyet hien nay den co trong tong con lai nam "
    "chua khong duoc phai cua ve theo".split()
)


@dataclass(frozen=True, slots=True)
class FigureAnswer:
    """A finding with the passage (by its place in the ranking) and the sentence it stands in.

    ``covered`` is the share of the question's subject that the indicator's own words hold, without
    what the document's name says already.
    """

    place: int
    sentence: tuple[int, int]
    indicator: Indicator
    finding: Finding
    covered: float

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The figures' spans in the passage's text."""
        offset = self.sentence[0]
        return tuple((offset + start, offset + end) for start, end in self.finding.spans)

    @property
    def inconsistency(self) -> tuple[str, str] | None:
        """The percentage as stated and as computed, where they differ."""
        pair = self.indicator.inconsistency
        return (percent(pair[0]), percent(pair[1])) if pair else None


def figure_answer(
    asked: Asked,
    question: str,
    passages: Sequence[Passage],
    names: Sequence[str],
    terms: Sequence[str],
    idf: Idf,
) -> FigureAnswer | None:
    """Return the best finding among the first passages; None when no indicator answers.

    ``names`` are what the passages' documents are called, ``terms`` are the question's, folded;
    those that only ask are left out. A number that counts something else than the unit asked for,
    or a sentence about another year, does not answer.
    """
    subject = {term: idf(term) for term in terms if not _ASKING & set(term.split("_"))}
    singles = {term: weight for term, weight in subject.items() if "_" not in term}
    unit = unit_asked(question) if asked in _COUNTED else ()
    years = frozenset(_YEAR.findall(question))
    best: tuple[float, FigureAnswer] | None = None
    for place, passage in enumerate(passages[:_PASSAGES]):
        if _lacks_subject(singles, passage, names[place]):
            continue
        named = frozenset(tokens(names[place]))
        unnamed = {term: weight for term, weight in subject.items() if term not in named}
        for start, end in sentences(passage.text):
            sentence = passage.text[start:end]
            if years and not years & _years_of(sentence, years):
                continue
            for indicator in indicators(sentence):
                finding = find(asked, indicator)
                if finding is None or not _is_of_unit(sentence, indicator, finding, unit):
                    continue
                words = frozenset(tokens(indicator.subject))
                score = _share(subject, words) - _RANK_COST * place
                if best is None or score > best[0]:
                    covered = max(_share(subject, words), _share(unnamed, words))
                    answer = FigureAnswer(place, (start, end), indicator, finding, covered)
                    best = (score, answer)
    return best[1] if best else None


def _share(weights: dict[str, float], held: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0


def _lacks_subject(singles: dict[str, float], passage: Passage, name: str) -> bool:
    """Tell whether one of a question's rarest words stands nowhere around a passage."""
    held = frozenset(syllables(f"{passage.text} {passage.locator.heading or ''} {name}"))
    missing = [weight for term, weight in singles.items() if term not in held]
    return bool(missing) and max(missing) >= _RARE * max(singles.values())


def _years_of(sentence: str, asked: frozenset[str]) -> frozenset[str]:
    """Return the years a sentence is about: those it names, else any."""
    return frozenset(_YEAR.findall(sentence)) or asked


def _is_of_unit(
    sentence: str, indicator: Indicator, finding: Finding, unit: tuple[str, ...]
) -> bool:
    """Tell whether what answers counts the unit asked for; a fraction may name it before."""
    if not unit:
        return True
    end = indicator.fraction[1] if indicator.fraction else finding.spans[0][1]
    return counts(sentence, finding.spans[0], end, unit)
