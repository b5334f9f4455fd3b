#!/usr/bin/env python3
"""Makes the tiny models of model-service's tests, and what they must answer.

    model-service/src/test/models/make_models.py

Writes src/test/resources/models: `encoder` (a BERT of one layer that gives token vectors; TorchScript, with mean pooling
and normalisation beside it as sentence-transformers writes them), `encoder-onnx` (the same weights in ONNX),
`encoder-cls` (the same file, told by 1_Pooling alone to take the first token), `cross-encoder` (one logit of a pair, in
both forms), `blocking` (never ends on token id 7), and models of tensors: `mixer-onnx` and `mixer` (rows of two inputs in
two outputs), `pairwise` (distances, whose rows are not its first input's alone) and `fixed` (a shape of its own). Weights
are random and seeded. Needs Debian's python3-torch.
"""

import io
import json
import zipfile
from pathlib import Path
from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

OUT = Path(__file__).resolve().parents[1] / "resources" / "models"
WORDS = (
    "the a quick brown fox jump over lazy dog near bank of river money in is on he she they we you it and or not "
    "for with open close account card lost new old big small red blue good bad what where when how who why can will "
).split()
PIECES = ["##s", "##ed", "##ing", "##er"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
VOCABULARY = {token: index for index, token in enumerate(SPECIAL + WORDS + PIECES)}
HIDDEN, POSITIONS = 16, 32
CLS, SEP = VOCABULARY["[CLS]"], VOCABULARY["[SEP]"]


class Bert(nn.Module):
    """One layer of attention over words, positions and segments; token vectors float32[B, T, 16]."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(len(VOCABULARY), HIDDEN)
        self.places = nn.Embedding(POSITIONS, HIDDEN)
        self.segments = nn.Embedding(2, HIDDEN)
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        places = torch.arange(input_ids.size(1)).unsqueeze(0)
        hidden = self.words(input_ids) + self.places(places) + self.segments(token_type_ids)
        bias = (1.0 - attention_mask.to(torch.float32)).unsqueeze(1) * -1e9
        weights = torch.matmul(self.query(hidden), self.key(hidden).transpose(1, 2)) / 4.0 + bias
        return hidden + torch.matmul(torch.softmax(weights, -1), self.value(hidden))


class CrossEncoder(nn.Module):
    """One logit, float32[B, 1], of the first token's vector."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = Bert()
        self.classifier = nn.Linear(HIDDEN, 1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        return self.classifier(self.bert(input_ids, attention_mask, token_type_ids)[:, 0])


class Blocking(nn.Module):
    """Answers how many tokens a row has; computes for ever where token id 50, "why", is among them."""

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        total = attention_mask.to(torch.float32).sum(1, keepdim=True)
        while bool((input_ids == 50).any()):
            total = total + 1.0
        return total


class Mixer(nn.Module):
    """Rows of numbers and of whole numbers; FP32 [n, 2], transposed in memory, and INT64 [n], how many flags are set."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 2)

    def forward(self, features: Tensor, flags: Tensor) -> Tuple[Tensor, Tensor]:
        mixed = torch.matmul(self.layer.weight, features.transpose(0, 1)).transpose(0, 1)
        return mixed + self.layer.bias, flags.sum(1)


class Pairwise(nn.Module):
    """Products of each row of one input with each of the other, FP64 [n, m]."""

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        return torch.matmul(left, right.transpose(0, 1))


class Fixed(nn.Module):
    """A picture of 2 by 3 bytes, turned upside down."""

    def forward(self, picture: Tensor) -> Tensor:
        return torch.flip(picture, [0])


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def tokenizer() -> dict:
    """WordPiece with BERT's template; it pads to 24 and cuts at 24 by itself, as MiniLM's file does with 128."""
    special = lambda token, segment: {"SpecialToken": {"id": token, "type_id": segment}}
    sequence = lambda name, segment: {"Sequence": {"id": name, "type_id": segment}}
    return {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 24, "strategy": "LongestFirst", "stride": 0},
        "padding": {
            "strategy": {"Fixed": 24},
            "direction": "Right",
            "pad_to_multiple_of": None,
            "pad_id": 0,
            "pad_type_id": 0,
            "pad_token": "[PAD]",
        },
        "added_tokens": [
            {
                "id": VOCABULARY[token],
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for token in SPECIAL
        ],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0)],
            "pair": [
                special("[CLS]", 0),
                sequence("A", 0),
                special("[SEP]", 0),
                sequence("B", 1),
                special("[SEP]", 1),
            ],
            "special_tokens": {
                token: {"id": token, "ids": [VOCABULARY[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": VOCABULARY,
        },
    }


def tokens(first: str, second: str = "") -> Tuple[list, list]:
    """Ids and segments of texts whose words are all in the vocabulary."""
    ids = [CLS] + [VOCABULARY[word] for word in first.split()] + [SEP]
    segments = [0] * len(ids)
    if second:
        more = [VOCABULARY[word] for word in second.split()] + [SEP]
        ids, segments = ids + more, segments + [1] * len(more)
    return ids, segments


def inputs(ids: list, segments: list) -> Tuple[Tensor, Tensor, Tensor]:
    return torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.int64), torch.tensor([segments])


def torch_script(module: nn.Module, path: Path) -> None:
    """Without the debug records, which hold the path of this script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(module), buffer)
    with zipfile.ZipFile(buffer) as saved, zipfile.ZipFile(path, "w") as kept:
        for entry in saved.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                kept.writestr(entry, saved.read(entry))


def onnx(module: nn.Module, path: Path, output: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    torch.onnx.export(
        module,
        inputs(*tokens("the dog", "a fox")),
        str(path),
        input_names=names,
        output_names=[output],
        dynamic_axes={name: {0: "batch", 1: "length"} for name in names}
        | {output: {0: "batch", 1: "length"} if output == "last_hidden_state" else {0: "batch"}},
        opset_version=13,
    )


def tensor_models() -> None:
    mixer = Mixer().eval()
    torch_script(mixer, OUT / "mixer" / "model.pt")
    torch_script(Pairwise(), OUT / "pairwise" / "model.pt")
    torch_script(Fixed(), OUT / "fixed" / "model.pt")
    names = ["features", "flags", "mixed", "count"]
    example = (torch.zeros(2, 3), torch.zeros(2, 4, dtype=torch.int64))
    path = OUT / "mixer-onnx" / "model.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        mixer,
        example,
        str(path),
        input_names=names[:2],
        output_names=names[2:],
        dynamic_axes={name: {0: "rows"} for name in names},
        opset_version=13,
    )
    expected = []
    for rows in range(1, 6):
        features, flags = torch.randn(rows, 3), torch.randint(0, 9, (rows, 4))
        mixed, count = mixer(features, flags)
        given = {"rows": rows, "features": features.tolist(), "flags": flags.tolist()}
        expected.append(given | {"mixed": mixed.flatten().tolist(), "count": count.tolist()})
    write_json(OUT / "tensors.json", expected)


def sentence_transformer(folder: Path, pooling: str, normalise: bool) -> None:
    modules = ["Transformer", "Pooling"] + ["Normalize"] * normalise
    write_json(
        folder / "modules.json",
        [
            {
                "idx": index,
                "name": str(index),
                "path": f"{index}_{module}" if index else "",
                "type": f"sentence_transformers.models.{module}",
            }
            for index, module in enumerate(modules)
        ],
    )
    modes = ["cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens"]
    write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": HIDDEN} | {f"pooling_mode_{mode}": mode == pooling for mode in modes},
    )


