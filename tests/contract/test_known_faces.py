"""The real face embedding on real pictures: those inside scikit-image and matplotlib, and the team's photographs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import chestnut_models
import cv2
import matplotlib
import numpy as np
import pytest
import skimage.data as skimage_data
from chestnut.core.memory import Descriptor
from chestnut.core.people import Acquaintance, Known, Unfit
from chestnut.core.scene import Frame
from chestnut.devices.pictures import load_picture
from chestnut.perception.known_faces import MODEL, NUMBERS, FaceTaken, KnownFaces
from chestnut.perception.matching import Gallery, different, of_one_person, vectors
from chestnut_models import ModelDamaged, ModelMissing

Picture = Any


@pytest.fixture(scope="module")
def known_faces() -> Iterator[KnownFaces]:
    detector = KnownFaces(
        chestnut_models.path("face_full_range.tflite"), chestnut_models.path("faceres.onnx")
    )
    yield detector
    detector.close()


See = Callable[[Picture], tuple[FaceTaken, ...]]


@pytest.fixture(scope="module")
def see(known_faces: KnownFaces) -> See:
    return lambda rgb: known_faces.see(Frame(1, 0.0, rgb))


def astronaut() -> Picture:
    return skimage_data.astronaut()


def admiral() -> Picture:
    """Grace Hopper; matplotlib's sample, a photograph of the US Navy."""
    return load_picture(str(Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"))


def resized(rgb: Picture, scale: float) -> Picture:
    return cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def tilted(rgb: Picture, degrees: float) -> Picture:
    height, width = rgb.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(rgb, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)


def lit(rgb: Picture, gamma: float) -> Picture:
    return (255 * (rgb / 255.0) ** gamma).astype(np.uint8)


def mirrored(rgb: Picture) -> Picture:
    return np.ascontiguousarray(rgb[:, ::-1])


def takes(see: See, rgb: Picture) -> tuple[Descriptor, ...]:
    """Five of one face."""
    shown = [rgb, tilted(rgb, 8), tilted(rgb, -8), lit(rgb, 0.7), resized(rgb, 0.75)]
    found = [see(picture)[0].descriptor for picture in shown]
    assert None not in found
    return tuple(take for take in found if take is not None)


def enrolled(name: str, see: See, rgb: Picture) -> Acquaintance:
    return Acquaintance(name, "for a test", 0.0, takes(see, rgb))


def test_a_face_becomes_numbers_of_length_one(see: See) -> None:
    (face,) = see(astronaut())
    assert face.unfit is None and face.good and face.descriptor is not None
    assert face.descriptor.model == MODEL
    vector = np.frombuffer(face.descriptor.vector, "<f4")
    assert vector.shape == (NUMBERS,) and np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    x, y = face.box.centre
    assert 0.38 < x < 0.5 and 0.15 < y < 0.3


@pytest.mark.parametrize("name", ["coffee", "chelsea", "coins", "brick"])
def test_where_is_no_face_nothing_is_described(see: See, name: str) -> None:
    rgb = getattr(skimage_data, name)()
    assert see(np.dstack([rgb] * 3) if rgb.ndim == 2 else rgb) == ()


def test_the_same_face_in_another_size_light_and_tilt_is_alike(see: See) -> None:
    (face,) = see(astronaut())
    assert face.descriptor is not None
    for other in (takes(see, astronaut()), (see(mirrored(astronaut()))[0].descriptor,)):
        cosines = vectors([take for take in other if take]) @ vectors([face.descriptor])[0]
        assert cosines.min() > 0.85


def test_takes_of_one_person_are_told_from_those_of_two(see: See) -> None:
    hers, others = takes(see, astronaut()), takes(see, admiral())
    assert of_one_person(hers) and of_one_person(others)
    assert not of_one_person((*hers[:4], others[0]))
    assert len(different((*hers, hers[0], hers[3]))) == len(hers)


@pytest.mark.parametrize("version", [lambda rgb: rgb, mirrored, lambda rgb: lit(rgb, 1.8)])
def test_one_enrolled_person_does_not_swallow_the_others(
    see: See, version: Callable[[Picture], Picture]
) -> None:
    for own, stranger in ((astronaut, admiral), (admiral, astronaut)):
        gallery = Gallery([enrolled("somebody", see, own())], MODEL)
        for face in see(version(stranger())):
            assert face.descriptor is None or gallery.match(face.descriptor).known is Known.STRANGER


def test_of_two_enrolled_people_each_gets_the_own_name(see: See) -> None:
    gallery = Gallery([enrolled("Eileen", see, astronaut()), enrolled("Grace", see, admiral())], MODEL)
    for name, rgb in (("Eileen", astronaut()), ("Grace", admiral())):
        (face,) = see(lit(resized(rgb, 0.9), 1.4))
        assert face.descriptor is not None and gallery.match(face.descriptor).name == name


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        (lambda rgb: resized(rgb, 0.3), Unfit.SMALL),
        (lambda rgb: cv2.GaussianBlur(rgb, (0, 0), 3), Unfit.BLURRED),
        (lambda rgb: cv2.blur(rgb, (17, 1)), Unfit.BLURRED),  # shaken along one direction
        (lambda rgb: (rgb * 0.1).astype(np.uint8), Unfit.DARK),
        (lambda rgb: np.clip(rgb * 0.05 + 90, 0, 255).astype(np.uint8), Unfit.DARK),  # mist
        (lambda rgb: np.clip(rgb.astype(int) * 4, 0, 255).astype(np.uint8), Unfit.BRIGHT),
        (lambda rgb: rgb[:, 222:], Unfit.CUT),
        (lambda rgb: rgb[118:], Unfit.CUT),
    ],
)
def test_a_face_that_is_badly_seen_is_not_described(
    see: See, spoilt: Callable[[Picture], Picture], why: Unfit
) -> None:
    """It may also be lost altogether; then there is nobody to be named either."""
    for face in see(np.ascontiguousarray(spoilt(astronaut()))):
        assert face.descriptor is None and not face.good
        assert face.unfit in (why, Unfit.HIDDEN)


