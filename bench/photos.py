"""What the device sees on photographs whose contents are known, as a table. usage: photos.py FOLDER

FOLDER holds pictures and INDEX.csv (columns file, persons, main_objects, what_a_person_sees). Status 1 when one of
the two limits is broken: at most one named thing that is not there over the whole set, and the number of people
right on all but one of the pictures with one to three persons.
"""

from __future__ import annotations

import csv
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
from chestnut.core.scene import Frame, Scene
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.runtime.assemble.eyes import open_eyes
from chestnut.skills.sentence import short_answer

WRONG_THINGS_ALLOWED = 1
WRONG_COUNTS_ALLOWED = 1
SEVERAL = 5  # from here on people are "several"
LOOKS = 3  # a picture's time is the median of so many looks

# Other words of INDEX.csv for what the detector calls by its own.
ALSO = {
    "cup": ("mug", "glass", "glasses", "cups"),
    "dining table": ("table", "desk"),
    "food": ("pasta", "pizza", "cake", "sandwich", "fruit", "meal"),
    "couch": ("sofa",),
    "tv": ("screen", "monitor"),
    "potted plant": ("plant", "flowers"),
    "book": ("books",),
}

See = Callable[[Frame], Scene]


@dataclass(frozen=True, slots=True)
class Photo:
    """A row of INDEX.csv. fewest, most: the numbers of people that are right. counts: it has one to three persons.
    described: all that a person sees, in small letters."""

    file: str
    fewest: int
    most: int
    counts: bool
    described: str


@dataclass(frozen=True, slots=True)
class Row:
    photo: Photo
    people: int
    named: tuple[str, ...]
    wrong: tuple[str, ...]
    milliseconds: float
    sentence: str

    @property
    def people_right(self) -> bool:
        return self.photo.fewest <= self.people <= self.photo.most


def read_index(path: Path) -> tuple[Photo, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_photo(row) for row in csv.DictReader(file))


def _photo(row: dict[str, str]) -> Photo:
    said = row["persons"].strip()
    number = int(re.findall(r"\d+", said)[0])
    described = f"{row['main_objects']} {row['what_a_person_sees']}".lower()
    if "only" in said:  # a hand or a finger is somebody's, but nobody is in view
        return Photo(row["file"], 0, 1, False, described)
    if said.startswith("about"):
        return Photo(row["file"], SEVERAL, sys.maxsize, False, described)
    return Photo(row["file"], number, number, 1 <= number <= 3, described)


def is_there(label: str, photo: Photo) -> bool:
    words = (label, *ALSO.get(label, ()))
    return any(re.search(rf"\b{re.escape(word)}s?\b", photo.described) for word in words)


def look_at(photo: Photo, folder: Path, number: int, see: See, say: Callable[[Scene], str] | None) -> Row:
    bgr = cv2.imread(str(folder / photo.file))
    if bgr is None:
        raise SystemExit(f"{folder / photo.file} is missing or not a picture")
    rgb, times = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), []
    for look in range(LOOKS):
        started = time.perf_counter()
        scene = see(Frame(number * LOOKS + look, time.monotonic(), rgb))
        times.append((time.perf_counter() - started) * 1000)
    named = tuple(thing.label for thing in scene.things)
    wrong = [label for label in dict.fromkeys(named) if not is_there(label, photo)]
    if scene.people and photo.most == 0:
        wrong.append("person")
    sentence = say(scene) if say else ""
    return Row(photo, len(scene.people), named, tuple(wrong), statistics.median(times), sentence)


def photos(folder: Path, see: See, say: Callable[[Scene], str] | None = None) -> int:
    """Print the table and return the exit status. see: a frame to a scene. say: a scene to the spoken sentence."""
    rows = [
        look_at(photo, folder, number, see, say)
        for number, photo in enumerate(read_index(folder / "INDEX.csv"))
    ]
    print(f"{'picture':26} {'people':>14}  {'ms':>5}  things named")
    for row in rows:
        most = (
            "+" if row.photo.most > 100 else f"-{row.photo.most}" if row.photo.most > row.photo.fewest else ""
        )
        mark = "" if row.people_right else " !"
        counted = f"{row.people} of {row.photo.fewest}{most}{mark}"
        line = f"{row.photo.file:26} {counted:>14}  {row.milliseconds:5.0f}  {', '.join(row.named) or '-'}"
        print(line + (f"   NOT THERE: {', '.join(row.wrong)}" if row.wrong else ""))
        if row.sentence:
            print(f"{'':26} {row.sentence}")
    wrong = sum(len(row.wrong) for row in rows)
    counted_rows = [row for row in rows if row.photo.counts]
    miscounted = sum(not row.people_right for row in counted_rows)
    print(f"named but not there: {wrong} (at most {WRONG_THINGS_ALLOWED})")
    of = f"{miscounted} of {len(counted_rows)} pictures with one to three"
    print(f"people wrong on {of} (at most {WRONG_COUNTS_ALLOWED})")
    return int(wrong > WRONG_THINGS_ALLOWED or miscounted > WRONG_COUNTS_ALLOWED)


def sentence(scene: Scene) -> str:
    """What the device would say, in both languages."""
    say = short_answer(scene)
    return "  ".join(Phrases.of(language).render(say.key, say.args) for language in LANGUAGES)


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or not (Path(arguments[0]) / "INDEX.csv").is_file():
        print("usage: photos.py FOLDER   (a folder with pictures and INDEX.csv)", file=sys.stderr)
        return 2
    eyes = open_eyes()
    try:
        return photos(Path(arguments[0]), eyes.see, sentence)
    finally:
        eyes.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
