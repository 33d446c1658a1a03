"""When is a scene looked at? Usage: PYTHONPATH=tests python -m bench.settling [FOLDER OF PHOTOGRAPHS]

A camera on a chest is imitated over photographs: it sways with the breath, trembles, brightens by itself, is noisy,
is turned slowly and quickly; things are put into view; somebody goes through it. The bounds of perception/settle.py
were chosen on the first half of the pictures ("set on"); what counts is the other half.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from chestnut.core.scene import Frame
from chestnut.perception.settle import Settle
from chestnut_tests.rendered.pictures import Picture, filled, pasted, pose
from chestnut_tests.rendered.things import MAKERS

from bench.recognition import photographs

HZ = 5.0
WIDTH_PX, HEIGHT_PX = 640, 480
AROUND = 1.5  # the pictures are so much larger than what the camera sees of them
SETTLED_S = 2.0
SHUTTER_S = 1 / 60
SIZES = (0.06, 0.1, 0.15, 0.25)  # of things, shares of the picture's height
CALM_S = 30.0


@dataclass(frozen=True, slots=True)
class Chest:
    """How it moves the camera. sway_px, roll: of a breath; tremble_px: from frame to frame; drift: of the brightness,
    a share; noise: of 255."""

    sway_px: float
    roll: float
    tremble_px: float
    drift: float
    noise: float


def any_chest(chance: np.random.Generator) -> Chest:
    return Chest(
        sway_px=chance.uniform(1, 7),
        roll=chance.uniform(0, 0.008),
        tremble_px=chance.uniform(0.1, 0.7),
        drift=chance.uniform(0, 0.15),
        noise=chance.uniform(2, 6),
    )


class Camera:
    """Gives what it sees at a time, each call 1 / HZ later."""

    def __init__(self, chest: Chest, chance: np.random.Generator) -> None:
        self._chest, self._chance = chest, chance
        self._phase = chance.uniform(0, 2 * np.pi)
        self._number = 0

    @property
    def at(self) -> float:
        return self._number / HZ

    def see(self, scene: Picture, aim_px: tuple[float, float] = (0, 0), blur_px: float = 0) -> Frame:
        """scene: AROUND times as large as the frame. aim_px: off its middle. blur_px: sideways, of a turn."""
        chest, breath = self._chest, np.sin(2 * np.pi * 0.25 * self.at + self._phase)
        matrix = cv2.getRotationMatrix2D(
            (scene.shape[1] / 2, scene.shape[0] / 2), float(np.degrees(chest.roll * breath)), 1
        )
        shake = self._chance.normal(0, chest.tremble_px, 2)
        matrix[:, 2] += (
            WIDTH_PX / 2 - scene.shape[1] / 2 - aim_px[0] + shake[0] + 0.3 * chest.sway_px * breath,
            HEIGHT_PX / 2 - scene.shape[0] / 2 - aim_px[1] + shake[1] + chest.sway_px * breath,
        )
        seen = cv2.warpAffine(scene, matrix, (WIDTH_PX, HEIGHT_PX), borderMode=cv2.BORDER_REFLECT)
        if blur_px >= 2:
            seen = cv2.blur(seen, (round(blur_px), 1))
        bright = 1 + chest.drift * np.sin(2 * np.pi * self.at / 17 + self._phase)
        noisy = seen * bright + self._chance.normal(0, chest.noise, seen.shape)
        self._number += 1
        return Frame(self._number, self.at, np.clip(noisy, 0, 255).astype(np.uint8))


def scene_of(picture: Picture) -> Picture:
    return filled(picture, round(AROUND * WIDTH_PX), round(AROUND * HEIGHT_PX))


@dataclass(slots=True)
class Rates:
    """first: shares looked at within SETTLED_S. slow, quick: looks a second while the camera is turned. calm: looks a
    minute at an unchanged scene, beside the first. put, taken: shares noticed within SETTLED_S, by size. passing:
    looks while somebody goes through, and in the six seconds after."""

    first: list[float] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)
    quick: list[float] = field(default_factory=list)
    calm: list[float] = field(default_factory=list)
    put: dict[float, list[float]] = field(default_factory=lambda: {size: [] for size in SIZES})
    taken: dict[float, list[float]] = field(default_factory=lambda: {size: [] for size in SIZES})
    passing: list[float] = field(default_factory=list)


def looks(settle: Settle, seen: Callable[[float], Frame], seconds: float, once: bool = False) -> int:
    """How many in that time. seen: by the share of the time that has passed."""
    count, steps = 0, round(seconds * HZ)
    for step in range(steps):
        frame = seen(step / steps)
        if settle.is_worth(frame):
            settle.looked(frame)
            count += 1
            if once:
                break
    return count


def with_thing(scene: Picture, size: float, chance: np.random.Generator) -> Picture:
    """Put within the frame that is in the scene's middle."""
    lies = replace(
        pose(chance),
        x=0.5 + chance.uniform(-0.3, 0.3) / AROUND,
        y=0.5 + chance.uniform(-0.3, 0.3) / AROUND,
        size=size / AROUND * 1.3,  # of its square the thing fills about three quarters
        shade=1.0,
        blur_px=0.3,
    )
    names = list(MAKERS)
    return pasted(names[chance.integers(len(names))], scene, lies)[0]


