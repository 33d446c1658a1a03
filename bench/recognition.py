"""How well taught things and named places are known again, and what a look costs. Run: python -m bench.recognition
[FOLDER], with PYTHONPATH=tests. FOLDER holds more photographs for things to lie on.

Things are rendered (chestnut_tests.rendered), or cut out of photographs, and laid on photographs and into rendered
rooms: five pictures with the thing in the middle teach it, others show it anywhere. Nobody's keys: what is told of
rendered keys is a hint, not a promise.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from chestnut.core.memory import Descriptor, Named, Owned, Taught
from chestnut.core.ports import Detector
from chestnut.core.scene import Box, Frame
from chestnut.devices.pictures import load_picture, pictures_in
from chestnut.perception.belongings import Belongings, descriptors
from chestnut.perception.descriptor import SIDE_PX, Describer
from chestnut.perception.recognition import Background
from chestnut.runtime.assemble.eyes import open_eyes
from chestnut_models.library import path as model_path
from chestnut_tests.rendered import rooms
from chestnut_tests.rendered.kinds import KINDS
from chestnut_tests.rendered.pictures import (
    PHOTOS,
    Picture,
    Pose,
    bytes_of,
    filled,
    moved,
    pasted,
    photograph,
    pose,
)

from bench.cutouts import cutouts, laid_anyhow

TAKES, SHOWN = 5, 4  # pictures that teach a thing, and that show it later
VIEWS, VISITS = 4, 8  # pictures that name a place, and that are of it later
SET_ON, HELD_OUT = (
    range(2),
    range(200, 205),
)  # seeds: of things like those the bounds were set on, and of others


@dataclass(slots=True)
class Counts:
    """Shares are of `shown`, for what was taught and shown, and of `not_shown`."""

    shown: int = 0
    sure: int = 0
    unsure: int = 0
    elsewhere: int = 0  # surely seen where it is not
    not_shown: int = 0
    false_sure: int = 0
    false_unsure: int = 0
    alike: int = 0  # looks at another thing of the same kind that was not taught
    taken_for: int = 0
    perhaps_taken_for: int = 0
    milliseconds: list[float] = field(default_factory=list)


def frame(picture: Picture) -> Frame:
    return Frame(1, 0.0, picture)


def photographs(folder: Path | None) -> list[Picture]:
    """Each of another scene: without pages of text, and without the second of two alike."""
    made = [photograph(name) for name in PHOTOS]
    for path in pictures_in(folder) if folder is not None else ():
        if not path.stem.startswith(("page_", "nutrition", "cat", "face_official_2")):
            made.append(filled(load_picture(path)))
    return made


def backgrounds(chance: np.random.Generator, folder: Path | None) -> list[Picture]:
    made = photographs(folder)
    for room in (*rooms.PLACES.values(), *(rooms.any_room(chance) for _ in range(8))):
        made.append(bytes_of(rooms.render(room, rooms.any_stand(chance), 640, 480)))
    return made


def in_other_light(picture: Picture, chance: np.random.Generator) -> Picture:
    """The camera's white balance is never the same."""
    return np.clip(picture * chance.uniform(0.9, 1.1, 3), 0, 255).astype(np.uint8)


Lay = Callable[[Picture, Pose, np.random.Generator], tuple[Picture, Box]]


@dataclass(frozen=True, slots=True)
class Item:
    """kind: only another of the same kind counts as alike. lay: it, into a picture."""

    name: str
    kind: str
    is_taught: bool
    lay: Lay


def rendered(chance: np.random.Generator) -> list[Item]:
    """Of each kind any one that is taught, and two that are not."""
    made = []
    for kind, maker in KINDS.items():
        for number in range(3):
            parts = maker(chance)
            made.append(
                Item(
                    f"{kind} {number}",
                    kind,
                    number == 0,
                    lambda ground, lies, _, parts=parts: pasted(parts, ground, lies),
                )
            )
    return made


def cut_out(folder: Path | None) -> list[Item]:
    """All taught: what they may be taken for are one another, and what is in the pictures they lie on."""
    return [
        Item(
            name,
            kind,
            True,
            lambda ground, lies, chance, thing=thing: laid_anyhow(thing, ground, lies, chance),
        )
        for name, (kind, thing) in cutouts(folder).items()
    ]


