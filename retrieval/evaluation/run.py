"""Judged questions put to a searcher: how good its ranking, its quotes and its refusals are."""

import hashlib
import json
import re
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from documents.vietnamese.normalize import fold, normalize
from index.encoders.base import Encoder
from retrieval.answer import Answer, Citation, NoAnswer, Reply
from retrieval.evaluation import metrics
from retrieval.evaluation.datasets import JudgedQuestion
from retrieval.evaluation.results import Outcome, Report, summed
from retrieval.pipeline import Searcher
from retrieval.question.intent import intent_of
from retrieval.ranking.retrieve import Legs
from retrieval.readers.sentence import MOST_WORDS

_RANKED_DOCUMENTS = 10
_KEY_CHARACTERS = 8  # of a sha256: within one set, a collision is one in a million


@dataclass(frozen=True, slots=True)
class Way:
    """One way of asking a set; ``judged`` draws a reply from the ranking.

    ``end_to_end`` asks as a channel does, with the exact lane; it knows no single legs.
    """

    legs: Legs = "hybrid"
    stripped: bool = False
    judged: bool = True
    end_to_end: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A question's outcome with what a reader was shown; ``source`` is the first one cited."""

    question: JudgedQuestion
    typed: str
    understood: str
    outcome: Outcome
    reply: Reply | None
    source: Citation | None


@dataclass(frozen=True, slots=True)
class Run:
    """All questions asked one way."""

    way: Way
    results: tuple[Result, ...]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes in the order of the questions."""
        return tuple(one.outcome for one in self.results)


@dataclass
class RememberingEncoder:
    """An encoder that encodes a question once; ``saved`` are the seconds that this has saved."""

    encoder: Encoder
    saved: float = 0.0
    _known: dict[str, tuple[NDArray[np.float32], float]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The real encoder's."""
        return self.encoder.fingerprint

    @property
    def dimension(self) -> int:
        """The real encoder's."""
        return self.encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions not seen before."""
        return np.stack([self._vector(text) for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode passages."""
        return self.encoder.encode_passages(texts)

    def _vector(self, text: str) -> NDArray[np.float32]:
        if text in self._known:
            vector, seconds = self._known[text]
            self.saved += seconds
            return vector
        started = time.perf_counter()
        vector = np.asarray(self.encoder.encode_queries([text])[0], np.float32)
        self._known[text] = vector, time.perf_counter() - started
        return vector


def strip_diacritics(text: str) -> str:
    """Return a text as typed by someone who leaves the marks out; case stays."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def evaluate(
    searcher: Searcher,
    questions: Sequence[JudgedQuestion],
    *,
    legs: Legs = "hybrid",
    stripped: bool = False,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Report:
    """Ask every question one way and sum up."""
    (run,) = ask_all(searcher, questions, [Way(legs, stripped)], on_progress)
    return summed(run.outcomes)


def ask_all(
    searcher: Searcher,
    questions: Sequence[JudgedQuestion],
    ways: Sequence[Way],
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[Run, ...]:
    """Ask every question in every way, encoding each wording once; times are as if each were."""
    searcher.ask("khởi động")  # what is read once is not part of a question's time
    encoder = RememberingEncoder(searcher.encoder)
    asked = replace(searcher, encoder=encoder)
    rows = []
    for done, question in enumerate(questions, 1):
        rows.append([_ask(asked, encoder, question, way) for way in ways])
        on_progress(done, len(questions))
    return tuple(Run(way, tuple(row[place] for row in rows)) for place, way in enumerate(ways))


def key_of(question: JudgedQuestion) -> str:
    """Return a digest of a question and of how it is judged."""
    judged = (
        question.question_id,
        question.question,
        sorted(question.relevant),
        (*question.answers, *question.parts),
        question.unanswerable,
    )
    text = json.dumps(judged, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_CHARACTERS]


def _ask(
    searcher: Searcher, encoder: RememberingEncoder, judged: JudgedQuestion, way: Way
) -> Result:
    typed = strip_diacritics(judged.question) if way.stripped else judged.question
    encoder.saved = 0.0
    started = time.perf_counter()
    found = _answered(searcher, typed) if way.end_to_end else _ranked(searcher, typed, way)
    seconds = time.perf_counter() - started + encoder.saved
    ranked = bool(judged.relevant) and not judged.unanswerable
    return Result(
        question=judged,
        typed=typed,
        understood=found.understood,
        outcome=Outcome(
            key=key_of(judged),
            kind=judged.kind or intent_of(judged.question).answer.value,
            unanswerable=judged.unanswerable,
            rank=metrics.first_relevant_rank(found.ranking, judged.relevant) if ranked else None,
            gain=metrics.ndcg(found.ranking, judged.relevant) if ranked else None,
            quoted=_is_quoted(judged, found),
            right=_is_right(judged, found.reply),
            confidence=found.confidence,
            refused=None if found.reply is None else isinstance(found.reply, NoAnswer),
            milliseconds=seconds * 1000,
        ),
        reply=found.reply,
        source=found.source,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    understood: str
    ranking: tuple[str, ...]
    reply: Reply | None
    source: Citation | None
    confidence: float | None


def _ranked(searcher: Searcher, typed: str, way: Way) -> _Found:
    question = searcher.understand(typed)
    ranked = searcher.rank(question, way.legs)
    read = searcher.read(question, ranked) if way.judged else ranked
    ranking = read.documents()[:_RANKED_DOCUMENTS]
    if not way.judged:
        return _Found(question.understood, ranking, None, None, None)
    response = searcher.judge(question, ranked)
    reply = response.reply
    sources = reply.citations if isinstance(reply, Answer) else response.sources
    source = sources[0] if sources else None
    return _Found(question.understood, ranking, reply, source, response.confidence)


def _answered(searcher: Searcher, typed: str) -> _Found:
    response = searcher.ask(typed)
    reply = response.reply
    sources = reply.citations if isinstance(reply, Answer) else response.sources
    source = sources[0] if sources else None
    hits = (hit.passage.document_id for hit in response.hits)
    cited = (one.document_id for one in sources[:1])
    return _Found(
        response.understood_as, tuple(dict.fromkeys((*cited, *hits))), reply, source, None
    )


def _is_quoted(judged: JudgedQuestion, found: _Found) -> bool | None:
    if not judged.answers or judged.computed or judged.unanswerable or found.reply is None:
        return None
    quote = " ".join(found.source.quote.split()[:MOST_WORDS]) if found.source else ""
    return any(plain(answer) in plain(quote) for answer in judged.answers)


def _is_right(judged: JudgedQuestion, reply: Reply | None) -> bool | None:
    if reply is None or not (judged.unanswerable or judged.answers):
        return None
    if judged.unanswerable or isinstance(reply, NoAnswer):
        return judged.unanswerable and isinstance(reply, NoAnswer)
    first = reply.citations[0]
    if judged.relevant and first.document_id not in judged.relevant:
        return False  # a figure may stand in any document
    shown = plain(f"{reply.text} {reply.derivation or ''} {first.quote}")
    return any(stands_in(plain(answer), shown) for answer in judged.answers) and all(
        stands_in(plain(part), shown) for part in judged.parts
    )


def stands_in(answer: str, text: str) -> bool:
    """Tell whether an answer stands in a text as a whole: "70%" is not in "7,70%"."""
    return bool(re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(answer)}(?!\w)(?![.,]\d)", text))


def plain(text: str) -> str:
    """Write a text so that only its letters, digits and signs are compared."""
    return " ".join(fold(normalize(text)).split())
