"""staff.log in the data folder: when which command changed what, and what went wrong underneath."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from scripts._cli.command import complain

FILE = "staff.log"
_BYTES = 5_000_000  # years of nightly runs; five older files are kept beside it
_FILES = 5
_PACKAGES = ("documents", "index", "scripts")


class _Journal(RotatingFileHandler):
    """A log that cannot be written, on a disk that takes nothing, ends no command."""

    _is_told = False

    def handleError(self, record: logging.LogRecord) -> None:
        """Say so once."""
        if not self._is_told:
            self._is_told = True
            complain(f"{self.baseFilename}: không ghi được nhật ký lệnh; hãy kiểm tra ổ đĩa.")


@contextmanager
def journal(data: Path, command: str, *, dry_run: bool = False) -> Iterator[logging.Logger]:
    """Give the log of a command, which also takes what the layers below log meanwhile.

    The file is begun with its first line; a dry run writes none.
    """
    handler: logging.Handler = logging.NullHandler()
    if not dry_run and data.is_dir():
        handler = _Journal(
            data / FILE, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=True
        )
    handler.setFormatter(
        logging.Formatter(
            f"%(asctime)s %(levelname)s {command}: %(message)s", "%Y-%m-%d %H:%M:%S%z"
        )
    )
    loggers = [logging.getLogger(name) for name in _PACKAGES]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield logging.getLogger(__name__)
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
        handler.close()