def taught(
    item: Item, belongings: Belongings, grounds: Sequence[Picture], chance: np.random.Generator
) -> Taught:
    takes = []
    for _ in range(TAKES):
        aim = replace(pose(chance, (0.35, 0.7)), x=chance.uniform(0.44, 0.56), y=chance.uniform(0.44, 0.56))
        picture, _ = item.lay(grounds[chance.integers(len(grounds))], aim, chance)
        takes.append(belongings.take(frame(in_other_light(picture, chance))))
    return Taught(Owned(item.name), descriptors(takes))


def is_there(box: Box, true: Box) -> bool:
    x, y = true.centre
    return box.left < x < box.right and box.top < y < box.bottom and box.area < 9 * max(true.area, 0.01)


def measure_things(
    belongings: Belongings,
    objects: Detector,
    items: Sequence[Item],
    grounds: Sequence[Picture],
    chance: np.random.Generator,
    shown: int = SHOWN,
    one_by_one: bool = False,
) -> Counts:
    """They are taught on one half of the grounds and shown on the other. one_by_one: each is taught alone, and all
    others of its kind count as never taught."""
    grounds = [grounds[number] for number in chance.permutation(len(grounds))]
    lessons, later = grounds[::2], grounds[1::2]
    known = {item.name: taught(item, belongings, lessons, chance) for item in items if item.is_taught}
    counts = Counts()
    for group in [[name] for name in known] if one_by_one else [list(known)]:
        belongings.know([known[name] for name in group], ())
        kinds = {item.name: item.kind for item in items if item.name in group}
        for item in items:
            for _ in range(shown):
                lies = replace(
                    pose(chance, (0.18, 0.5)), x=chance.uniform(0.15, 0.85), y=chance.uniform(0.2, 0.8)
                )
                picture, box = item.lay(later[chance.integers(len(later))], lies, chance)
                found = look(belongings, objects, in_other_light(picture, chance), counts)
                count(counts, found, kinds, item, box)
        for ground in later:
            shifted = moved(ground, zoom=chance.uniform(1, 1.3), shift=(chance.uniform(-0.1, 0.1), 0))
            found = look(belongings, objects, in_other_light(shifted, chance), counts)
            count(counts, found, kinds, None, None)
    return counts


def look(
    belongings: Belongings, objects: Detector, picture: Picture, counts: Counts
) -> dict[str, tuple[Box, bool]]:
    seen = frame(picture)
    detected = objects.see(seen)
    started = time.perf_counter()
    found = belongings.look(seen, detected)
    counts.milliseconds.append((time.perf_counter() - started) * 1e3)
    assert found is not None
    return {spotted.thing.label: (spotted.box, spotted.likeness.sure) for spotted in found.things}


def count(
    counts: Counts,
    found: dict[str, tuple[Box, bool]],
    kinds: dict[str, str],
    item: Item | None,
    box: Box | None,
) -> None:
    """kinds: of what is taught. item, box: what lies in the picture, and where."""
    for name, kind in kinds.items():
        at, sure = found.get(name, (None, False))
        unsure = at is not None and not sure
        if item is not None and item.name == name:
            counts.shown += 1
            there = at is not None and box is not None and is_there(at, box)
            counts.sure += sure and there
            counts.elsewhere += sure and not there
            counts.unsure += unsure
        elif item is not None and item.kind == kind:
            counts.alike += 1
            counts.taken_for += sure
            counts.perhaps_taken_for += unsure
        else:
            counts.not_shown += 1
            counts.false_sure += sure
            counts.false_unsure += unsure


def told(what: str, all_counts: Sequence[Counts]) -> str:
    """Means of all, and from the lowest to the highest of the single runs."""

    def share(part: str, whole: str) -> str:
        totals = [getattr(counts, whole) for counts in all_counts]
        parts = [getattr(counts, part) for counts in all_counts]
        each = [some / total for some, total in zip(parts, totals, strict=True) if total]
        if not each:
            return "none"
        spread = f" ({min(each):.1%} to {max(each):.1%})" if len(each) > 1 else ""
        return f"{sum(parts) / sum(totals):.1%}{spread} of {sum(totals)}"

    times = [time_ms for counts in all_counts for time_ms in counts.milliseconds]
    return (
        f"{what}: taught and shown: sure and there {share('sure', 'shown')}, unsure {share('unsure', 'shown')}, "
        f"sure but elsewhere {share('elsewhere', 'shown')}\n"
        f"  never taught, of the same kind: taken for it {share('taken_for', 'alike')}, "
        f"perhaps {share('perhaps_taken_for', 'alike')}\n"
        f"  not shown: sure {share('false_sure', 'not_shown')}, unsure {share('false_unsure', 'not_shown')}\n"
        f"  a look: {statistics.median(times):.0f} ms"
    )


