"""The checkpoint's reader on files written here, and the network beside one worked out in plain numpy."""

from __future__ import annotations

import io
import pickle
import struct
import sys
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import onnxruntime
import pytest
from chestnut_models.convert import efficientnet_to_onnx
from chestnut_models.efficientnet import CHANNELS, EPSILON, STAGES
from chestnut_models.errors import ConversionFailed
from chestnut_models.torch_file import MAGIC, read_checkpoint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BORROWED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


# Pickles name what they need by module and name: these stand in for PyTorch's.
def _rebuild_tensor_v2() -> None: ...


_rebuild_tensor_v2.__module__ = "torch._utils"
FloatStorage = type("FloatStorage", (), {"__module__": "torch"})


class _Tensor:
    """As PyTorch pickles one."""

    def __init__(self, key: str, values: np.ndarray) -> None:
        self.key = key
        self.values = values
        self.stored = np.asarray(values.T if values.ndim > 1 else values, order="C")  # columns before rows

    def __reduce__(self) -> Any:
        strides = tuple(step // self.values.itemsize for step in self.stored.T.strides)
        return _rebuild_tensor_v2, (_Storage(self), 0, self.values.shape, strides, False, OrderedDict())


class _Storage:
    def __init__(self, tensor: _Tensor) -> None:
        self.tensor = tensor


class _Writer(pickle.Pickler):
    def persistent_id(self, given: Any) -> Any:
        if isinstance(given, _Storage):
            tensor = given.tensor
            return "storage", FloatStorage, tensor.key, "cpu", tensor.values.size, None
        return None


def written(tensors: Mapping[str, np.ndarray]) -> bytes:
    file = io.BytesIO()
    pickle.dump(MAGIC, file, 2)
    pickle.dump(1001, file, 2)
    pickle.dump({"protocol_version": 1001, "little_endian": True}, file, 2)
    held = OrderedDict(
        (name, _Tensor(str(10 + at), values)) for at, (name, values) in enumerate(tensors.items())
    )
    _Writer(file, 2).dump(held)
    pickle.dump(sorted(tensor.key for tensor in held.values()), file, 2)
    for tensor in sorted(held.values(), key=lambda tensor: tensor.key):
        file.write(struct.pack("<q", tensor.values.size) + tensor.stored.astype("<f4").tobytes())
    return file.getvalue()


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """So much of PyTorch as pickling needs: the names of two things."""
    module, inner = ModuleType("torch"), ModuleType("torch._utils")
    module.FloatStorage, inner._rebuild_tensor_v2 = FloatStorage, _rebuild_tensor_v2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", module)
    monkeypatch.setitem(sys.modules, "torch._utils", inner)
    yield


@BORROWED
@given(st.lists(st.lists(st.integers(0, 4), max_size=3), min_size=1, max_size=4))
def test_tensors_come_back_however_they_lie_in_the_file(
    torch: None, tmp_path: Path, shapes: list[list[int]]
) -> None:
    chance = np.random.default_rng(len(shapes))
    tensors = {f"t{at}": chance.standard_normal(shape).astype(np.float32) for at, shape in enumerate(shapes)}
    (tmp_path / "t.pth").write_bytes(written(tensors))
    read = read_checkpoint(tmp_path / "t.pth")
    assert read.keys() == tensors.keys()
    for name, values in tensors.items():
        np.testing.assert_array_equal(read[name], values)


class _Evil:
    def __reduce__(self) -> Any:
        return exec, ("import pathlib; pathlib.Path('ran').touch()",)


def test_nothing_of_a_checkpoint_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("evil.pth").write_bytes(pickle.dumps(MAGIC, 2) + pickle.dumps(_Evil(), 2))
    with pytest.raises(ConversionFailed, match=r"names .*exec"):
        read_checkpoint(Path("evil.pth"))
    assert not Path("ran").exists()


@BORROWED
@given(st.data())
def test_a_damaged_checkpoint_is_told(torch: None, tmp_path: Path, data: st.DataObject) -> None:
    whole = written({"a": np.ones((2, 3), np.float32), "b": np.zeros(2, np.float32)})
    cut = data.draw(st.integers(0, len(whole) - 1))
    (tmp_path / "t.pth").write_bytes(whole[:cut])
    with pytest.raises(ConversionFailed):
        read_checkpoint(tmp_path / "t.pth")
    (tmp_path / "t.pth").write_bytes(whole + b"more")
    with pytest.raises(ConversionFailed, match="behind its last storage"):
        read_checkpoint(tmp_path / "t.pth")


# --- the network ----------------------------------------------------------------------------------------


def small_network(chance: np.random.Generator) -> dict[str, np.ndarray]:
    """Its very shape with few channels."""
    tensors: dict[str, np.ndarray] = {}

    def convolution(name: str, norm: str, *shape: int) -> None:
        tensors[f"{name}.weight"] = chance.normal(0, 0.5, shape)
        for what, low, high in (("weight", 0.5, 1.5), ("bias", -0.5, 0.5)):
            tensors[f"{norm}.{what}"] = chance.uniform(low, high, shape[0])
        tensors[f"{norm}.running_mean"] = chance.uniform(-0.5, 0.5, shape[0])
        tensors[f"{norm}.running_var"] = chance.uniform(0.5, 2, shape[0])

    convolution("_conv_stem", "_bn0", 4, 3, 3, 3)
    number, narrow = 0, 4
    for stage, (blocks, _) in enumerate(STAGES):
        out = CHANNELS if stage == len(STAGES) - 1 else 4 + stage
        for _ in range(blocks):
            wide = narrow
            if number:
                wide = 2 * narrow
                convolution(f"_blocks.{number}._expand_conv", f"_blocks.{number}._bn0", wide, narrow, 1, 1)
            side = 5 if stage in (2, 4) else 3
            convolution(f"_blocks.{number}._depthwise_conv", f"_blocks.{number}._bn1", wide, 1, side, side)
            convolution(f"_blocks.{number}._project_conv", f"_blocks.{number}._bn2", out, wide, 1, 1)
            narrow = out
            number += 1
    return {name: values.astype(np.float32) for name, values in tensors.items()}


class Plain:
    """The network as its papers tell it, slowly."""

    def __init__(self, tensors: Mapping[str, np.ndarray]) -> None:
        self.tensors = tensors

    def layer(self, x: np.ndarray, name: str, norm: str, step: int = 1) -> np.ndarray:
        kernel = self.tensors[f"{name}.weight"].astype(float)
        side = kernel.shape[-1]
        border = max(0, side - step)
        x = np.pad(x, ((0, 0), *[(border // 2, border - border // 2)] * 2))
        seen = np.lib.stride_tricks.sliding_window_view(x, (side, side), (1, 2))[:, ::step, ::step]
        rule = "cyxij,cij->cyx" if "depthwise" in name else "cyxij,ocij->oyx"
        x = np.einsum(rule, seen, kernel[:, 0] if "depthwise" in name else kernel)
        mean, var, weight, bias = (
            self.tensors[f"{norm}.{what}"].astype(float)[:, None, None]
            for what in ("running_mean", "running_var", "weight", "bias")
        )
        return (x - mean) / np.sqrt(var + EPSILON) * weight + bias

    def __call__(self, x: np.ndarray) -> np.ndarray:
        def bounded(x: np.ndarray) -> np.ndarray:
            return np.clip(x, 0, 6)

        x, number = bounded(self.layer(x, "_conv_stem", "_bn0", 2)), 0
        for blocks, step in STAGES:
            for place in range(blocks):
                block = f"_blocks.{number}"
                y = x
                if number:
                    y = bounded(self.layer(y, f"{block}._expand_conv", f"{block}._bn0"))
                y = bounded(self.layer(y, f"{block}._depthwise_conv", f"{block}._bn1", 1 if place else step))
                y = self.layer(y, f"{block}._project_conv", f"{block}._bn2")
                x = x + y if place else y
                number += 1
        return x


def test_the_network_computes_what_its_papers_tell(torch: None, tmp_path: Path) -> None:
    tensors = small_network(np.random.default_rng(5))
    (tmp_path / "e.pth").write_bytes(written(tensors))
    efficientnet_to_onnx({"e.pth": tmp_path / "e.pth"}, tmp_path / "e.onnx")
    picture = np.random.default_rng(6).uniform(-1, 1, (2, 3, 64, 96)).astype(np.float32)
    session = onnxruntime.InferenceSession(str(tmp_path / "e.onnx"))
    (answer,) = session.run(["map"], {"picture": picture})
    assert answer.shape == (2, CHANNELS, 2, 3)
    for given_picture, got in zip(picture, answer, strict=True):
        np.testing.assert_allclose(got, Plain(tensors)(given_picture.astype(float)), rtol=1e-3, atol=1e-3)


def test_the_same_checkpoint_gives_the_same_bytes(torch: None, tmp_path: Path) -> None:
    (tmp_path / "e.pth").write_bytes(written(small_network(np.random.default_rng(5))))
    for name in ("one.onnx", "two.onnx"):
        efficientnet_to_onnx({"e.pth": tmp_path / "e.pth"}, tmp_path / name)
    assert (tmp_path / "one.onnx").read_bytes() == (tmp_path / "two.onnx").read_bytes()


def test_another_network_is_refused(torch: None, tmp_path: Path) -> None:
    (tmp_path / "e.pth").write_bytes(written({"_conv_stem.weight": np.ones((1, 3, 3, 3), np.float32)}))
    with pytest.raises(ConversionFailed, match="not EfficientNet-Lite0"):
        efficientnet_to_onnx({"e.pth": tmp_path / "e.pth"}, tmp_path / "e.onnx")
    assert not (tmp_path / "e.onnx").exists()
