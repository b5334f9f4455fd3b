#!/usr/bin/env python3
"""Learns the WordPiece vocabulary from WordNet, the captions and the train splits, and writes `tokenizer.json`."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import datasets
import vocabulary
from wordpiece import WordPiece, normalise, split_words


def texts(data: Path) -> Iterator[str]:
    for synset in datasets.wordnet(data):
        yield from synset.lemmas
        yield from synset.definitions
        yield from synset.examples
    for captions in datasets.coco_captions(data):
        yield from captions
    for query in (
        *datasets.banking77(data, "train"),
        *datasets.clinc150(data, "train"),
        *datasets.hwu64_train(data),
    ):
        yield query.text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--out", type=Path, required=True, help="the tokenizer.json to write")
    arguments = parser.parse_args()
    words: Counter[str] = Counter()
    for text in texts(arguments.data):
        words.update(split_words(normalise(text)))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    WordPiece(vocabulary.learn(words)).save(arguments.out)
    print(f"{len(words)} different words, {vocabulary.SIZE} entries -> {arguments.out}")


if __name__ == "__main__":
    main()
