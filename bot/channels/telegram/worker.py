"""The work on one update: read it, let the handlers answer it, and see that it is answered once."""

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from telegram import Update
from telegram.ext import Application

from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.outgoing import Addressed
from bot.channels.telegram.updates import LARGEST, kind_of, queued_update
from bot.outbox.async_store import AsyncMailbox
from bot.outbox.metrics import Metrics
from bot.outbox.models import CHAT, UPLOAD, OutgoingMessage, QueuedUpdate
from bot.outbox.scheduler import FairTurns
from bot.texts import answers
from documents.errors import LibraryError

log = logging.getLogger(__name__)

AT_ONCE = 6  # updates worked on at once: a file of the staff and, for each core, two questions
MAX_WAITING = 1_000  # updates; further ones are told at once to come back later
MOST_WAITING, PAUSE = 2 * MAX_WAITING, 0.1  # beyond which no more are taken in, for seconds
MAX_TRIES = 3  # starts of the bot that an update may have seen end without an answer
TYPING_AT_ONCE = 20  # people typing inline queries; further ones see nothing for a moment
CROWDED = "crowded"  # the lane of updates that came when too many were waiting
TelegramApplication = Application[Any, Any, Any, Any, Any, Any]
UNREADABLE = (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError)


class Worker:
    """Takes updates in, works on them in fair turns, and sends what comes of them."""

    def __init__(
        self,
        application: TelegramApplication,
        mailbox: AsyncMailbox,
        delivery: Delivery,
        metrics: Metrics,
    ) -> None:
        self._application = application
        self._mailbox = mailbox
        self._deferred: set[int] = set()
        self._typing: dict[str, asyncio.Task[None]] = {}
        self._delivery = delivery
        self._metrics = metrics
        self.turns = FairTurns(self._work, AT_ONCE)
        metrics.watch("waiting_updates", "Updates not answered yet", lambda: self.turns.waiting)
        metrics.watch("waiting_messages", "Messages not taken yet", lambda: delivery.waiting)

    async def take(self, updates: Sequence[object]) -> None:
        """Keep updates, then work on the new ones; raises LibraryError when they cannot be kept."""
        while self.turns.waiting >= MOST_WAITING:
            await asyncio.sleep(PAUSE)  # Telegram keeps what is not taken for a day
        accepted: list[QueuedUpdate] = []
        for update in updates:
            crowded = self.turns.waiting + len(accepted) >= MAX_WAITING
            queued = queued_update(update, CROWDED if crowded else CHAT)
            if queued is None:
                log.warning("an update without a number was passed over")
                continue
            kind = kind_of(update)
            self._metrics.updates(kind)
            if kind == "inline_query":
                self._answer_soon(queued)
            else:
                accepted.append(queued)
        if accepted:
            self.turns.add(await self._mailbox.accept(accepted))

    async def resume(self) -> None:
        """Go on with what an earlier run left."""
        accepted, queue = await self._mailbox.left_over()
        if accepted:
            log.info("%d updates of the last run are worked on", len(accepted))
        self._delivery.resume(queue)
        self.turns.add(accepted)

    async def finish(self, seconds: float) -> None:
        """Work on what was accepted for so many seconds at most."""
        for task in self._typing.values():
            task.cancel()
        await self.turns.finish(seconds)

    async def settle(self, update_id: int, messages: Sequence[Addressed]) -> None:
        """Answer an update, unless it has been answered."""
        self._delivery.add(await self._mailbox.settle(update_id, messages) or ())

    async def defer(self, update: Update, messages: Sequence[Addressed]) -> None:
        """Say something first, and put the update into the lane of long work."""
        self._delivery.add(await self._mailbox.defer(update.update_id, messages) or ())
        self._deferred.add(update.update_id)

    def is_deferred(self, update: Update) -> bool:
        """Whether the update has been through ``defer`` and its long work is due."""
        return update.update_id in self._deferred

    def _answer_soon(self, queued: QueuedUpdate) -> None:
        """Answer while somebody types; only what they typed last is worth an answer."""
        before = self._typing.get(queued.chat_id)
        if before:
            before.cancel()
        elif len(self._typing) >= TYPING_AT_ONCE:
            return
        task = asyncio.create_task(self._answer_now(queued))
        self._typing[queued.chat_id] = task
        task.add_done_callback(lambda done: self._typed(queued.chat_id, done))

    async def _answer_now(self, queued: QueuedUpdate) -> None:
        update = self._read(queued)
        if update is not None:
            await self._application.process_update(update)

    def _typed(self, chat_id: str, task: "asyncio.Task[None]") -> None:
        if self._typing.get(chat_id) is task:
            del self._typing[chat_id]

    async def _work(self, queued: QueuedUpdate) -> None:
        try:
            await self._answer(queued)
        except LibraryError as error:
            # It stays in the inbox; what it needs is room on the disk, and the next start.
            log.warning("an update stays unanswered: %s", error)
        self._metrics.settled(time.time() - queued.received_at)

    async def _answer(self, queued: QueuedUpdate) -> None:
        if queued.lane == CROWDED or queued.tries > MAX_TRIES:
            text = answers.CROWDED if queued.lane == CROWDED else answers.FAILED
            is_private = int(queued.chat_id) > 0
            told = [(queued.chat_id, OutgoingMessage(text=text))] if is_private else []
            await self.settle(queued.update_id, told)
            return
        if queued.lane == UPLOAD:
            self._deferred.add(queued.update_id)
        update = self._read(queued)
        if update is not None:
            await self._application.process_update(update)
        if queued.lane != UPLOAD and queued.update_id in self._deferred:
            self.turns.add([replace(queued, lane=UPLOAD)])
            return
        self._deferred.discard(queued.update_id)
        # What no handler was for, and what a handler had nothing to say to.
        await self.settle(queued.update_id, ())

    def _read(self, queued: QueuedUpdate) -> Update | None:
        """Return the update; None for one that cannot be read, or whose fields are not what they
        should be: the library takes them as they come.
        """
        try:
            update = Update.de_json(json.loads(queued.body), self._application.bot)
            sound = _is_sound(update)
        except UNREADABLE as error:
            log.warning("an update that cannot be read was passed over: %s", type(error).__name__)
            return None
        if not sound:
            log.warning("an update with fields of the wrong kind was passed over")
        return update if sound else None


def _is_sound(update: Update) -> bool:
    message, query = update.message or update.edited_message, update.callback_query
    numbers = [one.id for one in (update.effective_chat, update.effective_user) if one]
    texts = [update.effective_chat.type] if update.effective_chat else []
    texts += [update.effective_user.first_name] if update.effective_user else []
    if message:
        numbers.append(message.message_id)
        texts += [message.text or "", message.caption or ""]
    if query:
        texts += [query.id, query.data or ""]
    if update.inline_query:
        texts += [update.inline_query.id, update.inline_query.query]
    return all(isinstance(text, str) for text in texts) and all(
        type(number) is int and abs(number) <= LARGEST  # and no bool, which is an int as well
        for number in numbers
    )
