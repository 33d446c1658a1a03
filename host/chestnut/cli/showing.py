"""From files, pictures or videos, to what each of them teaches of one thing or one place."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chestnut_models.errors import ModelError

from chestnut.cli.answer import Answer, WrongUse
from chestnut.core.scene import Frame, Refusal
from chestnut.core.teaching import LEAST_TAKES
from chestnut.devices.pictures import ENDINGS, BadPicture, load_picture
from chestnut.devices.video_frames import video_frames
from chestnut.perception.lessons import Lessons
from chestnut.perception.light import judge
from chestnut.runtime.assemble.eyes import EyesMissing, open_own

EVERY_S = 0.5  # of a video
MOST = 12  # pictures of one video
WHY = {
    Refusal.TOO_DARK: "it is too dark",
    Refusal.TOO_BRIGHT: "it is too bright",
    Refusal.TOO_BLURRED: "it is blurred",
    Refusal.COVERED: "nothing is seen",
}
SAME, ODD = "same", "odd"


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture. take: its number in the lessons, 0 when it cannot be used. why: a stable key, "" when it can."""

    file: str
    take: int = 0
    why: str = ""
    told: str = ""


def enough(
    name: str, files: Sequence[str], answer: Answer, *, place: bool = False
) -> tuple[Lessons, list[Shown]]:
    """Shown well enough to be taught. WrongUse tells what is wrong with which picture."""
    try:
        lessons = Lessons(open_own())
    except EyesMissing as error:
        raise WrongUse(str(error)) from error
    shown = show(files, lessons, answer, place=place)
    answer.facts["pictures"] = [
        {"file": each.file, "unfit": each.why or None, "taken": each.take > 0} for each in shown
    ]
    answer.shown = [each.told for each in shown if each.told]
    count = sum(each.take > 0 for each in shown)
    if count < LEAST_TAKES:
        why = "".join(f"; {line}" for line in answer.shown)
        raise WrongUse(
            f"{count} of the pictures can be used, {LEAST_TAKES} are needed; "
            f"give more pictures of {name}{why}"
        )
    return lessons, shown


def show(files: Sequence[str], lessons: Lessons, answer: Answer, *, place: bool = False) -> list[Shown]:
    """WrongUse for what is no picture and no video, or without the model. What repeats another picture, or does
    not look like the others, is not used."""
    shown: list[Shown] = []
    takes: list[int] = []
    odd: tuple[int, ...] = ()
    try:
        with answer.timed("see"):
            for name, frame in _frames(files):
                refusal = judge(frame).refusal
                if refusal is not None:
                    shown.append(Shown(name, 0, refusal.value, f"{name} is not used: {WHY[refusal]}"))
                    continue
                take, flagged = lessons.take(frame, takes, place=place)
                if take:
                    takes.append(take)
                    odd = flagged
                    shown.append(Shown(name, take))
                else:
                    told = f"{name} is not used: it shows no more than another picture"
                    shown.append(Shown(name, 0, SAME, told))
    except BadPicture as error:
        raise WrongUse(str(error)) from error
    except ModelError as error:
        raise WrongUse(str(error)) from error
    return [
        replace(each, take=0, why=ODD, told=f"{each.file} is not used: it does not look like the others")
        if each.take in odd
        else each
        for each in shown
    ]


def _frames(files: Sequence[str]) -> Iterator[tuple[str, Frame]]:
    for file in files:
        if Path(file).suffix.lower() in ENDINGS or Path(file).is_dir():
            yield file, Frame(1, time.monotonic(), load_picture(file))
        else:
            yield from _of_video(file)


def _of_video(file: str) -> Iterator[tuple[str, Frame]]:
    """MOST of them at most, over the whole video."""
    kept: list[Frame] = []
    every_s = EVERY_S
    for frame in video_frames(file):
        if not kept or frame.at - kept[-1].at >= every_s:
            kept.append(frame)
        if len(kept) > 2 * MOST:  # a long one: every other picture will do
            kept, every_s = kept[::2], 2 * every_s
    step = max(1.0, len(kept) / MOST)
    for at in range(min(MOST, len(kept))):
        frame = kept[int(at * step)]
        yield f"{file} at {frame.at:.1f} s", frame
