"""What the benchmark measures, as its parts tell it to one another: a line a figure."""

import re
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_LINE = re.compile(r"^figure (\w+) ([\d.e+-]+)$", re.MULTILINE)
_STATM_RESIDENT = 1
_PAGE_MB = 4096 / 1e6
LIMIT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; ``name`` is a key of the words of the report."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one thing, or why there are none; ``size`` in passages, 0 where none."""

    title: str
    figures: tuple[Figure, ...]
    size: int = 0
    missing: str = ""

    def value(self, name: str) -> float | None:
        """Return a figure; None where it was not measured."""
        return next((one.value for one in self.figures if one.name == name), None)


def tell(name: str, value: float) -> None:
    """Tell the process that began this one a figure."""
    print(f"figure {name} {value:.6g}", flush=True)


def tell_times(name: str, seconds: Iterable[float]) -> None:
    """Tell the median and the 95th percentile of some times, in milliseconds."""
    ordered = sorted(seconds)
    tell(f"{name}_p50", 1000 * ordered[len(ordered) // 2])
    tell(f"{name}_p95", 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))])


def resident_mb() -> float:
    """Return the resident memory of this process; mapped files that were touched count."""
    return int(Path("/proc/self/statm").read_text().split()[_STATM_RESIDENT]) * _PAGE_MB


def measured(title: str, module: str, arguments: Sequence[str], size: int = 0) -> Row:
    """Run a part in a process of its own, whose memory is then its own, too."""
    command = [sys.executable, "-m", f"scripts.{module}", *arguments, "--began", str(time.time())]
    done = subprocess.run(
        command, cwd=_ROOT, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    figures = tuple(Figure(name, float(value)) for name, value in _LINE.findall(done.stdout))
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["?"]
        return Row(title, figures, size, missing=lines[-1])
    return Row(title, figures, size)
