"""Faults a test arranges: Telegram refusing, breaking off, or taking its time."""

from dataclasses import dataclass

from tests.telegram_server.types import NOT_MODIFIED, TERMINATED, UPGRADED, ApiError

ANY = "*"
DROPS = (None, "before", "after")
DESCRIPTIONS = {
    400: f"Bad Request: {NOT_MODIFIED}",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    409: TERMINATED,
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call of a method: a delay, then an error or a closed connection.

    ``drop`` closes the connection without an answer, "before" the call takes effect or "after".
    """

    method: str
    error: ApiError | None = None
    drop: str | None = None
    delay: float = 0.0

    def fits(self, method: str) -> bool:
        """Say whether the fault is for this method; "*" is any but the polling."""
        return self.method == method or (self.method == ANY and method != "getUpdates")

    def __str__(self) -> str:
        parts = [f"delay {self.delay}"] if self.delay else []
        if self.error:
            parts.append(f"{self.error.status} {self.error.description}")
        if self.drop:
            parts.append(f"drop {self.drop}")
        return ", ".join(parts)


class Faults:
    """The faults still to come, in the order they were arranged."""

    def __init__(self) -> None:
        self.faults_left: list[Fault] = []

    def fail_next(
        self,
        method: str = ANY,
        *,
        status: int | None = None,
        description: str | None = None,
        retry_after: int = 1,
        migrate_to: int | None = None,
        drop: str | None = None,
        delay: float = 0.0,
        times: int = 1,
    ) -> None:
        """Arrange a fault for the next calls of a method; "*" is any but getUpdates.

        ``drop`` is "before" (nothing happened) or "after" (it did, the bot is not told).
        """
        if drop not in DROPS:
            raise ValueError(f"drop is one of {DROPS}, not {drop!r}")
        error = None
        if migrate_to is not None:
            error = ApiError(400, f"Bad Request: {UPGRADED}", migrate_to=migrate_to)
        elif status is not None:
            text = description or DESCRIPTIONS[status].format(retry_after=retry_after)
            error = ApiError(status, text, retry_after=retry_after if status == 429 else None)
        self.faults_left.extend([Fault(method, error, drop, delay)] * times)

    def next_fault(self, method: str) -> Fault | None:
        """Take the first fault that fits a call."""
        for position, fault in enumerate(self.faults_left):
            if fault.fits(method):
                return self.faults_left.pop(position)
        return None
