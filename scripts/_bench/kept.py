"""Rows of the benchmark on disk, so that a run that was ended goes on where it stopped."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from scripts._bench.measurements import Figure, Row


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows as they were measured, one file each; ``reuse`` takes those that are there."""

    folder: Path
    reuse: bool

    def row(self, name: str, measure: Callable[[], Row]) -> Row:
        """Return a row, measured now or before; one with a fault is measured again."""
        path = self.folder / f"{name}.json"
        if self.reuse and path.is_file():
            row = read(path)
            if not row.missing:
                return row
        row = measure()
        self.folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(row), ensure_ascii=False), "utf-8")
        return row

    def oldest(self) -> date | None:
        """Return the day of the first measurement that is there; None without any."""
        times = [path.stat().st_mtime for path in self.folder.glob("*.json")]
        return datetime.fromtimestamp(min(times)).astimezone().date() if times else None


def read(path: Path) -> Row:
    """Return the row of a file."""
    kept = json.loads(path.read_text("utf-8"))
    figures = tuple(Figure(str(one["name"]), float(one["value"])) for one in kept["figures"])
    return Row(kept["title"], figures, kept["size"], kept["missing"], kept["remark"])
