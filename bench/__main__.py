"""Every measurement of docs/latency.md on this machine: a table, and bench/report.json. Run: make bench [ROUNDS=20].

Targets are those of a two-core x86 machine with the simulator. A gap is shown as a gap; the status is always 0, for
a busy machine is no fault of the code.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.deep import Beside, Stops, measure_beside, measure_stops
from bench.device import Measured, measure
from bench.ear import measure_ear
from bench.engine import EngineTimes, measure_engine
from bench.faces import measure_face
from bench.latency import measure_meter
from bench.pad import PadTimes, measure_pad
from bench.pod import PodTimes, measure_pod
from bench.power import GOAL_H, load_model
from bench.sight import measure_sight
from bench.signs import measure_frames, measure_signs
from bench.speech import measure_speech
from bench.watching import idle_percent, measure_looks

REPORT = Path(__file__).parent / "report.json"
COVERAGE = Path(__file__).parent.parent / "build" / "mcu_coverage.json"  # of make mcu-coverage
IMAGE = Path(__file__).parent.parent / "build" / "image-test.json"  # of make image-test


@dataclass(frozen=True, slots=True)
class Row:
    """unit: "ms", "×", "MB", "% of a core". target and target95: None where nothing was promised;
    least: what it must not fall below."""

    what: str
    p50: float
    p95: float | None
    unit: str = "ms"
    target: float | None = None
    target95: float | None = None
    count: int = 1
    least: float | None = None

    @property
    def gap(self) -> bool:
        if self.least is not None and self.p50 < self.least:
            return True
        over = self.target is not None and self.p50 > self.target
        return over or (self.target95 is not None and self.p95 is not None and self.p95 > self.target95)


def row(
    what: str, values: Iterable[float], target: float | None = None, target95: float | None = None
) -> Row:
    """Of times in milliseconds."""
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return Row(what, statistics.median(ordered), p95, "ms", target, target95, len(ordered))


def pod_rows(pod: PodTimes) -> list[Row]:
    return [
        row("press → haptic tick (pod alone)", pod.tick, 10, 20),
        row("press → event in the runtime, link alone", pod.event, 2, 10),
    ]


def pad_rows(pad: PadTimes) -> list[Row]:
    return [
        row("pad: press → event, evdev", pad.evdev, 2, 10),
        row("pad: press → event, Low Energy", pad.low_energy, 2, 10),
    ]


def device_rows(device: Measured) -> list[Row]:
    times = device.times_ms
    return [
        row("press → event in the runtime", times["press_to_event"], 2, 10),
        row("press → first sound, in the air", times["press_to_first_sound"], 60, 120),
        row("press → first content word", times["press_to_first_word"], 200, 400),
        row("stop → silence, in the air", times["stop_to_silence"], 30, 60),
        row("repeat (key up) → first sound, in the air", times["repeat_to_first_sound"], 50, 100),
        row("memory (Find) → first word, 100 thousand rows", times["press_to_remembered_word"], 100, 200),
        Row("resident memory of the runtime", device.memory_mb, None, "MB", 500),
        Row("idle processor, runtime", device.idle_percent, None, "% of a core", 5),
        Row("idle processor, the simulated pod's chip", device.idle_chip_percent, None, "% of a core"),
    ]


def engine_rows(times: EngineTimes) -> list[Row]:
    """Beside a bare loop on the same file: above 1, the bare one is slower."""
    bare, ours = (statistics.median(values) for values in (times.token_bare, times.token_ours))
    cold, warm = (statistics.median(values) for values in (times.cold, times.warm))
    return [
        row("model: one token, bare llama-cpp-python", times.token_bare),
        row("model: one token, ours", times.token_ours),
        Row("model: tokens a second, ours / bare", bare / ours, None, "×, not less", least=0.95),
        row("model: first token, system prompt cold", times.cold),
        row("model: first token, system prompt warm", times.warm),
        Row("model: first token, warm / cold", warm / cold, None, "×", 0.25),
        row("model: constant prompts read at start", times.prompts_read),
        row("model: constant prompts restored from disk", times.prompts_restored),
        Row("model: pictures encoded by follow-ups", sum(times.encoded), None, "pictures", 0),
    ]


def stop_rows(stops: Stops) -> list[Row]:
    rows = []
    for stage, values in stops.silence_ms.items():
        rows.append(row(f"stop while {stage} → silence, in the air", values, 50, 100))
        rows.append(row(f"stop while {stage} → model ready again", stops.ready_ms[stage]))
    return [*rows, Row("processes ended to stop them", sum(stops.killed.values()), None, "processes")]


def beside_rows(beside: Beside) -> list[Row]:
    word, event = "press_to_first_word", "press_to_event"
    rows = [
        row("model busy on every core: press → first content word", beside.busy.times_ms[word]),
        row("model busy on every core: press → event", beside.busy.times_ms[event]),
    ]
    idle, busy = (statistics.median(m.times_ms[word]) for m in (beside.idle, beside.busy))
    late = statistics.median(beside.busy.times_ms[event]) - statistics.median(beside.idle.times_ms[event])
    return [
        *rows,
        Row("first content word, model busy / idle", busy / idle, None, "×", 1.5),
        Row("presses later than without a model by", late, None, "ms", 20),
    ]


def sight_rows(rounds: int) -> list[Row]:
    """Each detector alone and inside the watcher, on one photograph and one notice."""
    import skimage.data
    from chestnut.perception.light import judge
    from chestnut.runtime.assemble.eyes import merge, open_eyes, open_reader
    from chestnut.sim.pictures import NOTICES, notice

    rows = []
    eyes, reader = open_eyes(), open_reader()
    try:
        photo, page = skimage.data.astronaut(), np.array(notice(NOTICES["en"]))
        looks = measure_sight(photo, eyes.detectors, judge, merge, rounds)
        reads = measure_sight(page, {"text": reader.text}, judge, merge, max(3, rounds // 4))
        for name, times in {**looks, "text": reads["text"]}.items():
            rows.append(row(f"{name}: bare calls", times.bare))
            rows.append(row(f"{name}: inside the watcher", times.inside))
            rows.append(Row(f"{name}: inside / bare", times.ratio, None, "×", 1.1))
        rows.append(row("people: one face, sought, brought upright, described", measure_face(photo, rounds)))
    finally:
        eyes.close()
        reader.close()
    return rows


def watching_rows(rounds: int) -> list[Row]:
    """One look beside the same calls one after the other; and what watching takes while nothing changes."""
    bare, inside = measure_looks(rounds, with_taught=True)
    alone, watching = idle_percent(5.0)
    return [
        row("watching: bare calls", bare),
        row("watching: one look", inside),
        Row("watching: inside / bare", statistics.median(inside) / statistics.median(bare), None, "×", 1.1),
        Row("idle processor, camera alone", alone, None, "% of a core"),
        Row("idle processor, watching a still scene", watching, None, "% of a core", 5),
    ]


def sign_rows(rounds: int) -> list[Row]:
    """The sign on the device first, for MediaPipe opens PortAudio by itself."""
    made = asyncio.run(measure_signs(max(5, rounds // 2)))
    looked = measure_frames(rounds * 10)
    return [
        row("signs: frame, hand in view, MediaPipe alone", looked.bare),
        row("signs: frame → letter", looked.whole, 30, 60),
        row("signs: of it the letter", looked.letter),
        Row("signs: frame → letter / MediaPipe alone", looked.ratio, None, "×", 1.15),
        row("taught sign: last motion → known to be over", made.pause),
        row("taught sign: known frame → order to speak", made.told),
        row("taught sign: known frame → sound, in the air", made.sound, 100, 200),
        row("taught sign: last motion → sound, in the air", made.whole),
    ]


def speech_rows(rounds: int) -> list[Row]:
    speech = measure_speech(rounds)
    rows = [row(f"voice: {what}", values) for what, values in speech.times_ms.items()]
    return rows + [
        Row(f"voice idle: {what}", percent, None, "% of a core")
        for what, percent in speech.idle_percent.items()
    ]


def ear_rows(rounds: int) -> list[Row]:
    """The same presses while nobody talks, while the key for talking is held, and while words are looked for."""
    ear = measure_ear(max(4, rounds // 2))
    return [
        row("ear: key let go → words", ear.waits_ms),
        Row("ear: seconds per second of speech", statistics.median(ear.per_second), None, "s"),
        Row("ear: first words, weights loaded for them", ear.first_s, None, "s"),
        Row("ear: memory of its process", ear.memory_mb, None, "MB"),
        row("press → acted, nobody talks", ear.acts_ms["idle"]),
        row("press → acted, it listens", ear.acts_ms["listening"], 20),
        row("press → acted, it looks for words", ear.acts_ms["understanding"], 20),
        Row("the same, words / nobody", ear.ratio("understanding"), None, "×"),
    ]


def meter_rows(rounds: int) -> list[Row]:
    """What it costs that the device measures itself (chestnut latency)."""
    cost = measure_meter(rounds)
    return [
        row("measuring itself: of one event", [us / 1e3 for us in cost.event_us]),
        row("processor time of a Describe, not measured", cost.without.describe_ms),
        row("processor time of a Describe, measured", cost.beside.describe_ms),
        Row("the same, measured / not", cost.ratio, None, "×", 1.05),
    ]


def power_rows() -> list[Row]:
    """By the model of bench/power.toml: nothing of it was measured."""
    model = load_model()
    hours = model.hours(model.mixed())
    return [
        Row("power model: hours of mixed use on 37 Wh, likely", hours.likely, None, "h", least=GOAL_H),
        Row("power model: the same, all at its worst", hours.low, None, "h"),
    ]


def coverage_rows() -> list[Row]:
    """What the tests execute of the firmware, when that was counted here."""
    if not COVERAGE.exists():
        return []
    percent = json.loads(COVERAGE.read_text(encoding="utf-8"))["percent"]["mcu"]
    return [Row("firmware executed by the tests", percent, None, "% of its statements")]


def image_rows() -> list[Row]:
    """Of the last make image-test here; none where there was none. An emulated processor is ten to thirty times
    slower than a real one, so the target of power-on to "ready" is not held against it."""
    if not IMAGE.exists():
        return []
    facts = json.loads(IMAGE.read_text(encoding="utf-8"))
    way = "emulated" if facts.get("accelerator") == "tcg" else "virtual"
    found = []
    for what, name, unit, target in (
        (f"boot to ready, {way} PC", "boot_to_ready_s", "s", None),
        (f"of which the service, {way} PC", "service_to_ready_s", "s", None),
        ("systemd-analyze security", "systemd_security", "", 2.0),
        (f"stopped process to its restart, {way} PC", "watchdog_s", "s", None),
    ):
        if name in facts:
            found.append(Row(what, facts[name], None, unit, target))
    return found


def show(rows: list[Row]) -> None:
    print(f"{'':44} {'p50':>8} {'p95':>8}  {'target':>12}")
    for item in rows:
        p95 = f"{item.p95:8.1f}" if item.p95 is not None else " " * 8
        limits = [f"{limit:g}" for limit in (item.target, item.target95, item.least) if limit is not None]
        target = " / ".join(limits)
        mark = "  GAP" if item.gap else ""
        print(f"{item.what:44} {item.p50:8.2f} {p95}  {target:>12}  {item.unit}{mark}")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without MediaPipe's and ALSA's native remarks; what ends the measuring is still told."""
    errors, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(errors, 2)
        os.close(errors)
        os.close(nowhere)


