"""Measures programs alternately on one machine."""

import shlex
import subprocess
import time


class Turns:
    """`bench latency` in another process; `start` is the line that it prints when it is ready."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.start = ""
        while not self.start.startswith("ready"):
            assert self.process.poll() is None, "the benchmark has ended"
            self.start = self.process.stdout.readline().strip()

    def milliseconds(self, runs):
        self.process.stdin.write(f"{runs}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def timed(run, runs, synchronize=lambda: None):
    if isinstance(run, Turns):
        return run.milliseconds(runs)
    synchronize()
    start = time.perf_counter()
    for _ in range(runs):
        run()
    synchronize()
    return (time.perf_counter() - start) / runs * 1e3


def in_turns(sides, rounds, runs, synchronize=lambda: None):
    """Returns the milliseconds per run of each side by name, as a list with one entry per round."""
    for run in sides.values():
        timed(run, max(3, runs // 4), synchronize)
    times = {name: [] for name in sides}
    for _ in range(rounds):
        for name, run in sides.items():
            times[name].append(timed(run, runs, synchronize))
    return times
