"""Many people at once, a network that drops and delays, and a process that is killed."""

import asyncio
import random
import signal
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.access import Access, Role
from bot.texts import answers
from bot.turn import Person
from tests.telegram_server.server import BotApiServer, SentMessage

ROOT = Path(__file__).parents[2]
ADMIN = 1
AFTER = 10.0  # seconds around a kill in which answers wait for the next start
MARK = "Hiểu là: "
PAGE_KB = 4


@dataclass
class Load:
    """One run: who asked what when, and the process that answers."""

    server: BotApiServer
    data: Path
    options: tuple[str, ...] = ()
    asked: list[SentMessage] = field(default_factory=list)
    killed_at: list[float] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.support.load_bot",
            str(self.data),
            self.server.url,
            self.server.token,
            *self.options,
            cwd=ROOT,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()
        self.killed_at.append(time.monotonic())
        await self.start()

    async def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()

    async def ask(self, user: int) -> None:
        text = f"Câu hỏi số {len(self.asked)} của người thứ {user}"
        self.asked.append(await self.server.send_text(user, user, text))

    @property
    def answers(self) -> dict[str, list[SentMessage]]:
        found: dict[str, list[SentMessage]] = {}
        for message in self.server.sent:
            if MARK in message.text:
                found.setdefault(message.text.split(MARK)[1].strip(), []).append(message)
        return found

    async def settled(self, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while len(self.answers) < len(self.asked):
                await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)

    def memory_mb(self) -> float:
        assert self.process is not None
        statm = Path(f"/proc/{self.process.pid}/statm").read_text()
        return int(statm.split()[1]) * PAGE_KB / 1024


def let_in(data: Path, users: int) -> None:
    with closing(Access(data, (str(ADMIN),))) as access:
        for user in range(1000, 1000 + users):
            access.give(Person(str(user), f"Người {user}"), Role.CADRE, by=str(ADMIN))


async def offer(load: Load, questions: int, users: int, a_second: float, kills: int) -> None:
    """Ask at a steady rate, killing the process at moments spread over the time."""
    rng = random.Random(7)
    loop = asyncio.get_running_loop()
    begin = loop.time()
    moments = [questions * (n + 1) // (kills + 1) + rng.randint(-5, 5) for n in range(kills)]
    killing: asyncio.Task[None] | None = None
    for number in range(questions):
        await asyncio.sleep(max(0.0, begin + number / a_second - loop.time()))
        if number in moments:
            killing = asyncio.create_task(load.kill())
        if rng.random() < 0.01:
            load.server.fail_next("sendMessage", status=429, retry_after=1)
        if rng.random() < 0.01:
            load.server.fail_next("sendMessage", drop="before")
        await load.ask(1000 + number % users)
    if killing:
        await killing


def judged(load: Load) -> dict[str, float]:
    """Check that nothing was lost or reordered; return what was measured."""
    answers = load.answers
    assert [m.text for m in load.asked if m.text not in answers] == []
    for user in {message.chat_id for message in load.asked}:
        own = [message.text for message in load.asked if message.chat_id == user]
        first = [answers[text][0].at for text in own]
        assert first == sorted(first)
    doubles = Counter(len(found) for found in answers.values())
    calm = sorted(
        answers[m.text][0].at - m.at
        for m in load.asked
        if not any(at - AFTER < m.at < at + AFTER for at in load.killed_at)
    )
    waits = sorted(answers[m.text][0].at - m.at for m in load.asked)
    return {
        "questions": len(load.asked),
        "answered_twice": sum(count for times, count in doubles.items() if times > 1),
        "p50_ms": 1000 * waits[len(waits) // 2],
        "p95_ms": 1000 * waits[int(len(waits) * 0.95)],
        "longest_s": waits[-1],
        "calm_p95_ms": 1000 * calm[int(len(calm) * 0.95)] if calm else 0.0,
        "kills": len(load.killed_at),
        "rate_breaches": len(load.server.rate_breaches),
    }


async def run(
    data: Path, *, questions: int, users: int, a_second: float, kills: int, search: bool = False
) -> dict[str, float]:
    let_in(data, users)
    async with BotApiServer() as server:
        load = Load(server, data, ("--search",) if search else ())
        await load.start()
        await server.send_text(1000, 1000, "/help")
        await server.wait_for(1, timeout=60)
        await asyncio.sleep(1.1)
        await offer(load, questions, users, a_second, kills)
        await load.settled(60)
        measured = judged(load)
        assert await load.stop() == 0
        assert server.rejected == []
    return measured


async def test_a_kill_in_the_middle_loses_no_question(tmp_path: Path) -> None:
    measured = await run(tmp_path, questions=60, users=30, a_second=30, kills=1)
    # The one that was on its way when the process ended may come again, and no other.
    assert measured["answered_twice"] <= 6


@pytest.mark.slow
async def test_200_people_ask_2000_questions_through_faults_and_three_kills(
    tmp_path: Path,
) -> None:
    measured = await run(tmp_path, questions=2000, users=200, a_second=20, kills=3)
    print(f"\nthree kills: {measured}")
    # Only what was on its way when the process ended may come twice.
    assert measured["answered_twice"] <= 3 * 6
    # A chat may be written to just before the end and just after the start; nothing else is fast.
    assert measured["rate_breaches"] <= 3 * 6


@pytest.mark.slow
async def test_with_the_real_search_95_of_100_answers_come_within_400_ms(tmp_path: Path) -> None:
    measured = await run(tmp_path, questions=1000, users=200, a_second=20, kills=0, search=True)
    print(f"\nreal search, no kills: {measured}")
    assert measured["answered_twice"] == 0
    assert measured["p95_ms"] <= 400


@pytest.mark.slow
async def test_memory_is_flat_over_20000_questions(tmp_path: Path) -> None:
    let_in(tmp_path, 200)
    async with BotApiServer() as server:
        load = Load(server, tmp_path, ("--unlimited",))
        await load.start()
        sizes = []
        for batch in range(20):
            for number in range(1000):
                await load.ask(1000 + number % 200)
            await load.settled(300)
            sizes.append(load.memory_mb())
            server.calls.clear()
            assert len(load.answers) == 1000
            server.sent.clear()
            load.asked.clear()
            server.world.messages.clear()
            print(f"{(batch + 1) * 1000} questions: {sizes[-1]:.0f} MB", flush=True)
        assert await load.stop() == 0
    assert sizes[-1] - sizes[1] < 50


async def test_a_crowd_of_strangers_holds_up_nobody_who_was_let_in(tmp_path: Path) -> None:
    members, strangers, messages = 10, 300, 3000
    let_in(tmp_path, members)
    async with BotApiServer() as server:
        load = Load(server, tmp_path)
        await load.start()
        await server.send_text(1000, 1000, "/help")
        await server.wait_for(1, timeout=60)
        for number in range(messages):
            user = 50_000 + number % strangers
            await server.send_text(user, user, "Cho tôi hỏi")
        for number in range(members):
            await load.ask(1000 + number)
        await load.settled(60)
        measured = judged(load)
        print(f"\na crowd of strangers: {measured}")
        assert measured["longest_s"] < 10
        assert answers.CROWDED not in {message.text for message in server.sent}
        assert await load.stop() == 0
