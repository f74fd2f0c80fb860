"""One of several real bots of one data folder, in a process of its own.

``python -m tests.support.instance_bot DATA URL TOKEN ADDRESS INSTANCE PORT WEBHOOK`` answers by
webhook with the real search over the index at ADDRESS.
"""

import asyncio
import logging
import signal
import sys
from contextlib import closing
from pathlib import Path

from bot.access import Access
from bot.channels.telegram.app import TelegramService
from bot.config import Config
from bot.conversation.admission import Admission
from bot.conversation.router import Conversation
from bot.outbox.instance_lock import serving
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from documents.store.library import FILE_NAME, Library
from index.postgres.open import open_shared
from retrieval.pipeline import Searcher
from tests.support.encoders import HashingEncoder


def main() -> None:
    data, url, token, address, instance, port, webhook = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING)
    config = Config(
        token=token,
        data=Path(data),
        api_url=url,
        index=address,
        instance=instance,
        webhook_url=webhook,
        listen=("127.0.0.1", int(port)),
    )
    shared = open_shared(config.index)
    assert shared is not None
    with (
        closing(shared.database),
        closing(Library(config.data / FILE_NAME)) as library,
        closing(QueryLog(config.data)) as query_log,
        closing(Mailbox(config.data, instance)) as mailbox,
        closing(Access(config.data)) as access,
        serving(config.data, instance),
    ):
        encoder = HashingEncoder(256)
        searcher = Searcher.open(config.data, library, encoder, 0.0, shared=shared)
        conversation = Conversation(searcher.ask, library, query_log, mailbox, Admission(access))
        service = TelegramService(config, conversation, mailbox, query_log)
        asyncio.run(_serve(service))


async def _serve(service: TelegramService) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await service.serve(stop)


if __name__ == "__main__":
    main()
