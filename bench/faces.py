"""How often a stranger gets a name, and how often an enrolled person is known, on the faces in folders of pictures.

Run: python -m bench.faces FOLDER…  The pictures of scikit-image and matplotlib that show a face are always added.
Pictures named NAME_1, NAME_2 … with one face that is not in the background show one person; every other face is taken
for a person of its own. Each face is shown in VERSIONS: another light, size, turn, noise, its mirror image.

Enrolled are the five TAKES of one picture of everybody. Strangers are tried against each person alone (nobody else is
known: does everybody become that person?) and against all the others together. What is not fit to be recognised
counts as nameless, as on the device. A tiny test: the counts are printed with every share.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from chestnut.core.memory import Descriptor
from chestnut.core.people import Acquaintance, Known
from chestnut.core.scene import Box, Frame
from chestnut.devices.pictures import BadPicture, load_picture
from chestnut.perception.known_faces import MODEL, FaceTaken, KnownFaces
from chestnut.perception.matching import Gallery
from chestnut.runtime.assemble.eyes import open_faces

Picture = Any
NOISE = np.random.default_rng(0)


def resized(scale: float) -> Callable[[Picture], Picture]:
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return lambda rgb: cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=way)


def turned(degrees: float) -> Callable[[Picture], Picture]:
    def turn(rgb: Picture) -> Picture:
        height, width = rgb.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        return cv2.warpAffine(rgb, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)

    return turn


def lit(gamma: float) -> Callable[[Picture], Picture]:
    return lambda rgb: (255 * (rgb / 255.0) ** gamma).astype(np.uint8)


def blurred(pixels: float) -> Callable[[Picture], Picture]:
    return lambda rgb: cv2.GaussianBlur(rgb, (0, 0), pixels)


def noisy(rgb: Picture) -> Picture:
    return np.clip(rgb + NOISE.normal(0, 12, rgb.shape), 0, 255).astype(np.uint8)


def mirrored(rgb: Picture) -> Picture:
    return np.ascontiguousarray(rgb[:, ::-1])


def packed(rgb: Picture) -> Picture:
    """As a bad JPEG."""
    return cv2.imdecode(cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, 35])[1], cv2.IMREAD_UNCHANGED)


VERSIONS: dict[str, Callable[[Picture], Picture]] = {
    "as it is": lambda rgb: rgb,
    "mirrored": mirrored,
    "half": resized(0.5),
    "third": resized(0.34),
    "larger": resized(1.3),
    "tilted left": turned(12),
    "tilted right": turned(-12),
    "darker": lit(2.0),
    "dark": lit(3.5),
    "brighter": lit(0.55),
    "warm": lambda rgb: np.clip(rgb * np.array([1.15, 1.0, 0.75]), 0, 255).astype(np.uint8),
    "grey": lambda rgb: np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2),
    "noisy": noisy,
    "packed": packed,
    "soft": blurred(1.5),
    "blurred": blurred(4.0),
}
TAKES = ("as it is", "larger", "tilted left", "tilted right", "brighter")


@dataclass(slots=True)
class Shown:
    """One face of one picture. takes: what came of it in each version; a version in which it is lost is left out."""

    person: str
    picture: str
    takes: dict[str, FaceTaken] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    what: str
    count: int
    of: int
    highest: float = 0.0

    def __str__(self) -> str:
        share = 100 * self.count / self.of if self.of else 0.0
        top = f", highest likeness {self.highest:.2f}" if self.highest else ""
        return f"{self.what:64} {self.count:5} of {self.of:6} = {share:5.2f} %{top}"


def person_of(picture: Path) -> str:
    """NAME of NAME_1."""
    found = re.fullmatch(r"(.+)_\d+", picture.stem)
    return found[1] if found else ""


def show(detector: KnownFaces, path: Path, times: list[float]) -> list[Shown]:
    """The faces of a picture, in every version."""
    rgb = load_picture(path)
    plain = [face for face in detector.see(Frame(1, 0.0, rgb)) if face.descriptor is not None]
    named = person_of(path)
    shown = [
        Shown(named if named and place == 0 else f"{path.stem} #{place}", path.stem)
        for place in range(len(plain[:1] if named else plain))
    ]
    for name, version in VERSIONS.items():
        picture = version(rgb)
        before = time.perf_counter()
        faces = detector.see(Frame(1, 0.0, picture))
        if faces:
            times.append((time.perf_counter() - before) * 1e3 / len(faces))
        for face, one in zip(plain, shown, strict=False):
            wanted = _moved(face.box, name, rgb.shape[0], rgb.shape[1])
            near = max(faces, key=lambda seen: seen.box.iou(wanted), default=None)
            if near is not None and near.box.iou(wanted) > 0.3:
                one.takes[name] = near
    return shown


def _moved(box: Box, version: str, height: int, width: int) -> Box:
    """Where a face lies after the picture was mirrored or turned."""
    if version == "mirrored":
        return Box(1 - box.right, box.top, 1 - box.left, box.bottom)
    if not version.startswith("tilted"):
        return box
    degrees = 12 if version.endswith("left") else -12
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    x, y = matrix @ (box.centre[0] * width, box.centre[1] * height, 1)
    x, y = x / width, y / height
    return Box(x - box.width / 2, y - box.height / 2, x + box.width / 2, y + box.height / 2)


def enrolled(name: str, shown: Shown) -> Acquaintance | None:
    """From the TAKES of one picture; None when one of them is unfit."""
    faces = [shown.takes[take] for take in TAKES if take in shown.takes]
    takes = tuple(face.descriptor for face in faces if face.descriptor is not None)
    return Acquaintance(name, "a test", 0.0, takes) if len(takes) == len(TAKES) else None


def measure(shown: list[Shown]) -> list[Share]:
    known: dict[str, Acquaintance] = {}
    shown_first: dict[str, Shown] = {}
    for one in shown:
        person = enrolled(one.person, one) if one.person not in known else None
        if person is not None:
            known[one.person], shown_first[one.person] = person, one
    alone = {name: Gallery([person], MODEL) for name, person in known.items()}
    without = {
        name: Gallery([one for one in known.values() if one.name != name], MODEL)
        for name in {one.person for one in shown}
    }
    everybody = Gallery(list(known.values()), MODEL)

    counts: dict[str, list[float]] = {}
    tops: dict[str, float] = {}

    def count(what: str, hit: bool, score: float = 0.0) -> None:
        counts.setdefault(what, []).append(float(hit))
        tops[what] = max(tops.get(what, 0.0), score)

    for one in shown:
        first = one is shown_first.get(one.person)
        for version, face in one.takes.items():
            seen: Descriptor | None = face.descriptor
            for name, gallery in alone.items():
                if name != one.person:
                    match = gallery.match(seen) if seen else None
                    score = match.score if match else 0.0
                    count("strangers named, one person enrolled", bool(match and match.name), score)
                    count(
                        "strangers left open (no name), one person enrolled",
                        bool(match and match.known is Known.UNSURE),
                    )
            match = without[one.person].match(seen) if seen else None
            count(
                "strangers named, all others enrolled",
                bool(match and match.name),
                match.score if match else 0.0,
            )
            if one.person not in known or (first and version in TAKES):
                continue
            match = everybody.match(seen) if seen else None
            where = "another version of an enrolled picture" if first else "another picture"
            right = bool(match and match.name == one.person)
            count(f"known again, {where}", right)
            if seen:
                count(f"known again, {where}, where the face is fit", right)
            count("given another person's name", bool(match and match.name and not right))
    return [Share(what, int(sum(hits)), len(hits), tops[what]) for what, hits in counts.items()]


def measure_face(rgb: Picture, count: int) -> list[float]:
    """Milliseconds of each look at a picture with one face, on one thread."""
    detector = open_faces()
    times = []
    try:
        for look in range(-2, count):  # the first two warm up
            began = time.perf_counter()
            detector.see(Frame(look, 0.0, rgb))
            if look >= 0:
                times.append((time.perf_counter() - began) * 1e3)
    finally:
        detector.close()
    return times


def pictures(folders: list[Path]) -> list[Path]:
    import matplotlib
    import skimage

    found = [
        path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in (".jpg", ".png")
    ]
    found.append(Path(skimage.__file__).parent / "data" / "astronaut.png")
    found.append(Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg")
    return [path for path in found if path.is_file()]


def main() -> None:
    times: list[float] = []
    shown: list[Shown] = []
    detector = open_faces()
    try:
        for path in pictures([Path(folder) for folder in sys.argv[1:]]):
            try:
                shown += show(detector, path, times)
            except BadPicture as error:
                print(error, file=sys.stderr)
    finally:
        detector.close()
    people = {one.person for one in shown}
    print(f"{len(shown)} faces of {len(people)} people, {len(VERSIONS)} versions each")
    for share in measure(shown):
        print(share)
    print(f"{statistics.median(times):.1f} ms a face, one thread, the search in the whole picture included")


if __name__ == "__main__":
    main()
