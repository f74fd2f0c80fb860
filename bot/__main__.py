"""``python -m bot``: the Telegram bot where there is a token, else the terminal chat."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot import console, messages
from bot.access import Access, Role
from bot.admission import Admission
from bot.config import Config, ConfigError, read_config
from bot.conversation import Ask, Conversation
from bot.mailbox import Mailbox
from bot.query_log import QueryLog
from bot.telegram_app import TelegramService, UnreachableError
from documents import faults
from documents.document import DocumentError
from documents.library import FILE_NAME, Library


class StartError(Exception):
    """What keeps the bot from starting; the message is one Vietnamese line with the remedy."""


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
    console.use_utf8()
    parser = argparse.ArgumentParser(prog="python -m bot", description=messages.ABOUT_COMMAND)
    parser.add_argument("--data", type=Path, metavar="THƯ_MỤC", help=messages.ABOUT_DATA)
    data = parser.parse_args(arguments).data
    try:
        config = read_config(data)
        set_up_logging(config)
        run(config)
    except (ConfigError, StartError, UnreachableError, DocumentError) as error:
        console.tell(str(error))
        return 1
    except OSError as error:
        console.tell(faults.line(error))
        return 1
    return 0


def set_up_logging(config: Config) -> None:
    """Log to standard error, only warnings beside a terminal chat, and never the token."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(config.token))
    # Other packages at WARNING: httpx's lines at INFO hold every address, and with it the token.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for package in ("bot", "documents", "index", "retrieval"):
        logging.getLogger(package).setLevel(logging.INFO if config.token else logging.WARNING)


def run(config: Config) -> None:
    """Open the stores, then talk until told to stop."""
    with (
        closing(Library(config.data / FILE_NAME)) as library,
        closing(QueryLog(config.data, config.log, config.log_days)) as query_log,
    ):
        if config.token and not library.documents():
            raise StartError(messages.EMPTY_LIBRARY)
        ask = open_search(config, library)
        if config.token:
            with (
                closing(Access(config.data, config.admins)) as access,
                closing(Mailbox(config.data)) as mailbox,
            ):
                if not access.having(Role.ADMIN):
                    logging.getLogger(__name__).warning(messages.NO_ADMINS)
                conversation = Conversation(ask, library, query_log, Admission(access))
                service = TelegramService(config, conversation, mailbox, query_log)
                asyncio.run(serve_until_signalled(service, conversation))
        else:
            query_log.purge(datetime.now(UTC))
            conversation = Conversation(ask, library, query_log)
            console.Console(conversation, sys.stdin, sys.stdout).run()


def open_search(config: Config, library: Library) -> Ask:
    """Load the model and the index; an empty library of the terminal chat gets the samples."""
    # Imported here: torch takes seconds, which a wrong setting need not wait for.
    from bot.first_run import add_samples
    from index.encoder import EncoderError, load_encoder
    from index.snapshot import SnapshotError
    from retrieval.abbreviations import AbbreviationError
    from retrieval.search import Searcher

    try:
        encoder = load_encoder(config.model, config.data)
        if not library.documents():
            console.tell(messages.ADDING_SAMPLES)
            for refused in add_samples(config.data, library, encoder):
                console.tell(refused)
        return Searcher.open(config.data, library, encoder, config.strictness).ask
    except (EncoderError, SnapshotError, AbbreviationError) as error:
        raise StartError(str(error)) from error


async def serve_until_signalled(service: TelegramService, conversation: Conversation) -> None:
    """Serve until Ctrl+C or a service manager's SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl+C ends the loop by itself
            loop.add_signal_handler(number, stop.set)
    preparing = asyncio.create_task(asyncio.to_thread(conversation.prepare))
    await service.serve(stop)
    await preparing


if __name__ == "__main__":
    sys.exit(main())
