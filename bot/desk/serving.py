"""The desk's server: on this machine alone, and quiet. Home of uvicorn."""

from collections.abc import Callable

import uvicorn

from bot.desk.desk import Desk
from bot.desk.login import Login
from bot.desk.site import LOGIN, application

HOST = "127.0.0.1"


def serve(desk: Desk, port: int, tell: Callable[[str], None]) -> None:
    """Serve until Ctrl+C, after telling the address that logs in once."""
    login = Login()
    # No access log: addresses hold what was searched for, and the log of looks has them.
    config = uvicorn.Config(
        application(desk, login),
        HOST,
        port,
        log_level="error",
        access_log=False,
        server_header=False,
    )
    tell(f"http://{HOST}:{port}{LOGIN}?ma={login.key}")
    uvicorn.Server(config).run()
