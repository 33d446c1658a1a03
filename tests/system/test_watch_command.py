"""chestnut watch: a folder or a video fills a memory, and chestnut recall answers from it."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
from chestnut.core.memory import LIKELY, Moment, Named, Owned, Taught
from chestnut.core.scene import Frame
from chestnut.memory.keys import KeyFile
from chestnut.memory.store import Store
from chestnut.perception.belongings import Belongings, descriptors
from chestnut.perception.descriptor import Describer
from chestnut.perception.recognition import Background
from chestnut_models.library import path as model_path
from chestnut_tests.rendered import rooms
from chestnut_tests.rendered.pictures import bytes_of, pasted, photograph, pose
from PIL import Image

CHESTNUT = Path(sys.executable).parent / "chestnut"
AT, LATER = "2026-11-23T08:00", "2026-11-23T08:20"


class Home:
    """A person's folders, and one of pictures."""

    def __init__(self, folder: Path) -> None:
        self.pictures = folder / "pictures"
        self.pictures.mkdir()
        self.db = folder / "memory.db"
        self.environment = {
            **os.environ,
            "TZ": "Europe/Berlin",
            "XDG_DATA_HOME": str(folder / "share"),
            "XDG_CONFIG_HOME": str(folder / "config"),
        }

    def put(self, **pictures: np.ndarray) -> None:
        for name, picture in pictures.items():
            Image.fromarray(picture).save(self.pictures / f"{name}.png")

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [CHESTNUT, *map(str, arguments), "--db", self.db],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=self.environment,
        )

    def answer(self, *arguments: str | Path) -> dict[str, Any]:
        result = self.run(*arguments, "--json")
        assert result.returncode == 0, result.stderr
        data: dict[str, Any] = json.loads(result.stdout)
        return data

    def store(self) -> Store:
        key = KeyFile(self.db.with_name(self.db.name + ".key"))
        return Store(self.db, key, lambda: Moment(1_790_000_000.0))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_folder_is_remembered_and_asked_for_and_a_second_time_changes_nothing(home: Home) -> None:
    home.put(a=skimage.data.coffee(), b=skimage.data.coffee(), c=skimage.data.coffee() // 24)
    (home.pictures / "d.jpg").write_bytes(b"no picture")
    for _ in range(2):
        told = home.answer("watch", home.pictures, "--at", AT, "--every", "60")
        assert told["said"] == ["A cup: seen, I do not know where."]
        facts = told["facts"]
        assert (facts["pictures"], facts["looks"]) == (4, 2)
        assert facts["skipped"] == {"too_dark": 1, "no_picture": 1}
        assert [entry["file"] for entry in facts["refused"]] == ["c.png", "d.jpg"]
        (row,) = facts["rows"]
        assert (row["first_seen"], row["last_seen"]) == (
            "2026-11-23T07:00:00+00:00",
            "2026-11-23T07:01:00+00:00",
        )
    asked = home.answer("recall", "где чашка", "--at", LATER, "--lang", "ru")
    assert asked["said"] == ["Чашка: видел девятнадцать минут назад, где — не знаю."]
    assert len(home.answer("recall", "cup", "--at", LATER)["facts"]["asked"][0]["found"]) == 1


def test_what_was_taught_and_named_is_known_again(home: Home) -> None:
    """The place is one of two that were named by views of it. What was taught is not in the picture, so it is not
    told."""
    coffee, rocket = photograph("coffee"), photograph("rocket")
    belongings = Belongings(Describer(model_path("efficientnet-lite0.onnx")), Background.load())
    views = {
        name: tuple(
            belongings.view(Frame(1, 0.0, np.ascontiguousarray(picture[cut:, cut:]))) for cut in (2, 12, 24)
        )
        for name, picture in (("kitchen table", coffee), ("hall", rocket))
    }
    grounds = [photograph(name) for name in ("brick", "grass", "gravel")]
    takes = descriptors([belongings.take(Frame(1, 0.0, ground)) for ground in grounds])
    belongings.close()
    store = home.store()
    for name, seen in views.items():
        store.name_place(name, Named(name, seen).views).result(timeout=60)
    store.teach(Owned("keys", "my"), Taught(Owned("keys", "my"), takes).takes).result(timeout=60)
    store.close()
    home.put(a=coffee)
    told = home.answer("watch", home.pictures, "--at", AT)
    assert told["said"] == ["A cup: on the kitchen table."]
    asked = home.answer("recall", "where is my mug", "--at", LATER)
    assert "on the kitchen table, twenty minutes ago" in " ".join(asked["said"])


def test_taught_keys_are_found_at_the_named_place_and_others_are_never_surely_them(
    home: Home, tmp_path: Path
) -> None:
    """All by commands: taught, the place named, watched on other pictures, asked for in two languages at once."""
    table = rooms.PLACES["kitchen table"]
    lies, stands = np.random.default_rng(1), np.random.default_rng(5)
    for number, ground in enumerate(("coffee", "brick", "grass", "gravel", "chelsea")):
        take = pasted("my keys", photograph(ground), replace(pose(lies), x=0.5, y=0.5, size=0.4))[0]
        Image.fromarray(take).save(tmp_path / f"take_{number}.png")
    for number in range(4):
        view = bytes_of(rooms.render(table, rooms.any_stand(stands), 640, 480))
        Image.fromarray(view).save(tmp_path / f"view_{number}.png")
    home.answer("things", "teach", "my keys", *sorted(tmp_path.glob("take_*")))
    home.answer("places", "name", "kitchen table", *sorted(tmp_path.glob("view_*")))
    chance = np.random.default_rng(11)
    seen: dict[str, dict[str, np.ndarray]] = {"my keys": {}, "other keys": {}}
    for number in range(7):
        room = bytes_of(rooms.render(table, rooms.any_stand(chance), 640, 480))
        lying = replace(pose(chance, (0.3, 0.45)), y=0.65)
        for bunch, pictures in seen.items():
            pictures[f"room_{number}"] = pasted(bunch, room, lying)[0]
    home.put(**{name: seen["other keys"][name] for name in ("room_4", "room_5", "room_6")})
    others = home.answer("watch", home.pictures, "--at", AT)
    assert all(row["confidence"] < LIKELY for row in others["facts"]["rows"])
    assert set(others["said"]) <= {"Perhaps your keys.", "I saw nothing to remember."}
    asked = home.answer("recall", "where are my ключи", "--at", "2026-11-23T08:40")
    assert asked["refused"] in ("not_seen", "unsure")
    home.put(**{name: seen["my keys"][name] for name in ("room_4", "room_5", "room_6")})
    told = home.answer("watch", home.pictures, "--at", AT)
    assert "Your keys: on the kitchen table." in told["said"]
    asked = home.answer("recall", "where are my ключи", "--at", "2026-11-23T08:40")
    assert asked["said"] == ["Your keys: on the kitchen table, twenty minutes ago."]


def test_without_anything_to_remember_it_says_so(home: Home) -> None:
    home.put(a=np.full((240, 320, 3), 128, np.uint8))
    told = home.answer("watch", home.pictures)
    assert told["said"] == ["I saw nothing to remember."] and told["facts"]["rows"] == []


def test_only_bad_pictures_are_an_honest_refusal(home: Home) -> None:
    home.put(a=skimage.data.coffee() // 24)
    told = home.answer("watch", home.pictures, "--lang", "ru")
    assert told["refused"] == "too_dark" and told["said"] == ["Запоминать было нечего."]


def video(path: Path, *stills: tuple[np.ndarray, int]) -> Path:
    """Ten pictures a second, each still so many times."""
    import cv2

    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10.0, (600, 400))
    for still, times in stills:
        bgr = cv2.cvtColor(cv2.resize(still, (600, 400)), cv2.COLOR_RGB2BGR)
        for _ in range(times):
            writer.write(bgr)
    writer.release()
    return path


def test_a_video_is_looked_at_when_it_settles(home: Home, tmp_path: Path) -> None:
    film = video(tmp_path / "home.avi", (skimage.data.chelsea(), 30), (skimage.data.coffee(), 40))
    told = home.answer("watch", film, "--at", AT)
    assert sorted(told["said"]) == ["A cat: seen, I do not know where.", "A cup: seen, I do not know where."]
    facts = told["facts"]
    assert facts["pictures"] == 14 and facts["looks"] < 5
    assert facts["skipped"] == {"not_settled": 14 - facts["looks"]}
    times = {row["thing"]["label"]: row["first_seen"] for row in facts["rows"]}
    assert "07:00:00" <= times["cat"][11:19] <= "07:00:02" and "07:00:03" <= times["cup"][11:19] <= "07:00:05"


def test_who_interrupts_keeps_what_was_seen(home: Home) -> None:
    home.put(a=skimage.data.coffee())
    for number in range(400):
        (home.pictures / f"b{number:03}.png").symlink_to(home.pictures / "a.png")
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [CHESTNUT, "watch", home.pictures, "--every", "60", "--db", home.db],
        env=home.environment,
        stdout=subprocess.PIPE,
        stderr=its_end,
        text=True,
    )
    os.close(its_end)
    heard = b""
    while heard.count(b"of 401 pictures") < 2:  # at its beginning, and after some looks
        heard += os.read(terminal, 1000)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    os.close(terminal)
    assert process.returncode == 130 and "Stopped. What was seen until now is kept." in out
    assert "A cup: seen, I do not know where." in out
    assert home.answer("recall", "cup")["refused"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing.mp4"], "there is no such"),
        (["{empty}"], "holds no pictures"),
        (["{pictures}", "--every", "0"], "--every cannot be"),
        (["{pictures}", "--every", "nan"], "--every cannot be"),
        (["{pictures}", "--at", "2999-01-01T00:00"], "yet to come"),
        (["{pictures}", "--at", "noon"], "is no time"),
        (["{text}"], "is not a video"),
        (["{none}"], "holds no pictures"),
        (["{text}", "--every", "60"], "--every is for a folder"),
    ],
)
def test_bad_input_is_one_line_that_names_the_remedy(
    home: Home, arguments: list[str], words: str, tmp_path: Path
) -> None:
    home.put(a=skimage.data.coffee(), b=skimage.data.coffee())
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.mp4").write_text("no video")
    places = {
        "empty": tmp_path / "empty",
        "pictures": home.pictures,
        "text": tmp_path / "text.mp4",
        "none": video(tmp_path / "none.avi"),
    }
    result = home.run("watch", *(argument.format(**places) for argument in arguments))
    assert result.returncode == 2 and words in result.stderr and len(result.stderr.splitlines()) == 1
    assert not home.db.exists(), "no memory is begun"


