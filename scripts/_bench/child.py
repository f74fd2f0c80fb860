"""The parts of the benchmark that measure this project, each in a process of its own.

``python -m scripts._bench.child encoder|build|search|recall|add ...``; ``scripts.bench`` runs them.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.store.library import FILE_NAME, Library
from index.encoders.base import Encoder
from index.encoders.load import load_encoder
from index.errors import EncoderError
from index.legs.protocols import DenseLeg
from retrieval.pipeline import Searcher
from scripts._bench.measurements import megabytes, tell, tell_memory, tell_times

WARM = 5  # questions asked before the clock runs
ENCODED = 96  # passages
COMMANDS = 3  # runs of `ask`
_SENTENCE = "Chi bộ {n} giao đồng chí phụ trách tổ {m} báo cáo kết quả thực hiện trước ngày {d}. "
_PASSAGES = 30  # of the document that is added
_SENTENCES = 6  # in one of its paragraphs, which is then one passage of about 110 words
_DEPTH = 50  # passages of the dense leg that are compared with the nearest of all
_CHUNK = 10_000  # vectors compared at a time, 15 MB
_EQUAL = 1e-5  # cosines that differ by less are one


def main() -> None:
    """Measure what the first argument names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=("encoder", "build", "search", "recall", "add"))
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--began", type=float, required=True)
    arguments = parser.parse_args()
    texts = json.loads(arguments.texts.read_text("utf-8")) if arguments.texts else []
    try:
        encoder = load_encoder(arguments.model, arguments.home)
    except (EncoderError, ImportError) as error:
        sys.exit(str(error))
    if arguments.part == "encoder":
        _encoder(encoder, texts)
    elif arguments.part == "build":
        _build(arguments.home, encoder)
    elif arguments.part == "search":
        _search(arguments.home, encoder, texts, arguments.began)
    elif arguments.part == "recall":
        _recall(arguments.home, encoder, texts)
    else:
        _add(arguments.home, encoder, texts)


def _encoder(encoder: Encoder, texts: list[str]) -> None:
    """Measure passages a second, and a question at a time."""
    passages, questions = texts[:ENCODED], [text[:80] for text in texts[:ENCODED]]
    encoder.encode_passages(passages[:4])
    began = time.perf_counter()
    encoder.encode_passages(passages)
    tell("passages_a_second", len(passages) / (time.perf_counter() - began))
    tell_times("encode", [_seconds(encoder, question) for question in questions])
    tell_memory()


def _seconds(encoder: Encoder, question: str) -> float:
    began = time.perf_counter()
    encoder.encode_queries([question])
    return time.perf_counter() - began


@contextmanager
def _opened(home: Path, encoder: Encoder) -> Iterator[Searcher]:
    with Library(home / FILE_NAME) as library:
        yield Searcher.open(home, library, encoder)


def _build(home: Path, encoder: Encoder) -> None:
    """Measure the index built from the stored vectors."""
    shutil.rmtree(home / "index", ignore_errors=True)
    began = time.perf_counter()
    with _opened(home, encoder):
        tell("build", time.perf_counter() - began)
    tell("build_memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)
    tell("index_disk", megabytes(home / "index"))
    tell("library_disk", (home / FILE_NAME).stat().st_size / 1e6)


def _search(home: Path, encoder: Encoder, questions: list[str], began: float) -> None:
    """Measure the start, questions one by one and from all cores, memory, and the command."""
    with _opened(home, encoder) as searcher:
        tell("ready", time.time() - began)
        for question in questions[:WARM]:
            searcher.ask(question)
        times = []
        for question in questions:
            start = time.perf_counter()
            searcher.ask(question)
            times.append(time.perf_counter() - start)
        tell_times("ask", times)
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            start = time.perf_counter()
            list(pool.map(searcher.ask, questions))
            tell("questions_a_second", len(questions) / (time.perf_counter() - start))
        tell_memory()
    tell("command", min(_command(home, question) for question in questions[:COMMANDS]))


def _command(home: Path, question: str) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "scripts.ask", "--data", str(home), question]
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - began


def _recall(home: Path, encoder: Encoder, questions: list[str]) -> None:
    """Measure how many of the nearest passages the dense leg finds."""
    with _opened(home, encoder) as searcher:
        dense = searcher.snapshot().dense
        asked = encoder.encode_queries(questions)
        found = [
            float(np.sum(dense.search(row, _DEPTH)[1] > least))
            for row, least in zip(asked, _least(dense, asked) - _EQUAL, strict=True)
        ]
        tell("recall", 100 * float(np.mean(found)) / min(_DEPTH, len(dense)))


def _least(dense: DenseLeg, asked: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the lowest cosine of the _DEPTH nearest passages of each question, looked at all."""
    keys = dense.keys()
    best = np.full((len(asked), _DEPTH), -1, np.float32)
    for start in range(0, len(keys), _CHUNK):
        rows = dense.vectors(keys[start : start + _CHUNK].tolist())
        both = np.concatenate([best, asked @ rows.T], axis=1)
        best = np.partition(both, -_DEPTH, axis=1)[:, -_DEPTH:]
    return np.asarray(best.min(axis=1), np.float32)


def _add(home: Path, encoder: Encoder, questions: list[str]) -> None:
    """Measure from a file of 30 passages to its first answer in a running searcher."""
    from index.ingest.ingest import add_files, remove_document
    from index.ingest.results import Options

    path = home / "bench-added.txt"
    path.write_text("\n\n".join(_paragraph(number) for number in range(_PASSAGES)), "utf-8")
    with _opened(home, encoder) as searcher:
        for left in searcher.library.find(path.name):  # by a run that was ended
            remove_document(home, searcher.library, left)
        searcher.ask(questions[0])
        began = time.perf_counter()
        (outcome,) = add_files(home, searcher.library, encoder, [path], Options())
        tell("added", time.perf_counter() - began)
        began = time.perf_counter()
        searcher.ask(questions[0])
        tell("visible", time.perf_counter() - began)
        if outcome.document:
            tell("added_passages", outcome.passages)
            remove_document(home, searcher.library, outcome.document)
        searcher.snapshot()
    path.unlink()


def _paragraph(number: int) -> str:
    return "".join(
        _SENTENCE.format(n=number, m=sentence, d=f"{1 + sentence}/{1 + number % 12}")
        for sentence in range(_SENTENCES)
    )


if __name__ == "__main__":
    main()
