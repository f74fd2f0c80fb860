"""Pieces that mean nearly what a question does, by the network's own vectors before training."""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from index.encoders.bundled.weights import BEGIN_TOKEN, END_TOKEN
from scripts._reader.arrays import Arrays, Ragged
from scripts._reader.network import Reader, spread

NEAREST = 32  # pieces by meaning, before as many by words
COPY = 0.975  # cosine to the answering piece above which a piece is a copy of it

_BATCH = 2048


@torch.no_grad()
def with_dense(arrays: Arrays, reader: Reader, device: torch.device) -> NDArray[np.int32]:
    """Return the pool with pieces alike in meaning before those alike in words; no near copies.

    For a GPU: seconds there, a quarter of an hour on two cores, where words must do.
    """
    reader.eval()
    pieces = _vectors(_first(arrays.pieces, arrays.real), reader, device)
    written = Ragged.of(
        arrays.questions[row] for row in range(0, len(arrays.questions), arrays.variants)
    )
    questions = _vectors(written, reader, device)
    count = min(NEAREST, arrays.real)
    by_words = torch.as_tensor(arrays.pool, device=device).long()
    answering = torch.as_tensor(arrays.first_answers()[:, 0], device=device).long()
    found = []
    for first in range(0, len(arrays), _BATCH):
        rows = slice(first, first + _BATCH)
        by_meaning = (questions[rows] @ pieces.T).topk(count, -1).indices
        both = torch.cat([by_meaning, by_words[rows]], 1)
        own = pieces[answering[rows].clamp(min=0)]
        likeness = torch.einsum("nkh,nh->nk", pieces[both.clamp(min=0)], own)
        copies = (likeness > COPY) & (answering[rows] >= 0)[:, None]
        found.append(both.masked_fill(copies, -1))
    return np.asarray(torch.cat(found).int().cpu().numpy(), np.int32)


def _first(ragged: Ragged, count: int) -> Ragged:
    bounds = ragged.bounds[: count + 1]
    return Ragged(ragged.values[: bounds[-1]], bounds)


def _vectors(texts: Ragged, reader: Reader, device: torch.device) -> Tensor:
    """Return the mean states of "<s> text </s>", of unit length, in 16 bits."""
    tokens = torch.as_tensor(texts.values, device=device).long()
    bounds = torch.as_tensor(texts.bounds, device=device)
    lengths = bounds.diff()
    hidden = reader.dimensions.hidden
    found = torch.empty(len(texts), hidden, dtype=torch.float16, device=device)
    order = lengths.argsort()
    for first in range(0, len(texts), _BATCH):
        rows = order[first : first + _BATCH]
        starts, sequences, places = spread(lengths[rows] + 2)
        where = bounds[rows][sequences] + places - 1
        ids = tokens[where.clamp(0, len(tokens) - 1)]
        ids[places == 0] = BEGIN_TOKEN
        ids[places == (lengths[rows] + 1)[sequences]] = END_TOKEN
        longest = int(lengths[rows].max()) + 2
        states = reader.states(ids, places, starts.int(), longest).float()
        total = states.new_zeros(len(rows), hidden).index_add(0, sequences, states)
        found[rows] = F.normalize(total, dim=-1).half()
    return found
