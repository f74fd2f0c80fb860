"""The Telegram application: how it is built, in which order it takes updates, how it stops."""

import asyncio
import logging
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    MessageHandler,
    filters,
)

from bot import handlers, messages
from bot.config import Config
from bot.conversation import Conversation
from bot.query_log import QueryLog
from documents.library import LibraryError

log = logging.getLogger(__name__)

MAX_CONCURRENT_UPDATES = 256
RETRIES = 5  # of a call that Telegram asks to repeat later
TIMEOUT_SECONDS = 20.0  # a slow mobile network behind a proxy; Telegram itself takes under one
PURGE_SECONDS = 24 * 3600.0

TelegramApplication = Application[Any, Any, Any, Any, Any, Any]


class UnreachableError(Exception):
    """Telegram cannot be used; the message is one Vietnamese line with the remedy."""


class ChatOrder(BaseUpdateProcessor):
    """Takes the updates of one chat one after the other, those of many chats at once."""

    def __init__(self) -> None:
        super().__init__(MAX_CONCURRENT_UPDATES)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's earlier updates; asyncio's locks are first come, first served."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None:
            await coroutine
            return
        lock = self._locks.setdefault(chat.id, asyncio.Lock())
        async with lock:
            await coroutine

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""


def build(config: Config, conversation: Conversation) -> TelegramApplication:
    """Build the application; raises UnreachableError for a proxy that cannot be used."""
    builder = (
        ApplicationBuilder()
        .token(config.token or "")
        .base_url(f"{config.api_url}/bot")
        .base_file_url(f"{config.api_url}/file/bot")
        .rate_limiter(AIORateLimiter(max_retries=RETRIES))
        .concurrent_updates(ChatOrder())
        .job_queue(None)
        .connect_timeout(TIMEOUT_SECONDS)
        .read_timeout(TIMEOUT_SECONDS)
        .write_timeout(TIMEOUT_SECONDS)
        .pool_timeout(TIMEOUT_SECONDS)
    )
    if config.proxy:
        builder = builder.proxy(config.proxy).get_updates_proxy(config.proxy)
    try:
        application = builder.build()
    except RuntimeError as error:  # how the library says that SOCKS support is not installed
        raise UnreachableError(messages.NO_SOCKS) from error
    application.bot_data[handlers.CONVERSATION] = conversation
    new = filters.UpdateType.MESSAGE
    application.add_handler(MessageHandler(new & filters.TEXT, handlers.on_text))
    application.add_handler(
        MessageHandler(new & ~filters.TEXT & ~filters.StatusUpdate.ALL, handlers.on_other)
    )
    application.add_handler(CallbackQueryHandler(handlers.on_button))
    application.add_error_handler(handlers.on_error)
    return application


async def serve(application: TelegramApplication, query_log: QueryLog, stop: asyncio.Event) -> None:
    """Poll until ``stop`` is set, then finish what was accepted.

    Raises UnreachableError when Telegram cannot be reached or refuses the token at the start.
    """
    purging = asyncio.create_task(_purge_daily(query_log))
    try:
        # The bot by itself too: an application that fails to begin leaves its connections open.
        async with application.bot, application:
            await application.bot.set_my_commands(messages.COMMANDS)
            await application.start()
            await _poll(application, stop)
    except InvalidToken:
        # Its message holds the token.
        raise UnreachableError(messages.BAD_TOKEN) from None
    except NetworkError as error:
        raise UnreachableError(messages.NO_NETWORK) from error
    finally:
        purging.cancel()


async def _poll(application: TelegramApplication, stop: asyncio.Event) -> None:
    updater = application.updater
    assert updater is not None  # the builder gives one unless told not to
    try:
        await updater.start_polling(
            allowed_updates=[Update.MESSAGE, Update.CALLBACK_QUERY],
            error_callback=_on_polling_error,
        )
        log.info("polling as @%s", application.bot.username)
        await stop.wait()
    finally:
        if updater.running:
            await updater.stop()
        await application.stop()


def _on_polling_error(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        log.error("another process polls with the same token; one of the two has to stop")
    else:
        log.warning("polling failed and goes on: %s", type(error).__name__)


async def _purge_daily(query_log: QueryLog) -> None:
    while True:
        try:
            removed = await asyncio.to_thread(query_log.purge, datetime.now(UTC))
            log.info("%d questions were past their retention", removed)
        except LibraryError as error:
            log.warning("the query log could not be purged: %s", error)
        await asyncio.sleep(PURGE_SECONDS)
