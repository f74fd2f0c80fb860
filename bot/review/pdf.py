"""A page as PDF, printed by Chromium where the machine has it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bot.errors import ReviewError
from bot.texts import review as texts

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 60


def browser() -> str | None:
    """Return the program that can print, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def print_pdf(page: Path, target: Path) -> None:
    """Print a page of this machine into a new file; raises ReviewError with the remedy."""
    program = browser()
    if program is None:
        raise ReviewError(texts.NO_BROWSER)
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "report.pdf"
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={printed}",
            page.resolve().as_uri(),
        ]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium has none for root; the page has no script
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
            shutil.move(printed, target)
        except (OSError, subprocess.SubprocessError) as error:
            raise ReviewError(texts.not_printed(target)) from error
