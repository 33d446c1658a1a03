"""chestnut who and people, as they are run: real model, real pictures, a memory in a folder of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import matplotlib
import numpy as np
import pytest
import skimage.data
from chestnut_tests.commands import answer, chestnut, error
from PIL import Image

CHESTNUT = Path(sys.executable).parent / "chestnut"
CONSENT = "Eileen was asked by the author of this test"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """eileen_0 to 4 are good, blurred and small are not, grace is somebody else."""
    folder = tmp_path_factory.mktemp("faces")
    plain = skimage.data.astronaut()
    height, width = plain.shape[:2]

    def tilted(degrees: float) -> np.ndarray:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        return cv2.warpAffine(plain, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)

    shown = [plain, tilted(8), tilted(-8), (255 * (plain / 255.0) ** 0.7).astype(np.uint8)]
    shown.append(cv2.resize(plain, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA))
    for number, rgb in enumerate(shown):
        Image.fromarray(rgb).save(folder / f"eileen_{number}.png")
    Image.fromarray(cv2.GaussianBlur(plain, (0, 0), 4)).save(folder / "blurred.png")
    Image.fromarray(cv2.resize(plain, None, fx=0.3, fy=0.3)).save(folder / "small.png")
    Image.fromarray((plain * 0.04).astype(np.uint8)).save(folder / "dark.png")
    Image.fromarray(np.hstack([plain, plain])).save(folder / "two.png")
    Image.fromarray(skimage.data.chelsea()).save(folder / "cat.png")
    grace = Image.open(Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg")
    grace.save(folder / "grace.png")
    return folder


@pytest.fixture(scope="module")
def memory(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eileen is enrolled in it."""
    path = tmp_path_factory.mktemp("memory") / "memory.db"
    files = [pictures / f"eileen_{number}.png" for number in range(5)]
    data = answer("people", "enrol", "Eileen", *files, "--consent", CONSENT, "--db", path)
    assert data["said"] == ["I will know Eileen again."]
    assert data["facts"]["consent"] == CONSENT
    return path


def test_who_is_enrolled_is_named(pictures: Path, memory: Path) -> None:
    data = answer("who", pictures / "eileen_0.png", "--db", memory)
    assert data["said"] == ["Eileen ahead, near."]
    (face,) = data["facts"]["faces"]
    assert (face["known"], face["name"]) == ("sure", "Eileen") and face["likeness"] > 0.9
    assert answer("who", pictures / "eileen_1.png", "--db", memory, "--lang", "ru")["said"] == [
        "Впереди, близко, Eileen."
    ]


def test_it_is_a_command(pictures: Path, memory: Path) -> None:
    command = [CHESTNUT, "who", pictures / "eileen_0.png", "--db", memory]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert (result.stdout, result.stderr) == ("Eileen ahead, near.\n", "")


def test_who_is_not_enrolled_is_somebody_not_known(pictures: Path, memory: Path) -> None:
    data = answer("who", pictures / "grace.png", "--db", memory)
    assert data["said"] == ["Someone I don't know ahead, near."] and data["refused"] is None
    assert data["facts"]["faces"][0]["name"] is None


@pytest.mark.parametrize("name", ["blurred", "small", "dark"])
def test_who_is_badly_seen_gets_no_name(pictures: Path, memory: Path, name: str) -> None:
    data = answer("who", pictures / f"{name}.png", "--db", memory)
    assert "Eileen" not in json.dumps(data["said"])
    assert data["refused"] in ("unsure", "too_blurred", "too_dark")


def test_nobody_is_nobody(pictures: Path, memory: Path) -> None:
    data = answer("who", pictures / "cat.png", "--db", memory)
    assert data["said"] == ["I see nobody."] and data["facts"]["faces"] == []


def test_no_traits_are_told_of_anybody(pictures: Path, memory: Path) -> None:
    for name in ("eileen_0", "grace"):
        told = json.dumps(answer("who", pictures / f"{name}.png", "--db", memory)).lower()
        assert not any(trait in told for trait in ('"age', "gender", '"sex', "emotion", "race", "origin"))


