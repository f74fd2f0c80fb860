"""Verdicts with their sources: who says it, who says the same, and what has replaced it."""

from collections.abc import Sequence
from dataclasses import replace

from documents.document import Passage
from documents.store.library import Library
from retrieval.answer import Answer, Citation, NoAnswer, Reply, Response
from retrieval.decide import Judgement, Verdict
from retrieval.question.question import Question
from retrieval.readers.base import Draft, Span, Strength
from retrieval.readers.sentence import QuoteModel

NEAREST = 3


def respond(question: Question, verdict: Verdict, library: Library, quotes: QuoteModel) -> Response:
    """Return what is replied, with every passage it was drawn from quoted."""
    judgement = verdict.judgement
    if judgement is None or judgement.draft is None:
        reply: Reply = _refusal(question, verdict, ())
        return Response(reply, question.understood)
    hits = judgement.hits()
    sources = cited(library, _quoted(judgement, quotes))
    if verdict.reason is None:
        reply = _answer(question, verdict, judgement, judgement.draft, library)
    else:
        reply = _refusal(question, verdict, sources[:NEAREST])
    return Response(reply, question.understood, hits, sources, confidence=judgement.probability)


def cited(library: Library, quoted: Sequence[tuple[Passage, Span]]) -> tuple[Citation, ...]:
    """Cite spans of passages, numbered from 1; raises LookupError."""
    ids = [passage.document_id for passage, _span in quoted]
    heads = {head.document_id: head for head in library.heads_of(ids)}
    newer = library.successors(ids)
    gone = [one for one in ids if one not in heads]
    if gone:
        raise LookupError(f"{gone[0]}: the document of a passage is gone")
    return tuple(
        Citation.of(marker, heads[one], passage, span, newer.get(one))
        for marker, (one, (passage, span)) in enumerate(zip(ids, quoted, strict=True), 1)
    )


def _quoted(judgement: Judgement, quotes: QuoteModel) -> list[tuple[Passage, Span]]:
    """Return the hits, the first with what leads and the others each with its best words."""
    passages = [hit.passage for hit in judgement.hits()]
    first = judgement.draft if judgement.lead is None else judgement.lead
    assert first is not None  # where there is nothing, nothing is quoted
    case = judgement.case
    rest = quotes.each([one.text for one in passages[1:]], case.question, case.ranking.idf)
    return list(zip(passages, (first.cited, *(one.window for one in rest)), strict=True))


def _refusal(question: Question, verdict: Verdict, nearest: tuple[Citation, ...]) -> NoAnswer:
    assert verdict.reason is not None  # a verdict without a draft has a reason
    return NoAnswer(question.typed, verdict.reason, nearest, verdict.subject)


def _answer(
    question: Question, verdict: Verdict, judgement: Judgement, draft: Draft, library: Library
) -> Answer:
    start, end = draft.span
    twins = () if draft.strength is Strength.NAMED else judgement.case.ranking.twins(draft.passage)
    citations = cited(library, [(one, draft.cited) for one in (draft.passage, *twins)])
    if draft.locator is not None:
        citations = (replace(citations[0], locator=draft.locator), *citations[1:])
    text, highlights = (
        draft.passage.text[start:end],
        tuple((a - start, b - start) for a, b in draft.marks),
    )
    if draft.computed and draft.derivation:
        text = _with_sum(draft.computed, draft.derivation)
        highlights = ((0, len(draft.computed)),)
    return Answer(
        question=question.typed,
        text=text,
        derivation=draft.derivation,
        citations=citations,
        confidence=judgement.probability,
        highlights=highlights,
        inconsistency=draft.inconsistency,
        absent=verdict.absent,
        missing=verdict.missing,
    )


def _with_sum(result: str, derivation: str) -> str:
    """Put a sum behind its result: "70% (77,78% − 7,78%)"."""
    sum_ = derivation.replace("≈", "=").rsplit("=", 1)[0].strip()
    return f"{result} ({sum_})"
