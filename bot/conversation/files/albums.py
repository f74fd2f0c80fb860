"""Files that are sent together: one caption counts for all, and one summary tells of all."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

REMEMBERED = 200  # albums; of older ones each file is told by itself


@dataclass(slots=True)
class _Album:
    caption: str = ""
    names: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


class Albums:
    """Remembers the albums that came lately; nothing of them is written anywhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._albums: OrderedDict[str, _Album] = OrderedDict()

    def receive(self, key: str, name: str, caption: str) -> int:
        """Note a file of an album; return how many have come."""
        with self._lock:
            album = self._album(key)
            album.caption = album.caption or caption
            album.names.append(name)
            return len(album.names)

    def caption(self, key: str) -> str:
        """Return what stands under any of the files."""
        with self._lock:
            return self._album(key).caption

    def finish(self, key: str, line: str) -> tuple[int, tuple[str, ...]]:
        """Note what became of a file; return how many have come, and what became of which."""
        with self._lock:
            album = self._album(key)
            album.lines.append(line)
            return max(len(album.names), len(album.lines)), tuple(album.lines)

    def _album(self, key: str) -> _Album:
        album = self._albums.setdefault(key, _Album())
        while len(self._albums) > REMEMBERED:
            self._albums.popitem(last=False)
        return album
