"""The real bot against the strict local Bot API server, which can be stopped and started again."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from bot.access import Access, Role
from bot.channels.telegram.app import TelegramService
from bot.config import Config
from bot.conversation.admission import Admission
from bot.conversation.router import Conversation
from bot.conversation.uploads import Add, Uploads
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.turn import Person
from documents.store.library import Library
from retrieval.answer import Response
from tests.support.full_disk import full_disk
from tests.support.scripted_bot import a_library
from tests.telegram_server.server import BotApiServer, SentMessage

ADMIN, CADRE, NEWCOMER, GROUP = 1, 501, 777, -1001
QUESTION = "Tuổi đời của người vào Đảng?"

Ask = Callable[..., Response]


class Office:
    """A bot with its data folder."""

    def __init__(
        self,
        data: Path,
        server: BotApiServer,
        ask: Ask,
        add: Add = lambda path, replace, hidden: (),
        shelve: Callable[[Path], Library] = a_library,
    ) -> None:
        self.data = data
        self.server = server
        self.ask = ask
        self.add = add
        self.shelve = shelve
        self.config = Config(token=server.token, data=data, api_url=server.url)
        self._stop = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None
        self._stores = ExitStack()

    def set(self, **settings: object) -> None:
        """Change settings for the next start."""
        self.config = replace(self.config, **settings)  # type: ignore[arg-type]

    async def open(self) -> None:
        library = self._stores.enter_context(closing(self.shelve(self.data)))
        query_log = self._stores.enter_context(closing(QueryLog(self.data, self.config.log)))
        self.access = self._stores.enter_context(closing(Access(self.data, (str(ADMIN),))))
        if self.access.role(str(CADRE)) is None:
            self.access.give(Person(str(CADRE), "Cán bộ"), Role.CADRE, by=str(ADMIN))
        self.mailbox = self._stores.enter_context(closing(Mailbox(self.data)))
        conversation = Conversation(
            self.ask,
            library,
            query_log,
            self.mailbox,
            Admission(self.access),
            Uploads(self.data, self.add, sleep=lambda _: None),
            self.config.rate,
            limits=TelegramService.limits,
        )
        self._stop = asyncio.Event()
        self.service = TelegramService(self.config, conversation, self.mailbox, query_log)
        self._serving = asyncio.create_task(self.service.serve(self._stop))

    async def open_on_a_full_disk(self) -> None:
        """Start while the disk takes nothing; it takes something again when this returns."""
        with full_disk():
            await self.open()
            await asyncio.sleep(0.2)

    async def close(self) -> None:
        self._stop.set()
        if self._serving:
            await self._serving
        self._stores.close()

    async def idle(self, timeout: float = 30.0) -> None:
        """Wait until every update is answered and every answer is sent."""
        async with asyncio.timeout(timeout):
            while self.server.world.updates.pending or self.service.waiting:
                await asyncio.sleep(0.01)

    async def restart(self) -> None:
        await self.close()
        await self.open()


async def press(server: BotApiServer, message: SentMessage, label: str, user: int = CADRE) -> None:
    """Press a button and wait for all that comes of it."""
    await press_data(server, message, message.button(label).data or "", user)


async def press_data(
    server: BotApiServer, message: SentMessage | int, data: str, user: int = CADRE
) -> None:
    answered = len(server.answers)
    chat_id = message.chat_id if isinstance(message, SentMessage) else user
    message_id = message.message_id if isinstance(message, SentMessage) else message
    await server.press_data(chat_id, message_id, data, user)
    async with asyncio.timeout(5):
        while len(server.answers) == answered:
            await asyncio.sleep(0.01)
    await server.idle()
