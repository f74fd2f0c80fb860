"""queries.db: what was asked, what was found and shown, and what the asker thought of it.

Its own file with its own retention, so that it can be opened for review without exposing anything
else. Chats and users are stored as keyed hashes; with the log full, a table leads back to users.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.query_log import retention
from bot.query_log.models import Asked, Exchange, Logged, LoggedHit, document_of, logged_hits
from bot.query_log.privacy import Pseudonyms
from bot.query_log.schema import MIGRATIONS
from bot.texts.review import SECRET_SHOWN
from documents import errors
from documents.errors import LibraryError
from documents.shown import shown_name
from documents.store.database import Connection, Database
from index.tokens import syllables
from retrieval.answer import Answer

__all__ = ["Asked", "Exchange", "Logged", "LoggedHit", "QueryLog", "logged_hits"]

FILE = "queries.db"
WAIT_SECONDS = 1.0  # for another writer, which takes milliseconds: an answer must not wait for it
FORWARD = timedelta(days=1)  # a stamp later than that is of a clock that was wrong
PAUSE = timedelta(minutes=30)  # after which the next question begins a new conversation
# Where a look at the log once held a Telegram id in clear: who looked, and whose questions.
_AN_ID = re.compile(r"(?<=^Telegram )[0-9]{1,15}$|(?<=\buser=)-?[0-9]{1,15}(?= |$)")


class QueryLog:
    """The query log of one data folder; usable from several threads."""

    def __init__(self, data: Path, mode: str = "pseudonymous", days: int = 365) -> None:
        self.mode = mode
        self.days = days
        _keep_private(data / FILE)
        self._database = Database(data / FILE, MIGRATIONS, wait_seconds=WAIT_SECONDS, durable=False)
        self._pseudonyms = Pseudonyms(data)
        retention.prepare(self._database)
        self._bring_up_to_date()
        self._hash_looks()

    @property
    def database(self) -> Database:
        """The file, for those who review it."""
        return self._database

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def record(self, exchange: Exchange) -> int:
        """Write one question and return its id; raises LibraryError when it cannot be kept.

        With the log off, only what the buttons need is written: the chat and the passages.
        """
        hits = logged_hits(exchange.response) if exchange.response else ()
        row: dict[str, object] = {
            "asked_at": stamp(datetime.now(UTC)),
            "chat": self.pseudonym("chat", exchange.chat_id),
            "status": exchange.status,
        }
        if self.mode != "off":
            row |= self._content(exchange)
        with self._database.writing() as database:
            if self.mode != "off":
                row["conversation"] = _conversation(database, row)
            question_id = _insert(database, "questions", row)
            if self.mode != "off":
                database.execute(
                    "UPDATE questions SET conversation = id WHERE id = ? AND conversation IS NULL",
                    (question_id,),
                )
                _name_sources(database, exchange)
            if self.mode == "full":
                database.execute(
                    "INSERT OR IGNORE INTO people VALUES (?, ?)", (row["user"], exchange.user_id)
                )
            database.conn.executemany(
                "INSERT INTO hits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        question_id,
                        hit.rank,
                        hit.passage_id,
                        document_of(hit.passage_id),
                        hit.leg,
                        hit.score,
                        hit.quote_start,
                        hit.quote_end,
                        hit.place,
                    )
                    for hit in hits
                ),
            )
        return question_id

    def note_talk(self, chat_id: str, user_id: str, kind: str) -> None:
        """Keep that somebody talked, not what was said; nothing with the log off."""
        if self.mode == "off":
            return
        row = (
            stamp(datetime.now(UTC)),
            self.pseudonym("chat", chat_id),
            self.pseudonym("user", user_id),
            kind,
        )
        with self._database.writing() as database:
            database.execute("INSERT INTO talk (at, chat, user, kind) VALUES (?, ?, ?, ?)", row)

    def find(self, question_id: int, chat_id: str) -> Logged | None:
        """Return a question of this chat; None for another chat's, a purged or an unknown one."""
        rows = self._database.rows(
            "SELECT status, thumb FROM questions WHERE id = ? AND chat = ?",
            (question_id, self.pseudonym("chat", chat_id)),
        )
        if not rows:
            return None
        status, thumb = rows[0]
        return Logged(question_id, status, thumb, self.hits(question_id))

    def hits(self, question_id: int) -> tuple[LoggedHit, ...]:
        """Return the passages found for a question, best first."""
        rows = self._database.rows(
            "SELECT rank, passage_id, leg, score, quote_start, quote_end, place"
            " FROM hits WHERE question_id = ? ORDER BY rank",
            (question_id,),
        )
        return tuple(LoggedHit(*row) for row in rows)

    def rate(self, question_id: int, thumb: int, reason: str | None = None) -> None:
        """Keep the asker's thumb, 1 for up and -1 for down; a later one replaces it."""
        with self._database.writing() as database:
            database.execute(
                "UPDATE questions SET thumb = ?, thumb_at = ?, thumb_reason = ? WHERE id = ?",
                (thumb, stamp(datetime.now(UTC)), self._kept(reason), question_id),
            )

    def give_reason(self, question_id: int, reason: str) -> None:
        """Keep why the asker did not like a reply; nothing with the log off."""
        with self._database.writing() as database:
            database.execute(
                "UPDATE questions SET thumb_reason = ? WHERE id = ?",
                (self._kept(reason), question_id),
            )

    def report(self, question_id: int, user_id: str) -> bool:
        """Count a report of a wrong answer; False when this person has reported it before."""
        # Hashed with the question: two reports of one person cannot be told to be of one.
        reporter = self.pseudonym("report", f"{question_id}:{user_id}")
        with self._database.writing() as database:
            noted = database.execute(
                "INSERT OR IGNORE INTO reports VALUES (?, ?)", (question_id, reporter)
            )
            return bool(noted.rowcount)

    def history(self, user_id: str, limit: int) -> tuple[Asked, ...]:
        """Return a person's own latest questions, the newest first."""
        rows = self._database.rows(
            "SELECT id, asked_at, question, status FROM questions"
            " WHERE user = ? AND question IS NOT NULL ORDER BY id DESC LIMIT ?",
            (self.pseudonym("user", user_id), limit),
        )
        return tuple(Asked(*row) for row in rows)

    def forget(self, user_id: str) -> int:
        """Remove all that a person asked, also from the file; return how many questions."""
        user, chat = self.pseudonym("user", user_id), self.pseudonym("chat", user_id)
        removed = retention.remove(self._database, "user = ? OR chat = ?", (user, chat))
        with self._database.writing() as database:
            database.execute("DELETE FROM people WHERE user = ?", (user,))
            database.execute("DELETE FROM talk WHERE user = ? OR chat = ?", (user, chat))
        retention.shrink(self._database)
        return removed

    def purge(self, now: datetime) -> int:
        """Remove what is older than the days of retention, also from the file; return how many."""
        if not self.days:
            return 0
        oldest, latest = stamp(now - timedelta(days=self.days)), stamp(now + FORWARD)
        removed = retention.remove(
            self._database,
            f"asked_at < ? AND id < {_first_kept('questions', 'asked_at')}",
            (oldest, oldest, latest),
        )
        with self._database.writing() as database:
            for table in ("accesses", "talk"):
                database.execute(
                    f"DELETE FROM {table} WHERE at < ? AND id < {_first_kept(table, 'at')}",
                    (oldest, oldest, latest),
                )
            database.execute("DELETE FROM people WHERE user NOT IN (SELECT user FROM questions)")
        if removed:
            retention.shrink(self._database)
        else:
            retention.scrub(self._database)  # where somebody was reading at the last removal
        return removed

    def pseudonym(self, kind: str, own_id: str) -> str:
        """Return the keyed hash that stands for the id of a "chat" or a "user"."""
        return self._pseudonyms.of(kind, own_id)

    def _kept(self, text: str | None) -> str | None:
        return None if self.mode == "off" else text

    def _content(self, exchange: Exchange) -> dict[str, object]:
        response = exchange.response
        reply = response.reply if response else None
        withheld = exchange.withheld.intersection(one.document_id for one in exchange.cited)
        return {
            "user": self.pseudonym("user", exchange.user_id),
            "chat_kind": exchange.chat_kind,
            "question": exchange.question,
            "plain": folded(exchange.reading),
            "understood_as": response.understood_as if response and not exchange.limited else None,
            "reason": None if reply is None or isinstance(reply, Answer) else reply.reason,
            "confidence": reply.confidence if isinstance(reply, Answer) else None,
            "shown": SECRET_SHOWN if withheld else exchange.shown,
            "elapsed_ms": exchange.elapsed_ms,
            "stages": _stages(exchange),
            "model": response.model if response else None,
            "generation": response.generation if response else None,
        }

    def _bring_up_to_date(self) -> None:
        """Fold the questions and hash the users of a log of the first version."""
        rows = self._database.rows(
            "SELECT id, question FROM questions WHERE plain IS NULL AND question IS NOT NULL"
        )
        named = self._database.rows("SELECT DISTINCT user FROM questions WHERE length(user) < 16")
        if not rows and not named:
            return
        with self._database.writing() as database:
            database.conn.executemany(
                "UPDATE questions SET plain = ? WHERE id = ?",
                ((folded(question), question_id) for question_id, question in rows),
            )
            for (user,) in named:
                hashed = self.pseudonym("user", user)
                database.execute("INSERT OR IGNORE INTO people VALUES (?, ?)", (hashed, user))
                database.execute("UPDATE questions SET user = ? WHERE user = ?", (hashed, user))

    def _hash_looks(self) -> None:
        """Hash the ids that looks at the log of an earlier version hold."""
        found = self._database.rows(
            "SELECT id, who, detail FROM accesses"
            " WHERE who GLOB 'Telegram [0-9]*' OR detail GLOB '*user=[-0-9]*'"
        )
        hashed = [(self._without_id(who), self._without_id(said), n) for n, who, said in found]
        changed = [new for new, old in zip(hashed, found, strict=True) if new[:2] != old[1:]]
        if changed:
            with self._database.writing() as database:
                database.conn.executemany(
                    "UPDATE accesses SET who = ?, detail = ? WHERE id = ?", changed
                )

    def _without_id(self, text: str) -> str:
        return _AN_ID.sub(lambda found: self.pseudonym("user", found[0]), text)


