"""A browser before the desk: asks over HTTP within the process, keeps the cookie, fills forms."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape

import httpx

from bot.desk.desk import Desk
from bot.desk.login import Login
from bot.desk.site import LOGIN, application
from bot.query_log.log import QueryLog
from bot.review.reader import Reader
from retrieval.pipeline import Searcher
from tests.support.encoders import HashingEncoder

ADDRESS = "http://127.0.0.1"
WHO = "thư ký"
_HIDDEN = re.compile(r'name="ma_bieu_mau" value="([^"]+)"')


@dataclass
class Browser:
    """One browser; ``clock`` is the desk's."""

    client: httpx.AsyncClient
    login: Login
    clock: list[datetime] = field(default_factory=list)

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def page(self, path: str) -> str:
        """Return a page's text, which must be there, unescaped."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    async def enter(self, key: str | None = None) -> httpx.Response:
        return await self.client.post(LOGIN, data={"ma": key or self.login.key})

    async def send(self, page: str, path: str, **fields: str) -> httpx.Response:
        """Send a form of a page, with the token that the page holds."""
        found = _HIDDEN.search((await self.get(page)).text)
        assert found, "the page holds no form"
        return await self.client.post(path, data={**fields, "ma_bieu_mau": found[1]})


def browser(
    log: QueryLog, searcher: Searcher | None = None, hidden: frozenset[str] = frozenset()
) -> Browser:
    """Open a browser before the desk of a log and a library; nobody is logged in yet."""
    login = Login()
    clock = [datetime.now(UTC)]
    library = searcher.library if searcher else None
    ask = searcher.ask if searcher else None
    desk = Desk(Reader(log, WHO), library, HashingEncoder(256), ask, lambda: hidden)
    site = application(desk, login, lambda: clock[0])
    client = httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=ADDRESS)
    return Browser(client, login, clock)
