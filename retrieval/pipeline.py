"""From a question to its response, top to bottom."""

import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from documents.store.library import Library
from index.encoders.base import Encoder
from index.legs.protocols import Keys
from index.snapshot.snapshot import Snapshot
from retrieval.answer import Response
from retrieval.citing import respond
from retrieval.confidence import Confidence
from retrieval.cross_encoder.passage_reader import PassageReader
from retrieval.decide import Judgement, better, decide, judge, refuse_early
from retrieval.generation.reword import Generator, Worder
from retrieval.library_view import NOTHING, LibraryView, Views
from retrieval.question.abbreviations import Abbreviations
from retrieval.question.followup import Earlier, follow_up
from retrieval.question.glossary import Glossary
from retrieval.question.question import Question
from retrieval.ranking.ranking import Ranked, Ranking, rank
from retrieval.ranking.retrieve import Legs, Retriever
from retrieval.readers import READERS
from retrieval.readers.base import Case
from retrieval.scopes import Scope, named_in, scopes

if TYPE_CHECKING:
    from index.postgres.index import Shared  # not at run time: its packages are optional

STRICTNESS = 0.5
EXTRA_ABBREVIATIONS = "abbreviations.tsv"  # the staff's own table in DATA_DIR


@dataclass(frozen=True)
class Searcher:
    """Searches one library, following its changes; one instance serves many threads.

    ``strictness`` (0 to 1) is the least probability at which an answer is given as one.
    ``generator`` words answers, where what it says can be checked. ``passage_reader`` says in the
    place of ``confidence`` which words of a ranking answer, and how surely.
    """

    library: Library
    encoder: Encoder
    views: Views
    ranking: Ranking
    confidence: Confidence
    strictness: float = STRICTNESS
    generator: Generator | None = None
    passage_reader: PassageReader | None = None
    beside: Executor = field(default_factory=partial(ThreadPoolExecutor, thread_name_prefix="legs"))

    @classmethod
    def open(
        cls,
        data: Path,
        library: Library,
        encoder: Encoder,
        strictness: float = STRICTNESS,
        generator: Generator | None = None,
        shared: "Shared | None" = None,
        passage_reader: PassageReader | None = None,
    ) -> "Searcher":
        """Open the index of a data folder; raises SnapshotError and AbbreviationError.

        ``shared`` is the index that machines share, if there is one.
        """
        abbreviations = Abbreviations.load(data / EXTRA_ABBREVIATIONS)
        views = Views(library, encoder, data / "index", abbreviations, Glossary.load(), shared)
        views.latest()
        models = Ranking.load(), Confidence.load()
        return cls(library, encoder, views, *models, strictness, generator, passage_reader)

    def ask(
        self, typed: str, previous: Earlier | None = None, hidden: frozenset[str] = NOTHING
    ) -> Response:
        """Answer a question as typed from one generation of the library, or say why not.

        ``previous`` is the turn before in the same chat, ``Earlier.of`` its response: a follow-up
        is read together with it, and ``understood_as`` shows how; a new topic is not. ``hidden``
        are the ids of documents that the asker must not learn of.
        """
        watch = Stopwatch()
        with self.views.open(hidden) as view:
            with watch.stage("understand"):
                question, is_follow_up = _read(typed, previous, view)
            named = named_in(question, view)
            refusal = refuse_early(question, named, view)
            retriever = Retriever(self.encoder, view, self.beside, watch.stage)
            best: Judgement | None = None
            for scope in () if refusal else scopes(question, named, view):
                pool = retriever.retrieve(scope.question, scope.keys)
                ranking = rank(scope.question, pool, self.ranking, view)
                best = better(best, self._judgement(scope, ranking, view))
                if best.is_final:
                    break
            verdict = refusal or decide(question, named, best, view)
            response = respond(question, verdict, view, self.confidence.quotes)
            model, generation = self.encoder.fingerprint, view.snapshot.generation
        if self.generator is not None:
            with watch.stage("generate"):
                response = Worder(self.library, self.generator).worded(response, hidden)
        elapsed = watch.elapsed()
        return replace(
            response,
            elapsed_ms=elapsed,
            stages=watch.stages(elapsed),
            model=model,
            generation=generation,
            is_follow_up=is_follow_up,
        )

    def by_words(self) -> "Searcher":
        """Return a searcher of the same index that reads and words nothing: for who still types."""
        return replace(self, passage_reader=None, generator=None)

    def _judgement(self, scope: Scope, ranking: Ranked, view: LibraryView) -> Judgement:
        """Let the readers of what is asked draft an answer from a ranking, and judge them."""
        if self.passage_reader is None:
            trust = self.confidence(scope.question, ranking)
        else:
            ranking, trust = self.passage_reader(scope.question, ranking, view)
        passages = ranking.passages(trust.lead.passage) if trust else ()
        case = Case(scope.question, scope, ranking, trust, passages, view)
        drafts = []
        for asked in scope.asks:
            if asked in READERS:
                drafts.append(READERS[asked](case))
        return judge(case, drafts, self.strictness)

    def snapshot(self) -> Snapshot:
        """Return the index at the library's present generation, catching up when it is behind."""
        return self.views.latest().snapshot

    def understand(self, typed: str) -> Question:
        """Read a question with the library's own words."""
        with self.views.open() as view:
            return view.understand(typed)

    def suggestion(self, question: str, hidden: frozenset[str] = NOTHING) -> str | None:
        """Return a question with words that nobody knows as near ones; None without any.

        No word is offered that stands in ``hidden`` documents alone.
        """
        with self.views.open(hidden) as view:
            return view.speller.suggestion(question)

    def rank(self, question: Question, legs: Legs = "hybrid", within: Keys | None = None) -> Ranked:
        """Return the candidates of a question, best first; ``within`` limits them to keys."""
        with self.views.open() as view:
            retriever = Retriever(self.encoder, view, self.beside, Stopwatch().stage)
            pool = retriever.retrieve(question, within, legs)
            return rank(question, pool, self.ranking, view, legs)

    def read(self, question: Question, ranking: Ranked) -> Ranked:
        """Return a ranking in the order of the trained reader; as it is without one."""
        if self.passage_reader is None:
            return ranking
        with self.views.open() as view:
            return self.passage_reader(question, ranking, view)[0]

    def judge(self, question: Question, ranking: Ranked) -> Response:
        """Answer from a ranking of all documents, or refuse."""
        with self.views.open() as view:
            best = self._judgement(Scope.everything(question), ranking, view)
            verdict = decide(question, None, best, view)
            return respond(question, verdict, view, self.confidence.quotes)


