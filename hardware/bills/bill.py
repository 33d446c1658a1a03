"""The bill as data: lines, what hangs where, what it costs, how long it lasts. Nothing here is written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bench.power import Model, Span, load_model
from hardware import parts
from hardware.bills import printed
from hardware.guide import steps
from hardware.parts import Option, Part
from hardware.pins import load_pins
from hardware.wiring.drawings import otherwise, standard

WORN = ("chest", "pod", "strap", "belt", "head")


@dataclass(frozen=True)
class Totals:
    """grams: by what it hangs on, prints included. unchecked: of how many lines nobody checked price and weight."""

    grams: dict[str, float]
    usd: float
    printed_grams: float
    printed_minutes: float
    all_sliced: bool
    lines: int
    unchecked: int

    @property
    def worn_grams(self) -> float:
        return sum(self.grams.values())


@cache
def references() -> dict[str, tuple[str, ...]]:
    """id of a part -> what it is called in the drawings of the wires."""
    pins = load_pins()
    found: dict[str, tuple[str, ...]] = {}
    for harness in (*standard(pins), *otherwise(pins)):
        for part, refs in harness.references().items():
            found[part] = (*found.get(part, ()), *(ref for ref in refs if ref not in found.get(part, ())))
    return found


@cache
def used_in() -> dict[str, dict[str, int]]:
    """id of a part -> step -> how many are mounted there."""
    found: dict[str, dict[str, int]] = {}
    for step in steps.load():
        for part, count in step.parts.items():
            found.setdefault(part, {})[step.id] = count
    return found


def carried(part: Part) -> dict[str, int]:
    """Where they hang -> how many. Screws and inserts of both units go with the unit of the step that mounts them."""
    units = {step.id: step.unit for step in steps.load()}
    if part.hangs_on not in ("chest", "pod") or part.option:
        return {part.hangs_on: part.qty}
    found: dict[str, int] = {}
    for step, count in used_in().get(part.id, {}).items():
        place = units[step] or part.hangs_on
        found[place] = found.get(place, 0) + count
    return found if sum(found.values()) == part.qty else {part.hangs_on: part.qty}


def totals(*options: str) -> Totals:
    """Of the standard build with these options."""
    build = parts.load().build(*options)
    prints = printed.load()
    grams = dict.fromkeys(WORN, 0.0)
    for part in build:
        for place, count in carried(part).items():
            if place:
                grams[place] += count * part.grams
    for print_ in prints:
        grams[print_.unit] += print_.grams
    return Totals(
        grams,
        sum(part.qty * part.price_usd for part in build),
        sum(print_.grams for print_ in prints),
        sum(print_.minutes for print_ in prints),
        all(print_.sliced for print_ in prints),
        len(build),
        sum(not part.checked for part in build),
    )


def difference(option: Option) -> tuple[float, float]:
    """What an option adds: dollars, grams worn."""
    plain, other = totals(), totals(option.id)
    return other.usd - plain.usd, other.worn_grams - plain.worn_grams


def power_rows() -> tuple[tuple[str, Span, Span], ...]:
    """What is done, watts, hours on the standard bank: the power model's own figures."""
    model: Model = load_model()
    doings = [(doing, model.draw(doing)) for doing in model.doings] + [("mixed", model.mixed())]
    return tuple((name, draw, model.hours(draw)) for name, draw in doings)


def by_place(build: tuple[Part, ...]) -> dict[str, tuple[Part, ...]]:
    """In the order of WORN, then what is not worn."""
    return {place: tuple(part for part in build if part.hangs_on == place) for place in (*WORN, "")}
