"""scikit-learn: `MLPClassifier.partial_fit`, one epoch a call, where it has the network (softmax, ReLU, Adam).

It draws its own starting weights of the same kind (scikit-learn offers no way to give them).
"""

from __future__ import annotations

import numpy as np
from sklearn.neural_network import MLPClassifier

from .contender import Bench
from .peers import serve
from .workloads import Workload


class SklearnTrainer:
    chunk = 1

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._inputs, self._labels = workload.examples
        self._classes = np.arange(workload.task.classes)
        self.restart()

    def restart(self) -> None:
        workload, training, rule = self._workload, self._workload.training, self._workload.training.optimizer
        self._model = MLPClassifier(
            hidden_layer_sizes=workload.widths[1:-1], activation=workload.hidden, solver="adam", alpha=0.0,
            batch_size=training.batch_size, learning_rate_init=training.learning_rate, shuffle=True,
            beta_1=rule.beta1, beta_2=rule.beta2, epsilon=rule.epsilon, random_state=workload.seed,
        )  # fmt: skip
        self._trained = False

    def train(self) -> None:
        self._model.partial_fit(self._inputs, self._labels, classes=None if self._trained else self._classes)
        self._trained = True

    def probabilities(self) -> np.ndarray:
        if not self._trained:
            return np.full((self._labels.size, self._classes.size), np.nan)
        return self._model.predict_proba(self._inputs)


if __name__ == "__main__":
    serve(lambda: Bench(SklearnTrainer, None))
