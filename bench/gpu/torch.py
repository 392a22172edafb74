"""PyTorch's steps on the GPU, beside those that `gpu speed` has measured.

usage: torch.py ELEMENTS ROUNDS

Adam is torch.optim.Adam(fused=True). PNM is the update of Xie et al., ICML 2021,
Algorithm 2, on tensors: as it stands, and compiled by torch.compile.
"""

import statistics
import sys

import torch

ELEMENTS, ROUNDS = int(sys.argv[1]), int(sys.argv[2])
DEVICE = torch.device("cuda")


def pnm_step(theta, grad, newer, older, lr, beta1, beta0):
    """older becomes the new momentum, in place; the caller changes the two about."""
    older.mul_(beta1**2).add_(grad, alpha=1 - beta1**2)
    size = ((1 + beta0) ** 2 + beta0**2) ** 0.5
    theta.sub_((1 + beta0) * older - beta0 * newer, alpha=lr / size)


def numbers():
    theta = torch.linspace(-1, 1, ELEMENTS, device=DEVICE)
    return theta, theta * 1e-3 + 1e-6


def pnm(step):
    theta, grad = numbers()
    momenta = [torch.zeros_like(theta), torch.zeros_like(theta)]

    def once():
        momenta.reverse()
        step(theta, grad, momenta[1], momenta[0], 0.1, 0.9, 1.0)

    return once


def adam():
    theta, grad = numbers()
    theta = torch.nn.Parameter(theta)
    theta.grad = grad
    return torch.optim.Adam([theta], fused=True).step


def milliseconds(step):
    times = []
    for _ in range(3):  # compiles, and makes the states
        step()
    for _ in range(ROUNDS):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        step()
        end.record()
        torch.cuda.synchronize()
        times.append(start.elapsed_time(end))
    return statistics.median(times)


print(f"torch {torch.__version__}, CUDA {torch.version.cuda}; 1 tensor of {ELEMENTS}, f32, medians of {ROUNDS} steps")
for name, bytes_each, setup in [
    ("adam, fused", 28, adam),
    ("pnm, plain", 24, lambda: pnm(pnm_step)),
    ("pnm, torch.compile", 24, lambda: pnm(torch.compile(pnm_step))),
]:
    try:
        ms = milliseconds(setup())
        print(f"{name}: {ms:.4f} ms, {bytes_each * ELEMENTS / ms / 1e6:.0f} GB/s of what a step must move")
    except Exception as err:  # whatever a library throws is a result
        print(f"{name}: {type(err).__name__}: {str(err).splitlines()[0] if str(err) else ''}")
    torch.cuda.empty_cache()
