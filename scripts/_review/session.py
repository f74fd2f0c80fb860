"""What every action of the review works on, and how it is opened."""

import argparse
import os
import pwd
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.access import FILE as ACCESS
from bot.access import Access, Role
from bot.config import Config
from bot.query_log.log import FILE, QueryLog
from bot.query_log.schema import MIGRATIONS
from bot.review.filters import Filter
from bot.review.reader import Reader
from documents.store.library import FILE_NAME, Library
from scripts._cli.command import CommandError, LazyEncoder, complain

if TYPE_CHECKING:
    from index.encoders.base import Encoder

FILTERS = ("since", "until", "user", "status", "search", "document", "reviewed", "identified")


@dataclass(frozen=True, slots=True)
class Desk:
    """What an action works on; ``library`` is None where nothing has been added yet."""

    config: Config
    arguments: argparse.Namespace
    reader: Reader
    library: Library | None
    encoder: "Encoder"

    @property
    def chosen(self) -> Filter:
        """The filter of the arguments."""
        return _filter(self)

    def with_status(self, status: str) -> Filter:
        """Return the filter of the arguments, for one status."""
        return replace(_filter(self), status=status)

    @property
    def said(self) -> str:
        """The filters that were given, for the record of who looked at what."""
        given = [(name, getattr(self.arguments, name)) for name in FILTERS]
        # The table of looks is shown to reviewers: an id that was typed stands there as its hash.
        given = [(n, _user(self.reader.log, v) if n == "user" else v) for n, v in given]
        return " ".join(f"{name}={value}" for name, value in given if value) or "tất cả"


@contextmanager
def opened(
    config: Config, arguments: argparse.Namespace, encoder: "Encoder | None"
) -> Iterator[Desk]:
    """Open the log, which must be there, and the library where there is one."""
    if not (config.data / FILE).exists():
        raise CommandError(
            f"{config.data}: chưa có nhật ký câu hỏi nào; hãy kiểm tra lại --data, hoặc chạy bot "
            "và hỏi một câu."
        )
    before = _version(config.data / FILE)
    with closing(QueryLog(config.data, config.log, config.log_days)) as log:
        if 0 < before < len(MIGRATIONS):
            complain(f"Đã nâng cấp nhật ký từ phiên bản {before} lên {len(MIGRATIONS)}.")
        reader = Reader(log, whoami())
        if getattr(arguments, "identified", False) and not reader.knows_people():
            raise CommandError(
                "Nhật ký không ghi ID Telegram của ai; --identified cần TRACUU_LOG=full từ trước."
            )
        model = encoder or LazyEncoder(config.model, config.data)
        if (config.data / FILE_NAME).exists():
            with Library(config.data / FILE_NAME) as library:
                yield Desk(config, arguments, reader, library, model)
        else:
            yield Desk(config, arguments, reader, None, model)


def limited(desk: Desk) -> frozenset[str]:
    """Return the documents that not everybody is shown who was let in."""
    if not (desk.config.data / ACCESS).exists():
        return frozenset()
    with closing(Access(desk.config.data)) as access:
        return access.hidden_from(Role.CADRE)


def _version(path: Path) -> int:
    """Return the number of migrations a file has been through, from SQLite's header."""
    with path.open("rb") as file:
        return int.from_bytes(file.read(64)[60:64])


def whoami() -> str:
    """Name the account that runs the command."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _filter(desk: Desk) -> Filter:
    arguments = desk.arguments
    reviewed = arguments.reviewed and arguments.reviewed == "yes"
    chosen = Filter(
        since=arguments.since,
        until=arguments.until,
        user=_user(desk.reader.log, arguments.user),
        status=arguments.status,
        search=arguments.search,
        reviewed=reviewed,
    )
    if arguments.document is None:
        return chosen
    return replace(chosen, documents=_documents(desk, arguments.document))


def _documents(desk: Desk, reference: str) -> tuple[str, ...]:
    """Return the ids of the documents that are meant, also of one that is no longer there."""
    found = desk.library.find(reference) if desk.library else ()
    if not found and not desk.reader.has_shown(reference):
        raise CommandError(
            f"{reference}: không có văn bản nào như vậy; "
            "hãy xem mã và số bằng python -m scripts.list_documents."
        )
    return tuple(one.document_id for one in found) or (reference,)


def _user(log: QueryLog, user: str | None) -> str | None:
    """Return the pseudonym that a pseudonym or a Telegram id means."""
    if user and user.lstrip("-").isdecimal() and len(user) < 16:
        return log.pseudonym("user", str(int(user)))
    return user
