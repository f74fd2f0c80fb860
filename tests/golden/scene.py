"""A chat written down as it looks, for review by eye: who says what, with styles and buttons."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.access import Role
from bot.turn import Person
from documents.document import Document
from documents.store import lock
from documents.store.library import FILE_NAME, Library
from index.ingest.ingest import add_files
from index.ingest.results import Options, Outcome
from retrieval.pipeline import Searcher
from tests.support.encoders import HashingEncoder
from tests.support.running_bot import ADMIN, CADRE, Office
from tests.support.sample_library import open_searcher, shelve
from tests.telegram_server.server import BotApiServer, SentMessage

STAFF = 601
NAMES = {ADMIN: "Quản trị", CADRE: "Cán bộ", STAFF: "Chuyên viên", 777: "Người mới"}
BARS = {"blockquote": "│ ", "expandable_blockquote": "┊ "}
MARKS = {"bold": "**", "italic": "__"}


class Scene:
    """One scenario: its people, the bot, and the lines written so far."""

    def __init__(self, server: BotApiServer, office: Office, searcher: Searcher) -> None:
        self._searcher = searcher
        self.server = server
        self.office = office
        self.lines: list[str] = []
        self._seen = 0

    def note(self, text: str) -> None:
        """Write a stage direction."""
        self.lines.append(f"({text})\n")

    async def say(self, user: int, text: str, group: int | None = None) -> SentMessage | None:
        """Type a text; return the bot's last new message, where there is one."""
        self.lines.append(f"{_where(group)}{NAMES[user]}: {text}")
        kind = "private" if group is None else "supergroup"
        await self.server.send_text(
            group or user, user, text, chat_type=kind, first_name=NAMES[user]
        )
        return await self.see()

    async def press(self, message: SentMessage | None, label: str, user: int) -> SentMessage | None:
        """Press a button; return the bot's last new message, where there is one."""
        assert message is not None, self.text()
        now = self.server.world.messages[message.chat_id, message.message_id]
        self.lines.append(f"{NAMES[user]} bấm [{label}]")
        answered = len(self.server.answers)
        await self.server.press(now, label, user)
        async with asyncio.timeout(15):
            while len(self.server.answers) == answered:
                await asyncio.sleep(0.01)
        notice = self.server.answers[-1].text
        if notice:
            self.lines.append(f"    ({notice})")
        return await self.see()

    async def send_file(self, user: int, name: str, content: bytes, kind: str = "document") -> None:
        """Send a file, a picture or a voice message."""
        self.lines.append(f"{NAMES[user]} gửi {kind} {name}")
        await self.server.send_document(user, user, name, content, kind=kind)
        await self.see()

    def shelve(self, document: Document) -> None:
        """Add a document to the library of the running bot."""
        assert isinstance(self._searcher.encoder, HashingEncoder)
        shelve(self._searcher.library, self._searcher.encoder, (document,))

    async def hear(self, words: str) -> None:
        """Wait until the bot has said something that no update led to, and write it down."""
        await self.server.wait_for(lambda message: words in message.text)
        await self.see()

    async def see(self) -> SentMessage | None:
        """Write down what the bot has sent since."""
        await self.office.idle()
        new = self.server.sent[self._seen :]
        self._seen = len(self.server.sent)
        for message in new:
            self.lines.append(_shown(message))
        self.lines.append("")
        return new[-1] if new else None

    def text(self) -> str:
        """Return the whole scene."""
        return "\n".join(self.lines).rstrip() + "\n"


@asynccontextmanager
async def a_scene(data: Path) -> AsyncIterator[Scene]:
    """Open the bot over a small real library with the real search; close both at the end."""
    searcher = open_searcher(data)

    def add(path: Path, replace: bool, hidden: frozenset[str]) -> tuple[Outcome, ...]:
        with lock.writing(data):
            options = Options(replace=replace, hidden=hidden)
            return tuple(add_files(data, searcher.library, searcher.encoder, [path], options))

    async with BotApiServer() as server:
        office = Office(data, server, searcher.ask, add, lambda data: Library(data / FILE_NAME))
        await office.open()
        office.access.give(Person(str(STAFF), "Chuyên viên"), Role.STAFF, by=str(ADMIN))
        scene = Scene(server, office, searcher)
        yield scene
        await office.close()
        searcher.library.close()
        assert server.rejected == []


def _where(group: int | None) -> str:
    return "" if group is None else "[nhóm] "


def _shown(message: SentMessage) -> str:
    to = "nhóm" if message.chat_id < 0 else NAMES.get(message.chat_id, str(message.chat_id))
    changed = " (sửa)" if message.method.startswith("edit") else ""
    head = f"  Bot → {to}{changed}:"
    text = _marked(message)
    if message.file:
        text = f"📎 {message.file.name}\n{text}"
    rows = (" ".join(f"[{button.text}]" for button in row) for row in message.rows)
    return "\n".join([head, *(f"    {line}" for line in (*text.split("\n"), *rows))])


def _marked(message: SentMessage) -> str:
    """Write styles as marks and quotes as bars before their lines."""
    raw = message.text.encode("utf-16-le")
    units = [raw[n : n + 2] for n in range(0, len(raw), 2)]
    before: dict[int, str] = {}
    after: dict[int, str] = {}
    bars: dict[int, str] = {}
    for entity in message.entities:
        if mark := MARKS.get(entity.type):
            before[entity.offset] = mark + before.get(entity.offset, "")
            after[entity.end] = after.get(entity.end, "") + mark
        if bar := BARS.get(entity.type):
            bars.update(dict.fromkeys(range(entity.offset, entity.end), bar))
    out, at_line_start = "", True
    for n, unit in enumerate(units):
        out += after.get(n, "")
        if at_line_start:
            out += bars.get(n, "")
        out += before.get(n, "")
        out += unit.decode("utf-16-le", "surrogatepass")
        at_line_start = unit == b"\n\0"
    out += after.get(len(units), "")
    return out.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
