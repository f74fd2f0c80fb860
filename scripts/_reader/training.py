"""The loop: rates, averages, checkpoints and early figures."""

import hashlib
import itertools
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from scripts._reader import checkpoints
from scripts._reader.arrays import Arrays
from scripts._reader.checkpoints import Checkpoint
from scripts._reader.dense import with_dense
from scripts._reader.figures import Figures, measure
from scripts._reader.groups import BLOCK, Batch, Draw, Sampler
from scripts._reader.losses import losses, read
from scripts._reader.network import Packer, Reader
from scripts._reader.pool import cleaned

WARM_UP = 0.05  # of the training, in which the rate rises
LEAST_RATE = 0.02  # of the rate, at the end
CLIP = 1.0
WEIGHT_DECAY = 0.01
BETAS, EPSILON = (0.9, 0.98), 1e-6
AVERAGED = 0.999  # the moving average of the weights, less at first; it is what is kept
EARLY = 0.2  # of the training between two early figures
FIRST_FIGURES = 5  # steps before the first ones
EARLY_QUESTIONS = {"cuda": 1200, "cpu": 120}  # two minutes of two cores
SAVED_SECONDS = 300  # between two checkpoints
MEASURED_QUESTIONS = 2  # read to find out which type is quicker
WORKERS = 4  # processes that draw batches for a GPU, which would wait for one

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True, slots=True)
class Settings:
    """How long and how a reader is trained; the command has the shipped one's as defaults.

    One of ``steps`` and ``minutes`` is the length. ``dtype`` "" is the quicker one.
    """

    steps: int | None = None
    minutes: float | None = None
    rate: float = 2e-4
    dropout: float = 0.1
    frozen: int = 0
    spans: bool = True
    dtype: str = ""
    draw: Draw = field(default_factory=Draw)


@dataclass(frozen=True, slots=True)
class Trained:
    """The averaged weights with their figures, and how they came about."""

    weights: dict[str, Tensor]
    steps: int
    seconds: float
    figures: Figures
    by_source: dict[str, Figures]
    curve: tuple[dict[str, Any], ...]


