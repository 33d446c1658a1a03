"""The self-test: one line a part whatever the part does, and a running device is asked for what it holds."""

from __future__ import annotations

import ast
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.events import Part, PartsChecked
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.memory.keys import KeyFile
from chestnut.memory.store import Store
from chestnut.runtime.assemble import checks
from chestnut.runtime.assemble.checks import CHECKS, body, memory, page, senses, software
from chestnut.runtime.assemble.eyes import EYES
from chestnut.runtime.checking import Check, Place, Result, State, check_all
from chestnut.runtime.checkup import Checkup
from chestnut.runtime.clock import HostClock
from chestnut.runtime.condition import Condition
from chestnut.runtime.settings import CameraSettings, MemorySettings, PodSettings, Settings, WindowSettings
from chestnut.sim.pod import SimulatedPod
from chestnut_models.library import list_models
from chestnut_tests.pi_camera import Desk, install
from PIL import Image

WAIT_S = 20.0


def fine(place: Place) -> Result:
    return Result("a part", State.OK, "there")


@pytest.fixture
def hanging() -> Iterator[Check]:
    """A part that gives no answer."""
    go_on = threading.Event()

    def hang(place: Place) -> Result:
        go_on.wait()
        return fine(place)

    yield Check("a part", hang)
    go_on.set()


def test_a_part_that_hangs_holds_up_nobody(hanging: Check) -> None:
    results = list(check_all([hanging, Check("b", fine)], Place(), limit_s=0.05))
    assert [result.state for result in results] == [State.MISSING, State.OK]
    assert "no answer" in results[0].found and results[0].remedy


def test_when_time_is_up_the_others_are_named(hanging: Check) -> None:
    results = list(check_all([hanging] * 3, Place(), limit_s=0.05, together_s=0.06))
    assert "time is up" in results[-1].found and "--part" in results[-1].remedy


def test_a_part_that_breaks_is_a_line_too() -> None:
    def broken(place: Place) -> Result:
        raise ZeroDivisionError("twice\nover")

    (result,) = check_all([Check("a part", broken)], Place())
    assert (result.state, result.found) == (State.MISSING, "ZeroDivisionError: twice")
    assert result.remedy


@pytest.mark.parametrize(
    ("faults", "state"), [((), State.OK), (("camera_lost",), State.OK), (("pod_version",), State.MISSING)]
)
def test_of_what_a_running_device_holds_it_is_asked(faults: tuple[str, ...], state: State) -> None:
    def opened(place: Place) -> Result:
        raise AssertionError("it is the device's")

    device = Condition(0.0, faults=faults)
    (result,) = check_all([Check("pod", opened, held=Part.POD)], Place(device=device))
    assert result.state is state
    assert bool(result.remedy) is (state is State.MISSING)


def test_quick_leaves_out_what_is_slow() -> None:
    checks = [Check("a", fine, slow=True), Check("b", fine)]
    assert len(list(check_all(checks, Place(quick=True)))) == 1
    assert len(list(check_all(checks, Place()))) == 2


def test_every_part_has_a_name_of_its_own() -> None:
    assert len({check.part for check in CHECKS}) == len(CHECKS)


# --- the parts ----------------------------------------------------------------------------------------------


def test_the_pod_is_greeted_and_tells_its_firmware() -> None:
    with SimulatedPod({"describe": 2}) as pod:
        found = body.pod(Place(Settings(pod=PodSettings(port=pod.port))))
    assert found.state is State.OK
    assert "firmware " in found.found and "board " in found.found


def test_a_pod_that_is_not_there_and_one_that_is_silent(tmp_path: Path) -> None:
    gone = body.pod(Place(Settings(pod=PodSettings(port=str(tmp_path / "ttyACM0")))))
    assert (gone.state, gone.say) == (State.MISSING, "pod_missing")
    pod = SimulatedPod({"describe": 2})
    port = pod.port
    try:
        pod.hang()
        silent = body.pod(Place(Settings(pod=PodSettings(port=port))))
    finally:
        pod.close()
    assert silent.state is State.MISSING and silent.remedy


def test_a_picture_is_taken_and_its_light_judged(tmp_path: Path) -> None:
    Image.new("RGB", (320, 200)).save(tmp_path / "dark.png")
    found = senses.camera(Place(Settings(camera=CameraSettings(source=str(tmp_path)))))
    assert found.state is State.OK, "a dark room is no fault of the camera"
    assert "320 × 200" in found.found and "too dark" in found.found


def test_how_the_ribbon_camera_is_mounted_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(np.full((54, 96, 3), 128, np.uint8), time.monotonic)
    install(desk, monkeypatch)
    mounted = CameraSettings("picamera2", rotation=90, tilt_deg=20)
    found = senses.camera(Place(Settings(camera=mounted)))
    assert found.state is State.OK and "1296 × 2304" in found.found
    assert (
        "wide lens, 20° down by the settings, so the hand's reach is 55 % of the picture down" in found.found
    )


