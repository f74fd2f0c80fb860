"""Whether there is an answer, and which: the one place for the threshold and for refusals."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answer import Hit, Reason
from retrieval.library_view import LibraryView
from retrieval.question.intent import Fact
from retrieval.question.question import Question
from retrieval.ranking.ranking import HITS
from retrieval.readers.base import Case, Draft, Strength, Unstated
from retrieval.scopes import Named, ScopeKind

_NAMED = 0.3  # of the strictness where the document is named: that it is the right one is certain
_OF_THE_NAMED = (ScopeKind.NAMED, ScopeKind.ABOUT)
_LACKING = 0.5  # of the strictness, at most, where a number is asked for and none is there
_SURE = 0.65  # probability by the reader below which an answer is said to be the likely one


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one scope comes to.

    ``draft`` is the strongest, ``lead`` the one whose passage comes before the others; None where
    nothing was found. ``probability`` is that of the draft.
    """

    case: Case
    draft: Draft | None
    lead: Draft | None
    probability: float
    is_answered: bool
    is_unstated: bool = False

    @property
    def is_likely(self) -> bool:
        """Tell whether it is an answer that the reader is not sure of."""
        if self.draft is None or self.draft.strength > Strength.STATED:
            return False
        return bool(self.case.trust and self.case.trust.relevance) and self.probability < _SURE

    @property
    def is_final(self) -> bool:
        """Tell whether no other scope need be asked."""
        if self.is_unstated or (self.draft and self.draft.strength is Strength.NAMED):
            return True
        return self.is_answered and self.case.scope.is_enough

    def hits(self) -> tuple[Hit, ...]:
        """Return the passages it was drawn from, that of the lead before the others."""
        if self.draft is not None and self.draft.is_found_by_name:
            return (Hit(self.draft.passage, 1.0, 1, "exact"),)
        return self.case.ranking.hits(HITS, self.lead.passage) if self.lead else ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer or why there is none; see the fields of Answer and NoAnswer."""

    judgement: Judgement | None = None
    reason: Reason | None = None
    subject: str | None = None
    absent: str | None = None
    missing: tuple[str, ...] = ()
    is_likely: bool = False


def refuse_early(question: Question, named: Named | None, view: LibraryView) -> Verdict | None:
    """Refuse what can be told without a search; None where it must be looked for."""
    if not question.terms:
        return Verdict(reason=Reason.EMPTY_QUESTION)
    if view.is_empty:
        return Verdict(reason=Reason.EMPTY_LIBRARY)
    if named is None:
        return None
    if named.no_place and not named.is_certain:
        return Verdict(reason=Reason.NOTHING_FOUND)
    if named.no_place:
        return Verdict(reason=Reason.NO_SUCH_PLACE, subject=named.no_place)
    of_the_absent = question.intent.fact in (Fact.SIGNER, Fact.RECEIVERS)
    if named.absent and (of_the_absent or not len(named.about)):
        return Verdict(reason=Reason.NO_SUCH_DOCUMENT, subject=named.absent)
    return None


def judge(case: Case, found: Sequence[Draft | Unstated | None], strictness: float) -> Judgement:
    """Hold the strongest draft of a scope against the least probability of an answer."""
    drafts = [one for one in found if isinstance(one, Draft)]
    texts = [one for one in drafts if one.strength <= Strength.STATED]
    lead = max(texts, key=lambda one: one.strength, default=None)
    draft = max(drafts, key=lambda one: (one.strength, one.covered), default=None)
    if draft is None:
        is_unstated = any(isinstance(one, Unstated) for one in found)
        return Judgement(case, None, None, 0.0, is_answered=False, is_unstated=is_unstated)
    if draft.strength is Strength.NAMED:
        return Judgement(case, draft, lead, draft.probability, is_answered=True)
    if draft.strength is Strength.FIGURE:
        probability = max(lead.probability if lead else 0.0, draft.covered)
        return Judgement(case, draft, lead, probability, is_answered=True)
    least = strictness * (_NAMED if case.scope.kind in _OF_THE_NAMED else 1.0)
    probability = min(draft.probability, least * _LACKING if draft.lacks_number else 1.0)
    return Judgement(case, draft, lead, probability, is_answered=probability >= least)


def better(best: Judgement | None, other: Judgement) -> Judgement:
    """Return the better of what two scopes come to.

    Of the named documents and those about them, an answer goes before none, a figure before a
    sentence, one with the kind of thing asked for before one without, a report before the
    resolution where results are asked for, then the likelier one. A described document that does
    not answer says nothing of the others.
    """
    if best is None or other.case.scope.kind not in _OF_THE_NAMED or best.draft is None:
        return other
    return max((best, other), key=_likelihood)


def _likelihood(one: Judgement) -> tuple[bool, bool, bool, bool, float, float]:
    draft = one.draft
    if draft is None:
        return False, False, False, False, 0.0, 0.0
    is_preferred = one.case.question.intent.wants_results and one.case.scope.kind is ScopeKind.ABOUT
    holds = one.is_answered and bool(draft.marks)
    return one.is_answered, draft.covered > 0, holds, is_preferred, draft.covered, one.probability


def decide(
    question: Question, named: Named | None, best: Judgement | None, view: LibraryView
) -> Verdict:
    """Return the answer of the best scope, or why it is none."""
    absent = named.absent if named else None
    if best is None or best.draft is None:
        is_unstated = best is not None and best.is_unstated
        reason = Reason.LOW_CONFIDENCE if is_unstated else Reason.NOTHING_FOUND
        return Verdict(reason=Reason.NO_SUCH_DOCUMENT if absent else reason, subject=absent)
    shown = {best.draft.passage.document_id, *(hit.passage.document_id for hit in best.hits())}
    if not view.hidden.isdisjoint(shown):  # whatever led to it, nobody is to learn of it
        return Verdict(reason=Reason.NOTHING_FOUND)
    if absent and not (best.is_answered and not question.is_about_the_document):
        return Verdict(best, Reason.NO_SUCH_DOCUMENT, absent)
    if not best.is_answered:
        return Verdict(best, Reason.LOW_CONFIDENCE)
    missing = named.missing if named else ()
    return Verdict(best, absent=absent, missing=missing, is_likely=best.is_likely)
