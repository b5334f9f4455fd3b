#!/usr/bin/env python3
"""Trains `minibag-embed-256` on pairs of texts that mean much the same. Every number of the recipe is in `Recipe`."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

import artefact
from embedder import Embedder, ServedEmbedder, contrastive_loss
from pairs import Ragged, sources
from wordpiece import WordPiece

NAME = "minibag-embed-256"


@dataclass(frozen=True)
class Recipe:
    dimensions: int = 256
    spread: float = 0.01
    steps: int = 2500
    warm_up: int = 100
    batch: int = 768
    temperature: float = 0.08
    learning_rate: float = 0.015
    token_dropout: float = 0.0
    seed: int = 1


def train(data: Path, tokenizer: WordPiece, recipe: Recipe) -> torch.Tensor:
    """The trained token vectors."""
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    kinds = sources(data, tokenizer, rng)
    shares = np.array([kind.share for kind in kinds])
    print(", ".join(f"{kind.name} {len(kind.groups)}" for kind in kinds), flush=True)

    model = Embedder(len(tokenizer), recipe.dimensions, recipe.spread)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / recipe.warm_up) * (1 - step / recipe.steps)
    )

    def vectors(texts: Ragged, rows: np.ndarray) -> torch.Tensor:
        ids, owners = texts.take(rows)
        kept = rng.random(len(ids)) >= recipe.token_dropout
        return model(ids[kept], owners[kept], len(rows))

    for step in range(recipe.steps):
        # One source a batch: a negative of another kind of text would be told by its style alone.
        kind = kinds[rng.choice(len(kinds), p=shares)]
        rows = rng.integers(0, len(kind.groups), recipe.batch)
        loss = contrastive_loss(
            vectors(kind.first, rows),
            vectors(kind.second, rows),
            torch.from_numpy(kind.groups[rows]),
            recipe.temperature,
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if (step + 1) % 250 == 0:
            print(f"step {step + 1}: {kind.name} loss {loss.item():.3f}", flush=True)
    return model.weight.detach()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--tokenizer", type=Path, required=True, help="the tokenizer.json of train_vocabulary.py")
    parser.add_argument("--out", type=Path, required=True, help="folder the model's folder is written to")
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # one order of summation, whatever the machine
    tokenizer = WordPiece.load(arguments.tokenizer)
    recipe = Recipe()
    weight = train(arguments.data, tokenizer, recipe)
    config = {
        "architectures": ["MinibagEmbedder"],
        "model_type": "minibag",
        "hidden_size": recipe.dimensions,
    }
    artefact.write(arguments.out / NAME, ServedEmbedder(weight), tokenizer, config)


if __name__ == "__main__":
    main()
