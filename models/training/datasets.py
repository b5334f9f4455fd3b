"""The data sets, read from a folder laid out as `training/README.md` says. One function a set, texts as published."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import NamedTuple


class Labelled(NamedTuple):
    """A query and the name of its intent."""

    text: str
    label: str


class Synset(NamedTuple):
    """One sense of WordNet: the words that have it, what it means, and where it hangs."""

    id: str
    lemmas: list[str]
    definitions: list[str]
    examples: list[str]
    hypernyms: list[str]
    similar: list[str]


class Similarity(NamedTuple):
    """Two sentences and how alike people found them, 0 to 5."""

    score: float
    first: str
    second: str


BANKING77 = "banking77/{split}.csv"
CLINC150 = "clinc150/data_full.json"
HWU64 = "hwu64/fold1_train.tsv"
COCO = "coco-captions-val2017/captions_val2017.json"
OEWN = "oewn/synsets.jsonl"
STSB = "stsb/sts-{split}.csv"

OUT_OF_SCOPE = "oos"


def banking77(data: Path, split: str) -> list[Labelled]:
    """`split` is train or test."""
    with open(data / BANKING77.format(split=split), encoding="utf-8", newline="") as file:
        return [Labelled(row["text"], row["category"]) for row in csv.DictReader(file)]


def clinc150(data: Path, split: str) -> list[Labelled]:
    """`split` is train, val, test, or one of these after `oos_`."""
    content = json.loads((data / CLINC150).read_text(encoding="utf-8"))
    return [Labelled(text, label) for text, label in content[split]]


def hwu64_train(data: Path) -> list[Labelled]:
    lines = (data / HWU64).read_text(encoding="utf-8").splitlines()
    return [Labelled(*line.split("\t")[:2]) for line in lines if "\t" in line]


def coco_captions(data: Path) -> list[list[str]]:
    """The captions, grouped by the image they describe."""
    content = json.loads((data / COCO).read_text(encoding="utf-8"))
    images: dict[int, list[str]] = {}
    for annotation in content["annotations"]:
        images.setdefault(annotation["image_id"], []).append(annotation["caption"].strip())
    return list(images.values())


def wordnet(data: Path) -> list[Synset]:
    with open(data / OEWN, encoding="utf-8") as file:
        rows = map(json.loads, file)
        return [Synset(row["id"], row["m"], row["d"], row["e"], row["h"], row["s"]) for row in rows]


def stsb(data: Path, split: str) -> list[Similarity]:
    """`split` is train, dev or test. For evaluation alone: nothing here trains on it."""
    with open(data / STSB.format(split=split), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [Similarity(float(row[4]), row[5], row[6]) for row in rows]


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
