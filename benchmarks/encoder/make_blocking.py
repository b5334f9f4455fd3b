#!/usr/bin/env python3
"""Makes the blocking encoder: a tiny embedder that never comes back from one word.

    benchmarks/encoder/make_blocking.py --out DIR

`DIR/blocking-encoder` is a model folder like any other. Its graph takes ids and mask and answers unit vectors, the means
of its tokens' random vectors; when one of the ids is that of `--poison`, it loops and burns CPU for ever, as a graph
that has met its worst input does. For benchmarks/node-faults.sh.

Needs Debian's python3-torch.
"""

import argparse
import json
from pathlib import Path
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH, POSITIONS = 64, 512
TOKENIZER = Path(__file__).resolve().parents[2] / "models" / "bundled" / "minibag-embed-256" / "tokenizer.json"


class Blocking(nn.Module):
    """Ids and mask in, unit vectors out, or nothing ever."""

    poison: Final[int]

    def __init__(self, vocabulary: int, poison: int) -> None:
        super().__init__()
        self.poison = poison
        self.tokens = nn.Embedding(vocabulary, WIDTH)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        hidden = self.tokens(input_ids)
        while bool((input_ids == self.poison).any()):
            # kept within [-1, 1], so that it takes as long in a year as now
            hidden = torch.tanh(hidden)
        mask = attention_mask.to(torch.float32).unsqueeze(-1)
        return F.normalize((hidden * mask).sum(1) / mask.sum(1).clamp(min=1.0), dim=1, eps=1e-9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder the model folder is written to")
    parser.add_argument("--poison", default="zebra", help="a word that is one token (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    described = json.loads(TOKENIZER.read_text(encoding="utf-8"))
    described["truncation"] = described["padding"] = None
    vocabulary = described["model"]["vocab"]
    if arguments.poison not in vocabulary:
        parser.error(f"--poison is '{arguments.poison}'; it must be a word that is one token of {TOKENIZER}")

    torch.manual_seed(arguments.seed)
    folder = arguments.out / "blocking-encoder"
    folder.mkdir(parents=True, exist_ok=True)
    graph = torch.jit.script(Blocking(len(vocabulary), vocabulary[arguments.poison]).eval())
    torch.jit.save(graph, str(folder / "model.pt"))
    (folder / "tokenizer.json").write_text(json.dumps(described, ensure_ascii=False) + "\n", encoding="utf-8")
    config = {
        "architectures": ["BlockingEncoder"],
        "model_type": "bert",
        "hidden_size": WIDTH,
        "max_position_embeddings": POSITIONS,
        "vocab_size": len(vocabulary),
        "pad_token_id": 0,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
