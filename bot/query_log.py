"""queries.db: what was asked, what was found and shown, and what the asker thought of it.

Its own file with its own retention, so that it can be opened for review without exposing anything
else. A chat is always stored as a keyed hash; a user as the log's mode says.
"""

import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from documents import faults
from documents.database import Database, LibraryError
from retrieval.answer import Answer, Citation, Response

FILE = "queries.db"
KEY_FILE = "log.key"
KEY_BYTES = 32
WAIT_SECONDS = 1.0  # for a reader's or a purge's lock: an answer must not wait for its record
PSEUDONYM_CHARACTERS = 16  # 64 bits: a collision among a committee's cadres is out of reach

MIGRATIONS = (
    (
        # AUTOINCREMENT: a button of a purged question must never come to mean another one.
        """
        CREATE TABLE questions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            asked_at TEXT NOT NULL,
            chat TEXT NOT NULL,
            user TEXT,
            question TEXT,
            understood_as TEXT,
            status TEXT NOT NULL CHECK (status IN ('answered', 'unanswered', 'failed')),
            reason TEXT,
            confidence REAL,
            shown TEXT,
            elapsed_ms REAL,
            thumb INTEGER CHECK (thumb IN (-1, 1)),
            thumb_at TEXT
        )
        """,
        "CREATE INDEX questions_by_time ON questions (asked_at)",
        # "place" is where the reply showed the passage, from 1; NULL where it did not.
        """
        CREATE TABLE hits (
            question_id INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
            rank INTEGER NOT NULL,
            passage_id TEXT NOT NULL,
            leg TEXT NOT NULL,
            score REAL NOT NULL,
            quote_start INTEGER NOT NULL,
            quote_end INTEGER NOT NULL,
            place INTEGER,
            PRIMARY KEY (question_id, rank)
        ) WITHOUT ROWID
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class LoggedHit:
    """A passage found for a question; the quote is ``passage.text[quote_start:quote_end]``."""

    rank: int
    passage_id: str
    leg: str
    score: float
    quote_start: int
    quote_end: int
    place: int | None


@dataclass(frozen=True, slots=True)
class Logged:
    """A question as the log holds it, for its buttons."""

    question_id: int
    status: str
    thumb: int | None
    hits: tuple[LoggedHit, ...]

    @property
    def shown(self) -> tuple[LoggedHit, ...]:
        """The passages that the reply showed, in its order."""
        return tuple(sorted((h for h in self.hits if h.place), key=lambda h: h.place or 0))

    @property
    def others(self) -> tuple[LoggedHit, ...]:
        """The passages that the reply did not show, best first."""
        return tuple(hit for hit in self.hits if hit.place is None)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it; ``response`` is None where the search failed."""

    chat_id: int
    user_id: int
    question: str
    response: Response | None
    shown: str
    elapsed_ms: float

    @property
    def status(self) -> str:
        """How it ended: "answered", "unanswered" or "failed"."""
        if self.response is None:
            return "failed"
        return "answered" if isinstance(self.response.reply, Answer) else "unanswered"


class QueryLog:
    """The query log of one data folder; usable from several threads."""

    def __init__(self, data: Path, mode: str = "pseudonymous", days: int = 365) -> None:
        self.mode = mode
        self.days = days
        self._database = Database(data / FILE, MIGRATIONS, wait_seconds=WAIT_SECONDS, durable=False)
        self._key = _key(data / KEY_FILE)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def record(self, exchange: Exchange) -> int:
        """Write one question and return its id; raises LibraryError when it cannot be kept.

        With the log off, only what the buttons need is written: the chat and the passages.
        """
        hits = logged_hits(exchange.response) if exchange.response else ()
        row = {
            "asked_at": _stamp(datetime.now(UTC)),
            "chat": self.pseudonym("chat", exchange.chat_id),
            "status": exchange.status,
        }
        content = {} if self.mode == "off" else self._content(exchange)
        with self._database.writing() as database:
            questions = database.table("questions").insert({**row, **content})
            question_id = int(questions.last_pk or 0)
            database.table("hits").insert_all(
                {
                    "question_id": question_id,
                    "rank": hit.rank,
                    "passage_id": hit.passage_id,
                    "leg": hit.leg,
                    "score": hit.score,
                    "quote_start": hit.quote_start,
                    "quote_end": hit.quote_end,
                    "place": hit.place,
                }
                for hit in hits
            )
        return question_id

    def find(self, question_id: int, chat_id: int) -> Logged | None:
        """Return a question of this chat; None for another chat's, a purged or an unknown one."""
        rows = self._database.rows(
            "SELECT status, thumb FROM questions WHERE id = ? AND chat = ?",
            (question_id, self.pseudonym("chat", chat_id)),
        )
        if not rows:
            return None
        hits = self._database.rows(
            "SELECT rank, passage_id, leg, score, quote_start, quote_end, place"
            " FROM hits WHERE question_id = ? ORDER BY rank",
            (question_id,),
        )
        status, thumb = rows[0]
        return Logged(question_id, status, thumb, tuple(LoggedHit(*hit) for hit in hits))

    def rate(self, question_id: int, thumb: int) -> None:
        """Keep the asker's thumb, 1 for up and -1 for down; a later one replaces it."""
        with self._database.writing() as database:
            database.table("questions").update(
                question_id, {"thumb": thumb, "thumb_at": _stamp(datetime.now(UTC))}
            )

    def purge(self, now: datetime) -> int:
        """Remove what is older than the days of retention, also from the file; return how many."""
        if not self.days:
            return 0
        oldest = _stamp(now - timedelta(days=self.days))
        with self._database.writing() as database:
            removed = database.execute("DELETE FROM questions WHERE asked_at < ?", (oldest,))
            count = int(removed.rowcount)
        if count:
            self._database.rows("VACUUM")
            self._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        return count

    def pseudonym(self, kind: str, number: int) -> str:
        """Return the keyed hash that stands for a chat's or a user's id."""
        digest = hmac.new(self._key, f"{kind}:{number}".encode(), sha256)
        return digest.hexdigest()[:PSEUDONYM_CHARACTERS]

    def _content(self, exchange: Exchange) -> dict[str, str | float | None]:
        user = str(exchange.user_id)
        response = exchange.response
        reply = response.reply if response else None
        return {
            "user": user if self.mode == "full" else self.pseudonym("user", exchange.user_id),
            "question": exchange.question,
            "understood_as": response.understood_as if response else None,
            "reason": None if reply is None or isinstance(reply, Answer) else reply.reason,
            "confidence": reply.confidence if isinstance(reply, Answer) else None,
            "shown": exchange.shown,
            "elapsed_ms": exchange.elapsed_ms,
        }


def logged_hits(response: Response) -> tuple[LoggedHit, ...]:
    """List what was found, with the place in the reply of what it showed.

    A cited passage that is not among the hits is listed after them, as leg "cited".
    """
    reply = response.reply
    cited = reply.citations if isinstance(reply, Answer) else reply.nearest
    # Reversed, so that of several quotes of one passage the first one counts.
    numbered = reversed(tuple(enumerate(cited, 1)))
    shown = {citation.passage_id: (place, citation) for place, citation in numbered}
    listed = []
    for rank, (hit, source) in enumerate(zip(response.hits, response.sources, strict=True), 1):
        place, citation = shown.pop(hit.passage.passage_id, (None, source))
        listed.append(_hit(rank, hit.leg, hit.score, place, citation))
    for rank, (place, citation) in enumerate(reversed(shown.values()), len(listed) + 1):
        listed.append(_hit(rank, "cited", 0.0, place, citation))
    return tuple(listed)


def _hit(rank: int, leg: str, score: float, place: int | None, citation: Citation) -> LoggedHit:
    start = citation.quote_start
    end = start + len(citation.quote)
    return LoggedHit(rank, citation.passage_id, leg, score, start, end, place)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _key(path: Path) -> bytes:
    """Read the key of the pseudonyms, or make one that only this account can read."""
    try:
        if path.exists():
            return path.read_bytes()
        key = secrets.token_bytes(KEY_BYTES)
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise LibraryError(faults.line(error)) from error
    return key
