"""Verdicts with their sources: who says it, who says the same, and what has replaced it."""

from collections.abc import Sequence
from dataclasses import replace

from documents.document import Passage
from retrieval.answer import CUT, Answer, Citation, NoAnswer, Reply, Response, around
from retrieval.decide import Judgement, Verdict
from retrieval.library_view import LibraryView
from retrieval.question.question import Question
from retrieval.readers.base import Draft, Span, Strength
from retrieval.readers.sentence import QuoteModel

NEAREST = 3


def respond(
    question: Question, verdict: Verdict, view: LibraryView, quotes: QuoteModel
) -> Response:
    """Return what is replied, with every passage it was drawn from quoted."""
    judgement = verdict.judgement
    if judgement is None or judgement.draft is None:
        return Response(_refusal(question, verdict, ()), question.understood)
    hits, draft = judgement.hits(), judgement.draft
    text, highlights = _shown(draft, judgement)
    goes_on = _is_first_of_a_place(draft, judgement)
    quoted = _quoted(judgement, [hit.passage for hit in hits], quotes)
    same = judgement.case.ranking.twins(draft.passage) if draft.strength < Strength.NAMED else ()
    sources = cited(view, quoted)
    reply: Reply
    if verdict.reason is not None:
        reply = _refusal(question, verdict, sources[:NEAREST])
    else:
        first, *others = cited(view, [(one, draft.cited) for one in (draft.passage, *same)])
        before, behind = ("", "") if draft.computed else around(draft.passage.text, draft.span)
        behind = f"\n{CUT}" if goes_on else behind
        reply = Answer(
            question=question.typed,
            text=text,
            derivation=draft.derivation,
            citations=(replace(first, locator=draft.locator or first.locator), *others),
            confidence=judgement.probability,
            highlights=highlights,
            inconsistency=draft.inconsistency,
            absent=verdict.absent,
            missing=verdict.missing,
            is_likely=verdict.is_likely or first.is_doubtful,
            before=before,
            behind=behind,
        )
    return Response(reply, question.understood, hits, sources, confidence=judgement.probability)


def _is_first_of_a_place(draft: Draft, judgement: Judgement) -> bool:
    """Tell whether a named place goes on in the passages behind the one that is shown."""
    is_whole = draft.span[1] == len(draft.passage.text)
    behind = (one for one in judgement.case.passages if one.start > draft.passage.start)
    return judgement.case.scope.place is not None and is_whole and any(behind)


def cited(view: LibraryView, quoted: Sequence[tuple[Passage, Span]]) -> tuple[Citation, ...]:
    """Cite spans of passages, numbered from 1; raises LookupError."""
    library = view.library
    ids = [passage.document_id for passage, _span in quoted]
    heads = {head.document_id: head for head in library.heads_of(ids)}
    newer = library.successors(ids, view.hidden)
    gone = [one for one in ids if one not in heads]
    if gone:
        raise LookupError(f"{gone[0]}: the document of a passage is gone")
    return tuple(
        Citation.of(marker, heads[one], passage, span, newer.get(one))
        for marker, (one, (passage, span)) in enumerate(zip(ids, quoted, strict=True), 1)
    )


def _quoted(
    judgement: Judgement, passages: Sequence[Passage], quotes: QuoteModel
) -> list[tuple[Passage, Span]]:
    """Return the passages, the first with what leads and the others each with its best words."""
    case, first = judgement.case, judgement.lead or judgement.draft
    assert first is not None  # where there is nothing, nothing is quoted
    rest = quotes.each([one.text for one in passages[1:]], case.question, case.ranking.idf)
    return list(zip(passages, (first.cited, *(one.window for one in rest)), strict=True))


def _shown(draft: Draft, judgement: Judgement) -> tuple[str, tuple[Span, ...]]:
    """Return the text of an answer and the spans of it that answer.

    Of a sentence these are what the trained reader marked: words alone tell of what kind a thing
    is, not that it answers.
    """
    if draft.computed and draft.derivation:
        sum_ = draft.derivation.replace("≈", "=").rsplit("=", 1)[0].strip()
        return f"{draft.computed} ({sum_})", ((0, len(draft.computed)),)
    start, end = draft.span
    trust = judgement.case.trust
    is_marked = draft.strength > Strength.QUOTED or bool(trust and trust.relevance)
    marks = draft.marks if is_marked else ()
    return draft.passage.text[start:end], tuple((a - start, b - start) for a, b in marks)


def _refusal(question: Question, verdict: Verdict, nearest: tuple[Citation, ...]) -> NoAnswer:
    assert verdict.reason is not None  # a verdict without a draft has a reason
    return NoAnswer(question.typed, verdict.reason, nearest, verdict.subject)
