"""Writes and reads a model folder: `model.pt`, `tokenizer.json`, `config.json`."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from wordpiece import PAD_ID, UNK_ID, WordPiece

# A bag reads any length; past this a text is a document, which these models were not made for.
LONGEST_INPUT = 512


def write(folder: Path, graph: nn.Module, tokenizer: WordPiece, config: dict[str, Any]) -> None:
    """Saves the graph as TorchScript beside its tokenizer and its description in Hugging Face's manner."""
    folder.mkdir(parents=True, exist_ok=True)
    _save(torch.jit.script(graph.eval()), folder / "model.pt")
    tokenizer.save(folder / "tokenizer.json")
    common = {"max_position_embeddings": LONGEST_INPUT, "vocab_size": len(tokenizer), "pad_token_id": PAD_ID}
    text = json.dumps({**config, **common}, indent=2, ensure_ascii=False)
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")


def _save(graph: torch.jit.ScriptModule, file: Path) -> None:
    """TorchScript without its debug records, which carry the paths of the machine it was made on."""
    packed = io.BytesIO()
    torch.jit.save(graph, packed)
    packed.seek(0)
    reader = torch._C.PyTorchFileReader(packed)
    writer = torch._C.PyTorchFileWriter(str(file))
    for record in reader.get_all_records():
        # The writer adds the format's version itself.
        if record != "version" and not record.endswith(".debug_pkl"):
            content = reader.get_record(record)
            writer.write_record(record, content, len(content))
    writer.write_end_of_file()


def load_graph(folder: Path) -> torch.jit.ScriptModule:
    return torch.jit.load(str(folder / "model.pt")).eval()


def load_tokenizer(folder: Path) -> WordPiece:
    return WordPiece.load(folder / "tokenizer.json")


def labels(folder: Path) -> list[str]:
    names = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
    return [names[str(index)] for index in range(len(names))]


def batch(texts: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Rows padded on the right to the longest, and their mask. A text without a token becomes one [UNK]."""
    texts = [ids[:LONGEST_INPUT] or [UNK_ID] for ids in texts]
    longest = max(map(len, texts))
    input_ids = torch.full((len(texts), longest), PAD_ID, dtype=torch.int64)
    for row, ids in enumerate(texts):
        input_ids[row, : len(ids)] = torch.tensor(ids)
    lengths = torch.tensor([len(ids) for ids in texts])
    return input_ids, (torch.arange(longest) < lengths[:, None]).to(torch.int64)


@torch.no_grad()
def run(model: nn.Module, tokenizer: WordPiece, texts: list[str], size: int = 64) -> Tensor:
    """The model's answers for all texts, in batches."""
    encoded = [tokenizer.encode(text) for text in texts]
    return torch.cat([model(*batch(encoded[start : start + size])) for start in range(0, len(encoded), size)])
