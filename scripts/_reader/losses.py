"""What a reader is trained for: the right piece first, the right words, yes or no."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from scripts._reader.groups import Batch
from scripts._reader.network import Packed, Packer, Reader, Said

# Weights of the parts against the listwise one, as the shipped reader was trained with; not tuned.
EACH_PIECE = 0.5
SPAN = 0.6
VERDICT = 0.15
ANSWERING = 2.0  # an answering piece against one that does not: one of eight at most answers
NO_ANSWER = 0.12  # "no answer" as a span against a span: seven of eight pieces have none


@dataclass(frozen=True, slots=True)
class Losses:
    """The loss of a batch and its parts."""

    total: Tensor
    listwise: Tensor
    each: Tensor
    span: Tensor
    verdict: Tensor


def read(reader: Reader, packer: Packer, batch: Batch) -> tuple[Packed, Said]:
    """Read the pieces of a batch."""
    variants, pieces = (
        torch.as_tensor(rows, device=packer.device) for rows in (batch.variants, batch.pieces)
    )
    packed = packer.pack(variants, pieces)
    said: Said = reader(packed)
    return packed, said


def losses(batch: Batch, packed: Packed, said: Said, verdicts: Tensor, *, spans: bool) -> Losses:
    """Compare what a reader says with the labels.

    ``verdicts`` are those of all questions: -1 where it is unknown whether they ask for one.
    """
    labels = torch.as_tensor(batch.labels, device=said.relevance.device)
    questions = torch.as_tensor(batch.questions, device=labels.device)
    listwise = _listwise(said.relevance.view(len(questions), -1), labels[:, 2])
    each = F.binary_cross_entropy_with_logits(
        said.relevance, labels[:, 2].float(), pos_weight=said.relevance.new_tensor(ANSWERING)
    )
    span = _span(packed, said.spans, labels)
    told = verdicts[questions].repeat_interleave(len(labels) // len(questions))
    asked = (told >= 0) & (labels[:, 2] > 0)
    verdict = (
        F.cross_entropy(said.verdicts[asked], told[asked])
        if bool(asked.any())
        else said.verdicts.sum() * 0
    )
    total = listwise + EACH_PIECE * each + VERDICT * verdict
    return Losses(total + SPAN * span if spans else total, listwise, each, span, verdict)


def _listwise(relevance: Tensor, answering: Tensor) -> Tensor:
    """Choose among a question's pieces and "none of them", whose log-odds are 0."""
    right = answering.view_as(relevance) > 0
    none = relevance.new_zeros(len(relevance), 1)
    everything = torch.logsumexp(torch.cat([relevance, none], 1), 1)
    answer = torch.logsumexp(relevance.masked_fill(~right, -1e4), 1)
    return (everything - torch.where(right.any(1), answer, none[:, 0])).mean()


def _span(packed: Packed, spans: Tensor, labels: Tensor) -> Tensor:
    """Choose the first and last token; the first of all, <s>, means "no answer"."""
    known = labels[:, 0] >= 0
    weights = torch.where(known, 1.0, NO_ANSWER) * (known | (labels[:, 2] == 0))
    total = spans.new_zeros(())
    for side in (0, 1):
        target = torch.where(known, labels[:, side] + packed.offsets, 0)
        entropy = F.cross_entropy(spans[..., side], target, reduction="none")
        total = total + (entropy * weights).sum()
    return total / weights.sum() / 2