class Training:
    """A training under way."""

    def __init__(
        self,
        arrays: Arrays,
        reader: Reader,
        settings: Settings,
        folder: Path,
        tell: Callable[[str, dict[str, Any]], None] = lambda _what, _values: None,
    ) -> None:
        """Make ready; ``tell`` is called with "step" and "figures" as they become known."""
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._reader = reader.to(self._device)
        self._settings = settings
        self._folder = folder
        self._tell = tell
        self._run = _digest(arrays, reader, settings)
        if self._device.type == "cuda":
            reader.dtype = torch.bfloat16
            arrays = replace(arrays, pool=with_dense(arrays, reader, self._device))
            arrays = replace(arrays, pool=cleaned(arrays, arrays.pool))
        self._arrays = arrays
        self._sampler = Sampler(arrays, settings.draw)
        self._packer = Packer(arrays, self._device)
        self._verdicts = torch.as_tensor(arrays.verdicts, device=self._device)
        self._learned = {name: p for name, p in reader.named_parameters() if p.requires_grad}
        self._averages = {name: p.detach().clone() for name, p in self._learned.items()}
        matrices, vectors = (
            [one for one in self._learned.values() if (one.ndim > 1) is wanted]
            for wanted in (True, False)
        )
        parameters: list[dict[str, Any]] = [
            {"params": matrices},
            {"params": vectors, "weight_decay": 0.0},
        ]
        self._optimiser = torch.optim.AdamW(
            parameters,
            lr=settings.rate,
            weight_decay=WEIGHT_DECAY,
            betas=BETAS,
            eps=EPSILON,
            fused=self._device.type == "cuda",
        )
        self._step = 0
        self._curve: list[dict[str, Any]] = []
        self._share = multiprocessing.get_context("fork").Value("d", 0.0)
        self._began = time.monotonic()
        self._saved = self._began

    def run(self, *, resume: bool = False) -> Trained:
        """Train to the end; from the checkpoint, if told, or CheckpointError is raised."""
        if resume:
            self._restore(checkpoints.load(self._folder, self._run))
        else:
            self._reader.dtype = self._dtype()
            torch.manual_seed(self._settings.draw.seed)
            self._began = time.monotonic()
        self._saved = time.monotonic()
        self._reader.train()
        for batch in self._batches():
            share = self._progress()
            if share >= 1:
                break
            if self._step > FIRST_FIGURES and share >= EARLY * len(self._curve):
                self._measure_early()
            self._learn(batch, share)
            if self._step % BLOCK == 0 and time.monotonic() - self._saved > SAVED_SECONDS:
                self.save()
        seconds = self._seconds()
        for name, average in self._averages.items():
            self._learned[name].data.copy_(average)
        figures, by_source = measure(
            self._reader, self._arrays, self._sampler, self._packer, len(self._arrays)
        )
        weights = {name: one.detach().cpu() for name, one in self._reader.state_dict().items()}
        return Trained(weights, self._step, seconds, figures, by_source, tuple(self._curve))

    def save(self) -> None:
        """Write a checkpoint; between two blocks, since a block is drawn as one."""
        on_device = torch.cuda.get_rng_state() if self._device.type == "cuda" else None
        checkpoints.save(
            self._folder,
            Checkpoint(
                run=self._run,
                step=self._step,
                seconds=self._seconds(),
                dtype=str(self._reader.dtype).removeprefix("torch."),
                weights=self._reader.state_dict(),
                averages=self._averages,
                optimiser=self._optimiser.state_dict(),
                random=torch.get_rng_state(),
                random_on_device=on_device,
                curve=self._curve,
            ),
        )
        self._saved = time.monotonic()

    def _restore(self, kept: Checkpoint) -> None:
        self._reader.load_state_dict(kept.weights)
        for name, average in kept.averages.items():
            self._averages[name].copy_(average)
        self._optimiser.load_state_dict(kept.optimiser)
        self._reader.dtype = _DTYPES[kept.dtype]
        torch.set_rng_state(kept.random)
        if kept.random_on_device is not None and self._device.type == "cuda":
            torch.cuda.set_rng_state(kept.random_on_device)
        self._step, self._curve = kept.step, kept.curve
        self._began = time.monotonic() - kept.seconds

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _progress(self) -> float:
        """Return which share of the training is done, for the batches to come as well."""
        settings = self._settings
        if settings.steps is not None:
            share = self._step / max(settings.steps, 1)
        else:
            share = self._seconds() / (60 * (settings.minutes or 1))
        self._share.value = share
        return share

    def _batches(self) -> Iterator[Batch]:
        """Yield batches; on a GPU they are drawn ahead, elsewhere when they are asked for."""
        self._progress()
        ahead = self._device.type == "cuda"
        blocks = DataLoader(
            _Blocks(self._sampler, self._share),
            batch_size=None,
            sampler=itertools.count(self._step // BLOCK),
            num_workers=WORKERS if ahead else 0,
            multiprocessing_context="fork" if ahead else None,
            collate_fn=_as_it_is,
            generator=torch.Generator(),  # of its own, so that dropout goes on as it was
        )
        for block in blocks:
            yield from block
            self._progress()  # before the next is drawn

    def _learn(self, batch: Batch, share: float) -> None:
        rate = self._settings.rate * min(1, max(share, 1e-3) / WARM_UP) * max(LEAST_RATE, 1 - share)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        packed, said = read(self._reader, self._packer, batch)
        found = losses(batch, packed, said, self._verdicts, spans=self._settings.spans)
        self._optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(found.total)
        nn.utils.clip_grad_norm_(self._learned.values(), CLIP)
        self._optimiser.step()
        self._step += 1
        kept = min(AVERAGED, (1 + self._step) / (10 + self._step))
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self._averages.values()), list(self._learned.values()), 1 - kept
            )
        if self._step % 50 == 0 or self._device.type == "cpu":
            parts = {name: getattr(found, name).item() for name in found.__slots__}
            self._tell("step", {"step": self._step, "share": share} | parts)

    def _measure_early(self) -> None:
        most = EARLY_QUESTIONS[self._device.type]
        figures, _by_source = measure(self._reader, self._arrays, self._sampler, self._packer, most)
        read_so_far = self._step * self._settings.draw.groups * self._settings.draw.candidates
        values = {"step": self._step, "read": read_so_far, "seconds": round(self._seconds())}
        self._curve.append(values | figures.as_json())
        self._tell("figures", self._curve[-1])

    def _dtype(self) -> torch.dtype:
        """Return what the layers compute in: as set, else what is quicker on this machine."""
        if self._settings.dtype:
            return _DTYPES[self._settings.dtype]
        if self._device.type == "cuda":
            return torch.bfloat16
        batch = self._sampler.block(0, 0.0)[0]
        few = batch.first(MEASURED_QUESTIONS)
        taken = {}
        for dtype in _DTYPES.values():
            self._reader.dtype = dtype
            for _ in range(2):  # the first one makes ready
                began = time.monotonic()
                packed, said = read(self._reader, self._packer, few)
                torch.autograd.backward(losses(few, packed, said, self._verdicts, spans=True).total)
                taken[dtype] = time.monotonic() - began
        self._reader.zero_grad(set_to_none=True)
        return min(taken, key=lambda dtype: taken[dtype])


class _Blocks(Dataset[tuple[Batch, ...]]):
    """The blocks of a sampler by number; ``share`` tells how hard they are to be."""

    def __init__(self, sampler: Sampler, share: Any) -> None:
        self._sampler = sampler
        self._share = share

    def __getitem__(self, number: int) -> tuple[Batch, ...]:
        return self._sampler.block(number, self._share.value)


def _as_it_is(block: Any) -> Any:
    return block


def _digest(arrays: Arrays, reader: Reader, settings: Settings) -> str:
    described = json.dumps(
        [arrays.digest(), asdict(settings), reader.dimensions.layers, reader.frozen]
    )
    return hashlib.sha256(described.encode()).hexdigest()[:16]
