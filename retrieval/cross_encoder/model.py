"""The trained reader on onnxruntime."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoders.bundled.onnx_export import TOKENIZER, export
from index.encoders.bundled.weights import LAYER_NORM_EPSILON, WeightFile, weights_path
from retrieval.cross_encoder.inputs import Inputs, inputs_of
from retrieval.errors import ReaderError

MODEL = "reader.onnx"
CARD = "reader.json"
MOST_WORDS = 60  # of a span

_UNKNOWN = 3
_FINGERPRINT = 16  # characters of the hash that the card states


def _content_hash(path: Path) -> str:
    with path.open("rb") as file:  # 20 ms
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of one passage for one question.

    ``relevance`` is the log-odds that it answers; ``span`` its likeliest answer in characters of
    the passage's text, ``margin`` how much likelier than "no answer" that is (a log-odds too);
    ``yes`` the log-odds of yes against no, where a verdict is asked.
    """

    relevance: float
    span: tuple[int, int]
    margin: float
    yes: float


class CrossEncoder:
    """The reader's weights, opened; several threads may read at once."""

    def __init__(self, folder: Path, models: Path) -> None:
        """Open ``folder``; the tokenizer is unpacked under ``models`` where it is not yet."""
        import onnxruntime
        from kitoken import Kitoken

        source = weights_path()
        if source is None or not (folder / MODEL).is_file():
            raise ReaderError(
                f"{folder}: không có mô hình đọc; hãy đặt TRACUU_READER=off hoặc cài lại."
            )
        self.fingerprint = str(json.loads((folder / CARD).read_text("utf-8"))["fingerprint"])
        if _content_hash(folder / MODEL)[:_FINGERPRINT] != self.fingerprint:
            raise ReaderError(
                f"{folder / MODEL}: không phải tệp trọng số mà {CARD} ghi; hãy cài lại, hoặc đặt "
                "TRACUU_READER=off."
            )
        self._tokenizer = Kitoken.from_file(str(export(models) / TOKENIZER))
        self._embeddings = _Embeddings(WeightFile(source))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # as for a question: DECISIONS 6
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        self._ids = lru_cache(maxsize=50_000)(self._ids_of)
        # one question may find a passage in several scopes
        self._reading = lru_cache(maxsize=256)(self._read)

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> tuple[Reading, ...]:
        """Read passages, each a context and a text, for one question."""
        return tuple(self._reading(question, *one) for one in passages)

    def _ids_of(self, word: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.encode(word, True)) or (_UNKNOWN,)

    def _read(self, question: str, context: str, text: str) -> Reading:
        inputs = inputs_of(question, context, text, self._ids)
        first, last = inputs.body
        body = np.zeros((1, len(inputs.ids)), np.float32)
        body[0, first:last] = 1 / max(1, last - first)
        relevance, verdict, spans = self._session.run(
            ("relevance", "verdict", "spans"),
            {"embedded": self._embeddings.of(np.array(inputs.ids)), "body": body},
        )
        span, score = _best_span(spans[0], inputs)
        return Reading(
            relevance=float(relevance[0, 0]),
            span=span,
            margin=score - float(spans[0, 0].sum()),
            yes=float(verdict[0, 1] - verdict[0, 2]),
        )


class _Embeddings:
    """The bundled model's embeddings, mapped; rows are expanded when they are asked for."""

    def __init__(self, source: WeightFile) -> None:
        sizes = source.dimensions
        nibbles, scales = source.packed("emb.word")
        self._nibbles = nibbles.reshape(sizes.vocabulary, -1, nibbles.shape[1])
        self._scales = scales.reshape(sizes.vocabulary, -1, 1)
        self._places = source.tensor("emb.pos") + source.tensor("emb.type")[0]
        self._factors, self._offsets = source.tensor("emb.ln.w"), source.tensor("emb.ln.b")

    def of(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the normalised embeddings of tokens, shape (1, tokens, hidden)."""
        packed = self._nibbles[ids]
        rows = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8
        rows *= self._scales[ids].astype(np.float32)
        states = rows.reshape(len(ids), -1) + self._places[: len(ids)]
        states -= states.mean(axis=1, keepdims=True)
        states /= np.sqrt((states**2).mean(axis=1, keepdims=True) + LAYER_NORM_EPSILON)
        return np.asarray(states * self._factors + self._offsets, np.float32)[None]


def _best_span(logits: NDArray[np.float32], inputs: Inputs) -> tuple[tuple[int, int], float]:
    """Return the span of whole words with the greatest sum of start and end, and that sum."""
    if not inputs.words:
        return (0, 0), float("-inf")
    tokens = np.array(inputs.tokens)
    starts, ends = logits[tokens[:, 0], 0], logits[tokens[:, 1], 1]
    sums = starts[:, None] + ends[None]
    count = len(sums)
    allowed = np.triu(np.ones_like(sums, np.bool_)) & ~np.triu(
        np.ones_like(sums, np.bool_), MOST_WORDS
    )
    sums = np.where(allowed, sums, -np.inf)
    first, last = divmod(int(sums.argmax()), count)
    return (inputs.words[first][0], inputs.words[last][1]), float(sums[first, last])
