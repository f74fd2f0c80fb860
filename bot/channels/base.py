"""What a channel is: a new one is a module or a folder here, with a class that can do this."""

from typing import ClassVar, Protocol

from bot.turn import Limits


class Channel(Protocol):
    """A way to talk with people: it takes what they say to a conversation, and its turns to them.

    It is made with its conversation, which answers in the types of ``turn`` and knows no channel.
    """

    limits: ClassVar[Limits]

    def run(self) -> None:
        """Receive and deliver until told to stop, or until there is nothing more to receive.

        Raises UnreachableError where the channel cannot be used.
        """
