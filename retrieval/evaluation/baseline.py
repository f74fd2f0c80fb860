"""The outcomes of earlier runs in a compact form, so that a later run is compared in pairs.

Questions are kept as digests: the file repeats nothing of a set that may not be copied.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from retrieval.errors import BaselineError
from retrieval.evaluation.results import Outcome
from retrieval.evaluation.run import Run

FORMAT = 1
_RANKS = ".123456789a"  # a rank up to ten; a dot where nothing relevant was found
_FLAGS = {None: "-", False: "0", True: "1"}
_READ_FLAGS = {sign: value for value, sign in _FLAGS.items()}
_STEPS = 999  # a confidence takes three digits


@dataclass(frozen=True, slots=True)
class KeptRun:
    """One run: of each field a character a question, of ``confidence`` three digits or dashes."""

    legs: str
    stripped: bool
    ranks: str
    quoted: str
    right: str
    refused: str
    confidence: str


@dataclass(frozen=True, slots=True)
class KeptSet:
    """The runs of one set over the same questions, by their digests."""

    name: str
    keys: tuple[str, ...]
    runs: tuple[KeptRun, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Runs to compare with; ``model`` is the fingerprint of the encoder they were made with."""

    model: str
    sets: tuple[KeptSet, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Baseline":
        """Read a file; raises BaselineError when it is none of this format."""
        try:
            held = json.loads(path.read_text("utf-8"))
            if held["format"] != FORMAT:
                raise BaselineError(f"{path}: mốc so sánh của phiên bản khác; {_REMEDY}")
            sets = [
                KeptSet(
                    one["name"],
                    tuple(one["keys"].split()),
                    tuple(KeptRun(**run) for run in one["runs"]),
                )
                for one in held["sets"]
            ]
            return cls(str(held["model"]), tuple(sets))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BaselineError(f"{path}: không phải tệp mốc so sánh; {_REMEDY}") from error

    def write(self, path: Path) -> None:
        """Write the file, a set's digests and each field of a run a line."""
        held = {"format": FORMAT, **asdict(self)}
        for one in held["sets"]:
            one["keys"] = " ".join(one["keys"])
        path.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", "utf-8")

    def with_set(self, name: str, runs: Sequence[Run]) -> "Baseline":
        """Return the baseline with the runs of one set in the place of earlier ones."""
        keys = tuple(one.key for one in runs[0].outcomes)
        kept = KeptSet(name, keys, tuple(_kept(run) for run in runs))
        return replace(self, sets=(*(one for one in self.sets if one.name != name), kept))

    def paired(self, name: str, run: Run) -> tuple[tuple[Outcome, ...], tuple[Outcome, ...]] | None:
        """Return the outcomes then and now of the questions in both; None where there are none."""
        for kept in self.sets:
            for then in kept.runs:
                if (kept.name, then.legs, then.stripped) == (name, run.way.legs, run.way.stripped):
                    return _paired(kept.keys, then, run.outcomes)
        return None


_REMEDY = "hãy ghi lại bằng --save-baseline."


def _kept(run: Run) -> KeptRun:
    outcomes = run.outcomes
    return KeptRun(
        legs=run.way.legs,
        stripped=run.way.stripped,
        ranks="".join(_RANKS[one.rank or 0] for one in outcomes),
        quoted=_flags(one.quoted for one in outcomes),
        right=_flags(one.right for one in outcomes),
        refused=_flags(one.refused for one in outcomes),
        confidence="".join(_confidence(one.confidence) for one in outcomes),
    )


def _flags(values: Iterable[bool | None]) -> str:
    return "".join(_FLAGS[value] for value in values)


def _confidence(value: float | None) -> str:
    return "---" if value is None else f"{round(value * _STEPS):03d}"


def _read_confidence(written: str) -> float | None:
    return None if written == "---" else int(written) / _STEPS


def _paired(
    keys: Sequence[str], kept: KeptRun, outcomes: Sequence[Outcome]
) -> tuple[tuple[Outcome, ...], tuple[Outcome, ...]] | None:
    places = {key: place for place, key in enumerate(keys)}
    after = [one for one in outcomes if one.key in places]
    if not after:
        return None
    before = [_then(one, kept, places[one.key]) for one in after]
    # confidences are compared as they are kept, or rounding would look like a change
    now = [replace(one, confidence=_read_confidence(_confidence(one.confidence))) for one in after]
    return tuple(before), tuple(now)


def _then(now: Outcome, kept: KeptRun, place: int) -> Outcome:
    rank = _RANKS.index(kept.ranks[place]) or None
    return replace(
        now,
        rank=rank,
        quoted=_READ_FLAGS[kept.quoted[place]],
        right=_READ_FLAGS[kept.right[place]],
        refused=_READ_FLAGS[kept.refused[place]],
        confidence=_read_confidence(kept.confidence[3 * place : 3 * place + 3]),
    )
