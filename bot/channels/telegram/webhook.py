"""The bot's own doors: Telegram's webhook, a health check and the metrics. Home of tornado."""

import asyncio
import hmac
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.config import Config
from bot.outbox.metrics import Metrics
from documents.errors import LibraryError

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
MAX_UPDATE = 1024 * 1024  # bytes; the largest update is a few thousand

Take = Callable[[Sequence[object]], Awaitable[None]]


class HttpServer:
    """Serves what the settings ask for: nothing, the metrics, the webhook, or both."""

    def __init__(self, config: Config, take: Take, metrics: Metrics) -> None:
        self._config = config
        self._take = take
        self._metrics = metrics
        self._servers: list[HTTPServer] = []
        # The same after a restart, and telling nothing of the token.
        self.secret = hmac.new((config.token or "").encode(), b"webhook", sha256).hexdigest()

    async def start(self) -> None:
        """Open the ports; raises OSError when one is taken."""
        if self._config.metrics_port:
            routes = [("/metrics", _Metrics, {"metrics": self._metrics}), ("/health", _Health)]
            self._listen(routes, "127.0.0.1", self._config.metrics_port)
        if self._config.webhook_url:
            path = urlsplit(self._config.webhook_url).path or "/"
            webhook = (path, _Webhook, {"take": self._take, "secret": self.secret})
            host, port = self._config.listen
            self._listen([("/health", _Health), webhook], host, port)

    async def stop(self) -> None:
        """Close the ports, when the requests under way are answered."""
        while self._servers:
            server = self._servers.pop()
            server.stop()
            await server.close_all_connections()

    def _listen(self, routes: Sequence[tuple[object, ...]], host: str, port: int) -> None:
        application = Application(list(routes), log_function=_silent)  # type: ignore[arg-type]
        # Not application.listen(), which leaves its socket open when the port is taken.
        listener = socket.create_server((host, port))
        listener.setblocking(False)
        server = HTTPServer(application, max_body_size=MAX_UPDATE)
        server.add_socket(listener)
        self._servers.append(server)


def _silent(_handler: RequestHandler) -> None:
    """Keep addresses and sizes of requests out of the log."""


class _Health(RequestHandler):
    def get(self) -> None:
        """Say that the event loop is alive."""
        self.write("ok\n")


class _Metrics(RequestHandler):
    def initialize(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def get(self) -> None:
        """Give the counters."""
        self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.write(self._metrics.text())


class _Webhook(RequestHandler):
    def initialize(self, take: Take, secret: str) -> None:
        self._take = take
        self._secret = secret

    async def post(self) -> None:
        """Keep an update, then confirm it; Telegram sends again what was not confirmed."""
        given = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.set_status(403)
            return
        try:
            update = json.loads(self.request.body)
        except ValueError:
            self.set_status(400)
            return
        try:
            await asyncio.shield(asyncio.ensure_future(self._take([update])))
        except LibraryError as error:
            log.warning("an update could not be kept and will come again: %s", error)
            self.set_status(503)
