"""The blocks of MobileNetV5, as llama.cpp reads them from a gemma3nv projector, and the four stages made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from chestnut_tests.tiny_models.weights import Weights


class Block(Protocol):
    def write(self, weights: Weights, name: str, channels: int) -> int:
        """name: before each tensor's; channels: what comes in. Returns the channels that go out."""


@dataclass(frozen=True, slots=True)
class EdgeResidual:
    out: int
    expand: int = 4
    kernel: int = 3

    def write(self, weights: Weights, name: str, channels: int) -> int:
        middle = channels * self.expand
        weights.kernel(f"{name}conv_exp.weight", middle, channels, self.kernel, self.kernel)
        weights.ones(f"{name}bn1.weight", middle)
        weights.kernel(f"{name}conv_pwl.weight", self.out, middle, 1, 1)
        weights.ones(f"{name}bn2.weight", self.out)
        return self.out


@dataclass(frozen=True, slots=True)
class InvertedBottleneck:
    """Its start and middle convolutions are there when their kernel is above 0."""

    out: int
    expand: int
    start: int = 0
    middle: int = 0
    stride: int = 1

    def write(self, weights: Weights, name: str, channels: int) -> int:
        wide = channels * self.expand
        if self.start:
            weights.kernel(f"{name}dw_start.conv.weight", channels, 1, self.start, self.start)
            weights.ones(f"{name}dw_start.bn.weight", channels)
        weights.kernel(f"{name}pw_exp.conv.weight", wide, channels, 1, 1)
        weights.ones(f"{name}pw_exp.bn.weight", wide)
        if self.middle:
            weights.kernel(f"{name}dw_mid.conv.weight", wide, 1, self.middle, self.middle)
            weights.ones(f"{name}dw_mid.bn.weight", wide)
        weights.kernel(f"{name}pw_proj.conv.weight", self.out, wide, 1, 1)
        weights.ones(f"{name}pw_proj.bn.weight", self.out)
        if self.stride == 1:
            _layer_scale(weights, name, self.out)
        return self.out


@dataclass(frozen=True, slots=True)
class Attention:
    """Many queries, one key and one value. shrink: keys and values are taken from every second pixel."""

    heads: int
    head_width: int
    shrink: bool

    def write(self, weights: Weights, name: str, channels: int) -> int:
        weights.ones(f"{name}norm.weight", channels)
        weights.kernel(f"{name}attn.query.proj.weight", self.heads * self.head_width, channels, 1, 1)
        for part in ("key", "value"):
            if self.shrink:
                weights.kernel(f"{name}attn.{part}.down_conv.weight", channels, 1, 3, 3)
                weights.ones(f"{name}attn.{part}.norm.weight", channels)
            weights.kernel(f"{name}attn.{part}.proj.weight", self.head_width, channels, 1, 1)
        weights.kernel(f"{name}attn.output.proj.weight", channels, self.heads * self.head_width, 1, 1)
        _layer_scale(weights, name, channels)
        return channels


def _layer_scale(weights: Weights, name: str, channels: int) -> None:
    weights.f32(f"{name}layer_scale.gamma", np.full((1, channels, 1, 1), 0.1, np.float32))


Stages = tuple[tuple[Block, ...], ...]  # llama.cpp wants exactly four

TINY: Stages = (
    (EdgeResidual(8, expand=2),),
    (InvertedBottleneck(16, 2, start=3, middle=5, stride=2), InvertedBottleneck(16, 2, start=5)),
    (
        InvertedBottleneck(16, 2, start=5, middle=5, stride=2),
        Attention(2, 8, shrink=True),
        InvertedBottleneck(16, 2),
    ),
    (
        InvertedBottleneck(32, 2, start=5, middle=5, stride=2),
        Attention(2, 8, shrink=False),
        InvertedBottleneck(32, 2),
    ),
)
# MobileNetV5-300M, as Gemma 3n has it.
FULL: Stages = (
    (EdgeResidual(128),) * 3,
    (
        InvertedBottleneck(256, 6, start=3, middle=5, stride=2),
        *(InvertedBottleneck(256, 4, start=kernel) for kernel in (5, 3, 5, 3)),
    ),
    (
        InvertedBottleneck(640, 6, start=5, middle=5, stride=2),
        *(InvertedBottleneck(640, 4, start=5),) * 7,
        InvertedBottleneck(640, 1),
        *(Attention(12, 64, shrink=True), InvertedBottleneck(640, 2)) * 14,
    ),
    (
        InvertedBottleneck(1280, 6, start=5, middle=5, stride=2),
        *(Attention(16, 96, shrink=False), InvertedBottleneck(1280, 2)) * 19,
    ),
)
