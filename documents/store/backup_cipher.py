"""A backup's files under a key: for who holds the key, and for nobody else. Home of cryptography.

A file is a head with the salt, then pieces: the length of each in four bytes, and a Fernet token of
the packed piece. Which pieces belong to which file, the manifest's checksums say.
"""

import base64
import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cryptography.fernet import Fernet, InvalidToken

from documents.errors import BackupError

HEAD = b"tracuu-backup-1\n"
PIECE = 1 << 20
SALT_BYTES = 16
_LENGTH_BYTES = 4
_LONGEST = 2 * PIECE  # of a token as it is written: what a piece never comes to
# 64 MB and a quarter of a second a guess, as OWASP recommends for scrypt at the least
_COST = {"n": 2**16, "r": 8, "p": 1, "maxmem": 2**27}


class Cipher:
    """Encrypts and decrypts with the key of one backup: the operator's words and a salt."""

    def __init__(self, key: str, salt: bytes | None = None, source: Path | None = None) -> None:
        """Derive what encrypts; ``source`` is the backup that errors name."""
        self._salt = salt or os.urandom(SALT_BYTES)
        self._source = source
        derived = hashlib.scrypt(key.encode(), salt=self._salt, dklen=32, **_COST)
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def encrypted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield an encrypted file of these pieces."""
        yield HEAD + self._salt
        for piece in pieces:
            for start in range(0, len(piece), PIECE):
                packed = zlib.compress(piece[start : start + PIECE])
                token = base64.urlsafe_b64decode(self._fernet.encrypt(packed))
                yield len(token).to_bytes(_LENGTH_BYTES, "big") + token

    def reader(self, stream: IO[bytes]) -> IO[bytes]:
        """Return a stream of what an encrypted file holds; raises BackupError while it is read."""
        if stream.read(len(HEAD) + SALT_BYTES) != HEAD + self._salt:
            raise _unusable(self._source)
        return io.BufferedReader(_Decrypting(self._fernet, stream, self._source))


def salt_of(stream: IO[bytes]) -> bytes | None:
    """Return the salt of an encrypted file; None of one that is not encrypted."""
    head = stream.read(len(HEAD) + SALT_BYTES)
    return head[len(HEAD) :] if head.startswith(HEAD) else None


class _Decrypting(io.RawIOBase):
    """What an encrypted file holds, piece by piece."""

    def __init__(self, fernet: Fernet, stream: IO[bytes], source: Path | None) -> None:
        self._source = source
        self._fernet = fernet
        self._stream = stream
        self._left = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill a buffer as far as the piece in hand goes."""
        while not self._left:
            length = self._stream.read(_LENGTH_BYTES)
            if not length:
                return 0
            self._left = self._piece(int.from_bytes(length, "big"))
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count

    def close(self) -> None:
        """Close the encrypted file as well."""
        self._stream.close()
        super().close()

    def _piece(self, length: int) -> bytes:
        token = self._stream.read(min(length, _LONGEST))
        try:
            return zlib.decompress(self._fernet.decrypt(base64.urlsafe_b64encode(token)))
        except (InvalidToken, zlib.error) as error:
            raise _unusable(self._source) from error


def _unusable(source: Path | None) -> BackupError:
    return BackupError(f"{source}: TRACUU_BACKUP_KEY không đúng, hoặc bản sao lưu bị hỏng.")
