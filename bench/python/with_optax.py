"""Optax's Adam under jax.jit, on the CPU. The step may write in place of its
arguments, as a training loop has it.

usage: with_optax.py THREADS
"""

import os
import sys

THREADS = int(sys.argv[1])

# JAX has no setting for its threads: it takes as many as there are processors.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
os.environ["NPROC"] = str(THREADS)
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import optax

import contest


class Run:
    def __init__(self, tensors, elements):
        start = [contest.numbers(elements) for _ in range(tensors)]
        optimizer = optax.adam(1e-3)
        self.params = [jax.numpy.array(theta) for theta, _ in start]
        self.grads = [jax.numpy.array(grad) for _, grad in start]
        self.state = optimizer.init(self.params)

        def update(params, state, grads):
            updates, state = optimizer.update(grads, state, params)
            return optax.apply_updates(params, updates), state

        self.update = jax.jit(update, donate_argnums=(0, 1))

    def step(self):
        self.params, self.state = self.update(self.params, self.state, self.grads)
        jax.block_until_ready(self.params)


def setup(rule, tensors, elements):
    if rule != "adam":
        raise ValueError(f"Optax has no {rule}")
    step = Run(tensors, elements).step
    step()  # compiles
    return step


contest.serve(f"jax {jax.__version__}, optax {optax.__version__}", setup)
