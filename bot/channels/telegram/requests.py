"""How Telegram's answers are told apart: what it refuses for good must not be sent for ever."""

from http import HTTPStatus
from typing import Any

from telegram.request import HTTPXRequest

# Of these the library makes errors of their own kind; every other 4xx it takes for a bad network.
_KNOWN = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


class Request(HTTPXRequest):
    """Asks Telegram; a request that it will never take, such as one too large, is a bad one."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Return the status and the body."""
        status, body = await super().do_request(*args, **kwargs)
        is_refusal = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        return (HTTPStatus.BAD_REQUEST if is_refusal and status not in _KNOWN else status), body
