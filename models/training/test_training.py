#!/usr/bin/env python3
"""Tests of what training hands to the serving side: `python3 -m unittest discover -s models/training`."""

from __future__ import annotations

import json
import random
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import torch

import artefact
import vocabulary
from classifier import Head, ServedClassifier
from embedder import ServedEmbedder
from wordpiece import PAD, UNK, UNK_ID, WordPiece, normalise, split_words

HERE = Path(__file__).resolve().parent
BUNDLED = HERE.parent / "bundled"
MODELS = ("minibag-embed-256", "clinc150-intent", "banking77-intent")
TOLERANCE = 1e-6


class Tokenizer(unittest.TestCase):
    def test_gives_the_ids_hugging_face_gives(self) -> None:
        """The fixture's ids were written by DJL's tokenizers 0.36.0 from the bundled tokenizer.json."""
        tokenizer = artefact.load_tokenizer(BUNDLED / MODELS[0])
        for row in json.loads((HERE / "fixtures" / "huggingface_ids.json").read_text(encoding="utf-8")):
            with self.subTest(text=row["text"]):
                self.assertEqual(row["ids"], tokenizer.encode(row["text"]))

    def test_all_models_share_one_vocabulary(self) -> None:
        files = {(BUNDLED / name / "tokenizer.json").read_bytes() for name in MODELS}
        self.assertEqual(1, len(files))

    def test_splits_words_and_punctuation(self) -> None:
        self.assertEqual(["creme", "brulee", "!", "是"], split_words(normalise("Crème\tBrûlée!\0是")))

    def test_takes_the_longest_entry(self) -> None:
        tokenizer = WordPiece([PAD, UNK, "a", "ab", "##b", "##c", "##bc"])
        self.assertEqual([3, 5], tokenizer.encode("abc"))
        self.assertEqual([3, 6], tokenizer.encode("abbc"))
        self.assertEqual([UNK_ID], tokenizer.encode("abx"))

    def test_reads_what_it_wrote(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "tokenizer.json"
            WordPiece([PAD, UNK, "z", "a"]).save(file)
            self.assertEqual([PAD, UNK, "z", "a"], WordPiece.load(file).vocabulary)


class Vocabulary(unittest.TestCase):
    def test_keeps_frequent_words_whole_and_never_loses_a_letter(self) -> None:
        learnt = vocabulary.learn(Counter({"banana": 500, "band": 400, "zebra": 30}), size=150)
        self.assertIn("banana", learnt)
        self.assertIn("band", learnt)
        self.assertNotIn(UNK_ID, WordPiece(learnt).encode("zebraband"))


class Graphs(unittest.TestCase):
    """What the contract promises of every `model.pt`."""

    def graphs(self) -> dict[str, torch.nn.Module]:
        torch.manual_seed(1)
        head = Head(16, 8, 5, [2, 3])
        made = {
            "embedder": ServedEmbedder(torch.randn(100, 16)),
            "classifier": ServedClassifier(torch.randn(100, 16), head, 0.3),
        }
        scripted = {name: torch.jit.script(graph.eval()) for name, graph in made.items()}
        return {**scripted, **{name: artefact.load_graph(BUNDLED / name) for name in MODELS}}

    def test_a_row_depends_neither_on_its_padding_nor_on_the_others(self) -> None:
        rng = random.Random(1)
        rows = [[rng.randrange(2, 100) for _ in range(length)] for length in (1, 2, 3, 7, 40)]
        for name, graph in self.graphs().items():
            with self.subTest(name), torch.no_grad():
                ids, mask = artefact.batch(rows)
                together = graph(ids, mask)
                dirty = graph(torch.where(mask > 0, ids, torch.full_like(ids, 9)), mask)
                left = graph(_padded_on_the_left(ids, rows), _padded_on_the_left(mask, rows))
                for row, text in enumerate(rows):
                    alone = graph(*artefact.batch([text]))[0]
                    for other in (together[row], dirty[row], left[row]):
                        # Unit vectors to the tolerance, logits to the same share of their size.
                        size = max(1.0, alone.abs().max().item())
                        self.assertLess((alone - other).abs().max().item(), TOLERANCE * size)

    def test_an_empty_text_is_no_nan(self) -> None:
        nothing = torch.zeros(2, 1, dtype=torch.int64)
        for name, graph in self.graphs().items():
            with self.subTest(name), torch.no_grad():
                self.assertTrue(graph(nothing, nothing).isfinite().all())

    def test_embeddings_have_length_one(self) -> None:
        with torch.no_grad():
            vectors = artefact.load_graph(BUNDLED / MODELS[0])(*artefact.batch([[5, 6], [7]]))
        self.assertLess((vectors.norm(dim=1) - 1).abs().max().item(), TOLERANCE)

    def test_out_of_scope_wins_exactly_below_the_bar(self) -> None:
        bar = 0.3
        torch.manual_seed(1)
        weight, head = torch.randn(100, 16), Head(16, 8, 5, [2, 3])
        plain, barred = ServedClassifier(weight, head), ServedClassifier(weight, head, bar, 2.0)
        ids = torch.randint(2, 100, (200, 4))
        with torch.no_grad():
            best = (plain(ids, torch.ones_like(ids)) / 2).softmax(1).amax(1)
            strays = barred(ids, torch.ones_like(ids)).argmax(1) == 5
        self.assertTrue(0 < strays.sum() < 200)
        self.assertTrue(torch.equal(best < bar, strays))


def _padded_on_the_left(table: torch.Tensor, rows: list[list[int]]) -> torch.Tensor:
    return torch.stack([line.roll(-len(text)) for line, text in zip(table, rows)])


if __name__ == "__main__":
    unittest.main()
