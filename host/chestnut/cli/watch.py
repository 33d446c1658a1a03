"""chestnut watch: what Companion would have remembered of a video, or of a folder of pictures."""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chestnut.cli.answer import INTERRUPTED, Answer, WrongUse
from chestnut.cli.common import settings_of
from chestnut.cli.opened import add_db, answer_of, made, say, time_of, told, utc
from chestnut.cli.watch_run import Run, tell
from chestnut.core.effects import Say
from chestnut.core.ports import Memory
from chestnut.core.scene import Frame
from chestnut.devices.pictures import ENDINGS, BadPicture, load_picture, pictures_in
from chestnut.devices.video_frames import video_frames
from chestnut.devices.video_length import video_length_s
from chestnut.perception.settle import Settle
from chestnut.runtime.assemble.eyes import Eyes, EyesMissing, open_watching_eyes
from chestnut.runtime.watching import Stays

EVERY_S = 600.0  # between two pictures of a folder: longer than a stay, for they may show different places
LONGEST_S = 30 * 24 * 3600.0
TOGETHER = 50  # looks written at once
REMARK_S = 2.0
UNSETTLED = "not_settled"  # the camera moved, or the scene was looked at already


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "watch", parents=[spoken], help="remember what a video or a folder of pictures shows"
    )
    add_db(command)
    command.add_argument("source", metavar="VIDEO_OR_FOLDER")
    command.add_argument(
        "--at",
        metavar="TIME",
        help="when it begins: 2026-11-23T10:00, or 10:00 of today (default: so that it ends now)",
    )
    command.add_argument(
        "--every",
        metavar="SECONDS",
        type=float,
        help=f"between two pictures of a folder (default: {EVERY_S:g}; a video has its own times)",
    )
    command.set_defaults(run=watch)


@told
def watch(options: argparse.Namespace) -> Answer:
    """facts: "pictures", of them "looks" were looked at; "skipped" counts why the others were not, "refused" names
    the files; "rows" are what the looks became, with the times of this run."""
    source = Path(options.source)
    answer = answer_of(options)
    begin, files = _begin(source, options)
    run = Run()
    try:
        with answer.timed("models"):
            eyes = open_watching_eyes()  # first: what cannot see begins no memory
        try:
            with made(options, answer) as memory:
                eyes = eyes.knowing(memory.things(), memory.places())
                _watch(source, begin, files, options, eyes, memory, run, answer)
        finally:
            eyes.close()
    except EyesMissing as error:
        say(answer, Say(error.reason))
        answer.refused, answer.facts["missing"] = "model_missing", str(error)
        return answer
    tell(run, answer)
    return answer


def _watch(
    source: Path,
    begin: float,
    files: Sequence[Path] | None,
    options: argparse.Namespace,
    eyes: Eyes,
    memory: Memory,
    run: Run,
    answer: Answer,
) -> None:
    answer.live = not options.json
    try:
        with answer.timed("watch"):
            if files is None:
                each_s = 1 / settings_of(options).watch.looks_per_second
                _watch_video(source, begin, each_s, eyes, memory, run, answer)
            else:
                _watch_pictures(files, begin, _every(options), eyes, memory, run, answer)
            run.write(memory)
    except KeyboardInterrupt:
        run.write(memory)
        say(answer, Say("watch_stopped"))
        answer.status = INTERRUPTED
        answer.facts["interrupted"] = True


def _begin(source: Path, options: argparse.Namespace) -> tuple[float, list[Path] | None]:
    """UTC seconds of the first picture, and the pictures; None for a video. WrongUse for what is neither, and for a
    time that has not come."""
    now = time.time()
    try:
        if source.is_dir():
            files: list[Path] | None = pictures_in(source)
        elif source.suffix.lower() in ENDINGS:
            files = [source]
        else:
            if options.every is not None:
                raise WrongUse(
                    "--every is for a folder of pictures; a video has its own times: leave it away"
                )
            files = None
            next(video_frames(source))  # it can be played, and has a picture
    except BadPicture as error:
        raise WrongUse(str(error)) from error
    lasts_s = video_length_s(source) if files is None else (len(files) - 1) * _every(options)
    begin = now - lasts_s if options.at is None else time_of(options.at)
    if begin + lasts_s > now + 1:
        raise WrongUse(
            f"the last picture would be of {utc(begin + lasts_s)}, which is yet to come; give an earlier --at"
        )
    return begin, files


def _every(options: argparse.Namespace) -> float:
    every_s = EVERY_S if options.every is None else float(options.every)
    if not (math.isfinite(every_s) and 1 <= every_s <= LONGEST_S):
        raise WrongUse(f"--every cannot be {options.every}: seconds, from 1 to {LONGEST_S:g}")
    return every_s


def _watch_pictures(
    files: Sequence[Path],
    begin: float,
    every_s: float,
    eyes: Eyes,
    memory: Memory,
    run: Run,
    answer: Answer,
) -> None:
    """Each is a settled scene of its own."""
    progress = _Progress(answer, f"{len(files)} pictures")
    for number, file in enumerate(files):
        progress.at(number)
        run.pictures += 1
        try:
            frame = Frame(number + 1, number * every_s, load_picture(file))
        except BadPicture as error:
            run.refuse(file.name, "no_picture", str(error))
            continue
        reason = _look(frame, begin, Stays(), eyes, run)
        if reason:
            run.refuse(file.name, reason)
        if len(run.waiting) >= TOGETHER:
            run.write(memory)


def _watch_video(
    source: Path, begin: float, each_s: float, eyes: Eyes, memory: Memory, run: Run, answer: Answer
) -> None:
    """As the device does: settled scenes alone, each once, and again now and then."""
    settle, stays, due_s = Settle(), Stays(), 0.0
    progress = _Progress(answer, f"{video_length_s(source):.0f} seconds")
    try:
        for frame in video_frames(source):
            if frame.at < due_s:
                continue
            due_s = frame.at + each_s
            progress.at(frame.at)
            run.pictures += 1
            if not settle.is_worth(frame):
                run.skipped[UNSETTLED] += 1
                continue
            reason = _look(frame, begin, stays, eyes, run)
            if reason:
                run.skipped[reason] += 1
            else:
                settle.looked(frame)
            if len(run.waiting) >= TOGETHER:
                run.write(memory)
    except BadPicture as error:
        run.write(memory)
        raise WrongUse(str(error)) from error


def _look(frame: Frame, begin: float, stays: Stays, eyes: Eyes, run: Run) -> str:
    """Why it was not looked at, or ""."""
    scene = eyes.see(frame)
    if scene.judged.refusal is not None:
        return str(scene.judged.refusal)
    run.looks += 1
    run.waiting += stays.of(scene, begin + frame.at)
    return ""


class _Progress:
    """On standard error, now and then."""

    def __init__(self, answer: Answer, whole: str) -> None:
        self._answer, self._whole = answer, whole
        self._told_s = -REMARK_S

    def at(self, done: float) -> None:
        if time.monotonic() - self._told_s >= REMARK_S:
            self._told_s = time.monotonic()
            self._answer.remark(f"{done:.0f} of {self._whole}")
