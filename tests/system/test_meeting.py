"""A person is met, known again, forgotten: keys, skills, real model and memory; camera and voice are stand-ins."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import matplotlib
import numpy as np
import skimage.data
from chestnut.core.events import PeopleRecognised
from chestnut.core.ports import Post
from chestnut.core.session import Session
from chestnut.devices.pictures import load_picture
from chestnut.perception.light import judge
from chestnut.perception.watcher import Watcher
from chestnut.runtime.assemble.eyes import merge, open_acquaintances, open_eyes
from chestnut.runtime.clock import HostClock
from chestnut.runtime.enrolling import Enrolling
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.loop import Runtime
from chestnut.runtime.performer import Parts
from chestnut.runtime.recording import Recorder
from chestnut_tests.drive import default_keymap
from chestnut_tests.lived import Life, Pod, Voice, live
from chestnut_tests.memory_desk import Desk

PATIENCE_S = 60.0


def moving(rgb: Any) -> list[Any]:
    height, width = rgb.shape[:2]
    shown = []
    for degrees, gamma in ((0, 1.0), (7, 0.8), (-7, 1.2), (3, 0.9), (-4, 0.7), (10, 1.1), (-10, 1.0)):
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        tilted = cv2.warpAffine(rgb, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
        shown.append((255 * (tilted / 255.0) ** gamma).astype(np.uint8))
    return shown


def meeting(*names: str) -> Callable[[Life, Post], Parts]:
    """names: prepared in the settings."""

    def make(life: Life, post: Post) -> Parts:
        life.camera.film(moving(skimage.data.astronaut()))
        people = open_acquaintances()
        sight = Watcher(life.camera, {**open_eyes().detectors, "people": people}, judge, merge, post)
        enrolling = Enrolling(life.store.people, people, post, HostClock(), names)
        parts = Parts(Pod(), life.camera, sight, Voice(post), HostClock(), Keepsake(None))  # type: ignore[arg-type]
        parts.people = enrolling
        return parts

    return make


def test_a_person_is_met_known_again_and_forgotten(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    recording = tmp_path / "recording.jsonl"
    grace = load_picture(str(Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"))

    async def scenario(life: Life, device: Runtime) -> None:
        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Someone I don't know")

        life.choose(device, "meet")
        assert "may this device remember your face" in await life.says("meet_consent")
        assert life.store.people.all() == ()
        life.press(device, "describe")
        assert await life.says("meet_name") == "Is it Eileen?"
        assert life.store.people.all() == (), "nothing is kept before the name is there"
        life.press(device, "describe")
        assert await life.says("meet_done") == "I will know Eileen again."
        (person,) = life.store.people.all()
        assert person.name == "Eileen" and len(person.takes) == 5
        assert "may this device remember your face" in person.consent and "yes by key" in person.consent

        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Eileen")
        life.camera.film([grace])
        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Someone I don't know")

        life.camera.film(moving(skimage.data.astronaut()))
        life.choose(device, "meet")
        assert await life.says("meet_known") == "That is Eileen. I know this person already."

        life.choose(device, "forget_person")
        await life.says("people_forget")
        life.press(device, "describe")
        await life.says("people_forget_sure")
        life.press(device, "describe")
        assert await life.says("people_forgotten") == "Eileen is forgotten."
        assert life.store.people.all() == ()
        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Someone I don't know")

    with recording.open("w", encoding="utf-8") as file:
        life = live(desk, meeting("Eileen"), scenario, Recorder(file, Session(), default_keymap()))

    recognised = [event for event in life.events if isinstance(event, PeopleRecognised)]
    assert recognised and all(face.take == 0 for face in recognised[0].faces), "a look keeps no face"
    lines = [json.loads(line) for line in recording.read_text(encoding="utf-8").splitlines()]
    assert max(len(json.dumps(line)) for line in lines) < 20_000, "a face of 1024 numbers is in no recording"


def test_what_another_process_forgets_is_not_named_any_more(tmp_path: Path) -> None:
    desk = Desk(tmp_path)

    async def scenario(life: Life, device: Runtime) -> None:
        life.choose(device, "meet")
        await life.says("meet_consent")
        life.press(device, "describe")
        assert await life.says("meet_done") == "I will know Person 1 again."
        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Person 1")
        with desk.open() as other:
            other.people.rename("Person 1", "Anna").result(PATIENCE_S)
            life.twice(device, "find")
            assert (await life.says("scene")).startswith("Anna")
            other.people.forget("Anna").result(PATIENCE_S)
        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Someone I don't know")

    live(desk, meeting(), scenario)
