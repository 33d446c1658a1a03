from __future__ import annotations

from pathlib import Path

import pytest
from chestnut.core.conductor import Conductor
from chestnut.core.effects import CheckStatus, Start
from chestnut.core.events import ButtonChanged, Edge
from chestnut.core.gestures import Kind
from chestnut.core.reminders import Insistence
from chestnut.core.session import COMPANION, SIGNS, Session
from chestnut.runtime import settings
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.keymap import keymap
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import BadSettings, Settings, parse
from chestnut.skills.table import SKILLS
from chestnut.speech.limiter import UNMEASURED, ceiling
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "line",
    [
        "rotation = 45",
        "exposure_ms = 5",
        "exposure_ms = 1000",
        "brightness = 9.0",
        'rotation = "90"',
        "tilt_deg = -1",
        "tilt_deg = 41",
        'lens = "fisheye"',
    ],
)
def test_a_camera_cannot_be_mounted_or_exposed_in_any_way(line: str) -> None:
    with pytest.raises(settings.BadSettings, match=r"camera\."):
        settings.parse(f"[camera]\n{line}\n")


def test_how_the_camera_is_mounted() -> None:
    camera = settings.parse("[camera]\nrotation = 90\nexposure_ms = 20\nbrightness = -1\n").camera
    assert (camera.rotation, camera.exposure_ms, camera.brightness) == (90, 20, -1)
    assert (camera.tilt_deg, camera.lens) == (15, "wide")
    camera = settings.parse('[camera]\ntilt_deg = 30\nlens = "standard"\n').camera
    assert (camera.tilt_deg, camera.lens) == (30, "standard")


@pytest.mark.parametrize(
    "line",
    [
        'speakers = ["USB", ""]',
        'speakers = ["USB", "none"]',
        'speakers = ["USB", "USB"]',
        'speaker = "USB"\nspeakers = ["USB"]',
        'speaker = "USB"\nfull_scale_dba = { UBS = 100.0 }',
        'speaker = "USB"\nfull_scale_dba = { USB = 10.0 }',
        'speaker = "USB"\nfull_scale_dba = { USB = nan }',
        'speaker = "USB"\nfull_scale_dba = { USB = true }',
        "full_scale_dba = 100.0",
        "limit_dba = 120",
    ],
)
def test_loudspeakers_that_make_no_sense_are_refused(line: str) -> None:
    with pytest.raises(settings.BadSettings, match=r"voice\."):
        settings.parse(f"[voice]\n{line}\n")


def test_a_measured_loudspeaker_is_held_by_its_level_and_any_other_too() -> None:
    voice = settings.parse(
        '[voice]\nspeakers = ["USB", "default"]\nlimit_dba = 80\nfull_scale_dba = { USB = 100 }\n'
    ).voice
    assert voice.wanted == ("USB", "default")
    assert voice.caps == {"": UNMEASURED, "USB": ceiling(80, 100)}
    assert settings.parse("[voice]\nlimit_dba = 0\n").voice.caps == {}
    assert settings.parse('[voice]\nspeaker = "USB"\n').voice.wanted == ("USB",)


def test_nothing_written_means_the_defaults() -> None:
    assert parse("") == Settings()


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(
        '[voice]\nlanguage = "ru"\nvolume = 0.5\n[camera]\nsource = "webcam:0"\n', encoding="utf-8"
    )
    loaded = settings.load(file)
    assert (loaded.voice.language, loaded.voice.volume, loaded.camera.source) == ("ru", 0.5, "webcam:0")


def test_names_wait_for_people_who_may_be_met() -> None:
    assert parse('[people]\nnames = ["Anna", "Пётр Иванович"]').people.names == ("Anna", "Пётр Иванович")
    assert Settings().people.names == ()


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        ('"Anna"', "a list of words"),
        ("[1]", "a list of words"),
        ('["…"]', "a letter or a digit"),
        ('[" Anna"]', "write 'Anna' instead"),
        ('["Anna", "anna"]', "twice"),
    ],
)
def test_names_that_cannot_be_spoken_apart_are_refused(names: str, hint: str) -> None:
    with pytest.raises(BadSettings, match=hint):
        parse(f"[people]\nnames = {names}")


