"""Made the protocol*.pkl beside it, with CPython 3.11."""

import argparse
import collections
import pickle

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
