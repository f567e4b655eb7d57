"""scikit-learn: `partial_fit`, one epoch a call: `MLPClassifier`, and for squared error `MLPRegressor` with SGD.

It draws its own starting weights of the same kind (scikit-learn offers no way to give them), and its regressor's head
is linear where ours is tanh.
"""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from .contender import Bench
from .peers import serve
from .workloads import Workload


class SklearnTrainer:
    chunk = 1

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._inputs, self._labels = workload.examples
        self._answers = self._labels if workload.softmax else workload.targets.ravel()
        self._classes = np.arange(workload.task.classes)
        self.restart()

    def restart(self) -> None:
        workload, training, rule = self._workload, self._workload.training, self._workload.training.optimizer
        kind = MLPClassifier if workload.softmax else MLPRegressor
        adam = {"beta_1": rule.beta1, "beta_2": rule.beta2, "epsilon": rule.epsilon} if workload.adam else {}
        self._model = kind(
            hidden_layer_sizes=workload.widths[1:-1], activation=workload.hidden, alpha=0.0, momentum=0.0,
            solver="adam" if workload.adam else "sgd", batch_size=training.batch_size,
            learning_rate_init=training.learning_rate, shuffle=True, random_state=workload.seed, **adam,
        )  # fmt: skip
        self._trained = False

    def train(self) -> None:
        first = {"classes": self._classes} if self._workload.softmax and not self._trained else {}
        self._model.partial_fit(self._inputs, self._answers, **first)
        self._trained = True

    def probabilities(self) -> np.ndarray:
        if not self._trained:
            return np.full((self._labels.size, self._workload.head.units), np.nan)
        if self._workload.softmax:
            return self._model.predict_proba(self._inputs)
        return self._model.predict(self._inputs)[:, None]


def bench() -> Bench:
    warnings.simplefilter("ignore")
    return Bench(SklearnTrainer, None)


if __name__ == "__main__":
    serve(bench)