def with_person(scene: Picture, share: float) -> Picture:
    """A dark upright shape with a lighter head, from the left to the right."""
    made = scene.copy()
    height, width = made.shape[:2]
    x = round((0.05 + 0.9 * share) * width)
    cv2.ellipse(
        made, (x, round(0.7 * height)), (width // 11, round(0.35 * height)), 0, 0, 360, (60, 50, 70), -1
    )
    cv2.circle(made, (x, round(0.3 * height)), width // 22, (190, 150, 130), -1)
    return made


def measure(pictures: Sequence[Picture], seed: int = 8) -> Rates:
    chance = np.random.default_rng(seed)
    rates = Rates()
    for picture in pictures:
        measure_one(scene_of(picture), chance, rates)
    return rates


def measure_one(scene: Picture, chance: np.random.Generator, rates: Rates) -> None:
    camera = Camera(any_chest(chance), chance)

    def still(shown: Picture) -> Callable[[float], Frame]:
        return lambda _: camera.see(shown)

    def turned(speed_px_s: float) -> Callable[[float], Frame]:
        return lambda share: camera.see(scene, (speed_px_s * (share - 0.5), 0), speed_px_s * SHUTTER_S)

    def looked_at(shown: Picture) -> Settle:
        settle = Settle()
        looks(settle, still(shown), SETTLED_S, once=True)
        return settle

    rates.slow.append(looks(Settle(), turned(70), 1.0))
    rates.quick.append(looks(Settle(), turned(300), 1.0))
    rates.first.append(looks(Settle(), still(scene), SETTLED_S, once=True))
    rates.calm.append(looks(looked_at(scene), still(scene), CALM_S) / CALM_S * 60)
    for size in SIZES:
        laid = with_thing(scene, size, chance)
        rates.put[size].append(looks(looked_at(scene), still(laid), SETTLED_S, once=True))
        rates.taken[size].append(looks(looked_at(laid), still(scene), SETTLED_S, once=True))
    settle = looked_at(scene)
    passing = looks(settle, lambda share: camera.see(with_person(scene, share)), 4.0)
    rates.passing.append(passing + looks(settle, still(scene), 6.0))


def milliseconds(pictures: Sequence[Picture], width: int, height: int) -> float:
    settle, taken = Settle(), []
    for number in range(60):
        frame = Frame(number, number / HZ, filled(pictures[0], width, height))
        started = time.perf_counter()
        if settle.is_worth(frame):
            settle.looked(frame)
        taken.append((time.perf_counter() - started) * 1e3)
    return statistics.median(taken)


def tell(name: str, rates: Rates) -> None:
    mean = statistics.mean
    print(
        f"{name}: settled scenes looked at within {SETTLED_S:.0f} s {mean(rates.first):.0%}; "
        f"looks a minute at an unchanged one {mean(rates.calm):.1f} (most {max(rates.calm):.0f}); "
        f"a second while turned slowly {mean(rates.slow):.2f}, quickly {mean(rates.quick):.2f}; "
        f"while somebody passes {mean(rates.passing):.1f}"
    )
    for size in SIZES:
        print(
            f"  a thing of {size:.0%} of the height: put {mean(rates.put[size]):.0%}, "
            f"taken {mean(rates.taken[size]):.0%} noticed within {SETTLED_S:.0f} s"
        )


def main() -> None:
    pictures = photographs(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    tell(f"set on, {len(pictures[::2])} pictures", measure(pictures[::2]))
    tell(f"not set on, {len(pictures[1::2])} pictures", measure(pictures[1::2], seed=9))
    for width, height in ((640, 480), (1280, 720)):
        print(f"a frame of {width} x {height}: {milliseconds(pictures, width, height):.2f} ms")


if __name__ == "__main__":
    main()