def main() -> None:
    rounds = int(os.environ.get("ROUNDS", "20"))
    print(f"measuring, {rounds} rounds each; about {rounds * 21 + 190} seconds", file=sys.stderr, flush=True)
    with quiet() if "-v" not in sys.argv else contextlib.nullcontext():
        rows = pod_rows(asyncio.run(measure_pod(rounds * 3)))
        rows += pad_rows(asyncio.run(measure_pad(rounds * 3)))
        rows += device_rows(asyncio.run(measure(rounds)))
        rows += meter_rows(rounds)
        rows += sign_rows(rounds)
        rows += sight_rows(rounds)
        rows += watching_rows(rounds)
        rows += speech_rows(rounds)
        rows += ear_rows(rounds)
        rows += engine_rows(measure_engine(rounds))
        rows += stop_rows(asyncio.run(measure_stops(max(4, rounds // 4))))
        rows += beside_rows(asyncio.run(measure_beside(rounds)))
    rows += power_rows()
    rows += coverage_rows() + image_rows()
    show(rows)
    gaps = [item.what for item in rows if item.gap]
    print(f"\ngaps to the targets: {', '.join(gaps) if gaps else 'none'}")
    report = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S"),
        "machine": {
            "architecture": platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "load": os.getloadavg(),
        "rows": [asdict(item) | {"gap": item.gap} for item in rows],
        "gaps": gaps,
    }
    REPORT.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    print(f"written to {REPORT.parent.name}/{REPORT.name}")


if __name__ == "__main__":
    main()
