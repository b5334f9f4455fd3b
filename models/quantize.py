#!/usr/bin/env python3
"""Makes the int8 form of one's own fp32 model, and says what it costs and gains.

    models/quantize.py --model my_model.py:build --folder FP32 --out INT8

`build` is a function that returns the model as an `nn.Module` with its weights loaded; its forward takes `input_ids` and
`attention_mask` (and `token_type_ids`, with --segments). `FP32` is the folder that a node serves now: its tokenizer.json
and other small files are copied. Linear layers become int8, activations are quantised by each call's range (dynamic
quantisation). A finished `model.pt` cannot be converted: PyTorch quantises modules, not TorchScript. A model in ONNX is
quantised by onnxruntime's own tool: `onnxruntime.quantization.quantize_dynamic("model.onnx", "model-int8.onnx")`.

Needs Debian's python3-torch.
"""

import argparse
import importlib.util
import shutil
import sys
import time
from pathlib import Path
from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def quantised(module: nn.Module) -> nn.Module:
    """A copy whose linear layers are int8; oneDNN's kernels are those that a node's PyTorch has on every CPU."""
    torch.backends.quantized.engine = "onednn"
    return torch.ao.quantization.quantize_dynamic(module.eval(), {nn.Linear}, dtype=torch.qint8)


def build(where: str) -> nn.Module:
    path, _, function = where.rpartition(":")
    if not path or not Path(path).is_file():
        raise SystemExit(f"--model is {where}; it must be FILE.py:FUNCTION with a file that exists")
    spec = importlib.util.spec_from_file_location("own_model", path)
    module = importlib.util.module_from_spec(spec)
    # TorchScript looks a class's source up by its module.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return getattr(module, function)().eval()


def inputs(rows: int, length: int, vocabulary: int, segments: bool) -> List[Tensor]:
    ids = torch.randint(5, vocabulary, (rows, length))
    both = [ids, torch.ones_like(ids)]
    return both + [torch.zeros_like(ids)] if segments else both


def first(output: object) -> Tensor:
    """The output that is compared: the first of several."""
    while not isinstance(output, Tensor):
        output = next(iter(output.values())) if isinstance(output, dict) else output[0]
    return output


def milliseconds(graph: nn.Module, given: List[Tensor], seconds: float = 1.0) -> float:
    """Median time of a row."""
    for _ in range(3):
        graph(*given)
    times, end = [], time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        graph(*given)
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2] * 1000 / len(given[0])


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="FILE.py:FUNCTION that gives the fp32 module")
    parser.add_argument("--folder", type=Path, required=True, help="folder of the model as it is served now")
    parser.add_argument("--out", type=Path, required=True, help="folder to write; it must not exist")
    parser.add_argument("--vocabulary", type=int, default=30522, help="ids of the trial texts (default: %(default)s)")
    parser.add_argument("--length", type=int, default=32, help="tokens of the trial texts (default: %(default)s)")
    parser.add_argument("--segments", action="store_true", help="the model takes token_type_ids too")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)

    full = build(arguments.model)
    if not any(isinstance(layer, nn.Linear) for layer in full.modules()):
        raise SystemExit("the model has no linear layers: there is nothing to quantise")
    shutil.copytree(arguments.folder, arguments.out, ignore=shutil.ignore_patterns("*.pt", "*.onnx", "onnx", "*.bin"))
    graphs = {"fp32": torch.jit.script(full), "int8": torch.jit.script(quantised(full))}
    file = arguments.out / "model.pt"
    torch.jit.save(graphs["fp32"], str(file))
    sizes = {"fp32": file.stat().st_size}
    torch.jit.save(graphs["int8"], str(file))
    sizes["int8"] = file.stat().st_size

    given = inputs(64, arguments.length, arguments.vocabulary, arguments.segments)
    a, b = (first(graphs[name](*given)).flatten(1) for name in ("fp32", "int8"))
    cosine = F.cosine_similarity(a, b)
    print(f"cosine fp32 to int8: mean {cosine.mean():.4f}, least {cosine.min():.4f}")
    if a.size(1) > 1:
        print(f"same highest number: {(a.argmax(1) == b.argmax(1)).float().mean():.1%} of {len(a)} texts")
    print(f"one thread, {arguments.length} tokens, torch {torch.__version__}")
    for name, graph in graphs.items():
        took = ", ".join(
            f"batch {rows}: {milliseconds(graph, [each[:rows] for each in given]):.2f} ms a text" for rows in (1, 8)
        )
        print(f"  {name}  {sizes[name] / 1e6:.1f} MB, {took}")


if __name__ == "__main__":
    main()
