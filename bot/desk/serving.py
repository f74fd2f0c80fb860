"""The desk's server: on this machine alone, and quiet. Home of uvicorn."""

import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from bot.desk.desk import Desk
from bot.desk.login import Login
from bot.desk.site import LOGIN, application
from bot.errors import ReviewError
from bot.texts import desk as texts

HOST = "127.0.0.1"


def serve(desk: Desk, port: int, tell: Callable[[str], None]) -> None:
    """Serve until Ctrl+C, after telling the address that logs in once.

    Raises ReviewError where something else listens at the port.
    """
    login = Login()
    # No access log: addresses hold what was searched for, and the log of looks has them.
    config = uvicorn.Config(
        application(desk, login), log_level="error", access_log=False, server_header=False
    )
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        raise ReviewError(texts.port_taken(port)) from error
    with listening, suppress(KeyboardInterrupt):
        tell(f"http://{HOST}:{port}{LOGIN}?ma={login.key}")
        uvicorn.Server(config).run([listening])
