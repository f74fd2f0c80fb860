"""Move the index into a database that machines share, or back into files, without re-encoding."""

import argparse
import time
from collections.abc import Sequence

from bot.config import Config, has_password, index_in, read_config
from bot.errors import ConfigError
from documents.store.library import Library
from documents.store.lock import writing
from index.errors import SnapshotError
from scripts._cli.command import (
    OK,
    CommandError,
    LazyEncoder,
    Parser,
    existing_library,
    guarded,
    print_json,
    run,
    shared_index,
)
from scripts._cli.file_results import byte_progress
from scripts._cli.journal import journal

LOCAL = "local"


def main(argv: Sequence[str] | None = None) -> int:
    """Move the index of the data folder that the arguments name."""
    parser = Parser(
        "migrate", "Chuyển chỉ mục lên cơ sở dữ liệu dùng chung hoặc về tệp, không mã hóa lại."
    )
    place = parser.inputs.add_mutually_exclusive_group()
    place.add_argument(
        "--to",
        metavar="NƠI",
        help="địa chỉ postgresql://… không kèm mật khẩu của cơ sở dữ liệu dùng chung, "
        f"hoặc {LOCAL} để về tệp",
    )
    place.add_argument(
        "--to-env",
        metavar="BIẾN",
        help="tên biến môi trường giữ địa chỉ đó, khi địa chỉ có mật khẩu",
    )
    arguments = parser.parse(argv)
    if not (arguments.to or arguments.to_env):
        parser.error("thiếu --to hoặc --to-env")
    if arguments.to and has_password(arguments.to):
        # Every account of the machine reads the command lines of all processes.
        parser.error(
            "--to: không ghi mật khẩu trên dòng lệnh; hãy đặt địa chỉ vào một biến môi trường, "
            "ví dụ TRACUU_INDEX, rồi dùng --to-env TRACUU_INDEX"
        )
    return guarded(lambda: _migrate(arguments))


def _migrate(arguments: argparse.Namespace) -> int:
    config = read_config(arguments.data)
    option = "--to-env" if arguments.to_env else "--to"
    try:
        given = index_in(arguments.to_env) if arguments.to_env else arguments.to
        index = None if given == LOCAL else given
        config = config.with_index(index)
    except ConfigError as error:
        raise CommandError(f"{option} {error}") from error
    began = time.monotonic()
    with existing_library(config.data) as library, writing(config.data):
        encoder = LazyEncoder(config.model, config.data)
        place, passages, compared = _moved(config, library, encoder)
        with journal(config.data, "migrate") as log:
            log.info("chỉ mục ở %s: %d đoạn", place, passages)
        generation = library.generation
    if arguments.json:
        print_json(
            {
                "place": place,
                "generation": generation,
                "passages": passages,
                "vectors_compared": compared,
                "seconds": round(time.monotonic() - began, 1),
            }
        )
        return OK
    print(f"Chỉ mục nay ở {place}: {passages} đoạn; đã so lại mã các đoạn và {compared} vectơ.")
    setting = "bỏ trống TRACUU_INDEX" if index is None else "đặt TRACUU_INDEX là địa chỉ đó"
    print(f"Để dùng, hãy {setting} rồi khởi động lại bot.")
    return OK


def _moved(config: Config, library: Library, encoder: LazyEncoder) -> tuple[str, int, int]:
    """Build the index where it is to be; return where, and what was compared with the library."""
    from index.snapshot.snapshot import Snapshot  # here, with its libraries, for --help
    from index.snapshot.verify import verify

    root, model, dimension = config.data / "index", encoder.fingerprint, encoder.dimension
    passages = len(library.passage_keys())
    try:
        with shared_index(config) as shared, byte_progress() as advance:
            if shared is not None:

                def told(done: int, total: int) -> None:
                    advance("chuyển", done, total)

                shared.follow(
                    library, model, dimension, anew=shared.is_foreign(library, model), told=told
                )
            Snapshot.open(root, library, model, dimension, shared=shared)
            faults = verify(root, library, model, dimension, shared)
            place = shared.database.place if shared else str(root)
            compared = min(shared.most_compared, passages) if shared else passages
    except SnapshotError as error:
        raise CommandError(str(error)) from error
    if faults:
        raise CommandError(f"{faults[0]} Hãy chạy lại lệnh này.")
    return place, passages, compared


if __name__ == "__main__":
    run(main)
