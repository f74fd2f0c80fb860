"""Which lane answers: a named document or place, a described document, or the whole library."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.answer import Answer
from retrieval.decide import Judgement
from retrieval.question.question import Question
from retrieval.readers.document_fact import Fact, fact_asked
from retrieval.scope.catalogue import Catalogue
from retrieval.scope.scopes import Scope, scope_of, scope_within

if TYPE_CHECKING:
    from retrieval.pipeline import Searcher

_NAMED_BY_TITLE = 5  # documents of a ranking among which a question may name one by its title


@dataclass(frozen=True, slots=True)
class Lanes:
    """The ways to an answer over one searcher and the catalogue of its library."""

    searcher: "Searcher"
    catalogue: Catalogue

    def judged(self, question: Question, document_id: str | None = None) -> Judgement:
        """Answer from the documents a question names, else from all of them."""
        catalogue = self.catalogue.without(self.searcher.hidden)
        if document_id is None:
            scope = scope_of(
                question.numbers,
                question.place,
                catalogue,
                self.searcher.library,
                self.searcher.snapshot(),
            )
        else:
            scope = scope_within(document_id, question.place, self.searcher.library)
        if scope is None:
            return self._anywhere(question, catalogue)
        scope = replace(scope, about=self.searcher.visible(scope.about))
        if scope.no_place:
            return self.searcher.composer.refuse(question, "no_such_place", scope.no_place)
        if scope.absent and not len(scope.about):
            return self.searcher.composer.refuse(question, "no_such_document", scope.absent)
        judged = self._within(question, scope)
        if scope.missing and isinstance(judged.reply, Answer):
            return replace(judged, reply=replace(judged.reply, missing=scope.missing))
        return judged

    def _within(self, question: Question, scope: Scope) -> Judgement:
        inner = question.within_named()
        fact = fact_asked(question.understood)
        if fact in (Fact.SIGNER, Fact.RECEIVERS) and scope.absent:
            return self.searcher.composer.refuse(question, "no_such_document", scope.absent)
        if fact and len(scope.own) and not scope.place:
            # what is left without its name says whether more is asked of the document itself
            bare = replace(question, understood=inner.topic)
            for asking, keys in ((bare, scope.own), (question, scope.about)):
                passages = self.searcher.library.passages_at(keys.tolist())
                named = tuple(dict.fromkeys(passage.document_id for passage in passages))
                if judged := self.searcher.composer.fact_reply(asking, named):
                    return judged
        if scope.place:
            return self.searcher.composer.place_reply(
                question, self.searcher.rank(question, within=scope.own), scope.place
            )
        if question.is_about_the_document and len(scope.own):
            return self.searcher.composer.about_reply(
                question, self.searcher.rank(question, within=scope.own)
            )
        own = self.searcher.rank(inner, within=scope.own) if len(scope.own) else None
        if own is not None and question.asks_what_the_named_says:
            judged = self.searcher.composer.compose_named(inner, own, None, scope.absent)
            if isinstance(judged.reply, Answer):
                return judged
        about = self.searcher.rank(inner, within=scope.about) if len(scope.about) else None
        return self.searcher.composer.compose_named(inner, own, about, scope.absent)

    def _anywhere(self, question: Question, catalogue: Catalogue) -> Judgement:
        """Answer from all documents, or from the one that the question names by its title."""
        ranked = None
        if fact_asked(question.understood):
            ranked = self.searcher.rank(question)
            near = ranked.documents()[:_NAMED_BY_TITLE]
            if judged := self.searcher.composer.fact_reply(question, near):
                return judged
        return self._described(question, catalogue) or self.searcher.judge(
            question, ranked or self.searcher.rank(question)
        )

    def _described(self, question: Question, catalogue: Catalogue) -> Judgement | None:
        """Answer from the documents of the kind, date and issuer a question states, if they do."""
        if question.description is None:
            return None
        within = self.searcher.library.keys_of(catalogue.described(question.description))
        if not len(within):
            return None
        judged = self.searcher.judge(question, self.searcher.rank(question, within=within))
        return judged if isinstance(judged.reply, Answer) else None
