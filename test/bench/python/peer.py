"""Answers requests, one JSON object a line on stdin, with one a line on stdout: PyTorch's side of the bench."""

import contextlib
import importlib.metadata
import json
import resource
import sys
import time

import torch

from analyses import Analyses
from networks import Problem
from products import Products


class Peer:
    def open(self, folder, threads, memory):
        torch.set_num_threads(threads)
        # An attempt that outgrows the machine fails here instead of taking others down.
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        self.problem = Problem(folder)
        self.products = Products(self.problem)
        self.analyses = Analyses(self.problem)
        self.idle = self._most_held()
        packages = ["torch", "curvlinops-for-pytorch", "pyhessian", "scipy"]
        versions = {name: importlib.metadata.version(name) for name in packages}
        return {"python": sys.version.split()[0], **versions}

    def product(self):
        """One product in float64, for the other side to compare its own with; how far this side's own float32 is off."""
        exact = Products(Problem(self.problem.folder, torch.float64)).double_backward()
        self.problem.write_product(exact)
        own = self.products.double_backward()
        flat = [torch.cat([part.reshape(-1).double() for part in product]) for product in (own, exact)]
        return ((flat[0] - flat[1]).norm() / flat[1].norm()).item()

    def prepare(self, way):
        """Seconds of the first run: what compiling takes."""
        start = time.perf_counter()
        getattr(self.products, way)()
        return time.perf_counter() - start

    def time(self, way, seconds, least):
        """Milliseconds of repeated runs after one that is not counted: at least `least`, more while they fit in `seconds`."""
        run = getattr(self.products, way)
        run()
        milliseconds = []
        end = time.perf_counter() + seconds
        while len(milliseconds) < least or time.perf_counter() < end:
            start = time.perf_counter()
            run()
            milliseconds.append(1000 * (time.perf_counter() - start))
        return milliseconds

    def analyze(self, way, arguments):
        start = time.perf_counter()
        result = getattr(self.analyses, way)(*arguments)
        return {"seconds": time.perf_counter() - start, **result}

    def memory(self):
        """The most this process held until it had loaded the network, and until now, in bytes."""
        return {"idle": self.idle, "peak": self._most_held()}

    def _most_held(self):
        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main():
    peer = Peer()
    out = sys.stdout
    for line in sys.stdin:
        request = json.loads(line)
        try:
            with contextlib.redirect_stdout(sys.stderr):
                value = getattr(peer, request.pop("task"))(**request)
            reply = {"ok": True, "value": value}
        except Exception as error:
            text = str(error).strip() or type(error).__name__
            reply = {"ok": False, "message": f"{type(error).__name__}: {text.splitlines()[0]}"}
        print(json.dumps(reply), file=out, flush=True)


main()
