#!/usr/bin/env python3
"""Scores the bundled models through a running gateway or node, and compares with the figures in their cards.

    models/score.py --data DIR [--url http://localhost:8080]

DIR is the folder of the data sets (models/training/README.md says where they come from). Needs Python 3.9 and nothing
else. Exits with 1 when a figure is further than the tolerance from the published one, with 2 when it could not score.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, NamedTuple

from training import datasets

BUNDLED = Path(__file__).resolve().parent / "bundled"
BATCH = 32
THREADS = 4
TIMEOUT_SECONDS = 30
# A gateway that sheds load answers 429 or 503; a scorer can wait.
ATTEMPTS = 5


class Failure(Exception):
    """A sentence for whoever runs this."""


class Source(NamedTuple):
    name: str
    file: str
    origin: str


STSB = Source("STS-B", datasets.STSB.format(split="test"), "STS benchmark (SemEval 2012 to 2017), evaluation only")
CLINC150 = Source("CLINC150", datasets.CLINC150, "github.com/clinc/oos-eval 828f8093, CC-BY-3.0")
BANKING77 = Source(
    "BANKING77",
    datasets.BANKING77.format(split="test"),
    "github.com/PolyAI-LDN/task-specific-datasets 57ec275d, CC-BY-4.0",
)


class Server(NamedTuple):
    """A gateway or a node: both answer the same two paths."""

    url: str

    def ask(self, model: str, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            self.url.rstrip("/") + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "X-Evenkeel-Model": model},
        )
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                if error.code not in (429, 503) or attempt == ATTEMPTS:
                    detail = error.read(400).decode(errors="replace")
                    raise Failure(f"{model}: {request.full_url} answered {error.code}: {detail}") from None
                time.sleep(0.2 * 2**attempt)
            except json.JSONDecodeError:
                raise Failure(f"{request.full_url} answered something that is not JSON; is it Evenkeel?") from None
            except (OSError, ValueError, http.client.HTTPException) as error:
                reason = getattr(error, "reason", error)
                raise Failure(f"{self.url} does not answer ({reason}); is a gateway or node running there?") from None
        raise AssertionError("unreachable")

    def batches(self, model: str, path: str, inputs: list[Any], extra: dict[str, Any]) -> list[Any]:
        parts = [inputs[start : start + BATCH] for start in range(0, len(inputs), BATCH)]
        with ThreadPoolExecutor(THREADS) as pool:
            answers = list(pool.map(lambda part: self.ask(model, path, {"inputs": part, **extra}), parts))
        for part, answer in zip(parts, answers):
            if not isinstance(answer, list) or len(answer) != len(part):
                raise Failure(f"{model}: {len(part)} inputs, but {path} did not answer a list of as many")
        return [item for answer in answers for item in answer]

    def embed(self, model: str, texts: list[str]) -> list[list[float]]:
        return self.batches(model, "/embed", texts, {"truncate": True})

    def classify(self, model: str, texts: list[str]) -> list[list[str]]:
        """Labels of each text, best first."""
        answers = self.batches(model, "/predict", [[text] for text in texts], {})
        return [[entry["label"] for entry in answer] for answer in answers]


def ranks(values: list[float]) -> list[float]:
    """Ranks from 1; equal values share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for index in order[start:end]:
            result[index] = (start + 1 + end) / 2
        start = end
    return result


def pearson(first: list[float], second: list[float]) -> float:
    mean_first, mean_second = sum(first) / len(first), sum(second) / len(second)
    covariance = sum((a - mean_first) * (b - mean_second) for a, b in zip(first, second))
    spread = sum((a - mean_first) ** 2 for a in first) * sum((b - mean_second) ** 2 for b in second)
    return covariance / spread**0.5 if spread else 0.0


def spearman(first: list[float], second: list[float]) -> float:
    """Pearson's correlation of the ranks."""
    return pearson(ranks(first), ranks(second))


def score_embedder(server: Server, model: str, data: Path) -> dict[str, float]:
    rows = datasets.stsb(data, "test")
    vectors = server.embed(model, [row.first for row in rows] + [row.second for row in rows])
    pairs = zip(vectors[: len(rows)], vectors[len(rows) :])
    similarities = [sum(a * b for a, b in zip(first, second)) for first, second in pairs]
    return {"stsb_test_spearman": spearman(similarities, [row.score for row in rows])}


def score_clinc150(server: Server, model: str, data: Path) -> dict[str, float]:
    inside, outside = datasets.clinc150(data, "test"), datasets.clinc150(data, "oos_test")
    answers = server.classify(model, [row.text for row in inside])
    stray = server.classify(model, [row.text for row in outside])
    intents = [[label for label in answer if label != datasets.OUT_OF_SCOPE] for answer in answers]
    return {
        "in_scope_accuracy": accuracy(answers, inside),
        "out_of_scope_recall": accuracy(stray, outside),
        "in_scope_accuracy_150": accuracy(intents, inside),
    }


def score_banking77(server: Server, model: str, data: Path) -> dict[str, float]:
    rows = datasets.banking77(data, "test")
    return {"accuracy": accuracy(server.classify(model, [row.text for row in rows]), rows)}


def accuracy(answers: list[list[str]], rows: list[datasets.Labelled]) -> float:
    return sum(bool(answer) and answer[0] == row.label for answer, row in zip(answers, rows)) / len(rows)


class Evaluation(NamedTuple):
    model: str
    source: Source
    score: Callable[[Server, str, Path], dict[str, float]]


EVALUATIONS = (
    Evaluation("minibag-embed-256", STSB, score_embedder),
    Evaluation("clinc150-intent", CLINC150, score_clinc150),
    Evaluation("banking77-intent", BANKING77, score_banking77),
)


def published(model: str) -> dict[str, float]:
    """The figures of the model's card."""
    content = json.loads((BUNDLED / model / "scores.json").read_text(encoding="utf-8"))
    return {metric: entry["value"] for metric, entry in content.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--url", default="http://localhost:8080", help="gateway or node (default: %(default)s)")
    parser.add_argument("--tolerance", type=float, default=0.002, help="allowed difference (default: %(default)s)")
    names = [evaluation.model for evaluation in EVALUATIONS]
    parser.add_argument("--model", choices=names, help="score this one alone")
    arguments = parser.parse_args()
    chosen = [evaluation for evaluation in EVALUATIONS if arguments.model in (None, evaluation.model)]

    for _, source, _ in chosen:
        file = arguments.data / source.file
        if not file.is_file():
            raise Failure(f"{file} is missing: {source.name} comes from {source.origin}")
        print(f"{source.name}: {source.origin}\n  {source.file} sha256 {datasets.sha256(file)}")

    print(f"\n{'model':<20} {'metric':<24} {'scored':>8} {'card':>8} {'off by':>8}")
    wrong = 0
    for model, _, score in chosen:
        expected = published(model)
        for metric, value in score(Server(arguments.url), model, arguments.data).items():
            difference = value - expected[metric]
            # Half a unit of the card's last digit is rounding, not difference.
            differs = abs(difference) > arguments.tolerance + 0.00005
            wrong += differs
            mark = "  DIFFERS" if differs else ""
            print(f"{model:<20} {metric:<24} {value:8.4f} {expected[metric]:8.4f} {difference:+8.4f}{mark}", flush=True)
    if wrong:
        print(f"\n{wrong} differ by more than {arguments.tolerance}")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        print(f"score.py: {failure}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
