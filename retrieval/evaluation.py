"""Judged questions put to a searcher: how good its ranking, its quotes and its refusals are."""

import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from documents.normalize import fold, normalize
from index.corpus import JudgedQuestion
from retrieval import metrics
from retrieval.answer import Answer
from retrieval.quote import MOST_WORDS
from retrieval.search import Legs, Searcher

_RANKED_DOCUMENTS = 10
_RECALL = 0.8


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one run: shares and scores 0 to 1, times in milliseconds; None where not judged.

    hit@k, MRR and nDCG are over questions with a relevant row, by the document of each passage.
    ``answer_in_quote`` is over questions with known answers: one of them stands in the first 60
    words of the first source's quote. Refusal is judged where some questions are unanswerable:
    the AUROC of the confidence, the precision of refusing at a recall of 0.80, and precision and
    recall of the refusals really made.
    """

    questions: int
    hit_at_1: float | None
    hit_at_5: float | None
    hit_at_10: float | None
    mrr_at_10: float | None
    ndcg_at_10: float | None
    answer_in_quote: float | None
    refusal_auroc: float | None
    refusal_precision_at_recall_80: float | None
    refusal_precision: float | None
    refusal_recall: float | None
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class _Result:
    question: JudgedQuestion
    ranking: tuple[str, ...]
    quoted: bool | None
    confidence: float
    refused: bool
    milliseconds: float


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
    """Ask every question and sum up."""
    results = []
    for done, question in enumerate(questions, 1):
        typed = strip_diacritics(question.question) if stripped else question.question
        results.append(_ask(searcher, question, typed, legs))
        on_progress(done, len(questions))
    return _report(results)


def _ask(searcher: Searcher, judged: JudgedQuestion, typed: str, legs: Legs) -> _Result:
    started = time.perf_counter()
    question = searcher.understand(typed)
    ranked = searcher.rank(question, legs)
    judgement = searcher.judge(question, ranked)
    milliseconds = (time.perf_counter() - started) * 1000
    quoted = None
    if judged.answers and not judged.unanswerable:
        reply = judgement.reply
        sources = reply.citations if isinstance(reply, Answer) else judgement.sources[:1]
        quote = " ".join(sources[0].quote.split()[:MOST_WORDS]) if sources else ""
        quoted = any(_plain(answer) in _plain(quote) for answer in judged.answers)
    return _Result(
        question=judged,
        ranking=ranked.documents()[:_RANKED_DOCUMENTS],
        quoted=quoted,
        confidence=judgement.confidence,
        refused=not isinstance(judgement.reply, Answer),
        milliseconds=milliseconds,
    )


def _plain(text: str) -> str:
    return " ".join(fold(normalize(text)).split())


def _report(results: Sequence[_Result]) -> Report:
    judged = [one for one in results if one.question.relevant and not one.question.unanswerable]
    pairs = [(one.ranking, one.question.relevant) for one in judged]
    quoted = [float(one.quoted) for one in results if one.quoted is not None]
    # the positive class is "must be refused": its score is the doubt
    absent = [-one.confidence for one in results if one.question.unanswerable]
    present = [-one.confidence for one in results if not one.question.unanswerable]
    refused = [one for one in results if one.refused]
    rightly = sum(one.question.unanswerable for one in refused)
    times = [one.milliseconds for one in results]
    return Report(
        questions=len(results),
        hit_at_1=_mean([metrics.hit_at(ranking, relevant, 1) for ranking, relevant in pairs]),
        hit_at_5=_mean([metrics.hit_at(ranking, relevant, 5) for ranking, relevant in pairs]),
        hit_at_10=_mean([metrics.hit_at(ranking, relevant, 10) for ranking, relevant in pairs]),
        mrr_at_10=_mean(
            [metrics.reciprocal_rank(ranking, relevant) for ranking, relevant in pairs]
        ),
        ndcg_at_10=_mean([metrics.ndcg(ranking, relevant) for ranking, relevant in pairs]),
        answer_in_quote=_mean(quoted),
        refusal_auroc=metrics.auroc(absent, present),
        refusal_precision_at_recall_80=(
            metrics.precision_at_recall(absent, present, _RECALL) if present else None
        ),
        refusal_precision=rightly / len(refused) if absent and refused else None,
        refusal_recall=rightly / len(absent) if absent else None,
        p50_ms=metrics.percentile(times, 0.5),
        p95_ms=metrics.percentile(times, 0.95),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
