"""The reader on torch: the bundled BERT over packed sequences, with heads for what it says.

Sequences stand one behind the other without padding: layers but for attention cost what tokens
cost. On a GPU attention runs over them as they are, elsewhere over a padded copy.
"""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from index.encoders.bundled.onnx_graph import TensorSource
from index.encoders.bundled.weights import (
    BEGIN_TOKEN,
    END_TOKEN,
    LAYER_NORM_EPSILON,
    WeightFile,
)
from scripts._reader.arrays import Arrays

NO_PLACE = -1e4  # the logit of a token that cannot start or end an answer

_HEADS_STD = 0.02  # as BERT's own first weights
_HEADS_DROPOUT = 0.1
_PARTS = ("ao", "aln", "fi", "fo", "oln")


@dataclass(frozen=True, slots=True)
class Packed:
    """Sequences "<s> question </s></s> piece </s>", one behind the other.

    For each token its id, place and sequence, and whether it belongs to the piece's text;
    ``bounds`` (sequences + 1,) where sequences begin, ``longest`` their greatest length,
    ``offsets`` where their pieces begin.
    """

    ids: Tensor
    places: Tensor
    sequences: Tensor
    body: Tensor
    bounds: Tensor
    longest: int
    offsets: Tensor


@dataclass(frozen=True, slots=True)
class Said:
    """What the reader says of each sequence.

    ``relevance`` (sequences,), ``spans`` (sequences, tokens, 2) and ``verdicts`` (sequences, 3).
    """

    relevance: Tensor
    spans: Tensor
    verdicts: Tensor


class Packer:
    """The tokens of questions and pieces on a device, put together there."""

    def __init__(self, arrays: Arrays, device: torch.device) -> None:
        self.device = device
        self._questions, self._question_bounds = (
            torch.as_tensor(one, device=device)
            for one in (arrays.questions.values, arrays.questions.bounds)
        )
        self._pieces, self._piece_bounds = (
            torch.as_tensor(one, device=device)
            for one in (arrays.pieces.values, arrays.pieces.bounds)
        )
        self._text_starts = torch.as_tensor(arrays.text_starts, device=device)

    def pack(self, variants: Tensor, pieces: Tensor) -> Packed:
        """Put questions before pieces, one each."""
        asked = self._question_bounds[variants + 1] - self._question_bounds[variants]
        read = self._piece_bounds[pieces + 1] - self._piece_bounds[pieces]
        bounds, sequences, places = spread(asked + read + 4)
        offsets = asked + 3
        in_question = (places >= 1) & (places < asked[sequences] + 1)
        in_piece = (places >= offsets[sequences]) & (places < (offsets + read)[sequences])
        ids = torch.full_like(places, END_TOKEN)
        where = self._question_bounds[variants][sequences] + places - 1
        ids[in_question] = self._questions[where[in_question]].long()
        where = self._piece_bounds[pieces][sequences] + places - offsets[sequences]
        ids[in_piece] = self._pieces[where[in_piece]].long()
        ids[places == 0] = BEGIN_TOKEN
        text_starts = (offsets + self._text_starts[pieces])[sequences]
        body = in_piece & (places >= text_starts)
        longest = int((asked + read).max()) + 4
        return Packed(ids, places, sequences, body, bounds.int(), longest, offsets)


