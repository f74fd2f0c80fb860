"""The Telegram application: how it is built, how updates come in, how it stops."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar

from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter
from telegram.ext import (
    AIORateLimiter,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.channels.telegram import handlers, inline, menus, uploads
from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.outgoing import outgoing_parts
from bot.channels.telegram.polling import Polling, PollingBot
from bot.channels.telegram.requests import Request
from bot.channels.telegram.updates import KINDS
from bot.channels.telegram.webhook import HttpServer
from bot.channels.telegram.worker import TelegramApplication, Worker
from bot.config import Config
from bot.conversation.router import Conversation
from bot.errors import UnreachableError
from bot.outbox.async_store import AsyncMailbox
from bot.outbox.instance_lock import telling_news
from bot.outbox.metrics import Metrics
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.texts import starting
from bot.turn import Limits
from documents.errors import LibraryError

log = logging.getLogger(__name__)

CONNECTIONS = 64  # to Telegram at once: what is sent while others are slow
TIMEOUT_SECONDS = 20.0  # a slow mobile network behind a proxy; Telegram itself takes under one
UPLOAD_SECONDS = 120.0  # for an original of up to 50 MB
# Telegram takes 30 messages a second, 20 a minute in a group. These are leaky buckets, which let a
# full bucket through and then as much as leaks: 5 + 25 in any second, 8 + 12 in any minute.
OVERALL = (5, 0.2)
IN_A_GROUP = (8, 40.0)
PURGE_SECONDS = 24 * 3600.0
STORAGE_SECONDS = 5.0  # between two looks whether the disk takes something again
CALM_CHECKS = 3  # until it is believed: a disk that is nearly full takes a little now and then
NEWS_SECONDS = 60.0  # between two looks for what can be answered meanwhile
STOP_SECONDS = 20.0  # for what was accepted, and again for what was said; the rest is kept


class TelegramService:
    """The bot on Telegram, from its first call to its last."""

    limits: ClassVar[Limits] = Limits(sent_file=50 * 1024 * 1024, received_file=20 * 1024 * 1024)

    def __init__(
        self, config: Config, conversation: Conversation, mailbox: Mailbox, query_log: QueryLog
    ) -> None:
        self._config = config
        self._query_log = query_log
        self._kept = mailbox
        self._mailbox = AsyncMailbox(mailbox)
        self.metrics = Metrics()
        self._bot = _bot(config)
        self._alerts = conversation.alerts
        self._delivery = Delivery(
            self._bot, self._mailbox, self.metrics, conversation.moved, self._alerts.set_aside
        )
        self._application = _application(self._bot)
        self._worker = Worker(
            self._application, self._mailbox, self._delivery, self.metrics, self._alerts.serves
        )
        services = handlers.Services(
            conversation,
            self._worker,
            self._delivery,
            self._mailbox,
            menus.OwnMenus(self._bot),
        )
        self._application.bot_data[handlers.SERVICES] = services
        self._conversation = conversation
        self._http = HttpServer(config, self._worker.take, self.metrics)

    @property
    def waiting(self) -> int:
        """How many updates are not answered yet, and messages not taken yet."""
        return self._worker.waiting + self._delivery.waiting

    def run(self) -> None:
        """Serve until Ctrl+C or a service manager's SIGTERM."""
        asyncio.run(self._serve_until_signalled())

    async def serve(self, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set, then finish what was accepted.

        Raises UnreachableError when Telegram cannot be reached or refuses the token at the start.
        """
        purging = asyncio.create_task(self._purge_daily())
        purging.add_done_callback(_report)
        telling = asyncio.create_task(self._tell_news())
        telling.add_done_callback(_report)
        try:
            # The bot by itself too: an application that fails to begin leaves its connections open.
            async with self._application.bot, self._application:
                self._conversation.invites_by(self._invitation)
                await menus.set_up(self._bot)
                await self._application.start()
                watching = asyncio.create_task(self._watch_storage())
                watching.add_done_callback(_report)
                try:
                    await self._receive(stop)
                finally:
                    watching.cancel()
                    await self._worker.finish(STOP_SECONDS)
                    await self._delivery.finish(STOP_SECONDS)
                    await self._application.stop()
        except InvalidToken:
            # Its message holds the token.
            raise UnreachableError(starting.BAD_TOKEN) from None
        except BadRequest as error:  # of set_webhook: all else is asked for by Delivery
            raise UnreachableError(starting.BAD_WEBHOOK) from error
        except NetworkError as error:
            raise UnreachableError(starting.NO_NETWORK) from error
        finally:
            await self._http.stop()
            purging.cancel()
            telling.cancel()
            self._mailbox.close()

    async def _serve_until_signalled(self) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        preparing = asyncio.create_task(asyncio.to_thread(self._conversation.prepare))
        await self.serve(stop)
        await preparing

    def _invitation(self, code: str) -> str:
        return f"https://t.me/{self._bot.username}?start={code}"

    async def _tell_news(self) -> None:
        """Tell people who asked in vain what can be answered meanwhile."""
        while True:
            await asyncio.sleep(NEWS_SECONDS)
            try:
                with telling_news(self._config.data) as is_mine:
                    if is_mine:
                        await self._tell_all()
            except LibraryError as error:
                log.warning("nobody could be told what can be answered now: %s", error)

    async def _tell_all(self) -> None:
        for notice in await asyncio.to_thread(self._conversation.news):
            messages = [(notice.user_id, one) for one in outgoing_parts(notice.message)]
            self._delivery.add(await self._mailbox.post(messages))
            await asyncio.to_thread(self._conversation.told, notice)

    async def _watch_storage(self) -> None:
        """Tell administrators once that nothing can be written, and once that all is well again."""
        is_told, calm = False, 0
        while True:
            await asyncio.sleep(STORAGE_SECONDS)
            await self._worker.go_on(*await self._mailbox.recover())
            trouble = self._mailbox.trouble
            calm = 0 if trouble else calm + 1
            if trouble and is_told or not trouble and (not is_told or calm < CALM_CHECKS):
                continue
            is_told = bool(trouble)
            (log.warning if trouble else log.info)(
                "the disk takes %s", "nothing" if trouble else "all again"
            )
            told = await asyncio.to_thread(self._alerts.storage, trouble)
            alerts = [(who, part) for who, message in told for part in outgoing_parts(message)]
            self._delivery.add(await self._mailbox.post(alerts))

    async def _purge_daily(self) -> None:
        while True:
            try:
                removed = await asyncio.to_thread(self._query_log.purge, datetime.now(UTC))
                log.info("%d questions were past their retention", removed)
                await asyncio.to_thread(self._alerts.forget_expired)
                await asyncio.to_thread(self._kept.scrub)
            except LibraryError as error:
                log.warning("what is past its time could not be removed: %s", error)
            await asyncio.sleep(PURGE_SECONDS)

    async def _receive(self, stop: asyncio.Event) -> None:
        await self._worker.resume()
        try:
            await self._http.start()
        except OSError as error:
            raise UnreachableError(starting.PORT_TAKEN) from error
        if self._config.webhook_url:
            set_webhook = partial(
                self._bot.set_webhook,
                self._config.webhook_url,
                allowed_updates=list(KINDS),
                secret_token=self._http.secret,
            )
            await _insist(set_webhook)
            log.info("taking updates of @%s by webhook", self._bot.username)
            await stop.wait()
            await self._http.stop()
            return
        await _insist(self._bot.delete_webhook)
        log.info("polling as @%s", self._bot.username)
        await Polling(self._bot, self._worker.take).run(stop)


async def _insist(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call that the start cannot do without, waiting where Telegram asks for it."""
    while True:
        try:
            await call()
        except RetryAfter as error:
            after = error.retry_after
            await asyncio.sleep(after if isinstance(after, int) else after.total_seconds())
        else:
            return


def _bot(config: Config) -> PollingBot:
    """Build the bot; raises UnreachableError for a proxy that cannot be used."""

    def request(connections: int) -> Request:
        return Request(
            connection_pool_size=connections,
            proxy=config.proxy,
            connect_timeout=TIMEOUT_SECONDS,
            read_timeout=TIMEOUT_SECONDS,
            write_timeout=TIMEOUT_SECONDS,
            pool_timeout=TIMEOUT_SECONDS,
            media_write_timeout=UPLOAD_SECONDS,
        )

    try:
        return PollingBot(
            config.token or "",
            base_url=f"{config.api_url}/bot",
            base_file_url=f"{config.api_url}/file/bot",
            request=request(CONNECTIONS),
            get_updates_request=request(1),
            # Its retries would hold all chats up while one has to wait: Delivery repeats instead.
            rate_limiter=AIORateLimiter(*OVERALL, *IN_A_GROUP, max_retries=0),
        )
    except RuntimeError as error:  # how the library says that SOCKS support is not installed
        raise UnreachableError(starting.NO_SOCKS) from error


def _application(bot: PollingBot) -> TelegramApplication:
    application: TelegramApplication = (
        ApplicationBuilder().bot(bot).updater(None).job_queue(None).build()
    )
    new = filters.UpdateType.MESSAGE
    moved = filters.StatusUpdate.MIGRATE
    written = filters.TEXT | filters.CAPTION & ~filters.Document.ALL
    for handler in (
        MessageHandler(new & filters.TEXT, handlers.on_text),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE & written, handlers.on_edited),
        MessageHandler(new & moved, handlers.on_migration),
        MessageHandler(new & filters.Document.ALL, uploads.on_document),
        MessageHandler(new & ~filters.StatusUpdate.ALL, handlers.on_other),
        CallbackQueryHandler(handlers.on_button),
        InlineQueryHandler(inline.on_inline),
        ChatMemberHandler(handlers.on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
    ):
        application.add_handler(handler)
    application.add_error_handler(handlers.on_error)
    return application


def _report(task: "asyncio.Task[None]") -> None:
    """Log what ended a task that should not end."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("a task that should not end has ended: %s", type(error).__name__)
