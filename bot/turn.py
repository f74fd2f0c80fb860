"""What goes into the conversation and what comes out of it; no channel's type appears here."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class Quote(Enum):
    """How a verbatim span of a document stands out: in full, or folded until it is tapped."""

    OPEN = "open"
    FOLDED = "folded"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; ``action`` comes back when it is pressed, at most 64 bytes."""

    label: str
    action: str


TERMINAL = "0"  # the chat and the person at the operator's own machine

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over under a name that its reader knows."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message: styled text and the rows of buttons under it.

    With a ``file`` or a ``picture`` (PNG), the text is its caption.
    """

    spans: tuple[Span, ...]
    buttons: Rows = ()
    file: File | None = None
    picture: bytes | None = field(default=None, repr=False)

    @classmethod
    def plain(cls, text: str, *rows: tuple[Button, ...]) -> "Message":
        """Say something in plain text."""
        return cls((Span(text),), rows)

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Chat:
    """Where something is said; ``private`` means that one person and the bot are alone in it.

    An id is what its channel calls a chat or a person by, as text. Telegram's are bare numbers, as
    the files of every version hold them; those of another channel begin with its name and a colon.
    """

    chat_id: str
    private: bool = True
    title: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who says it, with the name that an administrator would know them by."""

    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest files of a channel, in bytes: to people, and from them; None for no limit."""

    sent_file: int | None = None
    received_file: int | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Announce:
    """A message for many chats, sent slowly; ``number`` names it, so that it is sent once."""

    number: int
    chats: tuple[str, ...]
    message: Message


@dataclass(frozen=True, slots=True)
class Turn:
    """What the bot does next.

    ``messages`` go to the chat in order; ``edit`` replaces the message whose button was pressed,
    ``rows`` only its buttons; ``notice`` is a word shown at the button; ``elsewhere`` holds
    messages for other chats, by chat id; ``announce`` a message for all. ``later`` says that the
    work goes on and ends in another turn, ``withdraw`` that the message it answers is to be deleted
    where the channel lets the bot do so.
    """

    messages: tuple[Message, ...] = ()
    edit: Message | None = None
    rows: Rows | None = None
    notice: str | None = None
    elsewhere: tuple[tuple[str, Message], ...] = ()
    announce: Announce | None = None
    later: bool = False
    withdraw: bool = False

    @classmethod
    def say(cls, text: str, *rows: tuple[Button, ...]) -> "Turn":
        """Say one thing in plain text."""
        return cls((Message.plain(text, *rows),))
