"""One chat cannot make the others wait, and its own updates keep their order."""

import asyncio
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outbox.models import UPLOAD, QueuedUpdate
from bot.outbox.scheduler import FairTurns


class Served:
    """Records who was served, and how many at once."""

    def __init__(self) -> None:
        self.order: list[tuple[str, int]] = []
        self.now: set[str] = set()
        self.most = 0

    async def __call__(self, update: QueuedUpdate) -> None:
        assert update.chat_id not in self.now
        self.now.add(update.chat_id)
        self.most = max(self.most, len(self.now))
        await asyncio.sleep(0)
        self.order.append((update.chat_id, update.update_id))
        self.now.discard(update.chat_id)
        if "hỏng" in update.body:
            raise RuntimeError(update.body)


def updates(chats: Sequence[str]) -> list[QueuedUpdate]:
    return [QueuedUpdate(n, chat, "{}") for n, chat in enumerate(chats)]


async def test_a_busy_chat_waits_its_turn_behind_the_others() -> None:
    served = Served()
    turns = FairTurns(served, at_once=1)
    turns.add(updates("1111123"))
    await turns.finish(5)
    assert "".join(chat for chat, _ in served.order) == "1231111"


async def test_an_update_that_fails_holds_nobody_up() -> None:
    served = Served()
    turns = FairTurns(served, at_once=2)
    turns.add(
        [QueuedUpdate(1, "1", "hỏng"), QueuedUpdate(2, "1", "{}"), QueuedUpdate(3, "2", "{}")]
    )
    await turns.finish(5)
    assert sorted(number for _, number in served.order) == [1, 2, 3]
    assert turns.waiting == 0


async def test_files_are_worked_on_one_after_the_other_beside_the_questions() -> None:
    begun = []
    go = asyncio.Event()

    async def work(update: QueuedUpdate) -> None:
        begun.append(update.update_id)
        if update.lane == UPLOAD:
            await go.wait()

    turns = FairTurns(work, at_once=3)
    turns.add([QueuedUpdate(1, "1", "{}", lane=UPLOAD), QueuedUpdate(2, "2", "{}", lane=UPLOAD)])
    turns.add([QueuedUpdate(3, "1", "{}")])
    await asyncio.sleep(0.01)
    assert begun == [1, 3]
    go.set()
    await turns.finish(5)
    assert begun == [1, 3, 2]


async def test_stopping_leaves_what_has_not_begun_for_the_next_start() -> None:
    async def work(update: QueuedUpdate) -> None:
        await asyncio.sleep(60)

    turns = FairTurns(work, at_once=1)
    turns.add(updates("12"))
    await turns.finish(0.01)
    assert turns.waiting == 1


@settings(max_examples=50, deadline=None)
@given(st.text("12345", max_size=40), st.integers(1, 4))
def test_every_update_is_served_once_and_in_order_within_its_chat(chats: str, at_once: int) -> None:
    served = Served()

    async def run() -> None:
        turns = FairTurns(served, at_once)
        turns.add(updates(chats))
        await turns.finish(5)

    asyncio.run(run())
    assert sorted(number for _, number in served.order) == list(range(len(chats)))
    for chat in set(chats):
        own = [number for one, number in served.order if one == chat]
        assert own == sorted(own)
    assert served.most <= at_once
