"""Skill packs: which are used, which are not and why."""

from __future__ import annotations

from chestnut.runtime.checking import Place, Result, State
from chestnut.runtime.packs.loading import open_packs


def packs(place: Place) -> Result:
    """Each is tried out in a process of its own, which takes some tenths of a second."""
    found = open_packs(place.settings.packs.folders)
    used = ", ".join(f"{pack.found.name} ({', '.join(sorted(pack.skills))})" for pack in found.used)
    if not found.used and not found.refused:
        return Result("packs", State.ABSENT, "none", "see docs/skill_packs.md if you want one")
    if not found.refused:
        return Result("packs", State.OK, used)
    names = ", ".join(one.name for one in found.refused)
    remedy = "; ".join(f"{one.name}: {one.why}" for one in found.refused)
    return Result(
        "packs",
        State.MISSING,
        f"not used: {names}" + (f"; used: {used}" if used else ""),
        remedy,
        "packs_refused",
    )
