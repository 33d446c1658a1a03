"""A small network, trained with numpy alone: layers with rectifiers, Adam with decoupled decay, dropout, soft labels
and a learning rate that falls as a cosine (Kingma and Ba 2015; Loshchilov and Hutter 2017, 2019)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from chestnut.signs.letters import softmax

Floats = npt.NDArray[np.floating]

FASTEST = 2e-3
WARM = 50  # steps until the full rate
DECAY = 0.01
DROPPED = 0.2
FIRST, SECOND, LEAST = 0.9, 0.999, 1e-8  # Adam's


class Network:
    def __init__(self, sizes: tuple[int, ...], chance: np.random.Generator) -> None:
        """sizes: inputs, hidden layers, outputs."""
        self._chance = chance
        self.weights = [
            chance.normal(0, np.sqrt(2 / wide), (wide, narrow)).astype(np.float32)
            for wide, narrow in pairwise(sizes)
        ]
        self.biases = [np.zeros(narrow, np.float32) for narrow in sizes[1:]]
        self._means = [np.zeros_like(each) for each in self._all]
        self._squares = [np.zeros_like(each) for each in self._all]
        self._steps = 0

    @property
    def _all(self) -> list[Floats]:
        return [*self.weights, *self.biases]

    def learn(self, inputs: Floats, wanted: Floats, done: float) -> None:
        """One step. inputs: (n, inputs). wanted: (n, outputs), rows sum to 1. done: 0 to 1, how much of the training
        lies behind."""
        kept = [inputs]
        for weights, biases in zip(self.weights[:-1], self.biases[:-1], strict=True):
            told = np.maximum(kept[-1] @ weights + biases, 0)
            told *= (self._chance.random(told.shape, dtype=np.float32) > DROPPED) / np.float32(1 - DROPPED)
            kept.append(told)
        told = softmax(kept[-1] @ self.weights[-1] + self.biases[-1])
        slope = ((told - wanted) / len(inputs)).astype(np.float32)
        slopes: list[Floats] = []
        bias_slopes: list[Floats] = []
        for layer in reversed(range(len(self.weights))):
            slopes.insert(0, kept[layer].T @ slope)
            bias_slopes.insert(0, slope.sum(axis=0))
            if layer:
                slope = (slope @ self.weights[layer].T) * (kept[layer] > 0) / np.float32(1 - DROPPED)
        self._step([*slopes, *bias_slopes], done)

    def _step(self, slopes: list[Floats], done: float) -> None:
        self._steps += 1
        rate = FASTEST * min(1.0, self._steps / WARM) * 0.5 * (1 + np.cos(np.pi * done))
        for number, (each, slope) in enumerate(zip(self._all, slopes, strict=True)):
            mean, square = self._means[number], self._squares[number]
            mean += (1 - FIRST) * (slope - mean)
            square += (1 - SECOND) * (slope * slope - square)
            ahead = mean / (1 - FIRST**self._steps)
            each -= rate * ahead / (np.sqrt(square / (1 - SECOND**self._steps)) + LEAST)
            if number < len(self.weights):
                each -= rate * DECAY * each