def test_without_its_models_it_begins_no_memory(home: Home, tmp_path: Path) -> None:
    home.put(a=skimage.data.coffee())
    home.environment["CHESTNUT_CACHE"] = str(tmp_path / "nothing")
    told = home.answer("watch", home.pictures)
    assert told["refused"] == "model_missing" and "make models" in told["facts"]["missing"]
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]


@pytest.mark.data
def test_real_photographs_are_remembered_where_their_things_lie(home: Home, data_dir: Path) -> None:
    for name in ("bedroom", "dinner_table", "mug_close", "restaurant", "two_people_mug", "family_of_three"):
        (home.pictures / f"{name}.jpg").symlink_to(data_dir / "photos" / f"{name}.jpg")
    told = home.answer("watch", home.pictures, "--at", AT, "--every", "3600")
    rows = {(row["thing"]["label"], row["place"]["near"]) for row in told["facts"]["rows"]}
    assert {("bottle", "dining table"), ("wine glass", "dining table"), ("cup", "dining table")} <= rows
    labels = {label for label, _ in rows}
    assert not {"person", "dining table", "couch", "bed"} & labels
    assert not {"vase", "toilet", "cell phone", "tie"} & labels, "what the detector only guesses is not kept"
    asked = home.answer("recall", "where is the bottle", "--at", "2026-11-23T09:20")
    assert asked["said"] == ["A bottle: next to the table, twenty minutes ago."]
