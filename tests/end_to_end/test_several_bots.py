"""Two real bots of one data folder behind one webhook, both on the index that they share."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

from bot.access import Access, Role
from bot.outbox.store import Mailbox
from bot.turn import Person
from documents.store.library import FILE_NAME, Library
from tests.support.builders import make_document
from tests.support.encoders import HashingEncoder
from tests.support.sample_library import DOCUMENTS, shelve
from tests.telegram_server.server import BotApiServer

ROOT = Path(__file__).parents[2]
CADRES = (501, 502)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Balancer:
    """Passes one connection to the first bot, the next to the second; counts what each took."""

    def __init__(self, ports: tuple[int, int]) -> None:
        self.ports = ports
        self.taken = [0, 0]

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place = sum(self.taken) % 2
        try:
            other = await asyncio.open_connection("127.0.0.1", self.ports[place])
        except OSError:  # not up yet: Telegram comes again
            writer.close()
            return
        self.taken[place] += 1
        await asyncio.gather(_passed(reader, other[1]), _passed(other[0], writer))


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def running(data: Path, server: BotApiServer, address: str) -> AsyncIterator[Balancer]:
    """Start two bots and the balancer before them; end them as a service manager does."""
    balancer = Balancer((free_port(), free_port()))
    listening = await asyncio.start_server(balancer.connected, "127.0.0.1", 0)
    webhook = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/tele"
    async with AsyncExitStack() as stack:
        stack.callback(listening.close)
        bots = []
        for instance, port in zip("ab", balancer.ports, strict=True):
            command = ("-m", "tests.support.instance_bot", data, server.url, server.token, address)
            bots.append(
                await asyncio.create_subprocess_exec(
                    sys.executable, *map(str, (*command, instance, port, webhook)), cwd=ROOT
                )
            )
        async with asyncio.timeout(60):
            while len(server.calls_to("setWebhook")) < 2:
                assert all(bot.returncode is None for bot in bots)
                await asyncio.sleep(0.05)
        yield balancer
        for bot in bots:
            bot.send_signal(signal.SIGTERM)
        assert [await bot.wait() for bot in bots] == [0, 0]


async def test_two_bots_answer_from_one_index_and_follow_what_is_added(
    tmp_path: Path, server: BotApiServer, postgres: str
) -> None:
    encoder = HashingEncoder(256)
    with Library(tmp_path / FILE_NAME) as library:
        shelve(library, encoder, DOCUMENTS)
        with closing(Access(tmp_path, ("1",))) as access:
            for cadre in CADRES:
                access.give(Person(str(cadre), f"Cán bộ {cadre}"), Role.CADRE, by="1")
        async with running(tmp_path, server, postgres) as balancer:
            for cadre in CADRES:
                said = await server.ask(cadre, "Giấy mời gửi trước mấy ngày làm việc?")
                assert "ba ngày làm việc" in said.text
            shelve(
                library,
                encoder,
                [make_document("Văn phòng trực lễ từ 07 giờ.", number="78-QĐ/TU", title="Trực lễ")],
            )
            for cadre in CADRES:
                said = await server.ask(cadre, "Văn phòng trực lễ từ mấy giờ?")
                assert "07 giờ" in said.text
            library.remove(DOCUMENTS[-1].document_id)
            for cadre in CADRES:
                said = await server.ask(cadre, "Giấy mời gửi trước mấy ngày làm việc?")
                assert "ba ngày làm việc" not in said.text
            assert balancer.taken[0] >= 3
            assert balancer.taken[1] >= 3
    for instance in "ab":
        with closing(Mailbox(tmp_path, instance)) as mailbox:
            assert (mailbox.waiting(), mailbox.unsent()) == ((), ())
    assert server.rejected == []
