"""Long polling: updates are confirmed after they are kept, and none stops the ones behind it."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, cast

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.channels.telegram.updates import KINDS, queued_update
from bot.outbox.models import OutgoingMessage
from documents.errors import LibraryError

log = logging.getLogger(__name__)

POLL_SECONDS = 25  # Telegram's long poll; proxies close connections that are silent for longer
GRACE_SECONDS = 10.0  # for the answer to a poll to travel
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# After a week of silence Telegram counts from a random number, which an old offset would drop.
SILENCE_SECONDS = 5 * 24 * 3600.0

REMEMBERED = 1_000  # messages that may still be changed in place

Take = Callable[[Sequence[object]], Awaitable[None]]


class Placed:
    """Where what was said under a key stands; of the latest messages alone."""

    def __init__(self) -> None:
        self._placed: OrderedDict[tuple[int, str], tuple[int, OutgoingMessage]] = OrderedDict()

    def find(self, chat_id: int, key: str) -> tuple[int, OutgoingMessage] | None:
        """Return the number of a message and what it says."""
        return self._placed.get((chat_id, key))

    def note(self, chat_id: int, key: str, message_id: int, message: OutgoingMessage) -> None:
        """Remember a message."""
        self._placed[chat_id, key] = message_id, message
        self._placed.move_to_end((chat_id, key))
        while len(self._placed) > REMEMBERED:
            self._placed.popitem(last=False)


class PollingBot(ExtBot[int]):
    """The bot, with updates as Telegram wrote them, which knows where it said what lately.

    The library's own get_updates reads all updates at once: one that it cannot read is never
    confirmed, comes again for ever, and is written to the log.
    """

    @cached_property
    def placed(self) -> Placed:
        """Where what was said under a key stands."""
        return Placed()

    async def raw_updates(self, offset: int, timeout: int) -> Sequence[object]:
        """Return the updates from an offset on, confirming those before it."""
        data: dict[str, Any] = {
            "offset": offset or None,
            "timeout": timeout,
            "allowed_updates": list(KINDS),
        }
        updates = await self._post("getUpdates", data, read_timeout=timeout + GRACE_SECONDS)
        return cast(Sequence[object], updates if isinstance(updates, list) else ())


class Polling:
    """Fetches updates until it is told to stop."""

    def __init__(self, bot: PollingBot, take: Take) -> None:
        self._bot = bot
        self._take = take
        self._offset = 0
        self._pause = FIRST_PAUSE
        self._heard = time.monotonic()

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch and keep updates; raises InvalidToken when the token is taken back."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                fetching = asyncio.create_task(self._once(POLL_SECONDS))
                await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not fetching.done():
                    fetching.cancel()
                with suppress(asyncio.CancelledError):
                    await fetching
            # Confirms what the last poll brought; what comes with the answer comes again.
            with suppress(TelegramError):
                await self._bot.raw_updates(self._offset, 0)
        finally:
            stopping.cancel()

    async def _once(self, timeout: int) -> None:
        try:
            updates = await self._bot.raw_updates(self._offset, timeout)
            # Shielded: what has been fetched is kept, also at the stop.
            await asyncio.shield(asyncio.ensure_future(self._take(updates)))
        except InvalidToken:
            raise
        except RetryAfter as error:
            after = error.retry_after
            await asyncio.sleep(after if isinstance(after, int) else after.total_seconds())
        except Conflict:
            log.warning("another process polls with the same token; one of the two has to stop")
            await asyncio.sleep(LONGEST_PAUSE)
        except TelegramError as error:
            log.warning("polling failed and goes on: %s", type(error).__name__)
            await self._wait()
        except LibraryError as error:
            log.warning("updates could not be kept and are asked for again: %s", error)
            await self._wait()
        else:
            self._pause = FIRST_PAUSE
            numbers = [queued.update_id for u in updates if (queued := queued_update(u))]
            self._offset = max((number + 1 for number in numbers), default=self._offset)
            if updates:
                self._heard = time.monotonic()
            elif time.monotonic() - self._heard > SILENCE_SECONDS:
                self._offset = 0
            if updates and not numbers:
                log.warning("updates without a number were passed over")
                await self._wait()

    async def _wait(self) -> None:
        await asyncio.sleep(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
