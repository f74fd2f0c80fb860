"""What the bot cannot do, drawn once: each message is one Vietnamese line with the remedy.

TraCuuError
└── BotError
    ├── StartError               the bot does not start
    │   ├── ConfigError          settings that cannot be used, a line for each
    │   ├── ServedAlreadyError   another bot serves the data folder
    │   └── UnreachableError     the channel cannot be used
    └── ReviewError              a review of the query log that cannot be done
        └── LookNotKeptError     a look at the log that cannot be written down

What a store cannot keep is a fault of the layer below, here as there.
"""

from documents.errors import TraCuuError


class BotError(TraCuuError):
    """What the bot cannot do."""


class StartError(BotError):
    """What keeps the bot from starting."""


class ConfigError(StartError):
    """Settings that cannot be used."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ServedAlreadyError(StartError):
    """Another bot serves the data folder."""


class UnreachableError(StartError):
    """The channel cannot be reached, or does not want to talk with this bot."""


class ReviewError(BotError):
    """A review of the query log that cannot be done."""


class LookNotKeptError(ReviewError):
    """A look at the log that cannot be written down, and so is not given."""
