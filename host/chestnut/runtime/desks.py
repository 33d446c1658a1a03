"""What may be asked and set from outside the loop while the device runs, as the maker's page does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chestnut.runtime.carer_desk import CarerDesk
from chestnut.runtime.reminder_desk import ReminderDesk


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the mode Signs reads. letters: that stand still; drawn: in the air. signs: the taught ones by name. lacks:
    the phrases that tell what is missing, and the remedy."""

    alphabet: str
    letters: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desks:
    """All but `reminded` block for milliseconds: ask from a thread. reminders: None where nobody is reminded. carers:
    None without a memory. lack: the phrase that tells why there is none of them. vocabulary: None where no signs are
    read. reminded: to be called on the loop after reminders were changed; else it is noticed within half a minute."""

    reminders: ReminderDesk | None = None
    carers: CarerDesk | None = None
    lack: str = ""
    vocabulary: Callable[[], Vocabulary] | None = None
    reminded: Callable[[], None] = lambda: None
