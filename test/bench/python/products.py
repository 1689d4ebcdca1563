"""Gradients and Hessian-vector products, each in the ways PyTorch offers. Every function returns a tuple of tensors."""

import torch
import torch.nn.functional as F
from torch.func import functional_call, grad, jvp, vmap


class Products:
    def __init__(self, problem):
        self.model = problem.model
        self.inputs, self.labels = problem.inputs, problem.labels
        self.names = [name for name, _ in self.model.named_parameters()]
        self.parameters = tuple(self.model.parameters())
        self.point = tuple(parameter.detach() for parameter in self.parameters)
        self.vector = tuple(problem.vectors)
        generator = torch.Generator().manual_seed(1)
        self.four = tuple(torch.randn(4, *v.shape, generator=generator) for v in self.vector)
        self._compiled = torch.compile(self._forward)

    def gradient(self):
        fuses = hasattr(self.model, "fused")
        if fuses:
            self.model.fused = True
        try:
            return torch.autograd.grad(self._loss_of_model(), self.parameters)
        finally:
            if fuses:
                self.model.fused = False

    def double_backward(self):
        gradient = torch.autograd.grad(self._loss_of_model(), self.parameters, create_graph=True)
        return torch.autograd.grad(gradient, self.parameters, grad_outputs=self.vector)

    def forward_over_reverse(self):
        return self._forward(self.point, self.vector)

    def compiled(self):
        return self._compiled(self.point, self.vector)

    def vmap_of_four(self):
        return vmap(lambda vector: self._forward(self.point, vector))(self.four)

    def _loss_of_model(self):
        return F.cross_entropy(self.model(self.inputs), self.labels)

    def _loss(self, point):
        outputs = functional_call(self.model, dict(zip(self.names, point)), (self.inputs,))
        return F.cross_entropy(outputs, self.labels)

    def _forward(self, point, vector):
        return jvp(grad(self._loss), (point,), (vector,))[1]
