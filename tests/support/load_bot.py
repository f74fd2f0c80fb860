"""The real bot in a process of its own, to be loaded, measured and killed.

``python -m tests.support.load_bot DATA URL TOKEN [--search] [--unlimited]``. Each answer repeats
its question as "Hiểu là: …", so that the test can match them. With ``--search`` the bundled model
and the real search do their work on the samples first; with ``--unlimited`` Telegram's limits are
left out.
"""

import asyncio
import logging
import signal
import sys
import time
from contextlib import closing
from pathlib import Path

from telegram.ext import AIORateLimiter

from bot.access import Access
from bot.channels.telegram import app, delivery
from bot.channels.telegram.app import TelegramService
from bot.config import Config
from bot.conversation.admission import Admission
from bot.conversation.router import Conversation
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from documents.store.library import FILE_NAME, Library
from retrieval.answer import Response
from tests.support.scripted_bot import a_library, answer, response

THINKING = 0.01  # seconds, for the search that is left out


def main() -> None:
    data, url, token = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    search = _search(data) if "--search" in sys.argv else lambda _: time.sleep(THINKING)
    if "--unlimited" in sys.argv:
        delivery.SECONDS_A_MESSAGE = 0.0
        app.AIORateLimiter = lambda *_, **__: AIORateLimiter(0, 0, 0, 0)  # type: ignore[assignment,misc]

    def ask(typed: str, previous: object = None, hidden: object = None) -> Response:
        search(typed)
        return response(answer("?"), understood_as=typed)

    with (
        closing(a_library(data)) as library,
        closing(QueryLog(data)) as query_log,
        closing(Mailbox(data)) as mailbox,
        closing(Access(data)) as access,
    ):
        conversation = Conversation(
            ask, library, query_log, mailbox, Admission(access), rate=100_000
        )
        config = Config(token=token, data=data, api_url=url)
        service = TelegramService(config, conversation, mailbox, query_log)
        asyncio.run(_serve(service))


async def _serve(service: TelegramService) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await service.serve(stop)


def _search(data: Path):  # type: ignore[no-untyped-def]
    from bot.first_run import add_samples
    from index.encoders.load import load_encoder
    from retrieval.pipeline import Searcher

    folder = data / "searched"
    encoder = load_encoder(None, folder)
    library = Library(folder / FILE_NAME)
    if not library.documents():
        add_samples(folder, library, encoder)
    return Searcher.open(folder, library, encoder).ask


if __name__ == "__main__":
    main()
