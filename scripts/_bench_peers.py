"""What others use for the same job, on the same documents and weights; one process each.

``python -m scripts._bench_peers NAME --corpus FILE --questions FILE``; ``scripts.bench`` runs them.
Home of what the extra ``bench`` installs.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.corpus import JudgedQuestion, read_questions
from retrieval.evaluation import strip_diacritics
from scripts._bench_figures import resident_mb, tell, tell_times

_CHARACTERS = 500  # of a chunk, as most tutorials cut
_QUERY, _PASSAGE = "query: ", "passage: "  # what e5 was trained with

First = Callable[[str], str]  # from a question to the id of the first document


@dataclass(frozen=True, slots=True)
class Given:
    """The rows of a corpus, and where the model lies."""

    corpus: Path
    models: Path

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return (id, title and text) of every row."""
        lines = self.corpus.read_text("utf-8").split("\n")
        rows = [json.loads(line) for line in lines if line.strip()]
        return tuple((str(row["id"]), f"{row['title']}\n{row['text']}") for row in rows)


@contextmanager
def this_project(given: Given) -> Iterator[First]:
    """Read, split, encode, index; then the whole way of a question, its quote included."""
    from index.corpus import corpus_library
    from index.encoder import load_encoder
    from retrieval.search import Searcher

    encoder = load_encoder(None, given.models.parent)
    with tempfile.TemporaryDirectory() as folder:
        nowhere = Path(folder)
        with corpus_library(given.corpus, nowhere, encoder, lambda _done, _all: None) as library:
            searcher = Searcher.open(library.path.parent, library, encoder)

            def first(question: str) -> str:
                hits = searcher.ask(question).hits
                return hits[0].passage.document_id if hits else ""

            yield first


@contextmanager
def torch_and_faiss(given: Given) -> Iterator[First]:
    """Encode chunks of 500 characters by sentence-transformers into a flat FAISS index."""
    import faiss
    from sentence_transformers import SentenceTransformer

    from index.bundled import unpack

    model = SentenceTransformer(str(unpack(given.models)), device="cpu")
    chunks = [
        (one, text[start : start + _CHARACTERS])
        for one, text in given.rows()
        for start in range(0, len(text), _CHARACTERS)
    ]
    vectors = model.encode([_PASSAGE + text for _one, text in chunks], normalize_embeddings=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)

    def first(question: str) -> str:
        asked = model.encode([_QUERY + question], normalize_embeddings=True)
        _scores, places = index.search(asked, 1)
        return chunks[int(places[0][0])][0]

    yield first


@contextmanager
def bm25(given: Given) -> Iterator[First]:
    """Rank whole rows by BM25 over words."""
    import bm25s

    rows = given.rows()
    index = bm25s.BM25()
    words = bm25s.tokenize([text for _one, text in rows], stopwords=[], show_progress=False)
    index.index(words, show_progress=False)

    def first(question: str) -> str:
        asked = bm25s.tokenize([question], stopwords=[], show_progress=False)
        places, _scores = index.retrieve(asked, k=1, show_progress=False)
        return rows[int(places[0, 0])][0]

    yield first


@contextmanager
def txtai(given: Given) -> Iterator[First]:
    """Index whole rows in txtai, dense and sparse together."""
    from txtai import Embeddings

    from index.bundled import unpack

    index = Embeddings(
        path=str(unpack(given.models)),
        instructions={"query": _QUERY, "data": _PASSAGE},
        hybrid=True,
        gpu=False,
    )
    index.index(given.rows())
    yield lambda question: str(index.search(question, 1)[0][0])


PEERS = {
    "tracuu": this_project,
    "faiss": torch_and_faiss,
    "bm25s": bm25,
    "txtai": txtai,
}


def main() -> None:
    """Measure the peer that the first argument names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--began", type=float, required=True)
    arguments = parser.parse_args()
    given = Given(arguments.corpus, arguments.models)
    every = read_questions(arguments.questions)
    questions = every[:: max(1, len(every) // arguments.count)][: arguments.count]
    began = time.perf_counter()
    try:
        with PEERS[arguments.peer](given) as first:
            took = time.perf_counter() - began
            tell("rows_a_second", len(given.rows()) / took)
            _ask(first, questions)
    except ImportError as error:
        sys.exit(str(error))


def _ask(first: First, questions: tuple[JudgedQuestion, ...]) -> None:
    first(questions[0].question)
    times = []
    right = {"hit": 0, "hit_stripped": 0}
    for one in questions:
        start = time.perf_counter()
        right["hit"] += first(one.question) in one.relevant
        times.append(time.perf_counter() - start)
        right["hit_stripped"] += first(strip_diacritics(one.question)) in one.relevant
    tell_times("ask", times)
    for name, count in right.items():
        tell(name, 100 * count / len(questions))
    tell("memory", resident_mb())


if __name__ == "__main__":
    main()
