"""Pairs of texts that mean much the same: what the embedder learns from. One function a source.

A pair carries a group. Two pairs of one group (two queries of one intent, two captions of one image) are no negatives
of each other, so the loss leaves them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import numpy as np

import datasets
from wordpiece import WordPiece


class Pair(NamedTuple):
    first: str
    second: str
    group: int


class Ragged(NamedTuple):
    """Texts as ids, end to end in one array."""

    ids: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray

    def take(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ids of these texts end to end, and the row each of them belongs to."""
        lengths = self.lengths[rows]
        owners = np.repeat(np.arange(len(rows)), lengths)
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.ids[np.repeat(self.starts[rows], lengths) + within], owners


class Source(NamedTuple):
    """All pairs of one kind, tokenised, with the share of batches drawn from it."""

    name: str
    share: float
    first: Ragged
    second: Ragged
    groups: np.ndarray


def definitions_and_lemmas(synsets: list[datasets.Synset]) -> Iterator[Pair]:
    for group, synset in enumerate(synsets):
        for definition in synset.definitions:
            yield Pair(definition, ", ".join(synset.lemmas), group)


def examples_and_definitions(synsets: list[datasets.Synset]) -> Iterator[Pair]:
    for group, synset in enumerate(synsets):
        for example in synset.examples:
            yield Pair(example, f"{synset.lemmas[0]}: {synset.definitions[0]}", group)


def definitions_and_hypernyms(synsets: list[datasets.Synset]) -> Iterator[Pair]:
    by_id = {synset.id: (index, synset) for index, synset in enumerate(synsets)}
    for synset in synsets:
        for hypernym in synset.hypernyms:
            if hypernym in by_id:
                group, parent = by_id[hypernym]
                yield Pair(
                    f"{', '.join(synset.lemmas)}: {synset.definitions[0]}",
                    f"{', '.join(parent.lemmas)}: {parent.definitions[0]}",
                    group,
                )


def synonyms(synsets: list[datasets.Synset]) -> Iterator[Pair]:
    by_id = {synset.id: synset for synset in synsets}
    for group, synset in enumerate(synsets):
        for first, second in permutations(synset.lemmas, 2):
            yield Pair(first, second, group)
        for similar in synset.similar:
            if similar in by_id:
                yield Pair(synset.lemmas[0], by_id[similar].lemmas[0], group)


def captions_of_one_image(images: list[list[str]]) -> Iterator[Pair]:
    for group, captions in enumerate(images):
        for first, second in permutations(captions, 2):
            yield Pair(first, second, group)


def queries_of_one_intent(
    queries: list[datasets.Labelled], rng: np.random.Generator, partners: int = 6
) -> Iterator[Pair]:
    """Each query with a few others of its intent; all pairs would be millions."""
    intents: dict[str, list[str]] = {}
    for query in queries:
        intents.setdefault(query.label, []).append(query.text)
    for group, texts in enumerate(intents.values()):
        for first in texts:
            for index in rng.choice(len(texts), min(partners, len(texts)), replace=False):
                if texts[index] != first:
                    yield Pair(first, texts[index], group)


def sources(data: Path, tokenizer: WordPiece, rng: np.random.Generator) -> list[Source]:
    """Every source with its share. The train splits alone where a set has splits."""
    synsets = datasets.wordnet(data)
    queries = [
        query._replace(label=f"{name}/{query.label}")
        for name, rows in (
            ("banking77", datasets.banking77(data, "train")),
            ("clinc150", datasets.clinc150(data, "train")),
            ("hwu64", datasets.hwu64_train(data)),
        )
        for query in rows
    ]
    parts = (
        ("definition-lemmas", 0.24, definitions_and_lemmas(synsets)),
        ("example-definition", 0.12, examples_and_definitions(synsets)),
        ("definition-hypernym", 0.14, definitions_and_hypernyms(synsets)),
        ("synonyms", 0.08, synonyms(synsets)),
        ("captions", 0.20, captions_of_one_image(datasets.coco_captions(data))),
        ("intents", 0.10, queries_of_one_intent(queries, rng)),
    )
    total = sum(share for _, share, _ in parts)
    return [_tokenised(name, share / total, list(pairs), tokenizer) for name, share, pairs in parts]


def _tokenised(name: str, share: float, pairs: list[Pair], tokenizer: WordPiece) -> Source:
    first, second = [tokenizer.encode(pair.first) for pair in pairs], [tokenizer.encode(pair.second) for pair in pairs]
    keep = [index for index in range(len(pairs)) if first[index] and second[index]]
    return Source(
        name,
        share,
        _ragged([first[index] for index in keep]),
        _ragged([second[index] for index in keep]),
        np.array([pairs[index].group for index in keep]),
    )


def _ragged(texts: list[list[int]]) -> Ragged:
    lengths = np.array([len(text) for text in texts])
    flat = np.fromiter((index for text in texts for index in text), np.int64, lengths.sum())
    return Ragged(flat, np.cumsum(lengths) - lengths, lengths)
