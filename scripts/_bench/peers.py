"""What others use for the same job, on the same documents and weights.

Each is taken as its own first example shows it. Home of what the extra ``bench`` installs.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CHARACTERS = 500  # of a chunk, as most tutorials cut
_QUERY, _PASSAGE = "query: ", "passage: "  # what e5 was trained with
_CHUNKS = "chunks.json"

First = Callable[[str], str]  # from a question to the id of the first document
Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A corpus, the data folder of the models, and an empty folder to keep an index in."""

    corpus: Path
    data: Path
    folder: Path

    def rows(self) -> Rows:
        """Return (id, title and text) of every row."""
        lines = self.corpus.read_text("utf-8").split("\n")
        rows = [json.loads(line) for line in lines if line.strip()]
        return tuple((str(row["id"]), f"{row['title']}\n{row['text']}") for row in rows)

    def model(self) -> str:
        """Return the folder of the weights for sentence-transformers."""
        from index.encoders.bundled.unpack import unpack

        return str(unpack(self.data / "models"))


@dataclass(frozen=True, slots=True)
class Peer:
    """``ingest`` leaves an index in the folder; ``opened`` answers from it in another process."""

    title: str
    returns: str
    ingest: Callable[[Given], None]
    opened: Callable[[Given], Any]  # a context manager of First


def _project(setting: str | None) -> tuple[Callable[[Given], None], Callable[[Given], Any]]:
    """Read, split, encode, index; then the whole way of a question, its quote included."""

    def ingest(given: Given) -> None:
        from index.encoders.load import load_encoder
        from retrieval.evaluation.datasets import corpus_library
        from retrieval.pipeline import Searcher

        encoder = load_encoder(setting, given.data)
        with corpus_library(given.corpus, given.folder, encoder, lambda _one, _all: None) as made:
            Searcher.open(made.path.parent, made, encoder)

    @contextmanager
    def opened(given: Given) -> Iterator[First]:
        from documents.store.library import FILE_NAME, Library
        from index.encoders.load import load_encoder
        from retrieval.pipeline import Searcher

        encoder = load_encoder(setting, given.data)
        (path,) = given.folder.glob(f"*/{FILE_NAME}")
        with Library(path) as library:
            searcher = Searcher.open(path.parent, library, encoder)

            def first(question: str) -> str:
                hits = searcher.ask(question).hits
                return hits[0].passage.document_id if hits else ""

            yield first

    return ingest, opened


class _Encoder:
    """The weights in sentence-transformers, with e5's prefixes; an Embedder of nom-vn, too."""

    name = "multilingual-e5-small"

    def __init__(self, given: Given) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(given.model(), device="cpu")
        self.dim = 384

    def embed(self, text: str) -> NDArray[np.float32]:
        """Encode a question."""
        row: NDArray[np.float32] = self._encoded([_QUERY + text])[0]
        return row

    def embed_batch(self, texts: Sequence[str], *, batch_size: int = 32) -> NDArray[np.float32]:
        """Encode passages."""
        return self._encoded([_PASSAGE + text for text in texts], batch_size)

    def _encoded(self, texts: list[str], batch_size: int = 32) -> NDArray[np.float32]:
        rows = self._model.encode(texts, batch_size=batch_size, normalize_embeddings=True)
        return np.asarray(rows, np.float32)


def _faiss_ingest(given: Given) -> None:
    import faiss

    chunks = [
        (one, text[start : start + _CHARACTERS])
        for one, text in given.rows()
        for start in range(0, len(text), _CHARACTERS)
    ]
    vectors = _Encoder(given).embed_batch([text for _one, text in chunks])
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(given.folder / "chunks.faiss"))
    (given.folder / _CHUNKS).write_text(json.dumps(chunks), "utf-8")


@contextmanager
def _faiss_opened(given: Given) -> Iterator[First]:
    import faiss

    encoder = _Encoder(given)
    index = faiss.read_index(str(given.folder / "chunks.faiss"))
    chunks = json.loads((given.folder / _CHUNKS).read_text("utf-8"))

    def first(question: str) -> str:
        _scores, places = index.search(encoder.embed(question)[np.newaxis], 1)
        return str(chunks[int(places[0][0])][0])

    yield first


def _folded(text: str) -> str:
    from documents.vietnamese.normalize import fold

    return fold(text)


