"""What a carer is shown, after the look is in the log; and how the device tells other processes how it is."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.carers import Deed, Sight
from chestnut.core.events import BatteryMeasured, Part, PartFound, PartLost
from chestnut.core.memory import Descriptor, Owned
from chestnut.core.reminders import Occurrence
from chestnut.locale import Phrases
from chestnut.memory.faults import NoRoom
from chestnut.memory.store import Store
from chestnut.runtime import condition
from chestnut.runtime.carer_desk import BadCarer, CarerDesk, Seen
from chestnut.runtime.condition import Condition, ConditionFile
from chestnut_tests.full_disk import filling_disk
from chestnut_tests.memory_desk import Desk, seen
from chestnut_tests.reminder_desk import EIGHT, GAS, PILLS, ZONE
from hypothesis import given
from hypothesis import strategies as st

LIMIT_S = 60
KEYS = Owned("keys", "my")


@dataclass
class Spy:
    """Passes everything on, and notes what the log held when it was asked for."""

    of: Any
    store: Store
    log: list[list[Deed]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        self.log.append([act.deed for act in self.store.carers.log()])
        return getattr(self.of, name)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.now = EIGHT + 3600
    return desk


@pytest.fixture
def store(desk: Desk) -> Iterator[Store]:
    with desk.open() as store:
        yield store


@pytest.fixture
def carers(desk: Desk, store: Store, tmp_path: Path) -> CarerDesk:
    path = tmp_path / "state" / "condition.json"
    return CarerDesk(store.carers, store, store.reminders, desk.clock, ZONE, path)


def words(seen: Seen, language: str = "en") -> list[str]:
    return [Phrases.of(language).render(say.key, say.args) for say in seen.says]


def test_who_is_not_allowed_is_shown_nothing_and_the_wearer_is_asked(carers: CarerDesk, store: Store) -> None:
    store.reminders.add(PILLS).result(LIMIT_S)
    for sight in Sight:
        refused = carers.see("Olga", sight)
        assert not refused.allowed and refused.facts == {}
        assert words(refused) == ["That is not allowed. The wearer can hear that Olga asked."]
    assert len(store.carers.untold()) == 3


def test_the_look_is_on_the_card_before_anything_is_looked_up(
    desk: Desk, store: Store, tmp_path: Path
) -> None:
    """So whoever is killed in between has a look in the log that nobody had, never the other way round."""
    reminders, memory = Spy(store.reminders, store), Spy(store, store)
    carers = CarerDesk(store.carers, memory, reminders, desk.clock, ZONE, tmp_path / "none")
    carers.allow("Olga", tuple(Sight))
    for sight in Sight:
        carers.see("Olga", sight)
    asked = [*reminders.log, *memory.log]
    assert asked and all(deeds[0] is Deed.LOOKED for deeds in asked)


def test_on_a_full_disk_nothing_is_looked_up(desk: Desk, store: Store, tmp_path: Path) -> None:
    reminders, memory = Spy(store.reminders, store), Spy(store, store)
    carers = CarerDesk(store.carers, memory, reminders, desk.clock, ZONE, tmp_path / "none")
    carers.allow("Olga", tuple(Sight))
    with filling_disk() as disk:
        for sight in Sight:
            disk.room = 0
            with pytest.raises(NoRoom):
                carers.see("Olga", sight)
    assert reminders.log == memory.log == []


def test_what_was_missed_done_or_waits_and_what_comes(carers: CarerDesk, store: Store, desk: Desk) -> None:
    pills, gas, third = (store.reminders.add(one).result(LIMIT_S) for one in (PILLS, GAS, PILLS))
    store.reminders.keep(
        [
            Occurrence(pills, EIGHT, 2, EIGHT, acknowledged=EIGHT + 60),
            Occurrence(gas, EIGHT, 4, EIGHT, missed=EIGHT + 1800),
            Occurrence(third, EIGHT, 1, EIGHT),
            Occurrence(pills, EIGHT - 3 * 86400, 1, EIGHT - 3 * 86400, missed=EIGHT - 3 * 86400),
        ]
    ).result(LIMIT_S)
    carers.allow("Olga")
    assert words(carers.see("Olga", Sight.REMINDERS)) == [
        "Missed, today at 8 o'clock in the morning. Is the gas off?",
        "Waits for an answer, today at 8 o'clock in the morning. Heart pills.",
        "Noted as done, today at 8 o'clock in the morning. Heart pills.",
        "Next, tomorrow at 8 o'clock in the morning. Heart pills.",
    ]


def test_of_things_only_those_that_were_taught(carers: CarerDesk, store: Store, desk: Desk) -> None:
    store.teach(KEYS, [Descriptor("m1", b"1234")]).result(LIMIT_S)
    store.remember([seen("bottle", "bedroom", desk.now - 60), seen("keys", "bath", desk.now - 60)]).result(
        LIMIT_S
    )
    carers.allow("Olga", (Sight.THINGS,))
    assert words(carers.see("Olga", Sight.THINGS)) == ["I have not seen your keys."]
    store.remember([seen("keys", "kitchen table", desk.now - 1200, owner="my")]).result(LIMIT_S)
    shown = carers.see("Olga", Sight.THINGS)
    assert words(shown) == ["Your keys: on the kitchen table, twenty minutes ago."]
    assert "bottle" not in json.dumps(shown.facts)


def test_who_teaches_a_cup_is_not_shown_every_cup(carers: CarerDesk, store: Store, desk: Desk) -> None:
    """The camera knows cups by itself, so where any cup stands is the wearer's own."""
    for cup in (Owned("cup"), Owned("cup", "my")):
        store.teach(cup, [Descriptor("m1", b"1234")]).result(LIMIT_S)
    store.remember([seen("cup", "bedroom", desk.now - 60)]).result(LIMIT_S)
    carers.allow("Olga", (Sight.THINGS,))
    assert words(carers.see("Olga", Sight.THINGS)) == ["I have not seen your cup."]