def test_the_list_tells_consent_and_date(memory: Path) -> None:
    (person,) = answer("people", "list", "--db", memory)["facts"]["people"]
    assert person["name"] == "Eileen" and person["consent"] == CONSENT and person["pictures"] == 5
    assert len(person["consented"]) == len("2026-11-23")
    assert CONSENT in chestnut("people", "list", "--db", memory)[1]


def test_without_consent_nobody_is_enrolled(pictures: Path, tmp_path: Path) -> None:
    files = [pictures / f"eileen_{number}.png" for number in range(5)]
    path = tmp_path / "memory.db"
    assert "--consent" in error("people", "enrol", "Eileen", *files, "--db", path)
    assert "consent is empty" in error("people", "enrol", "Eileen", *files, "--consent", " ", "--db", path)
    assert not path.exists()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (["eileen_0"], "1 of the pictures can be used, 5 are needed"),
        (["eileen_0"] * 5, "1 of the pictures can be used, 5 are needed"),  # five times the same
        (["eileen_0", "eileen_1", "eileen_2", "eileen_3", "blurred"], "blurred.png: the face is blurred"),
        (["eileen_0", "eileen_1", "eileen_2", "eileen_3", "small"], "small.png: the face is too small"),
        (["eileen_0", "eileen_1", "eileen_2", "eileen_3", "cat"], "cat.png shows no face"),
        (["eileen_0", "eileen_1", "eileen_2", "eileen_3", "two"], "two.png shows several faces"),
        (["eileen_0", "eileen_1", "eileen_2", "eileen_3", "grace"], "do not all show one face"),
        (["eileen_0", "nothing"], "nothing.png"),
    ],
)
def test_what_is_not_five_pictures_of_one_person_is_refused(
    pictures: Path, tmp_path: Path, files: list[str], said: str
) -> None:
    paths = [pictures / f"{name}.png" for name in files]
    path = tmp_path / "memory.db"
    assert said in error("people", "enrol", "Eileen", *paths, "--consent", "yes", "--db", path)
    assert not path.exists()


def test_a_name_belongs_to_one_person(pictures: Path, memory: Path) -> None:
    files = [pictures / f"eileen_{number}.png" for number in range(5)]
    status, _, err = chestnut("people", "enrol", "eileen", *files, "--consent", "yes", "--db", memory)
    assert status == 2 and "enrolled already: choose another name" in err


def test_a_look_alike_is_told_and_then_neither_is_named(pictures: Path, tmp_path: Path) -> None:
    files = [pictures / f"eileen_{number}.png" for number in range(5)]
    path = tmp_path / "memory.db"
    answer("people", "enrol", "Eileen", *files, "--consent", "yes", "--db", path)
    data = answer("people", "enrol", "Twin", *files, "--consent", "yes", "--db", path)
    assert data["facts"]["alike"] == ["Eileen"] and "looks much like Eileen" in data["said"][1]
    assert answer("who", pictures / "eileen_0.png", "--db", path)["refused"] == "unsure"


def test_a_person_is_renamed_and_forgotten(pictures: Path, tmp_path: Path) -> None:
    files = [pictures / f"eileen_{number}.png" for number in range(5)]
    path = tmp_path / "memory.db"
    answer("people", "enrol", "Person 1", *files, "--consent", "yes", "--db", path)
    assert answer("people", "rename", "person 1", "Айлин", "--db", path)["said"] == [
        "Person 1 is now called Айлин."
    ]
    assert answer("who", pictures / "eileen_0.png", "--db", path, "--lang", "ru")["said"] == [
        "Впереди, близко, Айлин."
    ]
    assert "give --yes" in error("people", "forget", "Айлин", "--db", path)
    assert answer("people", "forget", "айлин", "--yes", "--db", path)["said"] == ["Айлин is forgotten."]
    assert answer("people", "list", "--db", path)["said"] == ["I know nobody yet."]
    assert answer("who", pictures / "eileen_0.png", "--db", path)["said"] == [
        "Someone I don't know ahead, near."
    ]


def test_who_there_is_is_told_where_a_name_is_wrong(memory: Path) -> None:
    for way in (("rename", "Anna", "Vera"), ("forget", "Anna", "--yes")):
        said = error("people", *way, "--db", memory)
        assert "nobody called Anna is enrolled; chestnut people list tells" in said and "Eileen" not in said