@torch.no_grad()
def main() -> None:
    torch.manual_seed(1)
    bert, cross = Bert().eval(), CrossEncoder().eval()
    config = {"hidden_size": HIDDEN, "max_position_embeddings": POSITIONS, "vocab_size": len(VOCABULARY), "pad_token_id": 0}

    for name in ("encoder", "encoder-onnx", "encoder-cls", "cross-encoder"):
        write_json(OUT / name / "config.json", config)
        write_json(OUT / name / "tokenizer.json", tokenizer())
    torch_script(bert, OUT / "encoder" / "model.pt")
    torch_script(bert, OUT / "encoder-cls" / "model.pt")
    onnx(bert, OUT / "encoder-onnx" / "onnx" / "model.onnx", "last_hidden_state")
    sentence_transformer(OUT / "encoder", "mean_tokens", True)
    sentence_transformer(OUT / "encoder-onnx", "mean_tokens", True)
    sentence_transformer(OUT / "encoder-cls", "cls_token", False)
    write_json(OUT / "cross-encoder" / "config.json", config | {"id2label": {"0": "LABEL_0"}})
    torch_script(cross, OUT / "cross-encoder" / "model.pt")
    onnx(cross, OUT / "cross-encoder" / "model.onnx", "logits")
    write_json(OUT / "blocking" / "config.json", {"max_position_embeddings": POSITIONS, "vocab_size": len(VOCABULARY)})
    write_json(OUT / "blocking" / "tokenizer.json", tokenizer())
    torch_script(Blocking(), OUT / "blocking" / "model.pt")

    pairs = [
        ("the quick brown fox", ""),
        ("a dog", ""),
        ("the river bank is near the old lazy dog and the big red fox", ""),
        ("where is the bank", "the bank of the river"),
        ("lost card", "open a new account with money"),
    ]
    expected = []
    for first, second in pairs:
        ids, segments = tokens(first, second)
        row = bert(*inputs(ids, segments))[0]
        expected.append(
            {
                "text": first,
                "pair": second,
                "ids": ids,
                "second": segments.index(1) if second else len(ids),
                "mean_normalised": F.normalize(row.mean(0), dim=0).tolist(),
                "mean": row.mean(0).tolist(),
                "max": row.amax(0).tolist(),
                "cls": row[0].tolist(),
                "last": row[-1].tolist(),
                "logit": cross(*inputs(ids, segments))[0].tolist(),
            }
        )
    write_json(OUT / "expected.json", expected)
    tensor_models()


if __name__ == "__main__":
    main()