def test_nothing_is_shown_of_people(carers: CarerDesk, store: Store) -> None:
    takes = [Descriptor("f1", bytes([take]) * 4) for take in range(5)]
    store.people.enrol("Zacharias", "yes", takes).result(LIMIT_S)
    carers.allow("Olga", tuple(Sight))
    shown = [carers.see("Olga", sight) for sight in Sight]
    assert "Zacharias" not in json.dumps([[words(each), each.facts] for each in shown])


def test_what_the_wearer_took_back_by_key_no_command_gives(carers: CarerDesk, store: Store) -> None:
    carers.allow("Olga")
    store.carers.deny("Olga", Sight.REMINDERS, by_key=True).result(LIMIT_S)
    with pytest.raises(BadCarer, match="only the wearer"):
        carers.allow("Olga")
    store.carers.close_to_all(True).result(LIMIT_S)
    assert words(carers.see("Ben", Sight.DEVICE)) == [
        "The wearer wants nobody to look. Please ask in person."
    ]


def test_the_same_in_russian(carers: CarerDesk, store: Store) -> None:
    store.reminders.add(PILLS).result(LIMIT_S)
    carers.allow("Ольга")
    assert words(carers.see("Ольга", Sight.REMINDERS), "ru") == [
        "Следующее напоминание завтра в 8 часов утра. Heart pills."
    ]


# --- how the device is ---------------------------------------------------------------------------------------


def test_a_running_device_tells_battery_and_faults(carers: CarerDesk, tmp_path: Path, desk: Desk) -> None:
    carers.allow("Olga")
    assert words(carers.see("Olga", Sight.DEVICE)) == ["The device was not switched on here yet."]
    file = ConditionFile(tmp_path / "state" / "condition.json")
    file.note(PartLost(at=0.0, part=Part.CAMERA, reason="camera_lost"))
    file.note(PartLost(at=0.0, part=Part.POD, reason="pod_lost"))
    file.note(PartFound(at=0.0, part=Part.POD))
    file.note(BatteryMeasured(at=0.0, percent=40, millivolts=3700))
    file.write(desk.now, True)
    assert words(carers.see("Olga", Sight.DEVICE)) == [
        "The device is switched on.",
        "Battery 40 percent.",
        "One fault.",
        "The camera is gone. Check its cable.",
    ]
    file.write(desk.now, True, ends=True)
    file.close()
    assert words(carers.see("Olga", Sight.DEVICE))[0] == (
        "The device is switched off. It last told something today at 9 o'clock in the morning."
    )


def test_a_killed_device_does_not_run(tmp_path: Path) -> None:
    path = tmp_path / "condition.json"
    script = (
        "import sys, pathlib, chestnut.runtime.condition as c\n"
        "file = c.ConditionFile(pathlib.Path(sys.argv[1])); file.write(1.0, True)\n"
        "print('on', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == b"on\n"
        assert condition.read(path) == (Condition(1.0), True)
        process.kill()
    assert condition.read(path) == (Condition(1.0), False)


def test_a_folder_that_cannot_be_written_costs_only_this(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = ConditionFile(tmp_path / "file" / "condition.json")
    file.write(1.0, True)
    file.close()
    assert condition.read(file.path) == (None, False)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_after_the_clock_was_set_back_nothing_was_tomorrow(
    carers: CarerDesk, store: Store, tmp_path: Path, desk: Desk
) -> None:
    carers.allow("Olga")
    file = ConditionFile(tmp_path / "state" / "condition.json")
    file.write(desk.now, True)
    file.close()
    carers.see("Olga", Sight.DEVICE)
    desk.now -= 86400
    assert [act.when for act in carers.log()] == [None] * 3
    assert words(carers.see("Olga", Sight.DEVICE))[0] == "The device is switched off."


def test_a_file_nobody_wrote_is_none(carers: CarerDesk, tmp_path: Path) -> None:
    path = tmp_path / "state" / "condition.json"
    path.parent.mkdir()
    carers.allow("Olga")
    for at, faults in ((-9e10, []), (9e10, ["carer_looked", "camera_lost", "none"])):
        path.write_text(json.dumps({"at": at, "sure": True, "battery": 5, "faults": faults}))
        assert words(carers.see("Olga", Sight.DEVICE))
    path.unlink()
    os.mkfifo(path)
    assert words(carers.see("Olga", Sight.DEVICE)) == ["The device was not switched on here yet."]


def test_who_looks_while_it_starts_does_not_hide_that_it_runs(tmp_path: Path) -> None:
    """Who looks holds the lock for a moment, and the device may start in that moment."""
    path = tmp_path / "condition.json"
    looking = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT)
    fcntl.flock(looking, fcntl.LOCK_EX)
    file = ConditionFile(path)
    os.close(looking)
    file.write(1.0, True)
    assert condition.read(path) == (Condition(1.0), True)
    file.close()


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["at", "battery", "faults", "sure", "x"]), inner, max_size=5)
    ),
)


@given(json_data)
def test_whatever_stands_in_the_file_is_read_or_refused(data: Any) -> None:
    found = condition.parse(json.dumps(data))
    assert found is None or (
        isinstance(found.at, float) and all(isinstance(one, str) for one in found.faults)
    )


@given(st.text())
def test_what_is_no_json_is_nothing(text: str) -> None:
    condition.parse(text)