def _read(typed: str, previous: Earlier | None, view: LibraryView) -> tuple[Question, bool]:
    """Read a question, a follow-up together with the turn before; tell whether it is one."""
    question = view.understand(typed)
    if previous is None:
        return question, False
    document = view.document(previous.document_id)
    reading = follow_up(question.understood, previous, document)
    if reading is None:
        stays = previous.stays_within and document and not question.numbers
        within = replace(question, document_id=previous.document_id) if stays else question
        return within, False
    within_id = previous.document_id if previous.stays_within else reading.document_id
    document_id = within_id if document else None  # it may be gone or hidden by now
    read = replace(view.understand(reading.text), typed=typed, document_id=document_id)
    return read, True


class Stopwatch:
    """Adds up the milliseconds of one question's stages; what no stage claims is "compose"."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self.spent: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the block for a stage, which may come more than once."""
        started = time.perf_counter()
        try:
            yield
        finally:
            milliseconds = (time.perf_counter() - started) * 1000
            self.spent[name] = self.spent.get(name, 0.0) + milliseconds

    def elapsed(self) -> float:
        """Return the milliseconds since the question came."""
        return (time.perf_counter() - self._began) * 1000

    def stages(self, total: float) -> tuple[tuple[str, float], ...]:
        """Return (stage, milliseconds) in the order they came, the rest of ``total`` last."""
        rest = max(0.0, total - sum(self.spent.values()))
        return (*self.spent.items(), ("compose", rest))
