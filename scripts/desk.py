"""Serve the desk: the log and the library on one machine, in a browser."""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bot.config import read_config
from bot.desk.desk import Desk
from bot.desk.serving import serve
from bot.review.one import Replay
from bot.texts.desk import login_at
from scripts._cli.command import OK, Parser, guarded, run, say
from scripts._review.session import limited, opened

if TYPE_CHECKING:
    from index.encoders.base import Encoder

PORT = 8002


def main(argv: Sequence[str] | None = None, *, encoder: "Encoder | None" = None) -> int:
    """Serve the desk of the data folder that the arguments name."""
    parser = Parser("desk", "Mở bàn làm việc của thư viện trên trình duyệt của máy này.")
    parser.choices.add_argument(
        "--port", type=_port, default=PORT, metavar="CỔNG", help=f"cổng ({PORT})"
    )
    arguments = parser.parse(argv)
    return guarded(lambda: _serve(arguments, encoder))


def _serve(arguments: argparse.Namespace, encoder: "Encoder | None") -> int:
    config = read_config(arguments.data)
    with opened(config, arguments, encoder) as work, ExitStack() as stack:
        ask = None
        if work.library is not None:
            replay = Replay(config, work.library, work.encoder)
            stack.callback(replay.close)
            ask = replay.ask
        desk = Desk(work.reader, work.library, work.encoder, ask, lambda: limited(work))
        work.reader.note_access("desk", f"cổng {arguments.port}")
        serve(desk, arguments.port, lambda address: say(login_at(address)))
    return OK


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"“{text}” không phải số từ 1 đến 65535")
    return int(text)


if __name__ == "__main__":
    run(main)
