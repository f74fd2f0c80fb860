"""From a ranking to a reply: the figure or sentence that answers, or an honest "not found"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from documents.document import Passage
from documents.splitting.passages import is_body
from documents.store.library import Library
from documents.vietnamese.normalize import fold
from documents.vietnamese.provisions import Place
from retrieval.answer import Answer, Citation, Hit, NoAnswer, Reply
from retrieval.confidence import Confidence, question_mass, signals
from retrieval.question.question import Question
from retrieval.ranking.ranked import Ranked
from retrieval.ranking.retrieve import Candidate
from retrieval.readers.document_fact import fact_asked, rest_of, stated
from retrieval.readers.figure_arithmetic import asked_of
from retrieval.readers.lists import with_list
from retrieval.readers.number import lacks_number, number_answer, number_reply
from retrieval.readers.sentence import Asked, Quote, QuoteModel, Span, units
from retrieval.readers.spans import Wanted, defining_line, wanted_by
from retrieval.scope.scopes import cited_place, clause_span

HITS = 10  # passages kept of a ranking, for "other sources" and the query log
NEAREST = 3
_NAMED = 0.3  # of the strictness where the document is named: that it is the right one is certain
_RESULTS = re.compile(r"thuc hien|so ket|tong ket|ket qua|dat duoc|da dat|den nay|hien nay")
_STATED = 0.9  # probability that "X là …" answers "X là gì?"
_LACKING = 0.5  # of the strictness, at most, where a number is asked for and none is there


@dataclass(frozen=True, slots=True)
class Judgement:
    """A reply with what it was drawn from; ``confidence`` is that of the first hit.

    ``figure`` is the share of the question's subject that a figure answers; 0 without one.
    """

    reply: Reply
    confidence: float
    hits: tuple[Hit, ...]
    sources: tuple[Citation, ...]
    figure: float = 0.0


@dataclass(frozen=True)
class Composer:
    """Turns rankings into replies; ``strictness`` is the least probability of an answer."""

    library: Library
    quotes: QuoteModel
    confidence: Confidence
    strictness: float

    def compose(
        self, question: Question, ranked: Ranked, strictness: float | None = None
    ) -> Judgement:
        """Return the reply with the hits it was drawn from and a citation of each."""
        least = self.strictness if strictness is None else strictness
        if not ranked.order:
            return Judgement(NoAnswer(question.typed, "nothing_found"), 0.0, (), ())
        asked = Asked(question.understood, question.terms, wanted_by(question.understood))
        group = ranked.group()
        quote = self.quotes.best(
            [one.passage.text for one in group], [one.dense for one in group], asked, ranked.idf
        )
        first = group[quote.place]
        stated = _stated(asked, ranked)
        if stated is not None:
            first, quote = stated
        hits = ranked.hits(HITS, first=first)
        others = [hit.passage.text for hit in hits[1:]]
        quotes = (quote, *self.quotes.each(others, asked, ranked.idf))
        sources = self._cited(
            [(hit.passage, one.window) for hit, one in zip(hits, quotes, strict=True)]
        )
        probability = self._probability(ranked, quote, asked, question.is_english)
        if stated is not None:
            probability = max(probability, _STATED)
        figure = number_answer(question, hits, sources, ranked.idf)
        if figure is None and lacks_number(question, hits[0].passage, quote, asked):
            probability = min(probability, least * _LACKING)
        reply: Reply
        if figure is not None:
            passage = hits[figure.place].passage
            (citation,) = self._cited([(passage, figure.sentence)])
            reply = number_reply(question, figure, passage, citation, probability)
            reply = self._with_twins(reply, passage, figure.sentence, ranked)
            probability = reply.confidence
        elif probability < least:
            reply = NoAnswer(question.typed, "low_confidence", sources[:NEAREST])
        else:
            reply = _sentence_reply(question, hits[0], sources[0], quote, probability)
            reply = self._with_twins(reply, hits[0].passage, quote.window, ranked)
        covered = figure.covered if figure is not None else 0.0
        return Judgement(reply, probability, hits, sources, covered)

    def refuse(self, question: Question, reason: str, subject: str | None) -> Judgement:
        """Say that what a question names outright is not in the library."""
        return Judgement(NoAnswer(question.typed, reason, (), subject), 0.0, (), ())

    def compose_named(
        self, question: Question, own: Ranked | None, about: Ranked | None, absent: str | None
    ) -> Judgement:
        """Reply from the documents a question names, else from documents about these.

        A figure found in either goes before a sentence, one with the kind of thing asked for before
        one without, a report before the resolution where results are asked for, then the likelier
        one. Where the library has none of that number, documents about it must answer well;
        otherwise it is "no such document".
        """
        judged = [
            self.compose(question, ranked, self.strictness * _NAMED)
            for ranked in (own, about)
            if ranked is not None and ranked.order
        ]
        answers = [one for one in judged if isinstance(one.reply, Answer)]
        of_results = _asks_for_results(question)
        named = own.best.passage.document_id if own is not None and own.order else None
        best = max(
            answers or judged,
            key=lambda one: _likelihood(
                one, of_results and one.hits[0].passage.document_id != named
            ),
        )
        if absent is None:
            return best
        if isinstance(best.reply, Answer) and not question.is_about_the_document:
            return replace(best, reply=replace(best.reply, absent=absent))
        reply = NoAnswer(question.typed, "no_such_document", best.sources[:NEAREST], absent)
        return replace(best, reply=reply)

    def fact_reply(self, question: Question, document_ids: Sequence[str]) -> Judgement | None:
        """Reply with what the letterhead or signature of one of some documents says of it.

        None where the question asks more than that or means none of them.
        """
        fact = fact_asked(question.understood)
        if fact is None:
            return None
        for document_id in document_ids:
            document = self.library.document(document_id)
            passages = self.library.passages_of(document_id)
            if document is None or rest_of(question.understood, document, passages):
                continue
            found = stated(fact, document, passages)
            if found is None:
                return self.refuse(question, "low_confidence", None)
            (citation,) = self._cited([(found.passage, found.span)])
            start = found.span[0]
            marks = tuple((a - start, b - start) for a, b in found.marks)
            answer = Answer(question.typed, citation.quote, None, (citation,), 1.0, marks)
            return Judgement(answer, 1.0, (Hit(found.passage, 1.0, 1, "exact"),), (citation,))
        return None

    def about_reply(self, question: Question, ranked: Ranked) -> Judgement:
        """Reply to "what does this document say?" with how it begins, under its title."""
        judged = self.compose(question, ranked, 0.0)
        document_id = judged.hits[0].passage.document_id
        passages = self.library.passages_of(document_id)
        first = next(filter(is_body, passages), passages[0])
        (citation,) = self._cited([(first, units(first.text)[0])])
        answer = Answer(question.typed, citation.quote, None, (citation,), 1.0)
        return replace(judged, reply=answer, confidence=1.0)

    def place_reply(self, question: Question, ranked: Ranked, place: Place) -> Judgement:
        """Reply with the named place itself."""
        judged = self.compose(question, ranked, 0.0)
        first = min(judged.hits, key=lambda hit: hit.passage.start)
        span = clause_span(first.passage.text, place)
        (citation,) = self._cited([(first.passage, span)])
        citation = replace(citation, locator=cited_place(first.passage, place, span))
        answer = Answer(question.typed, citation.quote, None, (citation,), 1.0)
        return replace(judged, reply=answer, confidence=1.0)

    def _probability(self, ranked: Ranked, quote: Quote, asked: Asked, is_english: bool) -> float:
        mass = question_mass(asked.terms, ranked)
        return self.confidence.probability(signals(ranked, quote, asked.wanted, mass), is_english)

    def _with_twins(self, answer: Answer, passage: Passage, span: Span, ranked: Ranked) -> Answer:
        """Cite beside a passage the others that say the same, word for word."""
        twins = [(one, span) for one in ranked.twins(passage)]
        if not twins:
            return answer
        cited = (replace(one, marker=one.marker + 1) for one in self._cited(twins))
        return replace(answer, citations=(*answer.citations, *cited))

    def _cited(self, quoted: Sequence[tuple[Passage, Span]]) -> tuple[Citation, ...]:
        """Cite spans of passages, numbered from 1; raises LookupError."""
        ids = [passage.document_id for passage, _span in quoted]
        heads = {head.document_id: head for head in self.library.heads_of(ids)}
        newer = self.library.successors(ids)
        gone = [one for one in ids if one not in heads]
        if gone:
            raise LookupError(f"{gone[0]}: the document of a passage is gone")
        return tuple(
            Citation.of(marker, heads[one], passage, span, newer.get(one))
            for marker, (one, (passage, span)) in enumerate(zip(ids, quoted, strict=True), 1)
        )


def _stated(asked: Asked, ranked: Ranked) -> tuple[Candidate, Quote] | None:
    """Return the sentence that opens by saying what the thing is that is to be defined."""
    line = defining_line(asked.question) if asked.wanted is Wanted.DEFINITION else None
    if line is None:
        return None
    for candidate in (ranked.pool.candidates[place] for place in ranked.order):
        folded = fold(candidate.passage.text)
        if line.search(folded):
            spans = units(candidate.passage.text)
            for place, (start, end) in enumerate(spans):
                if line.search(folded[start:end]):
                    span = with_list(candidate.passage.text, spans, place, asked.wanted)
                    return candidate, Quote(0, span, span, (), covered=1.0, share=1.0)
    return None


def _asks_for_results(question: Question) -> bool:
    folded = fold(question.understood)
    is_figure = asked_of(folded) is not None or wanted_by(folded) is Wanted.WHEN
    return is_figure and bool(_RESULTS.search(folded))


def _likelihood(judged: Judgement, preferred: bool) -> tuple[bool, bool, bool, float, float]:
    reply = judged.reply
    holds = isinstance(reply, Answer) and bool(reply.highlights)
    return judged.figure > 0, holds, preferred, judged.figure, judged.confidence


def _sentence_reply(
    question: Question, hit: Hit, source: Citation, quote: Quote, probability: float
) -> Answer:
    start, end = quote.sentence
    return Answer(
        question=question.typed,
        text=hit.passage.text[start:end],
        derivation=None,
        citations=(source,),
        confidence=probability,
        highlights=tuple((a - start, b - start) for a, b in quote.marks),
    )
