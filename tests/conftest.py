"""Fixtures shared by the tests."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.telegram_server.server import BotApiServer

SHARED_DATA = Path(__file__).parent.parent.parent / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--index", default="files", help="files, postgres or an address")
    parser.addoption("--bit-flips", type=int, default=12, help="bits flipped in each file")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--index") != "files":
        for item in items:
            if item.get_closest_marker("files"):
                item.add_marker(pytest.mark.skip(reason="it is about an index of files"))


@pytest.fixture(scope="session", autouse=True)
def no_reader_unless_asked_for() -> Iterator[None]:
    """Answer by words, in every process of the run: the fakes' vectors are no text to a reader."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACUU_READER", "off")
        yield


@pytest.fixture(scope="session", autouse=True)
def where_indexes_lie(request: pytest.FixtureRequest) -> Iterator[str]:
    """Put every index of the run where --index says."""
    place = str(request.config.getoption("--index"))
    if place == "files":
        yield place
        return
    from tests.support.postgres import running_postgres, shared_everywhere

    with ExitStack() as stack:
        if place == "postgres":
            place = stack.enter_context(running_postgres())
        stack.enter_context(shared_everywhere(place))
        yield place


@pytest.fixture(scope="session")
def postgres(where_indexes_lie: str) -> Iterator[str]:
    """The address of a real PostgreSQL with pgvector."""
    if where_indexes_lie != "files":
        yield where_indexes_lie
        return
    pytest.importorskip("psycopg")
    from tests.support.postgres import running_postgres

    with running_postgres() as address:
        yield address


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