def _bm25(read: Callable[[str], str]) -> tuple[Callable[[Given], None], Callable[[Given], Any]]:
    """Rank whole rows by BM25 over words, which ``read`` has changed first."""

    def words(texts: Sequence[str]) -> Any:
        import bm25s

        return bm25s.tokenize([read(one) for one in texts], stopwords=[], show_progress=False)

    def ingest(given: Given) -> None:
        import bm25s

        index, rows = bm25s.BM25(), given.rows()
        index.index(words([text for _one, text in rows]), show_progress=False)
        index.save(str(given.folder), show_progress=False)
        (given.folder / _CHUNKS).write_text(json.dumps([one for one, _text in rows]), "utf-8")

    @contextmanager
    def opened(given: Given) -> Iterator[First]:
        import bm25s

        index = bm25s.BM25.load(str(given.folder), show_progress=False)
        ids = json.loads((given.folder / _CHUNKS).read_text("utf-8"))

        def first(question: str) -> str:
            places, _scores = index.retrieve(words([question]), k=1, show_progress=False)
            return str(ids[int(places[0, 0])])

        yield first

    return ingest, opened


def _txtai_ingest(given: Given) -> None:
    from txtai import Embeddings

    instructions = {"query": _QUERY, "data": _PASSAGE}
    index = Embeddings(path=given.model(), instructions=instructions, hybrid=True, gpu=False)
    index.index(given.rows())
    index.save(str(given.folder))


@contextmanager
def _txtai_opened(given: Given) -> Iterator[First]:
    from txtai import Embeddings

    index = Embeddings()
    index.load(str(given.folder))
    yield lambda question: str(index.search(question, 1)[0][0])


class _Silent:
    """A language model that writes nothing: what is measured is how passages are found."""

    name = "silent"

    def complete(self, _prompt: str, *, schema: object = None, max_tokens: int = 0) -> str:
        """Return an empty answer."""
        return ""


def _nom(given: Given) -> Any:
    from nom.rag import RAG

    texts: list[Any] = [text for _one, text in given.rows()]
    return RAG.from_documents(texts, llm=_Silent(), embedder=_Encoder(given))


def _nom_ingest(given: Given) -> None:
    _nom(given)


@contextmanager
def _nom_opened(given: Given) -> Iterator[First]:
    rag, rows = _nom(given), given.rows()
    yield lambda question: rows[rag.ask(question).citations[0].doc_idx][0]


PEERS = {
    "tracuu": Peer(
        "Tra Cứu",
        "trả về câu trả lời trích nguyên văn kèm nguồn, hoặc từ chối",
        *_project(None),
    ),
    "tracuu-torch": Peer(
        "Tra Cứu, mô hình trên torch",
        "như trên, nhưng mã hóa bằng torch như các công cụ dưới đây",
        *_project("bundled-torch"),
    ),
    "faiss": Peer(
        "sentence-transformers + FAISS",
        "trả về một đoạn cắt đúng 500 ký tự",
        _faiss_ingest,
        _faiss_opened,
    ),
    "bm25s": Peer(
        "bm25s",
        "trả về mã của một mục; chỉ tra từ, không mã hóa câu hỏi",
        *_bm25(str),
    ),
    "bm25s-folded": Peer(
        "bm25s, bỏ dấu trước",
        "như trên, cả mục và câu hỏi đều bỏ dấu",
        *_bm25(_folded),
    ),
    "txtai": Peer(
        "txtai, tra kết hợp",
        "trả về mã và điểm của một mục",
        _txtai_ingest,
        _txtai_opened,
    ),
    "nom": Peer(
        "nom-vn, RAG",
        "trả về năm đoạn làm ngữ cảnh cho một mô hình ngôn ngữ (phần viết không đo); không lưu "
        "chỉ mục, nên mỗi lần khởi động lại mã hóa từ đầu",
        _nom_ingest,
        _nom_opened,
    ),
}

NOT_MEASURED = (
    (
        "haiku.rag",
        "bản 0.101.1 cần Python 3.12 và docling; bản cuối cho Python 3.11 (0.6.0) chỉ lấy vectơ từ "
        "dịch vụ Ollama, OpenAI, VoyageAI, không nhận mô hình đặt trong máy",
    ),
)
