"""A trained reader as the two files that answering opens."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoders.bundled.onnx_graph import TensorSource
from index.encoders.bundled.reader_graph import write_reader_graph
from index.encoders.bundled.weights import Dimensions

MODEL, CARD = "reader.onnx", "reader.json"


@dataclass(frozen=True, slots=True)
class Tuned:
    """The tensors of a trained reader; its embeddings are those of the model it began with."""

    base: TensorSource
    layers: int
    tensors: Mapping[str, NDArray[np.float32]]

    @property
    def dimensions(self) -> Dimensions:
        """The sizes, with the layers that were trained."""
        return replace(self.base.dimensions, layers=self.layers)

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a trained tensor, or one of the embeddings."""
        return self.base.tensor(name) if name.startswith("emb.") else self.tensors[name]


def write(source: Tuned, card: Mapping[str, object], folder: Path) -> str:
    """Write the model and its card, each whole or not at all; the model's fingerprint."""
    draft = folder / f".{MODEL}.new"
    write_reader_graph(source, source.tensors, draft)
    fingerprint = hashlib.sha256(draft.read_bytes()).hexdigest()[:16]
    draft.replace(folder / MODEL)
    text = json.dumps({"fingerprint": fingerprint} | dict(card), ensure_ascii=False, indent=1)
    draft = folder / f".{CARD}.new"
    draft.write_text(text + "\n", "utf-8")
    draft.replace(folder / CARD)
    return fingerprint
