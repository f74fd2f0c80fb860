"""The files of a data folder beside library, originals and index: looked at and mended."""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot import access
from bot.outbox import store as mailbox
from bot.outbox.instance_lock import serving
from bot.query_log import log as query_log
from bot.query_log import schema as log_schema
from bot.query_log.privacy import KEY_BYTES, KEY_FILE
from bot.review import promotion
from documents import errors
from documents.errors import LibraryError, TraCuuError
from documents.store.database import Database, Step
from documents.store.library import FILE_NAME
from documents.store.salvage import ASIDE, faults_of, salvage
from retrieval.pipeline import EXTRA_ABBREVIATIONS
from retrieval.question.abbreviations import Abbreviations

_SHOWN = 3  # faults of one file; a damaged page makes hundreds
_EVALUATION, _MODELS, _UPLOADS = "evaluation", "models", "uploads"


@dataclass(frozen=True, slots=True)
class Store:
    """A database of the bot; ``whole`` where one that lacks a row must not be begun anew."""

    name: str
    migrations: Sequence[Sequence[Step]]
    unsealed: Collection[str] | None = None
    whole: bool = False
    moments: tuple[tuple[str, str], ...] = ()  # (table, column) of what must be a moment


STORES = (
    # a list of people or of limits that lacks a row lets somebody see what he may not
    Store(access.FILE, access.MIGRATIONS, (), whole=True),
    Store(mailbox.FILE, mailbox.MIGRATIONS, mailbox.UNSEALED),
    Store(query_log.FILE, log_schema.MIGRATIONS, moments=(("questions", "asked_at"),)),
)


def faults(data: Path) -> Iterator[str]:
    """Name what is wrong with the files of a data folder, each in one Vietnamese line."""
    for store in STORES:
        if (data / store.name).exists():
            yield from (f"{store.name}: {fault}." for fault in _faults_of(data, store))
    yield from _key_faults(data)
    try:
        Abbreviations.load(data / EXTRA_ABBREVIATIONS)
    except TraCuuError as error:
        yield str(error)
    except (OSError, ValueError) as error:
        yield f"{EXTRA_ABBREVIATIONS}: không đọc được ({error})."
    yield from _evaluation_faults(data / _EVALUATION)
    yield from _model_faults(data / _MODELS)


def notes(data: Path) -> Iterator[str]:
    """Name what is left over of earlier runs and repairs; it is harmless."""
    for path in sorted(data.glob(f"{ASIDE}*")):
        yield f"Tệp {path.name} là bản hỏng được giữ lại; có thể xóa khi không cần nữa (vô hại)."
    for path in sorted(data.glob(".draft-*")):
        yield f"{path.name} là phần dở dang của một lần chạy trước (vô hại)."
    for path in sorted((data / _UPLOADS).glob("*")):
        yield f"{_UPLOADS}/{path.name} là tệp gửi đến chưa được nạp (vô hại)."


def repair(data: Path) -> Iterator[str]:
    """Put what can be read of damaged stores into new ones; the damaged files are kept aside.

    Raises ServedAlreadyError where a bot has them open.
    """
    damaged = [
        store for store in STORES if (data / store.name).exists() and any(_faults_of(data, store))
    ]
    if not damaged:
        return
    with serving(data):
        for store in damaged:
            yield _mended(data / store.name, store)


def _mended(path: Path, store: Store) -> str:
    done = salvage(path, store.migrations, store.unsealed, whole=store.whole)
    if done is None:
        return (
            f"{store.name}: không đọc lại được đủ các dòng nên giữ nguyên; hãy phục hồi tệp này từ "
            "bản sao lưu, hoặc xóa tệp rồi cấp quyền lại từ đầu."
        )
    kept, lost = done.kept, done.lost
    with closing(Database(path, store.migrations, unsealed=store.unsealed)) as database:
        for table, column in store.moments:
            with database.writing() as connection:
                gone = connection.execute(
                    f"DELETE FROM {table} WHERE julianday({column}) IS NULL"
                ).rowcount
            kept, lost = kept - gone, lost + gone
    line = f"{store.name}: đã lập lại từ {kept} dòng đọc được"
    if lost:
        line += f", mất {lost} dòng"
    return f"{line}; bản hỏng được giữ ở {done.aside.name}."


def _faults_of(data: Path, store: Store) -> Iterator[str]:
    path = data / store.name
    try:
        found = faults_of(path)
        yield from found[:_SHOWN]
        if found:
            return
        with closing(Database(path, store.migrations, unsealed=store.unsealed)) as database:
            for table, column in store.moments:
                ((count,),) = database.rows(
                    f"SELECT count(*) FROM {table} WHERE julianday({column}) IS NULL"
                )
                if count:
                    yield f"bảng {table}, {count} dòng có thời điểm không đọc được"
    except LibraryError as error:
        yield str(error).removeprefix(f"{path}: ").rstrip(".")


def _key_faults(data: Path) -> Iterator[str]:
    key = data / KEY_FILE
    if (data / query_log.FILE).exists() and not key.exists():
        yield f"{KEY_FILE}: không còn; lịch sử hỏi của từng người không tìm lại được."
    elif key.exists() and key.stat().st_size != KEY_BYTES:
        yield f"{KEY_FILE}: không đúng độ dài; hãy phục hồi tệp này từ bản sao lưu."


def _evaluation_faults(folder: Path) -> Iterator[str]:
    own = folder / Path(*promotion.FOLDER.parts[1:])
    for path in sorted(own.glob("*.jsonl")):
        try:
            lines = path.read_text("utf-8").split("\n")
            broken = [n for n, line in enumerate(lines, 1) if line.strip() and not _is_row(line)]
        except OSError as error:
            yield errors.line(error)
        except ValueError:
            yield f"{_under(path, folder)}: không phải tệp UTF-8; hãy phục hồi từ bản sao lưu."
        else:
            if broken:
                yield (
                    f"{_under(path, folder)}: dòng {broken[0]} không đọc được; "
                    "hãy phục hồi từ bản sao lưu."
                )
    for path in sorted(folder.glob(f"*/{FILE_NAME}")):
        try:
            is_sound = not faults_of(path)
        except LibraryError:
            is_sound = False
        if not is_sound:
            place = _under(path.parent, folder)
            yield f"{place}: thư viện đánh giá bị hỏng; hãy xóa thư mục này, nó sẽ được lập lại."


def _is_row(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _under(path: Path, folder: Path) -> str:
    return path.relative_to(folder.parent).as_posix()


def _model_faults(models: Path) -> Iterator[str]:
    if not models.is_dir():
        return
    from index.encoders.bundled.weights import damaged_folders  # here, for --help

    for folder in damaged_folders(models):
        yield (
            f"{_MODELS}/{folder.name}: mô hình không còn như đã ghi; mô hình sẽ được ghi lại khi "
            "khởi động."
        )
