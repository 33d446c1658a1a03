"""How long a bank lasts, by a model: declared watts (bench/power.toml) over a declared hour. Nothing is measured.

Run: python -m bench.power
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "power.toml"
ALWAYS = ("board", "card_and_sound", "pod", "fan")
HOUR_S = 3600
GOAL_H = 6.0  # of mixed use, product target


class BadTable(ValueError):
    """power.toml is wrong; the text says where."""


@dataclass(frozen=True, slots=True)
class Span:
    """What is known of a figure."""

    low: float
    likely: float
    high: float

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def times(self, share: float) -> Span:
        return Span(self.low * share, self.likely * share, self.high * share)


@dataclass(frozen=True, slots=True)
class Doing:
    """cores: busy. on: parts beside those that always are."""

    cores: float
    on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """watts: by part. hour: seconds of each doing in an hour of mixed use."""

    watt_hours: float
    delivered: Span
    reserve: float
    watts: Mapping[str, Span]
    doings: Mapping[str, Doing]
    hour: Mapping[str, float]

    def draw(self, doing: str) -> Span:
        """Watts, while this is done without end."""
        done = self.doings[doing]
        total = self.watts["core"].times(done.cores)
        for part in (*ALWAYS, *done.on):
            total += self.watts[part]
        return total

    def mixed(self) -> Span:
        """Watts, on average over the hour."""
        total = Span(0.0, 0.0, 0.0)
        for doing, seconds in self.hour.items():
            total += self.draw(doing).times(seconds / HOUR_S)
        return total

    def hours(self, draw: Span) -> Span:
        """low: what is worst comes together; high: what is best."""
        usable = self.delivered.times(self.watt_hours * (1 - self.reserve))
        return Span(usable.low / draw.high, usable.likely / draw.likely, usable.high / draw.low)


def load_model(path: Path = TABLE) -> Model:
    return parse_model(tomllib.loads(path.read_text(encoding="utf-8")))


def parse_model(table: Mapping[str, Any]) -> Model:
    """Raises BadTable for what does not add up or says nothing of its source."""
    try:
        bank = table["bank"]
        model = Model(
            bank["watt_hours"],
            _span(bank["delivered"]),
            bank["reserve"],
            {name: _span(part["takes"]) for name, part in table["watts"].items()},
            {name: Doing(doing["cores"], tuple(doing["on"])) for name, doing in table["doing"].items()},
            dict(table["hour"]),
        )
        sources = [entry["source"] for entry in (bank, *table["watts"].values(), *table["doing"].values())]
    except (KeyError, TypeError, ValueError) as error:
        raise BadTable(f"power.toml lacks or misspells {error}") from error
    if not all(isinstance(source, str) and source.strip() for source in sources):
        raise BadTable("power.toml: every figure names its source")
    missing = {*ALWAYS, "core"} - set(model.watts)
    missing |= {part for doing in model.doings.values() for part in doing.on} - set(model.watts)
    if missing:
        raise BadTable(f"power.toml has no [watts.{min(missing)}]")
    if unknown := set(model.hour) - set(model.doings):
        raise BadTable(f"power.toml has no [doing.{min(unknown)}]")
    if sum(model.hour.values()) != HOUR_S:
        raise BadTable(f"power.toml: the hour has {sum(model.hour.values())} seconds, not {HOUR_S}")
    return model


def _span(values: Any) -> Span:
    low, likely, high = values
    if not 0 < low <= likely <= high:
        raise ValueError(f"{values}: low, likely, high, above nothing")
    return Span(low, likely, high)


def show(model: Model) -> None:
    print(
        f"a model, not a measurement: {model.watt_hours:g} Wh on the label, {TABLE.name} has every figure's source"
    )
    print(f"{'':24}{'watts':>8}{'least':>8}{'most':>8}   {'hours':>7}{'least':>8}{'most':>8}")
    for name, draw in (
        *((doing, model.draw(doing)) for doing in model.doings),
        ("an hour of mixed use", model.mixed()),
    ):
        hours = model.hours(draw)
        watts = f"{draw.likely:8.1f}{draw.low:8.1f}{draw.high:8.1f}"
        print(f"{name:24}{watts}   {hours.likely:7.1f}{hours.low:8.1f}{hours.high:8.1f}")
    mixed = model.hours(model.mixed())
    verdict = "reached" if mixed.likely >= GOAL_H else "missed"
    print(
        f"{GOAL_H:g} h of mixed use are {verdict} by the likely figures; {mixed.low:.1f} to {mixed.high:.1f}"
    )


if __name__ == "__main__":
    show(load_model())
