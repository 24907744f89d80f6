"""Compares RT-DETR of Dovetail and transformers on one machine, in alternating runs.

    python3 rt_detr.py FOLDER [--rounds 7] [--runs 20] [--java "COMMAND"]

FOLDER contains the files that `dovetail export configs/rt-detr-r18.json --weights … --size 640x640
--external` wrote, named r18-fp32.onnx, r18-fp16.onnx, r50-fp32.onnx and r50-fp16.onnx. Missing
weight files are created with random numbers, which do not affect the time. Requires torch,
transformers, onnx and onnxruntime. Dovetail's graph takes 8-bit pixels and returns boxes.
transformers' takes normalized pixels and returns logits. On a GPU, Dovetail needs its own ONNX
Runtime with CUDA: COMMAND starts `dev.dovetail.bench.Bench`, and {} in it is replaced by the
arguments of `latency`.
"""

import argparse
import os
import statistics

import numpy as np
import onnx
import onnxruntime as ort
import torch
from transformers import RTDetrConfig, RTDetrForObjectDetection, RTDetrResNetConfig

from turns import Turns, in_turns

SIZE = 640
BACKBONES = {
    "r18": dict(hidden_sizes=[64, 128, 256, 512], depths=[2, 2, 2, 2], layer_type="basic"),
    "r50": dict(hidden_sizes=[256, 512, 1024, 2048], depths=[3, 4, 6, 3], layer_type="bottleneck"),
}
DETECTORS = {
    "r18": dict(encoder_in_channels=[128, 256, 512], hidden_expansion=0.5, decoder_layers=3),
    "r50": dict(encoder_in_channels=[512, 1024, 2048], hidden_expansion=1.0, decoder_layers=6),
}


def reference(name):
    backbone = RTDetrResNetConfig(
        embedding_size=64, out_features=["stage2", "stage3", "stage4"], **BACKBONES[name])
    config = RTDetrConfig(backbone_config=backbone, num_labels=80, **DETECTORS[name])
    return Bare(RTDetrForObjectDetection(config)).eval()


class Bare(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        out = self.model(pixel_values, return_dict=True)
        return out.logits, out.pred_boxes


def fill_weights(path):
    """Writes random weights if the file with external data is missing."""
    model = onnx.load(path, load_external_data=False)
    random = np.random.default_rng(0)
    for tensor in model.graph.initializer:
        entries = {e.key: e.value for e in tensor.external_data}
        if not entries:
            continue
        data = os.path.join(os.path.dirname(path), entries["location"])
        length, offset = int(entries["length"]), int(entries.get("offset", 0))
        kind = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type)
        count = length // np.dtype(kind).itemsize
        name = tensor.name
        if name.endswith("running_var") or "norm" in name and name.endswith("weight"):
            values = np.ones(count)
        else:
            values = random.standard_normal(count) * 0.02
        with open(data, "r+b" if os.path.exists(data) else "w+b") as f:
            f.seek(offset)
            f.write(values.astype(kind).tobytes())


def report(title, times, other):
    ours = times["dovetail"]
    ratios = sorted(a / b for a, b in zip(ours, times[other]))
    print(f"{title}: dovetail {statistics.median(ours):.2f} ms, {other} "
          f"{statistics.median(times[other]):.2f} ms, ratio {statistics.median(ratios):.3f} "
          f"({ratios[0]:.3f} to {ratios[-1]:.3f})", flush=True)


def inputs(session, batch=1):
    pixels = np.random.default_rng(1).integers(0, 256, (batch, SIZE, SIZE, 3), np.uint8)
    shape = np.full((batch, 2), SIZE, np.int64)
    every = {"image": pixels, "img_shape": shape, "ori_shape": shape,
             "scale_factor": np.ones((batch, 4), np.float32)}
    return {i.name: every[i.name] for i in session.get_inputs()}


def on_processor(name, folder, rounds, runs):
    model = reference(name)
    x = torch.rand(1, 3, SIZE, SIZE)
    file = os.path.join(folder, f"{name}-transformers.onnx")
    sides = {}
    with torch.no_grad():
        try:
            torch.onnx.export(model, (x,), file, dynamo=True, verbose=False,
                              input_names=["pixel_values"], output_names=["logits", "boxes"])
            theirs = ort.InferenceSession(file, providers=["CPUExecutionProvider"])
            feed = {"pixel_values": x.numpy()}
            other = "transformers in ONNX Runtime"
            sides[other] = lambda: theirs.run(None, feed)
        except Exception as e:  # the export fails in many releases
            print(f"{name}: torch.onnx.export failed: {type(e).__name__}: {str(e)[:300]}")
            other = "transformers in PyTorch"
            sides[other] = lambda: model(x)
        path = os.path.join(folder, f"{name}-fp32.onnx")
        fill_weights(path)
        ours = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
        own = inputs(ours)
        for out in ours.run(None, own):
            assert np.isfinite(out).all()
        sides["dovetail"] = lambda: ours.run(None, own)
        if other != "transformers in PyTorch":
            sides["transformers in PyTorch"] = lambda: model(x)
        times = in_turns(sides, rounds, runs)
    for side in sides:
        if side != "dovetail":
            report(f"{name} fp32 on the CPU ({os.cpu_count()} threads)", times, side)


def on_gpu(name, rounds, runs, java, cuda_graphs):
    model = reference(name).half().cuda()
    x = torch.rand(1, 3, SIZE, SIZE, device="cuda", dtype=torch.float16)
    compiled = torch.compile(model)
    with torch.no_grad():
        sides = {"transformers eager": lambda: model(x), "torch.compile": lambda: compiled(x)}
        if cuda_graphs:
            graphs = torch.compile(model, mode="reduce-overhead")
            sides["torch.compile with CUDA graphs"] = lambda: graphs(x)
        if java:
            arguments = (f"latency configs/rt-detr-{name}.json --size {SIZE}x{SIZE} "
                         "--device cuda --precision fp16")
            sides["dovetail"] = Turns(java.replace("{}", arguments))
        times = in_turns(sides, rounds, runs, torch.cuda.synchronize)
    for side in sides:
        if side == "dovetail":
            sides[side].close()
        elif java:
            report(f"{name} fp16 on the GPU", times, side)
        else:
            print(f"{name} fp16 on the GPU: {side} {statistics.median(times[side]):.2f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--models", default="r18,r50")
    parser.add_argument("--java", default="")
    parser.add_argument("--cuda-graphs", action="store_true", help="also measure torch.compile with CUDA graphs")
    parser.add_argument("--only", choices=["cpu", "gpu"])
    args = parser.parse_args()
    print(f"onnxruntime {ort.__version__}, torch {torch.__version__}, providers "
          f"{ort.get_available_providers()}", flush=True)
    for name in args.models.split(","):
        if args.only != "gpu":
            on_processor(name, args.folder, args.rounds, args.runs)
        if args.only != "cpu" and torch.cuda.is_available():
            on_gpu(name, args.rounds, args.runs, args.java, args.cuda_graphs)


if __name__ == "__main__":
    main()