def _keep_private(path: Path) -> None:
    """Make a new file readable by this account alone; SQLite's side files take after it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():  # a disk that only reads would refuse to touch it
            path.touch(0o600)
    except OSError as error:
        raise LibraryError(errors.line(error)) from error


def _first_kept(table: str, column: str) -> str:
    """Return the id from which on nothing is past its retention, whatever its stamp says.

    Ids only grow: what came after something recent is itself recent, stamped by a clock that had
    gone back.
    """
    return f"(SELECT ifnull(min(id), {2**62}) FROM {table} WHERE {column} >= ? AND {column} <= ?)"


def folded(text: str) -> str:
    """Return a text's syllables without marks: what makes two questions the same one."""
    return " ".join(syllables(text))


def stamp(moment: datetime) -> str:
    """Write a moment as the log does: in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _stages(exchange: Exchange) -> str | None:
    stages = exchange.response.stages if exchange.response else ()
    return json.dumps({name: round(ms, 2) for name, ms in stages}) if stages else None


def _conversation(database: Connection, row: dict[str, object]) -> int | None:
    """Return the conversation that a question goes on with; None where it begins one."""
    last = database.execute(
        "SELECT conversation, asked_at FROM questions WHERE chat = ? ORDER BY id DESC LIMIT 1",
        (row["chat"],),
    ).fetchone()
    asked_at = datetime.fromisoformat(str(row["asked_at"]))
    try:
        if last is None or asked_at - datetime.fromisoformat(last[1]) > PAUSE:
            return None
        return None if last[0] is None else int(last[0])
    except (ValueError, TypeError):  # a damaged row, which the doctor names, begins no conversation
        return None


def _insert(database: Connection, table: str, row: dict[str, object]) -> int:
    # Not sqlite-utils' insert(): it reads the schema again for every row, which takes longer.
    columns, places = ", ".join(row), ", ".join("?" * len(row))
    inserted = database.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({places})", list(row.values())
    )
    return int(inserted.lastrowid or 0)


def _name_sources(database: Connection, exchange: Exchange) -> None:
    for cited in exchange.cited:
        if cited.document_id in exchange.withheld:
            continue
        name = shown_name(" – ".join(part for part in (cited.number, cited.title) if part))
        database.execute(
            "INSERT INTO sources VALUES (?, ?) ON CONFLICT (document_id)"
            " DO UPDATE SET name = excluded.name WHERE name != excluded.name",
            (cited.document_id, name),
        )
