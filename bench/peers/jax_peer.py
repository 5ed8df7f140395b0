"""JAX as a peer: jax_peer.py func|hand THREADS."""

import os
import sys
import time
from functools import partial

from serve import serve

FORM, THREADS = sys.argv[1], int(sys.argv[2])
# XLA starts as many threads as there are processors for it; there is no other setting that holds.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])

try:
    import jax
    import jax.numpy as jnp
except ImportError:
    print('{"absent": "the Python package jax is not installed"}')
    sys.exit(0)

from jax_losses import loss_of
from problem import Problem

jax.config.update("jax_platforms", "cpu")


def build(request, determinant, way):
    """A jitted step with donated buffers, and the losses of four steps at given noise."""
    problem = Problem(request)
    loss = loss_of(problem, FORM, determinant, way)
    x = jnp.asarray(problem.x)
    given = (jnp.asarray(problem.noise), jnp.asarray(problem.columns))

    def fresh():
        parameters = [jnp.asarray(values) for values in problem.parameters]
        zeros = [jnp.zeros_like(p) for p in parameters]
        return parameters, zeros, [jnp.zeros_like(p) for p in parameters], jnp.zeros((), jnp.int32)

    def update(state, x, noise, columns):
        parameters, first, second, taken = state
        value, gradients = jax.value_and_grad(loss)(parameters, x, noise, columns)
        taken = taken + 1
        correct_first, correct_second = 1 - 0.9 ** taken.astype(x.dtype), 1 - 0.999 ** taken.astype(x.dtype)
        first = [0.9 * m + 0.1 * g for m, g in zip(first, gradients)]
        second = [0.999 * v + 0.001 * g * g for v, g in zip(second, gradients)]
        size = problem.learning_rate / correct_first
        parameters = [
            p - size * m / (jnp.sqrt(v / correct_second) + 1e-8) for p, m, v in zip(parameters, first, second)
        ]
        return (parameters, first, second, taken), value

    @partial(jax.jit, donate_argnums=0)
    def drawing(state, x):
        of_noise, of_columns = jax.random.split(jax.random.fold_in(jax.random.key(1), state[3]))
        noise = jax.random.normal(of_noise, (problem.batch, problem.latent))
        columns = jax.random.randint(of_columns, (problem.batch,), 0, problem.latent)
        return update(state, x, noise, columns)

    state, losses = fresh(), []
    at_given = jax.jit(update, donate_argnums=0)
    for _ in range(4):
        state, value = at_given(state, x, *given)
        losses.append(float(value))

    def step():
        nonlocal state
        state, value = drawing(state, x)
        return float(value)

    return step, losses


def candidates_of(request):
    """The ways to make a step of a problem, by name."""
    determinants = ("cholesky", "slogdet") if request["objective"] == "grae" else (None,)
    ways = ("convolutions", "products") if request["shape"]["network"] == "conv64" else (None,)
    return {
        ", ".join(filter(None, (determinant, way, "whole step jitted"))): partial(build, request, determinant, way)
        for determinant in determinants
        for way in ways
    }


def rate():
    """Multiply-adds a second of a large product."""
    size = 1000
    a, b = jnp.ones((size, size)), jnp.ones((size, size))
    product = jax.jit(jnp.matmul)
    times = []
    for _ in range(11):
        start = time.perf_counter()
        product(a, b).block_until_ready()
        times.append(time.perf_counter() - start)
    # The fastest, since it stands for what the machine can do at that moment.
    return size**3 / min(times)


serve(
    {"versions": {"jax": jax.__version__}, "threads": THREADS, "blas": "XLA (Eigen, oneDNN) and LAPACK of SciPy"},
    candidates_of,
    rate,
)
