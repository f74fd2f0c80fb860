"""Files that staff send to the bot: who may, what becomes of them, and the row that says so."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bot.conversation import buttons
from bot.conversation.buttons import Code
from bot.conversation.files.albums import Albums
from bot.conversation.files.held import HeldFiles
from bot.texts import library as texts
from bot.texts.file_results import row
from bot.turn import Message, Turn
from documents.errors import LibraryInUseError, TraCuuError
from documents.vietnamese.normalize import fold, normalize
from index.ingest.results import Outcome

FOLDER = "uploads"
WAITS = (5, 10, 20, 30, 60, 60, 60)  # seconds, while a command changes the library
NAME_LENGTH = 150  # bytes of a file's name: file systems take 255

Add = Callable[[Path, bool], tuple[Outcome, ...]]
"""Adds a file, with leave to replace an older version, and returns what became of it."""


class Uploads:
    """Takes files into the library, one after the other."""

    def __init__(self, data: Path, add: Add, sleep: Callable[[float], None] = time.sleep) -> None:
        self._data = data
        self._add = add
        self._sleep = sleep
        self.albums = Albums()
        self.held = HeldFiles(data / FOLDER)

    def offer(
        self,
        name: str,
        size: int,
        limit: int | None,
        caption: str = "",
        album: str | None = None,
    ) -> Turn:
        """Say whether a file is taken; the turn then goes on ``later``."""
        if limit is not None and size > limit:
            return Turn.say(texts.file_too_large(limit))
        received = self.albums.receive(album, name, caption) if album else 1
        said = texts.FILE_RECEIVED.format(name=name)
        if album and received > 1:
            said = texts.files_done(received, ())
        return Turn((Message.plain(said),), later=True)

    def place(self, key: int, name: str) -> Path:
        """Return where the file of an update is to be put; it is made anew at every try."""
        folder = self._data / FOLDER / str(key)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder / safe_name(name)

    def add(self, path: Path, caption: str) -> Turn:
        """Add a fetched file and return its row."""
        try:
            return Turn(tuple(self._messages(path, replaces(caption))))
        except TraCuuError as error:
            return Turn.say(str(error))
        finally:
            shutil.rmtree(path.parent, ignore_errors=True)

    def replace_old(self, key: int) -> Turn:
        """Let a file that waits take the place of the older version."""
        path = self.held.find(key)
        if path is None:
            return Turn(notice=texts.FILE_GONE)
        turn = self.add(path, texts.REPLACE_OLD)
        return replace(turn, messages=turn.messages[1:], edit=turn.messages[0])

    def keep_old(self, key: int) -> Turn:
        """Forget a file that waits."""
        self.held.drop(key)
        return Turn(rows=(), notice=texts.OLD_KEPT)

    def summed_up(self, album: str, turn: Turn) -> Turn:
        """Tell of all files of an album in one message; what asks something stays its own."""
        asking = tuple(one for one in turn.messages if _asks(one))
        lines = "; ".join(one.text for one in turn.messages)
        received, done = self.albums.finish(album, lines)
        summary = Message.plain(texts.files_done(received, done))
        return replace(turn, messages=(summary, *asking))

    def _messages(self, path: Path, replaced: bool) -> Iterator[Message]:
        for outcome in self._when_free(path, replaced):
            text = " ".join(row(outcome).split()).replace(str(path), path.name)
            if outcome.is_other_version and outcome.path == path:
                key = self.held.keep(path)
                yield Message.plain(
                    texts.other_version(path.name, outcome.other),
                    (
                        Code.REPLACE_OLD.button(texts.REPLACE_OLD, key),
                        Code.KEEP_OLD.button(texts.KEEP_OLD, key),
                    ),
                )
                continue
            document = outcome.document
            rows = ((Code.READ.button(texts.READ, document.document_id, 0),),) if document else ()
            yield Message.plain(text[:1].upper() + text[1:], *rows)

    def _when_free(self, path: Path, replaced: bool) -> tuple[Outcome, ...]:
        """Add the file, waiting while a command of the staff changes the library."""
        for wait in WAITS:
            try:
                return self._add(path, replaced)
            except LibraryInUseError:
                self._sleep(wait)
        return self._add(path, replaced)


def _asks(message: Message) -> bool:
    codes = (buttons.read(one.action) for row in message.buttons for one in row)
    return any(one is not None and one.code is Code.REPLACE_OLD for one in codes)


def replaces(caption: str) -> bool:
    """Tell whether a caption says that the file takes an older one's place: "Thay bản cũ"."""
    words = frozenset(re.findall(r"\w+", fold(normalize(caption))))
    return bool(words & texts.REPLACING) and words <= texts.REPLACING | texts.BESIDE_REPLACING


def safe_name(name: str) -> str:
    """Return a file's name as it is stored: no folder, no control character, its suffix kept."""
    bare = "".join(c for c in name.replace("\\", "/").split("/")[-1] if c.isprintable()).strip(". ")
    stem, dot, suffix = bare.rpartition(".")
    if not dot:
        stem, suffix = bare, ""
    suffix = suffix[:10]
    while len(stem.encode(errors="replace")) > NAME_LENGTH:
        stem = stem[:-1]
    return f"{stem or 'tep'}{dot}{suffix}"
