"""The bundled model on onnxruntime, which needs no torch."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.encoder import PASSAGE_PREFIX, QUERY_PREFIX
from index.onnx_export import FINGERPRINT, GRAPH, TOKENIZER
from index.weight_file import MAX_TOKENS


class OnnxEncoder:
    """An exported folder, opened; several threads may encode at once."""

    def __init__(self, folder: Path) -> None:
        self.fingerprint = (folder / FINGERPRINT).read_text()
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._session = onnxruntime.InferenceSession(
            str(folder / GRAPH), _options(), providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        self.dimension = int(self._session.get_outputs()[0].shape[-1])

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode with e5's query prefix."""
        return self._encode([QUERY_PREFIX + text for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode with e5's passage prefix."""
        return self._encode([PASSAGE_PREFIX + text for text in texts])

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Run the texts one by one: no padding, and no vector depends on its company.

        Batches of 4 to 16 of like length were no faster on two cores.
        """
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, encoding in zip(vectors, self._tokenizer.encode_batch(texts), strict=True):
            row[:] = self._session.run(None, {self._input: np.array([encoding.ids])})[0][0]
        return vectors


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = len(os.sched_getaffinity(0))
    options.inter_op_num_threads = 1  # the graph is a chain
    # a waiting thread that spins would take the core from whoever it waits for
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3
    return options