@dataclass(frozen=True, slots=True)
class Places:
    """Shares. right, wrong, unsure: of visits to named places. strange: of visits to places nobody named, how many
    were given a name."""

    right: float
    unsure: float
    wrong: float
    strange: float


def measure_places(
    belongings: Belongings, chance: np.random.Generator, places: dict[str, rooms.Room], visits: int = VISITS
) -> Places:
    """Half of the rooms are named, then the other half."""
    names = list(places)
    counts: Counter[str] = Counter()
    for named in (names[::2], names[1::2]):
        known = []
        for name in named:
            views = [belongings.view(frame(visit(places[name], chance))) for _ in range(VIEWS)]
            known.append(Named(name, tuple(views)))
        belongings.know((), known)
        for name in names:
            for _ in range(visits):
                found = belongings.look(frame(visit(places[name], chance)))
                assert found is not None
                counts["named" if name in named else "strange"] += 1
                said = found.place_name
                if name in named:
                    counts["right"] += said == name
                    counts["wrong"] += said not in ("", name)
                    counts["unsure"] += not said and found.place is not None
                else:
                    counts["taken"] += bool(said)
    return Places(
        counts["right"] / counts["named"],
        counts["unsure"] / counts["named"],
        counts["wrong"] / counts["named"],
        counts["taken"] / counts["strange"],
    )


def visit(room: rooms.Room, chance: np.random.Generator, stand: rooms.Stand | None = None) -> Picture:
    """From another spot, in other light, with other things lying about."""
    lying = []
    for x, y in chance.uniform((-0.5, 1.2), (0.5, 1.8), (3, 2)):
        colour = tuple(chance.uniform(0.1, 0.9, 3))
        lying.append(rooms.Block((x, y, 0.9), (x + 0.1, y + 0.1, 0.9 + chance.uniform(0.05, 0.2)), colour))
    picture = bytes_of(rooms.render(room, stand or rooms.any_stand(chance), clutter=tuple(lying)))
    return moved(
        in_other_light(picture, chance), shade=chance.uniform(0.65, 1.25), blur_px=chance.uniform(0, 1.2)
    )


TABLES = ("kitchen table", "desk", "sofa", "brick corner")


def looking_down(chance: np.random.Generator) -> rooms.Stand:
    """Before the table, with little but its top in view."""
    return rooms.Stand(
        x_m=chance.uniform(-0.2, 0.2),
        y_m=chance.uniform(0.2, 0.5),
        yaw=chance.uniform(-0.2, 0.2),
        pitch=chance.uniform(-1.1, -0.85),
        roll=chance.uniform(-0.06, 0.06),
    )


def measure_tables(belongings: Belongings, chance: np.random.Generator, from_above: int) -> Places:
    """Rooms with a table, each named by views of the room, so many of them from above; then looked at from above.
    Every second is not named."""
    counts: Counter[str] = Counter()
    for named in (TABLES[::2], TABLES[1::2]):
        known = []
        for name in named:
            stands = [looking_down(chance) if view < from_above else None for view in range(VIEWS)]
            seen = [visit(rooms.PLACES[name], chance, stand) for stand in stands]
            known.append(Named(name, tuple(belongings.view(frame(picture)) for picture in seen)))
        belongings.know((), known)
        for name in TABLES:
            for _ in range(VISITS):
                found = belongings.look(frame(visit(rooms.PLACES[name], chance, looking_down(chance))))
                assert found is not None
                said, is_named = found.place_name, name in named
                counts["named" if is_named else "strange"] += 1
                counts["right"] += is_named and said == name
                counts["wrong"] += is_named and said not in ("", name)
                counts["unsure"] += is_named and not said and found.place is not None
                counts["taken"] += not is_named and bool(said)
    shares = [counts[part] / counts["named"] for part in ("right", "unsure", "wrong")]
    return Places(shares[0], shares[1], shares[2], counts["taken"] / counts["strange"])


CHANGES = {
    "a third nearer": {"zoom": 1.33},
    "aimed 15 % aside": {"shift": (0.15, 0.08)},
    "turned 10°": {"turn": 0.17},
    "half as bright": {"shade": 0.5},
    "a third brighter": {"shade": 1.33},
    "blurred, 3 px": {"blur_px": 3.0},
}


