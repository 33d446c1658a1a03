"""Which sound device is meant by its name, who may have PortAudio begin anew, and what the self-test tells of it. The
library and the sound server are twins here; the real ones are in tests/system/test_speaker.py."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from pathlib import Path

import pytest
from chestnut.runtime.assemble.checks import sound
from chestnut.runtime.checking import Place, State
from chestnut.runtime.settings import Settings, parse
from chestnut.speech import portaudio, pulse
from chestnut.speech.portaudio import PortAudio, SoundError, find, gone, routed
from chestnut.speech.pulse import Node
from hypothesis import given
from hypothesis import strategies as st

NODES = {
    "sinks": (Node("alsa_output.usb", "Jabra USB"), Node("bluez_output.1", "WH-1000XM4")),
    "sources": (Node("alsa_input.usb", "Jabra USB"),),
}


class Twin(types.ModuleType):
    """As much of sounddevice as is asked for its devices."""

    class PortAudioError(Exception):
        pass

    def __init__(self, *names: str) -> None:
        super().__init__("sounddevice")
        self.names = names
        self._initialized = 1
        self.begun = 0

    def _terminate(self) -> None:
        self._initialized -= 1

    def _initialize(self) -> None:
        self._initialized += 1
        self.begun += 1

    def query_devices(self) -> list[dict[str, object]]:
        return [
            {"name": name, "max_output_channels": 2, "max_input_channels": int("mic" in name)}
            for name in self.names
        ]


class Holder:
    def __init__(self, library: PortAudio, *, yields: bool = True) -> None:
        self._library, self._yields = library, yields
        self.asked = 0

    def let_go(self) -> bool:
        self.asked += 1
        if self._yields:
            self._library.release(self)
        return self._yields


@pytest.fixture
def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(portaudio, "_CARDS", tmp_path / "cards")
    return tmp_path / "cards"


@pytest.fixture
def twin(monkeypatch: pytest.MonkeyPatch, cards: Path) -> Twin:
    made = Twin("USB Audio: - (hw:1,0)", "mic: - (hw:2,0)", "pulse", "default")
    monkeypatch.setitem(sys.modules, "sounddevice", made)
    monkeypatch.setattr(pulse, "nodes", lambda kind: NODES[kind])
    return made


def test_names_are_found_in_the_order_they_are_wanted_the_sound_servers_first(twin: Twin) -> None:
    found = [
        (device.wanted, device.index, device.node)
        for device in find(twin, ("wh-", "USB", "default"), "output")
    ]
    assert found == [
        ("wh-", 2, "bluez_output.1"),
        ("USB", 2, "alsa_output.usb"),
        ("USB", 0, ""),
        ("default", None, ""),
    ]


def test_only_what_listens_is_a_microphone(twin: Twin) -> None:
    twin.names = ("USB Audio", "mic: - (hw:2,0)")
    assert [device.index for device in find(twin, ("mic", "USB", "auto"), "input")] == [1, None]
    twin.names = ("USB Audio",)
    assert not list(find(twin, ("mic", "auto"), "input"))


def test_a_node_that_is_unplugged_is_gone_and_a_card_is_never_said_to_be(
    twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    headset, _, card = find(twin, ("wh-", "USB"), "output")
    assert not gone(headset, "output")
    monkeypatch.setattr(pulse, "nodes", lambda kind: ())
    assert gone(headset, "output") and not gone(card, "output")


def test_a_stream_is_led_to_a_node_only_while_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SINK", "the owner's")
    monkeypatch.delenv("PULSE_SOURCE", raising=False)
    with routed("bluez_output.1"):
        assert os.environ["PULSE_SINK"] == os.environ["PULSE_SOURCE"] == "bluez_output.1"
    assert os.environ["PULSE_SINK"] == "the owner's" and "PULSE_SOURCE" not in os.environ
    with routed(""):
        assert os.environ["PULSE_SINK"] == "the owner's"


def test_portaudio_begins_anew_for_one_alone_and_beside_others_when_a_card_came(
    twin: Twin, cards: Path
) -> None:
    library = PortAudio()
    speaker, microphone = Holder(library), Holder(library)
    with library.renewed(speaker):
        library.hold(speaker)
    assert twin.begun == 1
    with library.renewed(microphone):
        library.hold(microphone)
    assert (twin.begun, speaker.asked) == (1, 0), "the list is as new as it can be"
    cards.write_text(" 1 [Jabra]: USB-Audio", encoding="utf-8")
    with library.renewed(microphone):
        pass
    assert (twin.begun, speaker.asked) == (2, 1) and twin._initialized == 1


def test_whoever_speaks_is_not_interrupted_by_a_new_card(twin: Twin, cards: Path) -> None:
    library = PortAudio()
    speaker = Holder(library, yields=False)
    with library.renewed(speaker):
        library.hold(speaker)
    cards.write_text(" 1 [Jabra]: USB-Audio", encoding="utf-8")
    with library.renewed(Holder(library)):
        pass
    assert (twin.begun, speaker.asked) == (1, 1)
    library.release(speaker)
    with library.renewed(Holder(library)):
        pass
    assert twin.begun == 2


def test_without_the_library_there_is_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    assert PortAudio().first(("auto",), "output") is None
    with pytest.raises(SoundError, match="libportaudio2"), PortAudio().renewed(Holder(PortAudio())):
        pass


# --- the sound server's list ------------------------------------------------------------------------------------


LISTED = """Sink #1
\tState: SUSPENDED
\tName: bluez_output.1
\tDescription: WH-1000XM4: left: right
\tProperties:
\t\tdevice.description = "WH"
Sink #2
\tName: ear
\tDescription: ear
"""


def test_what_pactl_lists_is_understood() -> None:
    assert pulse.parse(LISTED) == (Node("bluez_output.1", "WH-1000XM4: left: right"), Node("ear", "ear"))


@given(st.text() | st.lists(st.sampled_from(LISTED.splitlines())).map("\n".join))
def test_whatever_pactl_prints_is_no_fault(text: str) -> None:
    assert all(node.name for node in pulse.parse(text))


def test_a_sound_server_that_never_answers_has_no_nodes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    monkeypatch.setattr(pulse.shutil, "which", lambda name: name)
    for fault in (subprocess.TimeoutExpired("pactl", 2), FileNotFoundError("pactl")):

        def fail(*_: object, fault: Exception = fault, **__: object) -> None:
            raise fault

        monkeypatch.setattr(pulse.subprocess, "run", fail)
        assert pulse.nodes("sinks") == ()


def test_where_no_sound_server_runs_none_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    monkeypatch.delenv("PULSE_RUNTIME_PATH", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(pulse, "SYSTEM_WIDE", tmp_path / "native")

    def run(*_: object, **__: object) -> None:
        raise AssertionError("pactl would start one")

    monkeypatch.setattr(pulse.subprocess, "run", run)
    assert pulse.nodes("sinks") == ()


# --- the self-test -------------------------------------------------------------------------------------------------


def place(voice: str) -> Place:
    return Place(settings=parse(f"[voice]\n{voice}\n"))


def test_the_self_test_names_the_device_and_what_holds_it(twin: Twin) -> None:
    told = sound.loudspeaker(place('speakers = ["WH-", "default"]\nfull_scale_dba = { WH- = 100 }'))
    assert (told.state, told.found) == (State.OK, "WH-1000XM4; held under 85 dB(A) by its measured level")
    told = sound.loudspeaker(place('speakers = ["Sony", "default"]'))
    assert told.state is State.OK and told.found.startswith(
        "the system's default; 'Sony' is not there; its level"
    )
    assert "not limited" in sound.loudspeaker(place("limit_dba = 0")).found
    assert sound.microphone(Place(settings=Settings())).found == "the system's default"


def test_the_self_test_tells_what_is_not_there(twin: Twin) -> None:
    told = sound.loudspeaker(place('speakers = ["Sony", "Bose"]'))
    assert (told.state, told.say) == (State.MISSING, "speaker_lost") and "'Sony' or 'Bose'" in told.found
    assert sound.microphone(place('microphones = ["Sony"]')).state is State.MISSING
    twin.names = ()
    assert sound.loudspeaker(Place()).state is sound.microphone(Place()).state is State.ABSENT
    assert sound.loudspeaker(place('speaker = "none"')).state is State.ABSENT
    assert sound.microphone(place('microphones = ["none"]')).state is State.ABSENT