def spread(lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return where sequences of these lengths begin, and each token's sequence and place."""
    bounds = F.pad(lengths.cumsum(0), (1, 0))
    numbers = torch.arange(len(lengths), device=lengths.device)
    sequences = torch.repeat_interleave(numbers, lengths)
    places = torch.arange(len(sequences), device=lengths.device) - bounds[:-1][sequences]
    return bounds, sequences, places


class Reader(nn.Module):
    """The network. ``dtype`` is what its layers compute in; its weights stay in 32 bits."""

    word: Tensor
    place: Tensor
    norm_factors: Tensor
    norm_offsets: Tensor

    def __init__(
        self,
        source: TensorSource,
        words: NDArray[np.float32],
        layers: int | None = None,
        *,
        frozen: int = 0,
        dropout: float = 0.1,
        seed: int = 0,
    ) -> None:
        """Begin with the weights of ``source``; ``words`` are the embeddings of the vocabulary.

        Embeddings stay as they are, and so do the first ``frozen`` layers.
        """
        super().__init__()
        sizes = source.dimensions
        self.dimensions = replace(sizes, layers=sizes.layers if layers is None else layers)
        self.dtype = torch.float32
        first_type = source.tensor("emb.pos") + source.tensor("emb.type")[0]
        for name, array in (
            ("word", words),
            ("place", first_type),
            ("norm_factors", source.tensor("emb.ln.w")),
            ("norm_offsets", source.tensor("emb.ln.b")),
        ):
            self.register_buffer(name, torch.tensor(array), persistent=False)
        self.layers = nn.ModuleList(
            _Layer(source, layer, dropout if layer >= frozen else 0.0)
            for layer in range(self.dimensions.layers)
        )
        self.frozen = frozen
        for layer in self.layers[:frozen]:
            layer.requires_grad_(requires_grad=False)
        self.pool = nn.Linear(2 * sizes.hidden, sizes.hidden)
        self.rel = nn.Linear(sizes.hidden, 1)
        self.yn = nn.Linear(sizes.hidden, 3)
        self.span = nn.Linear(sizes.hidden, 2)
        first = torch.Generator().manual_seed(seed)
        for head in (self.pool, self.rel, self.yn, self.span):
            nn.init.normal_(head.weight, std=_HEADS_STD, generator=first)
            nn.init.zeros_(head.bias)

    def states(self, ids: Tensor, places: Tensor, bounds: Tensor, longest: int) -> Tensor:
        """Return the hidden states of packed tokens."""
        given = self.word[ids] + self.place[places]
        shape = (self.dimensions.hidden,)
        normal = F.layer_norm(
            given, shape, self.norm_factors, self.norm_offsets, LAYER_NORM_EPSILON
        )
        state = normal.to(self.dtype)
        for number, layer in enumerate(self.layers):
            with torch.set_grad_enabled(torch.is_grad_enabled() and number >= self.frozen):
                state = layer(state, bounds, longest)
        return state

    def forward(self, packed: Packed) -> Said:
        """Read packed sequences."""
        state = self.states(packed.ids, packed.places, packed.bounds, packed.longest).float()
        count, hidden = len(packed.bounds) - 1, self.dimensions.hidden
        weight = packed.body.float()[:, None]
        total = state.new_zeros(count, hidden).index_add(0, packed.sequences, state * weight)
        size = state.new_zeros(count, 1).index_add(0, packed.sequences, weight)
        first = state[packed.bounds[:-1].long()]
        pooled = torch.tanh(self.pool(torch.cat([first, total / size.clamp(min=1)], -1)))
        pooled = F.dropout(pooled, _HEADS_DROPOUT, self.training)
        possible = packed.body | (packed.places == 0)
        logits = self.span(state).masked_fill(~possible[:, None], NO_PLACE)
        spans = state.new_full((count, packed.longest, 2), NO_PLACE)
        spans = spans.index_put((packed.sequences, packed.places), logits)
        return Said(self.rel(pooled).squeeze(-1), spans, self.yn(pooled))


class _Layer(nn.Module):
    def __init__(self, source: TensorSource, layer: int, dropout: float) -> None:
        super().__init__()
        self._sizes = source.dimensions
        self._dropout = dropout
        parts = {
            f"{part}_{kind}": source.tensor(f"l{layer}.{part}.{kind}")
            for part in _PARTS
            for kind in "wb"
        }
        for kind in "wb":
            three = [source.tensor(f"l{layer}.{part}.{kind}") for part in "qkv"]
            parts[f"qkv_{kind}"] = np.concatenate(three)
        self.parts = nn.ParameterDict(
            {name: nn.Parameter(torch.tensor(array)) for name, array in parts.items()}
        )

    def forward(self, state: Tensor, bounds: Tensor, longest: int) -> Tensor:
        parts = {name: part.to(state.dtype) for name, part in self.parts.items()}
        shape = (self._sizes.hidden,)
        chance = self._dropout if self.training else 0.0
        heads = self._sizes.heads
        joint = F.linear(state, parts["qkv_w"], parts["qkv_b"])
        joint = joint.view(-1, 3, heads, self._sizes.hidden // heads)
        mixed = _attention(joint, bounds, longest).reshape(-1, *shape)
        change = F.dropout(F.linear(mixed, parts["ao_w"], parts["ao_b"]), chance)
        state = F.layer_norm(
            state + change, shape, parts["aln_w"], parts["aln_b"], LAYER_NORM_EPSILON
        )
        inner = F.gelu(F.linear(state, parts["fi_w"], parts["fi_b"]))
        change = F.dropout(F.linear(inner, parts["fo_w"], parts["fo_b"]), chance)
        return F.layer_norm(
            state + change, shape, parts["oln_w"], parts["oln_b"], LAYER_NORM_EPSILON
        )


def _attention(joint: Tensor, bounds: Tensor, longest: int) -> Tensor:
    """Let the tokens of each sequence attend to one another; (tokens, 3, heads, size) given."""
    if joint.is_cuda and importlib.util.find_spec("torch.nn.attention.varlen"):
        from torch.nn.attention.varlen import varlen_attn  # since torch 2.10

        query, key, value = (part.contiguous() for part in joint.unbind(1))
        mixed = varlen_attn(query, key, value, bounds, bounds, longest, longest)
        assert isinstance(mixed, Tensor)
        return mixed
    lengths = bounds.diff()
    valid = torch.arange(longest, device=joint.device)[None] < lengths[:, None]
    padded = joint.new_zeros(len(lengths), longest, *joint.shape[1:])
    padded[valid] = joint
    query, key, value = padded.permute(2, 0, 3, 1, 4)
    mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=valid[:, None, None, :])
    return mixed.transpose(1, 2)[valid]


def word_rows(source: WeightFile, vocabulary: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the embeddings of some tokens: a tenth of all occur, which saves 350 MB."""
    nibbles, scales = source.packed("emb.word")
    blocks = len(scales) // source.dimensions.vocabulary
    rows = nibbles.reshape(-1, blocks, nibbles.shape[1])[vocabulary]
    factors = scales.reshape(-1, blocks, 1)[vocabulary].astype(np.float32)
    whole = np.concatenate([rows & 15, rows >> 4], axis=-1).astype(np.float32) - 8
    return np.asarray((whole * factors).reshape(len(vocabulary), -1), np.float32)


def tensors_of(state: Mapping[str, Tensor]) -> dict[str, NDArray[np.float32]]:
    """Return the weights of a reader's layers as the weight file names them, and its heads'."""
    found: dict[str, NDArray[np.float32]] = {}
    for name, value in state.items():
        array = value.detach().float().cpu().numpy()
        if not name.startswith("layers."):
            found[name] = array  # "pool.weight"
            continue
        _layers, layer, _parts, part = name.split(".")
        outer, kind = part.split("_")
        if outer == "qkv":
            for letter, third in zip("qkv", np.split(array, 3), strict=True):
                found[f"l{layer}.{letter}.{kind}"] = third
        else:
            found[f"l{layer}.{outer}.{kind}"] = array
    return found