def tiny_faces() -> list[Picture]:
    """scikit-image's part of Labeled Faces in the Wild: 100 grey faces, 25 pixels a side."""
    return [np.asarray(face * 255, np.uint8) for face in skimage_data.lfw_subset()[:100]]


def test_hundred_tiny_faces_are_too_small(see: See) -> None:
    for tiny in tiny_faces():
        for face in see(np.dstack([np.pad(tiny, 60, mode="reflect")] * 3)):
            assert face.descriptor is None and face.unfit is not None


def test_hundred_tiny_faces_enlarged_are_nobody(see: See) -> None:
    """Most stay blurred; those that pass for sharp are still strangers."""
    galleries = [Gallery([enrolled("somebody", see, rgb)], MODEL) for rgb in (astronaut(), admiral())]
    described = []
    for tiny in tiny_faces():
        large = np.pad(cv2.resize(tiny, None, fx=8, fy=8), 300, mode="reflect")
        described += [face.descriptor for face in see(np.dstack([large] * 3)) if face.descriptor]
    assert len(described) < 40
    assert not any(gallery.match(take).name for gallery in galleries for take in described)


def test_the_largest_faces_come_first(see: See) -> None:
    rgb = np.zeros((512, 900, 3), np.uint8)
    rgb[:, 388:] = astronaut()
    rgb[:256, :256] = resized(astronaut(), 0.5)
    faces = see(rgb)
    assert len(faces) == 2 and faces[0].box.width > faces[1].box.width > 0
    assert faces[0].box.left > 0.5 > faces[1].box.right


def test_a_model_that_is_missing_or_another_is_named(tmp_path: Path) -> None:
    faces = chestnut_models.path("face_full_range.tflite")
    with pytest.raises(ModelMissing, match=r"faceres\.onnx is missing: run make models"):
        KnownFaces(faces, tmp_path / "faceres.onnx")
    damaged = tmp_path / "faceres.onnx"
    damaged.write_bytes(b"not a model")
    with pytest.raises(ModelDamaged, match="damaged"):
        KnownFaces(faces, damaged)
    with pytest.raises(ModelDamaged, match="another model"):
        KnownFaces(faces, chestnut_models.path("nanodet.onnx"))


@pytest.mark.data
def test_a_person_is_known_again_on_another_photograph(see: See, data_dir: Path) -> None:
    first, second = (
        load_picture(str(data_dir / "photos" / f"face_official_{number}.jpg")) for number in (1, 2)
    )
    gallery = Gallery([enrolled("the official", see, first), enrolled("Eileen", see, astronaut())], MODEL)
    (face,) = see(second)
    assert face.descriptor is not None
    match = gallery.match(face.descriptor)
    assert match.name == "the official" and match.score > 0.7


@pytest.mark.data
def test_strangers_on_the_photographs_get_no_name(see: See, data_dir: Path) -> None:
    """Everybody on them, plain and mirrored, against each of three people enrolled alone."""
    official = load_picture(str(data_dir / "photos" / "face_official_1.jpg"))
    galleries = [
        Gallery([enrolled("somebody", see, rgb)], MODEL) for rgb in (official, astronaut(), admiral())
    ]
    tried = 0
    for path in sorted((data_dir / "photos").glob("*.jpg")):
        if path.stem.startswith("face_official"):
            continue
        for rgb in (load_picture(str(path)), mirrored(load_picture(str(path)))):
            for face in see(rgb):
                for gallery in galleries:
                    if face.descriptor is not None:
                        tried += 1
                        assert not gallery.match(face.descriptor).name, path.name
    assert tried >= 30
