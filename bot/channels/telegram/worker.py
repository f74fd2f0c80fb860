"""The work on one update: read it, let the handlers answer it, and see that it is answered once."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from telegram import Update
from telegram.ext import Application

from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.outgoing import Addressed
from bot.channels.telegram.updates import LARGEST, kind_of, queued_update, sender_of
from bot.conversation.rate_limit import Pace
from bot.outbox.async_store import AsyncMailbox
from bot.outbox.metrics import Metrics
from bot.outbox.models import CHAT, UPLOAD, OutgoingMessage, QueuedMessage, QueuedUpdate
from bot.outbox.scheduler import FairTurns
from bot.texts import answers
from documents.errors import LibraryError

log = logging.getLogger(__name__)

AT_ONCE = 6  # updates worked on at once: a file of the staff and, for each core, two questions
MAX_WAITING = 1_000  # updates; further ones are told at once to come back later
MOST_WAITING, PAUSE = 2 * MAX_WAITING, 0.1  # beyond which no more are taken in, for seconds
MAX_TRIES = 3  # starts of the bot that an update may have seen end without an answer
TYPING_AT_ONCE = 20  # people typing inline queries; further ones see nothing for a moment
# Who was not let in has a queue, a pace and a share of the typing of their own: however many there
# are, those let in do not notice. What is too much of them is passed over.
STRANGERS_AT_ONCE = 1
STRANGERS_WAITING = 200  # updates
STRANGERS_A_MINUTE = 6  # updates of one person
STRANGERS_TYPING = 2
CROWDED = "crowded"  # the lane of updates that came when too many were waiting
TelegramApplication = Application[Any, Any, Any, Any, Any, Any]
Typing = dict[str, "asyncio.Task[None]"]
UNREADABLE = (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError)


class Worker:
    """Takes updates in, works on them in fair turns, and sends what comes of them."""

    def __init__(
        self,
        application: TelegramApplication,
        mailbox: AsyncMailbox,
        delivery: Delivery,
        metrics: Metrics,
        serves: Callable[[str, str], bool],
    ) -> None:
        self._application = application
        self._mailbox = mailbox
        self._deferred: set[int] = set()
        self._typing: tuple[Typing, int] = ({}, TYPING_AT_ONCE)
        self._typing_strangers: tuple[Typing, int] = ({}, STRANGERS_TYPING)
        self._serves = serves
        self._pace = Pace(STRANGERS_A_MINUTE)
        self._of_strangers: set[int] = set()  # their updates
        self._delivery = delivery
        self._metrics = metrics
        self.turns = FairTurns(self._work, AT_ONCE)
        self._strangers_turns = FairTurns(self._work, STRANGERS_AT_ONCE)
        metrics.watch("waiting_updates", "Updates not answered yet", lambda: self.waiting)
        metrics.watch("waiting_messages", "Messages not taken yet", lambda: delivery.waiting)

    @property
    def waiting(self) -> int:
        """How many updates are not answered yet."""
        return self.turns.waiting + self._strangers_turns.waiting

    async def take(self, updates: Sequence[object]) -> None:
        """Keep updates, then work on the new ones; raises LibraryError when they cannot be kept."""
        while self.turns.waiting >= MOST_WAITING:
            await asyncio.sleep(PAUSE)  # Telegram keeps what is not taken for a day
        accepted: list[QueuedUpdate] = []
        strange: list[QueuedUpdate] = []
        for update, is_served in await self._with_service(updates):
            crowded = self.turns.waiting + len(accepted) >= MAX_WAITING
            queued = queued_update(update, CROWDED if crowded and is_served else CHAT)
            if queued is None:
                log.warning("an update without a number was passed over")
                continue
            kind = kind_of(update)
            self._metrics.updates(kind)
            if kind == "inline_query":
                self._answer_soon(queued, is_served)
            elif is_served:
                accepted.append(queued)
            elif self._has_room(sender_of(update)[1], len(strange)):
                strange.append(queued)
            else:
                self._metrics.trouble("stranger_passed_over")
        if accepted or strange:
            new = await self._mailbox.accept([*accepted, *strange])
            self._queue(new, frozenset(queued.update_id for queued in strange))

    async def resume(self) -> None:
        """Go on with what an earlier run left."""
        await self.go_on(*await self._mailbox.left_over())

    async def go_on(self, accepted: Sequence[QueuedUpdate], queue: Sequence[QueuedMessage]) -> None:
        """Work on updates that had to wait, and send messages that had to."""
        if accepted:
            log.info("%d updates of the last run are worked on", len(accepted))
        self._delivery.resume(queue)
        told = await self._with_service([json.loads(queued.body) for queued in accepted])
        served = zip(accepted, told, strict=True)
        strange = frozenset(one.update_id for one, (_, is_served) in served if not is_served)
        self._queue(accepted, strange)

    async def finish(self, seconds: float) -> None:
        """Work on what was accepted for so many seconds at most."""
        for typing, _most in (self._typing, self._typing_strangers):
            for task in typing.values():
                task.cancel()
        await asyncio.gather(self.turns.finish(seconds), self._strangers_turns.finish(seconds))

    async def _with_service(self, updates: Sequence[object]) -> list[tuple[object, bool]]:
        """Return updates with whether those who sent them are served."""

        def served() -> list[tuple[object, bool]]:
            return [(update, self._serves(*sender_of(update))) for update in updates]

        return await asyncio.to_thread(served) if updates else []

    def _has_room(self, user_id: str, taken: int) -> bool:
        full = self._strangers_turns.waiting + taken >= STRANGERS_WAITING
        return not full and self._pace.allows(user_id)

    def _queue(self, updates: Sequence[QueuedUpdate], strange: frozenset[int]) -> None:
        self._of_strangers |= strange.intersection(one.update_id for one in updates)
        self.turns.add(one for one in updates if one.update_id not in strange)
        self._strangers_turns.add(one for one in updates if one.update_id in strange)

    async def settle(self, update_id: int, messages: Sequence[Addressed]) -> None:
        """Answer an update, unless it has been answered."""
        queue = await self._mailbox.settle(update_id, messages) or ()
        if update_id in self._of_strangers:
            self._delivery.add_of_stranger(queue)
        else:
            self._delivery.add(queue)

    async def defer(self, update: Update, messages: Sequence[Addressed]) -> None:
        """Say something first, and put the update into the lane of long work."""
        self._delivery.add(await self._mailbox.defer(update.update_id, messages) or ())
        self._deferred.add(update.update_id)

    def is_deferred(self, update: Update) -> bool:
        """Whether the update has been through ``defer`` and its long work is due."""
        return update.update_id in self._deferred

    def _answer_soon(self, queued: QueuedUpdate, is_served: bool) -> None:
        """Answer while somebody types; only what they typed last is worth an answer."""
        typing, most = self._typing if is_served else self._typing_strangers
        before = typing.get(queued.chat_id)
        if before:
            before.cancel()
        elif len(typing) >= most:
            return
        task = asyncio.create_task(self._answer_now(queued))
        typing[queued.chat_id] = task
        task.add_done_callback(lambda done: _typed(typing, queued.chat_id, done))

    async def _answer_now(self, queued: QueuedUpdate) -> None:
        update = self._read(queued)
        if update is not None:
            await self._application.process_update(update)

    async def _work(self, queued: QueuedUpdate) -> None:
        try:
            await self._answer(queued)
        except LibraryError as error:
            # It stays in the inbox; what it needs is room on the disk, and the next start.
            log.warning("an update stays unanswered: %s", error)
        finally:
            self._of_strangers.discard(queued.update_id)
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


def _typed(typing: Typing, chat_id: str, task: "asyncio.Task[None]") -> None:
    if typing.get(chat_id) is task:
        del typing[chat_id]


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
