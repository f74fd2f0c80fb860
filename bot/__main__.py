"""``python -m bot``: the Telegram bot where there is a token, else the terminal chat."""

import argparse
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from bot.access import Access, Role
from bot.channels import terminal
from bot.channels.base import Channel
from bot.channels.telegram.app import TelegramService
from bot.config import Config, read_config
from bot.conversation.admission import Admission
from bot.conversation.router import Conversation
from bot.conversation.uploads import Uploads
from bot.errors import StartError
from bot.outbox.instance_lock import serving
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.texts import starting
from documents import errors
from documents.errors import TraCuuError
from documents.store.library import FILE_NAME, Library

if TYPE_CHECKING:
    from bot.assembly import Engine


PRIVATE = 0o077  # of the umask


class Redacted(logging.Formatter):
    """Blots the token out of whatever a library writes to the log."""

    def __init__(self, token: str | None) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """Format a record, without the token."""
        line = super().format(record)
        return line.replace(self._token, "…") if self._token else line


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the bot; what keeps it from starting is one line and exit code 1."""
    terminal.use_utf8()
    parser = argparse.ArgumentParser(prog="python -m bot", description=starting.ABOUT_COMMAND)
    parser.add_argument("--data", type=Path, metavar=starting.DATA_FOLDER, help=starting.ABOUT_DATA)
    data = parser.parse_args(arguments).data
    try:
        config = read_config(data)
        set_up_logging(config)
        run(config)
    except TraCuuError as error:
        terminal.tell(str(error))
        return 1
    except OSError as error:
        terminal.tell(errors.line(error))
        return 1
    return 0


def set_up_logging(config: Config) -> None:
    """Log to standard error, only warnings beside a terminal chat, and never the token."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(config.token))
    # Other packages at WARNING: httpx's lines at INFO hold every address, and with it the token.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # It reports every call that Telegram puts off, with a trace, though Delivery sends it again.
    logging.getLogger("telegram.ext.AIORateLimiter").setLevel(logging.CRITICAL)
    for package in ("bot", "documents", "index", "retrieval"):
        logging.getLogger(package).setLevel(logging.INFO if config.token else logging.WARNING)


def run(config: Config) -> None:
    """Open the stores, then talk until told to stop."""
    with (
        closing(Library(config.data / FILE_NAME)) as library,
        closing(QueryLog(config.data, config.log, config.log_days)) as query_log,
    ):
        if config.token and not library.heads():
            raise StartError(starting.EMPTY_LIBRARY)
        with closing(Mailbox(config.data, config.instance or "")) as mailbox:
            engine = start_engine(config, library)
            with open_channel(config, engine, library, query_log, mailbox) as channel:
                channel.run()


@contextmanager
def open_channel(
    config: Config, engine: "Engine", library: Library, query_log: QueryLog, mailbox: Mailbox
) -> Iterator[Channel]:
    """Give the channel that the settings ask for: Telegram where there is a token."""
    if not config.token:
        query_log.purge(datetime.now(UTC))
        conversation = Conversation(
            engine.ask,
            library,
            query_log,
            mailbox,
            correct=engine.correct,
            limits=terminal.Console.limits,
        )
        yield terminal.Console(conversation, sys.stdin, sys.stdout)
        return
    with (
        serving(config.data, config.instance),
        closing(Access(config.data, config.admins)) as access,
    ):
        if not access.having(Role.ADMIN):
            logging.getLogger(__name__).warning(starting.NO_ADMINS)
        conversation = Conversation(
            engine.ask,
            library,
            query_log,
            mailbox,
            Admission(access),
            Uploads(config.data, engine.add),
            config.rate,
            engine.correct,
            TelegramService.limits,
            engine.look,
        )
        yield TelegramService(config, conversation, mailbox, query_log)


def start_engine(config: Config, library: Library) -> "Engine":
    """Load the model and the index; what keeps them from loading is one line."""
    # Imported here: the libraries take seconds, which a wrong setting need not wait for.
    from bot.assembly import ENGINE_ERRORS, open_engine

    try:
        return open_engine(
            config, library, lambda: terminal.tell(starting.ADDING_SAMPLES), terminal.tell
        )
    except ENGINE_ERRORS as error:
        raise StartError(str(error)) from error


def start() -> NoReturn:
    """Run as a process of its own, whose files are for the account that runs it alone."""
    os.umask(PRIVATE)
    sys.exit(main())


if __name__ == "__main__":
    start()
