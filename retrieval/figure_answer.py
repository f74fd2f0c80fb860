"""Which indicator of which passage a figure question is about, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from documents.document import Passage
from documents.splitting import sentences
from index.tokens import tokens
from retrieval.arithmetic import Asked, Finding, find, percent
from retrieval.features import Idf
from retrieval.figures import Indicator, indicators

_PASSAGES = 5  # of the ranking that are read for figures
_RANK_COST = 0.06  # of the question's mass for each place further down the ranking
# what asks, and so says nothing about which indicator is meant
_ASKING = frozenset(
    "bao nhieu may muc tieu chi tieu ty le ti phan tram dat la gi the nao tang giam vuot so voi "
    "truoc khi thoi diem ban hanh nghi quyet hien nay den co trong tong con lai nam "
    "chua khong duoc phai cua ve theo".split()
)


@dataclass(frozen=True, slots=True)
class FigureAnswer:
    """A finding with the passage (by its place in the ranking) and the sentence it stands in.

    ``covered`` is the share of the question's subject that the indicator's own words hold.
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
    asked: Asked, passages: Sequence[Passage], terms: Sequence[str], idf: Idf
) -> FigureAnswer | None:
    """Return the best finding among the first passages; None when no indicator answers.

    ``terms`` are the question's, folded; those that only ask are left out.
    """
    subject = {term: idf(term) for term in terms if not _ASKING & set(term.split("_"))}
    mass = sum(subject.values())
    best: tuple[float, FigureAnswer] | None = None
    for place, passage in enumerate(passages[:_PASSAGES]):
        for start, end in sentences(passage.text):
            for indicator in indicators(passage.text[start:end]):
                finding = find(asked, indicator)
                if finding is None:
                    continue
                words = frozenset(tokens(indicator.subject))
                held = sum(weight for term, weight in subject.items() if term in words)
                covered = held / mass if mass else 0.0
                score = covered - _RANK_COST * place
                if best is None or score > best[0]:
                    answer = FigureAnswer(place, (start, end), indicator, finding, covered)
                    best = (score, answer)
    return best[1] if best else None
