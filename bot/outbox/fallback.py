"""The mailbox while the disk takes nothing: work goes on in memory, what is owed is written later.

What an earlier run left stays where it is meanwhile: whether it was said cannot be noted, and so it
would be said again by every start.
"""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import TypeVar

from bot.outbox.models import Fault, OutgoingMessage, QueuedMessage, QueuedUpdate, SetAside
from bot.outbox.store import Mailbox
from documents.errors import LibraryError

T = TypeVar("T")

Addressed = Sequence[tuple[str, OutgoingMessage]]
LeftOver = tuple[tuple[QueuedUpdate, ...], tuple[QueuedMessage, ...]]


class FallbackMailbox:
    """A mailbox that is never at a loss; for one thread. ``trouble`` is why nothing is written."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self.trouble: str | None = None
        self._debts: deque[Callable[[], Sequence[QueuedMessage]]] = deque()
        self._came: set[int] = set()  # updates that no file knows of yet
        self._unanswered: set[int] = set()  # those among them that are still worked on
        self._answered: set[int] = set()  # updates in the file that were answered from memory
        self._heard: set[tuple[Fault, str]] = set()
        self._numbers = count(-1, -1)  # of messages in memory alone
        self._is_postponed = False
        self._late_updates: tuple[QueuedUpdate, ...] = ()
        self._late_messages: list[QueuedMessage] = []

    def left_over(self) -> LeftOver:
        """Return what an earlier run left, once it can be noted that it is tried again."""
        try:
            return self._write(self._left_over)
        except LibraryError:
            self._is_postponed = True
            return (), ()

    def recover(self) -> LeftOver:
        """Try the disk again after trouble; return what had to wait for it."""
        if self.trouble is not None:
            try:
                self._write(self._mailbox.probe)
            except LibraryError:
                return (), ()
        late = self._late_updates, tuple(self._late_messages)
        self._late_updates, self._late_messages = (), []
        return late

    def accept(self, updates: Sequence[QueuedUpdate]) -> tuple[QueuedUpdate, ...]:
        """Keep updates, in memory where there is nothing else; return those that are new."""
        unknown = [update for update in updates if update.update_id not in self._came]
        try:
            return self._write(partial(self._mailbox.accept, unknown))
        except LibraryError:
            new = tuple(one for one in unknown if not self._mailbox.remembers(one.update_id))
        ids = frozenset(update.update_id for update in new)
        self._came |= ids
        self._unanswered |= ids
        self._debts.append(partial(self._remember, ids))
        return new

    def settle(self, update_id: int, messages: Addressed) -> tuple[QueuedMessage, ...] | None:
        """Put the reply to an update in its place; None where it has been answered already."""
        if update_id in self._unanswered:
            self._unanswered.discard(update_id)
            return self.post(messages)
        if update_id in self._answered:
            return None
        try:
            return self._write(partial(self._mailbox.settle, update_id, messages))
        except LibraryError:
            self._answered.add(update_id)
            self._debts.append(lambda: self._mailbox.settle(update_id, ()) or ())
            return self._in_memory(messages)

    def defer(self, update_id: int, messages: Addressed) -> tuple[QueuedMessage, ...] | None:
        """Say something first, and keep the update for the lane of long work."""
        if update_id in self._unanswered:
            return self.post(messages)
        try:
            return self._write(partial(self._mailbox.defer, update_id, messages))
        except LibraryError:
            self._debts.append(lambda: self._mailbox.defer(update_id, ()) or ())
            return self._in_memory(messages)

    def post(self, messages: Addressed) -> tuple[QueuedMessage, ...]:
        """Put something on its way."""
        try:
            return self._write(partial(self._mailbox.post, messages))
        except LibraryError:
            return self._in_memory(messages)

    def sending(self, queued: QueuedMessage, begun: bool = True) -> bool:
        """Note that a message is about to be sent, or did not arrive; False where it cannot be."""
        if queued.queue_id < 0:
            return True
        try:
            self._write(partial(self._mailbox.sending, queued, begun))
        except LibraryError:
            return False
        return True

    def taken(self, queued: QueuedMessage) -> tuple[QueuedMessage, ...]:
        """Forget what Telegram has taken."""
        if queued.queue_id < 0:
            return ()
        forget = partial(self._mailbox.taken, queued)
        try:
            return self._write(forget)
        except LibraryError:
            self._debts.append(forget)
            return ()

    def set_aside(
        self, queued: QueuedMessage, why: SetAside, instead: Addressed
    ) -> tuple[tuple[QueuedMessage, ...], bool]:
        """Forget what Telegram will never take; say whether the fault is heard of first now."""
        is_new = (why.fault, why.subject) not in self._heard
        self._heard.add((why.fault, why.subject))
        if queued.queue_id < 0:
            return self.post(instead), is_new
        try:
            return self._write(partial(self._mailbox.set_aside, queued, why, instead))
        except LibraryError:
            self._debts.append(lambda: self._mailbox.set_aside(queued, why)[0])
            return self._in_memory(instead), is_new

    def move(self, old: str, new: str) -> None:
        """Follow a group that became a supergroup."""
        try:
            self._write(partial(self._mailbox.move, old, new))
        except LibraryError:
            self._debts.append(partial(self._move, old, new))

    def announce(
        self, announcement_id: int, chats: Sequence[str], message: OutgoingMessage
    ) -> tuple[QueuedMessage, ...]:
        """Send an announcement out; raises LibraryError where it cannot be kept until it is."""
        return self._write(partial(self._mailbox.announce, announcement_id, chats, message))

    def _write(self, work: Callable[[], T]) -> T:
        """Write what is owed, then this; raises LibraryError while the disk takes nothing."""
        try:
            while self._debts:
                self._late_messages.extend(self._debts[0]())
                self._debts.popleft()
            if self._is_postponed:
                self._late_updates, messages = self._left_over()
                self._late_messages.extend(messages)
                self._is_postponed = False
            done = work()
        except LibraryError as error:
            self.trouble = str(error)
            raise
        self.trouble = None
        self._answered.clear()
        return done

    def _left_over(self) -> LeftOver:
        return self._mailbox.waiting(), self._mailbox.unsent()

    def _remember(self, update_ids: frozenset[int]) -> tuple[()]:
        self._mailbox.remember(update_ids)
        self._came -= update_ids
        return ()

    def _move(self, old: str, new: str) -> tuple[()]:
        self._mailbox.move(old, new)
        return ()

    def _in_memory(self, messages: Addressed) -> tuple[QueuedMessage, ...]:
        return tuple(
            QueuedMessage(next(self._numbers), chat_id, message) for chat_id, message in messages
        )
