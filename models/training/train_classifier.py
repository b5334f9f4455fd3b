#!/usr/bin/env python3
"""Trains `clinc150-intent` and `banking77-intent`, starting from the embedder's token vectors.

CLINC150's bar for "out of scope" is the one with the best mean of in-scope accuracy and out-of-scope recall on its
validation split and on its out-of-scope train queries, which training itself leaves alone. No test split is read here.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
import torch
import torch.nn.functional as F

import artefact
import datasets
from classifier import Classifier, Head, ServedClassifier
from wordpiece import WordPiece


@dataclass(frozen=True)
class Recipe:
    dimensions: int = 128
    filters: int = 128
    widths: tuple[int, ...] = (2, 3)
    vector_length: float = 1.0
    epochs: int = 12
    warm_up: int = 100
    batch: int = 64
    learning_rate: float = 2.5e-3
    dropout: float = 0.4
    token_dropout: float = 0.15
    label_smoothing: float = 0.1
    out_of_scope_temperature: float = 2.0
    seed: int = 1


RECIPES = {"clinc150-intent": Recipe(), "banking77-intent": Recipe()}


def starting_vectors(embedder: torch.jit.ScriptModule, recipe: Recipe) -> torch.Tensor:
    """The embedder's vectors along their principal directions, scaled to a mean length that suits the optimiser."""
    weight = embedder.tokens.rows.float() * embedder.tokens.scales[:, None]
    directions = torch.linalg.svd(weight, full_matrices=False).Vh[: recipe.dimensions]
    projected = weight @ directions.T
    return projected * (recipe.vector_length / projected.norm(dim=1).mean())


def train(
    rows: list[datasets.Labelled], labels: list[str], vectors: torch.Tensor, tokenizer: WordPiece, recipe: Recipe
) -> Classifier:
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    head = Head(recipe.dimensions, recipe.filters, len(labels), list(recipe.widths))
    head.dropout.p = recipe.dropout
    model = Classifier(vectors, head, recipe.token_dropout)
    texts = [tokenizer.encode(row.text) for row in rows]
    targets = torch.tensor([labels.index(row.label) for row in rows])
    steps = recipe.epochs * -(-len(rows) // recipe.batch)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / recipe.warm_up) * (1 - step / steps)
    )
    for epoch in range(recipe.epochs):
        losses = []
        for chosen in np.array_split(rng.permutation(len(rows)), steps // recipe.epochs):
            logits = model(*artefact.batch([texts[index] for index in chosen]))
            loss = F.cross_entropy(logits, targets[chosen], label_smoothing=recipe.label_smoothing)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}", flush=True)
    return model.eval()


def choose_bar(
    graph: torch.nn.Module, tokenizer: WordPiece, data: Path, labels: list[str], temperature: float
) -> float:
    """The bar with the best mean of in-scope accuracy and out-of-scope recall on queries not trained on."""
    inside = datasets.clinc150(data, "val")
    outside = datasets.clinc150(data, "oos_val") + datasets.clinc150(data, "oos_train")

    def best_of(rows: list[datasets.Labelled]) -> tuple[torch.Tensor, torch.Tensor]:
        return (artefact.run(graph, tokenizer, [row.text for row in rows]) / temperature).softmax(1).max(1)

    (best, answers), (stray, _) = best_of(inside), best_of(outside)
    right = answers == torch.tensor([labels.index(row.label) for row in inside])

    def mean_recall(bar: float) -> float:
        return ((right & (best >= bar)).float().mean() + (stray < bar).float().mean()).item() / 2

    bar = max(np.arange(0.01, 0.96, 0.0025).round(4).tolist(), key=mean_recall)
    print(f"bar {bar}: mean recall {mean_recall(bar):.4f} on queries not trained on", flush=True)
    return bar


def config(labels: list[str], recipe: Recipe, bar: Optional[float]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "architectures": ["MinibagForSequenceClassification"],
        "model_type": "minibag",
        "problem_type": "single_label_classification",
        "embedding_size": recipe.dimensions,
        "id2label": {str(index): label for index, label in enumerate(labels)},
        "label2id": {label: index for index, label in enumerate(labels)},
    }
    if bar is not None:
        described["out_of_scope_bar"] = bar
        described["out_of_scope_temperature"] = recipe.out_of_scope_temperature
    return described


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(RECIPES))
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--embedder", type=Path, required=True, help="folder of the trained embedder")
    parser.add_argument("--out", type=Path, required=True, help="folder the model's folder is written to")
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # one order of summation, whatever the machine

    recipe = RECIPES[arguments.name]
    clinc = arguments.name == "clinc150-intent"
    rows = datasets.clinc150(arguments.data, "train") if clinc else datasets.banking77(arguments.data, "train")
    labels = sorted({row.label for row in rows})
    tokenizer = artefact.load_tokenizer(arguments.embedder)
    vectors = starting_vectors(artefact.load_graph(arguments.embedder), recipe)
    model = train(rows, labels, vectors, tokenizer, recipe)

    bar = None
    if clinc:
        plain = ServedClassifier(model.weight.detach(), model.head)
        bar = choose_bar(plain, tokenizer, arguments.data, labels, recipe.out_of_scope_temperature)
        labels = [*labels, datasets.OUT_OF_SCOPE]
    graph = ServedClassifier(model.weight.detach(), model.head, bar, recipe.out_of_scope_temperature)
    artefact.write(arguments.out / arguments.name, graph, tokenizer, config(labels, recipe, bar))


if __name__ == "__main__":
    main()
