"""Whatever arrives as an update: no unhandled error, and nothing that Telegram would refuse."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import commands
from tests.support.running_bot import ADMIN, CADRE, GROUP, NEWCOMER, Office
from tests.support.scripted_bot import Desk
from tests.telegram_server.server import BotApiServer
from tests.telegram_server.types import Wire

TEXTS = st.sampled_from(
    [
        "",
        " ",
        "\u200b\u200f\u202e",
        "\u202eđảo ngược",
        "😀" * 4096,
        "a" * 5000,
        "\ud83d",
        "\x00\x01",
        "/",
        "/hoi",
        "/start " + "x" * 5000,
        "@tracuu_test_bot",
        "Tuổi đời của người vào Đảng năm 2019?",
        "Câu lạ",
        *(f"/{name}" for name in commands.VIETNAMESE),
        *(f"/{name} 15 \u202e😀 {'x' * 300}" for name in commands.VIETNAMESE),
    ]
) | st.text(max_size=60)
NUMBERS = st.sampled_from([0, 1, -1, CADRE, ADMIN, GROUP, 2**31, 2**52, 2**63, -(2**70)])
STRANGE = (
    st.none()
    | st.booleans()
    | NUMBERS
    | TEXTS
    | st.floats()
    | st.just([])
    | st.just({})
    | st.just([{}])
)
ACTIONS = TEXTS | st.from_regex(
    r"(a:yes|a:no|a:ask|[pstudwrbyceonmf]|vl|vf|vd|m:[pgx]):[0-9a-z]{0,12}(:[0-9a-z]{0,20}){0,2}",
    fullmatch=True,
)


def person(user_id: int) -> Wire:
    return {"id": user_id, "is_bot": False, "first_name": "An", "language_code": "vi"}


def private(user_id: int) -> Wire:
    return {"id": user_id, "type": "private", "first_name": "An"}


MEDIA: tuple[Wire, ...] = (
    {"photo": [{"file_id": "F", "file_unique_id": "f", "width": 1, "height": 1}]},
    {"voice": {"file_id": "F", "file_unique_id": "f", "duration": 1}},
    {"document": {"file_id": "F", "file_unique_id": "f", "file_name": "../\u202e.txt"}},
    {"sticker": {"file_id": "S"}},
    {"location": {"latitude": 1, "longitude": 2}},
    {"poll": {}},
)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, Wire]:
    """Return an update that is nearly right, then with fields absent, of wrong type or huge."""
    user = draw(st.sampled_from([CADRE, ADMIN, NEWCOMER]))
    message: Wire = {
        "message_id": draw(st.integers(1, 10_000)),
        "date": 1_760_000_000,
        "chat": private(user),
        "from": person(user),
        "text": draw(TEXTS),
    }
    if draw(st.integers(0, 3)) == 0:
        del message["text"]
        message |= draw(st.sampled_from(MEDIA))
    query = {
        "id": "1",
        "from": person(user),
        "chat_instance": "1",
        "data": draw(ACTIONS),
        "message": message,
    }
    inline = {"id": "1", "from": person(user), "query": draw(TEXTS), "offset": ""}
    kind, body = draw(
        st.sampled_from([("message", message), ("callback_query", query), ("inline_query", inline)])
    )
    return kind, _spoiled(body, draw)


def _spoiled(body: Wire, draw: st.DrawFn) -> Wire:
    body = json.loads(json.dumps(body))
    places = [(body, name) for name in body]
    places += [(v, name) for v in body.values() if isinstance(v, dict) for name in v]
    for holder, name in draw(st.lists(st.sampled_from(places), max_size=2)):
        if draw(st.booleans()):
            holder.pop(name, None)
        else:
            holder[name] = draw(STRANGE)
    return body


class Sifted(logging.Handler):
    """Keeps what the library logs as an error that nobody handled."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.unhandled: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # The bot's own line for a failing handler is a handled error.
        if not record.name.startswith("bot.channels.telegram.handlers"):
            self.unhandled.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture
def sifted() -> Iterator[Sifted]:
    handler = Sifted()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


async def feed(data: Path, updates: list[tuple[str, Wire]]) -> tuple[list[Any], bool, int]:
    """Give the bot these updates; return what the server refused, and whether all is answered."""
    async with BotApiServer() as server:
        for user in (CADRE, ADMIN, NEWCOMER):
            await server.send_text(user, user, "/help")
        office = Office(data, server, Desk())
        await office.open()
        await office.idle()
        for kind, body in updates:
            await server.push(kind, body)
        await office.idle(60)
        alive = (await server.ask(CADRE, "/help", timeout=20)).text
        await office.idle()
        left = len(office.mailbox.waiting()) + len(office.mailbox.unsent())
        await office.close()
        # Invented message ids and queries are no fault of the bot's.
        known = ("query is too old", "message to edit not found", "message can't be edited")
        refused = [r for r in server.rejected if not any(k in r.reason for k in known)]
        own = ("chat not found", "invalid file_id")
        return [r for r in refused if not any(k in r.reason for k in own)], bool(alive), left


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(bodies(), min_size=20, max_size=40))
def test_no_update_is_left_unhandled_or_answered_with_what_telegram_refuses(
    tmp_path: Path, sifted: Sifted, updates: list[tuple[str, Wire]]
) -> None:
    folder = tmp_path / str(len(list(tmp_path.iterdir())))  # a new bot for a new server
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.channels.telegram.delivery.SECONDS_A_MESSAGE", 0.0)
        patch.setattr("bot.channels.telegram.delivery.FIRST_PAUSE", 0.01)
        patch.setattr("bot.channels.telegram.uploads.FETCH_PAUSES", (0.0,))
        refused, alive, left = asyncio.run(feed(folder, updates))
    assert refused == []
    assert alive
    assert left == 0
    assert sifted.unhandled == []
