"""The log as a file: CSV that Excel opens with its diacritics, or JSON lines."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TextIO

from bot.errors import ReviewError
from bot.review.filters import local_time
from bot.review.reader import Entry
from bot.texts import review as texts
from bot.texts.review import CHAT_KIND, REASON, STATUS, THUMB, VERDICT
from documents import csv_file, errors

FORMATS = ("csv", "jsonl")

_COLUMNS: tuple[tuple[str, Callable[[Entry], object]], ...] = (
    ("question_id", lambda one: one.question_id),
    ("asked_at", lambda one: _local(one.asked_at)),
    ("user", lambda one: one.user),
    ("chat_kind", lambda one: CHAT_KIND.get(one.chat_kind or "")),
    ("conversation", lambda one: one.conversation),
    ("question", lambda one: one.question),
    ("understood_as", lambda one: one.understood_as),
    ("status", lambda one: STATUS[one.status]),
    ("reason", lambda one: REASON.get(one.reason or "", one.reason)),
    ("confidence", lambda one: one.confidence),
    ("shown", lambda one: one.shown),
    ("documents", lambda one: one.documents),
    ("elapsed_ms", lambda one: one.elapsed_ms and round(one.elapsed_ms, 1)),
    ("model", lambda one: one.model),
    ("generation", lambda one: one.generation),
    ("thumb", lambda one: THUMB.get(one.thumb or 0)),
    ("thumb_reason", lambda one: one.thumb_reason),
    ("reviewed_at", lambda one: _local(one.reviewed_at)),
    ("verdict", lambda one: VERDICT.get(one.verdict or "")),
    ("note", lambda one: one.note),
    ("answered_by", lambda one: one.answered_by),
    ("told_at", lambda one: _local(one.told_at)),
)
_IDENTITY = ("user_id", lambda one: one.user_id)


def export(entries: Iterable[Entry], kind: str, path: Path, identified: bool = False) -> int:
    """Write questions to a new file and return how many; raises ReviewError where it exists.

    Without ``identified`` no Telegram id is in the file. It is there whole or not at all.
    """
    try:
        with _new(path, bom=kind == "csv") as file:
            write = _csv_writer(file, identified) if kind == "csv" else _jsonl_writer(file)
            count = 0
            for entry in entries:
                write(entry if identified else replace(entry, user_id=None))
                count += 1
    except FileExistsError as error:
        raise ReviewError(texts.file_exists(path)) from error
    except OSError as error:
        raise ReviewError(errors.line(error)) from error
    return count


@contextmanager
def _new(path: Path, bom: bool) -> Iterator[TextIO]:
    """Open a file that must not be there yet, readable by this account alone."""
    if path.exists():
        raise FileExistsError
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    encoding = csv_file.ENCODING if bom else "utf-8"
    try:
        with os.fdopen(descriptor, "w", encoding=encoding, newline="") as file:
            yield file
        os.link(draft, path)  # fails where another process was quicker
    finally:
        draft.unlink(missing_ok=True)


def _csv_writer(file: TextIO, identified: bool) -> Callable[[Entry], object]:
    columns = (*_COLUMNS, _IDENTITY) if identified else _COLUMNS
    write = csv_file.row_writer(file)
    write([texts.COLUMNS[name] for name, _ in columns])
    return lambda entry: write([value(entry) for _, value in columns])


def _jsonl_writer(file: TextIO) -> Callable[[Entry], object]:
    def write(entry: Entry) -> None:
        row = {name: value for name, value in asdict(entry).items() if value is not None}
        row["stages"] = dict(entry.milliseconds)
        row.pop("plain", None)
        file.write(json.dumps(row, ensure_ascii=False) + "\n")

    return write


def _local(moment: str | None) -> str | None:
    """Write a moment as a spreadsheet in Vietnam reads it: "2026-11-24 13:05:00"."""
    return f"{local_time(moment):%Y-%m-%d %H:%M:%S}" if moment else None
