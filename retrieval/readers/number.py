"""Questions for numbers: the figure or table cell that answers, and the reply that shows it."""

from collections.abc import Sequence
from dataclasses import replace

from documents.document import Passage
from index.tokens import syllables
from retrieval.answer import Answer, Citation, Hit
from retrieval.question.question import Question
from retrieval.ranking.features import Idf
from retrieval.readers.figure import FigureAnswer, figure_answer
from retrieval.readers.figure_arithmetic import Asked as Figured
from retrieval.readers.figure_arithmetic import asked_of, names_target
from retrieval.readers.sentence import Asked, Quote
from retrieval.readers.spans import NUMBERS
from retrieval.readers.table_cell import TableAnswer, table_answer

Number = FigureAnswer | TableAnswer

_SUBJECT_COVERED = 0.4  # of the question's subject that the words of a figure must hold


def number_answer(
    question: Question, hits: Sequence[Hit], sources: Sequence[Citation], idf: Idf
) -> Number | None:
    """Return what answers a question for a number: the better of a figure and a table's cell."""
    asked = asked_of(question.understood)
    if asked is None:
        return None
    passages = [hit.passage for hit in hits]
    names = [f"{source.title} {source.issuer or ''}" for source in sources]
    cell = table_answer(asked, question.understood, passages, names, idf)
    terms = _vietnamese_terms(question, passages)
    found = figure_answer(asked, question.understood, passages, names, terms, idf)
    if found is not None and found.covered < _SUBJECT_COVERED:
        found = None
    if cell is None or (found is not None and found.covered >= cell.covered):
        return found
    return cell


def number_reply(
    question: Question, number: Number, passage: Passage, citation: Citation, probability: float
) -> Answer:
    """Show a number in its sentence or row, or as a sum of what the sentence states."""
    start, end = number.sentence
    answer = Answer(
        question=question.typed,
        text=passage.text[start:end],
        derivation=None,
        citations=(citation,),
        confidence=max(probability, number.covered),
        highlights=tuple((a - start, b - start) for a, b in number.spans),
        inconsistency=number.inconsistency,
    )
    finding = number.finding if isinstance(number, FigureAnswer) else None
    if finding is None or finding.derivation is None:
        return answer
    return replace(
        answer,
        text=_with_sum(finding.text, finding.derivation),
        derivation=finding.derivation,
        highlights=((0, len(finding.text)),),
    )


def lacks_number(question: Question, passage: Passage, quote: Quote, asked: Asked) -> bool:
    """Tell whether a number is asked for and a quote has none of that kind.

    A target must be called one, in the sentence or in the heading over it.
    """
    if asked_of(question.understood) is Figured.TARGET:
        heading = (passage.locator.heading or "").rsplit(" › ", 1)[-1]
        if not names_target(f"{heading} {passage.text[slice(*quote.sentence)]}"):
            return True
    return asked.wanted in NUMBERS and not quote.marks and not question.is_english


def _vietnamese_terms(question: Question, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return a question's terms without the English words that have a Vietnamese rendering."""
    if not question.is_english:
        return question.terms
    english = frozenset(syllables(question.topic))
    held = {word for passage in passages for word in syllables(passage.text)}
    return tuple(term for term in question.terms if term not in english or term in held)


def _with_sum(result: str, derivation: str) -> str:
    """Put a sum behind its result: "70% (77,78% − 7,78%)"."""
    sum_ = derivation.replace("≈", "=").rsplit("=", 1)[0].strip()
    return f"{result} ({sum_})"
