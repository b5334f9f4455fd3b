"""The intent classifier: a bag of token vectors beside short convolutions, and one linear layer.

The bag says which words, the convolutions which words stand together. Max over time: Kim, "Convolutional Neural
Networks for Sentence Classification", EMNLP 2014, arXiv:1408.5882.

All convolutions are one matrix product and a few shifted sums, which unlike a library's convolution has nothing to
prepare for a new batch shape.
"""

from __future__ import annotations

import math
from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rows import Int8Rows


class Head(nn.Module):
    """Token vectors to logits. A text's own tokens alone count, wherever its row is padded."""

    def __init__(self, dimensions: int, filters: int, classes: int, widths: list[int]):
        super().__init__()
        self.widths = widths
        self.filters = filters
        self.taps = nn.Parameter(torch.randn(dimensions, sum(widths) * filters) / math.sqrt(2.5 * dimensions))
        self.bias = nn.Parameter(torch.zeros(len(widths), filters))
        self.linear = nn.Linear(dimensions + len(widths) * filters, classes)
        self.dropout = nn.Dropout(0.0)

    def forward(self, vectors: Tensor, attention_mask: Tensor) -> Tensor:
        length = vectors.size(1)
        real = attention_mask.to(torch.float32).unsqueeze(-1)
        # Between sum and mean: a long text's bag is not drowned out by its maxima, and does not drown them.
        features = [vectors.sum(1) / real.sum(1).clamp_min(1.0).sqrt()]
        taps = F.pad(torch.matmul(vectors, self.taps), [0, 0, 0, max(self.widths) - 1])
        tap = 0
        for index, width in enumerate(self.widths):
            total = self.bias[index].expand(vectors.size(0), length, self.filters)
            for shift in range(width):
                total = total + taps[:, shift : shift + length, tap * self.filters : (tap + 1) * self.filters]
                tap += 1
            # A window starts at a real token; relu makes 0 the floor, so an empty text gets 0 and no -inf.
            features.append((F.relu(total) * real).amax(1))
        return self.linear(self.dropout(torch.cat(features, 1)))


class Classifier(nn.Module):
    """For training: float token vectors under the head."""

    def __init__(self, weight: Tensor, head: Head, token_dropout: float):
        super().__init__()
        self.weight = nn.Parameter(weight)
        self.head = head
        self.token_dropout = token_dropout

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        keep = attention_mask.to(torch.float32)
        if self.training:
            keep = keep * (torch.rand_like(keep) >= self.token_dropout)
        return self.head(F.embedding(input_ids, self.weight) * keep.unsqueeze(-1), attention_mask)


class ServedClassifier(nn.Module):
    """The graph that is shipped: ids and mask in, logits out.

    With a bar, one logit more: `T * (logsumexp(logits / T) + log(bar))`. It is the highest exactly when the best
    intent's softmax probability at temperature T is below the bar, so whoever takes the highest answer gets "out of
    scope" and need not know of a threshold. Its own score is a mark, no probability.
    Thresholding the highest softmax probability: Hendrycks and Gimpel, ICLR 2017, arXiv:1610.02136; at a temperature:
    Liang, Li and Srikant, ICLR 2018, arXiv:1706.02690.
    """

    def __init__(self, weight: Tensor, head: Head, bar: Optional[float] = None, temperature: float = 1.0):
        super().__init__()
        self.tokens = Int8Rows(weight)
        self.head = head
        self.out_of_scope = bar is not None
        self.temperature = temperature
        self.log_bar = math.log(bar) if bar is not None else 0.0

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        logits = self.head(self.tokens(input_ids, attention_mask), attention_mask)
        if self.out_of_scope:
            total = torch.logsumexp(logits / self.temperature, 1, keepdim=True)
            logits = torch.cat([logits, self.temperature * (total + self.log_bar)], 1)
        return logits
