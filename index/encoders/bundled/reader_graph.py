"""A tuned BERT with the reader's heads as an ONNX graph over embedded tokens."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from index.encoders.bundled.int8 import divisors
from index.encoders.bundled.onnx_graph import BertGraph, TensorSource

EMBEDDED = "embedded"  # (1, tokens, hidden), behind the embeddings' layer norm
BODY = "body"  # (1, tokens), 1 / n at the n tokens of the passage's text, 0 elsewhere
RELEVANCE = "relevance"  # (1, 1), log-odds
VERDICT = "verdict"  # (1, 3), logits of neither, yes, no
SPANS = "spans"  # (1, tokens, 2), logits of a start and an end; those of token 0 mean "no answer"


def write_reader_graph(
    source: TensorSource, heads: Mapping[str, NDArray[np.float32]], path: Path
) -> None:
    """Write the graph with its weights into one file.

    The word embeddings stay in the bundled weight file, since training leaves them as they are:
    that is 21 of 118 million weights, in int8. ``heads`` are weights and biases of "pool", "rel",
    "yn" and "span".
    """
    graph = _ReaderGraph(source)
    graph.embedded()
    graph.encode()
    onnx.save(graph.finish(heads), path)


class _ReaderGraph(BertGraph):
    def embedded(self) -> None:
        """Begin with embedded tokens."""
        self._state = EMBEDDED
        factors, offsets = (self._source.tensor(f"emb.ln.{part}") for part in "wb")
        self._divisors = divisors(factors, offsets, self._loud_places)

    def finish(self, heads: Mapping[str, NDArray[np.float32]]) -> onnx.ModelProto:
        """Add the heads over the first token, the mean of the passage's, and every token."""
        zero, one = (self._constant(np.full(1, value, np.int64)) for value in (0, 1))
        rows = self._add("Unsqueeze", [BODY, one])
        mean = self._add("Squeeze", [self._add("MatMul", [rows, self._state]), one])
        first = self._add("Squeeze", [self._add("Slice", [self._state, zero, one, one]), one])
        both = self._add("Concat", [first, mean], axis=-1)
        pooled = self._add("Tanh", [self._head(both, heads, "pool")])
        for inputs, name, output in (
            (pooled, "rel", RELEVANCE),
            (pooled, "yn", VERDICT),
            (self._state, "span", SPANS),
        ):
            made = self._head(inputs, heads, name)
            self._nodes.append(helper.make_node("Identity", [made], [output]))
        hidden = self._source.dimensions.hidden
        shapes: dict[str, list[str | int | None]] = {
            RELEVANCE: [1, 1],
            VERDICT: [1, 3],
            SPANS: [1, "tokens", 2],
        }
        return self.model(
            "reader",
            [
                helper.make_tensor_value_info(EMBEDDED, TensorProto.FLOAT, [1, "tokens", hidden]),
                helper.make_tensor_value_info(BODY, TensorProto.FLOAT, [1, "tokens"]),
            ],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                for name, shape in shapes.items()
            ],
        )

    def _head(self, inputs: str, heads: Mapping[str, NDArray[np.float32]], name: str) -> str:
        return self._float(inputs, heads[f"{name}.weight"], heads[f"{name}.bias"])