def test_a_camera_that_is_set_and_gone_must_be_mended(tmp_path: Path) -> None:
    found = senses.camera(Place(Settings(camera=CameraSettings(source=f"folder:{tmp_path}/gone"))))
    assert found.state is State.MISSING and found.remedy


@pytest.fixture
def remembering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place with a memory of its own."""
    path, key = tmp_path / "m.db", tmp_path / "key"
    place = Place(Settings(memory=MemorySettings(path=str(path))))
    monkeypatch.setattr(memory, "key_of", lambda path, own: KeyFile(key))
    Store(path, KeyFile(key), HostClock().wall).close()
    return place


def test_the_memory_is_read_whole_and_quickly_only_opened(remembering: Place) -> None:
    assert "every page sound" in memory.memory(remembering).found
    quick = memory.memory(Place(remembering.settings, quick=True))
    assert quick.state is State.OK and "--part memory" in quick.found


def test_a_damaged_memory_is_found(remembering: Place) -> None:
    path = Path(remembering.settings.memory.path)
    whole = bytearray(path.read_bytes())
    for at in range(4096 + 100, len(whole), 4096):
        whole[at] ^= 0xFF
    path.write_bytes(whole)
    found = memory.memory(remembering)
    assert found.state is State.MISSING and found.say == "memory_damaged"
    assert found.remedy


def test_little_room_on_the_card_is_told(remembering: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert memory.card(remembering).state is State.OK
    monkeypatch.setattr(memory, "LOW_BYTES", 1 << 60)
    low = memory.card(remembering)
    assert (low.state, low.say) == (State.MISSING, "card_low")


def test_the_page_is_off_free_or_answers() -> None:
    def page_of(port: int, device: Condition | None = None) -> State:
        chosen = Settings(window=WindowSettings(enabled=True, port=port))
        return page.page(Place(chosen, device=device)).state

    assert page.page(Place()).state is State.ABSENT
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert page_of(port, Condition(0.0)) is State.OK
    assert page_of(port) is State.OK
    assert page_of(port, Condition(0.0)) is State.ABSENT


def test_what_is_told_to_the_wearer_has_words_in_both_languages() -> None:
    """Of this machine, whatever it lacks."""
    for result in check_all([check for check in CHECKS if check.spoken], Place(quick=True)):
        for language in LANGUAGES:
            assert not result.say or Phrases.of(language).render(result.say, {})


def test_every_phrase_a_check_names_is_said_as_it_stands() -> None:
    """A self-test tells which phrase, and nothing to fill it with."""
    folder = Path(checks.__file__).parent
    calls = [
        node
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Result"
    ]
    said = [
        argument for call in calls for argument in (*call.args[4:5], *(word.value for word in call.keywords))
    ]
    keys = {word.value for word in said if isinstance(word, ast.Constant) and word.value}
    assert len(keys) > 5
    for language in LANGUAGES:
        for key in keys:
            assert Phrases.of(language).render(key, {}), key


# --- in a running device --------------------------------------------------------------------------------------


class Told:
    def __init__(self) -> None:
        self.events: list[PartsChecked] = []
        self.came = threading.Event()

    def post(self, event: object) -> None:
        assert isinstance(event, PartsChecked)
        self.events.append(event)
        self.came.set()


def lacking(key: str, wait: threading.Event | None = None) -> Check:
    def look(place: Place) -> Result:
        if wait is not None:
            wait.wait(WAIT_S)
        return Result(key, State.ABSENT, "not there", "get one", key)

    return Check(key, look, spoken=True)


def test_a_checkup_tells_what_the_wearer_is_to_hear_once_each() -> None:
    told = Told()
    checks = [lacking("card_low"), Check("loud", fine), lacking("gemma_missing"), lacking("card_low")]
    checkup = Checkup(checks, Place(), told.post, HostClock(), lambda: "clock_unsure")
    checkup.perform(7)
    assert told.came.wait(WAIT_S)
    checkup.close()
    assert [(event.job, event.lacks) for event in told.events] == [
        (7, ("clock_unsure", "card_low", "gemma_missing"))
    ]


def test_a_checkup_that_nobody_waits_for_any_more_answers_nothing() -> None:
    told, go_on = Told(), threading.Event()
    checkup = Checkup([lacking("card_low", go_on)], Place(), told.post, HostClock())
    checkup.perform(1)
    checkup.cancel(1)
    checkup.perform(2)
    go_on.set()
    assert told.came.wait(WAIT_S)
    checkup.close()
    assert [event.job for event in told.events] == [2]


def test_every_model_file_that_lacks_has_its_own_words() -> None:
    """What is new in the catalogue must not be told as the eyes'."""
    assert {model.name for model in list_models()} == {*EYES.values(), *software.MODELS}
