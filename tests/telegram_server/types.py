"""What the local Bot API server keeps and shows to a test: messages, calls, refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
UPGRADED = "group chat was upgraded to a supergroup chat"
TERMINATED = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)

Wire = dict[str, Any]
"""A JSON object as it travels; only the server's own files pass it on."""


class ApiError(Exception):
    """A refusal in Telegram's words."""

    def __init__(
        self,
        status: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to: int | None = None,
    ) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to

    def wire(self) -> Wire:
        body: Wire = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        if self.migrate_to is not None:
            body["parameters"] = {"migrate_to_chat_id": self.migrate_to}
        return body


def bad_request(description: str) -> ApiError:
    """Build the commonest refusal."""
    return ApiError(400, f"Bad Request: {description}")


@dataclass(frozen=True, slots=True)
class Entity:
    """A message entity; offset and length count UTF-16 code units."""

    type: str
    offset: int
    length: int
    extra: tuple[tuple[str, Any], ...] = ()

    @property
    def end(self) -> int:
        return self.offset + self.length

    @property
    def url(self) -> str | None:
        return dict(self.extra).get("url")

    def of(self, text: str) -> str:
        """Return the characters the entity covers."""
        return text.encode("utf-16-le")[2 * self.offset : 2 * self.end].decode("utf-16-le")

    def wire(self) -> Wire:
        return {"type": self.type, "offset": self.offset, "length": self.length, **dict(self.extra)}


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button; ``action`` names the one field that says what it does."""

    text: str
    action: str
    value: Any

    @property
    def data(self) -> str | None:
        return self.value if self.action == "callback_data" else None

    @property
    def url(self) -> str | None:
        return self.value if self.action == "url" else None

    def wire(self) -> Wire:
        return {"text": self.text, self.action: self.value}


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A user or the bot."""

    user_id: int
    first_name: str
    username: str | None = None
    is_bot: bool = False

    def wire(self) -> Wire:
        body: Wire = {"id": self.user_id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            body["username"] = self.username
        if not self.is_bot:
            body["language_code"] = "vi"
        return body


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat the bot knows; ``state`` is "open", "blocked" or "left"."""

    chat_id: int
    type: str
    first_name: str | None = None
    username: str | None = None
    title: str | None = None
    state: str = "open"
    migrated_to: int | None = None

    def wire(self) -> Wire:
        body: Wire = {"id": self.chat_id, "type": self.type}
        for name in ("first_name", "username", "title"):
            if value := getattr(self, name):
                body[name] = value
        return body


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was sent by either side."""

    file_id: str
    name: str
    mime: str
    content: bytes = field(repr=False)

    def wire(self) -> Wire:
        return {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id}",
            "file_name": self.name,
            "mime_type": self.mime,
            "file_size": len(self.content),
        }


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message as it stood when ``method`` put it there ("user" for what a person typed).

    ``text`` is the caption where ``kind`` is not "text"; ``rows`` are the inline keyboard.
    """

    chat_id: int
    message_id: int
    text: str
    entities: tuple[Entity, ...] = ()
    rows: Rows = ()
    reply_to: int | None = None
    method: str = "sendMessage"
    kind: str = "text"
    file: StoredFile | None = None
    sender: Person | None = None
    date: int = 0
    at: float = 0.0

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All inline buttons, row after row."""
        return tuple(button for row in self.rows for button in row)

    def button(self, text_or_data: str) -> Button:
        """Return the button that reads so, or carries this data."""
        for button in self.buttons:
            if text_or_data in (button.text, button.data):
                return button
        shown = [(button.text, button.value) for button in self.buttons]
        raise LookupError(f"no button {text_or_data!r} on message {self.message_id}: {shown}")

    def marked(self, entity_type: str) -> tuple[str, ...]:
        """Return the pieces of text under entities of a type, in order."""
        return tuple(e.of(self.text) for e in self.entities if e.type == entity_type)


@dataclass(frozen=True, slots=True)
class Call:
    """A method call as it arrived; ``fault`` names what the test injected, if anything."""

    method: str
    parameters: Mapping[str, str]
    files: tuple[str, ...] = ()
    at: float = 0.0
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A call the server refused on its own account: a fault of the bot, not of the test."""

    method: str
    parameters: Mapping[str, str]
    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What a person saw after pressing a button."""

    query_id: str
    text: str
    show_alert: bool
    url: str | None = None
