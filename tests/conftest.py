"""Fixtures shared by the tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot_api_server import BotApiServer

SHARED_DATA = Path(__file__).parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real documents and question sets that lies beside the project, if it does."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real documents are not beside the project")
    return SHARED_DATA


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A strict local Telegram; a test of the bot ends with ``assert server.rejected == []``."""
    async with BotApiServer() as running:
        yield running
