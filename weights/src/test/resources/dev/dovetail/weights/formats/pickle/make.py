"""Created the *.pkl files in this folder, with CPython 3.11 and NumPy 2.4."""

import argparse
import collections
import pickle

import numpy as np

shared = ["s"]
value = {
    "ints": [0, 1, -1, 255, 256, 65536, -(2**31), 2**40, 2**63 - 1, -(2**63), 2**70],
    "floats": [1.5, -0.25, 1e300, float("inf")],
    "none": None,
    "bools": (True, False),
    "text": "tab\t \\ quote' ü € 𝄞\n",
    "bytes": b"\x00\x7f\xff",
    "tuples": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
    "set": {7},
    "frozen": frozenset([8]),
    "ordered": collections.OrderedDict([("b", 1), ("a", 2)]),
    "space": argparse.Namespace(lr=0.1),
    3: {"k": []},
    "twice": [shared, shared],
}
for protocol in range(6):
    with open(f"protocol{protocol}.pkl", "wb") as file:
        pickle.dump(value, file, protocol=protocol)

arrays = {
    "score": np.float64(0.25),
    "epoch": np.int64(7),
    "flag": np.bool_(True),
    "half": np.float16(1.5),
    "vector": np.arange(4, dtype="f4"),
    "columns": np.asfortranarray(np.arange(6, dtype=">i2").reshape(2, 3)),
    "bytes": np.array([200, 7], dtype="u1"),
    "objects": np.array(["a", None], dtype=object),
    "words": np.array(["a"]),
    "large": np.zeros(70_000, dtype="u1"),
    "dtype": np.dtype("f4"),
}
for protocol in (2, 4):
    with open(f"numpy{protocol}.pkl", "wb") as file:
        pickle.dump(arrays, file, protocol=protocol)

detectron2 = {
    "model": {
        "stem.conv1.weight": np.arange(24, dtype="f4").reshape(2, 3, 2, 2),
        "stem.conv1.norm.weight": np.array([0.5, 2], dtype="f4"),
        "res2.0.conv1.weight": np.asfortranarray(np.arange(6, dtype="f4").reshape(2, 3)),
        "res2.0.conv1.norm.weight": np.array([1.5, -1], dtype="f2"),
        "res2.0.conv1.norm.num_batches_tracked": np.array(3),
    },
    "__author__": "made here",
    "matching_heuristics": True,
}
for protocol in (2, 3, 4, 5):
    with open(f"detectron2-{protocol}.pkl", "wb") as file:
        pickle.dump(detectron2, file, protocol=protocol)
