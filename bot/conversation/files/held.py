"""Files that wait for a word of the staff: whether they take the place of an older version."""

import shutil
import time
from pathlib import Path

FOLDER = "held"
KEPT_SECONDS = 7 * 24 * 3600.0  # a button that is older finds no file any more


class HeldFiles:
    """Keeps files in a folder, each under the number of the update that brought it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def keep(self, path: Path) -> int:
        """Keep a copy of a file that lies in the folder of its update; return its number."""
        self._drop_old()
        key = int(path.parent.name)
        place = self._folder / str(key) / path.name
        self.drop(key)
        place.parent.mkdir(parents=True)
        shutil.copy2(path, place)
        place.touch()  # the copy's age, not the file's
        return key

    def find(self, key: int) -> Path | None:
        """Return a file that is kept; None where it is gone."""
        files = list((self._folder / str(key)).glob("*"))
        return files[0] if files else None

    def drop(self, key: int) -> None:
        """Forget a file."""
        shutil.rmtree(self._folder / str(key), ignore_errors=True)

    def _drop_old(self) -> None:
        for file in self._folder.glob("*/*"):
            if time.time() - file.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(file.parent, ignore_errors=True)
