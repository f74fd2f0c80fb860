"""Who may see the desk: one address, used once, and the browser it was used in."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

STAYS = timedelta(hours=12)  # a working day; then the command has to be started again


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is logged in: its form token, and until when."""

    form_token: str
    until: datetime


class Login:
    """The one key of a run and the sessions that came of it; usable from several threads."""

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(32)
        self._used = False
        self._lock = Lock()
        self._sessions: dict[str, Session] = {}

    def fits(self, key: str) -> bool:
        """Whether a key would log in now."""
        return not self._used and hmac.compare_digest(key.encode(), self.key.encode())

    def enter(self, key: str, now: datetime) -> str | None:
        """Use the key up and return the cookie of a session; None for another or a used one."""
        with self._lock:
            if not self.fits(key):
                return None
            self._used = True
            cookie = secrets.token_urlsafe(32)
            self._sessions[cookie] = Session(secrets.token_urlsafe(32), now + STAYS)
            return cookie

    def session(self, cookie: str | None, now: datetime) -> Session | None:
        """Return the session of a cookie, as long as it lasts."""
        found = self._sessions.get(cookie or "")
        return found if found and now < found.until else None
