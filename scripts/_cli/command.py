"""How every command speaks: its arguments, its one-line errors, its exit codes and its JSON."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from bot.access import follow_limits
from bot.config import Config
from bot.errors import ConfigError
from documents import errors
from documents.errors import TraCuuError
from documents.shown import shown
from documents.store.encoder_models import Model
from documents.store.library import FILE_NAME, Library
from documents.store.lock import writing
from index.errors import EncoderError, SnapshotError
from scripts._cli.argparse_vietnamese import in_vietnamese

if TYPE_CHECKING:
    from index.encoders.base import Encoder
    from index.postgres.index import Shared

OK, REFUSED, MISUSE = 0, 1, 2
PRIVATE = 0o077  # of the umask
_INTERRUPTED = 130  # 128 + SIGINT, as shells expect
_UNREAD = 141  # 128 + SIGPIPE


class _Help(argparse.HelpFormatter):
    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Any, prefix: Any = None
    ) -> None:
        super().add_usage(usage, actions, groups, prefix or "Cách dùng: ")


class Parser(argparse.ArgumentParser):
    """The arguments of a command, with --data, --json and help in Vietnamese."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(
            prog=f"python -m scripts.{name}",
            description=description,
            formatter_class=_Help,
            add_help=False,
            allow_abbrev=False,
        )
        self.inputs = self.add_argument_group("Đầu vào")
        self.choices = self.add_argument_group("Tùy chọn")
        self.choices.add_argument(
            "--data", type=Path, metavar="THƯ_MỤC", help="thư mục dữ liệu (mặc định: TRACUU_DATA)"
        )
        self.choices.add_argument("--json", action="store_true", help="in kết quả dạng JSON")
        self.choices.add_argument("-h", "--help", action="help", help="in hướng dẫn này")

    def parse(self, arguments: Sequence[str] | None) -> argparse.Namespace:
        """Read the arguments; misuse ends the command with exit code 2."""
        parsed, unknown = self.parse_known_args(arguments)
        if unknown:
            self.error(f"không có tùy chọn {' '.join(unknown)}")
        return parsed

    def error(self, message: str) -> NoReturn:
        """End the command for misuse."""
        complain(f"Lệnh chưa đúng: {in_vietnamese(message)}. Xem hướng dẫn: {self.prog} --help")
        raise SystemExit(MISUSE)


class LazyEncoder:
    """An encoder as it is set ("" is the bundled one); the library's own where nothing is set.

    Loading takes seconds, so what a library knows of its model is taken from there until one has
    to encode.
    """

    def __init__(self, model: str | None, data: Path) -> None:
        self._model = model
        self._data = data
        self._known: Model | None = None
        self._loaded: Encoder | None = None

    @property
    def fingerprint(self) -> str:
        """The identity of the model."""
        return self.model.fingerprint

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self.model.dimension

    @property
    def model(self) -> Model:
        """The model, without loading it where a library of the data folder knows it."""
        if self._known is None and (self._data / FILE_NAME).exists():
            with Library(self._data / FILE_NAME) as library:
                in_use = library.models.in_use if self._model is None else None
                self._known = in_use or library.models.known(self._model or "")
        if self._known is None:
            self._encoder()
        assert self._known is not None  # known now that it is loaded
        return self._known

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions."""
        return self._encoder().encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode passages."""
        return self._encoder().encode_passages(texts)

    def _encoder(self) -> "Encoder":
        if self._loaded is None:
            # Imported here: torch takes seconds, which --help and a list need not wait for.
            from index.encoders.load import load_encoder

            setting = self._model or (self._known.setting if self._known else "")
            try:
                loaded = load_encoder(setting or None, self._data)
            except EncoderError as error:
                raise CommandError(str(error)) from error
            found = Model(setting, loaded.fingerprint, loaded.dimension)
            self._remember(found)
            self._loaded = loaded
        return self._loaded

    def _remember(self, found: Model) -> None:
        """Keep what the model was found to be; end where the run has begun with another."""
        begun = self._known
        self._known = found
        if (self._data / FILE_NAME).exists():
            with Library(self._data / FILE_NAME) as library:
                library.models.remember(found)
        if begun and begun.fingerprint != found.fingerprint:
            raise CommandError(
                f"Mô hình {found.setting or 'kèm theo phần mềm'} đã khác lần trước "
                f"({begun.fingerprint}); hãy mã hóa lại thư viện: python -m scripts.rebuild."
            )


