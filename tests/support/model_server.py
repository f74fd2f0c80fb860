"""A language model's endpoint on this machine that answers as told, well or badly."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behave = Callable[["ModelServer", BaseHTTPRequestHandler], None]


class ModelServer(ThreadingHTTPServer):
    """Keeps what it was asked; ``behave`` writes the reply."""

    daemon_threads = True

    def __init__(self, behave: Behave) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behave = behave
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """The address to set as TRACUU_LLM_URL."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hung up, as they should on a server like this."""


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.asked.append(json.loads(self.rfile.read(length)))
        self.server.keys.append(self.headers["Authorization"])
        assert self.path == "/v1/chat/completions"
        self.server.behave(self.server, self)

    def log_message(self, *_arguments: Any) -> None:
        """Keep the tests' output clean."""


@contextmanager
def serving(behave: Behave) -> Iterator[ModelServer]:
    """Serve until the block ends."""
    server = ModelServer(behave)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def saying(text: object) -> Behave:
    """Reply as a well-behaved endpoint does, with this content."""
    return raw(json.dumps({"choices": [{"message": {"content": text}}]}).encode())


def raw(body: bytes, status: int = 200) -> Behave:
    """Reply with any bytes."""

    def behave(_server: ModelServer, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def silent(server: ModelServer, _handler: BaseHTTPRequestHandler) -> None:
    """Never reply."""
    server.stopping.wait(30)


def trickling(server: ModelServer, handler: BaseHTTPRequestHandler) -> None:
    """Reply one blank at a time, without end."""
    handler.send_response(200)
    handler.end_headers()
    while not server.stopping.is_set():
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def endless(server: ModelServer, handler: BaseHTTPRequestHandler) -> None:
    """Reply more and more, as fast as it goes."""
    handler.send_response(200)
    handler.end_headers()
    while not server.stopping.is_set():
        handler.wfile.write(b"x" * 65_536)


def hanging_up(_server: ModelServer, handler: BaseHTTPRequestHandler) -> None:
    """Promise a long reply and go."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.wfile.flush()
    handler.connection.close()