def test_how_often_a_reminder_is_repeated() -> None:
    insistence = parse("[reminders]\nrepeat_minutes = [3, 30]\nlate_hours = 2").reminders.insistence
    assert (insistence.repeat_s, insistence.late_s) == ((180.0, 1800.0), 7200.0)
    assert parse("[reminders]\nrepeat_minutes = []").reminders.insistence.repeat_s == ()
    assert Settings().reminders.insistence == Insistence()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[voice]\nlangage = 'ru'", "did you mean 'language'"),
        ("[vioce]\nlanguage = 'ru'", "did you mean 'voice'"),
        ("[voice]\nlanguage = 'de'", "one of en, ru"),
        ("[voice]\nlanguage = 3", "must be str, not int"),
        ("[voice]\nrate_wpm = true", "must be int, not bool"),
        ("[voice]\nrate_wpm = 9000", "one of 120"),
        ("[reminders]\nrepeat_minutes = 5", "a list such as"),
        ("[reminders]\nrepeat_minutes = [5, '10']", "a list such as"),
        ("[reminders]\nrepeat_minutes = [5, true]", "a list such as"),
        ("[reminders]\nrepeat_minutes = [1]", "from 2 to 120"),
        (f"[reminders]\nrepeat_minutes = {[5] * 11}", "10 at most"),
        ("[reminders]\nlate_hours = 24", "from 1 to 11"),
        ("voice = 3", "must be a table"),
        ("[keys.read]\npess = 'read'", "did you mean 'press'"),
        ("[keys]\nread = 'read'", "must be a table such as"),
        ("keys = 3", "must be a table"),
        ("= nonsense", "not TOML"),
        ("a = " + "1" * 5000, "not TOML"),
        (f"a = {'[' * 3000}", "not TOML"),
    ],
)
def test_a_mistake_names_its_remedy(text: str, hint: str) -> None:
    with pytest.raises(BadSettings, match=hint):
        parse(text)


def test_a_missing_file_that_was_named_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="cannot read"):
        settings.load(tmp_path / "nowhere.toml")


def test_a_skill_moves_to_another_key() -> None:
    moved = keymap(load_pins(), {"ask": {"press": "status"}})
    assert moved["ask", Kind.PRESS] == "status"
    assert moved["ask", Kind.HOLD] == "talk"


def test_a_key_that_was_moved_means_in_signs_what_it_means_there() -> None:
    moved = keymap(load_pins(), {"ask": {"press": "status"}})
    assert moved["ask", Kind.PRESS, SIGNS] == "say_signed"
    assert ("find", Kind.PRESS, SIGNS) not in moved


def test_what_a_key_means_in_one_mode_is_moved_in_that_mode() -> None:
    moved = keymap(
        load_pins(), parse('[keys.companion.read]\nhold = "status"\n[keys.ask]\nhold = "pause"').keys
    )
    assert moved["read", Kind.HOLD, COMPANION] == "status" and moved["ask", Kind.HOLD] == "pause"
    assert moved["read", Kind.HOLD] == keymap(load_pins(), {})["read", Kind.HOLD]
    device = Conductor(SKILLS, moved, Session(mode=COMPANION))
    for edge in Edge.DOWN, Edge.HELD:
        orders = device.handle(ButtonChanged(at=1.0, button="read", edge=edge))
    assert any(isinstance(order, Start) and order.effect == CheckStatus() for order in orders)


def test_signs() -> None:
    signs = parse('[signs]\nalphabet = "rsl"\nspeak_letters = true').signs
    assert (signs.alphabet, signs.speak_letters) == ("rsl", True)
    assert parse('[signs]\nnames = ["чай с лимоном"]').signs.names == ("чай с лимоном",)
    with pytest.raises(BadSettings, match="leave one away"):
        parse('[signs]\nnames = ["tea", "Tea"]')
    with pytest.raises(BadSettings, match="alphabet"):
        parse('[signs]\nalphabet = "bsl"')


