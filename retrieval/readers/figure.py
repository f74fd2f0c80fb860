"""A figure of an indicator: which one a question is about, read or computed from its sentence."""

from collections.abc import Sequence

from documents.document import Passage
from documents.splitting.passages import sentences
from index.tokens import syllables, tokens
from retrieval.question.asking_words import asking_words
from retrieval.question.intent import YEAR, Quantity
from retrieval.question.question import Question
from retrieval.ranking.ranking import Idf, covered
from retrieval.readers.base import Case, Draft, Span, Strength, names_of
from retrieval.readers.figure_arithmetic import Finding, find, percent
from retrieval.readers.figure_statements import Indicator, indicators
from retrieval.readers.spans import counts

_PASSAGES = 10  # of the ranking that are read for figures
_RARE = 0.8  # of the greatest IDF of the subject: words that must stand around the indicator
_RANK_COST = 0.04  # of the question's mass for each place further down the ranking
_SUBJECT_COVERED = 0.4  # of the question's subject that the words of a figure must hold
_COUNTED = frozenset((Quantity.COUNT, Quantity.TOTAL, Quantity.REMAINING))
# what asks, and so says nothing about which indicator is meant
_ASKING = asking_words("figure")


def read(case: Case) -> Draft | None:
    """Return the figure asked for, in its sentence or as a sum of what the sentence states."""
    passages = [hit.passage for hit in case.hits()]
    draft = figure_asked(case.question, passages, names_of(case, passages), case.ranking.idf)
    return draft if draft is not None and draft.covered >= _SUBJECT_COVERED else None


def figure_asked(
    question: Question, passages: Sequence[Passage], names: Sequence[str], idf: Idf
) -> Draft | None:
    """Return the best finding among the first passages; None when no indicator answers.

    ``names`` are what the passages' documents are called. A number that counts something else than
    the unit asked for, or a sentence about another year, does not answer.
    """
    quantity, years = question.intent.quantity, question.intent.years
    if quantity is None:
        return None
    unit = question.intent.unit if quantity in _COUNTED else ()
    terms = _vietnamese_terms(question, passages)
    subject = {term: idf(term) for term in terms if not _ASKING & set(term.split("_"))}
    singles = {term: weight for term, weight in subject.items() if "_" not in term}
    best: tuple[float, Draft] | None = None
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
                finding = find(quantity, indicator)
                if finding is None or not _is_of_unit(sentence, indicator, finding, unit):
                    continue
                words = frozenset(tokens(indicator.subject))
                score = covered(subject, words) - _RANK_COST * place
                if best is None or score > best[0]:
                    share = max(covered(subject, words), covered(unnamed, words))
                    best = score, _draft(passage, (start, end), indicator, finding, share)
    return best[1] if best else None


def _draft(
    passage: Passage, sentence: Span, indicator: Indicator, finding: Finding, share: float
) -> Draft:
    offset, pair = sentence[0], indicator.inconsistency
    return Draft(
        passage,
        sentence,
        sentence,
        Strength.FIGURE,
        marks=tuple((offset + start, offset + end) for start, end in finding.spans),
        covered=share,
        computed=finding.text if finding.derivation else None,
        derivation=finding.derivation,
        inconsistency=(percent(pair[0]), percent(pair[1])) if pair else None,
    )


def _vietnamese_terms(question: Question, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return a question's terms without the English words that have a Vietnamese rendering."""
    if not question.is_english:
        return question.terms
    english = frozenset(syllables(question.topic))
    held = {word for passage in passages for word in syllables(passage.text)}
    return tuple(term for term in question.terms if term not in english or term in held)


def _lacks_subject(singles: dict[str, float], passage: Passage, name: str) -> bool:
    """Tell whether one of a question's rarest words stands nowhere around a passage."""
    held = frozenset(syllables(f"{passage.text} {passage.locator.heading or ''} {name}"))
    missing = [weight for term, weight in singles.items() if term not in held]
    return bool(missing) and max(missing) >= _RARE * max(singles.values())


def _years_of(sentence: str, asked: frozenset[str]) -> frozenset[str]:
    """Return the years a sentence is about: those it names, else any."""
    return frozenset(YEAR.findall(sentence)) or asked


def _is_of_unit(
    sentence: str, indicator: Indicator, finding: Finding, unit: tuple[str, ...]
) -> bool:
    """Tell whether what answers counts the unit asked for; a fraction may name it before."""
    if not unit:
        return True
    end = indicator.fraction[1] if indicator.fraction else finding.spans[0][1]
    return counts(sentence, finding.spans[0], end, unit)
