"""Where a definition differs from that of PyTorch, Keras or optax, so that a number can be compared with theirs.

Owns this table, which `playground list definitions` and docs/definitions.md show; the definitions themselves are the
kernels'. Versions looked at: PyTorch 2.13, Keras 3, optax 0.2.
"""

from __future__ import annotations

import msgspec


class Definition(msgspec.Struct, frozen=True):
    """One definition: what it is here, and what elsewhere."""

    name: str
    here: str
    elsewhere: str


DEFINITIONS: dict[str, Definition] = {
    definition.name: definition
    for definition in (
        Definition(
            "squared error", "½ (o − t)², summed over the outputs, averaged over the samples.",
            "PyTorch's MSELoss and Keras: (o − t)² without the ½, averaged over the outputs too. optax.l2_loss has the "
            "½, optax.squared_error has not.",
        ),
        Definition(
            "several outputs", "Absolute, Huber and hinge are summed over the outputs, then averaged over the samples.",
            "PyTorch's L1Loss and HuberLoss and Keras average over the outputs too.",
        ),
        Definition(
            "hinge", "max(0, 1 − t o) with t = ±1 for every output: one against all the others.",
            "PyTorch's MultiMarginLoss compares the right output with each other one; Keras's Hinge averages over the "
            "outputs, its CategoricalHinge takes the best wrong one; optax.hinge_loss is ours for one output.",
        ),
        Definition(
            "class weights", "Scaled so that the weights of the training samples average 1; the mean divides by the "
            "number of samples.",
            "PyTorch's CrossEntropyLoss divides by the sum of the batch's weights; Keras's class_weight is not scaled.",
        ),
        Definition(
            "L1 and L2", "l1 Σ|w| + ½ l2 Σw² over weights; biases, gains and shifts are spared. The slope is part of "
            "the gradient that optimizers see.",
            "PyTorch's weight_decay takes in every parameter it is given, biases too; Keras's L2 has no ½.",
        ),
        Definition(
            "weight decay", "AdamW and Lion: off the weights only, times the learning rate in force.",
            "PyTorch's AdamW and optax.adamw take in every parameter unless told otherwise. Defaults: 0.01 here and in "
            "PyTorch, 0.004 in Keras, 0.0001 in optax.",
        ),
        Definition(
            "clipping", "Of the gradient with its penalties: each number first, then the norm of all.",
            "PyTorch clips before the optimizer adds weight_decay; Keras's penalties are clipped as here; in optax it "
            "is as the chain is written.",
        ),
        Definition(
            "RMSProp", "g / (√s + ε), ε = 1e-8, decay 0.99, s from 0; PyTorch's.",
            "Keras and optax: g / √(s + ε), decay 0.9; Keras's ε is 1e-7.",
        ),
        Definition(
            "AdaGrad", "g / (√s + ε), ε = 1e-10, s from 0; PyTorch's.",
            "Keras and optax: g / √(s + ε), ε = 1e-7, s from 0.1.",
        ),
        Definition(
            "Adam", "ε = 1e-8 added to the root after the bias correction; PyTorch's and optax's.",
            "Keras: ε = 1e-7, added before it.",
        ),
        Definition(
            "Nadam", "Dozat's momentum β₁ (1 − ½ · 0.96^(ψt)) with ψ = 0.004; PyTorch's.",
            "Keras: ψ = 1. optax.nadam: β₁ stays as it is.",
        ),
        Definition(
            "batch normalization", "Running variance from n − 1, share of a new batch 0.1, ε = 1e-5: PyTorch's. A lone "
            "last sample is normalized by the running statistics.",
            "PyTorch refuses a lone sample. Keras: running variance from n, share 0.01, ε = 0.001.",
        ),
        Definition(
            "patience", "The rule acts in the patience-th epoch in a row without improvement.",
            "So do Keras's; PyTorch's ReduceLROnPlateau acts one epoch later.",
        ),
        Definition(
            "GELU", "`gelu` is the tanh form, `gelu_erf` the one by erf.",
            "PyTorch and Keras mean the one by erf unless told otherwise, jax.nn.gelu the tanh form.",
        ),
        Definition(
            "leaky ReLU", "Slope 0.01 below 0; PyTorch's and JAX's.", "Keras: 0.2 as a function, 0.3 as a layer.",
        ),
        Definition(
            "focal", "Without the factor α of its paper.",
            "Keras's CategoricalFocalCrossentropy has α = 0.25 unless told otherwise; its BinaryFocalCrossentropy has "
            "none unless apply_class_balancing is set.",
        ),
    )
}  # fmt: skip
