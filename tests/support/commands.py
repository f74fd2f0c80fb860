"""The staff's commands in this process, and what they said."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts import add_documents, backup, doctor, list_documents, remove_document, restore, sync
from tests.support.encoders import DirectReader, HashingEncoder


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """The staff's commands in this process, over one data folder and with a fast encoder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = folder / "data"
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self.encoder = HashingEncoder()
        self._capsys = capsys

    def write(self, name: str, text: str) -> Path:
        path = self.inbox / name
        path.write_text(text, encoding="utf-8")
        return path

    def add(self, *arguments: object) -> Said:
        return self._run(
            lambda argv: add_documents.main(argv, encoder=self.encoder, reader=DirectReader()),
            arguments,
        )

    def remove(self, *arguments: object) -> Said:
        return self._run(remove_document.main, arguments)

    def listing(self, *arguments: object) -> Said:
        return self._run(list_documents.main, arguments)

    def sync(self, *arguments: object) -> Said:
        return self._run(
            lambda argv: sync.main(argv, encoder=self.encoder, reader=DirectReader()), arguments
        )

    def doctor(self, *arguments: object) -> Said:
        return self._run(
            lambda argv: doctor.main(argv, encoder=self.encoder, reader=DirectReader()), arguments
        )

    def backup(self, *arguments: object) -> Said:
        return self._run(backup.main, arguments)

    def restore(self, *arguments: object) -> Said:
        return self._run(restore.main, arguments)

    def _run(self, command: Callable[[list[str]], int], arguments: tuple[object, ...]) -> Said:
        try:
            code = command([*map(str, arguments), "--data", str(self.data)])
        except SystemExit as error:
            code = int(error.code or 0)
        printed = self._capsys.readouterr()
        return Said(code, printed.out, printed.err)


def one_line(text: str) -> str:
    """Give the one line there is."""
    (line,) = text.splitlines()
    assert "Traceback" not in line
    return line
