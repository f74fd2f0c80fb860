"""What the benchmark measures, as its parts tell it to one another: a line a figure."""

import re
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_LINE = re.compile(r"^figure (\w+) ([\d.e+-]+)$", re.MULTILINE)
_ROLLUP = re.compile(r"^(Rss|Anonymous): +(\d+) kB$", re.MULTILINE)
_KB_IN_MB = 1024 / 1e6
LIMIT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; ``name`` is a key of the words of the report."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one thing, or why there are none; ``size`` in passages, 0 where none.

    ``remark`` says in words what the figures do not.
    """

    title: str
    figures: tuple[Figure, ...]
    size: int = 0
    missing: str = ""
    remark: str = ""

    def value(self, name: str) -> float | None:
        """Return a figure; None where it was not measured."""
        return next((one.value for one in self.figures if one.name == name), None)

    def joined(self, other: "Row") -> "Row":
        """Return this row with the figures and faults of another, too."""
        missing = "; ".join(dict.fromkeys(one for one in (self.missing, other.missing) if one))
        return Row(self.title, self.figures + other.figures, self.size, missing, self.remark)


def tell(name: str, value: float) -> None:
    """Tell the process that began this one a figure."""
    print(f"figure {name} {value:.6g}", flush=True)


def tell_times(name: str, seconds: Iterable[float]) -> None:
    """Tell the median and the 95th percentile of some times, in milliseconds."""
    ordered = sorted(seconds)
    tell(f"{name}_p50", 1000 * ordered[len(ordered) // 2])
    tell(f"{name}_p95", 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))])


def tell_memory() -> None:
    """Tell the memory of this process in MB: all that is resident, and what is its own.

    The difference are pages of mapped files, which the system takes back when it needs them.
    """
    sizes = dict(_ROLLUP.findall(Path("/proc/self/smaps_rollup").read_text()))
    tell("memory", int(sizes["Rss"]) * _KB_IN_MB)
    tell("memory_own", int(sizes["Anonymous"]) * _KB_IN_MB)


def megabytes(folder: Path) -> float:
    """Return the size of all files below a folder."""
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 1e6


def measured(title: str, module: str, arguments: Sequence[str], size: int = 0) -> Row:
    """Run a part in a process of its own, whose memory is then its own, too.

    What it told before it failed is kept.
    """
    command = [
        sys.executable,
        "-m",
        f"scripts._bench.{module}",
        *arguments,
        "--began",
        str(time.time()),
    ]
    try:
        done = subprocess.run(
            command, cwd=_ROOT, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as late:
        told = late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or ""
        return Row(title, _figures(told), size, missing=f"quá {LIMIT_SECONDS // 60} phút")
    missing = ""
    if done.returncode:
        missing = (done.stderr.strip().splitlines() or [f"mã thoát {done.returncode}"])[-1]
    return Row(title, _figures(done.stdout), size, missing)


def _figures(told: str) -> tuple[Figure, ...]:
    return tuple(Figure(name, float(value)) for name, value in _LINE.findall(told))
