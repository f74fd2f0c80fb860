"""What goes through the mailbox: updates that come in, messages that go out."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum

CHAT, UPLOAD = "chat", "upload"  # the lanes of updates


class Fault(StrEnum):
    """What keeps a message from ever being taken."""

    FILE = "file"  # what it carries cannot be read
    REFUSED = "refused"  # the channel does not take it as it is
    GONE = "gone"  # its chat is gone, or does not want to hear from the bot
    UNSURE = "unsure"  # it was sent by several runs, none of which learned what became of it


ButtonRows = tuple[tuple[tuple[str, str], ...], ...]
"""Rows of buttons, each as its label and its code."""


@dataclass(frozen=True, slots=True)
class QueuedUpdate:
    """An update as it arrived; ``body`` is its JSON, ``received_at`` in seconds of the epoch."""

    update_id: int
    chat_id: str
    body: str = field(repr=False)
    received_at: float = 0.0
    lane: str = CHAT
    tries: int = 0


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One thing to put before a person: a message, a changed or deleted one, a file.

    ``action`` is "message", "edit", "rows", "delete", "document" or "photo"; ``entities`` are
    (type, offset, length). ``message_id`` is what is edited, deleted or replied to; ``path`` a file
    to send as ``name``; ``image`` a picture in base64. One that is refused though ``owed`` is
    replaced by a word that something went wrong. Under a ``key``, what is said later takes the
    place of what was said before, as long as the bot remembers where that stands.
    """

    action: str = "message"
    text: str = ""
    entities: tuple[tuple[str, int, int], ...] = ()
    rows: ButtonRows = ()
    message_id: int | None = None
    path: str | None = None
    name: str | None = None
    image: str | None = None
    owed: bool = False
    key: str | None = None

    def to_json(self) -> str:
        """Write for the outbox."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, body: str) -> "OutgoingMessage":
        """Read from the outbox."""
        values = json.loads(body)
        values["entities"] = tuple(tuple(entity) for entity in values["entities"])
        # An earlier version wrote a kind between the label and the code of a button.
        values["rows"] = tuple(tuple((one[0], one[-1]) for one in row) for row in values["rows"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message on its way to a chat."""

    queue_id: int
    chat_id: str
    message: OutgoingMessage = field(repr=False)
    announcement: int | None = None
    tries: int = 0  # of earlier runs, which ended before it was known whether it was taken


@dataclass(frozen=True, slots=True)
class SetAside:
    """Why a message will never be taken, and what of: a file's name, else a chat or a number."""

    fault: Fault
    subject: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What an administrator tells everybody; ``left`` have not got it yet."""

    announcement_id: int
    text: str = field(repr=False)
    by: str
    begun: bool
    total: int
    failed: int
    left: int
