"""What a training that was ended goes on from: one file, in its place whole or not at all."""

import os
import pickle
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

FILE = "checkpoint.pt"


class CheckpointError(Exception):
    """A checkpoint that cannot be gone on from; the message names it and the remedy."""


@dataclass(slots=True)
class Checkpoint:
    """The state between two blocks of steps; ``run`` tells the data and settings it is of."""

    run: str
    step: int
    seconds: float
    dtype: str
    weights: dict[str, Tensor]
    averages: dict[str, Tensor]
    optimiser: dict[str, Any]
    random: Tensor
    random_on_device: Tensor | None
    curve: list[dict[str, Any]]


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Put a checkpoint in the place of the one before."""
    draft = folder / f".{FILE}.new"
    with draft.open("wb") as file:
        torch.save({name: getattr(checkpoint, name) for name in _NAMES}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / FILE)


def load(folder: Path, run: str) -> Checkpoint:
    """Read the checkpoint of a run; raises CheckpointError."""
    path = folder / FILE
    if not path.exists():
        raise CheckpointError(f"{folder}: chưa có {FILE}; hãy bỏ --resume để huấn luyện từ đầu.")
    try:
        checkpoint = Checkpoint(**torch.load(path, map_location="cpu", weights_only=True))
    except (pickle.UnpicklingError, RuntimeError, TypeError) as error:
        raise CheckpointError(f"{path}: tệp bị hỏng; hãy xóa tệp và huấn luyện lại.") from error
    if checkpoint.run != run:
        raise CheckpointError(
            f"{path}: thuộc lần huấn luyện với dữ liệu hoặc tùy chọn khác; hãy dùng đúng như lần "
            "đó, hoặc chọn thư mục --out khác."
        )
    return checkpoint


_NAMES = tuple(one.name for one in fields(Checkpoint))
