#!/usr/bin/env python3
"""Scores the model folders on the published test splits without a server, and writes each one's `scores.json`.

`models/score.py` gets the same figures through HTTP; that it has its own Spearman correlation is deliberate.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Callable, NamedTuple

import torch
from scipy.stats import spearmanr

import artefact
import datasets


class Score(NamedTuple):
    metric: str
    value: float
    on: str


def embedder(folder: Path, data: Path) -> list[Score]:
    graph, tokenizer = artefact.load_graph(folder), artefact.load_tokenizer(folder)
    scores = []
    for split in ("test", "dev"):
        rows = datasets.stsb(data, split)
        first = artefact.run(graph, tokenizer, [row.first for row in rows])
        second = artefact.run(graph, tokenizer, [row.second for row in rows])
        value = spearmanr((first * second).sum(1).numpy(), [row.score for row in rows]).correlation
        scores.append(Score(f"stsb_{split}_spearman", value, f"STS-B {split}, {len(rows)} pairs"))
    return scores


def clinc150(folder: Path, data: Path) -> list[Score]:
    inside, outside = datasets.clinc150(data, "test"), datasets.clinc150(data, "oos_test")
    names = artefact.labels(folder)
    answers = _answers(folder, inside, len(names))
    without = _answers(folder, inside, len(names) - 1)
    stray = _answers(folder, outside, len(names))
    return [
        Score("in_scope_accuracy", _share(answers, inside), f"CLINC150 test, {len(inside)} queries, oos allowed"),
        Score("out_of_scope_recall", _share(stray, outside), f"CLINC150 oos_test, {len(outside)} queries"),
        Score("in_scope_accuracy_150", _share(without, inside), f"CLINC150 test, {len(inside)} queries, oos left out"),
    ]


def banking77(folder: Path, data: Path) -> list[Score]:
    rows = datasets.banking77(data, "test")
    return [Score("accuracy", _share(_answers(folder, rows, 77), rows), f"BANKING77 test, {len(rows)} queries")]


def _answers(folder: Path, rows: list[datasets.Labelled], classes: int) -> list[str]:
    """The best of the first `classes` labels for each row."""
    logits = artefact.run(artefact.load_graph(folder), artefact.load_tokenizer(folder), [row.text for row in rows])
    names = artefact.labels(folder)
    return [names[index] for index in logits[:, :classes].argmax(1).tolist()]


def _share(answers: list[str], rows: list[datasets.Labelled]) -> float:
    return sum(answer == row.label for answer, row in zip(answers, rows)) / len(rows)


EVALUATIONS: dict[str, Callable[[Path, Path], list[Score]]] = {
    "minibag-embed-256": embedder,
    "clinc150-intent": clinc150,
    "banking77-intent": banking77,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--models", type=Path, required=True, help="folder that holds the model folders")
    parser.add_argument("--write", action="store_true", help="write scores.json beside each model")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    for name, evaluation in EVALUATIONS.items():
        folder = arguments.models / name
        if not folder.is_dir():
            continue
        scores = evaluation(folder, arguments.data)
        for score in scores:
            print(f"{name:<20} {score.metric:<24} {score.value:.4f}  {score.on}", flush=True)
        if arguments.write:
            document = {score.metric: {"value": round(float(score.value), 4), "on": score.on} for score in scores}
            (folder / "scores.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