def measure_changes(belongings: Belongings, pictures: Sequence[Picture]) -> dict[str, tuple[float, float]]:
    """Each picture named as a place by one view, then changed: share that is known for sure, share of other pictures
    that is taken for it."""
    views = [
        Named(str(number), (belongings.view(frame(picture)),)) for number, picture in enumerate(pictures)
    ]
    result = {}
    for what, change in CHANGES.items():
        right = wrong = 0
        for number, picture in enumerate(pictures):
            changed = frame(moved(picture, **change))  # type: ignore[arg-type]
            belongings.know((), views)
            found = belongings.look(changed)
            right += found is not None and found.place_name == str(number)
            belongings.know((), [view for view in views if view.name != str(number)])
            found = belongings.look(changed)
            wrong += found is not None and bool(found.place_name)
        result[what] = right / len(pictures), wrong / len(pictures)
    return result


@dataclass(slots=True)
class Times:
    """Milliseconds. bare: the frame scaled by OpenCV and run through the network, nothing else; one: a descriptor of
    a frame; look: a place and things in a frame; known: the same with no thing taught."""

    bare: list[float] = field(default_factory=list)
    one: list[float] = field(default_factory=list)
    look: list[float] = field(default_factory=list)
    known: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Of the quicker quarters: a busy machine makes the others longer at random."""
        return statistics.quantiles(self.one)[0] / statistics.quantiles(self.bare)[0]


def measure_times(belongings: Belongings, describer: Describer, objects: Detector, count: int) -> Times:
    """In turns, so that a busy machine is unfair to all."""
    picture = photograph("coffee", 1280, 720)
    seen = frame(picture)
    detected = objects.see(seen)
    view: Descriptor = describer.see(seen)
    takes = descriptors([belongings.take(seen)] * 3)
    times = Times()

    def bare() -> None:
        half = cv2.resize(picture, (640, 360), interpolation=cv2.INTER_AREA)
        small = cv2.resize(half, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_LINEAR)
        ready = cv2.dnn.blobFromImage(small, 1 / 128, (SIDE_PX, SIDE_PX), (127, 127, 127))
        describer._session.run(["map"], {"picture": ready})

    def timed(into: list[float], work: object) -> None:
        started = time.perf_counter()
        work()  # type: ignore[operator]
        into.append((time.perf_counter() - started) * 1e3)

    for _ in range(count):
        timed(times.bare, bare)
        timed(times.one, lambda: describer.see(seen))
        belongings.know((), [Named("here", (view,))])
        timed(times.known, lambda: belongings.look(seen, detected))
        belongings.know([Taught(Owned("cup", "my"), takes)], [Named("here", (view,))])
        timed(times.look, lambda: belongings.look(seen, detected))
    return times


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    describer = Describer(model_path("efficientnet-lite0.onnx"))
    belongings = Belongings(describer, Background.load())
    eyes = open_eyes()
    try:
        objects = eyes.detectors["objects"]
        for what, seeds in (("rendered, as set on", SET_ON), ("rendered, held out", HELD_OUT)):
            found = []
            for seed in seeds:
                chance = np.random.default_rng(seed)
                items, grounds = rendered(chance), backgrounds(chance, folder)
                found.append(measure_things(belongings, objects, items, grounds, chance))
            print(told(what, found), flush=True)
        chance = np.random.default_rng(9)
        real = measure_things(
            belongings, objects, cut_out(folder), backgrounds(chance, folder), chance, one_by_one=True
        )
        print(told("cut out of photographs", [real]), flush=True)
        for seed in (4, 104, 105):
            chance = np.random.default_rng(seed)
            others = {f"room {number}": rooms.any_room(chance) for number in range(12)}
            for what, places in (
                ("rooms", measure_places(belongings, chance, rooms.PLACES)),
                ("random rooms", measure_places(belongings, chance, others)),
                ("tables from above, named by the room", measure_tables(belongings, chance, 0)),
                ("tables from above, two of the views too", measure_tables(belongings, chance, 2)),
            ):
                print(
                    f"places, seed {seed}, {what}: right {places.right:.0%}, unsure {places.unsure:.0%}, "
                    f"wrong {places.wrong:.1%}; of strange ones {places.strange:.1%} get a name",
                    flush=True,
                )
        for what, (right, wrong) in measure_changes(belongings, photographs(folder)).items():
            print(f"pictures {what}: known {right:.0%}, another taken for it {wrong:.0%}")
        times = measure_times(belongings, describer, objects, 60)
        for name in ("bare", "one", "known", "look"):
            print(f"{name}: {statistics.median(getattr(times, name)):.1f} ms")
        print(f"one / bare: {times.ratio:.2f}")
    finally:
        eyes.close()
        belongings.close()


if __name__ == "__main__":
    main()
