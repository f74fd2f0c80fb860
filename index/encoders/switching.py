"""An encoder that goes over to another model when the library does, without a restart."""

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.store.encoder_models import Model
from documents.store.library import Library
from index.encoders.base import Encoder
from index.encoders.load import load_encoder
from index.errors import EncoderError

log = logging.getLogger(__name__)


class FollowingEncoder:
    """The encoder of the model that the library is answered with, as this thread reads the library.

    It begins as the configured one, whatever the library says. When the library goes over to
    another model, that is loaded; where it cannot be, the old one goes on.
    """

    def __init__(
        self,
        library: Library,
        data: Path,
        encoder: Encoder,
        load: Callable[[str | None, Path], Encoder] = load_encoder,
    ) -> None:
        self._library = library
        self._data = data
        self._load = load
        self._loading = threading.Lock()
        self._begun = library.models.in_use
        self._first = encoder
        self._others: dict[str, Encoder] = {}

    @property
    def fingerprint(self) -> str:
        """The identity of the model."""
        return self._present().fingerprint

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._present().dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions."""
        return self._present().encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode passages."""
        return self._present().encode_passages(texts)

    def _present(self) -> Encoder:
        in_use = self._library.models.in_use
        if in_use is None or in_use == self._begun or in_use.fingerprint == self._first.fingerprint:
            return self._first
        with self._loading:
            if in_use.fingerprint not in self._others:
                self._others[in_use.fingerprint] = self._loaded(in_use)
            return self._others[in_use.fingerprint]

    def _loaded(self, model: Model) -> Encoder:
        """Load a model; the one at hand goes on where that fails or gives other weights."""
        try:
            encoder = self._load(model.setting or None, self._data)
        except EncoderError as error:
            log.error("the library's model %s cannot be loaded: %s", model.setting, error)  # noqa: TRY400  # the line says it all
            return self._first
        if encoder.fingerprint != model.fingerprint:
            log.error("the library's model %s has other weights here", model.setting)
            return self._first
        log.info("going over to the model %s", encoder.fingerprint)
        return encoder
