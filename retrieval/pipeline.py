"""From a question to ranked passages: the two legs, and the order of what they find."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from documents.store.library import Library
from index.encoders.base import Encoder
from index.legs.protocols import Keys, Scores
from index.snapshot.snapshot import Snapshot
from retrieval.answer import Answer, NoAnswer, Response
from retrieval.confidence import Confidence
from retrieval.decide import Composer, Judgement
from retrieval.generation.reword import Generator, Worder
from retrieval.library_view import Known
from retrieval.question.abbreviations import Abbreviations
from retrieval.question.followup import Earlier, follow_up
from retrieval.question.glossary import Glossary
from retrieval.question.question import Question, understand
from retrieval.ranking.features import features
from retrieval.ranking.ranked import Ranked
from retrieval.ranking.ranking import Ranking
from retrieval.ranking.retrieve import find, gather
from retrieval.readers.sentence import QuoteModel
from retrieval.routing import Lanes
from retrieval.timing import measuring, timed

if TYPE_CHECKING:
    from index.postgres.index import Shared  # not at run time: its packages are optional

Legs = Literal["dense", "sparse", "hybrid"]

DEPTH = 50  # passages fetched per leg
BESIDE_FROM = 20_000  # passages from which the sparse leg runs beside encoding and the dense leg
DENSE_WEIGHT = 0.5  # of the fusion that picks what is judged; best of 0.3-0.7, DECISIONS 3
DENSE_WEIGHT_ENGLISH = 0.9  # the documents are Vietnamese: little but names and numbers matches
STRICTNESS = 0.5
_BESIDE = ThreadPoolExecutor(thread_name_prefix="sparse")
EXTRA_ABBREVIATIONS = "abbreviations.tsv"  # the staff's own table in DATA_DIR


@dataclass
class Searcher:
    """Searches one library, following its changes; one instance serves many threads."""

    library: Library
    encoder: Encoder
    index_folder: Path
    abbreviations: Abbreviations
    composer: Composer
    glossary: Glossary = field(default_factory=Glossary.load)
    ranking: Ranking = field(default_factory=Ranking.load)
    generator: Generator | None = None
    hidden: frozenset[str] = frozenset()  # documents that this searcher knows nothing of
    shared: "Shared | None" = None  # where the legs lie; None for the index folder
    _known: Known | None = None
    _following: threading.Lock = field(default_factory=threading.Lock)
    _pinned: threading.local = field(default_factory=threading.local)
    _encoded: threading.local = field(default_factory=threading.local)

    @classmethod
    def open(
        cls,
        data: Path,
        library: Library,
        encoder: Encoder,
        strictness: float = STRICTNESS,
        generator: Generator | None = None,
        shared: "Shared | None" = None,
    ) -> "Searcher":
        """Open the index of a data folder; raises SnapshotError and AbbreviationError.

        ``strictness`` (0 to 1) is the least probability at which an answer is given as one;
        ``generator`` words answers, where what it says can be checked; ``shared`` is the index that
        machines share, if there is one.
        """
        searcher = cls(
            library,
            encoder,
            data / "index",
            Abbreviations.load(data / EXTRA_ABBREVIATIONS),
            Composer(library, QuoteModel.load(), Confidence.load(), strictness),
            generator=generator,
            shared=shared,
        )
        searcher.snapshot()
        return searcher

    def snapshot(self) -> Snapshot:
        """Return the index at the library's present generation, catching up when it is behind."""
        return self.known().snapshot

    def known(self) -> Known:
        """Return what is known of the library's present generation, catching up with it."""
        pinned: Known | None = getattr(self._pinned, "known", None)
        known = pinned or self._known
        if known is not None and known.snapshot.generation == self.library.generation:
            return known
        with self._following:
            before = self._known
            if before is not None and before.snapshot.generation == self.library.generation:
                return before
            snapshot = Snapshot.open(
                self.index_folder,
                self.library,
                self.encoder.fingerprint,
                self.encoder.dimension,
                loaded=before.snapshot if before else None,
                shared=self.shared,
            )
            self._known = Known.of(
                snapshot, self.library, self.index_folder, self.abbreviations, before
            )
            return self._known

    @contextmanager
    def _one_state(self) -> Iterator[Known]:
        """Show this thread one generation of the library with its index.

        Another thread may meanwhile follow a later one, whose index must not be built back.
        """
        while True:
            self.known()
            with self.library.reading():
                known = self._known
                if known is None or known.snapshot.generation != self.library.generation:
                    continue
                with known.snapshot.showing(self.library) as is_so:
                    if is_so:
                        self._pinned.known = known
                        try:
                            yield known
                        finally:
                            self._pinned.known = None
                        return
            known.snapshot.follow(self.library)

    def ask(
        self,
        typed: str,
        previous: Earlier | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> Response:
        """Answer a question as typed, from the library as it is now.

        ``previous`` is the turn before in the same chat, ``Earlier.of`` its response: a follow-up
        is read together with it, and ``understood_as`` shows how; a new topic is not. ``hidden``
        are the ids of documents that the asker must not learn of.
        """
        if hidden - self.hidden:
            self.snapshot()
            return replace(self, hidden=self.hidden | hidden).ask(typed, previous)
        started = time.perf_counter()
        with measuring() as stopwatch:
            response = self._response(typed, previous)
            if self.generator is not None:
                with timed("generate"):
                    response = Worder(self.library, self.generator).worded(response)
        elapsed = (time.perf_counter() - started) * 1000
        return replace(
            response,
            elapsed_ms=elapsed,
            stages=stopwatch.stages(elapsed),
            model=self.encoder.fingerprint,
            generation=self.snapshot().generation,
        )

    def _response(self, typed: str, previous: Earlier | None) -> Response:
        with timed("understand"):
            question, document_id = self._read(typed, previous)
        if not question.terms:
            return Response(NoAnswer(typed, "empty_question"), question.understood, (), (), 0.0)
        if not self.snapshot().manifest.passages:
            return Response(NoAnswer(typed, "empty_library"), question.understood, (), (), 0.0)
        with self._one_state() as known:
            judged = Lanes(self, known.catalogue).judged(question, document_id)
        if self.hidden and not self.hidden.isdisjoint(_shown(judged)):
            # A fact of a document's head, or a document named by number, is found without ranking.
            nothing = NoAnswer(typed, "nothing_found")
            return Response(nothing, question.understood, (), (), 0.0)
        return Response(judged.reply, question.understood, judged.hits, judged.sources, 0.0)

    def _read(self, typed: str, previous: Earlier | None) -> tuple[Question, str | None]:
        """Return the question, read with the turn before, and the document it stays within."""
        question = self.understand(typed)
        if previous is None:
            return question, None
        known = previous.document_id and previous.document_id not in self.hidden
        document = self.library.document(str(previous.document_id)) if known else None
        reading = follow_up(question.understood, previous, document)
        if reading is None:
            return question, None
        return replace(self.understand(reading.text), typed=typed), reading.document_id

    def judge(self, question: Question, ranked: Ranked) -> Judgement:
        """Draw a reply from a ranking, or refuse."""
        return self.composer.compose(question, ranked)

    def understand(self, typed: str) -> Question:
        """Read a question with the library's own words."""
        known = self.known()
        table = known.table_without(self.hidden)
        return understand(typed, known.restorer, table, self.glossary, known.speller)

    def suggestion(self, question: str) -> str | None:
        """Return a question with words that nobody knows as near ones; None without any."""
        return self.known().speller.suggestion(question)

    def visible(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those keys whose documents are not hidden."""
        if not self.hidden:
            return keys
        return np.setdiff1d(keys, self.library.keys_of(sorted(self.hidden)))

    def _vector(self, topic: str) -> NDArray[np.float32]:
        """Encode a topic; one question may be ranked several times, within several documents."""
        key = self.encoder.fingerprint, topic
        latest: tuple[tuple[str, str], NDArray[np.float32]] | None
        latest = getattr(self._encoded, "latest", None)
        if latest is None or latest[0] != key:
            latest = key, self.encoder.encode_queries([topic])[0]
            self._encoded.latest = latest
        return latest[1]

    def rank(
        self,
        question: Question,
        legs: Legs = "hybrid",
        depth: int = DEPTH,
        within: NDArray[np.int64] | None = None,
    ) -> Ranked:
        """Return the candidates of a question, best first; ``within`` limits them to keys."""
        known = self.known()
        snapshot = known.snapshot
        without = self.library.keys_of(sorted(self.hidden)) if self.hidden else None
        terms = () if legs == "dense" else question.terms
        of_sparse: Callable[[], tuple[Keys, Scores]] = partial(
            snapshot.sparse.search, terms, depth, within, without
        )
        if (
            legs == "hybrid"
            and snapshot.shared is None
            and snapshot.manifest.passages >= BESIDE_FROM
        ):
            of_sparse = _BESIDE.submit(of_sparse).result
        with timed("encode"):
            vector = None if legs == "sparse" else self._vector(question.topic)
        weight = DENSE_WEIGHT_ENGLISH if question.is_english else DENSE_WEIGHT
        with timed("search"), self.library.reading():
            found = find(snapshot.dense, vector, of_sparse, depth, weight, within, without)
            pool = gather(
                self.library, snapshot.forward, found, tuple(dict.fromkeys(question.terms))
            )
        rows = features(pool, question.terms, snapshot.sparse.idf)
        if legs == "hybrid":
            scores = self.ranking.scores(rows, question.is_english)
        else:
            scores = np.array(found.fused[: len(rows)])
        return Ranked.by(pool, rows, scores, snapshot.sparse.idf, known.catalogue.replaced)


def _shown(judged: Judgement) -> Iterator[str]:
    """Yield the ids of the documents that a judgement would let its reader learn of."""
    reply = judged.reply
    cited = reply.citations if isinstance(reply, Answer) else reply.nearest
    yield from (citation.document_id for citation in (*cited, *judged.sources))
