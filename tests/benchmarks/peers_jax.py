"""JAX: whole epochs in one jitted call, `lax.scan` over the steps, one CPU thread.

The permutations are made outside the timing, which is in JAX's favour; compiling is outside too.
"""

from __future__ import annotations

import os
from collections.abc import Callable

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np

from .contender import Bench
from .peers import serve
from .workloads import Workload

HIDDEN = {"tanh": jnp.tanh, "relu": jax.nn.relu}


def layers_of(workload: Workload) -> list[tuple[jax.Array, jax.Array]]:
    return [(jnp.asarray(weights.T), jnp.asarray(biases)) for weights, biases in workload.start_layers()]


def forward(workload: Workload, layers: list, inputs: jax.Array) -> list[jax.Array]:
    """The outputs of every layer; the last one is left before a softmax."""
    outputs, hidden = [], HIDDEN[workload.hidden]
    for index, (weights, biases) in enumerate(layers):
        inputs = inputs @ weights + biases
        last = index == len(layers) - 1
        inputs = inputs if last and workload.softmax else jnp.tanh(inputs) if last else hidden(inputs)
        outputs.append(inputs)
    return outputs


def make_loss(workload: Workload) -> Callable:
    def loss(layers: list, inputs: jax.Array, targets: jax.Array) -> jax.Array:
        outputs = forward(workload, layers, inputs)[-1]
        if workload.softmax:
            return -jnp.mean(jnp.sum(targets * jax.nn.log_softmax(outputs), axis=1))
        return 0.5 * jnp.mean(jnp.sum((outputs - targets) ** 2, axis=1))

    return loss


def make_update(workload: Workload) -> Callable:
    """SGD, or Adam with both bias corrections, as everyone else does it."""
    rate, leaves = workload.training.learning_rate, jax.tree_util.tree_map
    if not workload.adam:
        return lambda layers, memory, slopes: (leaves(lambda w, g: w - rate * g, layers, slopes), memory)
    rule = workload.training.optimizer

    def update(layers: list, memory: tuple, slopes: list) -> tuple:
        first, second, step = memory
        step = step + 1.0
        first = leaves(lambda m, g: rule.beta1 * m + (1 - rule.beta1) * g, first, slopes)
        second = leaves(lambda v, g: rule.beta2 * v + (1 - rule.beta2) * g * g, second, slopes)
        size, spread = rate / (1 - rule.beta1**step), 1 / jnp.sqrt(1 - rule.beta2**step)
        layers = leaves(lambda w, m, v: w - size * m / (jnp.sqrt(v) * spread + rule.epsilon), layers, first, second)
        return layers, (first, second, step)

    return update


class JaxTrainer:
    def __init__(self, workload: Workload) -> None:
        self.chunk, self._workload = workload.chunk, workload
        self._inputs, self._targets = jnp.asarray(workload.examples[0]), jnp.asarray(workload.targets)
        random = np.random.Generator(np.random.PCG64(workload.seed))
        orders = np.stack([random.permutation(workload.points) for _ in range(self.chunk)])
        self._orders = jnp.asarray(orders.reshape(self.chunk, -1, workload.training.batch_size), jnp.int32)
        self._run = jax.jit(self._epochs)
        self.restart()

    def restart(self) -> None:
        self._layers = layers_of(self._workload)
        nothing = jax.tree_util.tree_map(jnp.zeros_like, self._layers)
        self._memory = (nothing, nothing, jnp.float32(0.0)) if self._workload.adam else ()

    def _epochs(self, layers: list, memory: tuple, orders: jax.Array) -> tuple:
        slope, update = jax.grad(make_loss(self._workload)), make_update(self._workload)

        def step(state: tuple, batch: tuple) -> tuple:
            layers, memory = state
            return update(layers, memory, slope(layers, *batch)), None

        def epoch(state: tuple, order: jax.Array) -> tuple:
            return jax.lax.scan(step, state, (self._inputs[order], self._targets[order]))[0], None

        return jax.lax.scan(epoch, (layers, memory), orders)[0]

    def train(self) -> None:
        self._layers, self._memory = jax.block_until_ready(self._run(self._layers, self._memory, self._orders))

    def probabilities(self) -> np.ndarray:
        outputs = forward(self._workload, self._layers, self._inputs)[-1]
        return np.asarray(jax.nn.softmax(outputs) if self._workload.softmax else outputs)


def jax_maps(workload: Workload) -> Callable[[], object]:
    """Every unit's output for every cell: a jitted vmap of the forward pass."""
    layers, cells = layers_of(workload), jnp.asarray(workload.grid())
    run = jax.jit(jax.vmap(lambda layers, cell: forward(workload, layers, cell), in_axes=(None, 0)))
    return lambda: jax.block_until_ready(run(layers, cells))


if __name__ == "__main__":
    serve(lambda: Bench(JaxTrainer, jax_maps))
