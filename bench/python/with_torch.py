"""PyTorch's Adam, and the PNM and AdaPNM of pytorch-optimizer, on the CPU.

usage: with_torch.py loop|foreach|fused|compiled THREADS
"""

import importlib.metadata
import sys

import pytorch_optimizer
import torch

import contest

KIND, THREADS = sys.argv[1], int(sys.argv[2])

RULES = {
    "adam": torch.optim.Adam,
    "pnm": pytorch_optimizer.PNM,
    "adapnm": pytorch_optimizer.AdaPNM,
}


def setup(rule, tensors, elements):
    params = []
    for _ in range(tensors):
        theta, grad = contest.numbers(elements)
        param = torch.nn.Parameter(torch.from_numpy(theta))
        param.grad = torch.from_numpy(grad)
        params.append(param)
    options = {"fused": True} if KIND == "fused" else {"foreach": KIND != "loop"}
    step = RULES[rule](params, **options).step
    if KIND == "compiled":
        torch._dynamo.reset()
        step = torch.compile(step)
    for _ in range(3):  # compiles, and makes the states
        step()
    return step


torch.set_num_threads(THREADS)
versions = [f"{name} {importlib.metadata.version(name)}" for name in ("torch", "pytorch-optimizer")]
contest.serve(", ".join(versions), setup)
