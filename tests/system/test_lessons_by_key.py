"""A thing is taught, found and forgotten, a place is named: keys, skills, real model and memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from chestnut.core.memory import Owned
from chestnut.core.ports import Post
from chestnut.perception.lessons import Lessons
from chestnut.perception.light import judge
from chestnut.perception.watcher import Watcher
from chestnut.runtime.assemble.eyes import merge, open_eyes, open_own
from chestnut.runtime.clock import HostClock
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.loop import Runtime
from chestnut.runtime.performer import Parts
from chestnut.runtime.teaching import Teaching
from chestnut_tests.lived import Life, Pod, Voice, live
from chestnut_tests.memory_desk import Desk
from chestnut_tests.rendered import rooms
from chestnut_tests.rendered.pictures import bytes_of, pasted, photograph, pose

KEYS = Owned("keys", "my")


@cache
def shown() -> list[Any]:
    """Keys in the middle, turned anyhow, on other grounds."""
    chance = np.random.default_rng(1)
    grounds = ("coffee", "brick", "grass", "gravel", "chelsea")
    return [
        pasted("my keys", photograph(ground), replace(pose(chance), x=0.5, y=0.5, size=0.4))[0]
        for ground in grounds
    ]


@cache
def views() -> list[Any]:
    chance = np.random.default_rng(2)
    return [
        bytes_of(rooms.render(rooms.PLACES["kitchen table"], rooms.any_stand(chance), 320, 240))
        for _ in range(5)
    ]


def teaching(*things: str) -> Callable[[Life, Post], Parts]:
    """things: prepared in the settings."""

    def make(life: Life, post: Post) -> Parts:
        life.camera.film(shown())
        own = open_own()
        sight = Watcher(life.camera, {**open_eyes().detectors, "own": own}, judge, merge, post)
        parts = Parts(Pod(), life.camera, sight, Voice(post), HostClock(), Keepsake(None))  # type: ignore[arg-type]
        parts.teaching = Teaching(
            life.store, Lessons(own), sight.picture, post, HostClock(), things, ("kitchen table",)
        )
        return parts

    return make


def test_a_thing_is_taught_found_and_forgotten(tmp_path: Path) -> None:
    async def scenario(life: Life, device: Runtime) -> None:
        life.choose(device, "teach_thing")
        assert await life.says("teach_name") == "Mum's glasses?", "those of the settings come first"
        life.press(device, "ask")
        assert await life.says("teach_name") == "Your keys?"
        life.press(device, "describe")
        assert await life.says("teach_hold") != ""
        assert life.store.things() == (), "nothing is kept before all of it is shown"
        assert await life.says("recall", "teach_failed", "teach_other") == "I will know your keys again."
        (taught,) = life.store.things()
        assert taught.thing == KEYS and len(taught.takes) >= 6

        life.choose(device, "find")
        assert await life.says("find_offer") == "Your keys?"
        life.press(device, "describe")
        told = await life.says("scene", "find_unsure", "find_over")
        assert told in ("Your keys ahead.", "Perhaps your keys, ahead. I am not sure.")
        life.press(device, "stop")
        life.press(device, "ask")
        assert await life.says("find_begin") == "Looking for your keys.", "the last question anew"
        life.press(device, "stop")

        life.choose(device, "forget_taught")
        assert await life.says("taught_forget_thing") == "Forget your keys?"
        life.press(device, "describe")
        await life.says("taught_sure_thing")
        life.press(device, "describe")
        assert await life.says("taught_forgotten_thing") == "Forgotten: your keys."
        assert life.store.things() == ()
        life.choose(device, "find")
        assert await life.says("find_offer") != "Your keys?"

    live(Desk(tmp_path), teaching("mum's glasses", "my keys"), scenario)


def test_a_stop_in_the_middle_keeps_nothing_and_the_next_lesson_is_another(tmp_path: Path) -> None:
    async def scenario(life: Life, device: Runtime) -> None:
        life.choose(device, "teach_thing")
        await life.says("teach_name")
        life.press(device, "describe")
        await life.says("teach_turn")
        life.press(device, "stop")
        assert life.store.things() == ()
        life.camera.film(views())
        life.choose(device, "name_place")
        assert await life.says("place_name") == "Kitchen table?"
        life.press(device, "describe")
        assert await life.says("recall", "place_failed") == "I will know this place again: kitchen table."
        (place,) = life.store.places()
        assert place.name == "kitchen table" and 3 <= len(place.views) <= 4
        assert life.store.things() == ()

    live(Desk(tmp_path), teaching(), scenario)


def test_what_another_process_taught_is_offered(tmp_path: Path) -> None:
    desk = Desk(tmp_path)

    async def scenario(life: Life, device: Runtime) -> None:
        with desk.open() as other:
            other.teach(KEYS, ()).result()
        life.choose(device, "find")
        assert await life.says("find_offer") == "Your keys?"

    live(desk, teaching(), scenario)
