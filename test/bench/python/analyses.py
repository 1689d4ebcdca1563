"""Whole tasks as a user of the Python tools would run them, from a loaded network to the figures."""

import torch
from torch import nn


class Analyses:
    def __init__(self, problem):
        self.model = problem.model
        self.data = problem.inputs, problem.labels

    def _operator(self):
        from curvlinops import HessianLinearOperator

        parameters = list(self.model.parameters())
        return HessianLinearOperator(self.model, nn.CrossEntropyLoss(), parameters, [self.data])

    def _pyhessian(self):
        from pyhessian import hessian

        return hessian(self.model, nn.CrossEntropyLoss(), data=self.data, cuda=False)

    def eigsh(self, count):
        """SciPy's implicitly restarted Lanczos on curvlinops' operator, to a relative 1e-3."""
        from scipy.sparse.linalg import eigsh

        operator = self._operator().to_scipy()
        values, _ = eigsh(operator, k=count, which="LA", tol=1e-3)
        return {"values": sorted(values.tolist(), reverse=True)}

    def pyhessian_top(self, count):
        values, _ = self._pyhessian().eigenvalues(maxIter=100, tol=1e-3, top_n=count)
        return {"values": values}

    def xtrace(self, products):
        from curvlinops import xtrace

        torch.manual_seed(1)
        return {"values": [xtrace(self._operator(), products).item()]}

    def pyhessian_trace(self):
        torch.manual_seed(1)
        samples = self._pyhessian().trace(maxIter=100, tol=1e-2)
        return {"values": [sum(samples) / len(samples)]}

    def density(self, steps):
        """One probe, no error bars."""
        from curvlinops import lanczos_approximate_spectrum

        torch.manual_seed(1)
        grid, _ = lanczos_approximate_spectrum(self._operator(), steps)
        return {"values": [grid[0].item(), grid[-1].item()]}

    def pyhessian_density(self, steps):
        torch.manual_seed(1)
        # Where it fails, it does so after all its products: find out with two.
        self._pyhessian().density(iter=2, n_v=1)
        nodes, _ = self._pyhessian().density(iter=steps, n_v=1)
        return {"values": [min(nodes[0]), max(nodes[0])]}
