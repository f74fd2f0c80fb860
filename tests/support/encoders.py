"""Deterministic stand-ins for what is slow or far away."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.formats.attachments import unpack_file
from documents.formats.read import SUFFIXES, Reading, read
from documents.formats.zip_file import Member


class DirectReader:
    """Reads files in this process, which costs no process to start."""

    def read(self, path: Path) -> Reading:
        return read(path)

    def unpack(self, path: Path, folder: Path) -> tuple[Member, ...]:
        return unpack_file(path, folder, lambda name: name.lower().endswith(SUFFIXES))


class HashingEncoder:
    """Signed feature hashing of words: equal texts are equal, shared words bring texts closer."""

    def __init__(self, dimension: int = 64, name: str = "hashing") -> None:
        self.dimension = dimension
        self.fingerprint = f"{name}-{dimension}"
        self.encoded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded.extend(texts)
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                number = int.from_bytes(digest, "big")
                vectors[row, number % self.dimension] += 1.0 if number >> 63 else -1.0
            vectors[row, 0] += 1e-3
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
