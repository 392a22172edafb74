"""PyTorch's steps on the GPU, beside those that `gpu speed` has measured.

usage: torch.py ELEMENTS ROUNDS

Adam is torch.optim.Adam(fused=True). PNM is the update of Xie et al., ICML 2021,
Algorithm 2, on tensors: as it stands, and compiled by torch.compile. The large
tensor has ELEMENTS; for 10,000 small ones PNM is not compiled, since a step would
be as many calls of what is.
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


def numbers(elements):
    theta = torch.linspace(-1, 1, elements, device=DEVICE)
    return theta, theta * 1e-3 + 1e-6


def pnm(step, lengths):
    tensors = [numbers(n) for n in lengths]
    momenta = [[torch.zeros_like(theta), torch.zeros_like(theta)] for theta, _ in tensors]

    def once():
        for (theta, grad), pair in zip(tensors, momenta):
            pair.reverse()
            step(theta, grad, pair[1], pair[0], 0.1, 0.9, 1.0)

    return once


def adam(lengths):
    parameters = []
    for n in lengths:
        theta, grad = numbers(n)
        parameters.append(torch.nn.Parameter(theta))
        parameters[-1].grad = grad
    return torch.optim.Adam(parameters, fused=True).step


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


LARGE, SMALL = [ELEMENTS], [1000] * 10_000
print(f"torch {torch.__version__}, CUDA {torch.version.cuda}; f32, medians of {ROUNDS} steps")
for name, lengths, bytes_each, setup in [
    (f"1 tensor of {ELEMENTS}, adam, fused", LARGE, 28, adam),
    (f"1 tensor of {ELEMENTS}, pnm, plain", LARGE, 24, lambda lengths: pnm(pnm_step, lengths)),
    (f"1 tensor of {ELEMENTS}, pnm, torch.compile", LARGE, 24, lambda lengths: pnm(torch.compile(pnm_step), lengths)),
    ("10,000 tensors of 1,000, adam, fused", SMALL, 28, adam),
    ("10,000 tensors of 1,000, pnm, plain", SMALL, 24, lambda lengths: pnm(pnm_step, lengths)),
]:
    try:
        ms = milliseconds(setup(lengths))
        print(f"{name}: {ms:.4f} ms, {bytes_each * sum(lengths) / ms / 1e6:.0f} GB/s of what a step must move")
    except Exception as err:  # whatever a library throws is a result
        print(f"{name}: {type(err).__name__}: {str(err).splitlines()[0] if str(err) else ''}")
    torch.cuda.empty_cache()
