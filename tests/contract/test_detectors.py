"""The real detectors on real pictures: those scikit-image ships, and the team's photographs."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import chestnut_models
import numpy as np
import pytest
import skimage.data as skimage_data
from chestnut.core.ports import Detector
from chestnut.core.scene import Box, Frame
from chestnut.perception.faces import Faces
from chestnut.perception.hands import Hands
from chestnut.perception.known_faces import KnownFaces
from chestnut.perception.objects import SEEN, Objects
from chestnut.perception.people import people
from chestnut.perception.trust import nameable

MAKERS: dict[str, tuple[str, Callable[[Path], Detector]]] = {
    "objects": ("nanodet.onnx", Objects),
    "faces": ("face_full_range.tflite", Faces),
    "hands": ("hand_landmarker.task", Hands),
    "hands of a stream": ("hand_landmarker.task", lambda path: Hands(path, stream=True)),
    "known faces": (
        "faceres.onnx",
        lambda path: KnownFaces(chestnut_models.path("face_full_range.tflite"), path),
    ),
}


def picture(name: str) -> np.ndarray:
    found = getattr(skimage_data, name)()
    return np.ascontiguousarray(np.dstack([found] * 3) if found.ndim == 2 else found[:, :, :3])


def frame(rgb: np.ndarray, number: int = 1) -> Frame:
    return Frame(number, number / 30, rgb)


@pytest.fixture(scope="module")
def objects() -> Iterator[Objects]:
    detector = Objects(chestnut_models.path("nanodet.onnx"))
    yield detector
    detector.close()


@pytest.fixture(scope="module")
def faces() -> Iterator[Faces]:
    detector = Faces(chestnut_models.path("face_full_range.tflite"))
    yield detector
    detector.close()


@pytest.fixture(scope="module")
def hands() -> Iterator[Hands]:
    detector = Hands(chestnut_models.path("hand_landmarker.task"))
    yield detector
    detector.close()


@pytest.fixture(params=MAKERS, scope="module")
def detector(request: pytest.FixtureRequest) -> Iterator[Detector]:
    file, make = MAKERS[request.param]
    made = make(chestnut_models.path(file))
    yield made
    made.close()


# -- what every detector must do


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 500), (500, 1), (8, 8), (7, 2000)])
def test_tiny_pictures_hold_nothing(detector: Detector, shape: tuple[int, int]) -> None:
    assert detector.see(frame(np.full((*shape, 3), 128, np.uint8))) == ()


def test_even_pictures_hold_nothing(detector: Detector) -> None:
    for level in (0, 128, 255):
        assert detector.see(frame(np.full((240, 320, 3), level, np.uint8))) == ()


def test_a_huge_picture_is_seen_like_a_small_one(faces: Faces, objects: Objects, hands: Hands) -> None:
    astronaut = picture("astronaut")
    huge = frame(np.repeat(np.repeat(astronaut, 24, 0), 24, 1)[:12000, :12000])
    hands.see(huge)
    assert len(people(faces.see(huge), objects.see(huge))) == 1
    assert faces.see(huge)[0].box.iou(faces.see(frame(astronaut))[0].box) > 0.8


@pytest.mark.parametrize(
    ("rgb", "said"),
    [
        (np.zeros((0, 0, 3), np.uint8), "is empty"),
        (np.zeros((4, 0, 3), np.uint8), "is empty"),
        (np.zeros((40, 40), np.uint8), r"shape \(40, 40\) of uint8: expected"),
        (np.zeros((40, 40, 4), np.uint8), "expected"),
        (np.zeros((40, 40, 3), np.float32), "of float32: expected"),
        (None, "holds NoneType"),
    ],
)
def test_what_is_no_picture_is_refused(detector: Detector, rgb: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        detector.see(Frame(7, 0.0, rgb))


def test_a_view_of_a_picture_will_do(detector: Detector) -> None:
    astronaut = picture("astronaut")
    mirrored = astronaut[:, ::-1]
    assert not mirrored.flags.c_contiguous
    assert detector.see(frame(mirrored)) == detector.see(frame(mirrored.copy()))


def test_the_picture_is_left_as_it_was(detector: Detector) -> None:
    astronaut = picture("astronaut")
    before = astronaut.copy()
    detector.see(frame(astronaut))
    np.testing.assert_array_equal(astronaut, before)


@pytest.mark.parametrize("made", MAKERS)
def test_closing_twice_leaves_no_thread(made: str) -> None:
    before = set(threading.enumerate())
    file, make = MAKERS[made]
    detector = make(chestnut_models.path(file))
    detector.see(frame(picture("astronaut")))
    detector.close()
    detector.close()
    assert set(threading.enumerate()) == before


@pytest.mark.parametrize("made", MAKERS)
def test_a_missing_model_names_the_remedy(made: str, tmp_path: Path) -> None:
    with pytest.raises(chestnut_models.ModelMissing, match="run make models"):
        MAKERS[made][1](tmp_path / MAKERS[made][0])


@pytest.mark.parametrize("made", MAKERS)
@pytest.mark.parametrize("damage", ["half", "empty", "noise"])
def test_a_damaged_model_names_the_remedy(made: str, damage: str, tmp_path: Path) -> None:
    file, make = MAKERS[made]
    data = chestnut_models.path(file).read_bytes()
    noise = np.random.default_rng(1).integers(0, 256, 5000).astype(np.uint8).tobytes()
    (tmp_path / file).write_bytes({"half": data[: len(data) // 2], "empty": b"", "noise": noise}[damage])
    with pytest.raises(chestnut_models.ModelDamaged, match="is damaged: run make models"):
        make(tmp_path / file)


@pytest.mark.parametrize("made", ["faces", "hands"])
def test_a_missing_system_library_is_not_called_a_damaged_model(
    made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(*_: object) -> None:
        raise OSError("libGLESv2.so.2: cannot open shared object file")

    from mediapipe.tasks.python.core import mediapipe_c_bindings

    file, make = MAKERS[made]
    monkeypatch.setattr(mediapipe_c_bindings, "load_shared_library", absent)
    with pytest.raises(chestnut_models.ModelMissing, match=r"libGLESv2.*apt install libgles2"):
        make(chestnut_models.path(file))


# -- what they see


def test_the_astronauts_face(faces: Faces) -> None:
    (face,) = faces.see(frame(picture("astronaut")))
    assert face.score > 0.6
    assert face.box.iou(Box(0.33, 0.12, 0.55, 0.38)) > 0.5


@pytest.mark.parametrize("name", ["chelsea", "coffee", "rocket", "brick", "page", "text", "coins"])
def test_no_face_where_there_is_none(faces: Faces, name: str) -> None:
    assert [face for face in faces.see(frame(picture(name))) if face.score >= 0.6] == []


@pytest.mark.parametrize(
    ("name", "wanted", "count"),
    [
        ("astronaut", set(), 1),
        ("camera", set(), 1),
        ("chelsea", {"cat"}, 0),
        ("coffee", {"cup"}, 0),
        ("rocket", set(), 0),
        ("page", set(), 0),
        ("brick", set(), 0),
        ("grass", set(), 0),
        ("moon", set(), 0),
    ],
)
def test_things_and_people_of_known_pictures(
    objects: Objects, faces: Faces, hands: Hands, name: str, wanted: set[str], count: int
) -> None:
    """Exactly what is there and nothing else, plain and mirrored."""
    for rgb in (picture(name), picture(name)[:, ::-1]):
        things = objects.see(frame(rgb))
        assert {thing.label for thing in nameable(things)} == wanted
        assert len(people(faces.see(frame(rgb)), things, hands.see(frame(rgb)))) == count


def test_boxes_follow_the_picture_and_not_its_mirror(objects: Objects) -> None:
    coffee = picture("coffee")
    (cup,) = [thing for thing in nameable(objects.see(frame(coffee))) if thing.label == "cup"]
    wide = np.hstack([np.full_like(coffee, 90), coffee])
    (right,) = [thing for thing in objects.see(frame(wide)) if thing.label == "cup"]
    assert right.box.left > 0.5
    assert (right.box.left - 0.5) * 2 == pytest.approx(cup.box.left, abs=0.12)


def test_things_are_sorted_and_inside_the_picture(objects: Objects) -> None:
    things = objects.see(frame(picture("coffee")))
    assert [thing.score for thing in things] == sorted((thing.score for thing in things), reverse=True)
    assert all(0 <= side <= 1 for thing in things for side in (thing.box.left, thing.box.bottom))
    assert all(thing.score >= SEEN for thing in things)


# -- the team's photographs


def photo(data_dir: Path, name: str) -> np.ndarray:
    import cv2

    return cv2.cvtColor(cv2.imread(str(data_dir / "photos" / name)), cv2.COLOR_BGR2RGB)


@pytest.mark.data
def test_a_raised_thumb(hands: Hands, data_dir: Path) -> None:
    (hand,) = hands.see(frame(photo(data_dir, "hand_thumb_up.jpg")))
    assert hand.handedness in ("left", "right")
    assert len(hand.landmarks) == 21
    thumb, little = hand.landmarks[4], hand.landmarks[20]
    assert thumb[1] < little[1] - 0.2


@pytest.mark.data
def test_a_hand_is_followed_through_a_stream(data_dir: Path) -> None:
    rgb = photo(data_dir, "hand_thumb_up.jpg")
    detector = Hands(chestnut_models.path("hand_landmarker.task"), stream=True)
    try:
        # Frames that carry one and the same time must not upset it.
        seen = [detector.see(Frame(number, 5.0, np.roll(rgb, 4 * number, 1))) for number in range(6)]
    finally:
        detector.close()
    assert all(len(found) == 1 for found in seen)
    assert seen[-1][0].box.left > seen[0][0].box.left


@pytest.mark.data
def test_a_mug_that_fills_the_picture_is_not_called_something_else(objects: Objects, data_dir: Path) -> None:
    assert {thing.label for thing in nameable(objects.see(frame(photo(data_dir, "mug_close.jpg"))))} <= {
        "cup"
    }


@pytest.mark.data
def test_the_photographs_keep_the_two_limits(data_dir: Path, project_dir: Path) -> None:
    command = [sys.executable, "bench/photos.py", str(data_dir / "photos")]
    done = subprocess.run(command, cwd=project_dir, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "NOT THERE" not in done.stdout


@pytest.mark.data
@pytest.mark.parametrize("change", ["mirrored", "darker", "smaller", "cropped"])
def test_the_number_of_people_holds(
    objects: Objects, faces: Faces, hands: Hands, data_dir: Path, change: str
) -> None:
    changes: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "mirrored": lambda rgb: rgb[:, ::-1],
        "darker": lambda rgb: (rgb * 0.45).astype(np.uint8),
        "smaller": lambda rgb: rgb[::2, ::2],
        "cropped": lambda rgb: rgb[rgb.shape[0] // 12 :, rgb.shape[1] // 12 :],
    }
    counted = {}
    for name in ("face_official_1", "two_people_mug", "family_of_three", "restaurant", "cat", "dinner_table"):
        seen = frame(changes[change](photo(data_dir, f"{name}.jpg")))
        counted[name] = len(people(faces.see(seen), objects.see(seen), hands.see(seen)))
    assert list(counted.values()) == [1, 2, 3, 3, 0, 0]
