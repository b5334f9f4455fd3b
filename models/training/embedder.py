"""The static embedder: a sentence is the normalised sum of its tokens' vectors.

No attention, no order: a token's vector also carries its weight, as its length. What it cannot do a transformer can;
what it costs is a look-up a token.

A bag trained on paraphrases: Wieting et al., "Towards Universal Paraphrastic Sentence Embeddings", ICLR 2016,
arXiv:1511.08198. Loss: van den Oord et al., "Representation Learning with Contrastive Predictive Coding", 2018,
arXiv:1807.03748, with the batch's other pairs as negatives.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rows import Int8Rows

_NO_NEGATIVE = -1e4


class ServedEmbedder(nn.Module):
    """The graph that is shipped: ids and mask in, unit vectors out."""

    def __init__(self, weight: Tensor):
        super().__init__()
        self.tokens = Int8Rows(weight)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        # The floor is far below any real sum's length: a text without a token gives the zero vector and no NaN.
        return F.normalize(self.tokens(input_ids, attention_mask).sum(1), dim=1, eps=1e-9)


class Embedder(nn.Module):
    """The same sum in float, over texts end to end, for training."""

    def __init__(self, tokens: int, dimensions: int, spread: float):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(tokens, dimensions) * spread)

    def forward(self, ids: np.ndarray, owners: np.ndarray, texts: int) -> Tensor:
        """`owners[i]` is the text that `ids[i]` belongs to, ascending."""
        offsets = torch.from_numpy(np.searchsorted(owners, np.arange(texts)))
        return F.normalize(F.embedding_bag(torch.from_numpy(ids), self.weight, offsets, mode="sum"), dim=1, eps=1e-9)


def contrastive_loss(first: Tensor, second: Tensor, groups: Tensor, temperature: float) -> Tensor:
    """InfoNCE both ways; pairs of one group are no negatives of each other."""
    similarities = first @ second.T / temperature
    same_group = (groups[:, None] == groups[None]) & ~torch.eye(len(groups), dtype=torch.bool)
    similarities = similarities.masked_fill(same_group, _NO_NEGATIVE)
    target = torch.arange(len(groups))
    return (F.cross_entropy(similarities, target) + F.cross_entropy(similarities.T, target)) / 2
