"""What goes through the mailbox: letters that come in, drafts and parcels that go out."""

import json
from dataclasses import asdict, dataclass, field

CHAT, UPLOAD = "chat", "upload"  # the lanes of letters


@dataclass(frozen=True, slots=True)
class Letter:
    """An update as it arrived; ``body`` is its JSON, ``received_at`` in seconds of the epoch."""

    update_id: int
    chat_id: int
    body: str = field(repr=False)
    received_at: float = 0.0
    lane: str = CHAT
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """One thing to put before a person: a message, a changed one, a file.

    ``action`` is "message", "edit", "rows", "document" or "photo"; ``entities`` are (type, offset,
    length) and ``rows`` rows of (label, kind, action). ``message_id`` is what is edited or replied
    to; ``path`` a file to send as ``name``; ``image`` a picture in base64. A refused draft that is
    ``owed`` is replaced by a word that something went wrong.
    """

    action: str = "message"
    text: str = ""
    entities: tuple[tuple[str, int, int], ...] = ()
    rows: tuple[tuple[tuple[str, str, str], ...], ...] = ()
    message_id: int | None = None
    path: str | None = None
    name: str | None = None
    image: str | None = None
    owed: bool = False

    def to_json(self) -> str:
        """Write for the outbox."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, body: str) -> "Draft":
        """Read from the outbox."""
        values = json.loads(body)
        values["entities"] = tuple(tuple(entity) for entity in values["entities"])
        values["rows"] = tuple(tuple(tuple(button) for button in row) for row in values["rows"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A draft on its way to a chat."""

    parcel_id: int
    chat_id: int
    draft: Draft = field(repr=False)
    announcement: int | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """What an administrator tells everybody; ``left`` have not got it yet."""

    announcement_id: int
    text: str = field(repr=False)
    by: int
    begun: bool
    total: int
    failed: int
    left: int
