#!/usr/bin/env python3
"""Makes the measuring encoder: the work of all-MiniLM-L6-v2 without its knowledge.

    benchmarks/encoder/make_encoder.py --out DIR

The bundled models answer in a fraction of a millisecond, too little for balancing and batching to show. This encoder
has MiniLM's shape (6 layers, hidden 384, 12 heads, feed-forward 1,536, vocabulary 30,522, 512 positions, mean pooling
and normalisation inside) and random, seeded weights, so it takes MiniLM's time on every input and its answers mean
nothing. Two folders come out, `measuring-encoder-fp32` and `measuring-encoder-int8` (linear layers dynamically
quantised), each with `model.pt`, `tokenizer.json` and `config.json` as a node loads them.

Needs Debian's python3-torch. BERT: Devlin et al., NAACL 2019, arXiv:1810.04805. MiniLM: Wang et al., NeurIPS 2020,
arXiv:2002.10957.
"""

import argparse
import json
import math
import time
from pathlib import Path
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LAYERS, HIDDEN, HEADS, FEED_FORWARD, VOCABULARY, POSITIONS = 6, 384, 12, 1536, 30522, 512
BUNDLED_TOKENIZER = Path(__file__).resolve().parents[2] / "models" / "bundled" / "minibag-embed-256"


class Layer(nn.Module):
    """One BERT layer, normalised after each residual sum."""

    # TorchScript sees a module's constants, not a file's.
    heads: Final[int] = HEADS
    head: Final[int] = HIDDEN // HEADS

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)
        self.mix = nn.Linear(HIDDEN, HIDDEN)
        self.mix_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.widen = nn.Linear(HIDDEN, FEED_FORWARD)
        self.narrow = nn.Linear(FEED_FORWARD, HIDDEN)
        self.narrow_norm = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        rows, length = hidden.size(0), hidden.size(1)
        query = self.query(hidden).view(rows, length, self.heads, self.head).transpose(1, 2)
        key = self.key(hidden).view(rows, length, self.heads, self.head).transpose(1, 2)
        value = self.value(hidden).view(rows, length, self.heads, self.head).transpose(1, 2)
        weights = torch.softmax(torch.matmul(query, key.transpose(2, 3)) / math.sqrt(self.head) + bias, dim=-1)
        attended = torch.matmul(weights, value).transpose(1, 2).reshape(rows, length, -1)
        hidden = self.mix_norm(hidden + self.mix(attended))
        return self.narrow_norm(hidden + self.narrow(F.gelu(self.widen(hidden))))


class Encoder(nn.Module):
    """Ids and mask in, unit vectors out."""

    # Attention to padding: exp of it is 0 beside any real token, and a row of padding alone stays finite.
    masked: Final[float] = -1e9

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList([Layer() for _ in range(LAYERS)])

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        mask = attention_mask.to(torch.float32)
        places = torch.arange(input_ids.size(1), device=input_ids.device)
        hidden = self.norm(self.tokens(input_ids) + self.positions(places).unsqueeze(0))
        bias = ((1.0 - mask) * self.masked).unsqueeze(1).unsqueeze(1)
        for layer in self.layers:
            hidden = layer(hidden, bias)
        pooled = (hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True).clamp(min=1.0)
        return F.normalize(pooled, dim=1, eps=1e-9)


@torch.no_grad()
def random_encoder(seed: int) -> Encoder:
    """Weights under which texts with other words land far apart.

    Tokens count ten times as much as positions, and every linear unit's weights sum to zero: otherwise gelu's positive
    mean adds the same vector to every text, layer by layer.
    """
    torch.manual_seed(seed)
    encoder = Encoder().eval()
    nn.init.normal_(encoder.tokens.weight, std=1.0)
    nn.init.normal_(encoder.positions.weight, std=0.1)
    for module in encoder.modules():
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=1 / math.sqrt(module.in_features))
            module.weight -= module.weight.mean(1, keepdim=True)
            nn.init.zeros_(module.bias)
    return encoder


def quantised(encoder: Encoder) -> nn.Module:
    """Linear layers in int8, activations quantised by the range of each call's whole tensor.

    So a row's answer moves a little with the rows it shares a batch with: that is dynamic quantisation, not padding.
    """
    torch.backends.quantized.engine = "onednn"
    return torch.ao.quantization.quantize_dynamic(encoder, {nn.Linear}, dtype=torch.qint8)


def write(folder: Path, encoder: nn.Module, tokenizer: Path) -> torch.jit.ScriptModule:
    folder.mkdir(parents=True, exist_ok=True)
    graph = torch.jit.script(encoder)
    torch.jit.save(graph, str(folder / "model.pt"))
    described = json.loads((tokenizer / "tokenizer.json").read_text(encoding="utf-8"))
    # MiniLM's file pads every text to 128 tokens, which would measure padding.
    described["truncation"] = described["padding"] = None
    (folder / "tokenizer.json").write_text(json.dumps(described, ensure_ascii=False) + "\n", encoding="utf-8")
    config = {
        "architectures": ["MeasuringEncoder"],
        "model_type": "bert",
        "hidden_size": HIDDEN,
        "intermediate_size": FEED_FORWARD,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "max_position_embeddings": POSITIONS,
        "vocab_size": VOCABULARY,
        "pad_token_id": 0,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return graph


def milliseconds(graph: nn.Module, batch: int, length: int, seconds: float = 2.0) -> float:
    """Median time of a sentence in a full batch."""
    inputs = torch.randint(5, VOCABULARY, (batch, length)), torch.ones(batch, length, dtype=torch.int64)
    for _ in range(5):
        graph(*inputs)
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        graph(*inputs)
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2] * 1000 / batch


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder the two model folders are written to")
    parser.add_argument(
        "--tokenizer",
        type=Path,
        default=BUNDLED_TOKENIZER,
        help="folder of the tokenizer.json to take, for instance MiniLM's (default: the bundled embedder's)",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="threads of the timing (default: %(default)s)")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    encoder = random_encoder(arguments.seed)
    graphs = {
        "fp32": write(arguments.out / "measuring-encoder-fp32", encoder, arguments.tokenizer),
        "int8": write(arguments.out / "measuring-encoder-int8", quantised(encoder), arguments.tokenizer),
    }

    ids, mask = torch.randint(5, VOCABULARY, (64, 32)), torch.ones(64, 32, dtype=torch.int64)
    full, small = graphs["fp32"](ids, mask), graphs["int8"](ids, mask)
    others = (full @ full.T)[~torch.eye(len(full), dtype=torch.bool)]
    agreement = (full * small).sum(1)
    print(f"cosine fp32 to int8: mean {agreement.mean():.4f}, least {agreement.min():.4f}")
    print(f"cosine of different texts: mean {others.mean():.3f}, most {others.max():.3f}")
    print(f"ms a sentence of 32 tokens, {arguments.threads} thread(s), torch {torch.__version__}")
    for name, graph in graphs.items():
        timings = ", ".join(f"batch {batch}: {milliseconds(graph, batch, 32):.2f}" for batch in (1, 4, 8))
        print(f"  {name}  {timings}")


if __name__ == "__main__":
    main()
