"""What a thing is, "X là gì?": the sentence that opens by saying so."""

import re

from documents.vietnamese.normalize import fold
from retrieval.readers.base import Case, Draft, Strength
from retrieval.readers.sentence import defining, lacks_number, shown_with_list, units

_STATED = 0.9  # probability that "X là …" answers "X là gì?"
_NUMBERING = r"(?:(?:\d+(?:\.\d+)*[.)]|[a-z]\)|[-–+•*])\s*)?"


def read(case: Case) -> Draft | None:
    """Return the first sentence of the ranking that opens with what the thing is."""
    line = defining_line(case.question.intent.defined)
    if line is None or case.trust is None:
        return None
    for place in case.ranking.order:
        passage = case.ranking.pool.candidates[place].passage
        folded = fold(passage.text)
        if line.search(folded):
            spans = units(passage.text)
            for number, (start, end) in enumerate(spans):
                if line.search(folded[start:end]):
                    span = shown_with_list(passage.text, spans, number, case.question.intent)
                    lacks = lacks_number(case.question, passage, span, ())
                    probability = max(case.trust.if_stated, _STATED)
                    return Draft(
                        passage,
                        span,
                        span,
                        Strength.STATED,
                        probability=probability,
                        lacks_number=lacks,
                    )
    return None


def defining_line(thing: str) -> re.Pattern[str] | None:
    """Return what a folded line opens with that says what a thing is: "2. Chi bộ gốc là …".

    None for a thing of a single syllable, which is vague.
    """
    if " " not in thing:
        return None
    return re.compile(rf"(?:^|\n)\s*{_NUMBERING}[“\"]?{defining(thing)}")
