"""Compares models of Dovetail and PyTorch on a GPU in half precision, in alternating runs.

    python3 gpu.py --java "COMMAND" [--plan] [--models a,b] [--rounds 5] [--runs 10]

COMMAND starts `dev.dovetail.bench.Bench` with CUDA; {} in it is replaced by the arguments of
`latency`. With --plan it runs the engine that Dovetail uses by itself, otherwise ONNX Runtime's
Java API with the CUDA provider. Requires torch, transformers and timm. Weights are random on both
sides. Both sides take 8-bit pixels from host memory and normalize them on the GPU. Classifiers
return logits to host memory, and semantic segmenters label maps. Of EoMT and Mask2Former, Dovetail
returns masks to host memory, and PyTorch leaves logits on the GPU.
"""

import argparse
import concurrent.futures
import statistics

import torch

from turns import Turns, in_turns

MODELS = {}


def model(name, arguments, batch, height, width):
    def add(make):
        MODELS[name] = (arguments, (batch, 3, height, width), make)
        return make
    return add


@model("eomt-l-640", "coco_panoptic_eomt_large_640", 1, 640, 640)
def eomt():
    from transformers import EomtConfig, EomtForUniversalSegmentation
    return EomtForUniversalSegmentation(EomtConfig(num_labels=133, num_queries=200))


@model("mask2former-swin-t", "configs/mask2former-swin-tiny.json", 1, 800, 1344)
def mask2former():
    from transformers import Mask2FormerConfig, Mask2FormerForUniversalSegmentation, SwinConfig
    swin = SwinConfig(depths=[2, 2, 6, 2], out_features=["stage1", "stage2", "stage3", "stage4"])
    config = Mask2FormerConfig(backbone_config=swin, num_labels=80)
    return Mask2FormerForUniversalSegmentation(config)


@model("upernet-swin-t", "configs/upernet-swin-tiny.json", 8, 512, 512)
def upernet():
    from transformers import SwinConfig, UperNetConfig, UperNetForSemanticSegmentation
    swin = SwinConfig(depths=[2, 2, 6, 2], out_features=["stage1", "stage2", "stage3", "stage4"])
    return UperNetForSemanticSegmentation(
        UperNetConfig(backbone_config=swin, num_labels=150, use_auxiliary_head=False))


@model("beit-b-448", "beit_base_patch16_224", 8, 448, 448)
def beit():
    import timm
    return timm.create_model("beit_base_patch16_224", img_size=448)


@model("eva02-b-448", "eva02_base_patch14_448", 8, 448, 448)
def eva02():
    import timm
    return timm.create_model("eva02_base_patch14_448")


def reference(make, shape):
    net = make().half().cuda().eval()
    batch, _, height, width = shape
    host = torch.randint(0, 256, (batch, height, width, 3), dtype=torch.uint8)
    mean, std = (torch.full((3, 1, 1), v, device="cuda", dtype=torch.float16) for v in (120, 60))

    def whole(pixels):
        x = (pixels.permute(0, 3, 1, 2).half() - mean) / std
        y = net(pixel_values=x) if hasattr(net, "config") else net(x)
        logits = getattr(y, "logits", y)
        # transformers resizes the logits of semantic segmentation to the size of the image.
        maps = torch.is_tensor(logits) and logits.ndim == 4
        return logits.argmax(1).to(torch.uint8) if maps else logits

    def call(f):
        def run():
            y = f(host.cuda())
            return y.cpu() if torch.is_tensor(y) else y
        return run
    return {"eager": call(whole), "torch.compile": call(torch.compile(whole))}


def report(name, times):
    for side in times:
        line = f"{name}: {side} {statistics.median(times[side]):.2f} ms"
        if side != "dovetail" and "dovetail" in times:
            ratios = sorted(a / b for a, b in zip(times["dovetail"], times[side]))
            line += (f", dovetail / {side} {statistics.median(ratios):.3f} "
                     f"({ratios[0]:.3f} to {ratios[-1]:.3f})")
        print(line, flush=True)


def measure(name, args):
    arguments, shape, make = MODELS[name]
    latency = (f"latency {arguments} --size {shape[2]}x{shape[3]} --batch {shape[0]} "
               "--device cuda --precision fp16" + (" --plan" if args.plan else ""))
    sides = {}
    with concurrent.futures.ThreadPoolExecutor() as pool, torch.no_grad():
        ours = pool.submit(Turns, args.java.replace("{}", latency)) if args.java else None
        for side, run in reference(make, shape).items():
            try:
                run()
                sides[side] = run
            except Exception as e:
                print(f"{name}: {side} failed: {type(e).__name__}: {str(e)[:300]}", flush=True)
        if ours:
            sides["dovetail"] = ours.result()
            print(f"{name}: dovetail {sides['dovetail'].start}", flush=True)
        report(name, in_turns(sides, args.rounds, args.runs, torch.cuda.synchronize))
    if ours:
        sides["dovetail"].close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", default="")
    parser.add_argument("--plan", action="store_true")
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=10)
    args = parser.parse_args()
    print(f"torch {torch.__version__}, {torch.cuda.get_device_name()}", flush=True)
    for name in args.models.split(","):
        try:
            measure(name, args)
        except Exception as e:
            print(f"{name}: {type(e).__name__}: {str(e)[:500]}", flush=True)


if __name__ == "__main__":
    main()