class CommandError(Exception):
    """What ends a command with exit code 1; the message is one Vietnamese line."""


def day(text: str) -> date:
    """Read a date as clerks write it, 26/5/2025, or as machines do, 2025-05-26."""
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(f"“{text}” không phải ngày; hãy viết như 26/5/2025")


def existing_library(data: Path) -> Library:
    """Open the library of a data folder for a command that must not create one."""
    path = data / FILE_NAME
    if not path.exists():
        raise CommandError(
            f"{data}: chưa có thư viện nào; hãy thêm văn bản bằng python -m scripts.add_documents, "
            "hoặc kiểm tra lại --data."
        )
    return Library(path)


@contextmanager
def library_to_change(data: Path, *, dry_run: bool = False) -> Iterator[Library]:
    """Open the library, creating it where there is none, with the right to change it.

    A dry run needs no right, and where there is no library it finds an empty one that is gone
    afterwards.
    """
    if not dry_run:
        with writing(data), Library(data / FILE_NAME) as library:
            follow_limits(data)
            yield library
    elif (data / FILE_NAME).exists():
        with Library(data / FILE_NAME) as library:
            yield library
    else:
        with TemporaryDirectory() as nowhere, Library(Path(nowhere) / FILE_NAME) as library:
            yield library


@contextmanager
def shared_index(config: Config) -> Iterator["Shared | None"]:
    """Connect to the index that machines share; None where there is none by the settings."""
    from index.postgres.open import open_shared  # here, for --help

    try:
        shared = open_shared(config.index)
        try:
            yield shared
        finally:
            if shared is not None:
                shared.database.close()
    except SnapshotError as error:
        raise CommandError(str(error)) from error


def update_index(
    config: Config, library: Library, encoder: "Encoder", *, anew: bool = False
) -> None:
    """Bring the derived index up to the library's generation; ``anew`` builds it from nothing."""
    from index.snapshot.snapshot import Snapshot, is_current  # here, for --help

    index, model = config.data / "index", encoder.fingerprint
    try:
        with shared_index(config) as shared:
            if not anew and is_current(index, library, model, shared):
                return
            Snapshot.open(index, library, model, encoder.dimension, anew=anew, shared=shared)
    except SnapshotError as error:
        raise CommandError(str(error)) from error
    if isinstance(encoder, LazyEncoder):
        library.models.settle(encoder.model)


def print_json(value: Mapping[str, object]) -> None:
    """Print the JSON form of a result."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def say(line: str) -> None:
    """Print one line, whatever the names in it hold."""
    print(shown(line), flush=True)


def complain(line: str) -> None:
    """Print one line on standard error, whatever the names in it hold."""
    print(shown(line), file=sys.stderr)


def guarded(command: Callable[[], int]) -> int:
    """Run a command; what it cannot do becomes one line and an exit code."""
    try:
        return command()
    except ConfigError as error:
        for problem in error.problems:
            complain(problem)
        return MISUSE
    except (CommandError, TraCuuError) as error:
        complain(str(error))
    except BrokenPipeError:
        raise
    except OSError as error:
        complain(errors.line(error))
    except KeyboardInterrupt:
        complain("Đã dừng theo yêu cầu; chạy lại lệnh để tiếp tục từ chỗ đang dở.")
        return _INTERRUPTED
    return REFUSED


def run(main: Callable[[], int]) -> NoReturn:
    """End the process with a command's exit code; its output is UTF-8 wherever it goes.

    What a command writes is for the account that runs it alone.
    """
    os.umask(PRIVATE)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as "head", has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _UNREAD
    sys.exit(code)
