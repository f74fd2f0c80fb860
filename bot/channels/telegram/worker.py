"""The work on one letter: read it, let the handlers answer it, and see that it is answered once."""

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
from bot.channels.telegram.updates import LARGEST, kind_of, letter_of
from bot.outbox.async_store import MailRoom
from bot.outbox.metrics import Metrics
from bot.outbox.models import CHAT, UPLOAD, Draft, Letter
from bot.outbox.scheduler import FairTurns
from bot.texts import answers
from documents.errors import LibraryError

log = logging.getLogger(__name__)

AT_ONCE = 6  # letters worked on at once: a file of the staff and, for each core, two questions
MAX_WAITING = 1_000  # letters; further ones are told at once to come back later
MOST_WAITING, PAUSE = 2 * MAX_WAITING, 0.1  # beyond which no more are taken in, for seconds
MAX_TRIES = 3  # starts of the bot that a letter may have seen end without an answer
TYPING_AT_ONCE = 20  # people typing inline queries; further ones see nothing for a moment
CROWDED = "crowded"  # the lane of letters that came when too many were waiting
TelegramApplication = Application[Any, Any, Any, Any, Any, Any]
UNREADABLE = (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError)


class Worker:
    """Takes updates in, works on them in fair turns, and sends what comes of them."""

    def __init__(
        self,
        application: TelegramApplication,
        room: MailRoom,
        delivery: Delivery,
        metrics: Metrics,
    ) -> None:
        self._application = application
        self._room = room
        self._deferred: set[int] = set()
        self._typing: dict[int, asyncio.Task[None]] = {}
        self._delivery = delivery
        self._metrics = metrics
        self.turns = FairTurns(self._work, AT_ONCE)
        metrics.watch("waiting_updates", "Updates not answered yet", lambda: self.turns.waiting)
        metrics.watch("waiting_messages", "Messages not taken yet", lambda: delivery.waiting)

    async def take(self, updates: Sequence[object]) -> None:
        """Keep updates, then work on the new ones; raises LibraryError when they cannot be kept."""
        while self.turns.waiting >= MOST_WAITING:
            await asyncio.sleep(PAUSE)  # Telegram keeps what is not taken for a day
        letters: list[Letter] = []
        for update in updates:
            crowded = self.turns.waiting + len(letters) >= MAX_WAITING
            letter = letter_of(update, CROWDED if crowded else CHAT)
            if letter is None:
                log.warning("an update without a number was passed over")
                continue
            kind = kind_of(update)
            self._metrics.updates(kind)
            if kind == "inline_query":
                self._answer_soon(letter)
            else:
                letters.append(letter)
        if letters:
            self.turns.add(await self._room.accept(letters))

    async def resume(self) -> None:
        """Go on with what an earlier run left."""
        letters, parcels = await self._room.left_over()
        if letters:
            log.info("%d updates of the last run are worked on", len(letters))
        self._delivery.resume(parcels)
        self.turns.add(letters)

    async def finish(self, seconds: float) -> None:
        """Work on what was accepted for so many seconds at most."""
        for task in self._typing.values():
            task.cancel()
        await self.turns.finish(seconds)

    async def settle(self, update_id: int, drafts: Sequence[Addressed]) -> None:
        """Answer a letter, unless it has been answered."""
        self._delivery.add(await self._room.settle(update_id, drafts) or ())

    async def defer(self, update: Update, drafts: Sequence[Addressed]) -> None:
        """Say something first, and put the letter into the lane of long work."""
        self._delivery.add(await self._room.defer(update.update_id, drafts) or ())
        self._deferred.add(update.update_id)

    def is_deferred(self, update: Update) -> bool:
        """Whether the update has been through ``defer`` and its long work is due."""
        return update.update_id in self._deferred

    def _answer_soon(self, letter: Letter) -> None:
        """Answer while somebody types; only what they typed last is worth an answer."""
        before = self._typing.get(letter.chat_id)
        if before:
            before.cancel()
        elif len(self._typing) >= TYPING_AT_ONCE:
            return
        task = asyncio.create_task(self._answer_now(letter))
        self._typing[letter.chat_id] = task
        task.add_done_callback(lambda done: self._typed(letter.chat_id, done))

    async def _answer_now(self, letter: Letter) -> None:
        update = self._read(letter)
        if update is not None:
            await self._application.process_update(update)

    def _typed(self, chat_id: int, task: "asyncio.Task[None]") -> None:
        if self._typing.get(chat_id) is task:
            del self._typing[chat_id]

    async def _work(self, letter: Letter) -> None:
        try:
            await self._answer(letter)
        except LibraryError as error:
            # It stays in the inbox; what it needs is room on the disk, and the next start.
            log.warning("an update stays unanswered: %s", error)
        self._metrics.settled(time.time() - letter.received_at)

    async def _answer(self, letter: Letter) -> None:
        if letter.lane == CROWDED or letter.tries > MAX_TRIES:
            text = answers.CROWDED if letter.lane == CROWDED else answers.FAILED
            told = [(letter.chat_id, Draft(text=text))] if letter.chat_id > 0 else []
            await self.settle(letter.update_id, told)
            return
        if letter.lane == UPLOAD:
            self._deferred.add(letter.update_id)
        update = self._read(letter)
        if update is not None:
            await self._application.process_update(update)
        if letter.lane != UPLOAD and letter.update_id in self._deferred:
            self.turns.add([replace(letter, lane=UPLOAD)])
            return
        self._deferred.discard(letter.update_id)
        # What no handler was for, and what a handler had nothing to say to.
        await self.settle(letter.update_id, ())

    def _read(self, letter: Letter) -> Update | None:
        """Return the update; None for one that cannot be read, or whose fields are not what they
        should be: the library takes them as they come.
        """
        try:
            update = Update.de_json(json.loads(letter.body), self._application.bot)
            sound = _is_sound(update)
        except UNREADABLE as error:
            log.warning("an update that cannot be read was passed over: %s", type(error).__name__)
            return None
        if not sound:
            log.warning("an update with fields of the wrong kind was passed over")
        return update if sound else None


def _is_sound(update: Update) -> bool:
    message, query = update.message, update.callback_query
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
        isinstance(number, int) and abs(number) <= LARGEST for number in numbers
    )
