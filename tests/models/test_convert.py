"""The converter, on graphs written here; what they should compute is worked out in plain numpy."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from chestnut_models.convert import join, tfjs_to_onnx
from chestnut_models.errors import ConversionFailed
from chestnut_models.library import path as model_path
from chestnut_models.tfjs import read_weights
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

LOWEST = float(np.finfo(np.float32).min)


def encoded(words: str) -> dict[str, str]:
    return {"s": base64.b64encode(words.encode()).decode()}


def numbers(*values: int) -> dict[str, Any]:
    return {"list": {"i": [str(value) for value in values]}}


class Graph:
    """A TensorFlow.js graph model in the making."""

    def __init__(self, *input_shape: int) -> None:
        dims = {"shape": {"dim": [{"size": str(side)} for side in input_shape]}}
        self.nodes: list[dict[str, Any]] = [{"name": "x", "op": "Placeholder", "attr": {"shape": dims}}]
        self.manifest: list[dict[str, Any]] = []
        self.data = b""

    def const(self, values: Any, kind: str = "float32") -> str:
        name = f"const_{len(self.nodes)}"
        array = np.asarray(values)
        weight: dict[str, Any] = {"name": name, "shape": list(array.shape), "dtype": kind}
        if kind == "float16":
            weight |= {"dtype": "float32", "quantization": {"dtype": "float16", "original_dtype": "float32"}}
        self.manifest.append(weight)
        self.data += array.astype(kind).tobytes()
        self.nodes.append({"name": name, "op": "Const"})
        return name

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        name = f"{operation}_{len(self.nodes)}"
        self.nodes.append({"name": name, "op": operation, "input": list(inputs), "attr": attributes})
        return name

    def transposed(self, source: str, *order: int) -> str:
        return self.add("Transpose", source, self.const(order, "int32"))

    def convolved(self, source: str, kernel: Any, stride: int = 1) -> str:
        attributes = {"padding": encoded("VALID"), "data_format": encoded("NHWC")}
        ones, strides = numbers(1, 1, 1, 1), numbers(1, stride, stride, 1)
        kernel = self.const(kernel, "float16")
        return self.add("Conv2D", source, kernel, strides=strides, dilations=ones, **attributes)

    def write(self, folder: Path, **outputs: tuple[int, ...]) -> dict[str, Path]:
        described = {
            name: {"name": f"{name}:0", "tensorShape": {"dim": [{"size": str(side)} for side in shape]}}
            for name, shape in outputs.items()
        }
        model = {
            "signature": {"outputs": described},
            "modelTopology": {"node": self.nodes},
            "weightsManifest": [{"paths": ["net.bin"], "weights": self.manifest}],
        }
        (folder / "net.json").write_text(json.dumps(model))
        (folder / "net.bin").write_bytes(self.data)
        return {"net.json": folder / "net.json", "net.bin": folder / "net.bin"}


def run(folder: Path, files: dict[str, Path], x: np.ndarray) -> list[np.ndarray]:
    tfjs_to_onnx(files, folder / "net.onnx")
    session = onnxruntime.InferenceSession(str(folder / "net.onnx"))
    return list(session.run(None, {"x": x.astype(np.float32)}))


def operations(folder: Path) -> list[str]:
    import onnx

    return [node.op_type for node in onnx.load(folder / "net.onnx").graph.node]


def windows(x: np.ndarray, side: int, stride: int) -> np.ndarray:
    """(rows, columns, side, side, channels) of a (height, width, channels) array."""
    seen = np.lib.stride_tricks.sliding_window_view(x, (side, side), (0, 1))[::stride, ::stride]
    return np.moveaxis(seen, 2, -1)


def test_a_block_of_convolution_is_folded_and_computes_the_same(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    x = random.standard_normal((1, 3, 9, 9))
    kernel = (random.integers(-8, 8, (3, 3, 3, 4)) / 8).astype(np.float16)
    bias = random.standard_normal(4).astype(np.float32)
    graph = Graph(1, 3, 9, 9)
    padded = graph.add("Pad", "x", graph.const([[0, 0], [0, 0], [1, 1], [1, 1]], "int32"))
    rows = graph.convolved(graph.transposed(padded, 0, 2, 3, 1), kernel, 2)
    linear = graph.transposed(graph.add("Add", rows, graph.const(bias)), 0, 3, 1, 2)
    out = graph.add("Identity", graph.add("LeakyRelu", linear, alpha={"f": 0.1}))
    (answer,) = run(tmp_path, graph.write(tmp_path, **{out: (1, 4, 5, 5)}), x)

    bordered = np.pad(x[0].transpose(1, 2, 0), ((1, 1), (1, 1), (0, 0)))
    wanted = np.einsum("yxijc,ijco->oyx", windows(bordered, 3, 2), kernel.astype(float))
    wanted += bias[:, None, None]
    np.testing.assert_allclose(answer[0], np.where(wanted > 0, wanted, 0.1 * wanted), rtol=1e-4, atol=1e-5)
    assert operations(tmp_path) == ["Conv", "LeakyRelu", "Identity"]


@pytest.mark.parametrize(("fill", "folded"), [(LOWEST, True), (0.0, False)])
def test_the_border_of_a_maximum_is_folded_only_when_it_never_wins(
    tmp_path: Path, fill: float, folded: bool
) -> None:
    x = -np.abs(np.random.default_rng(2).standard_normal((1, 2, 4, 4)))
    graph = Graph(1, 2, 4, 4)
    border = graph.const([[0, 0], [1, 1], [1, 1], [0, 0]], "int32")
    padded = graph.add("PadV2", graph.transposed("x", 0, 2, 3, 1), border, graph.const(fill))
    window = {"ksize": numbers(1, 3, 3, 1), "strides": numbers(1, 1, 1, 1)}
    out = graph.add("MaxPool", padded, padding=encoded("VALID"), data_format=encoded("NHWC"), **window)
    (answer,) = run(tmp_path, graph.write(tmp_path, **{out: (1, 4, 4, 2)}), x)

    bordered = np.pad(x[0].transpose(1, 2, 0), ((1, 1), (1, 1), (0, 0)), constant_values=fill)
    np.testing.assert_allclose(answer[0], windows(bordered, 3, 1).max((2, 3)), rtol=1e-6)
    assert ("Pad" not in operations(tmp_path)) == folded


def test_joining_parting_and_reshaping_keep_the_axes(tmp_path: Path) -> None:
    x = np.random.default_rng(3).standard_normal((1, 2, 3, 4))
    graph = Graph(1, 2, 3, 4)
    turned = graph.transposed("x", 0, 2, 3, 1)  # 1, 3, 4, 2
    joined = graph.add("ConcatV2", turned, turned, graph.const(2, "int32"))  # 1, 3, 8, 2
    parts = graph.add("SplitV", joined, graph.const([3, 5], "int32"), graph.const(2, "int32"))
    first = graph.add("Sigmoid", graph.add("Reshape", parts, graph.const([1, 18], "int32")))
    second = graph.add("Reshape", f"{parts}:1", graph.const([1, 30], "int32"))
    answers = run(tmp_path, graph.write(tmp_path, **{first: (1, 18), second: (1, 30)}), x)

    doubled = np.concatenate([x.transpose(0, 2, 3, 1)] * 2, axis=2)
    np.testing.assert_allclose(answers[0], 1 / (1 + np.exp(-doubled[:, :, :3].reshape(1, 18))), rtol=1e-5)
    np.testing.assert_allclose(answers[1], doubled[:, :, 3:].reshape(1, 30), rtol=1e-6)


def test_a_picture_is_enlarged_between_the_centres_of_its_pixels(tmp_path: Path) -> None:
    graph = Graph(1, 1, 2, 1)
    size = graph.const([1, 4], "int32")
    out = graph.add("ResizeBilinear", "x", size, half_pixel_centers={"b": True}, align_corners={"b": False})
    (answer,) = run(tmp_path, graph.write(tmp_path, **{out: (1, 1, 4, 1)}), np.array([[[[0.0], [1.0]]]]))
    np.testing.assert_allclose(answer.ravel(), [0, 0.25, 0.75, 1])


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    graph = Graph(1, 2, 2, 2)
    files = graph.write(tmp_path, **{graph.add("Sigmoid", "x"): (1, 2, 2, 2)})
    tfjs_to_onnx(files, tmp_path / "one.onnx")
    tfjs_to_onnx(files, tmp_path / "two.onnx")
    assert (tmp_path / "one.onnx").read_bytes() == (tmp_path / "two.onnx").read_bytes()


def test_an_unknown_operation_is_named(tmp_path: Path) -> None:
    graph = Graph(1, 2)
    out = graph.add("Erf", "x")
    with pytest.raises(ConversionFailed, match="operation Erf of Erf_1 is not supported"):
        tfjs_to_onnx(graph.write(tmp_path, **{out: (1, 2)}), tmp_path / "net.onnx")
    assert not (tmp_path / "net.onnx").exists()


@pytest.mark.parametrize(
    "damage", ["short weights", "long weights", "half a description", "another description"]
)
def test_damage_is_said(tmp_path: Path, damage: str) -> None:
    graph = Graph(1, 2)
    files = graph.write(tmp_path, **{graph.add("Add", "x", graph.const([1.0, 2.0])): (1, 2)})
    if damage == "short weights":
        files["net.bin"].write_bytes(graph.data[:-1])
    elif damage == "long weights":
        files["net.bin"].write_bytes(graph.data + b"more")
    elif damage == "half a description":
        files["net.json"].write_text(files["net.json"].read_text()[:40])
    else:
        files["net.json"].write_text('{"format": "layers-model"}')
    with pytest.raises(ConversionFailed):
        tfjs_to_onnx(files, tmp_path / "net.onnx")


@given(
    arrays(np.float16, st.tuples(st.integers(0, 3), st.integers(1, 4)), elements=st.floats(-9, 9, width=16))
)
def test_half_precision_weights_are_widened_exactly(
    tmp_path_factory: pytest.TempPathFactory, values: np.ndarray
) -> None:
    folder = tmp_path_factory.mktemp("weights")
    (folder / "w.bin").write_bytes(values.tobytes())
    weight = {
        "name": "w",
        "shape": list(values.shape),
        "dtype": "float32",
        "quantization": {"dtype": "float16"},
    }
    read = read_weights({"weightsManifest": [{"paths": ["w.bin"], "weights": [weight]}]}, folder)["w"]
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, values.astype(np.float32))


def mobile_block(graph: Graph, source: str, random: np.random.Generator, stride: int) -> tuple[str, Any]:
    """A depthwise convolution with its scaling, shift and bounded ReLU, as Keras spells them out; and its kernel,
    scaling and shift."""
    kernel = (random.integers(-8, 8, (3, 3, 4, 1)) / 8).astype(np.float32)
    scale = random.uniform(0.5, 2, 4).astype(np.float32)
    shift = random.standard_normal(4).astype(np.float32)
    same = {"padding": encoded("SAME"), "data_format": encoded("NHWC")}
    ones, strides = numbers(1, 1, 1, 1), numbers(1, stride, stride, 1)
    out = graph.add(
        "DepthwiseConv2dNative", source, graph.const(kernel), strides=strides, dilations=ones, **same
    )
    out = graph.add("Add", graph.add("Mul", out, graph.const(scale)), graph.const(shift))
    out = graph.add("Minimum", graph.add("Relu", out), graph.const(np.float32(6)))
    return graph.add("Maximum", out, graph.const(np.float32(0))), (kernel, scale, shift)


def test_a_block_of_a_mobile_network_is_folded_and_computes_the_same(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    x = random.standard_normal((1, 8, 8, 4)) * 3
    graph = Graph(-1, 8, 8, 4)
    block, (kernel, scale, shift) = mobile_block(graph, "x", random, stride=2)
    out = graph.add("Mean", block, graph.const([1, 2], "int32"), keep_dims={"b": False})
    (answer,) = run(tmp_path, graph.write(tmp_path, **{out: (1, 4)}), x)

    bordered = np.pad(x[0], ((0, 1), (0, 1), (0, 0)))  # where SAME lays the odd border
    linear = np.einsum("yxijc,ijco->yxc", windows(bordered, 3, 2), kernel.astype(float)) * scale + shift
    np.testing.assert_allclose(answer[0], np.clip(linear, 0, 6).mean((0, 1)), rtol=1e-4, atol=1e-5)
    assert operations(tmp_path) == ["Transpose", "Conv", "Clip", "ReduceMean", "Identity"]


def test_of_an_unwanted_output_nothing_is_left(tmp_path: Path) -> None:
    """Not its nodes, not its weights, not its name: what only it needs cannot be computed any more."""
    graph = Graph(1, 2)
    wanted = graph.add("Sigmoid", "x")
    secret = graph.const([12345.5, 54321.5])
    unwanted = graph.add("Erf", graph.add("Add", wanted, secret))  # it would not even be known
    files = graph.write(tmp_path, **{wanted: (1, 2), unwanted: (1, 2)})
    tfjs_to_onnx(files, tmp_path / "net.onnx", outputs=(wanted,))
    session = onnxruntime.InferenceSession(str(tmp_path / "net.onnx"))
    assert [output.name for output in session.get_outputs()] == [wanted]
    assert operations(tmp_path) == ["Sigmoid", "Identity"]
    data = (tmp_path / "net.onnx").read_bytes()
    assert unwanted.encode() not in data and np.float32([12345.5, 54321.5]).tobytes() not in data


def test_an_output_that_is_not_there_is_named(tmp_path: Path) -> None:
    graph = Graph(1, 2)
    files = graph.write(tmp_path, **{graph.add("Sigmoid", "x"): (1, 2)})
    with pytest.raises(ConversionFailed, match="no output embedding"):
        tfjs_to_onnx(files, tmp_path / "net.onnx", outputs=("embedding",))


@pytest.mark.parametrize("operation", ["Mul", "Minimum", "Maximum"])
def test_what_cannot_be_folded_is_refused(tmp_path: Path, operation: str) -> None:
    graph = Graph(1, 2)
    out = graph.add(operation, "x", graph.const([2.0, 3.0]))
    with pytest.raises(ConversionFailed, match=f"{operation}_2: only"):
        tfjs_to_onnx(graph.write(tmp_path, **{out: (1, 2)}), tmp_path / "net.onnx")


def test_the_face_embedding_that_is_used_cannot_guess_age_or_sex() -> None:
    """The graph it was made from also had those outputs. This one has 1024 numbers of a face and nothing else."""
    import onnx

    path = model_path("faceres.onnx")
    graph = onnx.load(path).graph
    assert [output.name for output in graph.output] == ["global_pooling/Mean"]
    assert [side.dim_value for side in graph.output[0].type.tensor_type.shape.dim] == [1, 1024]
    assert not {node.op_type for node in graph.node} & {"MatMul", "Gemm", "Softmax", "Sigmoid"}
    data = path.read_bytes().lower()
    assert b"age_pred" not in data and b"gender" not in data and b"feats" not in data


def test_parts_are_joined_in_their_order(tmp_path: Path) -> None:
    for name, data in (("a", b"one "), ("b", b"two")):
        (tmp_path / name).write_bytes(data)
    join({"first": tmp_path / "a", "second": tmp_path / "b"}, tmp_path / "whole")
    assert (tmp_path / "whole").read_bytes() == b"one two"
