"""One peer measured in a process of its own: its ingest, or its start and questions.

``python -m scripts._bench.peer ingest|ask NAME ...``; ``scripts.bench`` runs both, one after the
other, on the same folder.
"""

import argparse
import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts._bench.measurements import megabytes, tell, tell_memory, tell_times
from scripts._bench.peers import PEERS, First, Given, Peer

WARM = 3  # questions asked before the clock runs
TRIED = 15  # questions that decide on how many threads the others are asked


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with and without diacritics, and the ids of the rows that answer it."""

    question: str
    stripped: str
    relevant: tuple[str, ...]


def write(path: Path, questions: tuple[Asked, ...]) -> None:
    """Write questions for a process that shall load nothing of this project but what it needs."""
    path.write_text(json.dumps([asdict(one) for one in questions], ensure_ascii=False), "utf-8")


def main() -> None:
    """Measure one part of the peer that the arguments name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=("ingest", "ask"))
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--began", type=float, required=True)
    arguments = parser.parse_args()
    given = Given(arguments.corpus, arguments.data, arguments.folder)
    peer = PEERS[arguments.peer]
    try:
        if arguments.part == "ingest":
            _ingest(peer, given)
        else:
            rows = json.loads(arguments.questions.read_text("utf-8"))
            questions = tuple(Asked(**row) for row in rows)
            with peer.opened(given) as first:
                tell("ready", time.time() - arguments.began)
                _ask(first, questions)
    except ImportError as error:
        sys.exit(f"chưa cài được: {error}")


def _ingest(peer: Peer, given: Given) -> None:
    began = time.perf_counter()
    peer.ingest(given)
    tell("rows_a_second", len(given.rows()) / (time.perf_counter() - began))
    tell("disk", megabytes(given.folder))


def _ask(first: First, questions: tuple[Asked, ...]) -> None:
    for one in questions[:WARM]:
        first(one.question)
    _settle_threads(first, questions[:TRIED])
    times = []
    right = {"hit": 0, "hit_stripped": 0}
    for one in questions:
        start = time.perf_counter()
        found = first(one.question)
        times.append(time.perf_counter() - start)
        right["hit"] += found in one.relevant
    tell_times("ask", times)
    tell_memory()
    for one in questions:
        right["hit_stripped"] += first(one.stripped) in one.relevant
    for name, count in right.items():
        tell(name, 100 * count / len(questions))


def _settle_threads(first: First, questions: tuple[Asked, ...]) -> None:
    """Leave torch the number of threads that answers sooner: all, or one where others want a core.

    Nothing happens where a peer does without torch.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        return
    times = {}
    for threads in (torch.get_num_threads(), 1):
        torch.set_num_threads(threads)
        times[threads] = statistics.median(_seconds(first, one.question) for one in questions)
    torch.set_num_threads(min(times, key=lambda threads: times[threads]))


def _seconds(first: First, question: str) -> float:
    start = time.perf_counter()
    first(question)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
