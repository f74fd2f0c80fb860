"""From a ranking to a reply: the figure or sentence that answers, or an honest "not found"."""

from collections.abc import Sequence
from dataclasses import dataclass

from documents.document import Document, Passage
from documents.library import Library
from retrieval.answer import Answer, Citation, Hit, NoAnswer, Reply
from retrieval.arithmetic import asked_of
from retrieval.confidence import Confidence, question_mass, signals
from retrieval.figure_answer import FigureAnswer, figure_answer
from retrieval.question import Question
from retrieval.quote import Quote, QuoteModel
from retrieval.ranked import Ranked
from retrieval.wanted import Wanted, wanted_by

HITS = 10  # passages kept of a ranking, for "other sources" and the query log
NEAREST = 3
_SUBJECT_COVERED = 0.4  # of a figure question's subject that the indicator's words must hold


@dataclass(frozen=True)
class Composer:
    """Turns rankings into replies; ``strictness`` is the least probability of an answer."""

    library: Library
    quotes: QuoteModel
    confidence: Confidence
    strictness: float

    def compose(
        self, question: Question, ranked: Ranked
    ) -> tuple[Reply, tuple[Hit, ...], tuple[Citation, ...]]:
        """Return the reply with the hits it was drawn from and a citation of each."""
        hits = ranked.hits(HITS)
        if not hits:
            return NoAnswer(question.typed, "nothing_found"), (), ()
        wanted = wanted_by(question.understood)
        quotes = tuple(
            self.quotes.best(
                hit.passage.text, question.understood, question.terms, ranked.idf, wanted
            )
            for hit in hits
        )
        sources = self._sources(hits, quotes)
        probability = self._probability(question, ranked, quotes[0], wanted)
        figure = self._figure(question, hits, ranked)
        if figure is not None:
            return self._figure_reply(question, hits, sources, figure, probability), hits, sources
        if probability < self.strictness:
            nearest = sources[:NEAREST]
            return NoAnswer(question.typed, "low_confidence", nearest), hits, sources
        start, end = quotes[0].sentence
        answer = Answer(
            question=question.typed,
            text=hits[0].passage.text[start:end],
            derivation=None,
            citations=(sources[0],),
            confidence=probability,
            highlights=tuple((a - start, b - start) for a, b in quotes[0].marks),
        )
        return answer, hits, sources

    def _probability(
        self, question: Question, ranked: Ranked, quote: Quote, wanted: Wanted
    ) -> float:
        mass = question_mass(question.terms, ranked)
        return self.confidence.probability(signals(ranked, quote, wanted, mass))

    def _figure(
        self, question: Question, hits: Sequence[Hit], ranked: Ranked
    ) -> FigureAnswer | None:
        asked = asked_of(question.understood)
        if asked is None:
            return None
        passages = [hit.passage for hit in hits]
        found = figure_answer(asked, passages, question.terms, ranked.idf)
        if found is None or (found.covered < _SUBJECT_COVERED and not question.is_english):
            return None
        return found

    def _figure_reply(
        self,
        question: Question,
        hits: Sequence[Hit],
        sources: Sequence[Citation],
        figure: FigureAnswer,
        probability: float,
    ) -> Reply:
        passage, finding = hits[figure.place].passage, figure.finding
        start, end = figure.sentence
        source = sources[figure.place]
        document = self._document(passage)
        citation = Citation.of(1, document, passage, figure.sentence, source.replaced_by)
        text = passage.text[start:end]
        highlights = tuple((a - start, b - start) for a, b in figure.spans)
        if finding.derivation is not None:
            text = _with_sum(finding.text, finding.derivation)
            highlights = ((0, len(finding.text)),)
        return Answer(
            question=question.typed,
            text=text,
            derivation=finding.derivation,
            citations=(citation,),
            confidence=max(probability, figure.covered),
            highlights=highlights,
            inconsistency=figure.inconsistency,
        )

    def _sources(self, hits: Sequence[Hit], quotes: Sequence[Quote]) -> tuple[Citation, ...]:
        documents: dict[str, tuple[Document, str | None]] = {}
        sources = []
        for marker, (hit, quote) in enumerate(zip(hits, quotes, strict=True), 1):
            document_id = hit.passage.document_id
            if document_id not in documents:
                documents[document_id] = self._document(hit.passage), self._successor(document_id)
            document, successor = documents[document_id]
            sources.append(Citation.of(marker, document, hit.passage, quote.window, successor))
        return tuple(sources)

    def _document(self, passage: Passage) -> Document:
        document = self.library.document(passage.document_id)
        if document is None:
            raise LookupError(f"{passage.passage_id}: its document is gone")
        return document

    def _successor(self, document_id: str) -> str | None:
        newer = self.library.replaced_by(document_id)
        return (newer[0].number or newer[0].title) if newer else None


def _with_sum(result: str, derivation: str) -> str:
    """Put a sum behind its result: "70% (77,78% − 7,78%)"."""
    sum_ = derivation.replace("≈", "=").rsplit("=", 1)[0].strip()
    return f"{result} ({sum_})"
