"""One question of the log in full: what became of it, and how it is answered today."""

from contextlib import ExitStack
from threading import Lock
from typing import TYPE_CHECKING

from bot.config import Config
from bot.errors import ReviewError
from bot.query_log.models import LoggedHit
from bot.review.filters import local_time
from bot.review.reader import Entry
from bot.texts.numbers import decimal
from bot.texts.review import CHAT_KIND, FACTS, GONE, NOT_KEPT, REASON, STAGE, STATUS, THUMB, VERDICT
from documents.store.library import Library
from index.errors import SnapshotError
from retrieval.answer import Response
from retrieval.errors import AbbreviationError, ReaderError

if TYPE_CHECKING:
    from index.encoders.base import Encoder
    from retrieval.pipeline import Searcher


class Replay:
    """The search over today's library, opened at the first question; usable from threads."""

    def __init__(self, config: Config, library: Library, encoder: "Encoder") -> None:
        self._config = config
        self._library = library
        self._encoder = encoder
        self._lock = Lock()
        self._opened = ExitStack()
        self._searcher: Searcher | None = None

    def ask(self, question: str) -> Response:
        """Answer a question from today's library; raises ReviewError where it cannot be."""
        try:
            with self._lock:
                if self._searcher is None:
                    self._searcher = self._open()
                return self._searcher.ask(question)
        except (SnapshotError, AbbreviationError, ReaderError) as error:
            raise ReviewError(str(error)) from error

    def close(self) -> None:
        """Let go of an index that machines share."""
        self._opened.close()

    def _open(self) -> "Searcher":
        from index.postgres.open import open_shared  # here: what searches takes seconds to import
        from retrieval.cross_encoder.load import open_reader
        from retrieval.pipeline import Searcher

        config = self._config
        shared = open_shared(config.index)
        if shared is not None:
            self._opened.callback(shared.database.close)
        return Searcher.open(
            config.data,
            self._library,
            self._encoder,
            config.strictness,
            shared=shared,
            passage_reader=open_reader(config.reader, config.data),
        )


def facts(entry: Entry, identified: bool = False) -> tuple[tuple[str, str], ...]:
    """Return what is known of a question as (label, value); ``identified`` shows whose it is."""
    asker = entry.user_id if identified and entry.user_id is not None else entry.user
    times = ", ".join(f"{STAGE.get(name, name)} {decimal(ms)}" for name, ms in entry.milliseconds)
    values = (
        entry.question or NOT_KEPT,
        None if entry.understood_as == entry.question else entry.understood_as,
        f"{local_time(entry.asked_at):%d/%m/%Y %H:%M:%S}",
        asker,
        CHAT_KIND.get(entry.chat_kind or ""),
        STATUS[entry.status],
        REASON.get(entry.reason or "", entry.reason),
        None if entry.confidence is None else decimal(entry.confidence, 3),
        None if entry.elapsed_ms is None else f"{decimal(entry.elapsed_ms)} ms",
        times and f"{times} ms",
        entry.model,
        entry.generation,
        THUMB.get(entry.thumb or 0),
        entry.thumb_reason,
        _day(entry.reviewed_at) and f"{entry.reviewer}, {_day(entry.reviewed_at)}",
        VERDICT.get(entry.verdict or ""),
        entry.note,
        entry.answered_by,
        _day(entry.told_at),
        _day(entry.promoted_at),
    )
    return tuple(
        (label, str(value))
        for label, value in zip(FACTS, values, strict=True)
        if value not in (None, "")
    )


def document_name(library: Library | None, hit: LoggedHit) -> str:
    """Name the document of a passage that was found, as far as it is still there."""
    passage = library.passage(hit.passage_id) if library else None
    document = library.document(passage.document_id) if library and passage else None
    return GONE if document is None else document.number or document.title


def _day(moment: str | None) -> str | None:
    return f"{local_time(moment):%d/%m/%Y}" if moment else None
