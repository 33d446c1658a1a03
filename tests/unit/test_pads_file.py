"""shared/pads.toml: every key and every pad once, and what is wrong is told."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.conductor import BUILT_IN
from chestnut.core.gestures import Kind
from chestnut.core.pad import BUTTONS, IN_LISTS
from chestnut.runtime.keymap import keymap
from chestnut.runtime.pads import PADS_FILE, PadsError, load_pads, parse_pads
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import BadSettings
from chestnut.skills.table import SKILLS

PADS = load_pads()


def table() -> dict[str, Any]:
    return tomllib.loads(PADS_FILE.read_text(encoding="utf-8"))


def test_every_key_of_the_pad_means_something_in_every_gesture() -> None:
    assert tuple(sorted(PADS.keys)) == tuple(sorted(BUTTONS))
    for meanings in PADS.keys.values():
        assert set(meanings) == set(Kind)
        assert set(meanings.values()) <= {*BUILT_IN, *SKILLS}


def test_the_keys_do_what_the_product_promises() -> None:
    pressed = {name: meanings[Kind.PRESS] for name, meanings in PADS.keys.items()}
    assert pressed["pad_x"] == "ask_what"
    assert (pressed["pad_a"], pressed["pad_b"]) == ("describe_deep", "describe")
    assert pressed["pad_y"] == "read"
    assert [pressed[f"pad_{name}"] for name in ("up", "down", "left", "right")] == [
        "louder",
        "softer",
        "slower",
        "faster",
    ]
    assert pressed["pad_l1"] == "repeat"
    assert PADS.keys["pad_r1"][Kind.HOLD] == "talk"
    assert (pressed["pad_start"], pressed["pad_select"]) == ("status", "next_mode")
    assert (IN_LISTS["pad_l2"], IN_LISTS["pad_r2"]) == ("find", "ask")


def test_every_known_pad_has_the_keys_that_are_on_it() -> None:
    for model in PADS.models.known:
        buttons = set(model.layout.buttons.values())
        assert {f"pad_{name}" for name in ("x", "a", "y", "b", "l1", "r1", "start", "select")} <= buttons


@pytest.mark.parametrize(
    "vendor, product, name, expected",
    [
        (0x2DC8, 0x3230, "8BitDo Zero 2 gamepad", ("8BitDo Zero 2", "D")),
        (0x2DC8, 0x9020, "8BitDo Micro gamepad", ("8BitDo Micro", "D")),
        (0x2DC8, 0x9021, "8BitDo Micro Keyboard", ("8BitDo Micro and Zero 2", "K")),
        (0x057E, 0x2009, "Pro Controller", ("any, as Nintendo's controller", "S")),
        (0x045E, 0x028E, "Microsoft X-Box 360 pad", ("any, as Microsoft's controller", "X")),
    ],
)
def test_a_pad_is_known_by_its_numbers(
    vendor: int, product: int, name: str, expected: tuple[str, str]
) -> None:
    model = PADS.models.of(vendor, product, name)
    assert model is not None
    assert (model.name, model.mode) == expected


def test_a_real_keyboard_of_the_same_maker_is_none() -> None:
    assert PADS.models.of(0x2DC8, 0x5200, "8BitDo Retro Mechanical Keyboard") is None


def test_a_and_b_are_the_printed_letters_whatever_the_pad_poses_as() -> None:
    layouts = {model.mode: model.layout.buttons for model in PADS.models.known}
    assert (layouts["D"]["BTN_SOUTH"], layouts["S"]["BTN_EAST"]) == ("pad_a", "pad_a")


@pytest.mark.parametrize(
    "change, told",
    [
        (lambda t: t["key"].pop(), "no [[key]] 'home'"),
        (lambda t: t["key"].append(dict(t["key"][0])), "there twice"),
        (lambda t: t["key"][0].update(name="q"), "there is no 'q'"),
        (lambda t: t["key"][0].pop("hold"), "has no hold"),
        (lambda t: t["key"][0].update(colour="red"), "unknown key 'colour'"),
        (lambda t: t.update(keys=[]), "did you mean 'key'"),
        (lambda t: t.pop("model"), "[[model]] tables"),
        (lambda t: t.pop("other"), "has no [other]"),
        (lambda t: t["other"].update(layout="leters"), "did you mean 'letters'"),
        (lambda t: t["model"][0].update(ids=["2DC8"]), "ids must be a list"),
        (lambda t: t["model"][0].update(names=[""]), "names must be a list"),
        (lambda t: t["model"][0].update(layout="keyboard"), "needs names"),
        (lambda t: t["layout"][0]["buttons"].update(SOUTH="a"), "no code of"),
        (lambda t: t["layout"][0]["buttons"].update(BTN_SOUTH=1), "must name a key"),
        (lambda t: t["layout"][0]["buttons"].update(BTN_SOUTH="aa"), "there is no 'aa'"),
        (lambda t: t["layout"][0].update(triggers=[]), "triggers must be a table"),
        (lambda t: t["layout"][0].update(buttons={}), "has no buttons"),
        (lambda t: t["layout"][0].update(keyboard="yes"), "true or false"),
    ],
)
def test_what_is_wrong_is_told(change: Any, told: str) -> None:
    wrong = table()
    change(wrong)
    with pytest.raises(PadsError) as raised:
        parse_pads(wrong)
    assert told in str(raised.value)


def test_a_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(PadsError, match="no "):
        load_pads(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[", encoding="utf-8")
    with pytest.raises(PadsError, match="cannot be used"):
        load_pads(broken)


def test_the_settings_move_a_key_of_the_pad() -> None:
    moved = keymap(load_pins(), {"pad_x": {"press": "read"}, "signs.pad_y": {"hold": "status"}}, PADS.keys)
    assert moved["pad_x", Kind.PRESS] == "read"
    assert moved["pad_y", Kind.HOLD, "signs"] == "status"
    assert moved["pad_x", Kind.HOLD] == "who"
    with pytest.raises(BadSettings, match="did you mean 'pad_x'"):
        keymap(load_pins(), {"padx": {"press": "read"}}, PADS.keys)


def test_the_guide_has_every_pad_of_the_table(project_dir: Path) -> None:
    spec = importlib.util.spec_from_file_location("pod_generate", project_dir / "mcu" / "generate.py")
    assert spec and spec.loader
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    guide = (project_dir / "docs" / "pad.md").read_text(encoding="utf-8")
    assert generate.models_table(PADS) in guide, "docs/pad.md is older than shared/pads.toml"
