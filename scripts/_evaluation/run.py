"""A set asked in its ways: the outcomes, the questions to read, the comparison with a baseline."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress

from documents.store.library import Library
from index.encoders.base import Encoder
from index.errors import SnapshotError
from retrieval.answer import Answer
from retrieval.cross_encoder.passage_reader import PassageReader
from retrieval.errors import AbbreviationError, CorpusError
from retrieval.evaluation.baseline import Baseline
from retrieval.evaluation.comparison import Measured, measured
from retrieval.evaluation.restoration import Restoration, read_sentences, restoration
from retrieval.evaluation.run import Result, Run, ask_all
from retrieval.pipeline import Searcher
from retrieval.question.spelling import Restorer
from scripts._cli.command import CommandError
from scripts._evaluation.sets import JudgedSet, OnProgress

if TYPE_CHECKING:
    from index.postgres.index import Shared  # not at run time: its packages are optional


@dataclass(frozen=True, slots=True)
class Failure:
    """A question whose reply is not as expected.

    ``fault`` is "answered" (it should have been refused), "refused", "document" (another one came
    first) or "answer" (the right document, without the answer). ``sources`` are the titles
    of the documents that answer, ``found`` that of the one shown with the place in it.
    """

    fault: str
    question_id: str
    typed: str
    understood: str
    kind: str
    answers: tuple[str, ...]
    parts: tuple[str, ...]
    sources: tuple[str, ...]
    rank: int | None
    reply: str | None
    found: str | None
    quote: str | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A set with all of its runs, and the failures of the first."""

    judged_set: JudgedSet
    runs: tuple[Run, ...]
    failures: tuple[Failure, ...]
    restoration: Restoration | None


@dataclass(frozen=True, slots=True)
class SetResult:
    """What is told of a set."""

    name: str
    title: str
    runs: tuple[Measured, ...]
    failures: tuple[Failure, ...]
    restoration: Restoration | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All sets measured in one go; ``baseline_model`` is None where there was no baseline.

    ``strictness`` is the confidence from which an answer is given.
    """

    made_at: datetime
    model: str
    strictness: float
    baseline_model: str | None
    results: tuple[SetResult, ...]


@dataclass(frozen=True)
class Bench:
    """How sets are asked; ``folder`` keeps their libraries and vectors, ``limit`` asks fewer."""

    folder: Path
    encoder: Encoder
    strictness: float
    limit: int | None
    progress: Progress
    shared: "Shared | None" = None  # where the indexes lie; None for files in the folder
    reader: PassageReader | None = None

    def asked(self, one: JudgedSet) -> Asked:
        """Ask a set in all of its ways; raises CommandError."""
        try:
            encoding = _bar(self.progress, f"{one.name}: mã hóa")
            with one.opened(self.folder, self.encoder, encoding) as (library, questions):
                if not questions:
                    raise CommandError(f"{one.questions}: không có câu hỏi nào.")
                home = library.path.parent
                searcher = Searcher.open(
                    home,
                    library,
                    self.encoder,
                    self.strictness,
                    shared=self.shared,
                    passage_reader=self.reader,
                )
                bar = _bar(self.progress, f"{one.name}: hỏi")
                runs = ask_all(searcher, questions[: self.limit], one.ways, bar)
                failures = _failures(library, runs[0])
                return Asked(one, runs, failures, _restoration(one, searcher))
        except (CorpusError, SnapshotError, AbbreviationError) as error:
            raise CommandError(str(error)) from error


def compared(answers: Asked, baseline: Baseline | None) -> SetResult:
    """Sum a set up and put it beside the baseline."""
    one = answers.judged_set
    runs = tuple(measured(one.name, run, baseline) for run in answers.runs)
    return SetResult(one.name, one.title, runs, answers.failures, answers.restoration)


def _restoration(one: JudgedSet, searcher: Searcher) -> Restoration | None:
    if one.sentences is None:
        return None
    restorer = Restorer.over(searcher.snapshot().lexicon)
    return restoration(restorer, read_sentences(one.sentences))


def _failures(library: Library, run: Run) -> tuple[Failure, ...]:
    titles = {one.document_id: _title(one.number, one.title) for one in library.documents()}
    failures = []
    for result in run.results:
        fault = _fault(result)
        if fault is None:
            continue
        reply, source, outcome = result.reply, result.source, result.outcome
        failures.append(
            Failure(
                fault=fault,
                question_id=result.question.question_id,
                typed=result.typed,
                understood=result.understood,
                kind=outcome.kind,
                answers=result.question.answers,
                parts=result.question.parts,
                sources=tuple(titles.get(row, row) for row in sorted(result.question.relevant)),
                rank=outcome.rank,
                reply=reply.text if isinstance(reply, Answer) else None,
                found=f"{_title(source.number, source.title)}, {source.locator}".rstrip(", ")
                if source
                else None,
                quote=source.quote if source else None,
                confidence=reply.confidence if isinstance(reply, Answer) else outcome.confidence,
            )
        )
    return tuple(failures)


def _fault(result: Result) -> str | None:
    outcome = result.outcome
    if outcome.unanswerable:
        return "answered" if outcome.refused is False else None
    if outcome.refused:
        return "refused"
    if outcome.right:
        return None
    if outcome.gain is not None and outcome.rank != 1:
        return "document"
    return "answer" if outcome.right is False else None


def _title(number: str | None, title: str) -> str:
    return f"{number}: {title}" if number else title


def _bar(progress: Progress, label: str) -> OnProgress:
    task = progress.add_task(label, total=None)

    def update(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    return update
