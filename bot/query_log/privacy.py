"""Keyed hashes in the place of ids: who has the log alone cannot tell who asked."""

import hmac
import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from documents import errors
from documents.errors import LibraryError

KEY_FILE = "log.key"
KEY_BYTES = 32
PSEUDONYM_CHARACTERS = 16  # 64 bits: a collision among a committee's cadres is out of reach


class Pseudonyms:
    """The hashes of one data folder, made with its key."""

    def __init__(self, data: Path) -> None:
        self._key = _key(data / KEY_FILE)

    def of(self, kind: str, own_id: str) -> str:
        """Return what stands for the id of a "chat" or a "user"."""
        digest = hmac.new(self._key, f"{kind}:{own_id}".encode(), sha256)
        return digest.hexdigest()[:PSEUDONYM_CHARACTERS]


def _key(path: Path) -> bytes:
    """Read the key of the pseudonyms, or make one that only this account can read.

    Of several processes that make one at the same time, the first one's is everybody's.
    """
    try:
        if not path.exists():
            new = path.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}.new")
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(new)
            new.unlink()
        return path.read_bytes()
    except OSError as error:
        raise LibraryError(errors.line(error)) from error
