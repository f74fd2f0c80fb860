"""The parameters of a call, read by type; a value that cannot be read is a refusal."""

import json
from collections.abc import Mapping

from tests.telegram_server.http import Upload
from tests.telegram_server.types import bad_request

MAX_UPLOAD = 50 * 1024 * 1024


class Parameters:
    """Text fields and files of one call; an absent parameter reads as empty, zero or None."""

    def __init__(self, fields: Mapping[str, str], files: Mapping[str, Upload]) -> None:
        self.fields = fields
        self._files = files

    def text(self, name: str) -> str:
        """Return a string; empty where absent."""
        return self.fields.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number."""
        value = self.text(name)
        if not value:
            return default
        try:
            return int(value)
        except ValueError as error:
            raise bad_request(f"parameter {name} must be an integer, not {value!r}") from error

    def flag(self, name: str) -> bool:
        """Return a boolean in any of Telegram's spellings."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def decoded(self, name: str) -> object:
        """Return the value of a JSON parameter; None where absent."""
        value = self.text(name)
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {name} JSON object: {value[:80]!r}") from error

    def upload(self, name: str) -> Upload | None:
        """Return the file sent under a name or attached by it; None where the value is an id."""
        attached = self.text(name).removeprefix("attach://")
        upload = self._files.get(attached) or self._files.get(name)
        if upload is None:
            return None
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > MAX_UPLOAD:
            raise bad_request("file is too big")
        return upload
