"""Which sets are asked, and in which ways: the shipped samples, and judged sets of a folder."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from documents.formats.read import SUFFIXES
from documents.store.library import Library
from index.encoders.base import Encoder
from retrieval.evaluation.datasets import (
    JudgedQuestion,
    corpus_library,
    file_library,
    read_library_questions,
    read_questions,
)
from retrieval.evaluation.run import Way
from retrieval.ranking.retrieve import Legs
from scripts._cli.command import complain, existing_library

OnProgress = Callable[[int, int], None]

QUESTIONS = "questions.jsonl"
_NOT_A_SAMPLE = "README.md"
_LEGS: tuple[Legs, ...] = ("hybrid", "dense", "sparse")
_RANKED = tuple(
    Way(legs, stripped, judged=legs == "hybrid") for stripped in (False, True) for legs in _LEGS
)
_ENGLISH = tuple(way for way in _RANKED if not way.stripped)
_REFUSAL = tuple(way for way in _RANKED if way.judged)
_END_TO_END = tuple(
    Way(way.legs, way.stripped, way.judged, end_to_end=way.judged) for way in _RANKED
)


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """A set to ask: of a ``corpus``, of the library in ``data``, else of the samples.

    ``sentences`` is a file of sentences whose marks are to be restored with the set's library.
    """

    name: str
    title: str
    corpus: Path | None
    questions: Path
    ways: tuple[Way, ...]
    data: Path | None = None
    sentences: Path | None = None

    @contextmanager
    def opened(
        self, folder: Path, encoder: Encoder, on_progress: OnProgress
    ) -> Iterator[tuple[Library, tuple[JudgedQuestion, ...]]]:
        """Open the library, encoding what is not yet, with its questions; raises CorpusError."""
        if self.corpus is not None:
            questions = read_questions(self.questions)
            with corpus_library(self.corpus, folder, encoder, on_progress) as library:
                yield library, questions
            return
        if self.data is not None:
            with existing_library(self.data) as library:
                questions = read_library_questions(self.questions, library, _left_out)
                yield library, questions
            return
        home = self.questions.parent
        files = sorted(path for path in home.iterdir() if _is_sample(path))
        with file_library(files, folder, encoder, on_progress) as library:
            yield library, read_library_questions(self.questions, library)


def _left_out(question: str, source: str) -> None:
    complain(f"Bỏ qua câu {question}: kho không còn văn bản {source}.")


def _is_sample(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.name != _NOT_A_SAMPLE


@contextmanager
def samples() -> Iterator[JudgedSet]:
    """Find the set that ships, asked end to end."""
    with resources.as_file(resources.files("documents") / "samples") as folder:
        title = "Văn bản mẫu, hỏi đáp trọn vẹn"
        yield JudgedSet("samples", title, None, folder / QUESTIONS, _END_TO_END)


def own(corpus: Path, questions: Path) -> JudgedSet:
    """Return the set of a corpus and its questions."""
    return JudgedSet(
        f"{corpus.parent.name}-{questions.stem}", str(questions), corpus, questions, _RANKED
    )


def of_library(data: Path, questions: Path) -> JudgedSet:
    """Return a set of questions about the documents that were added, asked end to end."""
    return JudgedSet(f"own-{questions.stem}", str(questions), None, questions, _END_TO_END, data)


_FOLDER = (
    ("alqac", "ALQAC: luật", "alqac/corpus", "alqac/questions", _RANKED),
    (
        "alqac-refusal",
        "ALQAC, rút một nửa đáp án",
        "alqac/corpus.refusal",
        "alqac/questions.refusal",
        _REFUSAL,
    ),
    ("xquad-vi", "XQuAD tiếng Việt", "xquad/corpus", "xquad/questions.vi", _RANKED),
    ("xquad-en", "XQuAD, hỏi bằng tiếng Anh", "xquad/corpus", "xquad/questions.en", _ENGLISH),
    ("viquad", "ViQuAD", "viquad/corpus", "viquad/questions", _RANKED),
)


def sets_of(folder: Path) -> tuple[JudgedSet, ...]:
    """Return the known sets that a folder has."""
    found = [
        JudgedSet(name, title, folder / f"{corpus}.jsonl", folder / f"{questions}.jsonl", ways)
        for name, title, corpus, questions, ways in _FOLDER
    ]
    present = [one for one in found if one.questions.is_file()]
    sentences = sorted(folder.glob("diacritics/*.txt"))
    if present and sentences:
        present[0] = replace(present[0], sentences=sentences[0])  # ALQAC, a library of laws
    return tuple(present)


def narrowed(sets: Sequence[JudgedSet], legs: Legs | None, stripped: bool) -> tuple[JudgedSet, ...]:
    """Keep one pair of legs of every set, or the questions without marks alone."""
    kept = []
    for one in sets:
        ways = tuple(
            way
            for way in one.ways
            if (legs is None or way.legs == legs) and (way.stripped or not stripped)
        )
        if ways:
            kept.append(replace(one, ways=ways))
    return tuple(kept)