@pytest.mark.parametrize(
    ("moved", "hint"),
    [
        ({"asks": {"press": "status"}}, "did you mean 'ask'"),
        ({"ask": {"press": "statsu"}}, "did you mean 'status'"),
        ({"stop": {"press": "read"}}, "always stops"),
        ({"companion.stop": {"press": "read"}}, "always stops"),
        ({"compannion.read": {"press": "read"}}, "did you mean 'companion'"),
        ({"companion.raed": {"press": "read"}}, "did you mean 'read'"),
        ({"companion.read": {"press": "raed"}}, "did you mean"),
    ],
)
def test_keys_that_make_no_sense(moved: dict[str, dict[str, str]], hint: str) -> None:
    with pytest.raises(BadSettings, match=hint):
        keymap(load_pins(), moved)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[pod]\nstrength = 0", "from 10 to 100"),
        ("[pod]\nstrength = 255", "from 10 to 100"),
        ("[pod]\nstrength = true", "must be int"),
        ("[pod]\nbattery_cells = 5", "from 1 to 4"),
        ("[pod]\nstrenght = 50", "did you mean 'strength'"),
    ],
)
def test_a_wrong_setting_of_the_pod_names_what_is_allowed(text: str, hint: str) -> None:
    with pytest.raises(BadSettings, match=hint):
        parse(text)
    assert parse("[pod]\nstrength = 40").pod.strength == 40


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[engine]\nkind = 'gpt'", "one of auto, llama, litert, none"),
        ("[engine]\nmodle = 'auto'", "did you mean 'model'"),
        ("[engine]\nmodel = ' '", "a name of the catalogue or a file"),
        ("[engine]\nprojector = ''", '"none", a name of the catalogue or a file'),
        ("[engine]\nthreads = -1", "from 0 to 64"),
        ("[engine]\ncontext_tokens = 100", "from 1024 to 32768"),
        ("[engine]\nmemory_mb = 1", "from 256 to 1048576"),
        ("[engine]\nimage_seconds = 5", "from 6 to 45"),
    ],
)
def test_a_wrong_setting_of_the_engine_names_what_is_allowed(text: str, hint: str) -> None:
    with pytest.raises(BadSettings, match=hint):
        parse(text)


@pytest.mark.parametrize(("seconds", "tokens"), [(6, 70), (12, 70), (13, 140), (45, 280)])
def test_the_time_a_picture_may_take_sets_its_tokens(seconds: int, tokens: int) -> None:
    assert parse(f"[engine]\nimage_seconds = {seconds}").engine.image_tokens == tokens


@given(st.text(max_size=200))
def test_any_text_is_settings_or_a_clear_error(text: str) -> None:
    try:
        assert isinstance(parse(text), Settings)
    except BadSettings as error:
        assert str(error)


def test_what_the_wearer_chose_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state" / "session.json"
    first = Keepsake(path)
    assert first.first_start
    chosen = Session().changed("language", "ru").changed("volume", 0.3)
    first.keep(chosen.changed("mode", "companion").changed("paused", True))
    second = Keepsake(path)
    assert not second.first_start
    restored = second.restore(Session())
    assert (restored.language, restored.volume) == ("ru", 0.3)
    assert (restored.mode, restored.paused) == ("companion", True)


def test_a_disk_that_takes_nothing_costs_only_the_choices(tmp_path: Path) -> None:
    (tmp_path / "session.new").symlink_to("/dev/full")
    Keepsake(tmp_path / "session.json").keep(Session())
    assert not (tmp_path / "session.json").exists()
    (tmp_path / "file").write_text("")
    keepsake = Keepsake(tmp_path / "file" / "session.json")
    keepsake.keep(Session())
    assert keepsake.restore(Session()) == Session()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"language": "de", "volume": {}}', "\x00"])
def test_a_damaged_keepsake_costs_only_the_choices(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "session.json"
    path.write_text(damage)
    assert Keepsake(path).restore(Session()) == Session()
