"""Files that staff send to the bot: who may, what becomes of them, and the row that says so."""

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.access import RANKS, Access, Role
from bot.conversation import buttons, reply_layout
from bot.conversation.buttons import Code
from bot.conversation.files.albums import Albums
from bot.conversation.files.held import HeldFiles
from bot.limit_matching import Limited
from bot.texts import answers, people
from bot.texts import library as texts
from bot.texts.file_results import row
from bot.turn import Message, Person, Turn
from documents.document import Document
from documents.errors import LibraryInUseError, TraCuuError
from documents.shown import shown_name
from documents.vietnamese.normalize import fold, normalize
from index.ingest.results import Outcome

FOLDER = "uploads"
WAITS = (5, 10, 20, 30, 60, 60, 60)  # seconds, while a command changes the library
SHORT = 120  # characters of a document's name in a line
NAME_LENGTH = 150  # bytes of a file's name: file systems take 255

Add = Callable[[Path, bool, frozenset[str]], tuple[Outcome, ...]]
"""Adds a file, with leave to replace an older version, and returns what became of it.

The ids are of the documents that whoever sends it must not learn of.
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a file and when; whether they may add it is asked anew whenever it matters."""

    person: Person
    access: Access
    sent_at: datetime | None = None

    def is_staff(self) -> bool:
        """Whether they may add files now."""
        return self._rank() >= RANKS[Role.STAFF]

    def may_add(self) -> bool:
        """Whether they may, and might ever since they sent this one."""
        sent_at, user_id = self.sent_at, self.person.user_id
        return self.is_staff() and not (sent_at and self.access.was_cut_since(user_id, sent_at))

    def sees(self, limited: Limited | None) -> bool:
        """Whether a document is shown to them."""
        return limited is None or limited.rank <= self._rank()

    def _rank(self) -> int:
        role = self.access.role(self.person.user_id)
        return RANKS.get(role, 0) if role else 0


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

    def drop(self, path: Path) -> None:
        """Delete a fetched file that is not added."""
        shutil.rmtree(path.parent, ignore_errors=True)

    def add(self, path: Path, caption: str, sender: Sender, hidden: frozenset[str]) -> Turn:
        """Add a fetched file and return its row, in which nothing is of a hidden document.

        One whose sender lost the right is not added.
        """
        try:
            outcomes = self._when_free(path, replaces(caption), sender, hidden)
            return self._told(path, outcomes, sender)
        except TraCuuError as error:
            return Turn.say(str(error))
        finally:
            self.drop(path)

    def replace_old(self, key: int, sender: Sender, hidden: frozenset[str]) -> Turn:
        """Let a file that waits take the place of the older version."""
        path = self.held.find(key)
        if path is None:
            return Turn(notice=texts.FILE_GONE)
        turn = self.add(path, texts.REPLACE_OLD, sender, hidden)
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

    def _told(self, path: Path, outcomes: tuple[Outcome, ...] | None, sender: Sender) -> Turn:
        if outcomes is None:
            return Turn.say(texts.FILE_NOT_ADDED.format(name=path.name))
        messages, cards = [], []
        limits = sender.access.limits.all()
        for outcome in outcomes:
            if outcome.is_other_version and outcome.path == path:
                messages.append(self._asking(path, outcome.other))
                continue
            document = outcome.document
            limited = limits.get(document.document_id) if document else None
            unseen = (one for one in outcome.similar if not sender.sees(limits.get(one)))
            shown = replace(outcome, note=None) if any(unseen) else outcome
            messages.append(_message(path, shown, limited, is_seen=sender.sees(limited)))
            if document and limited and limited.like and outcome.status != "unchanged":
                card = Message.plain(held(document, limited))
                admins = sender.access.having(Role.ADMIN)
                cards += [(admin.user_id, card) for admin in admins]
                sender.access.limits.told((document.document_id,))
        is_secret = any(one.secrecy and one.status == "refused" for one in outcomes)
        return Turn(tuple(messages), elsewhere=tuple(cards), withdraw=is_secret)

    def _asking(self, path: Path, other: str | None) -> Message:
        """Keep a file and ask whether it takes the place of the older version."""
        key = self.held.keep(path)
        return Message.plain(
            texts.other_version(path.name, other),
            (
                Code.REPLACE_OLD.button(texts.REPLACE_OLD, key),
                Code.KEEP_OLD.button(texts.KEEP_OLD, key),
            ),
        )

    def _when_free(
        self, path: Path, replaced: bool, sender: Sender, hidden: frozenset[str]
    ) -> tuple[Outcome, ...] | None:
        """Add the file, waiting while a command of the staff changes the library.

        None where its sender lost the right to add it meanwhile.
        """
        for wait in WAITS:
            if not sender.may_add():
                return None
            try:
                return self._add(path, replaced, hidden)
            except LibraryInUseError:
                self._sleep(wait)
        return self._add(path, replaced, hidden) if sender.may_add() else None


def _asks(message: Message) -> bool:
    codes = (buttons.read(one.action) for row in message.buttons for one in row)
    return any(one is not None and one.code is Code.REPLACE_OLD for one in codes)


def replaces(caption: str) -> bool:
    """Tell whether a caption says that the file takes an older one's place: "Thay bản cũ"."""
    words = frozenset(re.findall(r"\w+", fold(normalize(caption))))
    return bool(words & texts.REPLACING) and words <= texts.REPLACING | texts.BESIDE_REPLACING


def held(document: Document, limited: Limited) -> str:
    """Put before an administrator a document that may be a version of a limited one."""
    like = reply_layout.clipped(limited.like or "", SHORT)
    return people.held(short_name(document), document.document_id, limited.role, like)


def short_name(document: Document) -> str:
    """Name a document in a line."""
    name = answers.document_name(document.kind, document.number) or document.title
    return reply_layout.clipped(name, SHORT)


def _message(path: Path, outcome: Outcome, limited: Limited | None, *, is_seen: bool) -> Message:
    """Say what became of a file, or of one in an archive."""
    if outcome.secrecy and outcome.status == "refused":
        return Message.plain(texts.FILE_SECRET.format(stamp=outcome.secrecy.upper()))
    text = " ".join(row(outcome).split()).replace(str(path), path.name)
    if outcome.is_other_version:
        text += f"\n{texts.FILE_REPLACE_HINT}"
    if outcome.status == "held":
        text += f"\n{texts.FILE_HELD_HINT}"
    document = outcome.document
    if document and limited:
        said = people.held_upload if limited.like else people.limited_upload
        text += f"\n{said(document.document_id, limited.role)}"
    shown = document if is_seen else None
    rows = ((Code.READ.button(texts.READ, shown.document_id, 0),),) if shown else ()
    return Message.plain(text[:1].upper() + text[1:], *rows)


def safe_name(name: str) -> str:
    """Return a file's name as it is stored: no folder, no control character, its suffix kept."""
    bare = shown_name(name.replace("\\", "/").split("/")[-1]).strip(". ")
    stem, dot, suffix = bare.rpartition(".")
    if not dot:
        stem, suffix = bare, ""
    suffix = suffix[:10]
    while len(stem.encode(errors="replace")) > NAME_LENGTH:
        stem = stem[:-1]
    return f"{stem or 'tep'}{dot}{suffix}"
